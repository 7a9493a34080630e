// The judge: every question at random moments, windows and knowledges equals the naive reference model.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "property/truth_questions.h"

namespace tenure::property {
namespace {

using reference::Around;
using reference::Clip;
using reference::Tri;

Tri AsTri(Decision d) { return d == Decision::kYes ? Tri::kYes : d == Decision::kNo ? Tri::kNo : Tri::kMaybe; }

std::string TaintsText(const std::vector<TaintShown>& taints) {
  std::string text;
  for (const auto& taint : taints) text += taint.topic + " " + taint.key + " " + Text({taint.range}) + taint.reason + "; ";
  return text;
}

// "" or what differs.
std::string CheckDiffers(Asked a) {
  const Question q = SomeQuestion(a.history, a.random);
  const When at{q.time, std::nullopt};
  const auto answer = authority::Check(a.view, q.ref, q.action, q.resource, at, a.random() % 4 == 0);
  const std::string what = "check " + q.ref + " " + q.action + " " + q.resource + " at " + std::to_string(q.time.us);
  if (!answer) return what + ": " + answer.error().ToString();
  const Tri want = a.judge.Check(q.ref, q.action, q.resource, q.time);
  if (AsTri(answer->result.decision) != want)
    return what + ": decision " + std::to_string(static_cast<int>(answer->result.decision)) + ", reference " +
           std::to_string(static_cast<int>(want));
  const auto held = a.judge.CheckHeld(q.ref, q.action, q.resource);
  if (answer->result.held != Around(held.must, q.time))
    return what + ": held " + Text(answer->result.held) + "reference " + Text(Around(held.must, q.time));
  const auto possibly = Around(reference::Minus(held.may, held.must), q.time);
  if (answer->result.possibly != possibly)
    return what + ": possibly " + Text(answer->result.possibly) + "reference " + Text(possibly);
  const bool before = a.judge.BeforeRecord(reference::View::PlanesOf(reference::QuestionKind::kCheck), q.time);
  if (answer->head.before_record != before) return what + ": before_record";
  if (a.judge.Complete(a.judge.ConsultedBy(q.ref, q.time), {q.time, {q.time.us + 1}}) && !answer->head.complete)
    return what + ": incomplete by " + TaintsText(answer->head.taints) + ", reference complete";
  return {};
}

std::string DuringDiffers(Asked a) {
  const Question q = SomeQuestion(a.history, a.random);
  const Interval window = SomeWindow(a.history, a.random);
  const auto answer = authority::Check(a.view, q.ref, q.action, q.resource, {std::nullopt, window}, false);
  const std::string what = "check " + q.ref + " " + q.action + " " + q.resource + " during " + Text({window});
  if (!answer) return what + ": " + answer.error().ToString();
  const Tri want = a.judge.Check(q.ref, q.action, q.resource, window);
  if (AsTri(answer->result.decision) != want)
    return what + ": decision " + std::to_string(static_cast<int>(answer->result.decision)) + ", reference " +
           std::to_string(static_cast<int>(want)) + (answer->head.before_record ? " before record" : "") + " possibly " +
           Text(answer->result.possibly) + "reference " + Text(a.judge.CheckHeld(q.ref, q.action, q.resource).may);
  const auto held = a.judge.CheckHeld(q.ref, q.action, q.resource);
  if (answer->result.held != Clip(held.must, window))
    return what + ": held " + Text(answer->result.held) + "reference " + Text(Clip(held.must, window));
  return {};
}

std::string RowsDiffer(const std::string& what, const Result<WhoAnswer>& answer, const std::vector<reference::HolderRow>& want) {
  if (!answer) return what + ": " + answer.error().ToString();
  std::string got_text, want_text;
  for (const auto& row : answer->rows) got_text += row.principal + (row.status == RowStatus::kEffective ? " must; " : " may; ");
  for (const auto& row : want) want_text += row.principal + (row.holds.must ? " must; " : " may; ");
  return got_text == want_text ? "" : what + ": " + got_text + "reference: " + want_text;
}

std::string WhoDiffers(Asked a) {
  Question q = SomeQuestion(a.history, a.random);
  if (a.random() % 8 == 0) q.action = q.resource = "*";
  const When at{q.time, std::nullopt};
  const Page all{1000, ""};
  const std::string moment = " at " + std::to_string(q.time.us);
  const auto& role = OneOf(TheUniverse().roles, a.random);
  const auto& group = OneOf(TheUniverse().groups, a.random);
  std::string differs =
      RowsDiffer("who " + q.action + " " + q.resource + moment, authority::Who(a.view, {q.action, q.resource, "", ""}, at, all),
                 a.judge.Who(q.action, q.resource, q.time));
  if (differs.empty())
    differs = RowsDiffer("who --role " + role + moment, authority::Who(a.view, {"", "", role, ""}, at, all),
                         a.judge.WhoRole(role, q.time));
  if (differs.empty())
    differs = RowsDiffer("who --member-of " + group + moment, authority::Who(a.view, {"", "", "", group}, at, all),
                         a.judge.MembersOf(group, q.time));
  return differs;
}

std::string ShowDiffers(Asked a) {
  const auto& ref = OneOf(TheUniverse().identities, a.random);
  const EffectiveTime t = SomeTime(a.history, a.random);
  const auto answer = authority::Show(a.view, ref, {t, std::nullopt});
  const std::string what = "show " + ref + " at " + std::to_string(t.us);
  if (!answer) return what + ": " + answer.error().ToString();
  if (answer->identity.status != reference::StatusName(a.judge.StatusOf(ref, t)))
    return what + ": " + answer->identity.status + ", reference " + reference::StatusName(a.judge.StatusOf(ref, t));
  const auto registers = a.judge.RegistersOf(ref, t);
  if (answer->identity.owner != registers.owner) return what + ": owner";
  if (answer->identity.environment != registers.environment) return what + ": environment";
  if (answer->identity.display_name != registers.display_name) return what + ": display name";
  if (answer->attributes != registers.attributes)
    return what + ": attributes " + answer->attributes + ", reference " + registers.attributes;
  if (answer->identity.incarnation != a.judge.IncarnationOf(ref, t).number) return what + ": incarnation";
  std::map<std::string, Tri> got, want;
  for (const auto& c : answer->credentials) got[c.credential] = AsTri(c.live);
  for (const auto& c : a.judge.Credentials(ref, t)) want[c.credential] = ToTri(c.live);
  // The reference lists what was issued; the engine also what was only ever revoked or compromised, which is never certainly live.
  std::erase_if(got, [&](const auto& c) { return !want.contains(c.first) && c.second != Tri::kYes; });
  std::erase_if(want, [&](const auto& c) { return !got.contains(c.first) && c.second != Tri::kYes; });
  if (got != want) {
    std::string text = what + ": credentials";
    for (const auto& [c, live] : got) text += " engine " + c + "=" + std::to_string(static_cast<int>(live));
    for (const auto& [c, live] : want) text += " reference " + c + "=" + std::to_string(static_cast<int>(live));
    return text;
  }
  const auto linked = a.judge.Linked(ref, t);
  if (answer->linked != std::vector<std::string>(linked.begin(), linked.end())) return what + ": linked";
  return {};
}

// Without a filter those registered and not retired; with one, whoever has that status.
std::string IdentitiesDiffer(Asked a) {
  using reference::IdentityStatus;
  const EffectiveTime t = SomeTime(a.history, a.random);
  const std::vector<std::string> statuses{"", "active", "pending", "suspended", "expired", "retired", "unrecorded"};
  const std::string& status = OneOf(statuses, a.random);
  const auto answer = authority::Identities(a.view, {.type = "", .status = status, .owner = ""}, {t, std::nullopt}, {1000, ""});
  const std::string what = "identities --status '" + status + "' at " + std::to_string(t.us);
  if (!answer) return what + ": " + answer.error().ToString();
  std::string got, want;
  for (const auto& row : answer->rows) got += row.ref + " " + row.status + "; ";
  for (const auto& [ref, is] : a.judge.Identities(t)) {
    const bool there = is != IdentityStatus::kRetired && is != IdentityStatus::kUnrecorded && is != IdentityStatus::kAbsent;
    if (status.empty() ? there : status == reference::StatusName(is)) want += ref + " " + reference::StatusName(is) + "; ";
  }
  return got == want ? "" : what + ": " + got + "reference: " + want;
}

// The events that a story tells, and what became of each; what follows from them (`derived`) apart.
std::string TimelineDiffers(Asked a) {
  const Universe& u = TheUniverse();
  const std::string& ref = OneOf(a.random() % 3 == 0 ? u.roles : u.everyone, a.random);
  const Interval window = SomeWindow(a.history, a.random);
  const auto answer = authority::Timeline(a.view, ref, {std::nullopt, window}, {10'000, ""});
  const std::string what = "timeline " + ref + " during " + Text({window});
  if (!answer) return what + ": " + answer.error().ToString();
  const auto line = [](const Position& p, const std::string& state) {
    return std::string(TopicName(p.topic)) + "/" + std::to_string(p.partition) + "/" + std::to_string(p.offset) + " " + state;
  };
  std::vector<std::string> got, want;
  for (const auto& row : answer->rows)
    if (row.state != "derived")
      got.push_back(line(answer->head.evidence.at(static_cast<std::size_t>(row.evidence.at(0))).position,
                         row.state == "left_out" ? "retracted" : row.state));
  const auto story = a.judge.StoryOf(ref);
  for (const Record& record : a.history.records)
    if (const auto told = story.find(record.entry.position); told != story.end() && window.Contains(record.entry.event->time))
      want.push_back(line(told->first, NameOf(told->second)));
  return Apart(what, std::move(got), std::move(want));
}

// What somebody knew who had read less of some partitions.
PositionVector SomeOf(const PositionVector& projected, Random& random) {
  PositionVector some;
  for (const auto& [where, next] : projected.next)
    if (const auto known = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(next + 1)); known > 0)
      some.next[where] = known;
  return some;
}

// What a question that leaves events out must be equal to: the same history, in which a corrector has retracted them afterwards.
struct Supposed {
  History history;
  PositionVector v;
};
Supposed Retracting(const History& history, const PositionVector& v, const std::vector<const Record*>& records) {
  constexpr std::int32_t kNoPartitionOfTheHistory = std::numeric_limits<std::int32_t>::max();
  const std::string corrector = "a corrector that the history lacks";
  Supposed supposed{history, v};
  supposed.history.configuration.correctors.insert(corrector);
  for (const Record* record : records) {
    const TopicPartition where{record->entry.position.topic, kNoPartitionOfTheHistory};
    const std::int64_t offset = supposed.v.next[where]++;
    Event event;
    event.name = {corrector, std::to_string(static_cast<int>(where.topic)) + "-" + std::to_string(offset)};
    event.payload = EventRetracted{record->entry.event->name, "user:of-no-account", "supposed"};
    Record retraction;
    retraction.entry.position = {where.topic, where.partition, offset};
    retraction.entry.recorded = RecordedTime{std::numeric_limits<std::int64_t>::max() - 1};
    retraction.entry.event = std::move(event);
    supposed.history.records.push_back(std::move(retraction));
  }
  return supposed;
}

// A few events whose canonical copy v holds.
std::vector<const Record*> SomeKnown(const History& history, const reference::View& judge, Random& random) {
  using reference::RecordState;
  std::vector<const Record*> known;
  for (const Record& record : history.records) {
    const auto state = judge.Record().states.find(record.entry.position);
    if (state == judge.Record().states.end()) continue;
    if (state->second == RecordState::kInForce || state->second == RecordState::kRetracted ||
        state->second == RecordState::kWithoutRight)
      known.push_back(&record);
  }
  std::vector<const Record*> some;
  while (!known.empty() && some.size() < 4 && (some.empty() || random() % 3 != 0)) some.push_back(known[random() % known.size()]);
  std::sort(some.begin(), some.end());
  some.erase(std::unique(some.begin(), some.end()), some.end());
  return some;
}

std::string WithoutDiffers(Engine& engine, const History& history, const reference::Reference& reference, const PositionVector& v,
                           Random& random) {
  const auto known = SomeKnown(history, reference.At(v), random);
  std::vector<EventName> without;
  for (const Record* record : known) without.push_back(record->entry.event->name);
  auto view = engine.Model().ViewWithout(v, without);
  if (!view) return view.error().ToString();
  const Supposed supposed = Retracting(history, v, known);
  const reference::Reference told(EntriesOf(supposed.history), supposed.history.configuration);
  const auto judge = told.At(supposed.v);
  if ((*view)->Vector() != supposed.v) return "supposed: another vector";
  for (auto* question :
       {CheckDiffers, CheckDiffers, DuringDiffers, WhoDiffers, WhatDiffers, WhatDuringDiffers, DiffDiffers, WhyDiffers,
        IdentitiesDiffer, ShowDiffers, TimelineDiffers, FactsDiffer, BriefDiffers, ReachDiffers, ReplayDiffers}) {
    std::string differs = question({**view, judge, supposed.history, random});
    if (differs.empty()) continue;
    for (const EventName& name : without) differs += " --without " + name.source + "," + name.id;
    return differs;
  }
  return {};
}

// Everything about one history; "" or the first thing that differs.
std::string Differs(const History& history, std::uint64_t seed) {
  Engine engine(history);
  const reference::Reference reference(EntriesOf(history), history.configuration);
  Random random(seed ^ 0x7ea1);
  // What one batch left in memory, the next must take out.
  const auto records = LogRecords(history);
  for (std::size_t begin = 0; begin < records.size();) {
    const std::size_t end = std::min(records.size(), begin + 1 + random() % records.size());
    const std::vector<log::Record> some(records.begin() + static_cast<std::ptrdiff_t>(begin),
                                        records.begin() + static_cast<std::ptrdiff_t>(end));
    if (begin == 0 && seed % 3 == 0) engine.Load(some);
    else engine.Apply(some);
    begin = end;
    auto view = engine.Model().View(engine.Model().Projected());
    if (!view) return view.error().ToString();
    const std::string differs = BriefDiffers({**view, reference.At(engine.Model().Projected()), history, random});
    if (!differs.empty()) return "after " + std::to_string(end) + " records: " + differs;
    if (random() % 3 != 0) continue;
    const PositionVector known = SomeOf(engine.Model().Projected(), random);
    auto past = engine.Model().View(known);
    if (!past) return past.error().ToString();
    const std::string differed = BriefDiffers({**past, reference.At(known), history, random});
    if (!differed.empty()) return "in the past, after " + std::to_string(end) + " records: " + differed;
  }
  for (int round = 0; round < 3; ++round) {
    const PositionVector v = round == 0 ? engine.Model().Projected() : SomeKnowledge(history, random);
    auto view = engine.Model().View(v);
    if (!view) return view.error().ToString();
    const auto judge = reference.At(v);
    for (auto* question :
         {CheckDiffers, CheckDiffers, DuringDiffers, WhoDiffers, WhatDiffers, WhatDuringDiffers, DiffDiffers, WhyDiffers,
          WhyDiffers, IdentitiesDiffer, ShowDiffers, TimelineDiffers, FactsDiffer, BriefDiffers, ReachDiffers, ReplayDiffers}) {
      const std::string differs = question({**view, judge, history, random});
      if (!differs.empty()) return (round == 0 ? "now: " : "in the past: ") + differs;
    }
    const std::string supposing = WithoutDiffers(engine, history, reference, v, random);
    if (!supposing.empty()) return (round == 0 ? "supposed now: " : "supposed in the past: ") + supposing;
    if (round == 0) continue;
    auto now = engine.Model().View(engine.Model().Projected());
    if (!now) return now.error().ToString();
    const std::string differs = DiffKnownDiffers({**view, judge, history, random}, **now, engine.Model(), reference);
    if (!differs.empty()) return differs;
  }
  return {};
}

class Truth : public ::testing::TestWithParam<int> {};

TEST_P(Truth, EveryQuestionEqualsTheReference) { HistoriesAgree(GetParam(), 2000, Differs); }

INSTANTIATE_TEST_SUITE_P(Part, Truth, ::testing::Range(0, kParts));

}  // namespace
}  // namespace tenure::property
