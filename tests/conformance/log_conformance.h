#pragma once
// What every log must hold, whoever implements it. An implementation passes by giving a LogWorld and one line:
//
//   INSTANTIATE_TEST_SUITE_P(Embedded, LogConformance, testing::Values(LogFactory{"Embedded", MakeEmbeddedWorld}), NameOfFactory);
//
// in an executable that links log_conformance (an object library, so that no test is dropped by the linker).
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "log/log.h"

namespace tenure::log {

// One log, empty at first, that can be closed and opened again and by several at a time. Removed with the world.
class LogWorld {
 public:
  virtual ~LogWorld() = default;

  virtual Result<std::unique_ptr<Log>> OpenWriter() = 0;
  // Sees what was acknowledged before; Refresh makes it see what was acknowledged since.
  virtual Result<std::unique_ptr<Log>> OpenReader() = 0;
  virtual Status Refresh(Log& reader) = 0;

  // Sets the clock that stamps are taken from; false if this log's clock can't be set (those tests are then skipped).
  virtual bool SetClock(RecordedTime now) = 0;
  // Whether a second writer is refused.
  virtual bool HasOneWriter() const = 0;
  // Whether OpenReader gives something that refuses to append.
  virtual bool ReadersCannotAppend() const = 0;
};

struct LogFactory {
  std::string name;
  std::function<std::unique_ptr<LogWorld>()> make;
};
inline std::string NameOfFactory(const testing::TestParamInfo<LogFactory>& info) { return info.param.name; }
inline void PrintTo(const LogFactory& factory, std::ostream* out) { *out << factory.name; }

class LogConformance : public testing::TestWithParam<LogFactory> {
 protected:
  void SetUp() override;
  // Opened for writing; a test that fails here has nothing to go on with.
  std::unique_ptr<Log> Writer();

  std::unique_ptr<LogWorld> world_;
};

// For the tests of any log.
NewRecord AccessRecord(std::string key, std::string value);
// All records in order of record, each with its recorded time.
struct Recorded {
  Record record;
  RecordedTime recorded;
};
std::vector<Recorded> AllOf(const Log& log);
// The values of AllOf.
std::vector<std::string> ValuesOf(const Log& log);

}  // namespace tenure::log
