#include "http/audit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "event/clock.h"
#include "http/audit_reader.h"
#include "log/file_descriptor.h"

namespace tenure::http {
namespace {

constexpr std::size_t kWakeBytes = 256 << 10;
constexpr std::int64_t kDayUs = 86'400'000'000;

std::string DayOf(EffectiveTime time) { return event::FormatTime(time.us).substr(0, 10); }

Status Failed(const std::string& path, int why) {
  return Fail("audit_not_writable", path + ": " + std::strerror(why),
              why == ENOSPC || why == EDQUOT ? "free some space on that disk" : "let the user that runs tenure write there",
              Blame::kFault);
}

// Whether a line that a crash cut off stands at the end.
bool EndsTorn(int fd) {
  struct stat there{};
  char last = '\n';
  return ::fstat(fd, &there) == 0 && there.st_size > 0 && ::pread(fd, &last, 1, there.st_size - 1) == 1 && last != '\n';
}

}  // namespace

Result<std::unique_ptr<Audit>> Audit::Open(const AuditOptions& options) {
  std::unique_ptr<Audit> audit(new Audit(options));
  if (::mkdir(options.directory.c_str(), 0700) != 0 && errno != EEXIST)
    return tl::unexpected<Error>(Failed(options.directory, errno).error());
  if (::access(options.directory.c_str(), W_OK | X_OK) != 0)
    return tl::unexpected<Error>(Failed(options.directory, errno).error());
  audit->writer_ = std::thread([raw = audit.get()] { raw->Run(); });
  return audit;
}

Audit::~Audit() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (writer_.joinable()) writer_.join();
}

Status Audit::Accepting() const {
  if (!options_.required) return {};
  const std::lock_guard lock(mutex_);
  if (state_.trouble.empty() && waiting_bytes_ < options_.waiting_bytes_max) return {};
  return Fail("audit_not_written", "questions can't be recorded, and this service answers none that isn't",
              "ask again when its disk takes the audit", Blame::kUnavailable);
}

AuditState Audit::State() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Audit::Note(const Exchange& exchange) {
  const EffectiveTime time = options_.now();
  const std::string line = AuditLine(exchange, time);
  bool full = false;
  {
    const std::lock_guard lock(mutex_);
    Add(time, line);
    full = waiting_bytes_ >= kWakeBytes && state_.trouble.empty();
  }
  if (full) wake_.notify_one();
}

void Audit::Add(EffectiveTime time, std::string_view line) {
  if (waiting_bytes_ + line.size() > options_.waiting_bytes_max) {
    ++state_.lost;
    ++lost_untold_;
    return;
  }
  const std::string day = DayOf(time);
  if (waiting_.empty() || waiting_.back().day != day || waiting_.back().begun) waiting_.push_back({day, {}, 0, false, false});
  Segment& segment = waiting_.back();
  segment.bytes.append(line).append(1, '\n');
  ++segment.lines;
  ++state_.waiting;
  waiting_bytes_ += line.size() + 1;
}

// The only one that takes segments out of `waiting_`. The one it writes is `begun`, so that nobody adds to it meanwhile.
void Audit::Run() {
  const auto pause = std::chrono::milliseconds(options_.write_every_ms);
  std::string tidied;
  std::unique_lock lock(mutex_);
  while (true) {
    const bool last = stop_;
    while (!waiting_.empty()) {
      Segment& segment = waiting_.front();
      segment.begun = true;
      const std::size_t bytes = segment.bytes.size();
      lock.unlock();
      const Status written = Write(segment);
      lock.lock();
      waiting_bytes_ -= bytes - segment.bytes.size();
      state_.trouble = written ? "" : written.error().ToString();
      if (!written) break;
      state_.written += segment.lines;
      state_.waiting -= segment.lines;
      waiting_.pop_front();
    }
    if (lost_untold_ > 0 && state_.trouble.empty()) {
      const EffectiveTime now = options_.now();
      const std::string lost = std::to_string(std::exchange(lost_untold_, 0));
      Add(now, "{\"time\":\"" + event::FormatTime(now.us) + "\",\"lost\":" + lost + "}");
      continue;
    }
    if (last) return;
    const std::string today = DayOf(options_.now());
    if (today != tidied) {
      lock.unlock();
      RemoveOld(tidied = today);
      lock.lock();
    }
    wake_.wait_for(lock, pause, [&] { return stop_ || (waiting_bytes_ >= kWakeBytes && state_.trouble.empty()); });
  }
}

// Opened for each batch, so that a file which was moved or replaced meanwhile is no matter. What is written leaves the segment, so that
// it is not written again.
Status Audit::Write(Segment& segment) {
  const std::string path = AuditFile(options_.directory, segment.day);
  struct stat there{};
  const bool is_new = ::stat(path.c_str(), &there) != 0;
  const log::FileDescriptor file(path, O_RDWR | O_CREAT | O_APPEND, 0600);
  if (!file.IsOpen()) return Failed(path, errno);
  if (!segment.partly && EndsTorn(file.Number())) segment.bytes.insert(0, 1, '\n');
  std::size_t done = 0;
  int why = 0;
  while (done < segment.bytes.size() && why == 0) {
    const ssize_t written = ::write(file.Number(), segment.bytes.data() + done, segment.bytes.size() - done);
    if (written >= 0) done += static_cast<std::size_t>(written);
    else if (errno != EINTR) why = errno;
  }
  segment.bytes.erase(0, done);
  segment.partly = segment.partly || done > 0;
  if (why == 0 && ::fdatasync(file.Number()) != 0 && errno != EINVAL && errno != EROFS) why = errno;
  if (why == 0 && is_new) {
    const log::FileDescriptor folder(options_.directory, O_RDONLY | O_DIRECTORY, 0);
    if (!folder.IsOpen() || ::fsync(folder.Number()) != 0) why = errno;
  }
  if (why != 0) return Failed(path, why);
  return {};
}

void Audit::RemoveOld(const std::string& today) {
  if (options_.retention_days == 0) return;
  const auto midnight = event::ParseRfc3339(today + "T00:00:00Z");
  if (!midnight) return;
  const std::string first_kept = DayOf(EffectiveTime{midnight->us - options_.retention_days * kDayUs});
  for (const std::string& day : AuditDays(options_.directory))
    if (day < first_kept) ::unlink(AuditFile(options_.directory, day).c_str());
}

}  // namespace tenure::http
