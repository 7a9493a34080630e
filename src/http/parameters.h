#pragma once
// The query of a URL and the segments of its path, decoded. What is not understood is refused, so that a mistyped `as_off` can't
// silently ask about now.
// Thread safety: plain values.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenure/result.h"

namespace tenure::http {

// Percent-decoded; nullopt for a bad escape, a control character or what is no UTF-8. `+` stands for itself.
std::optional<std::string> Decoded(std::string_view text);

// "/v1/identities/user%3Aa" -> {"v1", "identities", "user:a"}; nullopt where a segment can't be decoded or is empty.
std::optional<std::vector<std::string>> Segments(std::string_view path);

class Parameters {
 public:
  // Errors (kCaller): parameter_malformed, parameter_repeated.
  static Result<Parameters> Parse(std::string_view query);

  // The value, which is thereby understood; empty where it isn't given.
  std::string Take(const std::string& name);
  // The values of one that may be given more than once, which `without` alone may; in the order given.
  std::vector<std::string> TakeAll(const std::string& name);
  // As a flag: absent or false, true or given without a value. Errors (kCaller): parameter_malformed.
  Result<bool> TakeFlag(const std::string& name);
  // A whole number of at least `least`. Errors (kCaller): parameter_malformed.
  Result<std::int64_t> TakeNumber(const std::string& name, std::int64_t absent, std::int64_t least, std::int64_t most);
  // What nobody took yet.
  const std::map<std::string, std::string>& Left() const { return values_; }
  // Nothing is left that nobody took, and nothing was taken that was given without a value: a variable that wasn't set would ask
  // another question. Errors (kCaller): parameter_unknown, parameter_malformed.
  Status AllTaken() const;

 private:
  std::map<std::string, std::string> values_;
  std::map<std::string, std::vector<std::string>> again_;  // the second value and later ones
  std::string empty_;                                      // a name whose value was taken and empty
};

}  // namespace tenure::http
