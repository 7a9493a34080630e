#pragma once
// Finds what a policy holds when one of its versions becomes the default.
//
// SetDefaultPolicyVersion names a version and not its content. It is recorded as a definition that may hold anything, marked with
// the version. Where the version's content is in this import or already in the record, an event `<id>/content` is added that
// defines the policy by it and supersedes the mark. Which of the two was imported first makes no difference: both are looked for
// from either side, and the mark is always there. Content is taken from the same life of the policy: deleted and made again, it
// counts its versions anew. Memory is bounded. Thread safety: one thread at a time.
#include <map>
#include <string>
#include <vector>

#include "connect/causal_order.h"
#include "tenure/event.h"
#include "tenure/result.h"

namespace tenure::connect {

class PolicyVersions {
 public:
  static constexpr std::size_t kKeptBytesMax = 16 * 1024 * 1024;  // of events; what is beyond is only found in the record
  static constexpr std::size_t kPoliciesMax = 100'000;

  // An event of this import. Only definitions, marks and ends of policies matter.
  void Note(const Event& event);
  // The events to add, complete, by (time, id). REQUIRED: what was noted is in the record before, if there is one.
  // Errors: what `recorded` returned, or the codec's.
  Result<std::vector<Event>> Resolve(const Recorded& recorded) const;

 private:
  std::map<std::string, std::vector<Event>> noted_;  // by the policy's role
  std::size_t kept_bytes_ = 0;
};

}  // namespace tenure::connect
