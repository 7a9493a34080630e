#include "connect/causal_order.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>
#include <unordered_map>

namespace tenure::connect {
namespace {

constexpr std::size_t kLookAheadMax = 4096;  // records after the second that are asked what stood in it

bool Before(const ChangeRecord& a, const ChangeRecord& b) {
  return std::tie(a.time, a.rank, a.sequence, a.event_id) < std::tie(b.time, b.rank, b.sequence, b.event_id);
}

bool Has(const ChangeRecord& record, Turn turn, const Thing& thing) {
  return std::ranges::any_of(record.changes, [&](const Change& c) { return c.turn == turn && c.thing == thing; });
}

// Is the record about something that stands on the subject?
bool HoldsFactOn(const ChangeRecord& record, const Thing& subject) {
  if (!subject.fact.empty()) return false;
  return std::ranges::any_of(record.changes, [&](const Change& c) {
    return !c.thing.fact.empty() && (c.thing.subject == subject.subject || c.thing.other_subject == subject.subject);
  });
}

Thing SubjectThing(const std::string& name) { return {name, {}, {}}; }

// What the first change after the second tells of a thing whose beginnings and ends within it balance.
std::optional<bool> ToldBy(std::span<const ChangeRecord> later, const Thing& thing) {
  for (const auto& record : later.first(std::min(later.size(), kLookAheadMax))) {
    if (Has(record, Turn::kEnds, thing)) return true;
    if (Has(record, Turn::kBegins, thing)) return false;
    if (Has(record, Turn::kTouches, thing) || HoldsFactOn(record, thing)) return true;
  }
  return std::nullopt;
}

// One second, played through: what stands before each next step, and which step can be next.
class Second {
 public:
  Second(std::span<ChangeRecord> records, std::span<const ChangeRecord> later, const Standing& standing)
      : records_(records), later_(later) {
    for (const auto& record : records_)
      for (const auto& change : record.changes) {
        Infer(SubjectThing(change.thing.subject), standing);
        if (!change.thing.other_subject.empty()) Infer(SubjectThing(change.thing.other_subject), standing);
      }
    for (const auto& record : records_)
      for (const auto& change : record.changes)
        if (!change.thing.fact.empty()) Infer(change.thing, standing);
  }

  // Things with beginnings and ends about which nothing told whether they stood.
  const std::vector<Thing>& Undecided() const { return undecided_; }
  void Decide(const Thing& thing, bool stood) { stands_[KeyOf(thing)] = stood; }

  // Moves what comes next to the front of what is left, until nothing is left.
  void Play() {
    for (; at_ < records_.size(); ++at_) {
      std::size_t next = at_;
      while (next < records_.size() && !CanBeNext(records_[next])) ++next;
      if (next == records_.size()) next = at_;
      std::rotate(records_.begin() + static_cast<std::ptrdiff_t>(at_), records_.begin() + static_cast<std::ptrdiff_t>(next),
                  records_.begin() + static_cast<std::ptrdiff_t>(next) + 1);
      for (const auto& change : records_[at_].changes) Apply(change);
    }
  }

 private:
  using Key = std::pair<std::string, std::string>;
  static Key KeyOf(const Thing& thing) { return {thing.subject, thing.fact}; }

  void Infer(const Thing& thing, const Standing& standing) {
    const Key key = KeyOf(thing);
    if (stands_.contains(key)) return;
    if (const auto known = standing.Stands(thing)) {
      stands_[key] = known;
      return;
    }
    const auto begins = Count(Turn::kBegins, thing), ends = Count(Turn::kEnds, thing);
    std::optional<bool>& stood = stands_[key];
    if (begins != ends) stood = ends > begins;
    if (begins == 0 || begins != ends) return;
    if (!thing.fact.empty() && Stands(SubjectThing(thing.subject)) == false) stood = false;
    else if (stood = ToldBy(later_, thing); !stood) undecided_.push_back(thing);
  }

  std::ptrdiff_t Count(Turn turn, const Thing& thing) const {
    return std::ranges::count_if(records_, [&](const ChangeRecord& r) { return Has(r, turn, thing); });
  }

  bool Pending(Turn turn, const Thing& thing, const ChangeRecord& but) const {
    for (std::size_t i = at_; i < records_.size(); ++i)
      if (&records_[i] != &but && Has(records_[i], turn, thing)) return true;
    return false;
  }

  std::optional<bool> Stands(const Thing& thing) const {
    const auto found = stands_.find(KeyOf(thing));
    return found == stands_.end() ? std::nullopt : found->second;
  }

  bool CanBeNext(const ChangeRecord& record) const {
    return std::ranges::all_of(record.changes, [&](const Change& c) {
      if (c.turn == Turn::kTouches) return CanTouch(c.thing, record);
      return c.turn == Turn::kBegins ? CanBegin(c.thing, record) : CanEnd(c.thing, record);
    });
  }

  bool CanBegin(const Thing& thing, const ChangeRecord& record) const {
    if (Stands(thing) == true && Pending(Turn::kEnds, thing, record)) return false;
    if (thing.fact.empty()) return true;
    if (!CanCarry(thing.subject, record)) return false;
    return thing.other_subject.empty() || CanCarry(thing.other_subject, record);
  }

  bool CanTouch(const Thing& thing, const ChangeRecord& record) const {
    const bool its_own_life = Has(record, Turn::kBegins, thing) || Has(record, Turn::kEnds, thing);
    return its_own_life || CanCarry(thing.subject, record);
  }

  // What is given to a name belongs to the one that is about to be made, not to the one that is about to go.
  bool CanCarry(const std::string& name, const ChangeRecord& record) const {
    const Thing subject = SubjectThing(name);
    if (!Pending(Turn::kBegins, subject, record)) return true;
    return Stands(subject) == true && !Pending(Turn::kEnds, subject, record);
  }

  bool CanEnd(const Thing& thing, const ChangeRecord& record) const {
    return Stands(thing) == true || !Pending(Turn::kBegins, thing, record);
  }

  void Apply(const Change& change) {
    if (change.turn == Turn::kTouches) return;
    const bool begins = change.turn == Turn::kBegins;
    stands_[KeyOf(change.thing)] = begins;
    if (!change.thing.fact.empty() || begins) return;
    for (auto& [key, stands] : stands_)
      if (key.first == change.thing.subject && !key.second.empty()) stands = false;
  }

  std::span<ChangeRecord> records_;
  std::span<const ChangeRecord> later_;
  std::map<Key, std::optional<bool>> stands_;
  std::vector<Thing> undecided_;
  std::size_t at_ = 0;  // records before are placed
};

// Which records of a second hang together, because they are about the same subjects: a number for each.
class Tangles {
 public:
  explicit Tangles(std::span<const ChangeRecord> records) : parent_(records.size()) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    std::unordered_map<std::string, std::size_t> first_about;
    for (std::size_t i = 0; i < records.size(); ++i)
      for (const auto& change : records[i].changes)
        for (const auto* subject : {&change.thing.subject, &change.thing.other_subject})
          if (!subject->empty()) Join(first_about.try_emplace(*subject, i).first->second, i);
  }
  std::size_t Of(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }

 private:
  // The lower number stays, so a tangle has the place of its first record.
  void Join(std::size_t a, std::size_t b) {
    a = Of(a), b = Of(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }
  std::vector<std::size_t> parent_;
};

// Puts the records of one tangle side by side, otherwise in the order in which they are. Returns the tangle of each.
std::vector<std::size_t> Disentangle(std::span<ChangeRecord> records) {
  Tangles tangles(records);
  std::vector<std::pair<std::size_t, std::size_t>> order;
  for (std::size_t i = 0; i < records.size(); ++i) order.emplace_back(tangles.Of(i), i);
  std::ranges::sort(order);
  std::vector<ChangeRecord> moved;
  std::vector<std::size_t> tangle_of;
  for (const auto& [tangle, i] : order) {
    moved.push_back(std::move(records[i]));
    tangle_of.push_back(tangle);
  }
  std::ranges::move(moved, records.begin());
  return tangle_of;
}

// What the record says stood just before `time`.
Status AskTheRecord(const Recorded& recorded, EffectiveTime time, Second& second) {
  std::vector<std::string> keys;
  for (const auto& thing : second.Undecided()) {
    keys.push_back(thing.subject);
    if (!thing.other_subject.empty()) keys.push_back(thing.other_subject);
  }
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  auto events = recorded(keys);
  if (!events) return tl::unexpected(events.error());
  std::vector<std::pair<EffectiveTime, std::size_t>> by_time;  // equal times stay in order of record
  for (std::size_t i = 0; i < events->size(); ++i)
    if ((*events)[i].time < time) by_time.emplace_back((*events)[i].time, i);
  std::ranges::sort(by_time);
  Standing then;
  for (const auto& [at, i] : by_time)
    for (const auto& change : ChangesOf((*events)[i])) then.Apply(change, at, (*events)[i].name.id);
  for (const auto& thing : second.Undecided())
    if (const auto stood = then.Stands(thing)) second.Decide(thing, *stood);
  return {};
}

}  // namespace

Status CausalOrder::Arrange(std::vector<ChangeRecord>& records) {
  std::ranges::sort(records, Before);
  const std::span<ChangeRecord> all(records);
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin + 1;
    while (end < all.size() && all[end].time == all[begin].time) ++end;
    if (auto ok = ArrangeSecond(all.subspan(begin, end - begin), all.subspan(end)); !ok) return ok;
    begin = end;
  }
  return {};
}

Status CausalOrder::ArrangeSecond(std::span<ChangeRecord> second, std::span<const ChangeRecord> later) {
  if (second.size() == 1) return ArrangeTangle(second, later);
  const auto tangles = Disentangle(second);
  for (std::size_t begin = 0; begin < second.size();) {
    std::size_t end = begin + 1;
    while (end < second.size() && tangles[end] == tangles[begin]) ++end;
    if (auto ok = ArrangeTangle(second.subspan(begin, end - begin), later); !ok) return ok;
    begin = end;
  }
  return {};
}

Status CausalOrder::ArrangeTangle(std::span<ChangeRecord> records, std::span<const ChangeRecord> later) {
  if (records.size() > 1 && records.size() <= kTangleMax) {
    Second second(records, later, standing_);
    if (recorded_ && !second.Undecided().empty())
      if (auto ok = AskTheRecord(recorded_, records.front().time, second); !ok) return ok;
    second.Play();
  }
  for (const auto& record : records) Done(record);
  return {};
}

void CausalOrder::Done(const ChangeRecord& record) {
  for (const auto& change : record.changes)
    for (auto& lost : standing_.Apply(change, record.time, record.event_id))
      if (lost_ends_.size() < kLostEndsMax) lost_ends_.push_back(std::move(lost));
}

}  // namespace tenure::connect
