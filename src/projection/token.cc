// Tokens: version, log id, hash of the fold configuration, vector, checksum; base64url. See docs/formats/token.md.
#include <array>

#include "event/codec.h"
#include "history/bytes.h"
#include "projection/read_model.h"

namespace tenure::projection {
namespace {

constexpr std::uint8_t kTokenVersion = 1;
constexpr std::size_t kChecksumBytes = 8;
constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string ToBase64(std::string_view bytes) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (char c : bytes) {
    bits = bits << 8 | static_cast<std::uint8_t>(c);
    for (count += 8; count >= 6; count -= 6) out.push_back(kAlphabet[bits >> (count - 6) & 63]);
  }
  if (count > 0) out.push_back(kAlphabet[bits << (6 - count) & 63]);
  return out;
}

std::optional<std::string> FromBase64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    const auto at = std::string_view(kAlphabet, 64).find(c);
    if (at == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(at);
    if ((count += 6) >= 8) out.push_back(static_cast<char>(bits >> (count -= 8)));
  }
  return out;
}

std::string Checksum(std::string_view body) {
  const auto hash = event::Sha256(body);
  return {reinterpret_cast<const char*>(hash.data()), kChecksumBytes};
}

// Half the hash tells configurations apart.
std::string ConfigMark(const FoldConfig& config) {
  const auto hash = config.Hash();
  return {reinterpret_cast<const char*>(hash.data()), 16};
}

tl::unexpected<Error> Malformed() {
  return Fail("token_malformed", "this is not a position token, or a part of it is missing",
              "copy the whole `position` of an earlier answer", Blame::kCaller);
}

}  // namespace

Hash256 FoldConfig::Hash() const {
  std::string all = "tenure fold configuration 1";
  for (const auto& source : correctors) all += '\0' + source;
  return event::Sha256(all);
}

std::string EncodeToken(const std::string& log_id, const FoldConfig& config, const PositionVector& v,
                        const std::vector<TopicPartition>& unread) {
  auto entries = v.next;
  for (const TopicPartition& where : unread) entries.emplace(where, 0);
  history::ValueWriter w;
  w.Byte(kTokenVersion).Str(log_id).Raw(ConfigMark(config)).Varint(entries.size());
  for (const auto& [tp, next] : entries)
    w.Byte(static_cast<std::uint8_t>(tp.topic))
        .Varint(static_cast<std::uint64_t>(tp.partition))
        .Varint(static_cast<std::uint64_t>(next));
  std::string body = w.Take();
  return ToBase64(body + Checksum(body));
}

Result<TokenContent> DecodeToken(std::string_view token, const std::string& log_id, const FoldConfig& config) {
  const auto bytes = FromBase64(token);
  // Characters that no byte comes of (spare bits, one too many) are under no checksum: only the one way of writing is taken.
  if (!bytes || bytes->size() <= kChecksumBytes || ToBase64(*bytes) != token) return Malformed();
  const std::string_view body(bytes->data(), bytes->size() - kChecksumBytes);
  if (Checksum(body) != bytes->substr(body.size())) return Malformed();
  history::Reader r(body);
  if (r.Byte() != kTokenVersion)
    return Fail("token_version_unknown", "the token was made by a newer tenure", "use that version to ask", Blame::kCaller);
  if (const auto id = r.Str(); id != log_id)
    return Fail("token_other_log", "the token is of another log (" + id + "), this one is " + log_id,
                "ask the data directory that gave the token", Blame::kCaller);
  if (r.Cut(16) != ConfigMark(config))
    return Fail("token_other_config", "the token was made under other correctors", "ask again without the token", Blame::kCaller);
  TokenContent content;
  std::optional<TopicPartition> before;
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) {
    TopicPartition tp;
    tp.topic = static_cast<Topic>(r.Byte());
    tp.partition = static_cast<std::int32_t>(r.Varint());
    const auto next = static_cast<std::int64_t>(r.Varint());
    if (before && !(*before < tp)) return Malformed();
    before = tp;
    if (next > 0) content.vector.next[tp] = next;
    if (next == 0) content.unread.push_back(tp);
  }
  if (!r.Ok() || !r.AtEnd()) return Malformed();
  return content;
}

}  // namespace tenure::projection
