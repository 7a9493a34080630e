// Times on any bytes: what is read is written and read again as the same moment, an event's time is a question's time, and what is
// refused says why.
#include <string>

#include "event/clock.h"
#include "fuzz/fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenure;
  using fuzz::Must;
  const std::string_view text = fuzz::TextOf(data, size);
  const EffectiveTime now{1'700'000'000'000'000};
  const auto read = event::ParseRfc3339(text);
  const auto asked = event::ParseQuestionTime(text, now);
  if (read) {
    Must(asked.has_value() && *asked == *read);
    const auto again = event::ParseRfc3339(event::FormatTime(read->us));
    Must(again.has_value() && *again == *read);
  } else {
    Must(!read.error().code.empty() && !read.error().hint.empty());
  }
  if (!asked) Must(asked.error().blame == Blame::kCaller && !asked.error().hint.empty());
  return 0;
}
