#pragma once
// The RocksDB database of an embedded log: opened with our options, for writing or beside a writer, and its rows that aren't
// records. Private to src/log.
#include <rocksdb/db.h>

#include <memory>
#include <string>

#include "log/record_format.h"

namespace tenure::log {

struct LogHead {
  std::string id;
  LogState state;
};

// Creates the database if there is none; refuses a directory that holds only pieces of one (log_corrupt), since RocksDB would begin
// a new one over them. REQUIRED: the writer's lock is held. `env` may be null.
Result<std::unique_ptr<rocksdb::DB>> OpenForWriting(const std::string& directory, rocksdb::Env* env);

// As it stands on disk, records included that only the write-ahead log holds. Writes nothing. log_not_found if there is none.
// A writer may be at work: what it replaces while we open is noticed and opened again (log_busy, kUnavailable, after many times).
Result<std::unique_ptr<rocksdb::DB>> OpenForReading(const std::string& directory, rocksdb::Env* env);

// Gives a database without rows its format and a random id; returns what stands there. log_corrupt if the rows aren't ours.
Result<LogHead> CreateOrReadHead(rocksdb::DB& database, const std::string& directory);

// log_not_found if the database was made but its first rows weren't written yet.
Result<LogHead> ReadHead(rocksdb::DB& database, const std::string& directory);

}  // namespace tenure::log
