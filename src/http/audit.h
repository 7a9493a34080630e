#pragma once
// What was asked, recorded: a line for each question, append and operating action, in a file a day below DIR/audit. Format:
// docs/formats/audit.md.
//
// Lines are only ever added; a day's file is removed as a whole when its time is over. A line is handed over in microseconds and
// written by a thread of its own, synced within a second. While the disk takes nothing lines wait, as many as memory is granted; what
// goes beyond is counted, and the count is recorded when the disk takes lines again.
// Thread safety: any call from any thread.
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "http/caller.h"
#include "http/message.h"

namespace tenure::http {

struct AuditOptions {
  std::string directory;               // REQUIRED; made where there is none
  bool required = false;               // nothing is answered that couldn't be recorded
  int retention_days = 90;             // 0 = for ever
  std::function<EffectiveTime()> now;  // REQUIRED
  std::size_t waiting_bytes_max = 64 << 20;
  int write_every_ms = 500;
};

// One request and how it was answered.
struct Exchange {
  const Request& request;
  const Caller& caller;
  const Response& response;
  std::string_view route, question;  // the pattern, and what is asked there
  std::vector<Field> captured;       // what stood for each {…} of the pattern
  double seconds = 0;
  bool ended = false;  // of an answer that lasted: told a second time when it is over
};

struct AuditState {
  std::int64_t written = 0, waiting = 0, lost = 0;  // lines
  std::string trouble;                              // why the last write failed; empty = it didn't
};

class Audit {
 public:
  // Errors (kFault): audit_not_writable.
  static Result<std::unique_ptr<Audit>> Open(const AuditOptions& options);
  ~Audit();  // writes what waits

  // Whether a question may be answered: audit_not_written (kUnavailable) where recording is required and the disk takes nothing.
  Status Accepting() const;
  void Note(const Exchange& exchange);
  AuditState State() const;
  const std::string& Directory() const { return options_.directory; }

 private:
  struct Segment {
    std::string day, bytes;
    std::int64_t lines = 0;
    bool begun = false;   // it is being written, and nothing is added to it
    bool partly = false;  // some of it is in the file
  };

  explicit Audit(const AuditOptions& options) : options_(options) {}
  void Add(EffectiveTime time, std::string_view line);  // under the mutex
  void Run();
  Status Write(Segment& segment);
  void RemoveOld(const std::string& today);

  const AuditOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Segment> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::int64_t lost_untold_ = 0;
  AuditState state_;
  bool stop_ = false;
  std::thread writer_;
};

// The line of an exchange at that time, without its end.
std::string AuditLine(const Exchange& exchange, EffectiveTime time);

}  // namespace tenure::http
