#include "event/reference.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "event/byte_scan.h"
#include "event/codec.h"
#include "event/quoted.h"

namespace tenure::event {
namespace {

tl::unexpected<Error> Bad(std::string_view ref, const char* why) {
  return Fail("reference_malformed", Quoted(ref) + " " + why, "write type:id, such as user:alice or bucket:prod/ledger");
}

bool TypeIsLegal(std::string_view type) {
  if (type.empty() || type[0] < 'a' || type[0] > 'z') return false;
  for (char c : type)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return true;
}

// Where '/' separates segments: everything, or what stands after "://".
std::string_view Path(std::string_view ref) {
  const auto scheme = ref.find("://");
  return scheme == std::string_view::npos ? ref : ref.substr(scheme + 3);
}

// After "://" anything goes, and what stands before it is held to the rule; a type that is itself the scheme has nothing before it.
Status CheckSegments(std::string_view ref, std::size_t id) {
  const auto scheme = ref.find("://");
  if (scheme < id) return {};
  const auto path = ref.substr(id, scheme == std::string_view::npos ? scheme : scheme - id);
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto slash = std::min(path.find('/', begin), path.size());
    const auto segment = path.substr(begin, slash - begin);
    if (segment.empty() || segment == "." || segment == "..")
      return Fail("reference_path_segment", Quoted(ref) + " has an empty, \".\" or \"..\" path segment",
                  "write the path without it");
    begin = slash + 1;
  }
  return {};
}

}  // namespace

Status CheckReference(std::string_view ref) {
  if (ref.size() > kReferenceBytesMax)
    return Fail("reference_too_long", Quoted(ref) + " has " + std::to_string(ref.size()) + " bytes", "at most 2048");
  const auto colon = ref.find(':');
  if (colon == std::string_view::npos) return Bad(ref, "has no colon");
  if (!TypeIsLegal(ref.substr(0, colon))) return Bad(ref, "has a type that is not [a-z][a-z0-9_]*");
  if (colon + 1 == ref.size()) return Bad(ref, "has no id");
  if (HoldsControl(ref)) return Bad(ref, "holds a control character");
  if (ref.substr(0, colon) == "arn") return {};
  return CheckSegments(ref, colon + 1);
}

Status CheckIdentity(std::string_view ref) {
  if (auto s = CheckReference(ref); !s) return s;
  if (TypeOf(ref) == "role")
    return Fail("reference_not_identity", Quoted(ref) + " is a role, never an identity", "name the identity that holds it");
  return {};
}

std::string_view TypeOf(std::string_view ref) { return ref.substr(0, ref.find(':')); }
bool IsGroup(std::string_view ref) { return TypeOf(ref) == "group"; }

namespace {

// Up to this many byte comparisons the plain search is the quickest, and its bound a constant.
constexpr std::size_t kPlainSteps = 4096;

// Finds a piece that holds '?'. A bit for each byte of the piece says "all up to here fits the text that ends here", 64 at a time,
// so the cost is the text's length times a 64th of the piece's, whatever both hold.
std::size_t FindByBits(std::string_view piece, std::string_view text, std::size_t from) {
  const std::size_t words = (piece.size() + 63) / 64;
  std::vector<std::uint64_t> fits(256 * words, 0), reached(words, 0);
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const std::uint64_t bit = std::uint64_t{1} << (i % 64);
    if (piece[i] != '?') fits[static_cast<unsigned char>(piece[i]) * words + i / 64] |= bit;
    else
      for (std::size_t byte = 0; byte < 256; ++byte) fits[byte * words + i / 64] |= bit;
  }
  const std::uint64_t last = std::uint64_t{1} << ((piece.size() - 1) % 64);
  for (std::size_t at = from; at < text.size(); ++at) {
    const std::uint64_t* mask = &fits[static_cast<unsigned char>(text[at]) * words];
    std::uint64_t carry = 1;
    for (std::size_t w = 0; w < words; ++w) {
      const std::uint64_t out = reached[w] >> 63;
      reached[w] = (reached[w] << 1 | carry) & mask[w];
      carry = out;
    }
    if (reached[words - 1] & last) return at + 1 - piece.size();
  }
  return std::string_view::npos;
}

bool FitsAt(std::string_view piece, std::string_view text, std::size_t at) {
  if (at + piece.size() > text.size()) return false;
  for (std::size_t i = 0; i < piece.size(); ++i)
    if (piece[i] != '?' && piece[i] != text[at + i]) return false;
  return true;
}

// The first place at or after `from` where `piece` (without '*') fits whole.
std::size_t FindPiece(std::string_view piece, std::string_view text, std::size_t from) {
  if (piece.find('?') == std::string_view::npos) return text.find(piece, from);
  if (from + piece.size() > text.size()) return std::string_view::npos;
  if (piece.size() * (text.size() - from) > kPlainSteps) return FindByBits(piece, text, from);
  for (std::size_t at = from; at + piece.size() <= text.size(); ++at)
    if (FitsAt(piece, text, at)) return at;
  return std::string_view::npos;
}

// A pattern with a star, laid on a text: the piece before the first star at the beginning, those between stars leftmost one after
// another. Nothing is ever tried twice, and where it can end is then a question to the piece after the last star alone.
class Laid {
 public:
  Laid(std::string_view pattern, std::string_view text) : text_(text), tail_(pattern.substr(pattern.rfind('*') + 1)) {
    std::size_t star = pattern.find('*');
    if (!FitsAt(pattern.substr(0, star), text, 0)) return;
    end_ = star;
    for (std::size_t next = pattern.find('*', star + 1); next != std::string_view::npos;
         star = next, next = pattern.find('*', star + 1)) {
      const auto piece = pattern.substr(star + 1, next - star - 1);
      const std::size_t at = FindPiece(piece, text, end_);
      if (at == std::string_view::npos) {
        end_ = at;
        return;
      }
      end_ = at + piece.size();
    }
  }
  // Does the whole pattern match the text's first `length` bytes?
  bool EndsAt(std::size_t length) const {
    return end_ <= length && tail_.size() <= length - end_ && FitsAt(tail_, text_, length - tail_.size());
  }

 private:
  std::string_view text_, tail_;
  std::size_t end_ = std::string_view::npos;  // of what is laid; npos: it can't be
};

// The ends of a resource's proper ancestors, longest first: each place before a '/' of its path.
template <class F>
void EachAncestorEnd(std::string_view resource, F&& visit) {
  const std::size_t begin = resource.size() - Path(resource).size();
  for (std::size_t end = resource.size(); end > begin;) {
    if (resource[--end] != '/' || end == 0) continue;
    if (!visit(end)) return;
  }
}

}  // namespace

bool Matches(std::string_view pattern, std::string_view text) {
  if (pattern.find('*') == std::string_view::npos) return pattern.size() == text.size() && FitsAt(pattern, text, 0);
  return Laid(pattern, text).EndsAt(text.size());
}

bool HasWildcard(std::string_view pattern) { return pattern.find_first_of("*?") != std::string_view::npos; }
bool IsEverything(std::string_view pattern) {
  return !pattern.empty() && pattern.find_first_not_of('*') == std::string_view::npos;
}

bool CoversAction(std::string_view pattern, std::string_view action) {
  return action == "*" ? IsEverything(pattern) : Matches(pattern, action);
}

bool CoversResource(std::string_view pattern, std::string_view resource, bool subtree) {
  if (resource == "*") return IsEverything(pattern);
  if (!subtree) return Matches(pattern, resource);
  if (pattern.find('*') == std::string_view::npos) {
    if (!FitsAt(pattern, resource, 0)) return false;
    const std::size_t end = pattern.size(), path = resource.size() - Path(resource).size();
    return end == resource.size() || (end >= path && end > 0 && resource[end] == '/');
  }
  const Laid laid(pattern, resource);
  bool covers = laid.EndsAt(resource.size());
  if (!covers) EachAncestorEnd(resource, [&](std::size_t end) { return !(covers = laid.EndsAt(end)); });
  return covers;
}

std::vector<std::string_view> Ancestors(std::string_view resource) {
  std::vector<std::string_view> out;
  EachAncestorEnd(resource, [&](std::size_t end) {
    out.push_back(resource.substr(0, end));
    return true;
  });
  return out;
}

}  // namespace tenure::event
