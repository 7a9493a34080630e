#include "library/json_text.h"

#include <algorithm>

namespace tenure::library {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::size_t SkipSpace(std::string_view text, std::size_t at) { return std::min(text.find_first_not_of(kSpace, at), text.size()); }

std::size_t EndOfString(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return std::min(at + 1, text.size());
}

// Behind the value that begins at `at`.
std::size_t EndOfValue(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '"') return EndOfString(text, at);
  int depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = EndOfString(text, at);
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') {
      if (depth == 0) return at;
      if (--depth == 0) return at + 1;
    }
    if (depth == 0 && (c == ',' || kSpace.find(c) != std::string_view::npos)) return at;
    ++at;
  }
  return at;
}

// Behind the comma after a value, or at the end of what encloses it.
std::size_t NextItem(std::string_view text, std::size_t at) {
  at = SkipSpace(text, at);
  return at < text.size() && text[at] == ',' ? SkipSpace(text, at + 1) : at;
}

}  // namespace

std::optional<std::string_view> MemberText(std::string_view object, std::string_view name) {
  std::size_t at = SkipSpace(object, 0);
  if (at >= object.size() || object[at] != '{') return std::nullopt;
  for (at = SkipSpace(object, at + 1); at < object.size() && object[at] == '"';) {
    const std::size_t key_end = EndOfString(object, at);
    const std::string_view key = object.substr(at + 1, key_end - at - 2);
    at = SkipSpace(object, std::min(object.find(':', key_end), object.size() - 1) + 1);
    const std::size_t end = EndOfValue(object, at);
    if (key == name) return object.substr(at, end - at);
    at = NextItem(object, end);
  }
  return std::nullopt;
}

std::vector<std::string_view> ElementTexts(std::string_view array) {
  std::vector<std::string_view> elements;
  std::size_t at = SkipSpace(array, 0);
  if (at >= array.size() || array[at] != '[') return elements;
  for (at = SkipSpace(array, at + 1); at < array.size() && array[at] != ']';) {
    const std::size_t end = EndOfValue(array, at);
    if (end == at) break;
    elements.push_back(array.substr(at, end - at));
    at = NextItem(array, end);
  }
  return elements;
}

}  // namespace tenure::library
