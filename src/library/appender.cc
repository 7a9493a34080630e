#include "library/appender.h"

#include <algorithm>
#include <map>
#include <utility>

#include "event/door.h"
#include "history/beside.h"
#include "projection/incoming.h"

namespace tenure::library {
namespace {

// In partial mode nothing hangs on the size of a batch, so memory decides.
constexpr std::size_t kPartialBatchBytes = 16u << 20;

constexpr std::size_t kPart = 32;
// Of a name that is in the log alone.

std::string Where(const Position& p) {
  return std::string(TopicName(p.topic)) + "/" + std::to_string(p.partition) + "@" + std::to_string(p.offset);
}

Error ConflictError(const EventName& name, const std::string& where) {
  return Error{"event_conflict", "\"" + name.id + "\" of \"" + name.source + "\" is already in " + where + " with other content",
               "give a new event a new id; to correct the old one, retract it or name it in `supersedes`", Blame::kInput};
}

Error NotProjected(Error error) {
  error.hint = "the events are safe in the log; the read model catches up when the next append or `tenure rebuild` succeeds" +
               (error.hint.empty() ? "" : "; " + error.hint);
  return error;
}

// Is the first record of each partition the next one to be projected there?
bool StandsBefore(const PositionVector& projected, const std::vector<Position>& positions) {
  std::map<TopicPartition, std::int64_t> first;
  for (const Position& p : positions) first.try_emplace(p.Where(), p.offset);
  return std::all_of(first.begin(), first.end(), [&](const auto& one) { return projected.Next(one.first) == one.second; });
}

std::optional<Topic> TopicFromName(std::string_view name) {
  for (int i = 0; i < kPlaneTopics; ++i)
    if (TopicName(static_cast<Topic>(i)) == name) return static_cast<Topic>(i);
  return std::nullopt;
}

std::string WithoutQuotes(std::string text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

}  // namespace

Appender::Appender(OpenRecord& record, const AppendOptions& options) : record_(record), options_(options) {}

std::size_t Appender::HashOfName::operator()(const EventName* name) const {
  const std::hash<std::string_view> hash;
  return hash(name->id) * 31 + hash(name->source);
}

bool Appender::Add(std::string json, std::int64_t line) {
  Candidate candidate;
  candidate.line = line;
  candidate.json = std::move(json);
  return Take(std::move(candidate));
}

bool Appender::Add(const Event& event, std::int64_t line) { return Add(event::Encode(event), line); }

bool Appender::AddRefused(Error error, std::int64_t line) {
  Candidate candidate;
  candidate.line = line;
  candidate.error = std::move(error);
  return Take(std::move(candidate));
}

bool Appender::Take(Candidate candidate) {
  if (report_.stopped || report_.fault) return false;
  ++taken_;
  batch_bytes_ += candidate.json.size();
  batch_.push_back(std::move(candidate));
  const bool full = batch_.size() >= kBatchEventsMax || (options_.partial && batch_bytes_ >= kPartialBatchBytes);
  return full ? Flush() : true;
}

// Each candidate is examined by itself, so who does it makes no difference.
void Appender::ExamineAll() {
  history::InParts(batch_.size(), kPart, [this](std::size_t begin, std::size_t end) {
    thread_local event::Decoder decoder;
    for (std::size_t i = begin; i < end; ++i) Examine(batch_[i], decoder);
  });
  in_batch_.reserve(batch_.size());
  for (std::size_t i = 0; i < batch_.size(); ++i)
    if (!batch_[i].error) in_batch_.emplace(&batch_[i].event.name, i);
}

void Appender::Examine(Candidate& candidate, event::Decoder& decoder) const {
  if (candidate.error) return;
  auto event = decoder.DecodeWithoutText(candidate.json);
  if (event) {
    if (auto door = event::CheckAtDoor(candidate.json); !door) event = tl::unexpected<Error>(door.error());
  }
  if (!event) {
    candidate.error = std::move(event.error());
    candidate.json = {};
    return;
  }
  candidate.event = std::move(*event);
  candidate.topic = event::TopicOf(candidate.event.Type());
  candidate.key = event::KeyOf(candidate.event);
  if (std::holds_alternative<EventRetracted>(candidate.event.payload))
    candidate.topic = TopicFromName(WithoutQuotes(event::JsonMember(candidate.json, "tenuretopic")));
  if (!record_.log->HasOneWriter()) candidate.ties = BatchOrder::TiesOf(candidate.event);
}

// A full first batch into an empty record promises more.
Status Appender::PutOffProjecting() {
  const bool first = taken_ == static_cast<std::int64_t>(batch_.size()) && batch_.size() >= kBatchEventsMax;
  if (!first || !record_.log->StampsRise()) return {};
  const auto end = record_.log->End();
  if (!end || !PositionVector{}.Covers(*end) || !record_.model->Projected().next.empty()) return {};
  auto loading = projection::LoadingAhead::Begin(*record_.model);
  if (!loading) return tl::unexpected<Error>(loading.error());
  loading_ = std::move(*loading);
  unprojected_.emplace(record_.dir.path);
  return {};
}

// What was put off is done, and from now on each batch is projected at once.
Status Appender::CatchUp() {
  unprojected_.reset();
  static_cast<void>(loading_->End());  // what it can't keep is read from the log again
  loading_.reset();
  auto caught_up = record_.CatchUp(options_.progress);
  if (!caught_up) return tl::unexpected<Error>(caught_up.error());
  return {};
}

Result<std::vector<std::optional<projection::ReadModel::Known>>> Appender::KnownOf(
    const std::vector<const EventName*>& names) const {
  if (!unprojected_) return record_.model->FindAll(names);
  std::vector<std::optional<projection::ReadModel::Known>> known;
  known.reserve(names.size());
  for (const EventName* name : names) {
    auto found = unprojected_->Find(*name);
    if (!found) return tl::unexpected<Error>(found.error());
    known.push_back(*found);
  }
  return known;
}

// Decides what each event of the batch is, then writes those that are new; in atomic mode one refusal keeps all of them out.
bool Appender::Flush() {
  if (batch_.empty()) return true;
  bool written = false;
  Status done = PutOffProjecting();
  ExamineAll();
  if (done) done = Settle();
  in_batch_.clear();
  if (done && (options_.partial || !Refuses())) {
    done = Write();
    written = done.has_value();
  }
  if (!done) report_.fault = done.error();
  report_.stopped = done && !written;
  if (written) ++report_.batches;
  Tell(written);
  batch_.clear();
  batch_bytes_ = 0;
  if (options_.progress) options_.progress(taken_, 0);
  return written;
}

Status Appender::Settle() {
  std::vector<const EventName*> names;
  for (const Candidate& candidate : batch_)
    if (!candidate.error) names.push_back(&candidate.event.name);
  auto known = KnownOf(names);
  if (!known) return tl::unexpected<Error>(known.error());
  auto next = known->begin();
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    Candidate& candidate = batch_[i];
    if (!candidate.error) SettleCopy(candidate, i, *next++);
    const bool retracts = !candidate.error && std::holds_alternative<EventRetracted>(candidate.event.payload);
    if (retracts && candidate.state == AppendState::kAppended)
      if (auto s = SettleTopic(candidate); !s) return s;
    if (!candidate.error && candidate.state == AppendState::kAppended)
      if (auto s = SettleSuperseded(candidate); !s) return s;
    if (!candidate.error || candidate.state == AppendState::kConflict) Ask(candidate);
    if (candidate.error && candidate.state != AppendState::kConflict) candidate.state = AppendState::kRefused;
  }
  return {};
}

// A conflict is asked about too: who may not send an event isn't told what the record holds under its name.
void Appender::Ask(Candidate& candidate) const {
  if (!candidate.topic || !options_.allow) return;
  auto allowed = options_.allow(ToAsk(candidate));
  if (allowed) return;
  candidate.error = allowed.error();
  candidate.state = AppendState::kRefused;
  candidate.first.reset();
  candidate.twin.reset();
}

void Appender::SettleCopy(Candidate& candidate, std::size_t index, const std::optional<projection::ReadModel::Known>& known) {
  std::optional<Hash256> content;
  std::string where;
  if (known) {
    content = known->content;
    candidate.first = known->position;
    where = "the record at " + Where(known->position);
  } else if (const std::size_t twin = in_batch_.at(&candidate.event.name); twin != index) {
    if (batch_[twin].error) {  // refused for what it says, and so is its copy
      candidate.error = batch_[twin].error;
      return;
    }
    content = batch_[twin].event.content_hash;
    candidate.twin = twin;
    where = "this input at line " + std::to_string(batch_[twin].line);
  }
  if (!content) return;
  candidate.state = *content == candidate.event.content_hash ? AppendState::kDuplicate : AppendState::kConflict;
  if (candidate.state == AppendState::kConflict) candidate.error = ConflictError(candidate.event.name, where);
}

Result<std::optional<Topic>> Appender::TopicOf(const EventName& name) {
  auto known = KnownOf({&name});
  if (!known) return tl::unexpected<Error>(known.error());
  if (known->front()) return std::optional<Topic>(known->front()->position.topic);
  const auto in_batch = in_batch_.find(&name);
  return in_batch == in_batch_.end() ? std::nullopt : batch_[in_batch->second].topic;
}

// What an event supersedes on another topic would not be taken out, and nobody would be told.
Status Appender::SettleSuperseded(Candidate& candidate) {
  for (const EventName& name : candidate.event.supersedes) {
    auto topic = TopicOf(name);
    if (!topic) return tl::unexpected<Error>(topic.error());
    if (!*topic || !candidate.topic || **topic == *candidate.topic) continue;
    candidate.error =
        Error{"event_topic_wrong",
              "`supersedes` names \"" + name.id + "\" of \"" + name.source + "\" on " + std::string(TopicName(**topic)) +
                  ", this event is on " + std::string(TopicName(*candidate.topic)),
              "send a tenure.event.retracted.v1 for it instead", Blame::kInput};
    return {};
  }
  return {};
}

Status Appender::SettleTopic(Candidate& candidate) {
  const EventName& name = std::get<EventRetracted>(candidate.event.payload).target;
  auto found = TopicOf(name);
  if (!found) return tl::unexpected<Error>(found.error());
  const std::optional<Topic> target = *found;
  if (target && candidate.topic && *target != *candidate.topic) {
    candidate.error = Error{"event_topic_wrong",
                            "`tenuretopic` says " + std::string(TopicName(*candidate.topic)) + ", the target is on " +
                                std::string(TopicName(*target)),
                            "leave `tenuretopic` out: the target is known", Blame::kInput};
  } else if (!target && !candidate.topic) {
    candidate.error =
        Error{"event_retraction_target_unknown", "the record holds no \"" + name.id + "\" of \"" + name.source + "\"",
              "check `target`; to retract an event before it arrives, add the attribute \"tenuretopic\": \"tenure.access\" "
              "(or the topic it will be on)",
              Blame::kInput};
  }
  retracts_unseen_ = retracts_unseen_ || !target;
  if (target) candidate.topic = target;
  return {};
}

AppendCandidate Appender::ToAsk(const Candidate& candidate) {
  const Event& event = candidate.event;
  auto takes_out = event.supersedes;
  if (const auto* retraction = std::get_if<EventRetracted>(&event.payload)) takes_out.push_back(retraction->target);
  return {event.name, event.Type(), *candidate.topic, std::move(takes_out)};
}

bool Appender::Refuses() const {
  for (const Candidate& candidate : batch_)
    if (candidate.error) return true;
  return false;
}

// The embedded log stamps each record later than the one before it. Where others write too, records of one batch may be given one
// stamp, and what must come after another goes in a later batch.
Result<log::Appended> Appender::AppendInOrder(const std::vector<log::NewRecord>& records, const std::vector<std::size_t>& whose) {
  if (!sending_) {
    auto sending = OrderedSending::To(*record_.log, true);
    if (!sending) return tl::unexpected<Error>(sending.error());
    sending_ = std::move(*sending);
  }
  const std::int64_t before = sending_->Sent();
  Status sent;
  for (std::size_t i = 0; sent && i < records.size(); ++i) sent = sending_->Add(std::move(batch_[whose[i]].ties), records[i]);
  if (sent) sent = sending_->Flush();
  if (!sent && sending_->Sent() == before) return tl::unexpected<Error>(sent.error());
  if (!sent)
    return Fail("log_append_unknown", "a part of the append is in the log, the rest may be: " + sent.error().reason,
                "append it again with the same ids; what is there already does no harm", Blame::kUnavailable);
  const log::Appended& all = sending_->Appended();
  log::Appended appended;
  appended.positions.assign(all.positions.begin() + before, all.positions.end());
  appended.stamps.assign(all.stamps.begin() + before, all.stamps.end());
  appended.clock_behind = all.clock_behind;
  return appended;
}

Status Appender::Write() {
  std::vector<log::NewRecord> records;
  std::vector<std::size_t> whose;
  records.reserve(batch_.size()), whose.reserve(batch_.size());
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    Candidate& candidate = batch_[i];
    if (candidate.error || candidate.state != AppendState::kAppended) continue;
    records.push_back({*candidate.topic, std::move(candidate.key), std::move(candidate.json), options_.verified_writer});
    whose.push_back(i);
  }
  if (records.empty()) return {};
  const bool alone = record_.log->HasOneWriter();
  auto appended = alone ? record_.log->Append(records) : AppendInOrder(records, whose);
  if (!appended) return tl::unexpected<Error>(appended.error());
  report_.answer.clock_behind = report_.answer.clock_behind || appended->clock_behind;
  report_.answer.appended += static_cast<std::int64_t>(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Position& position = appended->positions[i];
    batch_[whose[i]].first = position;
    auto& next = in_log_.next[position.Where()];
    next = std::max(next, position.offset + 1);
  }
  if (unprojected_) return PutOff(records, whose, *appended);
  // Where others write too, their records may stand between ours; and what could not be written the last time comes first.
  const bool next = alone && StandsBefore(record_.model->Projected(), appended->positions);
  const Status applied = next ? Learn(records, whose, *appended) : record_.CatchUp({}).map([](const auto&) {});
  if (!applied) return tl::unexpected<Error>(NotProjected(applied.error()));
  return {};
}

Status Appender::PutOff(std::vector<log::NewRecord>& records, const std::vector<std::size_t>& whose,
                        const log::Appended& appended) {
  // Nobody else appends meanwhile; if somebody did, it is all read from the log.
  const bool next = record_.model->Projected().next.empty() && StandsBefore(loading_->Next(), appended.positions);
  Status done;
  for (std::size_t i = 0; done && next && i < whose.size(); ++i) {
    const Event& event = batch_[whose[i]].event;
    done = unprojected_->Add(event.name, {appended.positions[i], event.content_hash});
  }
  if (done && next) done = loading_->Add(ToIncoming(records, whose, appended));
  if (done && (!next || retracts_unseen_)) done = CatchUp();
  if (!done) return tl::unexpected<Error>(NotProjected(done.error()));
  return {};
}

// The log keeps the very texts that the door has decoded, so the read model needs not decode them again.
std::vector<history::Incoming> Appender::ToIncoming(std::vector<log::NewRecord>& records, const std::vector<std::size_t>& whose,
                                                    const log::Appended& appended) {
  std::vector<history::Incoming> out;
  out.reserve(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const log::Record record{
        appended.positions[i], appended.stamps[i], std::move(records[i].key), {}, std::move(records[i].verified_writer)};
    out.push_back(projection::ToIncoming(std::move(batch_[whose[i]].event), record));
  }
  return out;
}

Status Appender::Learn(std::vector<log::NewRecord>& records, const std::vector<std::size_t>& whose,
                       const log::Appended& appended) {
  projection::Decoded learned;
  learned.records = ToIncoming(records, whose, appended);
  return record_.model->ApplyDecoded(std::move(learned), {}, history::Commit::kBehind);
}

// Puts the batch into the answer. Of a batch that wasn't written only what was wrong is told: the rest is neither in nor refused.
void Appender::Tell(bool written) {
  for (Candidate& candidate : batch_) {
    const bool bad = candidate.state == AppendState::kRefused || candidate.state == AppendState::kConflict;
    if (!bad && !written) continue;
    if (candidate.twin && !candidate.first) candidate.first = batch_[*candidate.twin].first;
    if (candidate.state == AppendState::kDuplicate) ++report_.answer.duplicates;
    if (candidate.state == AppendState::kConflict) ++report_.answer.conflicts;
    if (candidate.state == AppendState::kRefused) ++report_.answer.refused;
    if (bad || options_.list_all)
      report_.answer.events.push_back({candidate.state, candidate.first, candidate.error, candidate.line});
  }
}

AppendReport Appender::Finish() {
  if (!report_.stopped && !report_.fault) Flush();
  if (unprojected_)
    if (auto s = CatchUp(); !s && !report_.fault) report_.fault = NotProjected(s.error());
  if (!options_.rows_follow)
    if (auto settled = record_.model->Settle(); !settled && !report_.fault) report_.fault = NotProjected(settled.error());
  // What was appended is covered even if its projection failed.
  PositionVector known = record_.model->Projected();
  for (const auto& [where, next] : in_log_.next) known.next[where] = std::max(known.Next(where), next);
  report_.answer.token = record_.Token(known);
  return std::move(report_);
}

}  // namespace tenure::library
