#include "event/json_writer.h"

#include "event/clock.h"

namespace tenure::event {

void AppendJsonString(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
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
        if (u >= 0x20) out.push_back(c);
        else out += {'\\', 'u', '0', '0', kHex[u >> 4], kHex[u & 15]};
    }
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
