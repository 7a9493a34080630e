#pragma once
// An organisation as NDJSON, and a record made of it, in a temporary directory that goes with the object. Not for tests: a failure ends the program.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tenure/tenure.h"

namespace tenure::bench {

// TENURE_BENCH_EVENTS, or 100,000.
std::int64_t EventsWanted();
// The organisation's events in batches of `lines` lines each, in the order in which they were told.
std::vector<std::string> Batches(std::int64_t events, std::int64_t lines);

// A temporary directory that goes with the object.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& Path() const { return path_; }

 private:
  std::filesystem::path path_;
};

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
  Folder folder_;
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
