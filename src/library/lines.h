#pragma once
// Lines of a stream, numbered from 1, each held in memory only up to the limit of one event.
#include <iosfwd>
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

// Skips empty lines (they keep their number) and a byte order mark. Not owned: the stream.
class LineReader {
 public:
  explicit LineReader(std::istream& stream) : stream_(stream) {}
  // Nothing at the end of the stream.
  std::optional<Line> Next();

 private:
  std::istream& stream_;
  std::int64_t number_ = 0;
};

Error LineTooLong(const Line& line);

}  // namespace tenure::library
