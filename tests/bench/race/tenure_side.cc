// tenure's side of the race, through the public library alone.
//
//   race_tenure serve DATA                                  see asking.h; questions check, what, who, existed, first; decide, known;
//                                                           check_full, what_full, who_full, existed_full
//   race_tenure ingest DATA FILE BATCH [MARKS KNOWLEDGE]    a new data directory, batch by batch, each projected before the next
//   race_tenure import DATA FILE                            a new data directory, in one go
//   race_tenure rebuild DATA
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

#include "bench/race/asking.h"
#include "tenure/tenure.h"

namespace tenure::race {
namespace {

using Clock = std::chrono::steady_clock;

// An eighth of what PostgreSQL has as shared buffers.
constexpr std::size_t kMemory = std::size_t{512} << 20;

template <class T>
T Need(Result<T> result) {
  if (!result) End(result.error().ToString());
  return *std::move(result);
}

// Of "YYYY-MM-DDThh:mm:ss.ffffffZ", the only form that the workload has.
EffectiveTime TimeOf(const std::string& text) {
  using namespace std::chrono;
  const auto number = [&](std::size_t at, std::size_t digits) { return std::stoi(text.substr(at, digits)); };
  const sys_days day = year(number(0, 4)) / month(static_cast<unsigned>(number(5, 2))) / number(8, 2);
  const microseconds in_day =
      hours(number(11, 2)) + minutes(number(14, 2)) + seconds(number(17, 2)) + microseconds(number(20, 6));
  return {duration_cast<microseconds>(day.time_since_epoch()).count() + in_day.count()};
}

std::string TextOf(EffectiveTime time) {
  if (time == kForever) return "-";
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(static_cast<std::time_t>(time.us / 1'000'000)),
                     time.us % 1'000'000);
}

Ask At(const Probe& probe, std::int64_t limit = std::numeric_limits<std::int32_t>::max()) {
  Ask ask;
  ask.when.as_of = TimeOf(probe.time);
  ask.page.limit = limit;
  if (!probe.known_at.empty()) ask.as_known_at = RecordedTime{std::stoll(probe.known_at)};
  return ask;
}

std::string Word(Decision decision) { return decision == Decision::kYes ? "1" : decision == Decision::kNo ? "0" : "?"; }

class TenureAsker final : public Asker {
 public:
  explicit TenureAsker(std::unique_ptr<Tenure> tenure) : tenure_(std::move(tenure)) {}

  std::int64_t Ask(const std::string& question, const Probe& probe) override {
    if (question == "check" || question == "known") return static_cast<std::int64_t>(CheckOf(probe).head.complete);
    if (question == "what") return static_cast<std::int64_t>(WhatOf(probe).rows.size());
    if (question == "who") return static_cast<std::int64_t>(WhoOf(probe).rows.size());
    if (question == "existed") return ActiveOf(probe, 100).count;
    if (question == "first") return static_cast<std::int64_t>(ActiveOf(probe, 100).rows.size());
    if (question == "decide") return static_cast<std::int64_t>(DecisionOf(probe) == Decision::kYes);
    if (question == "check_full" || question == "known_full") return static_cast<std::int64_t>(FullCheckOf(probe).head.complete);
    if (question == "what_full") return static_cast<std::int64_t>(FullWhatOf(probe).rows.size());
    if (question == "who_full") return static_cast<std::int64_t>(FullWhoOf(probe).rows.size());
    if (question == "existed_full") return static_cast<std::int64_t>(FullActiveOf(probe).rows.size());
    End("no question " + question);
  }

  std::string Answer(const std::string& question, const Probe& probe) override {
    if (question == "decide") return Word(DecisionOf(probe));
    if (question == "check" || question == "known") {
      const BriefCheck answer = CheckOf(probe);
      return Whole(answer.head) + Word(answer.decision);
    }
    if (question == "what") return What(probe);
    if (question == "who") return Who(probe);
    if (question == "existed") return Existed(probe);
    End("no question " + question);
  }

 private:
  // What the other side can't say, and would make the answers differ.
  template <class Head>
  static std::string Whole(const Head& head) {
    return head.complete && !head.before_record ? "" : "incomplete ";
  }

  // A snapshot for each question: T is the question's own.
  std::unique_ptr<Snapshot> Of(const Probe& probe) { return Need(tenure_->SnapshotAt(At(probe, 100))); }
  BriefCheck CheckOf(const Probe& probe) { return Need(Of(probe)->Check(probe.subject, probe.action, probe.resource)); }
  BriefWhat WhatOf(const Probe& probe) { return Need(Of(probe)->What(probe.subject)); }
  BriefWho WhoOf(const Probe& probe) { return Need(Of(probe)->Who({probe.action, probe.resource, {}, {}})); }
  BriefExistence ActiveOf(const Probe& probe, std::int64_t limit) { return Need(Of(probe)->Existed(limit)); }
  Decision DecisionOf(const Probe& probe) { return Need(Of(probe)->Decide(probe.subject, probe.action, probe.resource)); }

  // With extents, paths and reasons, and what the events of the evidence say.
  CheckAnswer FullCheckOf(const Probe& probe) {
    return Need(tenure_->Check(probe.subject, probe.action, probe.resource, false, At(probe, 100)));
  }
  WhatAnswer FullWhatOf(const Probe& probe) { return Need(tenure_->What(probe.subject, false, At(probe))); }
  WhoAnswer FullWhoOf(const Probe& probe) { return Need(tenure_->Who({probe.action, probe.resource, {}, {}}, At(probe))); }
  IdentitiesAnswer FullActiveOf(const Probe& probe) { return Need(tenure_->Identities({{}, "active", {}, false}, At(probe))); }

  // The rows that allow; those that deny are what the other side's query doesn't tell.
  std::string What(const Probe& probe) {
    const BriefWhat answer = WhatOf(probe);
    std::vector<std::string> rows;
    for (const BriefAuthorityRow& row : answer.rows) {
      if (row.effect == RowEffect::kDeny) continue;
      const bool certain = row.effect == RowEffect::kAllow && row.status == RowStatus::kEffective;
      rows.push_back(fmt::format("{}{} {} {} {} {} {}", certain ? "" : "uncertain ", row.grant, row.granted_to, row.role,
                                 row.scope, TextOf(row.granted.from), TextOf(row.granted.until)));
    }
    std::sort(rows.begin(), rows.end());
    return Whole(answer.head) + Joined(rows);
  }

  std::string Who(const Probe& probe) {
    const BriefWho answer = WhoOf(probe);
    std::vector<std::string> rows;
    for (const BriefHolder& row : answer.rows)
      rows.push_back((row.status == RowStatus::kEffective ? "" : "uncertain ") + row.principal);
    std::sort(rows.begin(), rows.end());
    return Whole(answer.head) + Joined(rows);
  }

  std::string Existed(const Probe& probe) {
    const BriefExistence answer = ActiveOf(probe, 100);
    std::vector<std::string> parts{std::to_string(answer.count)};
    for (const BriefIdentity& row : answer.rows) parts.push_back(row.ref);
    return Whole(answer.head) + Joined(parts);
  }

  std::unique_ptr<Tenure> tenure_;
};

class TenureSide final : public Side {
 public:
  explicit TenureSide(const std::string& data_dir) {
    OpenOptions options;
    options.data_dir = data_dir;
    options.memory_bytes = kMemory;
    options.write = true;
    writer_ = Need(Tenure::Open(options));
  }
  std::unique_ptr<Asker> NewAsker() override { return std::make_unique<TenureAsker>(writer_->Reader()); }

 private:
  std::unique_ptr<Tenure> writer_;
};

std::unique_ptr<Tenure> Created(const std::string& data_dir) {
  OpenOptions options;
  options.data_dir = data_dir;
  options.memory_bytes = kMemory;
  options.write = options.create = true;
  return Need(Tenure::Open(options));
}

std::int64_t TakenIn(const AppendReport& report) {
  if (report.fault) End(report.fault->ToString());
  if (report.answer.refused > 0 || report.stopped) End(report.answer.events.front().error->ToString());
  return report.answer.appended;
}

class TenureAppender final : public Appender {
 public:
  explicit TenureAppender(const std::string& data_dir) : tenure_(Created(data_dir)) {}

  std::int64_t Append(const std::string& lines) override {
    std::istringstream stream(lines);
    AppendOptions options;
    options.rows_follow = true;
    return TakenIn(Need(tenure_->Append(stream, options)));
  }
  std::string RecordedTime() override { return std::to_string(Need(tenure_->SnapshotAt({}))->Head().known_time->us); }

 private:
  std::unique_ptr<Tenure> tenure_;
};

double SecondsSince(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

void Import(const std::string& data_dir, const std::string& path) {
  const auto tenure = Created(data_dir);
  std::ifstream file(path);
  const auto began = Clock::now();
  const std::int64_t events = TakenIn(Need(tenure->Append(file, {})));
  PrintWork(events, SecondsSince(began));
}

void Rebuild(const std::string& data_dir) {
  OpenOptions options;
  options.data_dir = data_dir;
  options.memory_bytes = kMemory;
  options.write = options.rebuild = true;
  const auto tenure = Need(Tenure::Open(options));
  const auto began = Clock::now();
  const std::int64_t events = Need(tenure->Rebuild({}));
  PrintWork(events, SecondsSince(began));
}

}  // namespace
}  // namespace tenure::race

int main(int argc, char** argv) {
  using namespace tenure::race;
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto is = [&](const char* command, std::size_t least) { return words.size() >= least && words[0] == command; };
  if (is("serve", 2)) {
    TenureSide side(words[1]);
    Serve(side);
  } else if (is("ingest", 4)) {
    TenureAppender appender(words[1]);
    const bool marks = words.size() == 6;
    Run({words[2], marks ? words[4] : "", marks ? words[5] : "", std::stoll(words[3])}, appender);
  } else if (is("import", 3)) {
    Import(words[1], words[2]);
  } else if (is("rebuild", 2)) {
    Rebuild(words[1]);
  } else {
    End("serve DATA | ingest DATA FILE BATCH [MARKS KNOWLEDGE] | import DATA FILE | rebuild DATA");
  }
}
