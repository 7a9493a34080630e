// Settling: which copies count after this batch, and what that changes in rows, taints and digests.
#include <algorithm>

#include "event/codec.h"
#include "history/applier.h"
#include "history/name_state.h"
#include "history/pages.h"
#include "history/settlement.h"

namespace tenure::history {

// A row that says "this may be in doubt"; the digest follows its tuple (empty = none).
void Applier::SetTaint(const std::string& key, std::string_view tuple, std::string_view tuple_before) {
  auto& digest = digests_[static_cast<std::size_t>(Table::kTaints)];
  if (!tuple_before.empty()) digest.Subtract(event::Sha256(tuple_before));
  batch_.Put(Family::kTaint, key, "");
  if (!tuple.empty()) digest.Add(event::Sha256(tuple));
}

Status Applier::SettleNames() {
  for (const auto& [name, state] : names_) batch_.Put(Family::kName, BytesOf(name), PackName(state.now));
  Settlement settlement(batch_, nullptr, correctors_);
  // What the other names carry reaches further: a retraction that falls or rises changes its targets.
  std::vector<NameHash> queue, plain;
  for (const auto& name : dirty_names_) {
    const auto state = names_.find(name);
    (state != names_.end() && IsPlain(name, state->second) ? plain : queue).push_back(name);
  }
  for (std::size_t i = 0; i < queue.size(); ++i) {
    auto row = settlement.Row(queue[i]);
    if (!row) return tl::unexpected(row.error());
    for (const auto& copy : row->copies) {
      auto targets = settlement.TargetsOf(copy.order.position);
      if (!targets) return tl::unexpected(targets.error());
      for (const auto& t : *targets)
        if (dirty_names_.insert(t).second) queue.push_back(t);
    }
    // A target that has just appeared may show that a retraction of it lies on the wrong topic.
    for (const auto& r : row->retractors)
      if (dirty_names_.insert(r).second) queue.push_back(r);
  }
  std::vector<RowChange> changes;
  changes.reserve(plain.size() + queue.size());
  for (const auto& name : plain) {
    const Prepared& event = *fresh_.at(name).front();
    for (std::size_t i = 0; i < event.facts.size(); ++i) changes.push_back({event.facts[i], event.At(), kPlainFlags, &event, i});
  }
  for (const auto& name : queue)
    if (auto s = SettleName(settlement, name, changes); !s) return s;
  return WriteRows(changes);
}

// New, once, takes nothing out, and nobody takes it out: it is the copy that counts, and in force.
bool Applier::IsPlain(const NameHash& name, const NameState& state) const {
  const auto& copies = state.now.copies;
  if (!state.before.copies.empty() || state.now.Contested() || copies.size() != 1) return false;
  const auto fresh = fresh_.find(name);
  return copies.front().type != EventType::kEventRetracted && fresh != fresh_.end() &&
         fresh->second.front()->event.supersedes.empty();
}

Status Applier::SettleName(Settlement& settlement, const NameHash& name, std::vector<RowChange>& changes) {
  auto now = settlement.Row(name);
  if (!now) return tl::unexpected(now.error());
  auto state = names_.find(name);
  if (auto s = NoteTaints(settlement, name, state != names_.end() ? state->second.before : *now, *now); !s) return s;
  return ChangeRows(settlement, name, *now, changes);
}

Status Applier::NoteTaints(Settlement& settlement, const NameHash& name, const NameRow& before, const NameRow& now) {
  const std::string was = ConflictTuple(name, before), is = ConflictTuple(name, now);
  if (was != is) SetTaint(TaintKey('c', BytesOf(name)), is, was);
  for (const auto& copy : now.copies) {
    if (copy.type != EventType::kEventRetracted) continue;
    if (auto s = NoteMisplaced(settlement, name, copy); !s) return s;
  }
  return {};
}

// A retraction on another topic than its target's. With copies of the target on several topics it depends on V whether it is: the
// row stands for every V, the digest for all that is projected.
Status Applier::NoteMisplaced(Settlement& settlement, const NameHash& name, const Copy& copy) {
  const std::string key = TaintKey('r', RecordKey(copy.order.position));
  auto there = batch_.Get(Family::kTaint, key);
  if (!there) return tl::unexpected(there.error());
  auto wrong = settlement.OnWrongTopic(copy), may_be = settlement.MayBeOnWrongTopic(copy);
  if (!wrong) return tl::unexpected(wrong.error());
  if (!may_be) return tl::unexpected(may_be.error());
  if (!*may_be && !*there) return {};
  const bool was = *there && (*there)->empty();
  batch_.Put(Family::kTaint, key, *wrong ? "" : kMisplacedForSome);
  if (was == *wrong) return {};
  const std::string tuple = MisplacedTuple(name, copy);
  auto& digest = digests_[static_cast<std::size_t>(Table::kTaints)];
  if (*wrong) digest.Add(event::Sha256(tuple));
  else digest.Subtract(event::Sha256(tuple));
  return {};
}

// Of this batch, or read back. nullptr: no readable event stands there.
Result<const Prepared*> Applier::EventOf(const NameHash& name, const Position& position) {
  if (const auto fresh = fresh_.find(name); fresh != fresh_.end())
    for (const Prepared* event : fresh->second)
      if (event->event.meta.position == position) return event;
  auto record = ReadRecord(batch_, position);
  if (!record) return tl::unexpected(record.error());
  auto* stored = *record ? std::get_if<StoredEvent>(&**record) : nullptr;
  if (stored == nullptr) return nullptr;
  read_back_.push_back(Prepare(std::move(*stored)));
  return &read_back_.back();
}

Status Applier::ChangeRows(Settlement& settlement, const NameHash& name, const NameRow& row, std::vector<RowChange>& changes) {
  auto canonical = settlement.Canonical(name);
  if (!canonical) return tl::unexpected(canonical.error());
  auto in_force = settlement.InForce(name);
  if (!in_force) return tl::unexpected(in_force.error());
  for (const auto& copy : row.copies) {
    const std::uint8_t flags = FlagsOf(row, copy, *canonical, *in_force);
    auto event = EventOf(name, copy.order.position);
    if (!event) return tl::unexpected(event.error());
    if (*event == nullptr) continue;
    const auto& facts = (*event)->facts;
    for (std::size_t i = 0; i < facts.size(); ++i)
      changes.push_back({facts[i], {(*event)->event.meta.time, copy.order}, flags, *event, i});
  }
  return {};
}

// Writes the rows that differ from what is there, keeps the digest, and marks the facts whose fold may change.
Status Applier::WriteRows(const std::vector<RowChange>& changes) {
  std::vector<const RowChange*> sorted;
  sorted.reserve(changes.size());
  for (const auto& c : changes) sorted.push_back(&c);
  std::sort(sorted.begin(), sorted.end(), [](const RowChange* a, const RowChange* b) {
    if (const auto order = a->fact <=> b->fact; order != 0) return order < 0;
    return a->at < b->at;
  });
  for (std::size_t i = 0, end = 0; i < sorted.size(); i = end) {
    while (end < sorted.size() && sorted[end]->fact == sorted[i]->fact && sorted[end]->at.time == sorted[i]->at.time) ++end;
    if (auto s = WriteGroup({sorted.begin() + static_cast<std::ptrdiff_t>(i), sorted.begin() + static_cast<std::ptrdiff_t>(end)});
        !s)
      return s;
  }
  return {};
}

Result<Hash256> Applier::TupleOf(const FactKey& fact, const LeafEvent& event, std::uint64_t rank) {
  auto record = ReadRecord(batch_, event.at.order.position);
  if (!record) return tl::unexpected(record.error());
  const auto* stored = *record ? std::get_if<StoredEvent>(&**record) : nullptr;
  if (stored == nullptr)
    return Fail("model_corrupt", "an event of a fact without its record", "run `tenure rebuild`", Blame::kFault);
  return AssertionTuple(fact, event.at.time, HashOf(stored->meta.name), stored->content, rank, (event.flags & kInForceFlag) != 0);
}

// All rows of one fact and time, which the rank in their tuples binds together. Mostly it is one, and new.
Status Applier::WriteGroup(const std::vector<const RowChange*>& changes) {
  const FactKey& fact = changes.front()->fact;
  const EffectiveTime time = changes.front()->at.time;
  // Even if no flag and no piece changes, others may contest the event now.
  touched_.insert(Pages::KeyOf(Family::kSubject, SubjectPrefix(fact.subject, fact.kind)));
  auto& digest = digests_[static_cast<std::size_t>(Table::kAssertions)];
  auto before = facts_.EventsAt(fact, time);
  if (!before) return tl::unexpected(before.error());
  std::map<Moment, std::uint8_t> flags;
  for (const auto& e : *before) flags[e.at] = e.flags;
  const auto was = flags;
  for (const auto* c : changes) {
    const auto there = was.find(c->at);
    if (there != was.end() && there->second == c->flags) continue;
    flags[c->at] = c->flags;
    if (auto s = WriteRow(*c); !s) return s;
    const bool held = there != was.end() && (there->second & kInForceFlag) != 0, holds = (c->flags & kInForceFlag) != 0;
    if (held != holds) NoteFlip(*c, holds);
  }
  if (flags == was) return {};
  if (was.empty() && changes.size() == 1) {
    const RowChange& only = *changes.front();
    if (only.flags & kInForceFlag) digest.Add(only.event->tuples[only.index]);
    else if (only.flags & kCanonicalFlag)
      digest.Add(AssertionTuple(fact, time, only.event->name, only.event->event.content, 0, false));
    return {};
  }
  return RankAgain(fact, was, flags);
}

Status Applier::RankAgain(const FactKey& fact, const std::map<Moment, std::uint8_t>& was,
                          const std::map<Moment, std::uint8_t>& now) {
  Digest sums[2];
  for (const auto* flags : {&was, &now}) {
    std::uint64_t rank = 0;
    for (const auto& [at, of] : *flags) {
      if (!(of & kCanonicalFlag)) continue;
      auto tuple = TupleOf(fact, {at, of, {}}, rank++);
      if (!tuple) return tl::unexpected(tuple.error());
      sums[flags == &now].Add(*tuple);
    }
  }
  auto& digest = digests_[static_cast<std::size_t>(Table::kAssertions)];
  digest.Subtract(sums[0]);
  digest.Add(sums[1]);
  return {};
}

// A fact is filed under what its key names once, and under the role or the anchors of each of a grant's terms.
Status Applier::WriteRow(const RowChange& change) {
  auto is_new = facts_.PutEvent(change.fact, {change.at, change.flags, change.event->payload});
  if (!is_new) return tl::unexpected(is_new.error());
  if (*is_new || std::holds_alternative<GrantIssued>(change.event->event.payload))
    for (const auto& object : change.event->objects) batch_.Put(Family::kObject, LinkKey(object, change.fact), "");
  return {};
}

void Applier::NoteFlip(const RowChange& change, bool in_force) {
  const EffectiveTime time = change.at.time;
  if (change.fact.kind == FactKind::kRoleRevoke) {
    RevokesChanged& revokes = role_revokes_[change.fact];
    if (!in_force) revokes.since.reset();
    else if (revokes.since) revokes.since = std::min(*revokes.since, time);
    const auto& scope = std::get<GrantRevoked>(change.event->event.payload).scope;
    if (scope) revokes.scopes.insert(*scope);
    else revokes.of_any_scope = true;
  } else if (Foldable(change.fact.kind)) {
    Dirty(change.fact, time);
  }
}

}  // namespace tenure::history
