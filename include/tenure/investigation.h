#pragma once
// How far an identity could reach, and what happened step by step, as values: docs/reference/investigation.md.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tenure/answer.h"
#include "tenure/time.h"

namespace tenure {

// --- blast radius
struct ReachQuestion {
  std::string ref;                              // whose reach
  Interval window{EffectiveTime{0}, kForever};  // from when on it is not itself; until kForever: for ever
  std::string credential;                       // its uses alone are counted as done; empty: all are
  std::int64_t depth = 1;  // of identities that it made: 0 lists them, 1 follows them, 2 those that they made
};
inline constexpr std::int64_t kReachDepthMax = 16;

enum class ReachKind : std::uint8_t { kIdentity, kAuthority, kMade, kUse };
struct UseCount {
  std::int64_t count = 0;
  OptionalTime first, last;  // nothing without a use
};
struct ReachRow {
  ReachKind kind = ReachKind::kIdentity;
  // When it could be reached, within the window; of what was made, from then on; of uses, the first and just after the last.
  Interval span;
  std::string who;      // the one asked about, or an identity that was made by way of it
  std::string as;       // as whom: who itself, or one that it could act as
  bool certain = true;  // false: it can't be excluded
  // kAuthority: one stretch of one effect (allow or unknown) of one grant
  RowEffect effect = RowEffect::kAllow;
  std::string role /* empty = inline */, scope, grant_kind, grant, granted_to;
  std::vector<Permission> permissions;  // inline only
  bool denies_apply = false;            // some deny holds for `as` meanwhile
  UseCount used, used_apart;            // allowed uses that it covers, and those by another credential than the one named
  // kMade
  std::string change, ref;  // the event in words, and whom it is about
  bool followed = false;    // ref is an identity whose reach is listed, too
  // kUse: one kind of use; its number, first and last are those of `used`, or of `used_apart`
  std::string action, resource, outcome, credential;
  std::vector<std::string> via;
  std::vector<PathStep> path;  // kIdentity, kAuthority: at the beginning of span, from who
  EvidenceIndex evidence;      // kMade: the event; kUse: the first and the last
};
struct ReachAnswer {
  AnswerHead head;
  ReachQuestion asked;
  std::int64_t total = 0;      // rows on all pages
  std::vector<ReachRow> rows;  // in order of time
};

// --- replay
struct ReplayQuestion {
  std::string subject;  // empty: every change, each with the state of whom it is about
  Interval window;
};
struct ReplayState {
  std::string status;                        // of the identity; a role: undefined, defined, retired; empty: neither
  std::int64_t effective = 0, possible = 0;  // rows of `what`
};
struct ReplayChange {
  bool gained = true;
  std::string role /* or permissions in words */, scope;
};
struct ReplayStep {
  ReplayState before, after;
  std::vector<ReplayChange> changes;
};
struct ReplayRow {
  EffectiveTime time;
  RecordedTime recorded_at;
  std::string change, ref;  // the event in words, and whom it is about
  std::string subject;      // whose state this is
  bool left_out = false;    // by the question; then it changes nothing in `step`
  ReplayStep step;
  std::optional<ReplayStep> on_record;  // beside what would have been; only if something is left out
  EvidenceIndex evidence;
};
struct ReplayAnswer {
  AnswerHead head;
  ReplayQuestion asked;
  std::int64_t total = 0;
  std::vector<ReplayRow> rows;  // in order of effect
};

// --- incidents
// Questions that are kept under a name, to be asked again by a colleague with the same answers.
struct Incident {
  std::string name;                                 // letters, digits, and - _ . inside; 64 at most
  EffectiveTime at;                                 // the moment that they are about, and what `now` means in them
  std::string position;                             // what was known: a token
  std::string policy;                               // JSON: by which findings judge
  std::vector<std::vector<std::string>> questions;  // the words of each, as on a command line
};

}  // namespace tenure
