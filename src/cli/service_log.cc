#include "cli/service_log.h"

#include <fmt/format.h>
#include <poll.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <mutex>

#include "cli/text.h"
#include "event/clock.h"
#include "event/json_writer.h"

namespace tenure::cli {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kPieceBytes = 4096;  // a pipe that says it takes something takes this much without blocking
constexpr int kLookMs = 50;
constexpr std::chrono::seconds kEndWithin{1};

spdlog::level::level_enum Spoken(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

std::string_view NameOf(LogLevel level) {
  constexpr std::string_view kNames[] = {"debug", "info", "warning", "error", "off"};
  return kNames[static_cast<int>(level)];
}

// Writes whole lines to a descriptor that may be stuck: it blocks the queue's thread and nobody else, and not past the end.
class PatientSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit PatientSink(int descriptor) : descriptor_(descriptor) {}
  void EndBy(steady_clock::time_point deadline) { deadline_us_ = Us(deadline); }
  std::int64_t Dropped() const { return dropped_; }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (!Write(std::string_view(message.payload.data(), message.payload.size()))) ++dropped_;
  }
  void flush_() override {}

 private:
  static std::int64_t Us(steady_clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
  }
  bool TooLate() const { return deadline_us_ > 0 && Us(steady_clock::now()) > deadline_us_; }

  bool Write(std::string_view text) {
    while (!text.empty()) {
      pollfd ready{descriptor_, POLLOUT, 0};
      const bool last_look = TooLate();
      const int found = ::poll(&ready, 1, last_look ? 0 : kLookMs);
      if (found < 0 && errno != EINTR) return false;
      if (found <= 0 && last_look) return false;
      if (found <= 0) continue;
      if ((ready.revents & POLLOUT) == 0) return false;  // nobody reads any more
      const ssize_t written = ::write(descriptor_, text.data(), std::min(text.size(), kPieceBytes));
      if (written < 0 && errno != EINTR && errno != EAGAIN) return false;
      if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  const int descriptor_;
  std::atomic<std::int64_t> deadline_us_ = 0, dropped_ = 0;
};

LogLevel LevelOf(const http::AccessLine& line) {
  if (line.status == 503 || line.status == 429) return LogLevel::kWarning;
  if (line.status >= 500) return LogLevel::kError;
  const bool probe = line.route == "/livez" || line.route == "/readyz" || line.route == "/metrics";
  return probe && line.status < 400 ? LogLevel::kDebug : LogLevel::kInfo;
}

std::int64_t NowUs() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

void Begin(event::JsonWriter& w, LogLevel level, std::string_view event) {
  const auto member = [&](std::string_view name, std::string_view value) {
    w.Key(name);
    w.String(value);
  };
  w.BeginObject();
  member("time", event::FormatTime(NowUs()));
  member("level", NameOf(level));
  member("event", event);
}

std::string Head(LogLevel level, std::string_view event) {
  return fmt::format("{} {:<7} {}", event::FormatTime(NowUs()), NameOf(level), event);
}

// Bytes from outside: JSON must be UTF-8, and no line may look like two.
std::string Harmless(std::string_view text) { return Escape(text); }

}  // namespace

struct ServiceLog::Impl {
  explicit Impl(const ServiceLogOptions& o)
      : options(o),
        sink(std::make_shared<PatientSink>(o.descriptor)),
        queue(std::make_shared<spdlog::details::thread_pool>(o.lines_waiting, 1)),
        logger(std::make_shared<spdlog::async_logger>("service", sink, queue, spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_level(Spoken(o.level));
  }

  bool Wanted(LogLevel level) const { return logger->should_log(Spoken(level)); }
  void Put(LogLevel level, std::string line) {
    line += '\n';
    logger->log(Spoken(level), spdlog::string_view_t(line.data(), line.size()));
  }

  const ServiceLogOptions options;
  std::shared_ptr<PatientSink> sink;
  std::shared_ptr<spdlog::details::thread_pool> queue;
  std::shared_ptr<spdlog::async_logger> logger;
};

ServiceLog::ServiceLog(const ServiceLogOptions& options) : impl_(std::make_unique<Impl>(options)) {}

ServiceLog::~ServiceLog() { impl_->sink->EndBy(steady_clock::now() + kEndWithin); }

void ServiceLog::Say(LogLevel level, std::string_view event, Members members) {
  if (!impl_->Wanted(level)) return;
  if (impl_->options.json) {
    event::JsonWriter w;
    Begin(w, level, event);
    for (const auto& [name, value] : members) {
      w.Key(name);
      w.String(Harmless(value));
    }
    w.EndObject();
    return impl_->Put(level, w.Take());
  }
  std::string line = Head(level, event);
  for (const auto& [name, value] : members) line += fmt::format(" {}=\"{}\"", name, Harmless(value));
  impl_->Put(level, std::move(line));
}

void ServiceLog::Say(LogLevel level, std::string_view event, const Error& error) {
  Say(level, event, {{"code", error.code}, {"reason", error.reason}, {"hint", error.hint}});
}

void ServiceLog::Access(const http::AccessLine& line) {
  const LogLevel level = LevelOf(line);
  if (!impl_->Wanted(level)) return;
  if (!impl_->options.json) {
    std::string text = Head(level, "request");
    text += fmt::format(" {} {} {} {:.3f}ms {}B id={} from={}", line.method.empty() ? "-" : Harmless(line.method),
                        line.path.empty() ? "-" : Harmless(line.path), line.status, line.seconds * 1000, line.bytes,
                        Harmless(line.request_id), Harmless(line.remote));
    if (!line.caller.empty()) text += " caller=\"" + Harmless(line.caller) + "\"";
    if (!line.whole) text += " cut-off";
    return impl_->Put(level, std::move(text));
  }
  event::JsonWriter w;
  Begin(w, level, "request");
  const auto text = [&](std::string_view name, std::string_view value) {
    w.Key(name);
    if (value.empty()) w.Null();
    else w.String(Harmless(value));
  };
  text("request_id", line.request_id);
  text("method", line.method);
  text("path", line.path);
  text("route", line.route);
  w.Key("status");
  w.Int(line.status);
  w.Key("duration_ms");
  w.Raw(fmt::format("{:.3f}", line.seconds * 1000));
  w.Key("bytes");
  w.Int(line.bytes);
  w.Key("whole");
  w.Bool(line.whole);
  text("caller", line.caller);
  text("remote", line.remote);
  w.EndObject();
  impl_->Put(level, w.Take());
}

std::int64_t ServiceLog::Dropped() const {
  return static_cast<std::int64_t>(impl_->queue->overrun_counter()) + impl_->sink->Dropped();
}

}  // namespace tenure::cli
