// What must not change an answer, without a model of what the answer is: an event about somebody else, an event that was taken
// back, whatever is appended later, and the order in which partitions were read.
#include <gtest/gtest.h>

#include <algorithm>

#include "library/json.h"
#include "property/truth_questions.h"
#include "reference/pattern.h"
#include "reference/wire.h"

namespace tenure::property {
namespace {

std::uint64_t Count() { return std::getenv("TENURE_SEED") ? 1 : Setting("TENURE_HISTORIES", 2000) / 10; }
std::uint64_t First() { return Setting("TENURE_SEED", 1); }

void ForHistories(const std::function<void(const History&, Random&)>& property) {
  for (std::uint64_t seed = First(); seed < First() + Count(); ++seed) {
    SCOPED_TRACE("TENURE_SEED=" + std::to_string(seed));
    const History history = MakeHistory(seed);
    Random random(seed ^ 0x3e7a);
    property(history, random);
    if (::testing::Test::HasFailure()) return;
  }
}

template <class Answer>
std::string JsonOf(const Result<Answer>& answer) {
  return answer ? library::ToJson(*answer) : answer.error().ToString();
}

// Whole answers, evidence included. The same random state asks the same questions.
std::vector<std::string> Answers(history::FactView& view, const History& history, Random random) {
  std::vector<std::string> answers;
  const Page all{1000, ""};
  for (int i = 0; i < 4; ++i) {
    const Question q = SomeQuestion(history, random);
    const When at{q.time, std::nullopt}, during{std::nullopt, SomeWindow(history, random)};
    answers.push_back(JsonOf(authority::Check(view, q.ref, q.action, q.resource, at, true)));
    answers.push_back(JsonOf(authority::Check(view, q.ref, q.action, q.resource, during, true)));
    answers.push_back(JsonOf(authority::What(view, q.ref, true, i % 2 == 0 ? at : during, all)));
    answers.push_back(JsonOf(authority::Who(view, {q.action, q.resource, "", ""}, at, all)));
    const auto& identity = OneOf(TheUniverse().identities, random);
    answers.push_back(JsonOf(authority::Show(view, identity, at)));
    answers.push_back(JsonOf(authority::Timeline(view, identity, during, all)));
  }
  return answers;
}

// The answers without where their evidence stands and the story, which tells of retracted events too.
std::vector<std::string> Findings(history::FactView& view, const History& history, Random random) {
  std::vector<std::string> findings;
  const Page all{1000, ""};
  for (int i = 0; i < 6; ++i) {
    const Question q = SomeQuestion(history, random);
    const When at{q.time, std::nullopt};
    std::string text = q.ref + " " + q.action + " " + q.resource + " at " + std::to_string(q.time.us);
    if (auto check = authority::Check(view, q.ref, q.action, q.resource, at, false))
      text += " decision " + std::to_string(static_cast<int>(check->result.decision)) + " held " + Text(check->result.held) +
              "possibly " + Text(check->result.possibly);
    if (auto what = authority::What(view, q.ref, true, at, all))
      for (const auto& row : what->rows)
        text += "\n " + row.granted_to + " " + row.grant + " " + row.role + " " + std::to_string(static_cast<int>(row.status)) +
                " " + Text(row.held) + Text(row.possibly);
    if (auto who = authority::Who(view, {q.action, q.resource, "", ""}, at, all))
      for (const auto& row : who->rows) text += "\n " + row.principal + " " + Text(row.held) + Text(row.possibly);
    const auto& identity = OneOf(TheUniverse().identities, random);
    if (auto show = authority::Show(view, identity, at))
      text += "\n " + identity + " " + show->identity.status + " " + Text(show->identity.active) + show->attributes;
    findings.push_back(std::move(text));
  }
  return findings;
}

std::unique_ptr<history::FactView> ViewOf(Engine& engine, const PositionVector& v) {
  auto view = engine.Model().View(v);
  if (!view) throw std::runtime_error(view.error().ToString());
  return std::move(*view);
}
std::unique_ptr<history::FactView> Now(Engine& engine) { return ViewOf(engine, engine.Model().Projected()); }

void ExpectSame(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_EQ(a[i], b[i]);
}

// A record after all others of its partition.
log::Record After(const History& history, Topic topic, const Event& event) {
  Record record;
  record.entry.position = {topic, 0, 0};
  for (const auto& r : history.records) {
    record.entry.recorded.us = std::max(record.entry.recorded.us, r.entry.recorded.us + 1);
    if (r.entry.position.Where() == record.entry.position.Where())
      record.entry.position.offset = std::max(record.entry.position.offset, r.entry.position.offset + 1);
  }
  record.entry.event = event;
  record.entry.event->content_hash = reference::PlainContentHash(event);
  record.entry.record_key = reference::KeyOf(event);
  return LogRecord(record);
}

TEST(Metamorphic, AnAnswerUnderATokenNeverChangesWhateverIsAppendedLater) {
  ForHistories([](const History& history, Random& random) {
    const auto records = LogRecords(history);
    const auto half = static_cast<std::ptrdiff_t>(random() % records.size());
    Engine engine(history);
    engine.Apply({records.begin(), records.begin() + half});
    const PositionVector known = engine.Model().Projected();
    const Random asking(random());
    const auto before = Answers(*ViewOf(engine, known), history, asking);
    engine.Apply({records.begin() + half, records.end()});
    ExpectSame(before, Answers(*ViewOf(engine, known), history, asking));
    engine.Reopen();
    ExpectSame(before, Answers(*ViewOf(engine, known), history, asking));
  });
}

TEST(Metamorphic, TheOrderOfDeliveryChangesNoAnswer) {
  ForHistories([](const History& history, Random& random) {
    auto records = LogRecords(history);
    Engine as_it_came(history, "came"), by_partition(history, "partitions");
    as_it_came.Apply(records);
    std::stable_sort(records.begin(), records.end(),
                     [](const auto& a, const auto& b) { return a.position.Where() < b.position.Where(); });
    for (std::size_t i = 0; i < records.size(); i += 5)
      by_partition.Apply({records.begin() + static_cast<std::ptrdiff_t>(i),
                          records.begin() + static_cast<std::ptrdiff_t>(std::min(i + 5, records.size()))});
    const Random asking(random());
    ExpectSame(Answers(*Now(as_it_came), history, asking), Answers(*Now(by_partition), history, asking));
  });
}

TEST(Metamorphic, AnEventAboutSomebodyElseChangesNoAnswer) {
  ForHistories([](const History& history, Random& random) {
    Engine engine(history);
    engine.Apply(LogRecords(history));
    const Random asking(random());
    const auto before = Answers(*Now(engine), history, asking);
    Event stranger;
    stranger.name = {"elsewhere", "stranger"};
    stranger.time = EffectiveTime{4'000'000'000'000'000};  // late: an early one moves the beginning of the record
    if (random() % 2 == 0) stranger.payload = IdentityRegistered{.identity = "user:stranger"};
    else stranger.payload = GrantIssued{.grant = "s", .principal = "user:stranger", .role = "role:stranger"};
    const Topic topic = *reference::PlaneOf(stranger.Type());
    engine.Apply({After(history, topic, stranger)});
    // `who` lists whoever holds it; the stranger holds an undefined role from then on, which may give anything.
    const auto after = Answers(*Now(engine), history, asking);
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i)
      if (after[i].find("user:stranger") == std::string::npos) {
        ASSERT_EQ(before[i], after[i]);
      }
  });
}

// Of an event that no other names, and with no copy: then nothing else hangs on it.
std::optional<std::size_t> SomeLoneEvent(const History& history, Random& random) {
  std::map<EventName, int> named;
  for (const auto& r : history.records) {
    if (!r.entry.event) continue;
    ++named[r.entry.event->name];
    if (auto* d = std::get_if<EventRetracted>(&r.entry.event->payload)) ++named[d->target];
    for (const auto& name : r.entry.event->supersedes) ++named[name];
  }
  for (int tries = 0; tries < 20; ++tries) {
    const std::size_t i = random() % history.records.size();
    const auto& entry = history.records[i].entry;
    if (entry.event && named[entry.event->name] == 1 && reference::PlaneOf(entry.event->Type()) == entry.position.topic) return i;
  }
  return std::nullopt;
}

TEST(Metamorphic, ARetractedEventLeavesTheAnswersAsWithoutIt) {
  std::uint64_t tried = 0;
  ForHistories([&](const History& history, Random& random) {
    const auto lone = SomeLoneEvent(history, random);
    if (!lone) return;
    ++tried;
    const auto records = LogRecords(history);
    const auto& entry = history.records[*lone].entry;
    SCOPED_TRACE("taken back: " + ValueOf(history.records[*lone]));
    Event retraction;
    retraction.name = {entry.event->name.source, "takes it back"};
    retraction.time = EffectiveTime{random() % 2 == 0 ? 0 : 1'700'000'000'000'000};  // its own time means nothing
    retraction.payload = EventRetracted{.target = entry.event->name, .key = reference::KeyOf(*entry.event), .reason = "an error"};
    Engine taken_back(history, "taken"), without(history, "without");
    taken_back.Apply(records);
    const Random asking(random());
    const PositionVector known = taken_back.Model().Projected();
    const auto with_it = Answers(*ViewOf(taken_back, known), history, asking);
    taken_back.Apply({After(history, entry.position.topic, retraction)});
    auto others = records;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(*lone));
    without.Apply(others);
    ExpectSame(Findings(*Now(without), history, asking), Findings(*Now(taken_back), history, asking));
    ExpectSame(with_it, Answers(*ViewOf(taken_back, known), history, asking));
  });
  std::printf("%llu events taken back\n", static_cast<unsigned long long>(tried));
  EXPECT_GE(tried * 4, Count());
}

}  // namespace
}  // namespace tenure::property
