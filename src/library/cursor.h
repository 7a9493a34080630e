#pragma once
// A cursor: where the next page begins, and the knowledge and moment that all pages share, so that pages never tear.
//
// The text is URL-safe and opaque to users. It is bound to its question (name and arguments): used with another it is
// cursor_other_question; damaged it is cursor_malformed (both kCaller). Thread safety: free functions over plain values.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "library/knowledge.h"
#include "tenure/answer.h"

namespace tenure::library {

struct Cursor {
  std::string token;              // fixes V
  std::optional<RecordedTime> k;  // what the head says as known_time, if the first page asked by time
  bool closed = true;             // as it was when the first page was answered
  When when;                      // fixes T
  std::string inner;              // the question's own place, any bytes
};

// `question` is the question's name and its arguments; order matters, contents may be any bytes.
std::string WriteCursor(const Cursor& cursor, const std::vector<std::string>& question);
Result<Cursor> ReadCursor(std::string_view text, const std::vector<std::string>& question);

}  // namespace tenure::library
