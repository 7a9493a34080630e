#pragma once
// Rows of one family in ascending order, in as many tables as they fill. Thread safety: one thread.
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "history/database.h"
#include "tenure/position.h"

namespace tenure::history {

class RollingTable {
 public:
  // Tables are called `prefix`0.sst and so on. `database` outlives this object.
  RollingTable(const Database& database, Family family, std::string prefix)
      : database_(database), family_(family), prefix_(std::move(prefix)) {}

  Status Put(std::string_view key, std::string_view value);
  // The tables since the last call.
  Result<std::vector<TableFile>> Finish();

 private:
  Status Close();

  const Database& database_;
  const Family family_;
  const std::string prefix_;
  std::unique_ptr<TableWriter> table_;
  std::size_t made_ = 0;
  std::vector<TableFile> files_;
};

// Rows of records, each partition's in ascending order, in tables of its own: so no two overlap. Thread safety: one thread.
class RecordTables {
 public:
  // `database` outlives this object.
  RecordTables(const Database& database, std::string prefix) : database_(database), prefix_(std::move(prefix)) {}

  // `row`: the record packed.
  Status Put(const Position& position, std::string_view row);
  // The tables since the last call.
  Result<std::vector<TableFile>> Finish();

 private:
  const Database& database_;
  const std::string prefix_;
  std::map<TopicPartition, RollingTable> of_;
};

}  // namespace tenure::history
