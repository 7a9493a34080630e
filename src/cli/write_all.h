#pragma once
// A text to a file descriptor, whole. Thread safety: free function.
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string_view>

namespace tenure::cli {

// What could be written of `text`; errno tells why not all.
inline bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace tenure::cli
