#pragma once
// What filing an event needs and no row can change: its name's hash, its facts, its packed forms, its tuples. Pure functions, so that
// many events are prepared side by side. Plain values.
#include <string>
#include <vector>

#include "history/fact_key.h"
#include "history/leaf.h"
#include "history/rows.h"

namespace tenure::history {

struct Prepared {
  StoredEvent event;
  NameHash name{};
  std::string payload, record;  // as PackPayload and PackRecord give them
  std::vector<FactKey> facts;
  std::vector<Hash256> tuples;  // of each fact, if the event is in force and the first of its time
  std::vector<ObjectKey> objects;
  std::vector<std::string> identities;  // that it names
  Moment At() const { return {event.meta.time, {event.meta.recorded, event.meta.position}}; }
  // Whether one of its facts is found by this reference.
  bool InFact(const std::string& ref) const;
};
Prepared Prepare(StoredEvent event);
// Each of them; of many, some on another thread.
std::vector<Prepared> PrepareAll(std::vector<StoredEvent> events);

// The names that an event wants to take out, whether it has the right to or not.
std::vector<NameHash> TargetsNamedBy(const StoredEvent& event);

// The tuple of an assertion in the digest. Rank tells equal times apart where their order matters; other kinds of facts are sets.
Hash256 AssertionTuple(const FactKey& fact, EffectiveTime time, const NameHash& name, const Hash256& content, std::uint64_t rank,
                       bool in_force);

// Kinds whose events fold to pieces, or end those of others.
bool Foldable(FactKind kind);

}  // namespace tenure::history
