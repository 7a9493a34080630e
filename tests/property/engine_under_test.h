#pragma once
// A read model in a scratch folder, fed with a random history.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "conformance/memory_log.h"
#include "projection/read_model.h"
#include "property/history_generator.h"

namespace tenure::property {

// TENURE_SEED replays one history; TENURE_HISTORIES says how many to run.
inline std::uint64_t Setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

inline std::string ScratchRoot() {
  return (std::filesystem::exists("/dev/shm") ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path())
      .string();
}

class Engine {
 public:
  explicit Engine(const History& history, const std::string& name = "a")
      : directory_(ScratchRoot() + "/tenure-truth-" + std::to_string(::getpid()) + "-" + name) {
    std::filesystem::remove_all(directory_);
    options_.directory = directory_;
    options_.log_id = "a history";
    options_.memory_bytes = 16u << 20;
    options_.bulk_from = 1;
    options_.bulk.sort_bytes = 4'000;
    options_.bulk.part_bytes = 300;
    options_.config.correctors.assign(history.configuration.correctors.begin(), history.configuration.correctors.end());
    Reopen();
  }
  ~Engine() {
    model_.reset();
    std::filesystem::remove_all(directory_);
  }
  void Reopen() {
    model_.reset();
    auto opened = projection::ReadModel::Open(options_);
    if (!opened) throw std::runtime_error(opened.error().ToString());
    model_ = std::move(*opened);
  }
  void Close() { model_.reset(); }
  void Apply(const std::vector<log::Record>& records) {
    if (auto s = model_->Apply(records); !s) throw std::runtime_error(s.error().ToString());
  }
  // From a log of these records, by runs so short that each history has many.
  void Load(const std::vector<log::Record>& records) {
    log::MemoryLog log({.partitions = 4, .now = {}, .id = options_.log_id});
    for (const auto& r : records) log.AppendTo(r.position.Where(), r.stamp, r.key, r.value, r.verified_writer);
    if (auto loaded = projection::CatchUp(*model_, log); !loaded) throw std::runtime_error(loaded.error().ToString());
  }
  projection::ReadModel& Model() { return *model_; }
  const std::string& Directory() const { return directory_; }

 private:
  std::string directory_;
  projection::ModelOptions options_;
  std::unique_ptr<projection::ReadModel> model_;
};

inline log::Record LogRecord(const Record& r) {
  return {r.entry.position, r.entry.recorded, r.entry.record_key, ValueOf(r), r.entry.verified_writer};
}
inline std::vector<log::Record> LogRecords(const History& history) {
  std::vector<log::Record> out;
  for (const auto& r : history.records) out.push_back(LogRecord(r));
  return out;
}

}  // namespace tenure::property
