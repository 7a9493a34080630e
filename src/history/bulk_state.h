#pragma once
// How far a bulk load has come, as its file says it: what a killed load goes on with.
//
// The file names only files that are whole and synced, and is replaced by a rename; whatever else lies in the folder is of no account.
// It says for which log, fold and format it was made: another one is none at all. Plain values; errors: model_disk_full, model_io.
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "history/database.h"
#include "history/digest.h"
#include "history/sorted_runs.h"
#include "history/store.h"

namespace tenure::history {

// What is sorted on the way.
enum class Sorted : std::uint8_t { kBeings, kRevokes, kFacts, kNames, kMentions, kHorizons, kTaints, kFlags, kObjects };
inline constexpr std::size_t kSortedCount = 9;
using Runs = std::array<std::vector<Run>, kSortedCount>;
inline std::vector<Run>& Of(Runs& runs, Sorted which) { return runs[static_cast<std::size_t>(which)]; }
inline const std::vector<Run>& Of(const Runs& runs, Sorted which) { return runs[static_cast<std::size_t>(which)]; }
void Append(Runs& to, Runs&& more);
std::vector<const Run*> Pointers(const std::vector<Run>& runs);

enum class BulkStage : std::uint8_t { kScattering, kScattered, kNamed };

struct BulkState {
  BulkStage stage = BulkStage::kScattering;
  PositionVector reached;
  std::map<TopicPartition, RecordedTime> last_recorded;
  std::map<TopicPartition, Place> places;  // of logs that need them
  std::int64_t events = 0;
  Digests digests{};
  Runs runs;
  std::vector<TableFile> tables;
  // Of the stage kNamed: where the facts are cut, and which parts are folded.
  std::vector<std::string> cuts;
  std::vector<bool> folded;
  std::int64_t files_made = 0;  // so that no name is used twice
};

// `label`: what it is made for.
Status KeepBulkState(const std::string& folder, std::string_view label, const BulkState& state);
// Nothing where there is none of this label that can be gone on with.
std::optional<BulkState> FindBulkState(const std::string& folder, std::string_view label);
// Removes files that the state doesn't name.
void RemoveOthers(const std::string& folder, const BulkState& state);

}  // namespace tenure::history
