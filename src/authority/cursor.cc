#include "authority/cursor.h"

#include <cstdint>
#include <optional>

#include "event/codec.h"

namespace tenure::authority {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char kVersion = '\x01';
constexpr std::size_t kSumBytes = 8;

std::string ToText(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) text += kDigits[bits >> (held - 6) & 63];
  }
  if (held > 0) text += kDigits[bits << (6 - held) & 63];
  return text;
}

std::optional<std::string> FromText(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held >= 8) bytes += static_cast<char>(bits >> (held -= 8) & 255);
  }
  return bytes;
}

std::string Sum(std::string_view bytes) {
  const Hash256 hash = event::Sha256(bytes);
  return {reinterpret_cast<const char*>(hash.data()), kSumBytes};
}

std::string SumOf(const QuestionKey& question) {
  std::string all;
  for (const auto& part : question) all += std::to_string(part.size()) + ':' + part;
  return Sum(all);
}

void PutTime(std::string& out, EffectiveTime t) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(static_cast<std::uint64_t>(t.us) >> shift & 255);
}
EffectiveTime TakeTime(std::string_view bytes) {
  std::uint64_t us = 0;
  for (const char c : bytes.substr(0, 8)) us = us << 8 | static_cast<unsigned char>(c);
  return {static_cast<std::int64_t>(us)};
}

tl::unexpected<Error> Malformed() {
  return Fail("cursor_malformed", "that is no cursor of this version",
              "use `next` of an answer as it is, or ask without a cursor", Blame::kCaller);
}

}  // namespace

// version, sum of the question, 'T' and one time or 'W' and two, last key, sum of all before.
std::string WriteCursor(const QuestionKey& question, const Cursor& cursor) {
  std::string bytes(1, kVersion);
  bytes += SumOf(question);
  bytes += cursor.when.during ? 'W' : 'T';
  PutTime(bytes, cursor.when.during ? cursor.when.during->from : cursor.when.as_of.value_or(EffectiveTime{}));
  if (cursor.when.during) PutTime(bytes, cursor.when.during->until);
  bytes += cursor.last;
  return ToText(bytes + Sum(bytes));
}

Result<Cursor> ReadCursor(const QuestionKey& question, std::string_view text) {
  const auto bytes = FromText(text);
  constexpr std::size_t kFixed = 1 + kSumBytes + 1 + 8;
  if (!bytes || bytes->size() < kFixed + kSumBytes || ToText(*bytes) != text) return Malformed();
  const std::string_view body = std::string_view(*bytes).substr(0, bytes->size() - kSumBytes);
  if (Sum(body) != std::string_view(*bytes).substr(body.size()) || body[0] != kVersion) return Malformed();
  if (body.substr(1, kSumBytes) != SumOf(question))
    return Fail("cursor_other_question", "that cursor belongs to another question", "repeat the question with the same arguments",
                Blame::kCaller);
  const bool window = body[1 + kSumBytes] == 'W';
  if (window && body.size() < kFixed + 8) return Malformed();
  const EffectiveTime from = TakeTime(body.substr(2 + kSumBytes));
  Cursor cursor;
  if (window) cursor.when.during = Interval{from, TakeTime(body.substr(kFixed))};
  else cursor.when.as_of = from;
  cursor.last = body.substr(window ? kFixed + 8 : kFixed);
  return cursor;
}

Result<Cursor> PlaceOf(const QuestionKey& question, const When& when, const Page& page) {
  if (page.cursor.empty()) return Cursor{when, {}};
  return ReadCursor(question, page.cursor);
}

}  // namespace tenure::authority
