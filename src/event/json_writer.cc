#include "event/json_writer.h"

#include "event/byte_scan.h"
#include "event/clock.h"

namespace tenure::event {

namespace {

void AppendEscaped(std::string& out, char c) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto u = static_cast<unsigned char>(c);
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\r':
      out += "\\r";
      break;
    default:
      out += {'\\', 'u', '0', '0', kHex[u >> 4], kHex[u & 15]};
  }
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out.push_back('"');
  for (std::size_t at = 0;; ++at) {
    const std::size_t escaped = FirstEscaped(text, at);
    out.append(text.substr(at, escaped - at));
    if (escaped == text.size()) break;
    AppendEscaped(out, text[escaped]);
    at = escaped;
  }
  out.push_back('"');
}

void JsonWriter::Separate() {
  if (!after_key_ && !first_) out_.push_back(',');
  after_key_ = first_ = false;
}
void JsonWriter::Open(char c) {
  Separate();
  out_.push_back(c);
  first_ = true;
}
void JsonWriter::Close(char c) {
  out_.push_back(c);
  first_ = false;
}
void JsonWriter::Key(std::string_view key) {
  Separate();
  AppendJsonString(out_, key);
  out_.push_back(':');
  after_key_ = true;
}
void JsonWriter::String(std::string_view text) {
  Separate();
  AppendJsonString(out_, text);
}
void JsonWriter::Int(std::int64_t number) { Raw(std::to_string(number)); }
void JsonWriter::Time(EffectiveTime time) {
  if (time == kAlways || time == kForever) return Null();
  String(FormatTime(time.us));
}
void JsonWriter::Raw(std::string_view json) {
  Separate();
  out_.append(json);
}

}  // namespace tenure::event
