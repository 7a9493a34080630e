#pragma once
// SHA-256 of bytes that come in pieces, for files too large to hold. One thread; made for one hash.
#include <memory>
#include <string>
#include <string_view>

#include "event/codec.h"

namespace tenure::event {

class RunningHash {
 public:
  RunningHash();
  ~RunningHash();
  RunningHash(const RunningHash&) = delete;
  RunningHash& operator=(const RunningHash&) = delete;
  void Add(std::string_view bytes);
  Hash256 Finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Lower case.
std::string HexOf(const Hash256& hash);

}  // namespace tenure::event
