#include "tenure/tenure.h"

#include <chrono>
#include <thread>
#include <utility>

#include "authority/questions.h"
#include "event/codec.h"
#include "event/json_reader.h"
#include "library/appender.h"
#include "library/arn.h"
#include "library/asking.h"
#include "library/briefly.h"
#include "library/governing.h"
#include "library/importing.h"
#include "library/incidents.h"
#include "library/investigating.h"
#include "library/known_record.h"
#include "library/lines.h"
#include "library/listing.h"
#include "library/open_record.h"
#include "library/projecting.h"
#include "library/resolving.h"
#include "library/snapshot.h"
#include "library/standing.h"
#include "library/verification.h"

namespace tenure {
namespace {

using history::FactView;
using library::Answer;

Status CheckWrite(const library::OpenRecord& record) {
  if (record.write && record.model) return {};
  if (record.write) return Fail("model_not_open", "the record was opened to be rebuilt", "call Rebuild first", Blame::kCaller);
  return Fail("data_read_only", "the record was opened for reading", "open it with write", Blame::kCaller);
}

}  // namespace

struct Tenure::Impl {
  library::OpenRecord record;
};

Tenure::Tenure(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Tenure::~Tenure() = default;

Result<std::unique_ptr<Tenure>> Tenure::Open(const OpenOptions& options) {
  auto record = library::OpenRecord::Open(options);
  if (!record) return tl::unexpected<Error>(record.error());
  return std::unique_ptr<Tenure>(new Tenure(std::make_unique<Impl>(Impl{std::move(*record)})));
}

tenure::Status Tenure::Refresh() { return impl_->record.Refresh(); }

std::unique_ptr<Tenure> Tenure::Reader() const {
  return std::unique_ptr<Tenure>(new Tenure(std::make_unique<Impl>(Impl{impl_->record.Share()})));
}

Result<bool> Tenure::Reached(const std::string& token) const {
  const library::OpenRecord& record = impl_->record;
  auto content = projection::DecodeToken(token, record.log->Id(), record.dir.config);
  if (!content) return tl::unexpected<Error>(content.error());
  return record.model->Projected().Covers(content->vector);
}

Result<std::optional<RecordedTime>> Tenure::OutdatedSince(const std::string& token) const {
  const library::OpenRecord& record = impl_->record;
  auto content = projection::DecodeToken(token, record.log->Id(), record.dir.config);
  if (!content) return tl::unexpected<Error>(content.error());
  return record.model->FirstBeyond(content->vector);
}

Result<std::string> Tenure::Position() const {
  auto knowledge = library::ResolveKnowledge(impl_->record, {});
  if (!knowledge) return tl::unexpected<Error>(knowledge.error());
  return knowledge->token;
}

// --- incidents

Result<Incident> Tenure::OpenIncident(Incident incident) {
  if (auto s = library::CheckIncident(incident); !s) return tl::unexpected<Error>(s.error());
  auto position = Position();
  if (!position) return tl::unexpected<Error>(position.error());
  auto policy = PolicyInForce();
  if (!policy) return tl::unexpected<Error>(policy.error());
  auto json = event::JsonValue::Parse(*policy);
  if (!json) return tl::unexpected<Error>(json.error());
  incident.position = std::move(*position);
  incident.policy = json->Dump();
  if (auto s = library::KeepIncident(impl_->record.dir.Incidents(), incident); !s) return tl::unexpected<Error>(s.error());
  return incident;
}

Result<std::vector<std::string>> Tenure::Incidents() const { return library::IncidentsIn(impl_->record.dir.Incidents()); }

Result<Incident> Tenure::ReadIncident(const std::string& name) const {
  return library::ReadIncidentIn(impl_->record.dir.Incidents(), name);
}

// --- questions

Result<IdentitiesAnswer> Tenure::Identities(const IdentitiesQuestion& asked, const Ask& ask) {
  IdentitiesQuestion question = asked;
  question.owner = library::NormaliseReference(question.owner);
  return Answer<IdentitiesAnswer>(
      impl_->record, ask, {"identities", question.type, question.status, question.owner, question.unowned ? "1" : ""},
      [&](FactView& view, const When& when, const Page& page) { return authority::Identities(view, question, when, page); });
}

Result<ShowAnswer> Tenure::Show(const std::string& ref, const Ask& ask) {
  const std::string subject = library::NormaliseReference(ref);
  return Answer<ShowAnswer>(impl_->record, ask, {"show", subject},
                            [&](FactView& view, const When& when, const Page&) { return authority::Show(view, subject, when); });
}

Result<WhatAnswer> Tenure::What(const std::string& ref, bool on_paper, const Ask& ask) {
  const std::string subject = library::NormaliseReference(ref);
  return Answer<WhatAnswer>(
      impl_->record, ask, {"what", subject, on_paper ? "1" : ""},
      [&](FactView& view, const When& when, const Page& page) { return authority::What(view, subject, on_paper, when, page); });
}

Result<WhoAnswer> Tenure::Who(const WhoQuestion& asked, const Ask& ask) {
  WhoQuestion question = asked;
  question.member_of = library::NormaliseReference(question.member_of);
  return Answer<WhoAnswer>(
      impl_->record, ask, {"who", question.action, question.resource, question.role, question.member_of},
      [&](FactView& view, const When& when, const Page& page) { return authority::Who(view, question, when, page); });
}

Result<CheckAnswer> Tenure::Check(const std::string& ref, const std::string& action, const std::string& resource, bool why,
                                  const Ask& ask) {
  const std::string subject = library::NormaliseReference(ref);
  return Answer<CheckAnswer>(impl_->record, ask, {"check", subject, action, resource, why ? "1" : ""},
                             [&](FactView& view, const When& when, const Page&) {
                               return authority::Check(view, subject, action, resource, when, why);
                             });
}

Result<BriefCheckAnswer> Tenure::CheckBriefly(const std::string& ref, const std::string& action, const std::string& resource,
                                              const Ask& ask) {
  return library::CheckBriefly(impl_->record, ref, {action, resource}, ask);
}

Result<BriefWhatAnswer> Tenure::WhatBriefly(const std::string& ref, const Ask& ask) {
  return library::WhatBriefly(impl_->record, ref, ask);
}

Result<BriefWhoAnswer> Tenure::WhoBriefly(const WhoQuestion& question, const Ask& ask) {
  return library::WhoBriefly(impl_->record, question, ask);
}

Result<FindingsAnswer> Tenure::Findings(const FindingsQuestion& question, const Ask& ask) {
  return library::Findings(impl_->record, question, ask);
}

Result<WhyHeldAnswer> Tenure::WhyHeld(const WhyHeldQuestion& question, const Ask& ask) {
  return library::WhyHeld(impl_->record, question, ask);
}
Result<ControlsAnswer> Tenure::Controls(const std::string& policy, const Ask& ask) {
  return library::Controls(impl_->record, policy, ask);
}
Result<ReviewsAnswer> Tenure::Reviews(const Ask& ask) { return library::Reviews(impl_->record, ask); }
Result<ReviewAnswer> Tenure::Review(const std::string& review, const Ask& ask) {
  return library::Review(impl_->record, review, ask);
}
Result<UnreviewedAnswer> Tenure::Unreviewed(const Ask& ask) { return library::Unreviewed(impl_->record, ask); }

Result<std::string> Tenure::PolicyInForce(const std::string& given) const {
  auto policy = library::PolicyInForce(impl_->record, given);
  if (!policy) return tl::unexpected<Error>(policy.error());
  return governance::WritePolicy(*policy);
}

Result<ReachAnswer> Tenure::BlastRadius(const ReachQuestion& question, const Ask& ask) {
  return library::BlastRadius(impl_->record, question, ask);
}

Result<ReplayAnswer> Tenure::Replay(const ReplayQuestion& question, const Ask& ask) {
  return library::Replay(impl_->record, question, ask);
}

Result<BriefIdentitiesAnswer> Tenure::ActiveBriefly(const Ask& ask) { return library::ActiveBriefly(impl_->record, ask); }

Result<std::unique_ptr<Snapshot>> Tenure::SnapshotAt(const Ask& ask) { return library::MakeSnapshot(impl_->record, ask); }

Result<PermittedAnswer> Tenure::Permitted(const PermittedQuestion& asked, const Ask& ask) {
  PermittedQuestion question = asked;
  question.subject = library::NormaliseReference(question.subject);
  return Answer<PermittedAnswer>(
      impl_->record, ask,
      {"permitted", std::to_string(static_cast<int>(question.open)), question.subject, question.action, question.resource,
       question.type},
      [&](FactView& view, const When& when, const Page& page) { return authority::Permitted(view, question, when, page); });
}

Result<TimelineAnswer> Tenure::Timeline(const std::string& ref, const Ask& ask) {
  const std::string subject = library::NormaliseReference(ref);
  return Answer<TimelineAnswer>(
      impl_->record, ask, {"timeline", subject},
      [&](FactView& view, const When& when, const Page& page) { return authority::Timeline(view, subject, when, page); });
}

Result<DiffAnswer> Tenure::DiffEffective(const std::string& ref, EffectiveTime from, EffectiveTime to, const Ask& ask) {
  const std::string subject = library::NormaliseReference(ref);
  Ask window = ask;
  window.when = When{std::nullopt, Interval{from, to}};
  return Answer<DiffAnswer>(impl_->record, window, {"diff", subject}, [&](FactView& view, const When&, const Page& page) {
    return authority::DiffEffective(view, subject, from, to, page);
  });
}

Result<DiffAnswer> Tenure::DiffKnown(const std::string& ref, const AsKnownAt& known_from, const AsKnownAt& known_to,
                                     const Ask& ask) {
  if (auto s = library::CheckNothingLeftOut(ask); !s) return tl::unexpected<Error>(s.error());
  const std::string subject = library::NormaliseReference(ref);
  auto before = library::ResolveKnowledge(impl_->record, known_from);
  if (!before) return tl::unexpected<Error>(before.error());
  auto earlier = impl_->record.model->View(before->vector);
  if (!earlier) return tl::unexpected<Error>(earlier.error());
  Ask later = ask;
  if (ask.page.cursor.empty()) later.as_known_at = known_to;
  const projection::ReadModel& model = *impl_->record.model;
  authority::Knowledges between{
      [&](const PositionVector& v) { return model.View(v); }, [&](RecordedTime k) { return model.VectorAt(k); }, {}};
  auto answer = Answer<DiffAnswer>(impl_->record, later, {"diff_known", subject, before->token},
                                   [&](FactView& view, const When& when, const Page& page) -> Result<DiffAnswer> {
                                     auto latest = model.GreatestRecorded(view.Vector());
                                     if (!latest) return tl::unexpected<Error>(latest.error());
                                     between.latest = latest->value_or(RecordedTime{});
                                     return authority::DiffKnown(**earlier, view, subject, when, page, &between);
                                   });
  if (answer) answer->between_knowledges = true, answer->known_before = before->time;
  return answer;
}

Result<DiffAnswer> Tenure::DiffWithout(const std::string& ref, const Ask& ask) {
  if (ask.without.empty())
    return Fail("without_missing", "no event to leave out was named", "name one or more, by source and id", Blame::kCaller);
  const std::string subject = library::NormaliseReference(ref);
  const projection::ReadModel& model = *impl_->record.model;
  return Answer<DiffAnswer>(impl_->record, ask, {"diff_without", subject},
                            [&](FactView& without, const When& when, const Page& page) -> Result<DiffAnswer> {
                              auto with = model.View(library::OnRecord(without.Vector()));
                              if (!with) return tl::unexpected<Error>(with.error());
                              return authority::DiffKnown(**with, without, subject, when, page, nullptr);
                            });
}

// --- the record

Result<EventsAnswer> Tenure::Events(const EventsQuestion& question, const Ask& ask) {
  library::OpenRecord& record = impl_->record;
  if (auto s = library::CheckEventsQuestion(question); !s) return tl::unexpected<Error>(s.error());
  if (auto s = library::CheckNothingLeftOut(ask); !s) return tl::unexpected<Error>(s.error());
  auto asked = library::BeginAsking(record, ask, {"events", question.source, question.type, question.subject, question.actor});
  if (!asked) return tl::unexpected<Error>(asked.error());
  EventsAnswer answer;
  answer.head.question = "events";
  answer.head.subject = question.subject;
  answer.head.when = asked->when;
  const bool filtered = ask.when.as_of || ask.when.during;
  if (auto s = library::ListEvents(record, *asked, question, filtered, answer); !s) return tl::unexpected<Error>(s.error());
  if (auto s = library::FinishAsking(record, *asked, answer.head); !s) return tl::unexpected<Error>(s.error());
  return answer;
}

tenure::Status Tenure::Follow(const EventsQuestion& question, const Ask& ask, int poll_ms,
                              const std::function<bool(const EventRow&)>& each, const std::function<bool()>& go_on) {
  library::OpenRecord& record = impl_->record;
  if (auto s = library::CheckEventsQuestion(question); !s) return s;
  library::EventLister lister(record, question, ask.when, {}, record.model->Projected());
  while (go_on()) {
    auto row = lister.Next();
    if (!row) return tl::unexpected<Error>(row.error());
    if (row->has_value()) {
      if (!each(**row)) return {};
      continue;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(poll_ms));
    if (auto s = record.Refresh(); !s) return s;
    lister.Extend(record.model->Projected());
  }
  return {};
}

Result<std::unique_ptr<EventFeed>> Tenure::Feed(const EventsQuestion& question, const When& when, const std::string& after) {
  return library::MakeFeed(impl_->record, question, when, after);
}

Result<DeadLettersAnswer> Tenure::DeadLetters(const Ask& ask) {
  library::OpenRecord& record = impl_->record;
  if (auto s = library::CheckNothingLeftOut(ask); !s) return tl::unexpected<Error>(s.error());
  auto asked = library::BeginAsking(record, ask, {"dead_letters"});
  if (!asked) return tl::unexpected<Error>(asked.error());
  DeadLettersAnswer answer;
  answer.head.question = "dead_letters";
  answer.head.when = asked->when;
  if (auto s = library::ListDeadLetters(record, *asked, answer); !s) return tl::unexpected<Error>(s.error());
  if (auto s = library::FinishAsking(record, *asked, answer.head); !s) return tl::unexpected<Error>(s.error());
  return answer;
}

Result<StatusAnswer> Tenure::Status() {
  library::OpenRecord& record = impl_->record;
  auto asked = library::BeginAsking(record, {}, {"status"});
  if (!asked) return tl::unexpected<Error>(asked.error());
  StatusAnswer answer;
  answer.head.question = "status";
  answer.head.when = asked->when;
  if (auto s = library::DescribeRecord(record, answer); !s) return tl::unexpected<Error>(s.error());
  if (auto s = library::FinishAsking(record, *asked, answer.head); !s) return tl::unexpected<Error>(s.error());
  answer.head.before_record = false;  // it is about the record, whatever the record knows
  return answer;
}

std::vector<StorageState> Tenure::Storage() const {
  std::vector<StorageState> all;
  if (impl_->record.model) all.push_back(impl_->record.model->Storage());
  if (auto log = impl_->record.log->Storage()) all.push_back(std::move(*log));
  return all;
}

std::string Tenure::DigestLabel() const { return impl_->record.model->DigestLabel(); }

Result<VerifyAnswer> Tenure::Verify(const Progress& progress) {
  library::OpenRecord& record = impl_->record;
  if (!record.model) return tl::unexpected<Error>(CheckWrite(record).error());
  library::OpenRecord pinned = record.Share();  // a writer may go on
  pinned.model = record.model->Pinned();
  auto asked = library::BeginAsking(pinned, {}, {"verify"});
  if (!asked) return tl::unexpected<Error>(asked.error());
  VerifyAnswer answer;
  answer.head.question = "verify";
  answer.head.when = asked->when;
  if (auto s = library::VerifyModel(pinned, progress, answer); !s) return tl::unexpected<Error>(s.error());
  if (auto s = library::FinishAsking(record, *asked, answer.head); !s) return tl::unexpected<Error>(s.error());
  answer.head.before_record = false;
  return answer;
}

// --- evidence

Result<KnownRecord> Tenure::Known(const std::string& token) const { return library::TakeKnown(impl_->record, token); }

Result<std::unique_ptr<Tenure>> Tenure::OpenKnown(KnownRecord known, const std::string& folder, EffectiveTime now,
                                                  const Progress& progress) {
  auto record = library::OpenKnown(std::move(known), folder, now, progress);
  if (!record) return tl::unexpected<Error>(record.error());
  return std::unique_ptr<Tenure>(new Tenure(std::make_unique<Impl>(Impl{std::move(*record)})));
}

// --- writing

Result<AppendReport> Tenure::Append(std::istream& lines, const AppendOptions& options) {
  if (auto s = CheckWrite(impl_->record); !s) return tl::unexpected<Error>(s.error());
  library::Appender appender(impl_->record, options);
  library::LineReader reader(lines, options.first_line);
  while (auto line = reader.Next()) {
    const bool more = line->too_long ? appender.AddRefused(library::LineTooLong(*line), line->number)
                                     : appender.Add(std::move(line->text), line->number);
    if (!more) break;
  }
  return appender.Finish();
}

Result<AppendReport> Tenure::Append(const std::vector<Event>& events, const AppendOptions& options) {
  if (auto s = CheckWrite(impl_->record); !s) return tl::unexpected<Error>(s.error());
  library::Appender appender(impl_->record, options);
  for (std::size_t i = 0; i < events.size(); ++i)
    if (!appender.Add(events[i], static_cast<std::int64_t>(i) + 1)) break;
  return appender.Finish();
}

Result<AppendReport> Tenure::AppendTexts(const std::vector<std::string>& texts, const AppendOptions& options) {
  if (auto s = CheckWrite(impl_->record); !s) return tl::unexpected<Error>(s.error());
  library::Appender appender(impl_->record, options);
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (!appender.Add(event::OnOneLine(texts[i]), static_cast<std::int64_t>(i) + 1)) break;
  return appender.Finish();
}

Result<ImportReport> Tenure::ImportCloudTrail(const std::vector<std::string>& paths, const ImportOptions& options) {
  if (auto s = CheckWrite(impl_->record); !s) return tl::unexpected<Error>(s.error());
  return library::ImportCloudTrail(library::DoorOf(impl_->record), paths, options);
}

Result<AppendReport> Tenure::ResolveDeadLetter(const DeadLetterResolution& resolution) {
  if (auto s = CheckWrite(impl_->record); !s) return tl::unexpected<Error>(s.error());
  auto event = library::MakeResolution(impl_->record, resolution);
  if (!event) return tl::unexpected<Error>(event.error());
  AppendOptions options;
  options.list_all = true;
  options.verified_writer = resolution.verified_writer;
  return Append(std::vector<Event>{std::move(*event)}, options);
}

tenure::Status Tenure::Project(int poll_ms, const std::function<bool(const Projecting&)>& go_on) {
  if (auto s = CheckWrite(impl_->record); !s) return s;
  while (true) {
    auto now = library::ProjectOnce(impl_->record);
    if (!now) return tl::unexpected<Error>(now.error());
    if (!go_on(*now)) return {};
    if (now->records == 0) std::this_thread::sleep_for(std::chrono::milliseconds(poll_ms));
  }
}

Result<std::int64_t> Tenure::Rebuild(const Progress& progress) {
  if (!impl_->record.write) return tl::unexpected<Error>(CheckWrite(impl_->record).error());
  return library::RebuildModel(impl_->record, progress);
}

}  // namespace tenure
