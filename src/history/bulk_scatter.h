#pragma once
// The first step of a bulk load: each record once, into the table of records and into what is to be sorted.
//
// Facts go with their moment as the end of their key, so that a merge gives a fact's events as a fold reads them. What can only be told
// when all is known (which copy counts, what was retracted, ranks of equal times) is taken for plain in the digest, and put right by the
// fold.
// Thread safety: one thread each; threads share nothing.
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "history/bulk_state.h"
#include "history/bulk_table.h"
#include "history/prepared.h"

namespace tenure::history {

// The value of a row of Sorted::kNames: a copy, or one who names it as a target. Copies sort in order of record, before the others.
std::string PackNamed(const Copy& copy, bool takes_out);
std::string PackNamed(const NameHash& retractor);
struct Named {
  std::optional<Copy> copy;
  bool takes_out = false;  // the copy retracts or supersedes
  NameHash retractor{};
};
std::optional<Named> UnpackNamed(std::string_view value);

class Scatter {
 public:
  // `prefix`: of its files. `budget_bytes`: of all its memory, roughly.
  Scatter(const Database& database, const std::string& prefix, std::size_t budget_bytes);

  // Each partition's in ascending order.
  Status Add(Incoming incoming);
  // The same but for the record's row, which it gives: for whoever writes these elsewhere, in order.
  Result<std::string> AddApart(Incoming incoming);

  struct Made {
    Runs runs;
    std::vector<TableFile> tables;
    Digests digests{};
    std::int64_t events = 0;
  };
  // All since the last call, written and synced.
  Result<Made> Finish();

 private:
  Status AddName(const Prepared& event);
  Status AddFacts(const Prepared& event);
  Status AddLookups(const Prepared& event);
  Status AddMention(char kind, const std::string& ref);
  RunSorter& Into(Sorted which) { return *sorters_[static_cast<std::size_t>(which)]; }

  RecordTables records_;
  std::array<std::unique_ptr<RunSorter>, kSortedCount> sorters_;
  std::vector<std::string> mentioned_;  // lately: a few of many places, by a hash
  Digests digests_{};
  std::int64_t events_ = 0;
};

}  // namespace tenure::history
