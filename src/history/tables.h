#pragma once
// The parts of RocksDB that database.cc uses: its errors, its cursors, and files of sorted rows.
#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "history/database.h"

namespace tenure::history {

inline rocksdb::Slice ToSlice(std::string_view s) { return {s.data(), s.size()}; }
tl::unexpected<Error> FromStatus(const rocksdb::Status& s, const std::string& doing);

class RocksCursor : public Cursor {
 public:
  RocksCursor(std::unique_ptr<rocksdb::Iterator> it, std::shared_ptr<const void> keep)
      : keep_(std::move(keep)), it_(std::move(it)) {}
  void Seek(std::string_view key) override { it_->Seek(ToSlice(key)); }
  void SeekForPrev(std::string_view key) override { it_->SeekForPrev(ToSlice(key)); }
  void Next() override { it_->Next(); }
  void Prev() override { it_->Prev(); }
  bool Valid() const override { return it_->Valid(); }
  std::string_view Key() const override { return it_->key().ToStringView(); }
  std::string_view Value() const override { return it_->value().ToStringView(); }
  Status Health() const override {
    if (!it_->status().ok()) return FromStatus(it_->status(), "reading the read model");
    return {};
  }

 private:
  std::shared_ptr<const void> keep_;  // outlives the iterator
  std::unique_ptr<rocksdb::Iterator> it_;
};

// With deletions, which only a batch has.
class RocksTable : public TableWriter {
 public:
  virtual Status Delete(std::string_view key) = 0;
};
Result<std::unique_ptr<RocksTable>> OpenTable(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* handle, Family family,
                                              const std::string& path);
using FamilyHandles = std::vector<rocksdb::ColumnFamilyHandle*>;
Status IngestTables(rocksdb::DB& db, const FamilyHandles& families, const std::vector<TableFile>& files);
Result<std::unique_ptr<Rows>> ReadTables(rocksdb::DB& db, const FamilyHandles& families, const std::vector<TableFile>& files);

}  // namespace tenure::history
