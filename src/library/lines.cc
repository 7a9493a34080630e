#include "library/lines.h"

#include <istream>
#include <streambuf>

#include "event/codec.h"

namespace tenure::library {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsBlank(const std::string& text) { return text.find_first_not_of(" \t") == std::string::npos; }

}  // namespace

std::optional<Line> LineReader::Next() {
  std::streambuf* bytes = stream_.rdbuf();
  constexpr int kEnd = std::char_traits<char>::eof();
  while (bytes != nullptr) {
    Line line;
    line.number = ++number_;
    int c = bytes->sbumpc();
    if (c == kEnd) return std::nullopt;
    for (; c != kEnd && c != '\n'; c = bytes->sbumpc()) {
      ++line.bytes;
      if (line.text.size() <= event::kEventBytesMax) line.text += static_cast<char>(c);
    }
    if (!line.text.empty() && line.text.back() == '\r') line.text.pop_back();
    if (line.number == 1 && line.text.rfind(kByteOrderMark, 0) == 0) line.text.erase(0, kByteOrderMark.size());
    if (IsBlank(line.text)) continue;
    line.too_long = line.text.size() > event::kEventBytesMax;
    return line;
  }
  return std::nullopt;
}

Error LineTooLong(const Line& line) {
  return Error{"event_too_large",
               "the event has " + std::to_string(line.bytes) + " bytes, the limit is " + std::to_string(event::kEventBytesMax),
               "split it, or keep what is large elsewhere and name it in the event", Blame::kInput};
}

}  // namespace tenure::library
