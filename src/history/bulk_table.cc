#include "history/bulk_table.h"

#include <iterator>
#include <utility>

#include "history/rows.h"

namespace tenure::history {
namespace {

constexpr std::uint64_t kTableBytes = 64u << 20;

}  // namespace

Status RollingTable::Put(std::string_view key, std::string_view value) {
  if (table_ && table_->SizeBytes() >= kTableBytes)
    if (auto s = Close(); !s) return s;
  if (!table_) {
    auto table = database_.NewTable(family_, prefix_ + std::to_string(made_++) + ".sst");
    if (!table) return tl::unexpected(table.error());
    table_ = std::move(*table);
  }
  return table_->Put(key, value);
}

Status RollingTable::Close() {
  if (!table_) return {};
  auto file = table_->Finish();
  table_.reset();
  if (!file) return tl::unexpected(file.error());
  files_.push_back(std::move(*file));
  return {};
}

Result<std::vector<TableFile>> RollingTable::Finish() {
  if (auto s = Close(); !s) return tl::unexpected(s.error());
  return std::exchange(files_, {});
}

Status RecordTables::Put(const Position& position, std::string_view row) {
  auto at = of_.find(position.Where());
  if (at == of_.end())
    at = of_.try_emplace(position.Where(), database_, Family::kRecord, prefix_ + std::to_string(of_.size()) + "-record").first;
  return at->second.Put(RecordKey(position), row);
}

Result<std::vector<TableFile>> RecordTables::Finish() {
  std::vector<TableFile> all;
  for (auto& [where, tables] : of_) {
    auto made = tables.Finish();
    if (!made) return made;
    std::move(made->begin(), made->end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace tenure::history
