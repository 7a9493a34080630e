#pragma once
// The third step of a bulk load: each fact once, from all of its events, part by part of the order of facts.
//
// Errors: of the database, of runs. Thread safety: LoadIncarnations and FoldPart from any thread.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "history/bulk_names.h"
#include "history/bulk_state.h"

namespace tenure::history {

// The incarnations that aren't plain, packed as their rows are.
using PackedIncarnations = std::map<std::string, std::string, std::less<>>;

// What every part reads. All of it outlives the fold.
struct FoldInput {
  const Database& database;
  const BulkState& state;
  const FlagsByPosition& flags;
  PackedIncarnations incarnations;
  std::size_t checkpoint_every;
  std::size_t budget_bytes;  // of one part
};

// Those of identities and roles. REQUIRED: `input.incarnations` is empty.
Result<PackedIncarnations> LoadIncarnations(const FoldInput& input);

struct FoldedPart {
  Runs runs;  // objects
  std::vector<TableFile> tables;
  Digests digests{};
};
// Facts with from <= key < until; both begin a subject, or are empty. `prefix`: of its files.
Result<FoldedPart> FoldPart(const FoldInput& input, const std::string& from, const std::string& until, const std::string& prefix);

// The key of a subject's first fact, of one of its keys.
std::string BeginOfSubject(std::string_view fact_key);

}  // namespace tenure::history
