#pragma once
// What is wrong with who existed and what they held, as values. What each rule says is in docs/reference/findings.md.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tenure/answer.h"
#include "tenure/time.h"

namespace tenure {

enum class Severity : std::uint8_t { kLow, kMedium, kHigh, kCritical };

struct FindingsQuestion {
  std::vector<std::string> rules;   // names; empty = all
  Severity least = Severity::kLow;  // and above
  std::string subject;              // empty = everybody
  std::string policy;               // JSON; empty = that of the data directory, or the default
};
// A live exception that meets a finding, and the stretch in which it does.
struct Excuse {
  std::string exception, approver, reason;
  Interval span;
  Position granted;
};
struct FindingRow {
  std::string rule;
  Severity severity = Severity::kLow;
  std::string subject, about;
  Interval span;         // whole; an end of kForever: nothing known ends it
  bool certain = true;   // false: a key that it rests on is in doubt
  bool excused = false;  // at T, or over all that the window shows of it
  std::vector<Excuse> excuses;
  std::string text, would_end;
  std::vector<std::string> controls;
  EvidenceIndex evidence;
};
struct FindingsAnswer {
  AnswerHead head;
  FindingsQuestion asked;
  std::string policy;      // SHA-256 of the policy in force, in hex
  std::int64_t total = 0;  // rows on all pages
  std::vector<FindingRow> rows;
};

// --- why-held: the life of an authority, from the request to its end
struct WhyHeldQuestion {
  std::string ref;
  std::string role;              // or
  std::string action, resource;  // both
};
enum class ChainPart : std::uint8_t { kRequest, kDecision, kIssue, kChange, kUse, kReview, kException, kEnd };
struct ChainStep {
  ChainPart part = ChainPart::kRequest;
  std::optional<EffectiveTime> at;
  std::string by;  // who asked, approved, issued, decided, ended; empty = nobody said
  std::string
      what;  // one word: requested, approved, denied, issued, changed, used, keep, revoke, change, excused, revoked, expired, ...
  std::string text;
  std::int64_t count = 1;  // uses
  OptionalTime until;      // last use, end of an exception, which may be still to come
  EvidenceIndex evidence;
};
struct ChainGap {
  // no_request, no_approval, approved_after_issue, self_approval, approver_without_authority, approver_authority_unknown, never_used,
  // never_reviewed, owner_retired; in this order
  std::string gap, text;
  EvidenceIndex evidence;
};
// One grant that gives it.
struct ChainRow {
  AuthorityRow authority;
  std::vector<ChainStep> steps;  // in order of time, then of ChainPart, then of record; told up to the moment asked about
  std::vector<ChainGap> gaps;
};
struct WhyHeldAnswer {
  AnswerHead head;
  WhyHeldQuestion asked;
  std::vector<ChainRow> rows;
};

// --- controls: who created identities and who granted authority, through which system, in a window
struct ControlRow {
  std::string plane;                                          // identity, access
  std::string source, control_owner, verified_writer, actor;  // empty = nobody said
  std::int64_t events = 0, identities = 0, credentials = 0, roles = 0, grants = 0, memberships = 0,
               ended = 0;  // what its events did
  EffectiveTime first, last;
  std::vector<std::string> marks;    // no_owner, hand_made, both_planes
  std::vector<std::string> bundled;  // subjects for which the same actor acted on the other plane too; the first ten
  std::int64_t bundled_count = 0;
  EvidenceIndex evidence;  // the first and the last event
};
struct ControlsAnswer {
  AnswerHead head;
  std::string policy;
  std::vector<ControlRow> rows;
};

// --- reviews
struct HoldingRow {
  std::string principal;
  std::string kind;     // grant, group, credential
  std::string holding;  // its id
  std::string role, scope;
  OptionalTime since;
  std::string decision;  // keep, revoke, change; empty = none
  std::string reviewer, reason;
  OptionalTime decided_at;
  // undecided, overdue, kept, revoked, revoke_not_carried_out, changed, change_not_carried_out, gone
  std::string state;
  // Of gone, revoked, changed: its end, which may lie before the decision, or when it was given anew. None: it never was, as known now.
  OptionalTime carried_out_at;
  // Whole days since a decision that is not carried out, since it was due, or (of what was never reviewed) since it began.
  std::int64_t open_days = 0;
  EvidenceIndex evidence;
};
struct ReviewSummary {
  std::string review, reviewer, role, resource, owner;
  std::vector<std::string> identities;
  EffectiveTime as_of;
  EffectiveTime opened_at;
  OptionalTime due_at, closed_at;
  std::string position;  // of what was known when it was opened: a token that repeats the list of holdings
  std::int64_t holdings = 0, decided = 0, kept = 0, revoked = 0, changed = 0, overdue = 0, not_carried_out = 0;
  EvidenceIndex evidence;
};
struct ReviewsAnswer {
  AnswerHead head;
  std::vector<ReviewSummary> rows;
};
struct ReviewAnswer {
  AnswerHead head;
  ReviewSummary review;
  std::vector<HoldingRow> rows;
};
struct UnreviewedAnswer {
  AnswerHead head;
  std::vector<HoldingRow> rows;  // live, and never looked at by any review
};

}  // namespace tenure
