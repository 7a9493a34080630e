// The embedded log passes the suite.
#include "conformance/log_conformance.h"
#include "conformance/temporary_directory.h"
#include "log/embedded.h"

#include <atomic>
#include <optional>

namespace tenure::log {
namespace {

class EmbeddedWorld : public LogWorld {
 public:
  Result<std::unique_ptr<Log>> OpenWriter() override { return Open(false); }
  Result<std::unique_ptr<Log>> OpenReader() override { return Open(true); }
  Status Refresh(Log& reader) override { return dynamic_cast<EmbeddedLog&>(reader).Refresh(); }
  bool SetClock(RecordedTime now) override {
    clock_us_ = now.us;
    clock_set_ = true;
    return true;
  }
  bool HasOneWriter() const override { return true; }
  bool ReadersCannotAppend() const override { return true; }

 private:
  Result<std::unique_ptr<Log>> Open(bool read_only) {
    EmbeddedOptions options;
    options.directory = directory_.In("log");
    options.read_only = read_only;
    if (clock_set_) options.now = [this] { return RecordedTime{clock_us_}; };
    auto log = EmbeddedLog::Open(options);
    if (!log) return tl::unexpected<Error>(log.error());
    return std::unique_ptr<Log>(std::move(*log));
  }

  TemporaryDirectory directory_;
  std::atomic<bool> clock_set_ = false;
  std::atomic<std::int64_t> clock_us_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Embedded, LogConformance,
                         testing::Values(LogFactory{"RocksDB", [] { return std::make_unique<EmbeddedWorld>(); }}), NameOfFactory);

}  // namespace
}  // namespace tenure::log
