#pragma once
// The second step of a bulk load: names as rows, and what has become of those that came more than once or that somebody retracts.
//
// Errors: of the database, of runs. Thread safety: one call at a time; it uses two threads itself.
#include <string>
#include <vector>

#include "history/bulk_state.h"

namespace tenure::history {

// Where files of a step go: no name is given twice.
class BulkFiles {
 public:
  BulkFiles(std::string folder, std::int64_t& made) : folder_(std::move(folder)), made_(made) {}
  std::string Next(const std::string& what) { return folder_ + "/" + std::to_string(made_++) + "-" + what; }

 private:
  const std::string folder_;
  std::int64_t& made_;
};

// The flags of the events that aren't plain (kPlainFlags), by position.
class FlagsByPosition {
 public:
  // A row of Sorted::kFlags.
  static std::string Key(const Position& position) { return RecordKey(position); }
  static Result<FlagsByPosition> Read(const std::vector<Run>& runs);
  std::uint8_t Of(const Position& position) const;

 private:
  struct Entry {
    std::int64_t offset;
    std::int32_t partition;
    std::uint8_t topic, flags;
  };
  std::size_t BitOf(const Position& position) const;
  std::vector<Entry> entries_;  // ascending
  std::vector<bool> maybe_;     // by a hash of the position: most positions are plain and seen to be without a search
};

// What the names give. To be added to the state as a whole.
struct NamesLoaded {
  Runs runs;  // flags and taints
  std::vector<TableFile> tables;
  Digests digests{};
};
// `correctors` are sorted.
Result<NamesLoaded> LoadNames(const Database& database, BulkFiles& files, const BulkState& scattered,
                              const std::vector<std::string>& correctors, std::size_t budget_bytes);

}  // namespace tenure::history
