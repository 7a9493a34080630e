#include "library/importing.h"

#include <set>
#include <utility>

#include "library/appender.h"
#include "library/open_record.h"

namespace tenure::library {
namespace {

// What the record holds in force about some keys: the importer asks for it to put changes of one second in their causal order.
Result<std::vector<Event>> EventsAbout(const OpenRecord& record, const std::vector<std::string>& keys) {
  auto view = record.model->View(record.model->Projected());
  if (!view) return tl::unexpected<Error>(view.error());
  const std::set<std::string> wanted(keys.begin(), keys.end());
  std::vector<Event> events;
  for (const std::string& key : wanted) {
    auto story = (*view)->Story(key);
    if (!story) return tl::unexpected<Error>(story.error());
    for (history::StoryItem& item : *story) {
      if (item.state != history::EventState::kInForce || item.meta.key != key) continue;
      Event event;
      event.name = std::move(item.meta.name);
      event.time = item.meta.time;
      event.payload = std::move(item.payload);
      event.authid = std::move(item.meta.claimed_actor);
      events.push_back(std::move(event));
    }
  }
  return events;
}

connect::BatchOutcome OutcomeOf(const AppendAnswer& answer) {
  connect::BatchOutcome outcome;
  outcome.appended = answer.appended;
  outcome.duplicates = answer.duplicates;
  outcome.conflicts = answer.conflicts;
  for (const AppendedEvent& event : answer.events)
    if (event.error) outcome.refused.emplace_back(static_cast<std::size_t>(event.line - 1), *event.error);
  return outcome;
}

ImportReport ReportOf(const connect::CloudTrailSummary& summary) {
  ImportReport report;
  report.files = summary.files;
  report.records = summary.records;
  report.events = summary.events;
  report.answer.appended = summary.appended;
  report.answer.duplicates = summary.duplicates;
  report.answer.conflicts = summary.conflicts;
  report.answer.refused = summary.refused_count;
  report.ignored.assign(summary.ignored.begin(), summary.ignored.end());
  for (const connect::RefusedRecord& one : summary.refused) report.refused.push_back({one.file, one.record, one.error});
  for (const connect::EvidenceGap& one : summary.gaps) report.gaps.push_back({one.ref, one.text, one.at});
  report.gaps_count = summary.gaps_count;
  report.gaps_complete = summary.gaps_complete;
  return report;
}

}  // namespace

Result<ImportReport> ImportCloudTrail(const ImportDoor& door, const std::vector<std::string>& paths,
                                      const ImportOptions& options) {
  bool clock_behind = false;
  connect::CloudTrailOptions how;
  how.usage = options.usage;
  how.progress = options.progress;
  how.recorded = door.recorded;
  const auto take = [&](std::vector<Event>&& events) -> Result<connect::BatchOutcome> {
    auto report = door.append(events);
    if (!report) return tl::unexpected<Error>(report.error());
    if (report->fault) return tl::unexpected<Error>(*report->fault);
    clock_behind = clock_behind || report->answer.clock_behind;
    return OutcomeOf(report->answer);
  };
  connect::CloudTrailImport import(how, take);
  Status done = import.Add(paths);
  if (done) done = import.Finish();
  ImportReport report = ReportOf(import.Summary());
  report.answer.clock_behind = clock_behind;
  auto position = door.position();
  if (position) report.answer.token = std::move(*position);
  else if (done) done = tl::unexpected<Error>(position.error());
  if (!done) report.fault = done.error();
  return report;
}

ImportDoor DoorOf(OpenRecord& record) {
  ImportDoor door;
  door.recorded = [&record](const std::vector<std::string>& keys) { return EventsAbout(record, keys); };
  door.append = [&record](const std::vector<Event>& events) -> Result<AppendReport> {
    AppendOptions options;
    options.partial = true;
    Appender appender(record, options);
    for (std::size_t i = 0; i < events.size(); ++i)
      if (!appender.Add(events[i], static_cast<std::int64_t>(i) + 1)) break;
    return appender.Finish();
  };
  door.position = [&record]() -> Result<std::string> { return record.Token(record.model->Projected()); };
  return door;
}

}  // namespace tenure::library
