#include "history/prepared.h"

#include <algorithm>
#include <utility>

#include "event/codec.h"
#include "history/beside.h"

namespace tenure::history {
namespace {

// A thread takes so many at a time: some hundred microseconds.
constexpr std::size_t kPart = 64;

}  // namespace

bool Foldable(FactKind kind) {
  return kind == FactKind::kIdentity || kind == FactKind::kCredential || kind == FactKind::kRole || kind == FactKind::kGrant ||
         kind == FactKind::kMembership || kind == FactKind::kRoleRevoke;
}

Hash256 AssertionTuple(const FactKey& fact, EffectiveTime time, const NameHash& name, const Hash256& content, std::uint64_t rank,
                       bool in_force) {
  return event::Sha256(KeyWriter()
                           .Raw("a")
                           .Raw(FactPrefix(fact))
                           .Time(time.us)
                           .Raw(BytesOf(name))
                           .Raw({reinterpret_cast<const char*>(content.data()), content.size()})
                           .Big64(Foldable(fact.kind) ? rank : 0)
                           .Byte(in_force ? kInForceFlag : 0)
                           .Take());
}

bool Prepared::InFact(const std::string& ref) const {
  return std::any_of(facts.begin(), facts.end(), [&](const FactKey& f) { return f.subject == ref; }) ||
         std::any_of(objects.begin(), objects.end(), [&](const ObjectKey& o) { return o.ref == ref; });
}

std::vector<NameHash> TargetsNamedBy(const StoredEvent& event) {
  std::vector<NameHash> out;
  for (const auto& target : event.supersedes) out.push_back(HashOf(target));
  if (auto* r = std::get_if<EventRetracted>(&event.payload)) out.push_back(HashOf(r->target));
  return out;
}

Prepared Prepare(StoredEvent event) {
  Prepared out;
  out.name = HashOf(event.meta.name);
  out.payload = event::PackPayload(event.payload);
  out.record = PackRecord(event, out.payload);
  out.facts = FactsOf(event.payload);
  for (const auto& fact : out.facts)
    out.tuples.push_back(AssertionTuple(fact, event.meta.time, out.name, event.content, 0, true));
  out.objects = ObjectsOf(event.payload);
  out.identities = IdentitiesNamedBy(event.payload);
  out.event = std::move(event);
  return out;
}

std::vector<Prepared> PrepareAll(std::vector<StoredEvent> events) {
  std::vector<Prepared> out(events.size());
  InParts(events.size(), kPart, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) out[i] = Prepare(std::move(events[i]));
  });
  return out;
}

}  // namespace tenure::history
