#pragma once
// An external sort: rows in any order go in, sorted runs lie on disk, and a merge gives all rows in order.
//
// A row is a key and a value; order is that of the keys' bytes, then of the values'. REQUIRED: a key of a sorter that is the beginning of
// another one has no value. Memory: the budget of each sorter, and a block a run while merging. Files live as long as one load
// (bulk_load.h). Errors: model_disk_full, model_io, model_corrupt.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenure/result.h"

namespace tenure::history {

// What errno says of a file that is being made or read.
tl::unexpected<Error> FileFailed(const std::string& path, const char* doing);

// One sorted file. `marks`: where its blocks begin, and with which key.
struct Run {
  struct Mark {
    std::string key;
    std::uint64_t offset = 0;
  };
  std::string path;
  std::uint64_t bytes = 0;  // of its blocks
  std::vector<Mark> marks;
};
// A run that was written before.
Result<Run> OpenRun(const std::string& path);

// Thread safety: one thread.
class RunSorter {
 public:
  // Runs are called `prefix`0.run and so on.
  RunSorter(std::string prefix, std::size_t budget_bytes) : prefix_(std::move(prefix)), budget_(budget_bytes) {}

  // Writes a run when the budget is used up.
  Status Add(std::string_view key, std::string_view value);
  // What is held back becomes a run, too; all are synced. Gives the runs made since the last call.
  Result<std::vector<Run>> Finish();

 private:
  struct Row {
    std::uint64_t head, neck;  // the first bytes, to compare without a look at the rest
    const char* bytes;
    std::uint32_t key_size, size;
  };
  static bool Before(const Row& a, const Row& b);
  Status Spill();

  const std::string prefix_;
  const std::size_t budget_;
  std::size_t used_ = 0, made_ = 0;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t block_left_ = 0;
  std::vector<Row> rows_;
  std::vector<Run> runs_;
};

// Rows of many runs with from <= key < until, in order; an empty `until` is the end. Thread safety: one thread.
class RunMerge {
 public:
  // The runs outlive this object.
  RunMerge(const std::vector<const Run*>& runs, std::string_view from, std::string until);
  ~RunMerge();
  RunMerge(const RunMerge&) = delete;
  RunMerge& operator=(const RunMerge&) = delete;

  bool Valid() const { return !heap_.empty() && !failed_; }
  std::string_view Key() const;
  std::string_view Value() const;
  void Next();
  // Goes forward to the first row whose key isn't before this one.
  void SkipTo(std::string_view key);
  Status Health() const;

 private:
  class Reader;
  static bool After(const Reader* a, const Reader* b);
  void Settle(bool there);

  const std::string until_;
  std::vector<std::unique_ptr<Reader>> readers_;
  std::vector<Reader*> heap_;  // the least in front
  std::optional<Error> failed_;
};

// Keys that cut the rows of these runs into about `parts` parts of one size, ascending.
std::vector<std::string> CutsOf(const std::vector<const Run*>& runs, std::size_t parts);

}  // namespace tenure::history
