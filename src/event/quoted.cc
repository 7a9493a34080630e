#include "event/quoted.h"

#include <algorithm>

#include "event/json_writer.h"

namespace tenure::event {
namespace {

constexpr std::size_t kShownBytesMax = 80;

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::string Quoted(std::string_view text) {
  std::size_t shown = std::min(text.size(), kShownBytesMax);
  if (shown < text.size())
    while (shown > 0 && Continues(text[shown])) --shown;
  std::string out;
  AppendJsonString(out, text.substr(0, shown));
  return shown < text.size() ? out + "..." : out;
}

}  // namespace tenure::event
