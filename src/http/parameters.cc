#include "http/parameters.h"

#include <charconv>

#include "event/codec.h"

namespace tenure::http {
namespace {

constexpr std::string_view kMayRepeat = "without";

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

tl::unexpected<Error> Malformed(const std::string& reason, const std::string& hint) {
  return Fail("parameter_malformed", reason, hint, Blame::kCaller);
}

}  // namespace

std::optional<std::string> Decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = HexDigit(text[i + 1]), low = HexDigit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
    out += c;
  }
  if (!event::IsUtf8(out)) return std::nullopt;
  return out;
}

std::optional<std::vector<std::string>> Segments(std::string_view path) {
  if (path.empty() || path[0] != '/') return std::nullopt;
  std::vector<std::string> segments;
  for (std::size_t at = 1; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    auto segment = Decoded(path.substr(at, end - at));
    if (!segment || segment->empty()) return std::nullopt;
    segments.push_back(std::move(*segment));
    at = end + 1;
  }
  return segments;
}

Result<Parameters> Parameters::Parse(std::string_view query) {
  Parameters parameters;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto name = Decoded(pair.substr(0, equals));
    const auto value = equals == std::string_view::npos ? std::optional<std::string>("") : Decoded(pair.substr(equals + 1));
    if (!name || !value || name->empty())
      return Malformed("a parameter of the query can't be decoded", "percent-encode UTF-8 bytes: user%3Aalice");
    if (parameters.values_.emplace(*name, *value).second) continue;
    if (*name != kMayRepeat)
      return Fail("parameter_repeated", "\"" + *name + "\" is given more than once", "give it once", Blame::kCaller);
    parameters.again_[*name].push_back(*value);
  }
  return parameters;
}

std::string Parameters::Take(const std::string& name) {
  const auto it = values_.find(name);
  if (it == values_.end()) return {};
  std::string value = std::move(it->second);
  values_.erase(it);
  if (value.empty()) empty_ = name;
  return value;
}

std::vector<std::string> Parameters::TakeAll(const std::string& name) {
  if (!values_.contains(name)) return {};
  std::vector<std::string> all{Take(name)};
  const auto again = again_.find(name);
  if (again == again_.end()) return all;
  all.insert(all.end(), again->second.begin(), again->second.end());
  again_.erase(again);
  return all;
}

Result<bool> Parameters::TakeFlag(const std::string& name) {
  const auto it = values_.find(name);
  if (it == values_.end()) return false;
  const std::string value = std::move(it->second);
  values_.erase(it);
  if (value == "false") return false;
  if (value.empty() || value == "true") return true;
  return Malformed(name + " is \"" + value + "\"", "give true or false");
}

Result<std::int64_t> Parameters::TakeNumber(const std::string& name, std::int64_t absent, std::int64_t least, std::int64_t most) {
  const std::string value = Take(name);
  if (value.empty()) return absent;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || number < least || number > most)
    return Malformed(name + " is \"" + value + "\"",
                     "give a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return number;
}

Status Parameters::AllTaken() const {
  if (values_.empty() && !empty_.empty()) return Malformed(empty_ + " is empty", "give it a value or leave it out");
  if (values_.empty()) return {};
  return Fail("parameter_unknown", "this question has no parameter \"" + values_.begin()->first + "\"",
              "see /openapi.yaml for those that it has", Blame::kCaller);
}

}  // namespace tenure::http
