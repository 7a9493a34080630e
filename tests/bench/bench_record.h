#pragma once
// An organisation as NDJSON, and a record made of it, in a temporary directory that goes with the object. Not for tests: a failure ends the program.
#include <memory>
#include <string>
#include <vector>

#include "conformance/temporary_directory.h"
#include "tenure/tenure.h"

namespace tenure::bench {

// TENURE_BENCH_EVENTS, or 100,000.
std::int64_t EventsWanted();
// The organisation's events in batches of `lines` lines each, in the order in which they were told.
std::vector<std::string> Batches(std::int64_t events, std::int64_t lines);

class Record {
 public:
  Record();
  ~Record();
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  // Appends one batch; the token of the record after it.
  std::string Append(const std::string& batch);
  Tenure& Ask() { return *tenure_; }
  std::int64_t BytesOnDisk() const;

 private:
  log::TemporaryDirectory folder_;
  std::unique_ptr<Tenure> tenure_;
};

// The value, or the end of the program with the error on standard error.
template <class T>
T Require(Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.error().ToString().c_str());
  std::abort();
}

}  // namespace tenure::bench
