#include "property/history_generator.h"

#include <algorithm>
#include <optional>

#include "property/history_events.h"
#include "reference/builders.h"
#include "reference/pattern.h"
#include "reference/wire.h"

namespace tenure::property {
namespace {

using reference::KeyOf;
using reference::PlaneOf;

// One record before it has a place in the log.
struct Planned {
  std::optional<Event> event;
  reference::Unreadable unreadable;
  std::string broken, record_key;
  Topic topic = Topic::kAccess;
  std::optional<std::size_t> resolves;  // a resolution of that planned record, or of a place where nothing is
  bool recorded_early = false;          // in a partition of its own, whose clock is an hour behind
};

class Planning {
 public:
  Planning(std::uint64_t seed, History& history) : random_(seed), history_(history), events_(random_) {}

  void Plan() {
    Dice& d = events_.dice;
    if (d.Chance(0.7)) history_.configuration.correctors = {"audit"};
    const bool doubts = d.Chance(0.5), retractions = d.Chance(0.75), copies = d.Chance(0.6);
    for (const Event& event : events_.Beginnings()) Put(event);
    for (int n = d.Between(25, 75); n > 0; --n) Put(events_.Any());
    if (d.Chance(0.5)) Times(d.Between(5, 30), [&] { Put(events_.Governance()); });
    if (d.Chance(0.5)) Times(d.Between(1, 4), [&] { PutCampaign(); });
    if (copies) Times(d.Between(1, 6), [&] { PutCopy(); });
    if (doubts) Times(d.Between(0, 3), [&] { PutConflict(); });
    if (doubts) Times(d.Between(0, 3), [&] { PutMisplaced(); });
    if (doubts) Times(d.Between(0, 4), [&] { PutBroken(); });
    if (retractions) Times(d.Between(1, 8), [&] { PutSuperseding(); });
    if (doubts || d.Chance(0.1)) Times(d.Between(1, 8), [&] { PutResolution(); });
    if (retractions) Times(d.Between(2, 14), [&] { PutRetraction(); });
    if (retractions && d.Chance(0.05)) PutRetractionsOfEachOther();
    if (copies) Times(d.Between(0, 3), [&] { PutCopy(); });
    if (copies && d.Chance(0.3)) PutCopy(), planned_.back().recorded_early = true;
    if (copies && retractions && d.Chance(0.3)) PutRetractionElsewhere();
    if (d.Chance(0.25)) PutLives();
  }

  // Arrival is the plan out of order by some width; each partition has a clock that may fall back, coarse enough for ties.
  void Place() {
    Dice& d = events_.dice;
    const int width = d.OneOfInts({0, 3, 10, 1000});
    std::vector<std::pair<int, std::size_t>> arrival;
    for (std::size_t i = 0; i < planned_.size(); ++i) arrival.emplace_back(static_cast<int>(i) + d.Between(0, width), i);
    std::sort(arrival.begin(), arrival.end());

    const std::map<Topic, int> partitions{
        {Topic::kIdentity, d.Between(1, 2)}, {Topic::kAccess, d.Between(1, 3)}, {Topic::kGovernance, 1}, {Topic::kUsage, 1}};
    const int jitter = d.OneOfInts({0, 4, 40}), tick = d.OneOfInts({1, 3});
    const bool verified = d.Chance(0.3);
    std::map<TopicPartition, std::pair<std::int64_t, std::int64_t>> ends;  // next offset, last recorded
    std::vector<Position> positions(planned_.size());
    for (std::size_t n = 0; n < arrival.size(); ++n) {
      const Planned& plan = planned_[arrival[n].second];
      TopicPartition where{plan.topic,
                           plan.recorded_early ? partitions.at(plan.topic) : d.Between(0, partitions.at(plan.topic) - 1)};
      auto& [next, last] = ends[where];
      std::int64_t stamp = builders::At(plan.recorded_early ? "19:00" : "20:00").us +
                           (static_cast<int>(n) + d.Between(-jitter, jitter)) / tick * 1'000'000LL;
      if (next > 0 && stamp < last) Corner("stamp_falls");
      last = next == 0 ? stamp : std::max(last, stamp);
      positions[arrival[n].second] = {where.topic, where.partition, next++};
      Record record;
      record.entry = {positions[arrival[n].second], {last}, plan.record_key, plan.event, plan.unreadable, ""};
      if (verified && d.Chance(0.6)) record.entry.verified_writer = d.Chance(0.7) ? "writer:a" : "writer:b";
      record.broken = plan.broken;
      history_.records.push_back(std::move(record));
    }
    for (std::size_t n = 0; n < arrival.size(); ++n)
      if (auto resolves = planned_[arrival[n].second].resolves) Name(history_.records[n], positions[*resolves]);
  }

 private:
  void Corner(const std::string& name) { ++history_.corners[name]; }

  static void Times(int n, const std::function<void()>& what) {
    for (; n > 0; --n) what();
  }

  void Put(const Event& event) { Put(event, PlaneOf(event.Type()).value_or(Topic::kAccess)); }
  void Put(Event event, Topic topic) {
    event.content_hash = reference::PlainContentHash(event);
    Planned plan;
    plan.event = event, plan.topic = topic, plan.record_key = KeyOf(event);
    if (events_.dice.Chance(0.03)) plan.record_key = events_.dice.Pick(TheUniverse().everyone), Corner("misrouted");
    planned_.push_back(std::move(plan));
  }

  std::size_t SomePlanned() { return static_cast<std::size_t>(events_.dice.Between(0, static_cast<int>(planned_.size()) - 1)); }
  const Planned& SomeEvent() {
    for (;;)
      if (const Planned& plan = planned_[SomePlanned()]; plan.event) return plan;
  }

  void PutCopy() {
    Planned copy = SomeEvent();  // the same bytes, perhaps in another partition, perhaps recorded earlier
    planned_.push_back(std::move(copy));
    Corner("copy");
  }

  // A retraction and its copy on another topic, which may be the first on record.
  void PutRetractionElsewhere() {
    PutRetraction();
    Planned copy = planned_.back();
    copy.topic = static_cast<Topic>(events_.dice.Between(0, kPlaneTopics - 1));
    copy.recorded_early = events_.dice.Chance(0.7);
    planned_.push_back(std::move(copy));
    Corner("retraction_copied_elsewhere");
  }

  // The same name registered and retired (defined and retired) again and again.
  void PutLives() {
    Dice& d = events_.dice;
    const Universe& u = TheUniverse();
    const std::string ref = d.Pick(d.Chance(0.5) ? u.identities : d.Chance(0.5) ? u.groups : u.roles);
    std::int64_t at = builders::At("00:00").us;
    for (int life = d.Between(3, 5); life > 0; --life) {
      for (const bool begins : {true, false}) {
        Event event = events_.Life(ref, begins);
        event.time.us = at += d.Between(0, 3) * 1'800'000'000LL;
        Put(event);
      }
    }
    Corner("lives");
  }

  void PutCampaign() {
    std::vector<Event> campaign;
    if (events_.dice.Chance(0.4)) campaign = events_.NewCampaign();
    static constexpr EventType kTypes[] = {EventType::kGrantIssued, EventType::kMembershipAdded, EventType::kCredentialIssued};
    const EventType type = kTypes[events_.dice.Between(0, 2)];
    for (int tries = 0; tries < 40 && campaign.empty(); ++tries)
      if (const Event about = *SomeEvent().event; about.Type() == type) campaign = events_.Campaign(about);
    for (const Event& event : campaign) Put(event);
    Corner("campaign");
  }

  void PutConflict() {
    Planned other = SomeEvent();
    if (other.resolves) return;
    Event event = *other.event;
    if (events_.dice.Chance(0.5) || event.Type() == EventType::kEventRetracted) {
      event.time = events_.SomeTime(), event.authid = "somebody else";
    } else {
      EventName name = event.name;
      event = events_.Any();
      event.name = name, event.supersedes.clear();
      other.topic = PlaneOf(event.Type()).value_or(other.topic);
    }
    Put(event, other.topic);
    Corner("conflict");
  }

  void PutMisplaced() {
    Topic topic = static_cast<Topic>(events_.dice.Between(0, kPlaneTopics - 1));
    Put(events_.Any(), topic);
    Corner("misplaced");
  }

  void PutBroken() {
    Event event;
    do event = events_.Any();
    while (PlaneOf(event.Type()) > Topic::kAccess);
    Broken broken = events_.Break(event);
    Planned plan;
    plan.unreadable = broken.unreadable, plan.broken = broken.bytes, plan.topic = *PlaneOf(event.Type());
    plan.record_key = events_.dice.Chance(0.92) ? KeyOf(event) : events_.dice.Chance(0.5) ? "" : "no reference";
    if (events_.dice.Chance(0.1)) plan.topic = Topic::kIdentity;
    planned_.push_back(std::move(plan));
    Corner("unreadable_" + broken.how);
  }

  void PutSuperseding() {
    Event event = events_.Any();
    for (int n = events_.dice.Between(1, 2); n > 0; --n) {
      const Planned* target = nullptr;
      const bool across = events_.dice.Chance(0.1);
      for (int tries = 0; tries < 20 && (!target || (!across && target->topic != *PlaneOf(event.Type()))); ++tries)
        target = &SomeEvent();
      event.supersedes.push_back(target->event->name);
      if (n == 1) event.name.source = events_.Speaker(target->event->name.source);
      if (target->topic != *PlaneOf(event.Type())) Corner("supersedes_across_topics");
    }
    Put(event);
    Corner("supersedes");
  }

  void PutResolution() {
    std::vector<std::size_t> dead;
    for (std::size_t i = 0; i < planned_.size(); ++i)
      if (!planned_[i].event || (PlaneOf(planned_[i].event->Type()) && planned_[i].topic != *PlaneOf(planned_[i].event->Type())))
        dead.push_back(i);
    Event event = events_.Resolution(SomeEvent().event->name);
    std::size_t resolves = dead.empty() || events_.dice.Chance(0.3)
                               ? SomePlanned()
                               : dead[static_cast<std::size_t>(events_.dice.Between(0, static_cast<int>(dead.size()) - 1))];
    Put(event);
    planned_.back().resolves = resolves;
    planned_.back().record_key = TopicName(planned_[resolves].topic);
    Corner("resolution");
  }

  // Its place in the log is known only now.
  static void Name(Record& resolution, const Position& position) {
    std::get<DeadLetterResolved>(resolution.entry.event->payload).position = position;
    resolution.entry.event->subject.reset();
    resolution.entry.event->content_hash = reference::PlainContentHash(*resolution.entry.event);
  }

  void PutRetraction() {
    const Planned target = SomeEvent();
    EventName name = target.event->name;
    if (events_.dice.Chance(0.05)) name.id = "ghost", Corner("retraction_of_nothing");
    Event event = events_.Retraction(name, KeyOf(*target.event));
    event.name.source = events_.Speaker(name.source);
    Topic topic = target.topic;
    if (events_.dice.Chance(0.08))
      topic = static_cast<Topic>(events_.dice.Between(0, kPlaneTopics - 1)), Corner("retraction_anywhere");
    Put(event, topic);
    Corner(target.event->Type() == EventType::kEventRetracted ? "retraction_of_retraction"
           : !target.event->supersedes.empty()                ? "retraction_of_superseder"
                                                              : "retraction");
    if (event.name.source != name.source && !history_.configuration.correctors.contains(event.name.source))
      Corner("retraction_unauthorised");
  }

  // On one topic: on two nobody could say where each belongs.
  void PutRetractionsOfEachOther() {
    Event a = events_.Retraction({"iam", "?"}, "user:u1"), b = events_.Retraction(a.name, "user:u1");
    a.name.source = b.name.source = "iam";
    std::get<EventRetracted>(a.payload).target = b.name, std::get<EventRetracted>(b.payload).target = a.name;
    Put(a, Topic::kAccess), Put(b, Topic::kAccess);
    Corner("retractions_of_each_other");
  }

  Random random_;
  History& history_;
  Events events_;
  std::vector<Planned> planned_;
};

}  // namespace

const Universe& TheUniverse() {
  static const Universe universe = [] {
    Universe u;
    u.users = {"user:u1", "user:u2", "user:u3", "user:u4", "user:u5"};
    u.service_accounts = {"service_account:s1", "service_account:s2", "agent:s3"};
    u.groups = {"group:g1", "group:g2", "group:g3"};
    u.roles = {"role:r1", "role:r2", "role:r3"};
    u.resources = {"bucket:prod", "bucket:prod/ledger", "arn:aws:s3:::dev/a"};
    u.actions = {"read", "write", "assume"};
    u.identities = u.users;
    u.identities.insert(u.identities.end(), u.service_accounts.begin(), u.service_accounts.end());
    u.identities.push_back("external:e1");
    u.everyone = u.identities;
    u.everyone.insert(u.everyone.end(), u.groups.begin(), u.groups.end());
    u.everyone.push_back("everyone:*");
    return u;
  }();
  return universe;
}

History MakeHistory(std::uint64_t seed) {
  History history;
  history.seed = seed;
  Planning planning(seed, history);
  planning.Plan();
  planning.Place();
  return history;
}

std::vector<reference::Entry> EntriesOf(const History& history) {
  std::vector<reference::Entry> entries;
  for (const Record& record : history.records) entries.push_back(record.entry);
  return entries;
}

std::string ValueOf(const Record& record) {
  return record.entry.event ? reference::EventJson(*record.entry.event) : record.broken;
}

std::string ToNdjson(const History& history) {
  std::string lines;
  for (const Record& record : history.records) lines += ValueOf(record) + "\n";
  return lines;
}

std::string Describe(const History& history) {
  std::string text = "seed " + std::to_string(history.seed) + ", correctors:";
  for (const auto& source : history.configuration.correctors) text += " " + source;
  for (const Record& record : history.records) {
    const auto& [topic, partition, offset] = record.entry.position;
    text += "\n" + std::string(TopicName(topic)) + "/" + std::to_string(partition) + "/" + std::to_string(offset) + " " +
            reference::TimeText({record.entry.recorded.us}) + " key=" + record.entry.record_key + " " + ValueOf(record);
  }
  return text + "\n";
}

PositionVector SomeKnowledge(const History& history, Random& random) {
  Dice dice(random);
  reference::Order until{{0}, {}};
  const int kind = dice.Between(0, 9);
  const auto& records = history.records;
  PositionVector known, all;
  if (!records.empty())
    until.recorded = records[static_cast<std::size_t>(dice.Between(0, static_cast<int>(records.size()) - 1))].entry.recorded;
  for (const Record& record : records) {
    auto& end = all.next[record.entry.position.Where()];
    end = std::max(end, record.entry.position.offset + 1);
    // By a recorded time K.
    if (record.entry.recorded <= until.recorded) {
      auto& next = known.next[record.entry.position.Where()];
      next = std::max(next, record.entry.position.offset + 1);
    }
  }
  if (kind == 0) return {};
  if (kind <= 4) return all;
  if (kind <= 6) return known;
  for (auto& [where, next] : all.next)
    if (dice.Chance(0.6)) next = dice.Between(0, static_cast<int>(next));
  std::erase_if(all.next, [](const auto& entry) { return entry.second == 0; });
  return all;
}

EffectiveTime SomeTime(const History& history, Random& random) {
  Dice dice(random);
  if (history.records.empty() || dice.Chance(0.1)) return {builders::At("00:00").us + dice.Between(-3, 30) * 1'800'000'000LL};
  const auto& record = history.records[static_cast<std::size_t>(dice.Between(0, static_cast<int>(history.records.size()) - 1))];
  EffectiveTime t = record.entry.event ? record.entry.event->time : builders::At("12:00");
  return dice.Chance(0.6) ? t : EffectiveTime{t.us + dice.OneOfInts({-1, 1, 1'800'000'000})};
}

Interval SomeWindow(const History& history, Random& random) {
  EffectiveTime a = SomeTime(history, random), b = SomeTime(history, random);
  if (b < a) std::swap(a, b);
  return a == b ? Interval{a, {b.us + 1}} : Interval{a, b};
}

Question SomeQuestion(const History& history, Random& random) {
  Dice dice(random);
  const Universe& u = TheUniverse();
  Question q{dice.Pick(u.everyone), dice.Pick(u.actions), dice.Pick(u.resources), SomeTime(history, random)};
  if (q.action == "assume") q.resource = dice.Pick(u.identities);
  if (dice.Chance(0.06)) q.action = "*";
  if (dice.Chance(0.06)) q.resource = "*";
  if (dice.Chance(0.4) || history.records.empty()) return q;
  for (int tries = 0; tries < 20; ++tries) {
    const auto& event =
        history.records[static_cast<std::size_t>(dice.Between(0, static_cast<int>(history.records.size()) - 1))].entry.event;
    const auto* issue = event ? std::get_if<GrantIssued>(&event->payload) : nullptr;
    if (!issue) continue;
    q.ref = issue->principal;
    q.time = {event->time.us + dice.Between(0, 3) * 3'600'000'000LL};
    if (reference::IsGroup(q.ref) && dice.Chance(0.7)) q.ref = dice.Pick(u.identities);
    break;
  }
  return q;
}

const std::string& OneOf(const std::vector<std::string>& list, Random& random) { return Dice(random).Pick(list); }

}  // namespace tenure::property
