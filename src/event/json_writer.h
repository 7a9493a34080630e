#pragma once
// Compact JSON text, written forwards. Commas are placed by the writer, keys stand in the order of the calls.
//
// The caller keeps the grammar (a key before each member, every Begin with its End); text must be UTF-8. Not thread safe.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tenure/time.h"

namespace tenure::event {

class JsonWriter {
 public:
  JsonWriter() = default;
  explicit JsonWriter(std::size_t bytes) { out_.reserve(bytes); }  // about as many are to be written
  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }
  void Key(std::string_view key);
  void String(std::string_view text);
  void Int(std::int64_t number);
  void Bool(bool value) { Raw(value ? "true" : "false"); }
  void Null() { Raw("null"); }
  void Time(EffectiveTime time);    // RFC 3339; kAlways and kForever as null
  void Raw(std::string_view json);  // a whole value, already JSON
  std::string Take() { return std::move(out_); }

 private:
  void Open(char c);
  void Close(char c);
  void Separate();
  std::string out_;
  bool first_ = true, after_key_ = false;
};

// A JSON string with its quotes, escaped as RFC 8785 says.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace tenure::event
