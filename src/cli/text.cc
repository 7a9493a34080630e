#include "cli/text.h"

namespace tenure::cli {

std::string Pad(std::string_view text, std::size_t width) {
  const std::size_t has = Width(text);
  return std::string(text) + std::string(has < width ? width - has : 0, ' ');
}

std::vector<std::string> Wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (Width(text) > width) {
    std::size_t cut = library::BytesWithin(text, width);
    const std::size_t space = text.substr(0, cut + 1).rfind(' ');
    const bool at_space = space != std::string_view::npos && space > 0;
    if (at_space) cut = space;
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(at_space ? cut + 1 : cut);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

std::string WithCommas(std::int64_t n) {
  std::string digits = std::to_string(n < 0 ? -n : n);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return n < 0 ? "-" + digits : digits;
}

std::string Count(std::int64_t n, std::string_view one, std::string_view many) {
  return WithCommas(n) + " " + std::string(n == 1 ? one : many);
}

}  // namespace tenure::cli
