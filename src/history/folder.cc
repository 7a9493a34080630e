#include "history/folder.h"

#include <algorithm>

#include "event/codec.h"

namespace tenure::history {
namespace {

tl::unexpected<Error> CorruptEvent() {
  return Fail("model_corrupt", "an event row of the read model cannot be read", "run `tenure rebuild`", Blame::kFault);
}

constexpr std::size_t kMemoMax = 20'000;

}  // namespace

std::optional<Incarnations> IncarnationMemo::Of(FactKind kind, const std::string& ref) const {
  const std::lock_guard lock(mutex_);
  const auto it = known_.find({kind, ref});
  return it == known_.end() ? std::nullopt : std::optional<Incarnations>(it->second);
}

void IncarnationMemo::Keep(FactKind kind, const std::string& ref, const Incarnations& incarnations) {
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kMemoMax) known_.clear();
  known_[{kind, ref}] = incarnations;
}

Result<bool> Folder::Stands(const EventSeen& event) {
  if (v_ == nullptr) return (event.flags & kInForceFlag) != 0;
  if (!v_->Holds(event.at.order.position)) return false;
  if (!(event.flags & kContestedFlag)) return true;
  auto record = ReadRecord(rows_, event.at.order.position);
  if (!record) return tl::unexpected(record.error());
  const auto* stored = *record ? std::get_if<StoredEvent>(&**record) : nullptr;
  if (stored == nullptr) return CorruptEvent();
  const NameHash name = HashOf(stored->meta.name);
  auto copy = settlement_->Canonical(name);
  if (!copy) return tl::unexpected(copy.error());
  if (!*copy || (*copy)->order.position != event.at.order.position) return false;
  return settlement_->InForce(name);
}

Result<std::vector<Assertion>> Folder::Load(const FactKey& fact, EffectiveTime from, EffectiveTime until) {
  std::vector<Assertion> out;
  const auto take = [&](const EventSeen& event) -> Status {
    auto stands = Stands(event);
    if (!stands) return tl::unexpected(stands.error());
    if (!*stands) return {};
    auto payload = event::UnpackPayload(event.payload);
    if (!payload) return tl::unexpected(payload.error());
    out.push_back({event.at, std::move(*payload)});
    return {};
  };
  if (writer_ != nullptr) {
    auto whole = writer_->Whole(fact);
    if (!whole) return tl::unexpected(whole.error());
    if (*whole != nullptr) {
      for (const auto& e : (*whole)->events)
        if (from <= e.at.time && (until == kForever || e.at.time < until))
          if (auto s = take({e.at, e.flags, e.payload}); !s) return tl::unexpected(s.error());
      return out;
    }
    writer_->Flush();
  }
  if (auto s = reader_.EachEvent(fact, from, until, take); !s) return tl::unexpected(s.error());
  return out;
}

Result<std::vector<Folder::Loaded>> Folder::LoadKind(std::string_view subject, FactKind kind) {
  std::vector<Loaded> out;
  const auto take = [&](const FactKey& fact, const EventSeen& event) -> Result<bool> {
    if (out.empty() || out.back().fact != fact) out.push_back({fact, {}});
    auto stands = Stands(event);
    if (!stands) return stands;
    if (!*stands) return true;
    auto payload = event::UnpackPayload(event.payload);
    if (!payload) return tl::unexpected(payload.error());
    out.back().events.push_back({event.at, std::move(*payload)});
    return true;
  };
  if (writer_ != nullptr) writer_->Flush();
  if (auto s = reader_.EachUnder(FactPrefix(subject, kind), take); !s) return tl::unexpected(s.error());
  return out;
}

Result<bool> Folder::AnyUnder(std::string_view prefix) {
  return AnyUnder(prefix, [](const FactKey&, const EventSeen&) -> Result<bool> { return true; });
}

Result<bool> Folder::AnyUnder(std::string_view prefix, const Counts& counts) {
  if (writer_ != nullptr) writer_->Flush();
  bool found = false;
  const auto look = [&](const FactKey& fact, const EventSeen& event) -> Result<bool> {
    auto stands = Stands(event);
    if (!stands) return stands;
    if (!*stands) return true;
    auto count = counts(fact, event);
    if (count) found = *count;
    return count.map([](bool counted) { return !counted; });
  };
  if (auto s = reader_.EachUnder(prefix, look); !s) return tl::unexpected(s.error());
  return found;
}

Result<bool> Folder::Exists(const FactKey& fact) {
  if (writer_ == nullptr) return reader_.Exists(fact);
  auto whole = writer_->Whole(fact);
  if (!whole) return tl::unexpected(whole.error());
  return *whole == nullptr || !(*whole)->events.empty();
}

// What the last batch kept of the current incarnations; nothing kept means none began and nothing ended all.
Result<std::optional<Incarnations>> Folder::Kept(std::string_view ref) {
  auto bytes = rows_.Get(Family::kMeta, IncarnationsKey(ref));
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return std::nullopt;
  return UnpackIncarnations(**bytes);
}

template <class Find>
Result<Incarnations> Folder::InKnowledge(const FactKey& fact, const Find& find) {
  if (shared_ != nullptr)
    if (auto known = shared_->Of(fact.kind, fact.subject)) return *known;
  auto events = Load(fact);
  if (!events) return tl::unexpected(events.error());
  Incarnations found = find(*events);
  if (shared_ != nullptr) shared_->Keep(fact.kind, fact.subject, found);
  return found;
}

Result<Incarnations> Folder::OfIdentity(const std::string& ref) {
  if (auto it = identities_.find(ref); it != identities_.end()) return it->second;
  if (v_ == nullptr) {
    auto kept = Kept(ref);
    if (!kept) return tl::unexpected(kept.error());
    return identities_[ref] = kept->value_or(Incarnations{});
  }
  auto found = InKnowledge({ref, FactKind::kIdentity, ""}, [](const auto& events) { return IncarnationsOfIdentity(events); });
  if (found) identities_[ref] = *found;
  return found;
}

Result<Incarnations> Folder::OfRole(const std::string& role) {
  if (auto it = roles_.find(role); it != roles_.end()) return it->second;
  if (v_ == nullptr) {
    auto kept = Kept(role);
    if (!kept) return tl::unexpected(kept.error());
    return roles_[role] = kept->value_or(Incarnations{});
  }
  auto found = InKnowledge({role, FactKind::kRole, ""}, [](const auto& events) { return IncarnationsOfRole(events); });
  if (found) roles_[role] = *found;
  return found;
}

Result<std::vector<Piece>> Folder::FoldGrantFact(const FactKey& fact, const std::vector<Assertion>& events,
                                                 EffectiveTime revokes_since) {
  auto principal = OfIdentity(fact.subject);
  if (!principal) return tl::unexpected(principal.error());
  const auto load = [this](const FactKey& of, EffectiveTime from, EffectiveTime until) { return Load(of, from, until); };
  auto revokes = role_revokes_.Of(fact.subject, events, revokes_since, load);
  if (!revokes) return tl::unexpected(revokes.error());
  for (const auto& name : RolesOf(events))
    if (auto role = OfRole(name); !role) return tl::unexpected(role.error());
  const auto of_role = [this](const std::string& role) -> const Incarnations& { return roles_[role]; };
  return AsPieces(FoldGrant(fact.subject, fact.object, events, *revokes, *principal, of_role));
}

Result<std::vector<Piece>> Folder::Fold(const FactKey& fact) {
  auto events = Load(fact);
  if (!events) return tl::unexpected(events.error());
  return FoldEvents(fact, *events);
}

Result<std::vector<Piece>> Folder::FoldEvents(const FactKey& fact, const std::vector<Assertion>& events,
                                              EffectiveTime revokes_since) {
  if (events.empty()) return std::vector<Piece>{};
  switch (fact.kind) {
    case FactKind::kIdentity:
      return AsPieces(FoldIdentity(events));
    case FactKind::kRole:
      return AsPieces(FoldRole(events));
    case FactKind::kGrant:
      return FoldGrantFact(fact, events, revokes_since);
    case FactKind::kCredential: {
      auto identity = OfIdentity(fact.subject);
      if (!identity) return tl::unexpected(identity.error());
      return AsPieces(FoldCredential(fact.object, events, *identity));
    }
    case FactKind::kMembership: {
      auto member = OfIdentity(fact.subject);
      if (!member) return tl::unexpected(member.error());
      auto group = OfIdentity(fact.object);
      if (!group) return tl::unexpected(group.error());
      return AsPieces(FoldMembership(fact.subject, fact.object, events, *member, *group));
    }
    default:
      return std::vector<Piece>{};
  }
}

Result<std::vector<FactKey>> Folder::FactsOfKind(std::string_view subject, FactKind kind) {
  if (writer_ != nullptr) writer_->Flush();
  std::vector<FactKey> out;
  const std::string prefix = FactPrefix(subject, kind);
  auto c = rows_.Scan(Family::kFact);
  for (c->Seek(prefix); c->ValidWithin(prefix); c->Next()) {
    auto parts = ParseLeafKey(c->Key());
    if (!parts) return CorruptEvent();
    if (!parts->begin) out.push_back(std::move(parts->fact));
    else c->SeekForPrev(LeafKey(parts->fact, LastOf(kForever)));  // a long fact's other leaves
  }
  if (auto health = c->Health(); !health) return tl::unexpected(health.error());
  return out;
}

Result<std::vector<FactKey>> Folder::FactsUnder(const ObjectKey& object) {
  std::vector<FactKey> out;
  const std::string prefix = LinkPrefix(object);
  auto c = rows_.Scan(Family::kObject);
  for (c->Seek(prefix); c->ValidWithin(prefix); c->Next()) {
    auto fact = ParseFactRest(c->Key().substr(prefix.size()));
    if (!fact) return CorruptEvent();
    out.push_back(std::move(*fact));
  }
  if (auto health = c->Health(); !health) return tl::unexpected(health.error());
  return out;
}

}  // namespace tenure::history
