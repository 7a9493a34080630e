// References and patterns on any bytes: the input is cut at its first line feed into a pattern and a text. The glob is held to a
// dynamic programme that states the rule plainly, and the laws of cover to each other.
#include <string>
#include <vector>

#include "event/reference.h"
#include "fuzz/fuzzing.h"

namespace {

// reachable[j]: the pattern read so far matches the first j bytes.
bool NaiveMatch(std::string_view pattern, std::string_view text) {
  std::vector<bool> reachable(text.size() + 1, false);
  reachable[0] = true;
  for (char p : pattern) {
    std::vector<bool> next(text.size() + 1, false);
    for (std::size_t j = 0; j <= text.size(); ++j) {
      if (p == '*') next[j] = reachable[j] || (j > 0 && next[j - 1]);
      else if (j > 0) next[j] = reachable[j - 1] && (p == '?' || p == text[j - 1]);
    }
    reachable = std::move(next);
  }
  return reachable[text.size()];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenure;
  using fuzz::Must;
  if (size > 4096) return 0;
  const std::string_view input = fuzz::TextOf(data, size);
  const auto cut = std::min(input.find('\n'), input.size());
  const std::string_view pattern = input.substr(0, cut), text = cut < input.size() ? input.substr(cut + 1) : "";

  Must(event::Matches(pattern, text) == NaiveMatch(pattern, text));
  if (event::IsEverything(pattern)) Must(event::Matches(pattern, text));
  if (!event::HasWildcard(pattern)) Must(event::Matches(pattern, text) == (pattern == text));

  if (text != "*" && event::CoversResource(pattern, text, false)) Must(event::CoversResource(pattern, text, true));
  for (const auto ancestor : event::Ancestors(text)) {
    Must(ancestor.size() < text.size() && text.substr(0, ancestor.size()) == ancestor);
    if (text != "*" && ancestor != "*" && event::Matches(pattern, ancestor)) Must(event::CoversResource(pattern, text, true));
  }

  if (event::CheckReference(text)) {
    Must(text.size() <= 2048 && !event::TypeOf(text).empty() && text[event::TypeOf(text).size()] == ':');
    Must(event::CheckIdentity(text).has_value() == (event::TypeOf(text) != "role"));
  }
  return 0;
}
