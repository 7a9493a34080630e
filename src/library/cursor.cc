#include "library/cursor.h"

#include <array>
#include <charconv>

#include "event/codec.h"

namespace tenure::library {
namespace {

constexpr char kSeparator = '~';  // unreserved in URLs, and in none of the parts
constexpr std::string_view kHex = "0123456789abcdef";

std::string ToHex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::optional<std::string> FromHex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const auto high = kHex.find(hex[i]), low = kHex.find(hex[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string Checksum(std::string_view body, const std::vector<std::string>& question) {
  std::string all(body);
  for (const std::string& part : question) all += '\n' + std::to_string(part.size()) + ':' + part;
  const Hash256 hash = event::Sha256(all);
  return ToHex({reinterpret_cast<const char*>(hash.data()), 8});
}

std::optional<std::int64_t> ToNumber(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> Split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0;;) {
    const auto end = text.find(by, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::string WriteWhen(const When& when) {
  if (when.during) return std::to_string(when.during->from.us) + "." + std::to_string(when.during->until.us);
  return when.as_of ? std::to_string(when.as_of->us) : "";
}

std::optional<When> ReadWhen(std::string_view text) {
  When when;
  if (text.empty()) return when;
  const auto ends = Split(text, '.');
  const auto first = ToNumber(ends[0]);
  if (!first || ends.size() > 2) return std::nullopt;
  if (ends.size() == 1) {
    when.as_of = EffectiveTime{*first};
    return when;
  }
  const auto second = ToNumber(ends[1]);
  if (!second) return std::nullopt;
  when.during = Interval{EffectiveTime{*first}, EffectiveTime{*second}};
  return when;
}

tl::unexpected<Error> Malformed(std::string_view text) {
  return Fail("cursor_malformed", "\"" + std::string(text.substr(0, 60)) + "\" is not a cursor",
              "give the value of `next` of the page before, unchanged", Blame::kCaller);
}

}  // namespace

std::string WriteCursor(const Cursor& cursor, const std::vector<std::string>& question) {
  std::string body = cursor.token + kSeparator + (cursor.k ? std::to_string(cursor.k->us) : "") + kSeparator +
                     (cursor.closed ? '1' : '0') + kSeparator + WriteWhen(cursor.when) + kSeparator + ToHex(cursor.inner);
  // Two checksums: the first tells a cursor of another question, the second, over all before it, damage.
  body += kSeparator + Checksum(body, question);
  return body + Checksum(body, {});
}

Result<Cursor> ReadCursor(std::string_view text, const std::vector<std::string>& question) {
  const auto parts = Split(text, kSeparator);
  if (parts.size() != 6) return Malformed(text);
  const std::string_view checks = parts[5];
  if (checks.size() != 32 || checks.substr(16) != Checksum(text.substr(0, text.size() - 16), {})) return Malformed(text);
  if (checks.substr(0, 16) != Checksum(text.substr(0, text.size() - checks.size() - 1), question))
    return Fail("cursor_other_question", "that cursor belongs to another question",
                "repeat the question that gave it, with the same arguments", Blame::kCaller);
  Cursor cursor;
  cursor.token = parts[0];
  if (!parts[1].empty()) {
    const auto k = ToNumber(parts[1]);
    if (!k) return Malformed(text);
    cursor.k = RecordedTime{*k};
  }
  cursor.closed = parts[2] == "1";
  const auto when = ReadWhen(parts[3]);
  const auto inner = FromHex(parts[4]);
  if (!when || !inner) return Malformed(text);
  cursor.when = *when;
  cursor.inner = *inner;
  return cursor;
}

}  // namespace tenure::library
