#include "history/settlement.h"

#include <algorithm>
#include <utility>

namespace tenure::history {
namespace {

// Retractions that name each other in a longer circle than this, or in so many copies that this many questions don't settle one:
// beyond it a target counts as unknown.
constexpr std::size_t kCircleMax = 16;
constexpr int kAskedMax = 10'000;

}  // namespace

bool Settlement::MayRetract(const std::string& by_source, const EventName& target) const {
  return by_source == target.source || std::binary_search(correctors_.begin(), correctors_.end(), by_source);
}

Result<NameRow> Settlement::Row(const NameHash& name) {
  if (auto it = row_memo_.find(name); it != row_memo_.end()) return it->second;
  auto bytes = rows_.Get(Family::kName, BytesOf(name));
  if (!bytes) return tl::unexpected(bytes.error());
  NameRow row;
  if (*bytes) {
    auto unpacked = UnpackName(**bytes);
    if (!unpacked) return unpacked;
    row = std::move(*unpacked);
  }
  row_memo_[name] = row;
  return row;
}

Result<std::optional<StoredEvent>> Settlement::Event(const Position& position) {
  auto record = ReadRecord(rows_, position);
  if (!record) return tl::unexpected(record.error());
  if (!*record) return std::nullopt;
  if (auto* e = std::get_if<StoredEvent>(&**record)) return std::move(*e);
  return std::nullopt;
}

Result<std::vector<NameHash>> Settlement::TargetsOf(const Position& position) {
  auto stored = Event(position);
  if (!stored) return tl::unexpected(stored.error());
  std::vector<NameHash> out;
  if (!*stored) return out;
  const StoredEvent& e = **stored;
  const auto add = [&](const EventName& target) {
    if (MayRetract(e.meta.name.source, target)) out.push_back(HashOf(target));
  };
  if (auto* r = std::get_if<EventRetracted>(&e.payload)) add(r->target);
  for (const auto& target : e.supersedes) add(target);
  return out;
}

Result<std::optional<StoredEvent>> Settlement::Retraction(const Copy& copy) {
  if (copy.type != EventType::kEventRetracted) return std::nullopt;
  auto stored = Event(copy.order.position);
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored || !std::holds_alternative<EventRetracted>((*stored)->payload)) return std::nullopt;
  return stored;
}

Result<std::optional<Copy>> Settlement::TargetOf(const StoredEvent& retraction) {
  const NameHash name = HashOf(retraction.meta.name);
  const bool outermost = asking_.empty();
  if (outermost)
    if (auto settled = SettleTargets(name); !settled) return tl::unexpected(settled.error());
  asking_.insert(name);
  auto target = Canonical(HashOf(std::get<EventRetracted>(retraction.payload).target));
  if (outermost) asking_.erase(name);
  if (outermost) circular_ = false;
  return target;
}

Result<bool> Settlement::OnWrongTopic(const Copy& copy) {
  auto retraction = Retraction(copy);
  if (!retraction) return tl::unexpected(retraction.error());
  if (!*retraction) return false;
  auto target = TargetOf(**retraction);
  if (!target) return tl::unexpected(target.error());
  return *target && (*target)->order.position.topic != copy.order.position.topic;
}

Result<bool> Settlement::MayBeOnWrongTopic(const Copy& copy) {
  auto retraction = Retraction(copy);
  if (!retraction) return tl::unexpected(retraction.error());
  if (!*retraction) return false;
  auto row = Row(HashOf(std::get<EventRetracted>((*retraction)->payload).target));
  if (!row) return tl::unexpected(row.error());
  return std::any_of(row->copies.begin(), row->copies.end(),
                     [&](const Copy& c) { return c.order.position.topic != copy.order.position.topic; });
}

Result<std::optional<Copy>> Settlement::FirstOnItsTopic(const NameHash& name) {
  auto row = Row(name);
  if (!row) return tl::unexpected(row.error());
  for (const auto& c : row->copies) {
    if (!Known(c.order.position)) continue;
    auto wrong = OnWrongTopic(c);
    if (!wrong) return tl::unexpected(wrong.error());
    if (!*wrong) return c;
  }
  return std::nullopt;
}

// A chain of retractions is as long as its author likes: its end is settled first, so that none waits for more than the next.
Status Settlement::SettleTargets(const NameHash& name) {
  asked_ = 0;
  if (std::exchange(settling_targets_, true)) return {};
  std::vector<NameHash> chain{name};
  std::set<NameHash> seen{name};
  Status status;
  for (std::size_t i = 0; i < chain.size() && status; ++i) {
    auto row = Row(chain[i]);
    if (!row) status = tl::unexpected(row.error());
    for (std::size_t k = 0; status && k < row->copies.size(); ++k) {
      auto retraction = Retraction(row->copies[k]);
      if (!retraction) status = tl::unexpected(retraction.error());
      if (!status || !*retraction) continue;
      const NameHash target = HashOf(std::get<EventRetracted>((*retraction)->payload).target);
      if (!canonical_.contains(target) && seen.insert(target).second) chain.push_back(target);
    }
  }
  for (std::size_t i = chain.size(); i-- > 1 && status;)
    if (auto settled = Canonical(chain[i]); !settled) status = tl::unexpected(settled.error());
  settling_targets_ = false;
  asked_ = 0;
  return status;
}

Result<std::optional<Copy>> Settlement::Canonical(const NameHash& name) {
  if (auto it = canonical_.find(name); it != canonical_.end()) return it->second;
  const bool outermost = asking_.empty();
  if (outermost) {
    if (auto it = canonical_in_circle_.find(name); it != canonical_in_circle_.end()) return it->second;
    if (auto settled = SettleTargets(name); !settled) return tl::unexpected(settled.error());
  }
  if (asking_.contains(name) || asking_.size() >= kCircleMax || ++asked_ > kAskedMax) {
    circular_ = true;
    return std::nullopt;
  }
  const bool circular_before = std::exchange(circular_, false);
  asking_.insert(name);
  auto found = FirstOnItsTopic(name);
  asking_.erase(name);
  if (!found) return found;
  // Inside a circle the answer holds only for whoever asked first.
  if (!circular_) canonical_[name] = *found;
  else if (outermost) canonical_in_circle_[name] = *found;
  circular_ = !outermost && (circular_ || circular_before);
  return found;
}

// `by` names `target` in its canonical copy, has the right to, and lies on its topic (a plane's writer takes nothing out of another
// plane); whether it is cancelled is another question.
Result<bool> Settlement::Retracts(const NameHash& by, const NameHash& target) {
  auto copy = Canonical(by);
  if (!copy) return tl::unexpected(copy.error());
  if (!*copy) return false;
  auto targets = TargetsOf((*copy)->order.position);
  if (!targets) return tl::unexpected(targets.error());
  if (std::find(targets->begin(), targets->end(), target) == targets->end()) return false;
  auto taken = Canonical(target);
  if (!taken) return tl::unexpected(taken.error());
  return !*taken || (*taken)->order.position.topic == (*copy)->order.position.topic;
}

// Every name reached by asking who retracts it, with a canonical copy; `name` first.
Result<std::vector<NameHash>> Settlement::Closure(const NameHash& name) {
  std::vector<NameHash> out{name};
  std::set<NameHash> seen{name};
  for (std::size_t i = 0; i < out.size(); ++i) {
    auto row = Row(out[i]);
    if (!row) return tl::unexpected(row.error());
    for (const auto& r : row->retractors)
      if (!carries_hold_.contains(r) && seen.insert(r).second) out.push_back(r);
  }
  return out;
}

// Decides CarriesHold for every name in the closure, the last in order of record first.
Status Settlement::Settle(const NameHash& name) {
  auto closure = Closure(name);
  if (!closure) return tl::unexpected(closure.error());
  std::vector<std::pair<Order, NameHash>> known;
  for (const auto& n : *closure) {
    auto copy = Canonical(n);
    if (!copy) return tl::unexpected(copy.error());
    if (*copy) known.emplace_back((*copy)->order, n);
    else carries_hold_[n] = false;
  }
  std::sort(known.begin(), known.end(), [](const auto& a, const auto& b) { return b < a; });
  for (const auto& [order, n] : known) {
    if (carries_hold_.contains(n)) continue;
    auto row = Row(n);
    if (!row) return tl::unexpected(row.error());
    bool cancelled = false;
    for (const auto& r : row->retractors) {
      auto by = Canonical(r);
      if (!by) return tl::unexpected(by.error());
      if (!*by || !(order < (*by)->order) || !carries_hold_[r]) continue;
      auto retracts = Retracts(r, n);
      if (!retracts) return tl::unexpected(retracts.error());
      cancelled = cancelled || *retracts;
    }
    carries_hold_[n] = !cancelled;
  }
  return {};
}

Result<bool> Settlement::CarriesHold(const NameHash& name) {
  if (!carries_hold_.contains(name))
    if (auto settled = Settle(name); !settled) return tl::unexpected(settled.error());
  return carries_hold_[name];
}

Result<std::vector<Position>> Settlement::TakenOutBy(const NameHash& name) {
  std::vector<Position> out;
  auto row = Row(name);
  if (!row) return tl::unexpected(row.error());
  for (const auto& r : row->retractors) {
    auto holds = CarriesHold(r);
    if (!holds) return tl::unexpected(holds.error());
    if (!*holds) continue;
    auto retracts = Retracts(r, name);
    if (!retracts) return tl::unexpected(retracts.error());
    if (!*retracts) continue;
    auto by = Canonical(r);
    if (!by) return tl::unexpected(by.error());
    if (*by) out.push_back((*by)->order.position);
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<bool> Settlement::InForce(const NameHash& name) {
  auto copy = Canonical(name);
  if (!copy) return tl::unexpected(copy.error());
  if (!*copy) return false;
  // A retraction has no fact of its own: it stands as long as what it carries holds.
  if ((*copy)->type == EventType::kEventRetracted) return CarriesHold(name);
  auto out = TakenOutBy(name);
  if (!out) return tl::unexpected(out.error());
  return out->empty();
}

Result<EventState> Settlement::StateOf(const StoredEvent& event) {
  auto wrong = OnWrongTopic({{event.meta.recorded, event.meta.position}, event.content, event.meta.type});
  if (!wrong) return tl::unexpected(wrong.error());
  if (*wrong) return EventState::kDeadLetter;
  const NameHash name = HashOf(event.meta.name);
  auto canonical = Canonical(name);
  if (!canonical) return tl::unexpected(canonical.error());
  if (!*canonical || (*canonical)->order.position != event.meta.position)
    return *canonical && (*canonical)->content != event.content ? EventState::kConflict : EventState::kDuplicate;
  auto in_force = InForce(name);
  if (!in_force) return tl::unexpected(in_force.error());
  if (!*in_force) return EventState::kRetracted;
  const auto* retraction = std::get_if<EventRetracted>(&event.payload);
  const bool idle = retraction != nullptr && !MayRetract(event.meta.name.source, retraction->target);
  return idle ? EventState::kWithoutRight : EventState::kInForce;
}

}  // namespace tenure::history
