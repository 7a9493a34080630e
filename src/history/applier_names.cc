// Settling: which copies count after this batch, and what that changes in rows, taints and digests.
#include <algorithm>

#include "event/codec.h"
#include "history/applier.h"
#include "history/settlement.h"

namespace tenure::history {
namespace {

bool Foldable(FactKind kind) {
  return kind == FactKind::kIdentity || kind == FactKind::kCredential || kind == FactKind::kRole || kind == FactKind::kGrant ||
         kind == FactKind::kMembership || kind == FactKind::kRoleRevoke;
}

// Rank tells equal times apart where their order matters; other kinds are sets.
Hash256 AssertionTuple(const FactKey& fact, EffectiveTime time, const EventRow& row, std::uint64_t rank) {
  return event::Sha256(KeyWriter()
                           .Raw("a")
                           .Raw(FactPrefix(fact))
                           .Time(time.us)
                           .Raw(BytesOf(row.name))
                           .Raw({reinterpret_cast<const char*>(row.content.data()), row.content.size()})
                           .Big64(Foldable(fact.kind) ? rank : 0)
                           .Byte(row.flags & kInForceFlag)
                           .Take());
}

Digest GroupDigest(const FactKey& fact, EffectiveTime time, const std::map<std::string, std::string>& rows) {
  Digest sum;
  std::uint64_t rank = 0;
  for (const auto& [key, value] : rows) {
    const auto row = ParseEvent(value);
    if (row && (row->flags & kCanonicalFlag)) sum.Add(AssertionTuple(fact, time, *row, rank++));
  }
  return sum;
}

bool InForce(const std::string& row) { return !row.empty() && (static_cast<std::uint8_t>(row[0]) & kInForceFlag) != 0; }

std::string ConflictTuple(const NameHash& name, const NameRow& row) {
  std::set<Hash256> contents;
  for (const auto& c : row.copies) contents.insert(c.content);
  if (contents.size() < 2) return {};
  KeyWriter w;
  w.Raw("c").Raw(BytesOf(name));
  for (const auto& c : contents) w.Raw({reinterpret_cast<const char*>(c.data()), c.size()});
  return w.Take();
}

}  // namespace

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
  std::vector<NameHash> queue(dirty_names_.begin(), dirty_names_.end());
  // What the dirty names carry reaches further: a retraction that falls or rises changes its targets.
  for (std::size_t i = 0; i < queue.size(); ++i) {
    auto row = settlement.Row(queue[i]);
    if (!row) return tl::unexpected(row.error());
    for (const auto& copy : row->copies) {
      auto fresh = fresh_.find(queue[i]);
      const bool plain = copy.type != EventType::kEventRetracted && row->copies.size() == 1 && fresh != fresh_.end() &&
                         events_[fresh->second.front()].supersedes.empty();
      if (plain) continue;
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
  for (const auto& name : queue)
    if (auto s = SettleName(settlement, name, changes); !s) return s;
  return WriteRows(changes);
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
  batch_.Put(Family::kTaint, key, *wrong ? "" : "not by all that is projected");
  if (was == *wrong) return {};
  const std::string tuple = KeyWriter().Raw("r").At(copy.order.position).Time(copy.order.recorded.us).Raw(BytesOf(name)).Take();
  auto& digest = digests_[static_cast<std::size_t>(Table::kTaints)];
  if (*wrong) digest.Add(event::Sha256(tuple));
  else digest.Subtract(event::Sha256(tuple));
  return {};
}

Status Applier::ChangeRows(Settlement& settlement, const NameHash& name, const NameRow& row, std::vector<RowChange>& changes) {
  auto canonical = settlement.Canonical(name);
  if (!canonical) return tl::unexpected(canonical.error());
  auto in_force = settlement.InForce(name);
  if (!in_force) return tl::unexpected(in_force.error());
  for (const auto& copy : row.copies) {
    std::uint8_t flags = row.Contested() ? kContestedFlag : 0;
    if (*canonical && (*canonical)->order == copy.order) flags |= *in_force ? kCanonicalFlag | kInForceFlag : kCanonicalFlag;
    const StoredEvent* stored = nullptr;
    StoredRecord read;
    if (auto fresh = fresh_.find(name); fresh != fresh_.end())
      for (auto index : fresh->second)
        if (events_[index].meta.position == copy.order.position) stored = &events_[index];
    if (stored == nullptr) {
      auto record = ReadRecord(batch_, copy.order.position);
      if (!record) return tl::unexpected(record.error());
      if (!*record) continue;
      read = std::move(**record);
      stored = std::get_if<StoredEvent>(&read);
      if (stored == nullptr) continue;
    }
    const Moment at{stored->meta.time, copy.order};
    const std::string value = PackEvent(flags, name, stored->content, event::PackPayload(stored->payload));
    for (const auto& fact : FactsOf(stored->payload)) changes.push_back({fact, at, value});
  }
  return {};
}

// Writes the rows that differ from what is there, keeps the digest, and marks the facts whose fold may change.
Status Applier::WriteRows(const std::vector<RowChange>& changes) {
  std::map<std::pair<FactKey, EffectiveTime>, std::vector<const RowChange*>> groups;
  for (const auto& c : changes) groups[{c.fact, c.at.time}].push_back(&c);
  auto cursor = batch_.Scan(Family::kEvent);
  for (const auto& [group, members] : groups)
    if (auto s = WriteGroup(*cursor, group.first, group.second, members); !s) return s;
  return {};
}

// All rows of one fact and time, which the rank in their tuples binds together; read once, and for a new time that is one seek.
Status Applier::WriteGroup(Cursor& cursor, const FactKey& fact, EffectiveTime time,
                           const std::vector<const RowChange*>& changes) {
  std::map<std::string, std::string> rows;
  const std::string prefix = PieceKey(fact, time);  // fact, time
  for (cursor.Seek(prefix); cursor.ValidWithin(prefix); cursor.Next()) rows.emplace(cursor.Key(), cursor.Value());
  if (auto health = cursor.Health(); !health) return health;
  const Digest before = GroupDigest(fact, time, rows);
  bool same = true;
  for (const auto* change : changes) {
    const std::string key = EventKey(fact, change->at);
    std::string& row = rows[key];
    if (row == change->value) continue;
    same = false;
    const bool was = InForce(row), is = InForce(change->value);
    row = change->value;
    batch_.Put(Family::kEvent, key, row);
    if (was != is) NoteFlip(*change, is);
  }
  if (same) return {};
  auto& digest = digests_[static_cast<std::size_t>(Table::kAssertions)];
  digest.Subtract(before);
  digest.Add(GroupDigest(fact, time, rows));
  return {};
}

void Applier::NoteFlip(const RowChange& change, bool in_force) {
  const EffectiveTime time = change.at.time;
  if (change.fact.kind == FactKind::kRoleRevoke) {
    auto [it, first] = role_revokes_.try_emplace(change.fact, time);
    if (!in_force) it->second.reset();
    else if (it->second) it->second = std::min(*it->second, time);
  } else if (Foldable(change.fact.kind)) {
    Dirty(change.fact, time);
  }
}

}  // namespace tenure::history
