#include "history/view_base.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "event/codec.h"
#include "event/reference.h"
#include "history/fork.h"
#include "history/taint.h"

namespace tenure::history {

namespace {

bool NamesObject(const Payload& payload, const ObjectKey& object) {
  const auto objects = ObjectsOf(payload);
  return std::find(objects.begin(), objects.end(), object) != objects.end();
}

}  // namespace

Status ViewBase::LoadTaints() {
  auto letters = DeadLettersIn(*rows_, vector_, settlement_, folder_);
  if (!letters) return tl::unexpected(letters.error());
  auto taints = std::make_shared<std::vector<Taint>>();
  for (auto& letter : *letters)
    if (letter.state == "open") std::move(letter.taints.begin(), letter.taints.end(), std::back_inserter(*taints));
  taints_ = std::move(taints);
  return {};
}

Result<std::optional<StoredRecord>> ViewBase::Record(const Position& position) {
  if (!vector_.Holds(position)) return std::nullopt;
  return ReadRecord(*rows_, position);
}

Result<EventMeta> ViewBase::Meta(const Position& position) {
  auto record = Record(position);
  if (!record) return tl::unexpected(record.error());
  if (*record)
    if (auto* e = std::get_if<StoredEvent>(&**record)) return e->meta;
  return Fail("model_corrupt", "no readable record at the position that a piece names", "run `tenure rebuild`", Blame::kFault);
}

// A mention row without a position stands for facts and lookups; one with a position for an event that names the reference elsewhere.
Result<bool> ViewBase::IsNamed(char kind, const std::string& ref) {
  // The `key` of a retraction says where it belongs; it names nobody.
  const auto names = [](const FactKey& fact, const EventSeen&) -> Result<bool> { return fact.kind != FactKind::kRetraction; };
  auto in_facts = folder_.AnyUnder(FactPrefix(ref), names);
  if (!in_facts || *in_facts) return in_facts;
  for (const auto side : {ObjectSide::kGroup, ObjectSide::kRole}) {
    const ObjectKey object{side, ref};
    auto facts = folder_.FactsUnder(object);
    if (!facts) return tl::unexpected(facts.error());
    // A fact is filed under whatever any of its events ever named, in V or not.
    const auto names_object = [&](const FactKey&, const EventSeen& event) -> Result<bool> {
      auto payload = event::UnpackPayload(event.payload);
      if (!payload) return tl::unexpected(payload.error());
      return NamesObject(*payload, object);
    };
    for (const auto& fact : *facts) {
      auto any = folder_.AnyUnder(FactPrefix(fact), names_object);
      if (!any || *any) return any;
    }
  }
  return IsMentioned(kind, ref, [](EventType) { return true; });
}

Result<bool> ViewBase::CanBeAssumed(std::string_view ref) {
  for (const auto kind :
       {FactKind::kIdentity, FactKind::kCredential, FactKind::kGrant, FactKind::kRoleRevoke, FactKind::kMembership}) {
    auto any = folder_.AnyUnder(FactPrefix(std::string(ref), kind));
    if (!any || *any) return any;
  }
  return IsMentioned('I', std::string(ref), [](EventType type) {
    return type == EventType::kIdentityRegistered || type == EventType::kIdentityOwnerChanged || type == EventType::kGrantIssued;
  });
}

Result<bool> ViewBase::IsMentioned(char kind, const std::string& ref, const std::function<bool(EventType)>& counts) {
  bool found = false;
  auto looked = EachMention(kind, ref, counts, [&](StoredEvent&) { return found = true, false; });
  if (!looked) return tl::unexpected(looked.error());
  return found;
}

Status ViewBase::EachMention(char kind, const std::string& ref, const std::function<bool(EventType)>& counts,
                             const std::function<bool(StoredEvent&)>& each) {
  const std::string prefix = MentionPrefix(kind, ref);
  auto c = rows_->Scan(Family::kMention);
  for (c->Seek(prefix); c->ValidWithin(prefix); c->Next()) {
    Reader r(c->Key().substr(prefix.size()));
    if (r.AtEnd()) continue;
    auto record = Record(r.At());
    if (!record) return tl::unexpected(record.error());
    auto* e = *record ? std::get_if<StoredEvent>(&**record) : nullptr;
    if (e == nullptr || !counts(e->meta.type)) continue;
    auto in_force = Counts(*e);
    if (!in_force) return tl::unexpected(in_force.error());
    if (*in_force && !each(*e)) return {};
  }
  return c->Health();
}

Result<bool> ViewBase::Counts(const StoredEvent& event) {
  const NameHash name = HashOf(event.meta.name);
  auto canonical = settlement_.Canonical(name);
  if (!canonical) return tl::unexpected(canonical.error());
  if (!*canonical || (*canonical)->order.position != event.meta.position) return false;
  return settlement_.InForce(name);
}

Status ViewBase::EachMentioned(char kind, std::string_view after, const std::function<bool(const std::string&)>& each) {
  auto c = rows_->Scan(Family::kMention);
  const std::string all = KeyWriter().Byte(static_cast<std::uint8_t>(kind)).Take();
  // ff sorts after every position, so past all rows of one reference.
  for (c->Seek(after.empty() ? all : MentionPrefix(kind, after) + '\xff'); c->ValidWithin(all);) {
    Reader r(c->Key().substr(1));
    const std::string ref = r.Text();
    auto named = IsNamed(kind, ref);
    if (!named) return tl::unexpected(named.error());
    if (*named && !each(ref)) break;
    c->Seek(MentionPrefix(kind, ref) + '\xff');
  }
  return c->Health();
}

Status ViewBase::EachIdentity(std::string_view after, const std::function<bool(const std::string&)>& each) {
  return EachMentioned('I', after, each);
}
Status ViewBase::EachRole(std::string_view after, const std::function<bool(const std::string&)>& each) {
  return EachMentioned('R', after, each);
}

Result<IdentityDetails> ViewBase::Details(std::string_view ref, EffectiveTime t) {
  auto events = folder_.Load({std::string(ref), FactKind::kIdentity, ""});
  if (!events) return tl::unexpected(events.error());
  return FoldDetails(*events, t);
}

Result<std::vector<std::string>> ViewBase::LinkedWith(std::string_view ref, EffectiveTime t) {
  std::set<std::string> seen{std::string(ref)};
  std::vector<std::string> queue{std::string(ref)};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    auto links = folder_.FactsOfKind(queue[i], FactKind::kLink);
    if (!links) return tl::unexpected(links.error());
    for (const auto& link : *links) {
      auto events = folder_.Load(link);
      if (!events) return tl::unexpected(events.error());
      if (!events->empty() && events->front().at.time <= t && seen.insert(link.object).second) queue.push_back(link.object);
    }
  }
  std::vector<std::string> out(queue.begin() + 1, queue.end());
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::optional<EffectiveTime>> ViewBase::Horizon(Topic plane) {
  auto c = rows_->Scan(Family::kHorizon);
  const std::string prefix = KeyWriter().Byte(static_cast<std::uint8_t>(plane)).Take();
  for (c->Seek(prefix); c->ValidWithin(prefix); c->Next()) {
    Reader r(c->Key().substr(prefix.size()));
    const Moment at = r.AtMoment();
    NameHash name{};
    if (!r.Ok() || c->Value().size() != name.size()) break;
    if (!vector_.Holds(at.order.position)) continue;
    std::copy(c->Value().begin(), c->Value().end(), reinterpret_cast<char*>(name.data()));
    auto canonical = settlement_.Canonical(name);
    if (!canonical) return tl::unexpected(canonical.error());
    if (!*canonical || (*canonical)->order.position != at.order.position) continue;
    auto in_force = settlement_.InForce(name);
    if (!in_force) return tl::unexpected(in_force.error());
    if (*in_force) return at.time;
  }
  if (auto health = c->Health(); !health) return tl::unexpected(health.error());
  return std::nullopt;
}

Result<StoryItem> ViewBase::Told(const Moment& at) {
  auto record = Record(at.order.position);
  if (!record) return tl::unexpected(record.error());
  auto* e = *record ? std::get_if<StoredEvent>(&**record) : nullptr;
  if (e == nullptr) return Fail("model_corrupt", "an event of a fact without its record", "run `tenure rebuild`", Blame::kFault);
  return ToldOf(std::move(*e));
}

Result<StoryItem> ViewBase::ToldOf(StoredEvent e) {
  auto state = settlement_.StateOf(e);
  if (!state) return tl::unexpected(state.error());
  StoryItem item{std::move(e.meta), std::move(e.payload), *state, {}};
  if (item.state != EventState::kRetracted) return item;
  auto by = settlement_.TakenOutBy(HashOf(item.meta.name));
  if (!by) return tl::unexpected(by.error());
  item.retracted_by = std::move(*by);
  std::erase_if(item.retracted_by, IsOfFork);
  if (item.retracted_by.empty()) item.state = EventState::kLeftOut;
  return item;
}

Status ViewBase::AddStory(const FactKey& fact, std::map<Moment, StoryItem>& into) {
  return FactReader(*rows_).EachEvent(fact, kAlways, kForever, [&](const EventSeen& event) -> Status {
    if (!vector_.Holds(event.at.order.position) || into.contains(event.at)) return {};
    auto item = Told(event.at);
    if (!item) return tl::unexpected(item.error());
    into.emplace(event.at, std::move(*item));
    return {};
  });
}

namespace {

// A fact stays filed under every role that its terms ever named, in V or not: it belongs to the role's story if an event in V names
// the role, without the issues under other roles.
void KeepWhatIsAbout(const ObjectKey& object, std::map<Moment, StoryItem>& told) {
  const auto names_it = [&](const auto& entry) { return NamesObject(entry.second.payload, object); };
  if (std::none_of(told.begin(), told.end(), names_it)) told.clear();
  std::erase_if(told,
                [&](const auto& entry) { return std::holds_alternative<GrantIssued>(entry.second.payload) && !names_it(entry); });
}

}  // namespace

Result<std::vector<StoryItem>> ViewBase::Story(std::string_view ref) {
  std::map<Moment, StoryItem> told;
  for (int kind = 1; kind <= static_cast<int>(FactKind::kRetraction); ++kind) {
    auto facts = folder_.FactsOfKind(ref, static_cast<FactKind>(kind));
    if (!facts) return tl::unexpected(facts.error());
    for (const auto& fact : *facts)
      if (auto s = AddStory(fact, told); !s) return tl::unexpected(s.error());
  }
  for (const auto side : {ObjectSide::kGroup, ObjectSide::kRole}) {
    auto facts = folder_.FactsUnder({side, std::string(ref)});
    if (!facts) return tl::unexpected(facts.error());
    for (const auto& fact : *facts) {
      std::map<Moment, StoryItem> of_fact;
      if (auto s = AddStory(fact, of_fact); !s) return tl::unexpected(s.error());
      KeepWhatIsAbout({side, std::string(ref)}, of_fact);
      told.merge(of_fact);
    }
  }
  std::vector<StoryItem> out;
  for (auto& [at, item] : told) out.push_back(std::move(item));
  return out;
}

Result<std::vector<OwnEvent>> ViewBase::EventsAbout(std::string_view ref) {
  std::vector<OwnEvent> out;
  const auto take = [&](const FactKey& fact, const EventSeen& event) -> Result<bool> {
    if (fact.kind == FactKind::kRetraction) return true;
    auto stands = folder_.Stands(event);
    if (!stands || !*stands) return stands.map([](bool) { return true; });
    auto payload = event::UnpackPayload(event.payload);
    if (!payload) return tl::unexpected(payload.error());
    out.push_back({event.at.time, event.at.order.recorded, event.at.order.position, std::move(*payload)});
    return true;
  };
  if (auto s = FactReader(*rows_).EachUnder(FactPrefix(ref), take); !s) return tl::unexpected(s.error());
  const auto at = [](const OwnEvent& e) { return std::tuple(e.time, e.recorded, e.position); };
  std::sort(out.begin(), out.end(), [&](const OwnEvent& a, const OwnEvent& b) { return at(a) < at(b); });
  // An event of two facts, as a rotation, is one.
  const auto same = [](const OwnEvent& a, const OwnEvent& b) { return a.position == b.position; };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

Result<std::vector<OwnEvent>> ViewBase::EventsOfType(EventType type) {
  std::vector<OwnEvent> out;
  const auto topic = event::TopicOf(type);
  if (!topic) return out;  // a retraction stands on any
  const std::string prefix = KeyWriter().Byte(static_cast<std::uint8_t>(*topic)).Take();
  auto c = rows_->Scan(Family::kRecord);
  for (c->Seek(prefix); c->ValidWithin(prefix); c->Next()) {
    const Position position = Reader(c->Key()).At();
    if (!vector_.Holds(position)) continue;
    auto record = UnpackRecord(position, c->Value());
    if (!record) return tl::unexpected(record.error());
    auto* e = std::get_if<StoredEvent>(&*record);
    if (e == nullptr || e->meta.type != type) continue;
    auto in_force = Counts(*e);
    if (!in_force) return tl::unexpected(in_force.error());
    if (*in_force) out.push_back({e->meta.time, e->meta.recorded, position, std::move(e->payload)});
  }
  if (auto health = c->Health(); !health) return tl::unexpected(health.error());
  return out;
}

Result<std::vector<StoryItem>> ViewBase::EventsWithin(Interval window, const std::function<bool(const EventMeta&)>& wanted) {
  std::map<Moment, StoryItem> told;
  auto c = rows_->Scan(Family::kRecord);
  for (c->Seek(""); c->Valid(); c->Next()) {
    const Position position = Reader(c->Key()).At();
    if (IsOfFork(position) || !vector_.Holds(position)) continue;
    auto record = UnpackRecord(position, c->Value());
    if (!record) return tl::unexpected(record.error());
    auto* e = std::get_if<StoredEvent>(&*record);
    if (e == nullptr || !window.Contains(e->meta.time) || !wanted(e->meta)) continue;
    auto item = ToldOf(std::move(*e));
    if (!item) return tl::unexpected(item.error());
    if (item->state != EventState::kInForce && item->state != EventState::kLeftOut) continue;
    const Moment at{item->meta.time, {item->meta.recorded, position}};
    told.emplace(at, std::move(*item));
  }
  if (auto health = c->Health(); !health) return tl::unexpected(health.error());
  std::vector<StoryItem> out;
  for (auto& [at, item] : told) out.push_back(std::move(item));
  return out;
}

Result<std::vector<OwnEvent>> ViewBase::UsesVia(std::string_view ref) {
  std::vector<OwnEvent> out;
  const auto uses = [](EventType type) { return type == EventType::kAccessUsed; };
  auto read = EachMention('I', std::string(ref), uses, [&](StoredEvent& e) {
    out.push_back({e.meta.time, e.meta.recorded, e.meta.position, std::move(e.payload)});
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  return out;
}

}  // namespace tenure::history
