#include "history/bulk_names.h"

#include <algorithm>
#include <mutex>
#include <tuple>
#include <utility>

#include "event/codec.h"
#include "history/beside.h"
#include "history/bulk_scatter.h"
#include "history/bulk_table.h"
#include "history/name_state.h"
#include "history/settlement.h"

namespace tenure::history {
namespace {

// Settled together, and then forgotten: a settlement remembers what it was asked.
constexpr std::size_t kSettledTogether = 2'000;

struct NamesInPart {
  std::string prefix;  // of its tables
  std::vector<TableFile> tables;
  std::vector<NameHash> unsettled;
};

// The rows of names in one part of the hashes.
class NamesPart {
 public:
  NamesPart(const Database& database, const std::vector<const Run*>& runs, std::string from, std::string until, NamesInPart& out)
      : merge_(runs, std::move(from), std::move(until)), table_(database, Family::kName, out.prefix), out_(out) {}

  Status Load() {
    NameHash name{};
    while (merge_.Valid()) {
      std::copy(merge_.Key().begin(), merge_.Key().end(), reinterpret_cast<char*>(name.data()));
      if (auto s = One(name); !s) return s;
    }
    if (auto s = merge_.Health(); !s) return s;
    auto tables = table_.Finish();
    if (!tables) return tl::unexpected(tables.error());
    out_.tables = std::move(*tables);
    return {};
  }

 private:
  Status One(const NameHash& name) {
    NameRow row;
    bool plain = true;
    for (; merge_.Valid() && merge_.Key() == BytesOf(name); merge_.Next()) {
      const auto named = UnpackNamed(merge_.Value());
      if (!named) return Fail("model_corrupt", "a sorted name can't be read", "run again", Blame::kFault);
      if (named->copy) row.copies.push_back(*named->copy);
      else if (row.retractors.empty() || row.retractors.back() != named->retractor) row.retractors.push_back(named->retractor);
      plain = plain && !named->takes_out;
    }
    if (!plain || row.Contested()) out_.unsettled.push_back(name);
    return table_.Put(BytesOf(name), PackName(row));
  }

  RunMerge merge_;
  RollingTable table_;
  NamesInPart& out_;
};

// What settling some names gives. Two of them are made side by side.
class Settling {
 public:
  Settling(std::unique_ptr<Rows> rows, const std::string& prefix, std::size_t budget_bytes)
      : rows_(std::move(rows)), taints_(prefix + "taints", budget_bytes), flags_(prefix + "flags", budget_bytes) {}

  Status Settle(const NameHash* begin, const NameHash* end, const std::vector<std::string>& correctors) {
    Settlement settlement(*rows_, nullptr, correctors);
    for (; begin != end; ++begin)
      if (auto s = One(settlement, *begin); !s) return s;
    return {};
  }
  Status Finish(NamesLoaded& into) {
    for (auto [sorter, which] : {std::pair{&taints_, Sorted::kTaints}, std::pair{&flags_, Sorted::kFlags}}) {
      auto runs = sorter->Finish();
      if (!runs) return tl::unexpected(runs.error());
      std::move(runs->begin(), runs->end(), std::back_inserter(Of(into.runs, which)));
    }
    into.digests[static_cast<std::size_t>(Table::kTaints)].Add(digest_);
    return {};
  }

 private:
  Status One(Settlement& settlement, const NameHash& name) {
    auto row = settlement.Row(name);
    if (!row) return tl::unexpected(row.error());
    auto canonical = settlement.Canonical(name);
    if (!canonical) return tl::unexpected(canonical.error());
    auto in_force = settlement.InForce(name);
    if (!in_force) return tl::unexpected(in_force.error());
    for (const auto& copy : row->copies) {
      const std::uint8_t flags = FlagsOf(*row, copy, *canonical, *in_force);
      if (flags == kPlainFlags) continue;
      const char value = static_cast<char>(flags);
      if (auto s = flags_.Add(FlagsByPosition::Key(copy.order.position), {&value, 1}); !s) return s;
    }
    return Taint(settlement, name, *row);
  }
  Status Taint(Settlement& settlement, const NameHash& name, const NameRow& row) {
    if (const std::string conflict = ConflictTuple(name, row); !conflict.empty()) {
      digest_.Add(event::Sha256(conflict));
      if (auto s = taints_.Add(TaintKey('c', BytesOf(name)), ""); !s) return s;
    }
    for (const auto& copy : row.copies) {
      if (copy.type != EventType::kEventRetracted) continue;
      auto wrong = settlement.OnWrongTopic(copy), may_be = settlement.MayBeOnWrongTopic(copy);
      if (!wrong) return tl::unexpected(wrong.error());
      if (!may_be) return tl::unexpected(may_be.error());
      if (!*may_be) continue;
      if (*wrong) digest_.Add(event::Sha256(MisplacedTuple(name, copy)));
      if (auto s = taints_.Add(TaintKey('r', RecordKey(copy.order.position)), *wrong ? "" : kMisplacedForSome); !s) return s;
    }
    return {};
  }

  std::unique_ptr<Rows> rows_;
  RunSorter taints_, flags_;
  Digest digest_;
};

Status SettleAll(const Database& database, BulkFiles& files, const std::vector<TableFile>& tables,
                 const std::vector<NameHash>& names, const std::vector<std::string>& correctors, std::size_t budget_bytes,
                 NamesLoaded& into) {
  std::mutex mutex;
  std::vector<std::unique_ptr<Settling>> all, idle;
  const auto take = [&]() -> Result<std::unique_ptr<Settling>> {
    const std::lock_guard lock(mutex);
    if (!idle.empty()) {
      auto one = std::move(idle.back());
      idle.pop_back();
      return one;
    }
    auto rows = database.Reading(tables);
    if (!rows) return tl::unexpected(rows.error());
    return std::make_unique<Settling>(std::move(*rows), files.Next(""), budget_bytes / 8);
  };
  const std::size_t parts = (names.size() + kSettledTogether - 1) / kSettledTogether;
  const auto settled = EachBeside(parts, [&](std::size_t i) -> Status {
    auto one = take();
    if (!one) return tl::unexpected(one.error());
    const std::size_t begin = i * kSettledTogether, end = std::min(names.size(), begin + kSettledTogether);
    const auto done = (*one)->Settle(names.data() + begin, names.data() + end, correctors);
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(*one));
    return done;
  });
  if (!settled) return settled;
  for (auto& one : idle)
    if (auto s = one->Finish(into); !s) return s;
  return {};
}

}  // namespace

Result<FlagsByPosition> FlagsByPosition::Read(const std::vector<Run>& runs) {
  FlagsByPosition out;
  RunMerge merge(Pointers(runs), "", "");
  for (; merge.Valid(); merge.Next()) {
    const Position p = Reader(merge.Key()).At();
    out.entries_.push_back(
        {p.offset, p.partition, static_cast<std::uint8_t>(p.topic), static_cast<std::uint8_t>(merge.Value()[0])});
  }
  if (auto health = merge.Health(); !health) return tl::unexpected(health.error());
  std::size_t bits = 64;
  while (bits < 16 * out.entries_.size()) bits *= 2;
  out.maybe_.resize(bits);
  for (const auto& e : out.entries_) out.maybe_[out.BitOf({static_cast<Topic>(e.topic), e.partition, e.offset})] = true;
  return out;
}

std::size_t FlagsByPosition::BitOf(const Position& p) const {
  const std::uint64_t x = static_cast<std::uint64_t>(p.offset) * 0x9e3779b97f4a7c15u +
                          static_cast<std::uint64_t>(p.partition) * 0xc2b2ae3d27d4eb4fu + static_cast<std::uint64_t>(p.topic);
  return (x ^ x >> 29) & (maybe_.size() - 1);
}

std::uint8_t FlagsByPosition::Of(const Position& p) const {
  if (!maybe_[BitOf(p)]) return kPlainFlags;
  const auto key = std::tuple(static_cast<std::uint8_t>(p.topic), p.partition, p.offset);
  const auto of = [](const Entry& e) { return std::tuple(e.topic, e.partition, e.offset); };
  const auto at =
      std::lower_bound(entries_.begin(), entries_.end(), key, [&](const Entry& e, const auto& k) { return of(e) < k; });
  return at != entries_.end() && of(*at) == key ? at->flags : kPlainFlags;
}

Result<NamesLoaded> LoadNames(const Database& database, BulkFiles& files, const BulkState& scattered,
                              const std::vector<std::string>& correctors, std::size_t budget_bytes) {
  constexpr std::size_t kParts = 8;  // hashes fall evenly
  const auto runs = Pointers(Of(scattered.runs, Sorted::kNames));
  const auto bound = [](std::size_t i) {
    return i == 0 || i == kParts ? std::string() : std::string(1, static_cast<char>(i * 256 / kParts));
  };
  std::vector<NamesInPart> parts(kParts);
  for (auto& part : parts) part.prefix = files.Next("name");
  const auto load = [&](std::size_t i) { return NamesPart(database, runs, bound(i), bound(i + 1), parts[i]).Load(); };
  if (auto s = EachBeside(kParts, load); !s) return tl::unexpected(s.error());
  NamesLoaded out;
  std::vector<NameHash> unsettled;
  std::vector<TableFile> tables = scattered.tables;
  for (auto& part : parts) {
    unsettled.insert(unsettled.end(), part.unsettled.begin(), part.unsettled.end());
    tables.insert(tables.end(), part.tables.begin(), part.tables.end());
    std::move(part.tables.begin(), part.tables.end(), std::back_inserter(out.tables));
  }
  parts.clear();
  if (auto s = SettleAll(database, files, tables, unsettled, correctors, budget_bytes, out); !s) return tl::unexpected(s.error());
  return out;
}

}  // namespace tenure::history
