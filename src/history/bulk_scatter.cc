#include "history/bulk_scatter.h"

#include <algorithm>
#include <utility>

#include "event/codec.h"
#include "history/name_state.h"

namespace tenure::history {
namespace {

constexpr std::size_t kMentionedPlaces = 1u << 14;
// What a sorter may hold, in hundredths of the budget; the rest is for tables and what is remembered. Each may be full at once.
constexpr std::array<std::size_t, kSortedCount> kShares{8, 4, 45, 18, 8, 12, 2, 0, 0};
constexpr std::array<const char*, kSortedCount> kNames{"beings",   "revokes", "facts", "names",  "mentions",
                                                       "horizons", "taints",  "flags", "objects"};
constexpr std::uint8_t kCopy = 0, kRetractor = 1;

Sorted WhereOf(FactKind kind) {
  if (kind == FactKind::kIdentity || kind == FactKind::kRole) return Sorted::kBeings;
  return kind == FactKind::kRoleRevoke ? Sorted::kRevokes : Sorted::kFacts;
}

}  // namespace

std::string PackNamed(const Copy& copy, bool takes_out) {
  return KeyWriter()
      .Byte(kCopy)
      .Time(copy.order.recorded.us)
      .At(copy.order.position)
      .Byte(static_cast<std::uint8_t>(copy.type))
      .Raw({reinterpret_cast<const char*>(copy.content.data()), copy.content.size()})
      .Byte(takes_out)
      .Take();
}
std::string PackNamed(const NameHash& retractor) { return KeyWriter().Byte(kRetractor).Raw(BytesOf(retractor)).Take(); }

std::optional<Named> UnpackNamed(std::string_view value) {
  Reader r(value);
  Named named;
  if (r.Byte() == kCopy) {
    Copy copy;
    copy.order.recorded.us = r.Time();
    copy.order.position = r.At();
    copy.type = static_cast<EventType>(r.Byte());
    const auto content = r.Cut(copy.content.size());
    std::copy(content.begin(), content.end(), reinterpret_cast<char*>(copy.content.data()));
    named.copy = copy;
    named.takes_out = r.Byte() != 0;
  } else {
    const auto hash = r.Cut(named.retractor.size());
    std::copy(hash.begin(), hash.end(), reinterpret_cast<char*>(named.retractor.data()));
  }
  return r.Ok() && r.AtEnd() ? std::optional(named) : std::nullopt;
}

Scatter::Scatter(const Database& database, const std::string& prefix, std::size_t budget_bytes)
    : records_(database, prefix), mentioned_(kMentionedPlaces) {
  for (std::size_t i = 0; i < kSortedCount; ++i)
    sorters_[i] = std::make_unique<RunSorter>(prefix + kNames[i], budget_bytes / 100 * kShares[i]);
}

Status Scatter::Add(Incoming incoming) {
  const Position position = incoming.position;
  auto row = AddApart(std::move(incoming));
  if (!row) return tl::unexpected(row.error());
  return records_.Put(position, *row);
}

Result<std::string> Scatter::AddApart(Incoming incoming) {
  if (auto* stored = std::get_if<StoredEvent>(&incoming.record)) {
    Prepared event = Prepare(std::move(*stored));
    ++events_;
    if (auto s = AddName(event); !s) return tl::unexpected(s.error());
    if (auto s = AddFacts(event); !s) return tl::unexpected(s.error());
    if (auto s = AddLookups(event); !s) return tl::unexpected(s.error());
    return std::move(event.record);
  }
  std::string row = PackRecord(std::get<StoredDeadLetter>(incoming.record));
  digests_[static_cast<std::size_t>(Table::kTaints)].Add(event::Sha256(DeadLetterTuple(incoming.position, row)));
  if (auto s = Into(Sorted::kTaints).Add(TaintKey('d', RecordKey(incoming.position)), ""); !s) return tl::unexpected(s.error());
  return row;
}

Status Scatter::AddName(const Prepared& event) {
  const EventMeta& meta = event.event.meta;
  const auto targets = TargetsNamedBy(event.event);
  const Copy copy{{meta.recorded, meta.position}, event.event.content, meta.type};
  for (const auto& target : targets)
    if (auto s = Into(Sorted::kNames).Add(BytesOf(target), PackNamed(event.name)); !s) return s;
  return Into(Sorted::kNames).Add(BytesOf(event.name), PackNamed(copy, !targets.empty()));
}

Status Scatter::AddFacts(const Prepared& event) {
  for (std::size_t i = 0; i < event.facts.size(); ++i) {
    const FactKey& fact = event.facts[i];
    if (i > 0 && fact == event.facts.front()) continue;  // linked to itself
    digests_[static_cast<std::size_t>(Table::kAssertions)].Add(event.tuples[i]);
    if (auto s = Into(WhereOf(fact.kind)).Add(LeafKey(fact, event.At()), event.payload); !s) return s;
  }
  return {};
}

Status Scatter::AddMention(char kind, const std::string& ref) {
  std::string& lately = mentioned_[std::hash<std::string>{}(ref) % mentioned_.size()];
  if (lately.size() == ref.size() + 1 && lately.front() == kind && lately.compare(1, ref.size(), ref) == 0) return {};
  lately.assign(1, kind).append(ref);
  return Into(Sorted::kMentions).Add(MentionKey(kind, ref, std::nullopt), "");
}

Status Scatter::AddLookups(const Prepared& event) {
  const EventMeta& meta = event.event.meta;
  for (const auto& ref : event.identities) {
    if (auto s = AddMention('I', ref); !s) return s;
    if (event.InFact(ref)) continue;
    if (auto s = Into(Sorted::kMentions).Add(MentionKey('I', ref, meta.position), ""); !s) return s;
  }
  for (const auto& role : RolesNamedBy(event.event.payload))
    if (auto s = AddMention('R', role); !s) return s;
  if (!SetsHorizon(meta.type)) return {};
  return Into(Sorted::kHorizons)
      .Add(HorizonKey(meta.position.topic, meta.time, {meta.recorded, meta.position}), BytesOf(event.name));
}

Result<Scatter::Made> Scatter::Finish() {
  Made made;
  for (std::size_t i = 0; i < kSortedCount; ++i) {
    auto runs = sorters_[i]->Finish();
    if (!runs) return tl::unexpected(runs.error());
    made.runs[i] = std::move(*runs);
  }
  auto tables = records_.Finish();
  if (!tables) return tl::unexpected(tables.error());
  made.tables = std::move(*tables);
  made.digests = std::exchange(digests_, {});
  made.events = std::exchange(events_, 0);
  return made;
}

}  // namespace tenure::history
