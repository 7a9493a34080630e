#pragma once
// Questions and answers, as values. The JSON of an answer (docs/reference/json.md) is written from these structs and nothing else.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tenure/event.h"
#include "tenure/position.h"
#include "tenure/result.h"
#include "tenure/time.h"

namespace tenure {

// --- what a question carries
struct When {  // exactly one is set
  std::optional<EffectiveTime> as_of;
  std::optional<Interval> during;  // from < until
};
// monostate: everything projected. RecordedTime K: the records with recorded time <= K. string: the token of an earlier answer.
using AsKnownAt = std::variant<std::monostate, RecordedTime, std::string>;
struct Page {
  std::int64_t limit = 100;  // rows; >= 1
  std::string cursor;        // of the page before; empty = first. Fixes T and V.
};
struct Ask {
  When when;
  AsKnownAt as_known_at;
  Page page;
  // What would have been if these had been retracted, with the right to, after everything that is known: they are taken out, and what
  // they supersede comes back. At most kWithoutMax. Of the record itself (events, dead letters) nothing can be left out.
  std::vector<EventName> without;
};
inline constexpr std::size_t kWithoutMax = 1'000;

// --- what every answer carries
struct Evidence {
  EventName name;
  EventType type;
  EffectiveTime time;
  RecordedTime recorded_at;
  Position position;
  std::string claimed_actor, verified_writer, control_owner;  // empty = null
};
struct TaintShown {
  std::string topic, key;  // the plane (by its topic) and the key of which facts are in doubt; key empty = all of the plane
  Interval range;
  Position position;  // of the record, which may stand on another plane's topic
  std::string reason;
};
struct AnswerHead {
  std::string question;  // "what", "who", ...
  std::string subject;   // empty = none
  When when;
  std::optional<RecordedTime> known_time;  // nullopt: no record is known
  std::string token;
  bool closed = true;
  std::vector<EventName> without;  // what was left out, sorted; the token is that of the knowledge with them
  std::int64_t behind_records = 0, behind_seconds = 0, behind_unstable = 0;
  bool complete = true;
  std::vector<TaintShown> taints;      // those that made it incomplete
  std::vector<std::string> limits;     // names of work limits that were reached (then complete is false)
  std::vector<TopicPartition> unread;  // partitions with records of which none is projected yet (then complete is false)
  bool before_record = false;
  std::vector<Evidence> evidence;  // rows point into it by index
  std::string next;                // cursor; empty = last page
};
using EvidenceIndex = std::vector<std::int32_t>;
enum class StepKind : std::uint8_t { kMemberOf, kAssumes, kGranted };
struct PathStep {
  StepKind kind;
  std::string ref;  // the group, the identity assumed, the role (or "inline:<grant>")
  EvidenceIndex evidence;
};
enum class RowStatus : std::uint8_t { kEffective, kPossible, kOnPaper };
enum class RowEffect : std::uint8_t { kAllow, kDeny, kUnknown };

// --- what: one row each (grant, effect)
struct AuthorityRow {
  std::string principal, role /* empty = inline */, scope;
  std::vector<Permission> permissions;  // inline only
  RowEffect effect;
  std::string kind, grant, granted_to;  // granted_to: the grantee on whom the grant stands
  RowStatus status;
  // identity_suspended, group_unrecorded, role_undefined, condition, boundary, tainted, denies_apply ...
  std::vector<std::string> because;
  std::vector<Interval> held, possibly, granted;
  std::vector<PathStep> path;
  bool more_paths = false;
};
struct WhatAnswer {
  AnswerHead head;
  std::vector<AuthorityRow> rows;
};

// --- who: one row each identity
struct HolderRow {
  std::string principal;
  RowStatus status;
  std::vector<Interval> held, possibly;
  std::vector<std::string> because;
  std::vector<PathStep> path;
  bool more_paths = false;
};
struct WhoQuestion {
  std::string action, resource;  // or
  std::string role;              // or
  std::string member_of;
};
struct WhoAnswer {
  AnswerHead head;
  WhoQuestion asked;
  std::vector<HolderRow> rows;
};

// --- check
enum class Decision : std::uint8_t { kNo, kUnknown, kYes };
struct Miss {  // why not, or what would settle it
  // ended, not_begun, denied, identity_suspended, scope, condition, role_undefined, unrecorded, tainted, membership_ended ...
  std::string what;
  std::string text;  // "held until 2023-07-10T12:28:24Z, revoked by ... in event ..."
  std::optional<EffectiveTime> at;
  EvidenceIndex evidence;
};
struct CheckResult {
  Decision decision = Decision::kNo;
  bool partly = false;  // during: must meets the window and does not cover it
  std::vector<Interval> held, possibly;
  std::vector<std::string> because;
  std::vector<Miss> nearest;
  std::vector<PathStep> path;
  bool more_paths = false;
};
struct CheckAnswer {
  AnswerHead head;
  std::string action, resource;
  CheckResult result;
};

// --- brief answers, at one moment: see Snapshot
// What is said of every brief answer beside that of the snapshot's head. complete and before_record are those of the full answer.
struct BriefHead {
  bool complete = true, before_record = false;
  std::vector<std::string> limits;  // as in AnswerHead
};
// `evidence`: where the events stand that began the facts on one way by which it is held: memberships, assumptions' grants, the grant,
// and the definition of its role. Without any way (a no) there is none.
struct BriefCheck {
  BriefHead head;
  Decision decision = Decision::kNo;
  std::vector<Position> evidence;
};
struct BriefAuthorityRow {
  std::string grant, granted_to, role /* empty = inline */, scope;
  RowEffect effect;
  RowStatus status;  // effective or possible
  Interval granted;  // the stretch around the moment in which the grant is live with these terms
  std::vector<Position> evidence;
};
struct BriefWhat {
  BriefHead head;
  std::vector<BriefAuthorityRow> rows;  // those of What, by grant, effect and grantee
};
struct BriefHolder {
  std::string principal;
  RowStatus status;  // effective or possible
  std::vector<Position> evidence;
};
struct BriefWho {
  BriefHead head;
  std::vector<BriefHolder> rows;  // those of Who, in byte order
};
struct BriefIdentity {
  std::string ref;
  std::vector<Position> evidence;  // of the events that made it active
};
struct BriefExistence {
  BriefHead head;
  std::int64_t count = 0;           // all that are active
  std::vector<BriefIdentity> rows;  // the first of them, in byte order
};

// A brief answer by itself. What it leaves out of its head: taints, and the events of the evidence.
struct BriefCheckAnswer {
  AnswerHead head;
  std::string action, resource;
  Decision decision = Decision::kNo;
  std::vector<Position> evidence;
};
struct BriefWhatAnswer {
  AnswerHead head;
  std::vector<BriefAuthorityRow> rows;
};
struct BriefWhoAnswer {
  AnswerHead head;
  WhoQuestion asked;
  std::vector<BriefHolder> rows;
};
struct BriefIdentitiesAnswer {
  AnswerHead head;
  std::int64_t total = 0;  // on all pages
  std::vector<BriefIdentity> rows;
};

// --- permitted: what makes a check a yes, where one of its three places is left open
enum class OpenPlace : std::uint8_t { kSubject, kResource, kAction };
struct PermittedQuestion {
  OpenPlace open;
  std::string subject, action, resource;  // the open one is unused
  std::string type;                       // of the subjects or resources asked for; unused for actions
};
struct PermittedAnswer {
  AnswerHead head;
  PermittedQuestion asked;
  std::vector<std::string> rows;  // references, or actions, in byte order
};

// --- identities and show
struct CredentialRow {
  std::string credential, kind;
  Decision live;  // kUnknown under a taint or before the record
  OptionalTime not_before, expires_at;
  std::string fingerprint;
  OptionalTime compromised_at;
  std::string replaced_by;
  EvidenceIndex evidence;
};
struct IdentityRow {
  std::string ref, type, status;  // active, pending, suspended, expired, retired, absent, unrecorded
  std::optional<std::string> owner, environment, display_name;
  std::int32_t incarnation = 1;
  std::vector<Interval> active;  // must; around T under as_of, clipped under during
  std::vector<Interval> possibly_active;
  EvidenceIndex evidence;
};
struct IdentitiesQuestion {
  std::string type, status, owner;
  bool unowned = false;
};
struct IdentitiesAnswer {
  AnswerHead head;
  std::vector<IdentityRow> rows;
};
struct ShowAnswer {
  AnswerHead head;
  IdentityRow identity;
  std::string attributes;  // JSON object
  std::vector<CredentialRow> credentials;
  std::vector<std::string> linked;
};

// --- timeline, diff
struct TimelineRow {
  EffectiveTime time;
  RecordedTime recorded_at;
  std::string change, ref, state;
  EvidenceIndex evidence;
};
// One fact about the subject over time. kExistence and kDefinition (of a role) come first; a group's memberships are also its members', a
// role's grants are those of it. A grant's life is its own: neither its holder's status nor its role's ends it.
enum class FactKind : std::uint8_t { kExistence, kDefinition, kCredential, kMembership, kGrant };
struct FactRow {
  FactKind fact = FactKind::kExistence;
  std::string ref;   // whom it is about: the subject, the member, the principal
  std::string name;  // the credential, the group, the grant; empty of an existence or a definition
  std::string role /* of a grant; empty = inline */, scope;
  std::string kind;                      // of a credential or a grant
  std::vector<Interval> held, possibly;  // as of T those that begin up to T, whole; during a window what lies in it
};
struct TimelineAnswer {
  AnswerHead head;
  std::int64_t facts_total = 0;
  std::vector<FactRow> facts;  // the same on every page, as many as a page has rows; none where nothing names the subject
  std::vector<TimelineRow> rows;
};
struct DiffRow {
  std::string ref, change /* gained, lost */, role /* or permission */, scope;
  std::optional<EffectiveTime> at;
  std::string cause;
  EvidenceIndex evidence;
};
struct DiffAnswer {
  AnswerHead head;  // between knowledges: of the later one
  bool between_knowledges = false;
  std::optional<RecordedTime> known_before;  // then: of the earlier one; nullopt: no record was known
  std::vector<DiffRow> rows;
};

// --- the record, dead letters, verify, status
struct EventRow {
  std::string event;  // the CloudEvent, structured, as in the log
  Position position;
  RecordedTime recorded_at;
  std::string verified_writer, state;  // in_force, retracted, duplicate, conflict, dead_letter
};
struct EventsQuestion {
  std::string source, type, subject, actor;
};
struct EventsAnswer {
  AnswerHead head;
  std::vector<EventRow> rows;
};
struct DeadLetterRow {
  Position position;
  RecordedTime recorded_at;
  std::string reason, text, key, source, id, type;
  OptionalTime time;
  std::string state;       // open, void, replaced
  EvidenceIndex evidence;  // of the resolution
};
struct DeadLettersAnswer {
  AnswerHead head;
  std::vector<DeadLetterRow> rows;
};
struct TableDigest {
  std::string name, live, rebuilt;
  std::vector<std::string> differs;
};
struct VerifyAnswer {
  AnswerHead head;
  bool equal = true;
  std::vector<TableDigest> tables;
};
struct StatusAnswer {
  AnswerHead head;
  std::string log_id, log_kind, digest;
  std::int64_t events = 0, identities = 0, dead_letters_open = 0, conflicts_open = 0, size_bytes = 0;
  std::vector<std::pair<TopicPartition, std::int64_t>> projected, end;
  std::vector<TableDigest> tables;  // live only
  bool clock_behind = false;
};

// One of the record's databases, as its engine sees it. What can't be told is 0.
struct StorageState {
  std::string name;  // "model"; "log" where this process writes it
  std::int64_t table_bytes = 0, tables = 0;
  std::int64_t memory_bytes = 0;  // written and not in tables yet
  std::int64_t cache_bytes = 0, cache_bytes_max = 0;
  std::int64_t compaction_pending_bytes = 0, compactions_running = 0, flushes_running = 0;
  std::int64_t errors = 0;      // of work in the background, since it was opened
  bool writes_stopped = false;  // until compaction has caught up
};

// --- append
enum class AppendState : std::uint8_t { kAppended, kDuplicate, kConflict, kRefused };
struct AppendedEvent {
  AppendState state;
  std::optional<Position> position;
  std::optional<Error> error;
  std::int64_t line = 0;
};
struct AppendAnswer {
  std::string token;
  std::int64_t appended = 0, duplicates = 0, conflicts = 0, refused = 0;
  std::vector<AppendedEvent> events;  // refused and conflicts always; the others only when asked for
  bool clock_behind = false;
};

}  // namespace tenure
