#include "event/json_reader.h"

#include "event/canonical.h"
#include "event/codec.h"

namespace tenure::event {

struct JsonValue::Document {
  simdjson::padded_string text;
  simdjson::dom::parser parser;
};
struct JsonValue::Node {
  simdjson::dom::element element;
};

Result<JsonValue> JsonValue::Parse(std::string_view text) {
  auto document = std::make_shared<Document>();
  document->text = simdjson::padded_string(text);
  simdjson::dom::element root;
  if (const auto error = document->parser.parse(document->text).get(root); error)
    return Fail("json_malformed", std::string("not JSON: ") + simdjson::error_message(error),
                "check that the text is whole and UTF-8");
  return JsonValue(std::move(document), std::make_shared<Node>(Node{root}));
}

bool JsonValue::IsObject() const { return node_ && node_->element.is_object(); }
bool JsonValue::IsArray() const { return node_ && node_->element.is_array(); }
bool JsonValue::IsString() const { return node_ && node_->element.is_string(); }
bool JsonValue::IsNumber() const { return node_ && node_->element.is_number(); }
bool JsonValue::IsBool() const { return node_ && node_->element.is_bool(); }
bool JsonValue::IsNull() const { return node_ && node_->element.is_null(); }

std::optional<JsonValue> JsonValue::Get(std::string_view name) const {
  if (!IsObject()) return std::nullopt;
  simdjson::dom::element member;
  if (node_->element.get_object().value_unsafe().at_key(name).get(member)) return std::nullopt;
  return JsonValue(document_, std::make_shared<Node>(Node{member}));
}

std::vector<std::pair<std::string, JsonValue>> JsonValue::Members() const {
  std::vector<std::pair<std::string, JsonValue>> out;
  if (!IsObject()) return out;
  const simdjson::dom::object object = node_->element.get_object().value_unsafe();
  for (const auto member : object)
    out.emplace_back(std::string(member.key), JsonValue(document_, std::make_shared<Node>(Node{member.value})));
  return out;
}

std::vector<JsonValue> JsonValue::Items() const {
  std::vector<JsonValue> out;
  if (!IsArray()) return out;
  const simdjson::dom::array array = node_->element.get_array().value_unsafe();
  for (const auto item : array) out.push_back(JsonValue(document_, std::make_shared<Node>(Node{item})));
  return out;
}

std::string JsonValue::AsString() const {
  return IsString() ? std::string(node_->element.get_string().value_unsafe()) : std::string();
}
bool JsonValue::AsBool() const { return IsBool() && node_->element.get_bool().value_unsafe(); }

std::optional<std::int64_t> JsonValue::AsInt() const {
  std::int64_t n = 0;
  if (!node_ || node_->element.get_int64().get(n)) return std::nullopt;
  return n;
}

std::string JsonValue::Dump() const {
  std::string out;
  if (!node_ || !AppendCanonicalFirst(out, node_->element)) return {};
  return out;
}

bool IsUtf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

std::string OnOneLine(std::string_view json) {
  std::string out(json.size(), '\0');
  std::size_t length = 0;
  if (simdjson::minify(json.data(), json.size(), out.data(), length)) return std::string(json);
  out.resize(length);
  return out;
}

// One pass: brackets outside of strings, and the commas at the first level.
std::optional<std::vector<std::string>> ElementsOf(std::string_view json_array) {
  if (!IsOneJsonValue(json_array)) return std::nullopt;
  const std::string text = OnOneLine(json_array);
  if (text.front() != '[') return std::nullopt;
  std::vector<std::string> elements;
  std::size_t begin = 1;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      else quoted = c != '"';
      continue;
    }
    quoted = c == '"';
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    const bool ends = (c == ',' && depth == 1) || depth == 0;
    if (!ends) continue;
    if (i > begin) elements.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return elements;
}

}  // namespace tenure::event
