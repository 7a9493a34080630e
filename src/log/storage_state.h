#pragma once
// What RocksDB tells of one open database, for monitors. Private to the folders that know RocksDB.
#include <string>
#include <vector>

#include "tenure/answer.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
}  // namespace rocksdb

namespace tenure::log {

// Sums over the families; what belongs to the whole database, and a cache that they share, counts once. Thread-safe.
StorageState StorageOf(std::string name, rocksdb::DB& database, const std::vector<rocksdb::ColumnFamilyHandle*>& families);

}  // namespace tenure::log
