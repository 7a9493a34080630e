#include "library/lines.h"

#include <algorithm>
#include <string_view>

#include "event/codec.h"

namespace tenure::library {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsBlank(const std::string& text) { return text.find_first_not_of(" \t") == std::string::npos; }

}  // namespace

LineReader::LineReader(std::istream& stream, std::int64_t first) : stream_(stream.rdbuf()), number_(first - 1) {
  if (stream_.rdbuf() != nullptr) stream_.exceptions(std::ios::badbit);  // what the buffer throws is its reader's to see
}

// Up to the end of a line, or of the stream; false if it had ended before.
bool LineReader::Read(Line& line) {
  while (true) {
    stream_.getline(piece_.data(), static_cast<std::streamsize>(piece_.size()));
    const auto taken = static_cast<std::size_t>(stream_.gcount());
    const bool ended = stream_.eof() || stream_.bad(), goes_on = !ended && stream_.fail();
    if (ended && taken == 0 && line.bytes == 0) return false;
    const std::size_t bytes = taken - (ended || goes_on ? 0 : 1);
    line.bytes += static_cast<std::int64_t>(bytes);
    const std::size_t room = event::kEventBytesMax + 1 - line.text.size();
    line.text.append(piece_.data(), std::min(bytes, room));
    if (!goes_on) return true;
    stream_.clear();
  }
}

std::optional<Line> LineReader::Next() {
  while (true) {
    Line line;
    line.number = ++number_;
    if (!Read(line)) return std::nullopt;
    if (!line.text.empty() && line.text.back() == '\r') line.text.pop_back();
    if (line.number == 1 && line.text.rfind(kByteOrderMark, 0) == 0) line.text.erase(0, kByteOrderMark.size());
    if (IsBlank(line.text)) continue;
    line.too_long = line.text.size() > event::kEventBytesMax;
    return line;
  }
}

Error LineTooLong(const Line& line) {
  return Error{"event_too_large",
               "the event has " + std::to_string(line.bytes) + " bytes, the limit is " + std::to_string(event::kEventBytesMax),
               "split it, or keep what is large elsewhere and name it in the event", Blame::kInput};
}

}  // namespace tenure::library
