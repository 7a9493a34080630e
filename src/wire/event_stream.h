#pragma once
// Server-sent events, read from bytes that come in any portions.
// Thread safety: one thread.
#include <functional>
#include <string>
#include <string_view>

namespace tenure::wire {

class EventStream {
 public:
  // Of each event its data; false: no more is wanted. An event counts as reached only when it was taken.
  using Take = std::function<bool(const std::string& data)>;
  explicit EventStream(Take take) : take_(std::move(take)) {}

  // False when no more is wanted, or a line is longer than any that the service sends (then TooLong).
  bool Add(std::string_view bytes);
  bool TooLong() const { return too_long_; }
  // The id of the last event that was taken whole, or of a heartbeat after it; empty if there was none.
  const std::string& Reached() const { return reached_; }

 private:
  bool Line(std::string_view line);
  bool Dispatch();

  Take take_;
  std::string line_, data_, id_, reached_;
  bool has_data_ = false, too_long_ = false;
};

}  // namespace tenure::wire
