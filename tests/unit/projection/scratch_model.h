#pragma once
// A model in a folder that goes with the object, and a log in memory with a few identities in it.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "conformance/memory_log.h"
#include "conformance/temporary_directory.h"
#include "projection/read_model.h"

namespace tenure::projection {

inline std::string Registered(int n, const std::string& time = "2024-01-01T00:00:00Z") {
  const std::string number = std::to_string(n);
  return R"({"specversion":"1.0","source":"s","id":"e)" + number + R"(","type":"tenure.identity.registered.v1","time":")" + time +
         R"(","data":{"identity":"user:u)" + number + R"("}})";
}

class ScratchModel : public testing::Test {
 protected:
  ScratchModel() {
    options_.directory = folder_.In("model");
    options_.log_id = log_.Id();
  }
  ReadModel& Model() {
    if (!model_) {
      auto opened = ReadModel::Open(options_);
      if (!opened) throw std::runtime_error(opened.error().ToString());
      model_ = std::move(*opened);
    }
    return *model_;
  }
  // One record each, registering user:u<first> and so on.
  void Tell(int first, int count, std::int32_t partition = 0) {
    for (int n = first; n < first + count; ++n)
      log_.AppendTo({Topic::kIdentity, partition}, RecordedTime{n + 1}, "user:u" + std::to_string(n), Registered(n));
  }

  log::TemporaryDirectory folder_;  // outlives the model
  log::MemoryLog log_{{.partitions = 2, .now = {}, .id = "scratch"}};
  ModelOptions options_;
  std::unique_ptr<ReadModel> model_;
};

}  // namespace tenure::projection
