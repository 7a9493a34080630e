#include "wire/event_stream.h"

namespace tenure::wire {
namespace {
constexpr std::size_t kLineBytesMax = 64u << 20;
}

bool EventStream::Add(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    line_ += bytes.substr(0, end);
    if (line_.size() > kLineBytesMax) {
      too_long_ = true;
      return false;
    }
    if (end == std::string_view::npos) return true;
    bytes.remove_prefix(end + 1);
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    const bool more = Line(line_);
    line_.clear();
    if (!more) return false;
  }
  return true;
}

bool EventStream::Line(std::string_view line) {
  if (line.empty()) return Dispatch();
  const std::string_view name = line.substr(0, line.find(':'));
  std::string_view value = line.substr(std::min(line.size(), name.size() + 1));
  if (value.substr(0, 1) == " ") value.remove_prefix(1);
  if (name == "id") id_ = std::string(value);
  if (name == "data") {
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  }
  return true;
}

bool EventStream::Dispatch() {
  const bool more = !has_data_ || take_(data_);
  has_data_ = false;
  data_.clear();
  if (more) reached_ = id_;
  return more;
}

}  // namespace tenure::wire
