#pragma once
// A folder below $TMPDIR (else /tmp) of this process alone, gone with the value; what a process left that was killed goes with the next one.
// Thread safety: plain value.
#include <string>
#include <utility>

#include "tenure/result.h"

namespace tenure::library {

class Scratch {
 public:
  // Errors: evidence_io (kFault).
  static Result<Scratch> Make();
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch();

  const std::string& Path() const { return path_; }

 private:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace tenure::library
