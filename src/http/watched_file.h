#pragma once
// A small file that others replace while we run: read again when it has changed, looked at a few times a second at most.
//
// Thread safety: one thread at a time.
#include <sys/stat.h>

#include <chrono>
#include <optional>
#include <string>

#include "tenure/result.h"

namespace tenure::http {

class WatchedFile {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // An empty path: there is no file, ever.
  explicit WatchedFile(std::string path) : path_(std::move(path)) {}

  // Looks, unless it has looked a moment ago. True if there is something new to see: what follows has changed.
  bool Look(Moment now);

  // nullopt = there is no file. An error: it can't be read, or others than its owner and group may write it.
  const Result<std::optional<std::string>>& Text() const { return text_; }
  const std::string& Path() const { return path_; }

 private:
  void Read();

  const std::string path_;
  std::optional<Moment> looked_;
  std::optional<struct stat> seen_;
  Result<std::optional<std::string>> text_;
};

}  // namespace tenure::http
