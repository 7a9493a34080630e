#include "event/reference.h"

#include <fmt/format.h>

#include <algorithm>

#include "event/codec.h"

namespace tenure::event {
namespace {

std::string Shown(std::string_view ref) { return fmt::format("\"{}\"", ref.substr(0, 80)); }

tl::unexpected<Error> Bad(std::string_view ref, const char* why) {
  return Fail("reference_malformed", Shown(ref) + " " + why, "write type:id, such as user:alice or bucket:prod/ledger");
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

Status CheckSegments(std::string_view ref, std::string_view id) {
  if (id.find('/') == std::string_view::npos && id != "." && id != "..") return {};
  std::size_t begin = 0;
  while (begin <= id.size()) {
    const auto slash = std::min(id.find('/', begin), id.size());
    const auto segment = id.substr(begin, slash - begin);
    if (segment.empty() || segment == "." || segment == "..")
      return Fail("reference_path_segment", Shown(ref) + " has an empty, \".\" or \"..\" path segment", "write the path without it");
    begin = slash + 1;
  }
  return {};
}

}  // namespace

Status CheckReference(std::string_view ref) {
  if (ref.size() > kReferenceBytesMax) return Fail("reference_too_long", Shown(ref) + "... has " + std::to_string(ref.size()) + " bytes", "at most 2048");
  const auto colon = ref.find(':');
  if (colon == std::string_view::npos) return Bad(ref, "has no colon");
  if (!TypeIsLegal(ref.substr(0, colon))) return Bad(ref, "has a type that is not [a-z][a-z0-9_]*");
  const auto id = ref.substr(colon + 1);
  if (id.empty()) return Bad(ref, "has no id");
  for (char c : ref)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return Bad(ref, "holds a control character");
  if (ref.substr(0, colon) == "arn" || id.find("://") != std::string_view::npos) return {};
  return CheckSegments(ref, id);
}

Status CheckIdentity(std::string_view ref) {
  if (auto s = CheckReference(ref); !s) return s;
  if (TypeOf(ref) == "role") return Fail("reference_not_identity", Shown(ref) + " is a role, never an identity", "name the identity that holds it");
  return {};
}

std::string_view TypeOf(std::string_view ref) { return ref.substr(0, ref.find(':')); }
bool IsGroup(std::string_view ref) { return TypeOf(ref) == "group"; }

namespace {

// The first place at or after `from` where `piece` (no '*', '?' is any byte) fits whole; Shift-Or over words of 64 pattern bytes would be
// linear outright, this is linear for literal pieces (memmem) and bounded by piece length times text only where '?' stands.
std::size_t FindPiece(std::string_view piece, std::string_view text, std::size_t from) {
  if (piece.find('?') == std::string_view::npos) return text.find(piece, from);
  for (std::size_t at = from; at + piece.size() <= text.size(); ++at) {
    std::size_t i = 0;
    while (i < piece.size() && (piece[i] == '?' || piece[i] == text[at + i])) ++i;
    if (i == piece.size()) return at;
  }
  return std::string_view::npos;
}

bool FitsAt(std::string_view piece, std::string_view text, std::size_t at) {
  return at + piece.size() <= text.size() && FindPiece(piece, text.substr(at, piece.size()), 0) == 0;
}

}  // namespace

// Pieces between stars are placed leftmost one after another, the first and the last at the ends: nothing is ever tried twice.
bool Matches(std::string_view pattern, std::string_view text) {
  const auto first_star = pattern.find('*');
  if (first_star == std::string_view::npos) return pattern.size() == text.size() && FitsAt(pattern, text, 0);
  const auto head = pattern.substr(0, first_star), tail = pattern.substr(pattern.rfind('*') + 1);
  if (head.size() + tail.size() > text.size() || !FitsAt(head, text, 0) || !FitsAt(tail, text, text.size() - tail.size())) return false;
  const auto middle = text.substr(0, text.size() - tail.size());
  std::size_t at = head.size(), p = first_star;
  const std::size_t last_star = pattern.rfind('*');
  while (p < last_star) {
    const auto next = pattern.find('*', p + 1);
    const auto piece = pattern.substr(p + 1, next - p - 1);
    at = FindPiece(piece, middle, at);
    if (at == std::string_view::npos) return false;
    at += piece.size();
    p = next;
  }
  return true;
}

bool HasWildcard(std::string_view pattern) { return pattern.find_first_of("*?") != std::string_view::npos; }
bool IsEverything(std::string_view pattern) { return !pattern.empty() && pattern.find_first_not_of('*') == std::string_view::npos; }

bool CoversAction(std::string_view pattern, std::string_view action) {
  return action == "*" ? IsEverything(pattern) : Matches(pattern, action);
}

bool CoversResource(std::string_view pattern, std::string_view resource, bool subtree) {
  if (resource == "*") return IsEverything(pattern);
  if (Matches(pattern, resource)) return true;
  if (!subtree) return false;
  for (auto ancestor : Ancestors(resource))
    if (Matches(pattern, ancestor)) return true;
  return false;
}

std::vector<std::string_view> Ancestors(std::string_view resource) {
  std::vector<std::string_view> out;
  const auto path = Path(resource);
  const std::size_t skipped = resource.size() - path.size();
  for (auto slash = path.rfind('/'); slash != std::string_view::npos; slash = path.rfind('/', slash - 1)) {
    if (skipped + slash > 0) out.push_back(resource.substr(0, skipped + slash));
    if (slash == 0) break;
  }
  return out;
}

}  // namespace tenure::event
