#include "history/tables.h"

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/sst_file_writer.h>

#include <algorithm>
#include <array>
#include <utility>

namespace tenure::history {

tl::unexpected<Error> FromStatus(const rocksdb::Status& s, const std::string& doing) {
  const std::string text = doing + ": " + s.ToString();
  if (s.IsNoSpace() || s.subcode() == rocksdb::Status::kNoSpace || text.find("No space left") != std::string::npos)
    return Fail("model_disk_full", text, "free space on the disk of the data directory and run again; nothing was half-applied",
                Blame::kFault);
  if (text.find("lock") != std::string::npos && s.IsIOError())
    return Fail("model_locked", text, "another process writes to this data directory; wait for it or stop it",
                Blame::kUnavailable);
  if (text.find("Permission denied") != std::string::npos || text.find("Read-only file system") != std::string::npos)
    return Fail("model_not_writable", text, "check the owner and mode of the data directory", Blame::kFault);
  if (s.IsCorruption())
    return Fail("model_corrupt", text, "run `tenure rebuild`: the read model is made again from the log", Blame::kFault);
  return Fail("model_io", text, "check the disk of the data directory, then run again", Blame::kFault);
}

namespace {

Result<rocksdb::Options> OptionsOf(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family) {
  rocksdb::ColumnFamilyDescriptor descriptor;
  if (auto s = family->GetDescriptor(&descriptor); !s.ok()) return FromStatus(s, "reading options");
  rocksdb::DBOptions on;
  on.env = db.GetEnv();
  return rocksdb::Options(on, descriptor.options);
}

class WrittenTable : public RocksTable {
 public:
  WrittenTable(const rocksdb::Options& options, rocksdb::ColumnFamilyHandle* handle, Family family, std::string path)
      : writer_(rocksdb::EnvOptions(), options, handle), file_{family, std::move(path), {}, {}} {}
  Status Open() { return Told(writer_.Open(file_.path)); }
  Status Put(std::string_view key, std::string_view value) override {
    Note(key);
    return Told(writer_.Put(ToSlice(key), ToSlice(value)));
  }
  Status Delete(std::string_view key) override {
    Note(key);
    return Told(writer_.Delete(ToSlice(key)));
  }
  std::uint64_t SizeBytes() const override { return const_cast<rocksdb::SstFileWriter&>(writer_).FileSize(); }
  Result<TableFile> Finish() override {
    if (auto s = Told(writer_.Finish()); !s) return tl::unexpected(s.error());
    return std::move(file_);
  }

 private:
  static Status Told(const rocksdb::Status& s) {
    if (!s.ok()) return FromStatus(s, "writing the read model");
    return {};
  }
  void Note(std::string_view key) {
    if (file_.last.empty() && file_.first.empty()) file_.first = key;
    file_.last = key;
  }
  rocksdb::SstFileWriter writer_;
  TableFile file_;
};

// Each file is opened when something in it is asked for, and stays open.
class TablesRead : public Rows {
 public:
  using Options = std::array<std::optional<rocksdb::Options>, kFamilyCount>;
  TablesRead(Options options, const std::vector<TableFile>& files) : options_(std::move(options)) {
    for (const auto& file : files) of_[static_cast<std::size_t>(file.family)].push_back({file, nullptr, nullptr});
    for (auto& files_of_one : of_)
      std::sort(files_of_one.begin(), files_of_one.end(),
                [](const Open& a, const Open& b) { return a.file.first < b.file.first; });
  }
  Result<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    auto& files = of_[static_cast<std::size_t>(family)];
    auto at =
        std::upper_bound(files.begin(), files.end(), key, [](std::string_view k, const Open& o) { return k < o.file.first; });
    if (at == files.begin() || (--at)->file.last < key) return std::nullopt;
    if (!at->reader) {
      at->reader = std::make_unique<rocksdb::SstFileReader>(*options_[static_cast<std::size_t>(family)]);
      if (auto s = at->reader->Open(at->file.path); !s.ok()) return FromStatus(s, "reading " + at->file.path);
      at->rows.reset(at->reader->NewIterator({}));
    }
    at->rows->Seek(ToSlice(key));
    if (!at->rows->status().ok()) return FromStatus(at->rows->status(), "reading " + at->file.path);
    if (!at->rows->Valid() || at->rows->key().ToStringView() != key) return std::nullopt;
    return at->rows->value().ToString();
  }
  // Nobody scans what isn't part of the database yet.
  std::unique_ptr<Cursor> Scan(Family) const override { return nullptr; }

 private:
  struct Open {
    TableFile file;
    std::unique_ptr<rocksdb::SstFileReader> reader;
    std::unique_ptr<rocksdb::Iterator> rows;
  };
  Options options_;
  mutable std::array<std::vector<Open>, kFamilyCount> of_;
};

}  // namespace

Result<std::unique_ptr<RocksTable>> OpenTable(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* handle, Family family,
                                              const std::string& path) {
  auto options = OptionsOf(db, handle);
  if (!options) return tl::unexpected(options.error());
  auto table = std::make_unique<WrittenTable>(*options, handle, family, path);
  if (auto s = table->Open(); !s) return tl::unexpected(s.error());
  return table;
}

Status IngestTables(rocksdb::DB& db, const FamilyHandles& families, const std::vector<TableFile>& files) {
  std::vector<rocksdb::IngestExternalFileArg> all;
  for (std::size_t f = 0; f < families.size(); ++f) {
    rocksdb::IngestExternalFileArg of_one;
    of_one.column_family = families[f];
    of_one.options.move_files = true;
    of_one.options.write_global_seqno = false;
    for (const auto& file : files)
      if (static_cast<std::size_t>(file.family) == f) of_one.external_files.push_back(file.path);
    if (!of_one.external_files.empty()) all.push_back(std::move(of_one));
  }
  if (all.empty()) return {};
  if (auto s = db.IngestExternalFiles(all); !s.ok()) return FromStatus(s, "writing the read model");
  return {};
}

Result<std::unique_ptr<Rows>> ReadTables(rocksdb::DB& db, const FamilyHandles& families, const std::vector<TableFile>& files) {
  TablesRead::Options options;
  for (const auto& file : files) {
    auto& of_one = options[static_cast<std::size_t>(file.family)];
    if (of_one) continue;
    auto found = OptionsOf(db, families[static_cast<std::size_t>(file.family)]);
    if (!found) return tl::unexpected(found.error());
    of_one = std::move(*found);
  }
  return std::make_unique<TablesRead>(std::move(options), files);
}

}  // namespace tenure::history
