#pragma once
// The names of events that are in the log and not in the read model yet, while a first import goes on: the door looks here as well.
//
// The newest names lie in memory, up to `run_names` of them and about 100 bytes each; full, they become a sorted run in a file that nobody
// else sees and that goes with its process. A filter of ten bits a name keeps all but a hundredth of the other names away from it.
// Errors: data_io (kFault). Thread safety: one thread.
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "history/rows.h"
#include "log/file_descriptor.h"
#include "projection/read_model.h"
#include "tenure/result.h"

namespace tenure::library {

class Unprojected {
 public:
  using Known = projection::ReadModel::Known;

  // The file is made in `folder` when it is needed.
  explicit Unprojected(std::string folder, std::size_t run_names = std::size_t{1} << 18)
      : folder_(std::move(folder)), run_names_(run_names) {}

  // REQUIRED: it isn't in yet.
  Status Add(const EventName& name, const Known& known);
  Result<std::optional<Known>> Find(const EventName& name) const;
  std::size_t Size() const { return run_names_ * runs_.size() + all_.size(); }

 private:
  struct One {
    history::NameHash name;
    Known known;
  };
  // Each run has run_names_ rows, one after the other in the file.
  using Filter = std::vector<std::uint64_t>;
  // Where the name is in `slots_`, or would go.
  std::size_t SlotOf(const history::NameHash& name) const;
  void Grow();
  Status Spill();
  Status Write(const std::string& bytes);
  Result<std::optional<Known>> FindInRun(std::size_t run, const history::NameHash& name) const;

  std::string folder_;
  std::size_t run_names_;
  std::deque<One> all_;
  std::vector<std::uint32_t> slots_;  // one more than its place in all_; 0 is free
  std::vector<Filter> runs_;
  std::optional<log::FileDescriptor> file_;
};

}  // namespace tenure::library
