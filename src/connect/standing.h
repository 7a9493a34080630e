#pragma once
// What stands, as far as the events seen so far tell: which identities, and on them which grants, memberships and credentials.
//
// Used for two things: to put changes of one second in their causal order, and to notice what ended with its owner although no
// end of its own was ever seen. Events are taken in causal order. What was never seen is unknown, not gone. Memory is bounded:
// past kThingsMax nothing new is noted, and `Full` says so. Thread safety: one thread at a time.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tenure/event.h"

namespace tenure::connect {

// Something that begins and ends. An identity, or a policy, is its own subject; anything else stands on one or two subjects.
struct Thing {
  std::string subject;
  std::string fact;           // empty: the subject itself
  std::string other_subject;  // empty = none
  friend bool operator==(const Thing&, const Thing&) = default;
};

enum class Turn : std::uint8_t {
  kBegins,
  kEnds,
  kTouches,  // neither, but it is about the subject as it stands then: a tag, a trust policy, a policy attached
};
struct Change {
  Turn turn;
  Thing thing;
  std::string what;  // for a person: "role:… granted", "credential AKIA…"
};

// What the event begins, ends or touches; nothing for usage. A redefinition of a policy only touches it.
std::vector<Change> ChangesOf(const Event& event);
// A managed policy that customers write: neither inline, nor trust, nor one version, nor AWS's own.
bool IsPolicyRole(std::string_view role);

struct LostEnd {
  std::string subject, what;
  EffectiveTime at;
  std::string began_in;  // the id of the event that began it
};

class Standing {
 public:
  static constexpr std::size_t kThingsMax = 50'000;

  // True, false, or nothing when these events don't tell.
  std::optional<bool> Stands(const Thing& thing) const;
  // Notes the change. Returns what the end of a subject ended along with it.
  std::vector<LostEnd> Apply(const Change& change, EffectiveTime time, const std::string& event_id);
  bool Full() const { return full_; }

 private:
  struct Fact {
    bool stands = false;
    std::string what, began_in, other_subject;
  };
  struct Subject {
    std::optional<bool> stands;
    bool seen_from_its_beginning = false;  // then a fact that was not seen isn't there
    std::map<std::string, Fact> facts;
  };
  std::vector<LostEnd> End(const std::string& name, EffectiveTime time);
  void Note(const Change& change, const std::string& event_id, const std::string& name, const std::string& other);
  Subject* Find(const std::string& name);

  std::unordered_map<std::string, Subject> subjects_;
  std::size_t things_ = 0;
  bool full_ = false;
};

}  // namespace tenure::connect
