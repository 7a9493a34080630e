#include "history/bulk_table.h"

#include <utility>

namespace tenure::history {
namespace {

constexpr std::uint64_t kTableBytes = 64u << 20;

}  // namespace

Status RollingTable::Put(std::string_view key, std::string_view value) {
  if (table_ && table_->SizeBytes() >= kTableBytes)
    if (auto s = Cut(); !s) return s;
  if (!table_) {
    auto table = database_.NewTable(family_, prefix_ + std::to_string(made_++) + ".sst");
    if (!table) return tl::unexpected(table.error());
    table_ = std::move(*table);
  }
  return table_->Put(key, value);
}

Status RollingTable::Cut() {
  if (!table_) return {};
  auto file = table_->Finish();
  table_.reset();
  if (!file) return tl::unexpected(file.error());
  files_.push_back(std::move(*file));
  return {};
}

Result<std::vector<TableFile>> RollingTable::Finish() {
  if (auto s = Cut(); !s) return tl::unexpected(s.error());
  return std::exchange(files_, {});
}

}  // namespace tenure::history
