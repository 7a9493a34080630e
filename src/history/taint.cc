#include "history/taint.h"

#include <algorithm>
#include <set>

#include "event/codec.h"
#include "event/reference.h"

namespace tenure::history {
namespace {

using Scope = std::set<std::pair<Topic, std::string>>;

Interval RangeOf(const OptionalTime& time, const std::optional<EventType>& type, bool carries_supersedes) {
  const bool bounded = time && type && event::TopicOf(*type) == Topic::kAccess && !carries_supersedes;
  return bounded ? Interval{*time, kForever} : Interval{};
}

// The record's topic, and the topic of its type's plane.
std::set<Topic> TopicsOf(const Position& position, const std::optional<EventType>& type) {
  std::set<Topic> topics{position.topic};
  if (type)
    if (auto plane = event::TopicOf(*type)) topics.insert(*plane);
  return topics;
}

void AddTaints(DeadLetterEntry& entry, const Scope& scope, Interval range) {
  for (const auto& [topic, key] : scope) entry.taints.push_back({topic, key, range, entry.position, entry.reason});
}

// A record that cannot be read is taken at its data's word, else at its key's, else it concerns the whole topic.
std::string KeyOfLetter(const StoredDeadLetter& letter) {
  if (!letter.data_key.empty()) return letter.data_key;
  return event::CheckReference(letter.record_key) ? letter.record_key : std::string();
}

Result<std::optional<DeadLetterEntry>> FromLetter(const Rows& rows, const Position& position) {
  auto record = ReadRecord(rows, position);
  if (!record) return tl::unexpected(record.error());
  const auto* letter = *record ? std::get_if<StoredDeadLetter>(&**record) : nullptr;
  if (letter == nullptr) return std::nullopt;
  DeadLetterEntry e{position,
                    letter->recorded,
                    letter->reason,
                    letter->text,
                    KeyOfLetter(*letter),
                    letter->name,
                    letter->type,
                    letter->time,
                    "open",
                    {},
                    {}};
  Scope scope;
  for (Topic t : TopicsOf(position, letter->type)) scope.emplace(t, e.key);
  AddTaints(e, scope, RangeOf(letter->time, letter->type, letter->carries_supersedes));
  return e;
}

DeadLetterEntry FromStored(const StoredEvent& s, std::string reason, std::string text) {
  return {s.meta.position,
          s.meta.recorded,
          std::move(reason),
          std::move(text),
          "",
          s.meta.name,
          s.meta.type,
          s.meta.time,
          "open",
          {},
          {}};
}

std::string DataKey(const StoredEvent& s) {
  Event e;
  e.payload = s.payload;
  return event::KeyOf(e);
}

Result<std::optional<DeadLetterEntry>> FromMisplacedRetraction(const Rows& rows, const Position& position,
                                                               Settlement& settlement) {
  auto record = ReadRecord(rows, position);
  if (!record) return tl::unexpected(record.error());
  const auto* s = *record ? std::get_if<StoredEvent>(&**record) : nullptr;
  if (s == nullptr) return std::nullopt;
  auto wrong = settlement.OnWrongTopic({{s->meta.recorded, position}, s->content, s->meta.type});
  if (!wrong) return tl::unexpected(wrong.error());
  if (!*wrong) return std::nullopt;
  auto e = FromStored(*s, "event_misplaced", "a retraction belongs on the topic of its target");
  e.key = DataKey(*s);
  Scope scope{{position.topic, e.key}};
  if (std::holds_alternative<EventRetracted>(s->payload)) {
    auto target = settlement.TargetOf(*s);
    if (!target) return tl::unexpected(target.error());
    if (*target) scope.emplace((*target)->order.position.topic, e.key);
  }
  AddTaints(e, scope, Interval{});
  return e;
}

// Each later copy in V whose content differs from the canonical one.
Status FromConflict(const Rows& rows, const NameHash& name, const PositionVector& v, Settlement& settlement,
                    std::vector<DeadLetterEntry>& out) {
  auto row = settlement.Row(name);
  if (!row) return tl::unexpected(row.error());
  auto canonical = settlement.Canonical(name);
  if (!canonical) return tl::unexpected(canonical.error());
  if (!*canonical) return {};
  auto first = ReadRecord(rows, (*canonical)->order.position);
  if (!first) return tl::unexpected(first.error());
  const auto* a = *first ? std::get_if<StoredEvent>(&**first) : nullptr;
  if (a == nullptr) return {};
  for (const auto& copy : row->copies) {
    if (!v.Holds(copy.order.position) || copy.content == (*canonical)->content || copy.order <= (*canonical)->order) continue;
    auto wrong = settlement.OnWrongTopic(copy);
    if (!wrong) return tl::unexpected(wrong.error());
    if (*wrong) continue;  // already a dead letter of its own
    auto second = ReadRecord(rows, copy.order.position);
    if (!second) return tl::unexpected(second.error());
    const auto* b = *second ? std::get_if<StoredEvent>(&**second) : nullptr;
    if (b == nullptr) continue;
    auto e = FromStored(*b, "conflict", "an earlier event has this source and id and other content");
    e.key = DataKey(*b);
    Scope scope;
    for (const auto* from : {a, b})
      for (const auto* on : {a, b})
        for (Topic t : TopicsOf(on->meta.position, on->meta.type)) scope.emplace(t, DataKey(*from));
    const bool bounded = event::TopicOf(a->meta.type) == Topic::kAccess && event::TopicOf(b->meta.type) == Topic::kAccess &&
                         a->supersedes.empty() && b->supersedes.empty();
    AddTaints(e, scope, bounded ? Interval{std::min(a->meta.time, b->meta.time), kForever} : Interval{});
    out.push_back(std::move(e));
  }
  return {};
}

// A resolution that counts closes it; `replaced` only when the replacement is in V, retracted or not, and no dead letter itself.
Status Resolve(DeadLetterEntry& e, Settlement& settlement, Folder& folder) {
  const FactKey fact{std::string(TopicName(e.position.topic)), FactKind::kResolution,
                     std::to_string(e.position.partition) + "/" + std::to_string(e.position.offset)};
  auto resolutions = folder.Load(fact);
  if (!resolutions) return tl::unexpected(resolutions.error());
  for (const auto& a : *resolutions) {
    const auto& r = std::get<DeadLetterResolved>(a.payload);
    const bool replaced = r.resolution == Resolution::kReplaced;
    if (replaced) {
      auto replacement = settlement.Canonical(HashOf(r.replaced_by.value_or(EventName{})));
      if (!replacement) return tl::unexpected(replacement.error());
      if (!*replacement) continue;
    }
    e.state = replaced ? "replaced" : "void";
    e.resolved_by = a.at.order.position;
    return {};
  }
  return {};
}

}  // namespace

Result<std::vector<DeadLetterEntry>> DeadLettersIn(const Rows& rows, const PositionVector& v, Settlement& settlement,
                                                   Folder& folder) {
  std::vector<DeadLetterEntry> out;
  auto c = rows.Scan(Family::kTaint);
  for (c->Seek(""); c->Valid(); c->Next()) {
    Reader key(c->Key());
    const char kind = static_cast<char>(key.Byte());
    if (kind == 'c') {
      NameHash name{};
      const auto bytes = key.Rest();
      if (bytes.size() == name.size()) std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(name.data()));
      if (auto s = FromConflict(rows, name, v, settlement, out); !s) return tl::unexpected(s.error());
      continue;
    }
    const Position position = key.At();
    if (!v.Holds(position)) continue;
    auto entry = kind == 'd' ? FromLetter(rows, position) : FromMisplacedRetraction(rows, position, settlement);
    if (!entry) return tl::unexpected(entry.error());
    if (*entry) out.push_back(std::move(**entry));
  }
  if (auto health = c->Health(); !health) return tl::unexpected(health.error());
  for (auto& e : out)
    if (auto s = Resolve(e, settlement, folder); !s) return tl::unexpected(s.error());
  std::sort(out.begin(), out.end(), [](const DeadLetterEntry& a, const DeadLetterEntry& b) { return a.position < b.position; });
  return out;
}

}  // namespace tenure::history
