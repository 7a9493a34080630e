#pragma once
// Errors as values: every fallible call of tenure returns Result<T>.
//
// An Error is made for three readers: a program (`code`, stable for ever), a person (`reason`, what was seen) and the
// person at the keyboard (`hint`, what to do about it). It prints as "code: reason; hint".
// Thread safety: plain values.
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace tenure {

// Whose turn it is to act; decides the exit code and later the HTTP status.
enum class Blame : unsigned char {
  kCaller,       // the question or the arguments are wrong (exit 2)
  kInput,        // an event or file was refused (exit 1)
  kFault,        // ours, or the machine's: disk full, corrupt files, a bug (exit 4)
  kUnavailable,  // try again later: not projected yet, another writer holds the directory (exit 4)
};

struct Error {
  std::string code;    // snake_case, stable: "event_time_without_zone"
  std::string reason;  // what was seen, with the value quoted
  std::string hint;    // what to do; may be empty
  Blame blame = Blame::kInput;

  std::string ToString() const { return hint.empty() ? code + ": " + reason : code + ": " + reason + "; " + hint; }
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> Fail(std::string code, std::string reason, std::string hint = {}, Blame blame = Blame::kInput) {
  return tl::unexpected<Error>(Error{std::move(code), std::move(reason), std::move(hint), blame});
}

}  // namespace tenure
