// Tokens and cursors on any bytes: nothing crashes, what is read is what is written, and damage is named. The first byte chooses which.
#include <string>

#include "authority/cursor.h"
#include "fuzz/fuzzing.h"
#include "library/cursor.h"
#include "projection/read_model.h"

namespace {

using namespace tenure;
using fuzz::Must;

const std::string kLog = "0123456789abcdef";

void Token(std::string_view text) {
  const projection::FoldConfig config{{"corrector"}};
  const auto v = projection::DecodeToken(text, kLog, config);
  if (!v) {
    Must(v.error().blame == Blame::kCaller && v.error().code.rfind("token_", 0) == 0);
    return;
  }
  const auto again = projection::DecodeToken(projection::EncodeToken(kLog, config, v->vector, v->unread), kLog, config);
  Must(again.has_value() && *again == *v);
}

// The bytes as a vector: what is made of them comes back, and one flipped bit does not.
void TokenOf(std::string_view bytes) {
  PositionVector v;
  for (std::size_t i = 0; i + 3 <= bytes.size() && v.next.size() < 64; i += 3)
    v.next[{static_cast<Topic>(static_cast<std::uint8_t>(bytes[i]) % 4), static_cast<std::uint8_t>(bytes[i + 1])}] =
        1 + static_cast<std::uint8_t>(bytes[i + 2]);
  std::vector<TopicPartition> unread;
  if (v.next.size() > 1) unread.push_back(v.next.begin()->first), v.next.erase(v.next.begin());
  std::string token = projection::EncodeToken(kLog, {}, v, unread);
  const auto again = projection::DecodeToken(token, kLog, {});
  Must(again.has_value() && again->vector == v && again->unread == unread);
  if (bytes.empty()) return;
  const auto at = static_cast<std::uint8_t>(bytes[0]) % token.size();
  token[at] = token[at] == 'A' ? 'B' : 'A';
  const auto damaged = projection::DecodeToken(token, kLog, {});
  Must(!damaged.has_value() || damaged->vector == v);  // the last character may carry bits that say nothing
}

void Cursors(std::string_view text) {
  const auto outer = library::ReadCursor(text, {"what", "user:a"});
  if (!outer) Must(outer.error().blame == Blame::kCaller && outer.error().code.rfind("cursor_", 0) == 0);
  const auto inner = authority::ReadCursor({"what", "user:a"}, text);
  if (!inner) Must(inner.error().blame == Blame::kCaller && inner.error().code.rfind("cursor_", 0) == 0);

  authority::Cursor place;
  place.when.as_of = EffectiveTime{1};
  place.last = std::string(text);
  const auto written = authority::WriteCursor({"who"}, place);
  const auto back = authority::ReadCursor({"who"}, written);
  Must(back.has_value() && back->last == place.last && back->when.as_of == place.when.as_of);
  Must(!authority::ReadCursor({"what"}, written).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest = fuzz::TextOf(data + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      Token(rest);
      break;
    case 1:
      TokenOf(rest);
      break;
    default:
      Cursors(rest);
  }
  return 0;
}
