#include "reference/settlement.h"

#include <algorithm>

#include "reference/pattern.h"

namespace tenure::reference {
namespace {

// The records below V, in order of record. The topic of dead letters is written and never read.
std::vector<const Entry*> Known(const std::vector<Entry>& entries, const PositionVector& knowledge) {
  std::vector<const Entry*> known;
  for (const auto& entry : entries)
    if (knowledge.Holds(entry.position) && entry.position.topic != Topic::kDeadLetter) known.push_back(&entry);
  std::sort(known.begin(), known.end(), [](auto* a, auto* b) { return OrderOf(*a) < OrderOf(*b); });
  return known;
}

class Settling {
 public:
  Settling(std::vector<const Entry*> known, const Configuration& configuration)
      : known_(std::move(known)), configuration_(configuration), retracted_(RetractedNames()) {}

  // The copy of an event that counts: the first readable record of that name on its own plane's topic, in order of record. Nothing
  // if V has none. `asking` holds the names whose copy hangs on this one: retractions of each other, whose topic nobody can know.
  const Entry* Canonical(const EventName& name, std::set<EventName> asking = {}) const {
    if (!asking.insert(name).second) return nullptr;
    for (const Entry* entry : known_)
      if (entry->event && entry->event->name == name && OnOwnTopic(*entry, asking)) return entry;
    return nullptr;
  }

  // An event counts only on its own plane's topic. A retraction's is its target's, once the target is known; until then any.
  bool OnOwnTopic(const Entry& entry, const std::set<EventName>& asking) const {
    if (auto plane = PlaneOf(entry.event->Type())) return entry.position.topic == *plane;
    const Entry* target = Canonical(std::get<EventRetracted>(entry.event->payload).target, asking);
    return target == nullptr || target->position.topic == entry.position.topic;
  }

  RecordState StateOf(const Entry& entry) const {
    if (!entry.event) return RecordState::kUnreadable;
    if (!OnOwnTopic(entry, {entry.event->name})) return RecordState::kMisplaced;
    const Entry* canonical = Canonical(entry.event->name);
    if (canonical->event->content_hash != entry.event->content_hash) return RecordState::kConflict;
    if (canonical != &entry) return RecordState::kDuplicate;
    if (retracted_.contains(entry.event->name)) return RecordState::kRetracted;
    auto* retraction = std::get_if<EventRetracted>(&entry.event->payload);
    return retraction && !Authorised(entry.event->name.source, retraction->target) ? RecordState::kWithoutRight
                                                                                   : RecordState::kInForce;
  }

  std::vector<Fact> Facts() const {
    std::vector<Fact> facts;
    for (const Entry* entry : known_)
      if (StateOf(*entry) == RecordState::kInForce && entry->event->Type() != EventType::kEventRetracted)
        facts.push_back({{entry->event->time, OrderOf(*entry)}, &*entry->event});
    std::sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.moment < b.moment; });
    return facts;
  }

  // A dead letter is known from its position until a resolution in force names that position: void, or replaced by an event that V
  // holds, retracted or not.
  bool Resolved(const Position& position, const std::vector<Fact>& facts) const {
    for (const Fact& fact : facts)
      if (auto* d = fact.As<DeadLetterResolved>(); d && d->position == position)
        if (d->resolution != Resolution::kReplaced || (d->replaced_by && Canonical(*d->replaced_by))) return true;
    return false;
  }

  std::vector<Taint> Taints(const std::vector<Fact>& facts) const {
    std::vector<Taint> taints;
    for (const Entry* entry : known_)
      for (Taint taint : TaintsOf(*entry)) {
        taint.position = entry->position;
        taint.open = !Resolved(entry->position, facts);
        taints.push_back(taint);
      }
    return taints;
  }

 private:
  // Retractions are settled from the last in order of record backwards, so that only a later one cancels an earlier one; one that
  // is recorded before its target holds. An event that supersedes acts as itself and as a retraction of each.
  std::set<EventName> RetractedNames() const {
    std::set<EventName> retracted, cancelled;
    for (auto i = known_.rbegin(); i != known_.rend(); ++i) {
      const Entry& by = **i;
      if (!by.event || Canonical(by.event->name) != &by || cancelled.contains(by.event->name)) continue;
      for (const EventName& name : TargetsOf(*by.event)) {
        const Entry* target = Canonical(name);
        if (!Authorised(by.event->name.source, name) || (target && target->position.topic != by.position.topic)) continue;
        bool later = target && OrderOf(by) > OrderOf(*target);
        // A retraction recorded before its target takes out its fact, not the retractions that it carries.
        if (later) cancelled.insert(name);
        if (later || !target || target->event->Type() != EventType::kEventRetracted) retracted.insert(name);
      }
    }
    return retracted;
  }

  static std::vector<EventName> TargetsOf(const Event& event) {
    std::vector<EventName> targets = event.supersedes;
    if (auto* d = std::get_if<EventRetracted>(&event.payload)) targets.push_back(d->target);
    std::erase(targets, event.name);
    return targets;
  }

  // It counts only from the target's source, or from one configured as corrector.
  bool Authorised(const std::string& source, const EventName& target) const {
    return source == target.source || configuration_.correctors.contains(source);
  }

  // Of the access plane with a readable time and nothing superseded: from that time on. Anything else: always.
  static Interval RangeOf(std::optional<EventType> type, OptionalTime time, bool supersedes) {
    bool access = type && PlaneOf(*type) == Topic::kAccess;
    return access && time && !supersedes ? Interval{*time, kForever} : Interval{};
  }
  static Interval RangeOf(const Event& event) { return RangeOf(event.Type(), event.time, !event.supersedes.empty()); }

  // The topics that a dead letter casts doubt on: the record's, and that of its type's plane (for a retraction, of its target).
  std::set<Topic> TopicsOf(const Entry& entry) const {
    std::set<Topic> topics{entry.position.topic};
    auto type = entry.event ? entry.event->Type() : entry.unreadable.type;
    if (type && PlaneOf(*type)) topics.insert(*PlaneOf(*type));
    if (auto* d = entry.event ? std::get_if<EventRetracted>(&entry.event->payload) : nullptr)
      if (const Entry* target = Canonical(d->target, {entry.event->name})) topics.insert(target->position.topic);
    return topics;
  }

  static std::vector<Taint> Over(const std::set<Topic>& topics, const std::set<std::string>& keys, Interval range) {
    std::vector<Taint> taints;
    for (Topic topic : topics)
      for (const auto& key : keys) taints.push_back({topic, key, range, {}, true});
    return taints;
  }

  // Scope: the key that its data names, else the record key if that is a reference, else the whole topic.
  std::vector<Taint> TaintsOf(const Entry& entry) const {
    switch (StateOf(entry)) {
      case RecordState::kUnreadable: {
        const Unreadable& u = entry.unreadable;
        std::string key = !u.key.empty() ? u.key : IsReference(entry.record_key) ? entry.record_key : "";
        return Over(TopicsOf(entry), {key}, RangeOf(u.type, u.time, u.carries_supersedes));
      }
      case RecordState::kMisplaced:
        return Over(TopicsOf(entry), {KeyOf(*entry.event)}, RangeOf(*entry.event));
      case RecordState::kConflict: {  // both copies' keys, on the topics of both, from the earlier time on
        const Entry& first = *Canonical(entry.event->name);
        Interval a = RangeOf(*first.event), b = RangeOf(*entry.event);
        return Over({first.position.topic, entry.position.topic}, {KeyOf(*first.event), KeyOf(*entry.event)},
                    {std::min(a.from, b.from), kForever});
      }
      default:
        return {};
    }
  }

  std::vector<const Entry*> known_;
  const Configuration& configuration_;
  std::set<EventName> retracted_;
};

void Mention(const OptionalTime& time, std::vector<EffectiveTime>& times) {
  if (time) times.push_back(*time);
}

// Nothing changes but at a time that some record mentions.
std::vector<EffectiveTime> TimesMentioned(const std::vector<const Entry*>& known) {
  std::vector<EffectiveTime> times;
  for (const Entry* entry : known) {
    Mention(entry->event ? OptionalTime(entry->event->time) : entry->unreadable.time, times);
    if (!entry->event) continue;
    std::visit(
        [&](const auto& d) {
          if constexpr (requires { d.not_before; }) Mention(d.not_before, times);
          if constexpr (requires { d.expires_at.value; } && !requires { d.expires_at.has_value(); }) {
            Mention(d.expires_at.value, times);
          } else if constexpr (requires { d.expires_at; }) {
            Mention(d.expires_at, times);
          }
        },
        entry->event->payload);
  }
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

}  // namespace

std::vector<Fact> BoundsAmong(const std::vector<Fact>& facts) {
  std::vector<Fact> bounds;
  for (const Fact& fact : facts)
    if (fact.As<IdentityRegistered>() || fact.As<IdentityRetired>() || fact.As<RoleDefined>() || fact.As<RoleRetired>())
      bounds.push_back(fact);
  return bounds;
}

Settlement Settle(const std::vector<Entry>& entries, const Configuration& configuration, const PositionVector& knowledge) {
  auto known = Known(entries, knowledge);
  Settling settling(known, configuration);
  Settlement result;
  result.facts = settling.Facts();
  result.bounds = BoundsAmong(result.facts);
  result.taints = settling.Taints(result.facts);
  for (const Entry* entry : known) result.states[entry->position] = settling.StateOf(*entry);
  result.times = TimesMentioned(known);
  result.known = std::move(known);
  return result;
}

}  // namespace tenure::reference
