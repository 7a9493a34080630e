#pragma once
// An embedded log in a directory of the test's own.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "conformance/log_conformance.h"
#include "conformance/temporary_directory.h"
#include "log/embedded.h"

namespace tenure::log {

class EmbeddedFixture : public testing::Test {
 protected:
  Result<std::unique_ptr<EmbeddedLog>> TryOpen(bool read_only) {
    EmbeddedOptions options;
    options.directory = log_dir_;
    options.read_only = read_only;
    options.now = now_;
    options.env = env_;
    return EmbeddedLog::Open(options);
  }
  std::unique_ptr<EmbeddedLog> Open(bool read_only) {
    auto log = TryOpen(read_only);
    if (log) return std::move(*log);
    ADD_FAILURE() << log.error().ToString();
    std::abort();
  }
  std::unique_ptr<EmbeddedLog> OpenWriter() { return Open(false); }
  std::unique_ptr<EmbeddedLog> OpenReader() { return Open(true); }

  TemporaryDirectory directory_;
  const std::string log_dir_ = directory_.In("log");
  std::function<RecordedTime()> now_;
  rocksdb::Env* env_ = nullptr;
};

// The code of an error, or "ok".
template <class T>
std::string CodeOf(const Result<T>& result) {
  return result ? "ok" : result.error().code;
}

}  // namespace tenure::log
