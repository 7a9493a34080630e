#pragma once
// Who owned the control, and was it right, naively: docs/reference/governance.md, each sentence as a plain function over the facts in
// force. Nothing is shared with what it judges.
//
// `until` of a question: its moment T, or the last microsecond of its window. What the record says at a later time is not told.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reference/reference.h"
#include "tenure/answer.h"

namespace tenure::reference {

inline EffectiveTime UntilOf(const tenure::When& when) {
  return when.as_of ? *when.as_of : EffectiveTime{when.during->until.us - 1};
}

// --- the life of an authority (governance_chain.cc)
struct ChainStep {
  EffectiveTime at;
  std::string part, what, by, text;
  std::int64_t count = 1;
  OptionalTime until;
  std::vector<Position> evidence;
};
struct ChainGap {
  std::string gap, about;  // about: the approver
  std::vector<Position> evidence;
};
struct Chain {
  AuthorityKey key;
  std::vector<ChainStep> steps;
  std::vector<ChainGap> gaps;
};
struct WhyHeldAsked {
  std::string ref, role, action, resource;  // role, or action and resource
};
std::vector<Chain> WhyHeld(const View& view, const WhyHeldAsked& asked, const tenure::When& when);

// --- who owned the controls (governance_controls.cc)
struct Control {
  std::string plane, source, owner, writer, actor;
  std::int64_t events = 0, identities = 0, credentials = 0, roles = 0, grants = 0, memberships = 0, ended = 0;
  EffectiveTime first, last;
  std::vector<std::string> marks, bundled;
  std::int64_t bundled_count = 0;
  std::vector<Position> evidence;  // of the first and the last event
};
std::vector<Control> Controls(const View& view, const std::vector<std::string>& configured_sources, const tenure::When& when);

// --- reviews (governance_reviews.cc)
// A grant, a membership or a credential of somebody, held on paper at a moment.
struct Possession {
  std::string principal, kind, id;  // kind: grant, group, credential
  std::string role, scope;          // of a grant
  EffectiveTime since;              // the beginning of the stretch of time in which it is held
  std::vector<Position> evidence;
  friend bool operator<(const Possession& a, const Possession& b) {
    return std::tie(a.principal, a.kind, a.id) < std::tie(b.principal, b.kind, b.id);
  }
};
struct ReviewedRow {
  Possession held;
  std::string decision, reviewer, reason, state;
  OptionalTime decided_at, carried_out_at;
  std::int64_t open_days = 0;
  std::vector<Position> evidence;
};
struct ReviewNow {
  const ReviewOpened* opened = nullptr;
  EffectiveTime opened_at;
  OptionalTime closed_at;
  PositionVector known;  // when it was opened
  std::vector<Position> evidence;
  std::vector<ReviewedRow> rows;
};
// By their names. The reference is asked again for what was known when each was opened.
std::map<std::string, ReviewNow> Reviews(const Reference& reference, const PositionVector& knowledge, const tenure::When& when);
// Those that nobody ever decided about.
std::vector<Possession> NeverReviewed(const View& view, EffectiveTime t);
std::int64_t WholeDays(EffectiveTime from, EffectiveTime until);

// --- words that they share (governance_words.cc)
// Live, whatever anybody's status, doubts aside.
bool GrantLive(const View& view, const std::string& principal, const std::string& grant, EffectiveTime t);
bool Belongs(const View& view, const std::string& member, const std::string& group, EffectiveTime t);
// The maximal stretches of time in which it holds.
std::vector<Interval> Stretches(const View& view, const std::function<bool(EffectiveTime)>& holds);
// The terms' own permissions, or those of their role's last definition at t, also when it is retired; nullptr without any: nobody knows.
const std::vector<Permission>* OnPaper(const View& view, const GrantIssued& terms, EffectiveTime t);
// What nobody knows may be anything but `assume`.
bool TermsAllow(const View& view, const GrantIssued& terms, const std::string& action, const std::string& resource,
                EffectiveTime t);

// --- what ends that which was held just before a time and is not at it (governance_ends.cc)
// Its own expiry; else an event of its own (a revoke; a removal or another addition; …), the first that counts in the existence that was;
// else the first of the other events of that time, in order of record, that did.
struct Ending {
  std::string what;
  const Fact* by = nullptr;  // nullptr: nobody, it expired
};
Ending EndOfGrant(const View& view, const std::string& principal, const std::string& grant, EffectiveTime at);
Ending EndOfMembership(const View& view, const std::string& member, const std::string& group, EffectiveTime at);
Ending EndOfCredential(const View& view, const std::string& identity, const std::string& credential, EffectiveTime at);

}  // namespace tenure::reference
