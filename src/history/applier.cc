#include "history/applier.h"

#include <algorithm>
#include <iterator>

#include "event/codec.h"
#include "history/name_state.h"

namespace tenure::history {

Applier::Applier(Batch& batch, const std::vector<std::string>& correctors, Digests& digests,
                 std::unordered_set<std::string>& known_refs, std::size_t checkpoint_every)
    : batch_(batch),
      correctors_(correctors),
      digests_(digests),
      known_refs_(known_refs),
      checkpoint_every_(checkpoint_every),
      facts_(batch) {}

Status Applier::Expect(const std::vector<Prepared>& events) {
  std::vector<NameHash> names;
  std::vector<FactKey> facts;
  for (const Prepared& event : events) {
    names.push_back(event.name);
    facts.insert(facts.end(), event.facts.begin(), event.facts.end());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<std::string> keys;
  keys.reserve(names.size());
  for (const auto& name : names) keys.emplace_back(BytesOf(name));
  auto rows = batch_.GetAll(Family::kName, keys);
  if (!rows) return tl::unexpected(rows.error());
  for (std::size_t i = 0; i < names.size(); ++i) {
    NameRow row;
    if ((*rows)[i]) {
      auto unpacked = UnpackName(*(*rows)[i]);
      if (!unpacked) return tl::unexpected(unpacked.error());
      row = std::move(*unpacked);
    }
    names_.emplace_hint(names_.end(), names[i], NameState{row, row});
  }
  return facts_.Expect(facts);
}

Result<NameRow*> Applier::Name(const NameHash& name) {
  auto it = names_.find(name);
  if (it == names_.end()) {
    auto bytes = batch_.Get(Family::kName, BytesOf(name));
    if (!bytes) return tl::unexpected(bytes.error());
    NameRow row;
    if (*bytes) {
      auto unpacked = UnpackName(**bytes);
      if (!unpacked) return tl::unexpected(unpacked.error());
      row = std::move(*unpacked);
    }
    it = names_.emplace(name, NameState{row, row}).first;
  }
  return &it->second.now;
}

Status Applier::Add(const Prepared& prepared) {
  const StoredEvent& event = prepared.event;
  batch_.Put(Family::kRecord, RecordKey(event.meta.position), prepared.record);
  auto row = Name(prepared.name);
  if (!row) return tl::unexpected(row.error());
  const Copy copy{{event.meta.recorded, event.meta.position}, event.content, event.meta.type};
  auto& copies = (*row)->copies;
  copies.insert(
      std::upper_bound(copies.begin(), copies.end(), copy, [](const Copy& a, const Copy& b) { return a.order < b.order; }), copy);
  dirty_names_.insert(prepared.name);
  if (auto s = NoteTargets(event, prepared.name); !s) return s;
  if (auto s = NoteLookups(prepared); !s) return s;
  fresh_[prepared.name].push_back(&prepared);
  return {};
}

// The events that this one wants to take out learn of it, whether they are known yet or not and whether it has the right to: where a
// retraction belongs hangs on its target, too. The settlement asks for the right.
Status Applier::NoteTargets(const StoredEvent& event, const NameHash& name) {
  for (const NameHash& hash : TargetsNamedBy(event)) {
    auto row = Name(hash);
    if (!row) return tl::unexpected(row.error());
    auto& retractors = (*row)->retractors;
    auto at = std::lower_bound(retractors.begin(), retractors.end(), name);
    if (at == retractors.end() || *at != name) retractors.insert(at, name);
    dirty_names_.insert(hash);
  }
  return {};
}

Status Applier::Mention(char kind, const std::string& ref, const std::optional<Position>& where) {
  const std::string key = MentionKey(kind, ref, where);
  if (!where) {
    if (known_refs_.contains(key)) return {};
    auto there = batch_.Get(Family::kMention, key);
    if (!there) return tl::unexpected(there.error());
    if (known_refs_.size() > 1'000'000) known_refs_.clear();
    known_refs_.insert(key);
    if (*there) return {};
    if (kind == 'I') ++new_refs_;
  }
  batch_.Put(Family::kMention, key, "");
  return {};
}

Status Applier::NoteLookups(const Prepared& prepared) {
  const StoredEvent& event = prepared.event;
  for (const auto& ref : prepared.identities) {
    if (auto s = Mention('I', ref, std::nullopt); !s) return s;
    if (!prepared.InFact(ref))
      if (auto s = Mention('I', ref, event.meta.position); !s) return s;
  }
  for (const auto& role : RolesNamedBy(event.payload))
    if (auto s = Mention('R', role, std::nullopt); !s) return s;
  if (SetsHorizon(event.meta.type))
    batch_.Put(Family::kHorizon,
               HorizonKey(event.meta.position.topic, event.meta.time, {event.meta.recorded, event.meta.position}),
               BytesOf(prepared.name));
  return {};
}

Status Applier::AddDeadLetter(const Position& position, const StoredDeadLetter& letter) {
  const std::string value = PackRecord(letter);
  batch_.Put(Family::kRecord, RecordKey(position), value);
  SetTaint(TaintKey('d', RecordKey(position)), DeadLetterTuple(position, value), "");
  return {};
}

Status Applier::Finish() {
  folder_ = std::make_unique<Folder>(batch_, nullptr, nullptr, &facts_);
  refolder_ = std::make_unique<Refolder>(batch_, facts_, *folder_, checkpoint_every_);
  if (auto s = SettleNames(); !s) return s;
  if (auto s = RefoldAll(); !s) return s;
  facts_.Flush();
  return {};
}

}  // namespace tenure::history
