#pragma once
// What the service counts, in the text format of Prometheus.
// Thread safety: any call from any thread.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/audit.h"
#include "tenure/answer.h"

namespace tenure::http {

class Metrics {
 public:
  Metrics();
  ~Metrics();

  void Answered(const std::string& method, const std::string& route, int status, double seconds);
  void Asked(const std::string& question, double seconds);
  void Appended(const AppendAnswer& answer);
  // What the databases below tell, for the next page.
  void Stored(const std::vector<StorageState>& databases);
  // Where to read, for each page, how many lines of the service's log were dropped so far. Called before anything is served.
  void ReadDroppedLines(std::function<std::int64_t()> dropped);
  void Connections(int change);
  void Turned(const std::string& why);  // requests refused for a limit

  void Audited(const AuditState& state);

  // The whole page, with what the status says of record and read model.
  std::string Text(const StatusAnswer& status);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure::http
