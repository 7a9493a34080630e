#pragma once
// The log of a service: a line for each thing that happens, on standard error, as text for people or JSON for programs.
//
// Nobody waits for standard error: lines go into a bounded queue that a thread of its own empties, and when it is full the oldest
// are dropped and counted. Text lines begin with time and level; what others wrote is escaped. Thread safety: any call from any thread.
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "http/access_line.h"
#include "tenure/result.h"

namespace tenure::cli {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError, kOff };

struct ServiceLogOptions {
  bool json = false;
  LogLevel level = LogLevel::kInfo;  // what lies below isn't written
  int descriptor = 2;
  std::size_t lines_waiting = 8192;
};

class ServiceLog {
 public:
  explicit ServiceLog(const ServiceLogOptions& options);
  // Writes what waits, for as long as standard error takes it within a second.
  ~ServiceLog();
  ServiceLog(const ServiceLog&) = delete;
  ServiceLog& operator=(const ServiceLog&) = delete;

  using Members = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  void Say(LogLevel level, std::string_view event, Members members = {});
  void Say(LogLevel level, std::string_view event, const Error& error);
  // Probes that succeed (livez, readyz, metrics) are kDebug, failures of the service kError, what it refuses for now kWarning, all else kInfo.
  void Access(const http::AccessLine& line);

  std::int64_t Dropped() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure::cli
