#pragma once
// With tables.h the one place of this folder that knows RocksDB: column families, a batch that reads its own writes, snapshots.
//
// A Reader-side `Snapshot` is one consistent state; a `Batch` is written whole or not at all. All keys and values are bytes made by
// rows.h. Errors: model_* codes (see projection/read_model.h). Thread safety: one Batch at a time; snapshots from any thread.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenure/answer.h"
#include "tenure/result.h"

namespace rocksdb {
class Env;
}

namespace tenure::history {

// Numbers are the order of kFamilies in database.cc; names on disk never change.
enum class Family : std::uint8_t { kMeta, kRecord, kName, kFact, kPiece, kSubject, kObject, kMention, kHorizon, kTaint };
inline constexpr int kFamilyCount = 10;

// Rows of one family in key order, as one state saw them. Keys and values are valid until the next move.
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual void Seek(std::string_view key) = 0;
  virtual void SeekForPrev(std::string_view key) = 0;
  virtual void Next() = 0;
  virtual void Prev() = 0;
  virtual bool Valid() const = 0;
  virtual std::string_view Key() const = 0;
  virtual std::string_view Value() const = 0;
  virtual Status Health() const = 0;
  bool ValidWithin(std::string_view prefix) const { return Valid() && Key().substr(0, prefix.size()) == prefix; }
};

// What a fold or a question reads from: the last committed state, or that plus a batch.
class Rows {
 public:
  virtual ~Rows() = default;
  virtual Result<std::optional<std::string>> Get(Family family, std::string_view key) const = 0;
  // The same of many ascending keys, one value each; cheaper than one by one.
  virtual Result<std::vector<std::optional<std::string>>> GetAll(Family family, const std::vector<std::string>& keys) const;
  virtual std::unique_ptr<Cursor> Scan(Family family) const = 0;
};

class Batch : public Rows {
 public:
  virtual void Put(Family family, std::string_view key, std::string_view value) = 0;
  virtual void Delete(Family family, std::string_view key) = 0;
  virtual Status Commit() = 0;
};

// A file of rows of one family, which may become part of the database or be read by itself.
struct TableFile {
  Family family;
  std::string path, first, last;  // keys
};

// Writes one, in ascending order of keys.
class TableWriter {
 public:
  virtual ~TableWriter() = default;
  virtual Status Put(std::string_view key, std::string_view value) = 0;
  virtual std::uint64_t SizeBytes() const = 0;
  virtual Result<TableFile> Finish() = 0;
};

struct DatabaseOptions {
  std::string directory;
  bool read_only = false;
  bool create = true;
  std::size_t memory_bytes = 128u << 20;
  std::size_t rows_of_tables = 100'000;  // a batch of more that is committed behind is written as tables
  rocksdb::Env* env = nullptr;           // for fault tests; not owned
};

class Database {
 public:
  virtual ~Database() = default;
  static Result<std::unique_ptr<Database>> Open(const DatabaseOptions& options);
  // Sees what was committed, and what is being committed behind.
  virtual std::unique_ptr<Batch> NewBatch() = 0;
  virtual std::unique_ptr<Rows> NewSnapshot() const = 0;
  // Commits on another thread, one batch at a time; snapshots and batches made from now on see it. The error of the batch before it, if
  // nobody has been told: then neither is written, and what is seen is what was committed last.
  virtual Status CommitBehind(std::unique_ptr<Batch> batch) = 0;
  // Waits for it. Its error, likewise.
  virtual Status Settle() = 0;
  // Tables of rows that no batch has room for. Any thread may write its own.
  virtual Result<std::unique_ptr<TableWriter>> NewTable(Family family, const std::string& path) const = 0;
  // All of these files become part of the database, at once or not at all; of one family no two overlap. They are gone afterwards.
  virtual Status TakeIn(const std::vector<TableFile>& files) = 0;
  // What files say that aren't part of it; of one family no two overlap. For one thread.
  virtual Result<std::unique_ptr<Rows>> Reading(const std::vector<TableFile>& files) const = 0;
  virtual Status Refresh() = 0;  // read-only: see what the writer has committed since
  virtual std::int64_t SizeBytes() const = 0;
  virtual StorageState Storage() const = 0;
  virtual std::int64_t RowsWritten() const = 0;  // puts and deletes, ever
};

}  // namespace tenure::history
