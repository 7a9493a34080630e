#pragma once
// The record, opened: ask it questions, append to it, prove it. This one class is the whole public library; what goes in and
// comes out are the plain values of event.h and answer.h. The command line and the HTTP server are users of it, nothing more.
//
// A data directory holds the embedded log (DIR/log; or the record is on Apache Kafka), its read model (DIR/model) and DIR/tenure.json, which fixes the format and
// the fold configuration for ever. One process writes; any number of others may have it open for reading at the same time.
//
// Errors are values (see result.h). Those that any call may return, beside the ones named at it:
//   kFault        log_*, model_* (I/O, disk full, corrupt), data_io
//   kUnavailable  log_locked (another process writes), position_not_projected (a token that the read model hasn't reached)
// Thread safety: one thread at a time uses a Tenure. Ask from several threads through one Tenure each (reading, that is cheap).
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tenure/answer.h"
#include "tenure/event.h"
#include "tenure/governance.h"
#include "tenure/investigation.h"
#include "tenure/position.h"
#include "tenure/result.h"
#include "tenure/time.h"

namespace tenure {

struct KnownRecord;  // evidence.h

// Told now and then how much of a long work is done; to_do is 0 while nobody knows. Called on the calling thread.
using Progress = std::function<void(std::int64_t done, std::int64_t to_do)>;

// A record on Apache Kafka instead of the embedded log; the data directory then holds the read model alone.
struct KafkaSettings {
  std::vector<std::pair<std::string, std::string>> properties;  // REQUIRED: bootstrap.servers; any of librdkafka's
  std::string topic_prefix;                                     // before tenure.identity and so on; fixed with the directory
  // What is accepted although it weakens the record: compaction, producer-time, replication, retention, unclean-election.
  std::vector<std::string> accept;
  // With it a verified_writer that is appended is signed, and one that is read is believed if the signature holds. The same for all that
  // append and project. At least kDoorKeyBytesMin random bytes (door_key_short, kCaller). Empty: nothing is signed, and none believed.
  std::string door_key;
};
inline constexpr std::size_t kDoorKeyBytesMin = 32;

inline constexpr std::size_t kMemoryBytes = std::size_t{128} << 20;

struct OpenOptions {
  std::string data_dir;  // REQUIRED
  bool write = false;    // takes the log's lock, finishes what a crash left, and catches the read model up
  bool create = false;   // with write: makes the directory where there is none
  bool rebuild = false;  // with write: leaves the read model shut, whatever its state; Rebuild must come first
  // Sources whose retractions count for any target. They are fixed when the directory is created; later they may be left empty
  // or must be the same set (data_other_correctors).
  std::vector<std::string> correctors;
  // REQUIRED to write a directory whose record is on Kafka, and to make one. Without it such a directory can be asked what its read
  // model knows; the records themselves (events, verify) need the log.
  std::optional<KafkaSettings> kafka;
  // What the read model may keep in memory: half of it blocks of its tables, half of it pages, which are what questions about all that
  // is known read. Rows that are being written come on top, up to half as much. A question that finds its pages there is many times as
  // fast: about 150 bytes a grant and membership.
  std::size_t memory_bytes = kMemoryBytes;
  std::function<EffectiveTime()> now;  // the clock behind `now`; default the system's
  Progress progress;                   // of catching up
};

// An event at the door: what decides whether its sender may append it.
struct AppendCandidate {
  const EventName& name;
  EventType type;
  Topic topic;                       // that it would go to
  std::vector<EventName> takes_out;  // what it retracts or supersedes
};

struct AppendOptions {
  bool partial = false;   // each event on its own: the refused ones are left out, the others go in
  bool list_all = false;  // every event in the answer, not only the refused and the conflicts
  // What the first line is called in the answer, from 1: not 1 in a later part of an input that is sent in parts.
  std::int64_t first_line = 1;
  std::string verified_writer;  // who the door knows the sender to be; kept with each event. Empty = nobody was verified
  // Asked of each event that could be read and has a topic; its error refuses the event. Empty: all may.
  std::function<Status(const AppendCandidate&)> allow;
  Progress progress;  // lines done; to_do is unknown
  // Return once the events are durable in the log and this process answers with them, and write the read model's rows meanwhile: a
  // sender of batch after batch has the second core for it. Another process that reads the directory may see them a moment later, and
  // a failure to write them is told by the next append. Nothing is lost by either: the rows are made again from the log.
  bool rows_follow = false;
};

// An append is atomic up to 10,000 events. What is longer goes in batch by batch, each atomic; the first refused batch stops it.
struct AppendReport {
  AppendAnswer answer;         // its token covers all that was appended, and all that stood before
  std::int64_t batches = 0;    // that went into the log (or held only duplicates)
  bool stopped = false;        // a batch was refused: nothing of it nor after it was appended
  std::optional<Error> fault;  // the log or the disk failed after some batches; events of the last one may need a retry
};

// What an import left out on purpose or couldn't read.
struct ImportRefusal {
  std::string file;         // as given; "-" is standard input
  std::int64_t record = 0;  // its number in the file, from 1; 0 = the file itself
  Error error;
};
struct ImportGap {
  std::string ref, text;
  OptionalTime at;
};  // an end that the source never told, e.g. a deletion without a detach
struct ImportOptions {
  bool usage = true;  // false: successful reads and failed calls leave no access.used
  // all_bytes is 0 while nobody knows (standard input).
  std::function<void(const std::string& file, std::int64_t done_bytes, std::int64_t all_bytes, std::int64_t records)> progress;
};
struct ImportReport {
  std::int64_t files = 0, records = 0, events = 0;            // read; made from them
  AppendAnswer answer;                                        // of these events
  std::vector<std::pair<std::string, std::int64_t>> ignored;  // kind, records
  std::vector<ImportRefusal> refused;                         // the first thousand; answer.refused counts all
  std::vector<ImportGap> gaps;                                // the first thousand, by time
  std::int64_t gaps_count = 0;
  bool gaps_complete = true;   // false: there was too much to keep in mind to find every gap
  std::optional<Error> fault;  // stopped before the end; what is counted above is in the record
};

struct DeadLetterResolution {
  Position position;                      // topic is one of the four planes
  std::optional<EventName> replaced_by;   // nullopt = void: the record meant nothing
  std::string reason;                     // REQUIRED
  std::string actor;                      // who decides, for the record (authid); may be empty
  std::string source = "tenure.resolve";  // of the resolution event
  std::string verified_writer;            // as in AppendOptions
};

// The topics of a record on Kafka. Create makes those that aren't there, with the settings that the record needs, and leaves others as
// they are; Check holds all to those settings (log_topic_unsafe names what falls short). Errors: log_*.
struct KafkaTopicMade {
  std::string name;
  bool existed = false;
};
Result<std::vector<KafkaTopicMade>> CreateKafkaTopics(const KafkaSettings& settings, int partitions, int replication);
Status CheckKafkaTopics(const KafkaSettings& settings);

struct MirrorOptions {
  std::string from_dir;  // REQUIRED: a record on the embedded log; opened for reading, also beside its writer
  std::string to_dir;    // REQUIRED: of the record on Kafka; made where there is none, with the correctors of from_dir
  KafkaSettings kafka;   // REQUIRED; the topics are there
  std::function<EffectiveTime()> now;  // as in OpenOptions
  Progress projecting;                 // what the topics hold already, into to_dir
  Progress copying;
};
struct MirrorDifference {
  EventName name;
  Position here, there;  // in the embedded log, on Kafka
};
struct MirrorOmission {
  Position position;  // in the embedded log
  std::string reason;
};
// Each record of the embedded log is counted in one of the first four.
struct MirrorReport {
  std::int64_t copied = 0;
  std::int64_t already = 0;                   // the topics hold it
  std::int64_t differing = 0;                 // the topics hold its name with other content, and keep it
  std::int64_t left_out = 0;                  // closed dead letters and conflicts, and what closed them
  std::vector<MirrorDifference> differences;  // the first thousand
  std::vector<MirrorOmission> omissions;      // likewise
  std::int64_t dead_letters = 0;              // of those copied or there already: open dead letters and conflicts
  std::int64_t behind = 0;     // records that from_dir's read model hasn't reached, so that nothing is said of them
  bool equal = false;          // the two read models, table by table
  std::string token;           // on Kafka
  std::optional<Error> fault;  // stopped before the end, or mirror_order_lost; run it again
};
// Copies the record on an embedded log to Kafka, byte for byte and with its record keys, in order of record. Names tell what is there
// already: whenever it is interrupted, running it again copies the rest and nothing twice. What the topics record begins with the copy:
// as known before, they know nothing.
//
// An open dead letter or conflict is copied, and is open on Kafka. One that is closed is left out, and so are resolutions: they name
// positions of the embedded log, where another record stands on Kafka. A verified_writer is kept only under the door's HMAC.
// Order of record decides among events of one effective time. Such events about one subject keep it, however many partitions there
// are, if the brokers' clocks agree; mirror_order_lost (kInput) says that the copies are all there and the read models differ.
// Errors: those of Tenure::Open; mirror_source_on_kafka (kCaller).
Result<MirrorReport> Mirror(const MirrorOptions& options);

// Events of the record one after the other, in order of record, and then those that come. Belongs to the Tenure that made it, which
// outlives it; the same thread uses both.
class EventFeed {
 public:
  virtual ~EventFeed() = default;
  // The next event that matches; nothing = there is no more now.
  virtual Result<std::optional<EventRow>> Next() = 0;
  // A token: a feed made with it goes on where this one is, without loss and without giving an event twice.
  virtual std::string Reached() const = 0;
};

// One moment and one knowledge for any number of questions: what is projected meanwhile changes none of them. Belongs to the Tenure
// that made it, which outlives it; the same thread uses both.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  // The moment, the knowledge, and what is unread; how far behind the log it is isn't looked at.
  virtual const AnswerHead& Head() const = 0;

  // Brief answers: what Check, What and Who say of the same moment and knowledge, and Identities of those with status active, but for
  // extents, paths and reasons; evidence as positions alone. Whole lists, without pages. Errors as those questions.
  virtual Result<BriefCheck> Check(const std::string& ref, const std::string& action, const std::string& resource) = 0;
  virtual Result<BriefWhat> What(const std::string& ref) = 0;
  virtual Result<BriefWho> Who(const WhoQuestion& question) = 0;
  // How many identities were active, and the first `limit` of them whose references come after `after`. Errors (kCaller):
  // limit_out_of_range: below 0.
  virtual Result<BriefExistence> Existed(std::int64_t limit = 100, const std::string& after = {}) = 0;
  // The decision of Check, without extents, path, evidence or reasons. Errors (kCaller): reference_*, action_empty.
  virtual Result<Decision> Decide(const std::string& ref, const std::string& action, const std::string& resource) = 0;
};

class Tenure {
 public:
  // Errors: data_not_found (kCaller), data_format_unknown, data_not_tenure (a directory with other things in it),
  // data_other_correctors (kCaller), log_locked.
  static Result<std::unique_ptr<Tenure>> Open(const OpenOptions& options);
  ~Tenure();
  Tenure(const Tenure&) = delete;
  Tenure& operator=(const Tenure&) = delete;

  // --- questions
  // Common contract: a When with neither set means as of now. References are literal; AWS ARNs may carry their IAM path, the
  // answer's subject is without it. Errors (kCaller): reference_*, when_* (an empty window), limit_out_of_range, token_malformed,
  // token_other_log, token_other_config, cursor_malformed, cursor_other_question, event_not_known (one of ask.without isn't in
  // that knowledge), without_too_many, without_of_the_record.
  Result<IdentitiesAnswer> Identities(const IdentitiesQuestion& question, const Ask& ask);
  Result<ShowAnswer> Show(const std::string& ref, const Ask& ask);
  Result<WhatAnswer> What(const std::string& ref, bool on_paper, const Ask& ask);
  Result<WhoAnswer> Who(const WhoQuestion& question, const Ask& ask);
  Result<CheckAnswer> Check(const std::string& ref, const std::string& action, const std::string& resource, bool why,
                            const Ask& ask);
  // The brief answers of Snapshot, each with a head of its own and in pages. Of identities those that were active. A cursor goes on with
  // the brief answer that gave it, not with a full one. Errors (kCaller): when_not_moment: a window was given.
  Result<BriefCheckAnswer> CheckBriefly(const std::string& ref, const std::string& action, const std::string& resource,
                                        const Ask& ask);
  Result<BriefWhatAnswer> WhatBriefly(const std::string& ref, const Ask& ask);
  Result<BriefWhoAnswer> WhoBriefly(const WhoQuestion& question, const Ask& ask);
  Result<BriefIdentitiesAnswer> ActiveBriefly(const Ask& ask);
  // For many questions about one moment, or the quickest answer to one. ask.page is unused. Errors (kCaller): when_not_moment: a window was given.
  Result<std::unique_ptr<Snapshot>> SnapshotAt(const Ask& ask);
  // What makes Check a yes at a moment (when_not_moment): each row does. Subjects are identities that the record names, and groups only
  // if their type is asked for. Of resources and actions, which the record has no list of, those that the grants reaching the subject
  // spell out without wildcards, resources also as scopes; what lies below them or matches a pattern is permitted and not listed.
  // A page may hold fewer rows than its limit, even none, and have a next one.
  Result<PermittedAnswer> Permitted(const PermittedQuestion& question, const Ask& ask);
  Result<TimelineAnswer> Timeline(const std::string& ref, const Ask& ask);
  // What changed between two moments, or between two knowledges about ask.when (known_from, known_to: ask.as_known_at is unused).
  // ref empty = everybody.
  Result<DiffAnswer> DiffEffective(const std::string& ref, EffectiveTime from, EffectiveTime to, const Ask& ask);
  Result<DiffAnswer> DiffKnown(const std::string& ref, const AsKnownAt& known_from, const AsKnownAt& known_to, const Ask& ask);
  // What would have been gained or lost at ask.when without the events of ask.without, next to what is on record. Their list isn't empty
  // (without_missing), and between two knowledges nothing is left out (without_of_the_record).
  Result<DiffAnswer> DiffWithout(const std::string& ref, const Ask& ask);

  // --- investigation
  // Everything that question.ref could reach within the window, by groups, roles and chains of assumption, what it did and what it made,
  // in order of time: docs/reference/investigation.md. ask.when is unused. Reads the whole record for what was made.
  // Errors (kCaller): depth_out_of_range.
  Result<ReachAnswer> BlastRadius(const ReachQuestion& question, const Ask& ask);
  // The changes within the window in order of effect, each with the state before and after it. ask.when is unused. With ask.without also
  // what is on record. Reads the whole record if no subject is given.
  Result<ReplayAnswer> Replay(const ReplayQuestion& question, const Ask& ask);

  // --- governance
  // What is wrong, rule by rule: docs/reference/findings.md. Reads the whole record, or one subject where one is named.
  // Errors (kCaller): rule_unknown, policy_malformed, policy_field_unknown, policy_value.
  Result<FindingsAnswer> Findings(const FindingsQuestion& question, const Ask& ask);
  // The life of an authority: one row for each grant that gives it, on paper too. Errors (kCaller): why_held_malformed, reference_not_role.
  Result<WhyHeldAnswer> WhyHeld(const WhyHeldQuestion& question, const Ask& ask);
  // Which systems and actors made identities and gave authority in the window (as of T: by then). `policy`: as FindingsQuestion's.
  Result<ControlsAnswer> Controls(const std::string& policy, const Ask& ask);
  // Reviews opened by T (in the window); one of them, holding by holding, at T (at the window's end); and the grants that none ever decided
  // about. Errors (kCaller): review_unknown.
  Result<ReviewsAnswer> Reviews(const Ask& ask);
  Result<ReviewAnswer> Review(const std::string& review, const Ask& ask);
  Result<UnreviewedAnswer> Unreviewed(const Ask& ask);
  // The policy by which Findings judges, as JSON with all its fields; `given`: instead of the data directory's. Errors: policy_*.
  Result<std::string> PolicyInForce(const std::string& given = {}) const;

  // --- incidents (investigation.h), kept in the data directory beside the record; a backup doesn't hold them
  // Keeps it with the position of what is on record now and the policy in force, whatever the value says of them; returns what it kept.
  // Questions are not understood here. Errors: incident_name_malformed, incident_exists, incident_empty, incident_question_malformed,
  // incident_too_many (kCaller), data_io.
  Result<Incident> OpenIncident(Incident incident);
  Result<std::vector<std::string>> Incidents() const;  // their names, ascending
  // Errors: incident_name_malformed, incident_not_found (kCaller), incident_malformed (kFault).
  Result<Incident> ReadIncident(const std::string& name) const;

  // --- the record
  // In order of record. With ask.when.during only events whose time lies in it, with as_of only those at or before it, with
  // neither all. Empty fields of the question match everything; a type may be written short (`grant.issued`); subject is the key
  // that the event's data names.
  Result<EventsAnswer> Events(const EventsQuestion& question, const Ask& ask);
  // The same without pages, then waits for more, asking the log every poll_ms, until `each` or `go_on` returns false.
  tenure::Status Follow(const EventsQuestion& question, const Ask& ask, int poll_ms,
                        const std::function<bool(const EventRow&)>& each, const std::function<bool()>& go_on);
  // `after`: a token of an earlier feed; empty = from the beginning. Errors (kCaller): event_type_unknown, token_*.
  Result<std::unique_ptr<EventFeed>> Feed(const EventsQuestion& question, const When& when, const std::string& after);
  Result<DeadLettersAnswer> DeadLetters(const Ask& ask);
  Result<StatusAnswer> Status();
  std::string DigestLabel() const;
  // Cheap; for a monitor.
  std::vector<StorageState> Storage() const;

  // Builds the read model anew in a folder beside (below the data directory, or the system's temporary one if that is
  // read-only), up to what is projected when it is called, and compares table by table. A Reader may do this while others append.
  Result<VerifyAnswer> Verify(const Progress& progress);

  // Every record that a token names, and what it takes to fold them to the same answers elsewhere (evidence.h). All of it is in memory.
  // Errors (kCaller): token_*, evidence_too_large; (kUnavailable) position_not_projected.
  Result<KnownRecord> Known(const std::string& token) const;
  // A record that is nowhere but in `known`, to be asked and no more: its read model is built in `folder`, which is made, belongs to it,
  // and is left to the caller to remove. `now`: the moment of questions that name none. Errors: known_malformed (kInput), token_*, model_*.
  static Result<std::unique_ptr<Tenure>> OpenKnown(KnownRecord known, const std::string& folder, EffectiveTime now,
                                                   const Progress& progress);

  // --- writing; REQUIRED: opened with write (else data_read_only, kCaller)
  // One structured CloudEvent a line; empty lines are skipped but counted. An event that is already in the record with equal
  // content is a duplicate and not an error. Projects before it returns.
  Result<AppendReport> Append(std::istream& lines, const AppendOptions& options);
  Result<AppendReport> Append(const std::vector<Event>& events, const AppendOptions& options);
  // Structured CloudEvents as JSON texts, each on any number of lines; `line` in the report is its number, from 1.
  Result<AppendReport> AppendTexts(const std::vector<std::string>& texts, const AppendOptions& options);
  // Files and folders of AWS CloudTrail (.json, .json.gz); "-" = standard input. Idempotent. Projects before it returns.
  Result<ImportReport> ImportCloudTrail(const std::vector<std::string>& paths, const ImportOptions& options);
  // Appends a dead_letter.resolved; dead_letter_unknown (kCaller) if nothing open stands at that position.
  Result<AppendReport> ResolveDeadLetter(const DeadLetterResolution& resolution);
  // Builds the read model anew and swaps it in; a crash in between leaves the old one or the new one, never neither.
  Result<std::int64_t> Rebuild(const Progress& progress);

  // Follows the log: projects what comes, announces dead letters, and remembers for readers where the log ended. Returns when
  // `go_on`, called after each look at the log and at least every poll_ms, says so. An unreachable log is told and tried again; any
  // other error ends it.
  struct Projecting {
    std::int64_t records = 0;      // projected since the call before
    std::int64_t behind = 0;       // records in the log and not projected
    std::int64_t unstable = 0;     // of them or after them, held back by transactions that are still open
    std::optional<Error> trouble;  // why this look failed
  };
  tenure::Status Project(int poll_ms, const std::function<bool(const Projecting&)>& go_on);

  // Reading: sees what the writer appended and projected since.
  tenure::Status Refresh();

  // Another Tenure over the same open log and read model, to ask on another thread; it sees at once what this one projects.
  // REQUIRED: this one was opened with write, and is not rebuilt while a reader lives.
  std::unique_ptr<Tenure> Reader() const;

  // Whether all that the token names is projected. Errors (kCaller): token_*.
  Result<bool> Reached(const std::string& token) const;
  // When the record first held more than the token names; nothing = the token names all that is projected. Errors (kCaller): token_*.
  Result<std::optional<RecordedTime>> OutdatedSince(const std::string& token) const;
  // The position of everything projected.
  Result<std::string> Position() const;

 private:
  struct Impl;
  explicit Tenure(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure
