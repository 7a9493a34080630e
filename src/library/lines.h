#pragma once
// Lines of a stream, numbered from 1, each held in memory only up to the limit of one event.
#include <array>
#include <istream>
#include <optional>
#include <string>

#include "tenure/result.h"

namespace tenure::library {

struct Line {
  std::int64_t number = 0;
  std::string text;  // without its end; whole unless too_long
  bool too_long = false;
  std::int64_t bytes = 0;  // its real length
};

// Skips empty lines (they keep their number), and a byte order mark where the input begins. Takes no more of the stream than the lines
// that it gave, and leaves its state alone. Not owned: the stream.
class LineReader {
 public:
  // `first`: the number of the stream's first line; an input begins with 1.
  explicit LineReader(std::istream& stream, std::int64_t first = 1);
  // Nothing at the end of the stream.
  std::optional<Line> Next();

 private:
  bool Read(Line& line);

  std::istream stream_;  // over the other's buffer
  std::int64_t number_;
  std::array<char, 16 << 10> piece_;
};

Error LineTooLong(const Line& line);

}  // namespace tenure::library
