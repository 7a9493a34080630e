#pragma once
// The naive reference model: the judge of what tenure must answer. Each rule is one plain pointwise function over the records known
// at V. It filters, sorts and folds, with no index and nothing remembered between calls; it shares no code with what it judges.
//
//   Reference reference(entries, {.correctors = {"audit"}});
//   View view = reference.At(reference.Everything());
//   view.Check("user:a", "read", "bucket:b", t)      // Tri
//
// Facts at an instant are pairs (must, may). A fact over time is the same function asked at each time that a record mentions:
// between two of them nothing changes.
//
// Taints. What is certain never rests on a tainted key. What is possible depends on who asks: `check`, a status of credentials and
// Active count every fact that a tainted key might have (Lens::taints), the rows of `who` and `what` are those that the fold gives
// without the taint ("none is added"), shown as possible.
//
// A View borrows the entries of its Reference, which must outlive it. Const calls are safe from any number of threads.
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reference/record.h"
#include "reference/settlement.h"
#include "reference/truth.h"

namespace tenure::reference {

enum class IdentityStatus { kAbsent, kUnrecorded, kActive, kPending, kSuspended, kExpired, kRetired };
const char* StatusName(IdentityStatus status);

// The part of (time, order of record) that one existence of an identity, a group or a role spans.
struct Incarnation {
  int number = 1;
  std::optional<Moment> from, until;  // from: the registration that began it; the first reaches back without bound
  bool Holds(const Moment& m) const { return (!from || *from <= m) && (!until || m < *until); }
};

// The registers of an identity at an instant, read within the incarnation of that instant.
struct IdentityRegisters {
  std::optional<bool> registered;  // nullopt: no life event yet
  bool suspended = false, pending = false;
  OptionalTime expires_at;
  std::optional<std::string> owner, environment, display_name;
  std::string attributes = "{}";  // JSON; nested ones merged too
  // A limit on what it is allowed, which nobody here evaluates.
  bool Boundary() const;
};

struct RoleRegister {
  enum class State { kUndefined, kDefined, kRetired } state = State::kUndefined;
  // Of the last definition at or before the instant; nullptr: never defined. In force only while kDefined.
  const std::vector<Permission>* permissions = nullptr;
};

struct Credential {
  std::string credential;
  Truth live;  // before the horizon, a no is a maybe
  OptionalTime not_before, expires_at;
};

// What certainly held and what may have held, as maximal intervals, ascending. must is within may.
struct Held {
  std::vector<Interval> must, may;
  friend bool operator==(const Held&, const Held&) = default;
};
// The maximal interval that holds t, alone; and what of the intervals lies within the window.
std::vector<Interval> Around(const std::vector<Interval>& intervals, EffectiveTime t);
std::vector<Interval> Clip(const std::vector<Interval>& intervals, const Interval& window);
// What is in `a` and not in `b`.
std::vector<Interval> Minus(const std::vector<Interval>& a, const std::vector<Interval>& b);

struct HolderRow {
  std::string principal;
  Truth holds;  // must: effective; else possible
  friend bool operator==(const HolderRow&, const HolderRow&) = default;
};

enum class RowEffect { kAllow, kDeny, kUnknown };
enum class RowStatus { kEffective, kPossible, kOnPaper };
struct AuthorityKey {
  std::string granted_to, grant;
  RowEffect effect;
  friend auto operator<=>(const AuthorityKey&, const AuthorityKey&) = default;
};
struct AuthorityRow {
  AuthorityKey key;
  std::string role, scope, kind;  // of the terms at the instant; role empty = inline
  RowStatus status;
  Truth holds;
  bool assumed = false;  // holds, or is on paper, only by an assumption
};
struct AuthorityHeld {
  Held held;
  std::vector<Interval> on_paper;  // when the row is listed, effective and possible times included
};

// What somebody holds by one (role or permissions, scope); a role that is defined then, with its permissions one by one.
struct Holding {
  std::string what, scope;  // what: the role or permissions in words, "deny " before it for a deny
  friend auto operator<=>(const Holding&, const Holding&) = default;
};
struct Holdings {
  std::set<Holding> all;
  std::map<Holding, std::set<std::string>> permissions;
  bool Gives(const Holding& by, const std::string& words) const {
    auto it = permissions.find(by);
    return it != permissions.end() && it->second.contains(words);
  }
};
struct Change {
  std::string ref;
  bool gained;
  Holding what;
  EffectiveTime at;
  friend auto operator<=>(const Change&, const Change&) = default;
};

// One step of a way by which something is certainly held: by a group, as another identity, by a grant (its role, or "inline:<grant>").
struct WayStep {
  enum class Kind { kMemberOf, kAssumes, kGranted } kind;
  std::string ref;
  friend bool operator==(const WayStep&, const WayStep&) = default;
};
using Way = std::vector<WayStep>;

enum class QuestionKind { kShow, kIdentities, kCheck, kWhat, kWho };
struct Consulted {
  Topic plane;
  std::string key;
  friend auto operator<=>(const Consulted&, const Consulted&) = default;
};

// What an evaluation looks through: whether tainted keys may hide facts, and whether allows may come by everyone:*.
struct Lens {
  bool taints = true, everyone = true;
};

class View {
 public:
  View(const std::vector<Entry>& entries, const Configuration& configuration, const PositionVector& knowledge);

  const Settlement& Record() const { return record_; }
  // The same as if no facts but these, ascending by moment, had been said.
  View Saying(std::vector<Fact> facts) const;

  // --- existence (identity.cc)
  IdentityStatus StatusOf(const std::string& ref, EffectiveTime t) const;  // before the horizon, absent is unrecorded
  IdentityRegisters RegistersOf(const std::string& ref, EffectiveTime t) const;
  Incarnation IncarnationOf(const std::string& ref, EffectiveTime t) const;  // of an identity, a group or a role
  Truth Active(const std::string& ref, EffectiveTime t, Lens lens = {}) const;
  std::vector<Credential> Credentials(const std::string& ref, EffectiveTime t) const;
  std::set<std::string> Linked(const std::string& ref, EffectiveTime t) const;
  // Identities that events in force name in any part, groups included; without everyone:*.
  std::set<std::string> Named() const;
  // Those of them, no groups, that an allow of `assume` can give.
  std::set<std::string> Assumable() const;
  std::map<std::string, IdentityStatus> Identities(EffectiveTime t) const;
  // The records that tell of an identity, a group or a role, whatever became of them (story.cc).
  std::map<Position, RecordState> StoryOf(const std::string& ref) const;

  // --- the facts of access (access.cc)
  RoleRegister RoleAt(const std::string& role, EffectiveTime t) const;
  Truth Member(const std::string& member, const std::string& group, EffectiveTime t, Lens lens = {}) const;
  const GrantIssued* Terms(const std::string& principal, const std::string& grant, EffectiveTime t) const;
  Truth Live(const std::string& principal, const std::string& grant, EffectiveTime t, Lens lens = {}) const;
  // The same for its allows: those of a delegated grant are live only while the delegator is active.
  Truth Allows(const std::string& principal, const std::string& grant, EffectiveTime t, Lens lens = {}) const;
  std::set<std::string> GrantsTo(const std::string& principal) const;  // ids, of any time
  std::set<std::string> Groups() const;

  // --- authority (authority.cc)
  Truth Own(const std::string& ref, const std::string& action, const std::string& resource, EffectiveTime t,
            Lens lens = {}) const;
  Truth Assumes(const std::string& ref, const std::string& target, EffectiveTime t, Lens lens = {}) const;
  Truth Effective(const std::string& ref, const std::string& action, const std::string& resource, EffectiveTime t,
                  Lens lens = {}) const;

  // --- questions (questions.cc, what.cc)
  Tri Check(const std::string& ref, const std::string& action, const std::string& resource, EffectiveTime t) const;
  Tri Check(const std::string& ref, const std::string& action, const std::string& resource, const Interval& during) const;
  std::vector<HolderRow> Who(const std::string& action, const std::string& resource, EffectiveTime t) const;
  std::vector<HolderRow> WhoRole(const std::string& role, EffectiveTime t) const;
  std::vector<HolderRow> MembersOf(const std::string& group, EffectiveTime t) const;
  std::vector<AuthorityRow> What(const std::string& ref, EffectiveTime t) const;  // on-paper rows included, ascending by key

  // The certain way with the fewest steps, of those the bytewise least; empty without one (way.cc).
  Way ShortestWay(const std::string& ref, const std::string& action, const std::string& resource, EffectiveTime t) const;

  // --- the same over all time (held.cc)
  Held ActiveHeld(const std::string& ref) const;
  Held GrantHeld(const std::string& principal, const std::string& grant) const;  // `granted` of a deny row
  Held CheckHeld(const std::string& ref, const std::string& action, const std::string& resource) const;
  std::map<std::string, Held> WhoHeld(const std::string& action, const std::string& resource) const;
  std::map<std::string, Held> WhoRoleHeld(const std::string& role) const;
  std::map<std::string, Held> MembersHeld(const std::string& group) const;
  std::map<AuthorityKey, AuthorityHeld> WhatHeld(const std::string& ref) const;
  // kAlways, then each time that a record mentions.
  std::vector<EffectiveTime> Breakpoints() const;
  Held HeldWhere(const std::function<Truth(EffectiveTime)>& fact) const;

  // --- what changed (diff.cc). ref empty: everybody, what everyone:* holds apart.
  Holdings HoldingsAt(const std::string& ref, EffectiveTime t, bool everyone) const;
  std::vector<std::string> SubjectsOfDiff(const std::string& ref) const;
  std::vector<Change> Diff(const std::string& ref, EffectiveTime from, EffectiveTime to) const;
  // At one moment, from what this view knows to what `later` knows; `at` means nothing.
  std::vector<Change> DiffTo(const View& later, const std::string& ref, EffectiveTime t) const;

  // --- how much the record knows (horizon.cc)
  // Nothing for a plane without facts: every time lies before it.
  OptionalTime Horizon(Topic plane) const;
  bool BeforeRecord(const std::set<Topic>& planes, EffectiveTime t) const;
  static std::set<Topic> PlanesOf(QuestionKind kind);
  bool Tainted(Topic plane, const std::string& key, EffectiveTime t) const;
  // No open taint meets what was consulted within the window (as of T: [T, T + 1 us)).
  bool Complete(const std::set<Consulted>& consulted, const Interval& window) const;
  // The same for the questions that consult any key.
  bool CompleteForAny(QuestionKind kind, const Interval& window) const;
  // What a check or a `what` of this identity can rest on at t: itself and everyone:*, groups, roles, delegators, the identities it
  // may assume and theirs, on paper included. An engine that stops early consults less.
  std::set<Consulted> ConsultedBy(const std::string& ref, EffectiveTime t) const;

 private:
  // Three readings of one instant: what must hold, what may hold, and what would hold if each identity and group were active.
  enum class Side { kMust, kMay, kPaper };
  static bool On(Side side, Truth truth) { return side == Side::kMust ? truth.must : truth.may; }

  bool ActiveOn(Side side, const std::string& ref, EffectiveTime t, Lens lens) const;
  std::set<std::string> AllowReach(Side side, const std::string& ref, EffectiveTime t, Lens lens) const;
  std::set<std::string> DenyReach(Side side, const std::string& ref, EffectiveTime t, Lens lens) const;
  std::set<std::string> Reach(Side side, const std::set<std::string>& from, bool by_inactive, EffectiveTime t, Lens lens) const;
  Truth GivenTo(Effect effect, const std::string& principal, const std::string& action, const std::string& resource,
                EffectiveTime t, Lens lens, bool on_paper) const;
  Truth GivenBy(Effect effect, const GrantIssued& terms, const std::string& action, const std::string& resource, EffectiveTime t,
                Lens lens, bool on_paper) const;
  Truth Allowed(const std::string& ref, const std::string& action, const std::string& resource, EffectiveTime t, Lens lens,
                bool on_paper) const;
  Truth Denied(const std::string& ref, const std::string& action, const std::string& resource, EffectiveTime t, Lens lens) const;
  bool AssumesOn(Side side, const std::string& ref, const std::string& target, EffectiveTime t, Lens lens) const;
  std::set<std::string> ActsAs(Side side, const std::string& ref, EffectiveTime t, Lens lens) const;
  std::map<RowEffect, Truth> EffectsOf(const GrantIssued& terms, EffectiveTime t, Lens lens) const;
  std::set<RowEffect> EffectsOnPaper(const GrantIssued& terms, EffectiveTime t) const;
  std::set<AuthorityKey> RowsOn(Side side, const std::string& ref, EffectiveTime t, Lens lens, bool assumed) const;
  struct Standing {  // acting as `identity`, at `principal`
    std::string identity, principal;
    friend auto operator<=>(const Standing&, const Standing&) = default;
  };
  struct Onward {
    WayStep step;
    Standing to;
  };
  bool CertainlyGives(const Standing& at, const std::string& grant, const std::string& action, const std::string& resource,
                      EffectiveTime t) const;
  std::vector<Onward> OnwardFrom(const Standing& at, const std::string& action, const std::string& resource,
                                 EffectiveTime t) const;
  std::vector<HolderRow> Rows(const std::function<Truth(const std::string&, Lens)>& holds) const;
  std::map<std::string, Held> RowsHeld(const std::function<std::vector<HolderRow>(EffectiveTime)>& rows) const;

  Settlement record_;
};

class Reference {
 public:
  explicit Reference(std::vector<Entry> entries, Configuration configuration = {})
      : entries_(std::move(entries)), configuration_(std::move(configuration)) {}

  View At(const PositionVector& knowledge) const { return View(entries_, configuration_, knowledge); }
  PositionVector Everything() const;
  // The records with recorded time <= K.
  PositionVector KnownAt(RecordedTime k) const;
  const std::vector<Entry>& Entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
  Configuration configuration_;
};

}  // namespace tenure::reference
