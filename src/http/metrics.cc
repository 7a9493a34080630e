#include "http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace tenure::http {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

const prometheus::Histogram::BucketBoundaries kSeconds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                          0.025,  0.05,    0.1,    0.25,  0.5,    1,     5};

// Series found before, by name: to find one by its labels costs more than to count in it. Families give none of theirs up.
template <class Series>
class Found {
 public:
  template <class Find>
  Series Of(const std::string& name, const Find& find) {
    {
      const std::shared_lock lock(mutex_);
      if (const auto known = series_.find(name); known != series_.end()) return known->second;
    }
    const std::unique_lock lock(mutex_);
    return series_.try_emplace(name, find()).first->second;
  }

 private:
  std::shared_mutex mutex_;
  std::unordered_map<std::string, Series> series_;
};

struct AnsweredSeries {
  prometheus::Counter* requests;
  prometheus::Histogram* seconds;
};

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      BuildCounter().Name("tenure_http_requests_total").Help("Requests answered, by route and status").Register(registry);
  prometheus::Family<prometheus::Histogram>& request_seconds =
      BuildHistogram().Name("tenure_http_request_seconds").Help("From the last byte read to the answer made").Register(registry);
  prometheus::Family<prometheus::Histogram>& question_seconds =
      BuildHistogram().Name("tenure_question_seconds").Help("Time to answer, by kind of question").Register(registry);
  prometheus::Family<prometheus::Counter>& appended =
      BuildCounter().Name("tenure_events_total").Help("Events received by this door, by what became of them").Register(registry);
  prometheus::Family<prometheus::Gauge>& storage =
      BuildGauge().Name("tenure_storage").Help("RocksDB below the log and the read model").Register(registry);
  prometheus::Counter& dropped_lines = BuildCounter()
                                           .Name("tenure_log_lines_dropped_total")
                                           .Help("Lines of the service's log that standard error did not take in time")
                                           .Register(registry)
                                           .Add({});
  std::function<std::int64_t()> read_dropped_lines;
  std::mutex dropped_mutex;
  prometheus::Family<prometheus::Counter>& turned = BuildCounter()
                                                        .Name("tenure_http_turned_away_total")
                                                        .Help("Requests and connections refused for a limit")
                                                        .Register(registry);
  prometheus::Gauge& connections =
      BuildGauge().Name("tenure_http_connections").Help("Open connections").Register(registry).Add({});
  prometheus::Family<prometheus::Gauge>& audit =
      BuildGauge().Name("tenure_audit").Help("State of the audit of questions, since the start").Register(registry);
  prometheus::Family<prometheus::Gauge>& record =
      BuildGauge().Name("tenure_record").Help("State of record and read model").Register(registry);
  Found<AnsweredSeries> answered;
  Found<prometheus::Histogram*> asked;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::Answered(const std::string& method, const std::string& route, int status, double seconds) {
  const std::string code = std::to_string(status);
  const AnsweredSeries series = impl_->answered.Of(method + ' ' + code + ' ' + route, [&] {
    return AnsweredSeries{&impl_->requests.Add({{"method", method}, {"route", route}, {"status", code}}),
                          &impl_->request_seconds.Add({{"route", route}}, kSeconds)};
  });
  series.requests->Increment();
  series.seconds->Observe(seconds);
}

void Metrics::Asked(const std::string& question, double seconds) {
  impl_->asked.Of(question, [&] { return &impl_->question_seconds.Add({{"question", question}}, kSeconds); })->Observe(seconds);
}

void Metrics::Appended(const AppendAnswer& answer) {
  const auto count = [&](const char* state, std::int64_t n) {
    if (n > 0) impl_->appended.Add({{"state", state}}).Increment(static_cast<double>(n));
  };
  count("appended", answer.appended);
  count("duplicate", answer.duplicates);
  count("conflict", answer.conflicts);
  count("refused", answer.refused);
}

void Metrics::Stored(const std::vector<StorageState>& databases) {
  for (const StorageState& one : databases) {
    const auto set = [&](const char* what, std::int64_t value) {
      impl_->storage.Add({{"database", one.name}, {"what", what}}).Set(static_cast<double>(value));
    };
    set("table_bytes", one.table_bytes);
    set("tables", one.tables);
    set("memory_bytes", one.memory_bytes);
    set("cache_bytes", one.cache_bytes);
    set("cache_bytes_max", one.cache_bytes_max);
    set("compaction_pending_bytes", one.compaction_pending_bytes);
    set("compactions_running", one.compactions_running);
    set("flushes_running", one.flushes_running);
    set("background_errors", one.errors);
    set("writes_stopped", one.writes_stopped ? 1 : 0);
  }
}

void Metrics::ReadDroppedLines(std::function<std::int64_t()> dropped) { impl_->read_dropped_lines = std::move(dropped); }

void Metrics::Connections(int change) { impl_->connections.Increment(change); }

void Metrics::Turned(const std::string& why) { impl_->turned.Add({{"why", why}}).Increment(); }

void Metrics::Audited(const AuditState& state) {
  const auto set = [&](const char* what, std::int64_t value) {
    impl_->audit.Add({{"what", what}}).Set(static_cast<double>(value));
  };
  set("lines_written", state.written);
  set("lines_waiting", state.waiting);
  set("lines_lost", state.lost);
  set("failing", state.trouble.empty() ? 0 : 1);
}

std::string Metrics::Text(const StatusAnswer& status) {
  const auto set = [&](const char* what, std::int64_t value) {
    impl_->record.Add({{"what", what}}).Set(static_cast<double>(value));
  };
  const auto records = [](const std::vector<std::pair<TopicPartition, std::int64_t>>& partitions) {
    std::int64_t sum = 0;
    for (const auto& [where, next] : partitions) sum += next;
    return sum;
  };
  set("log_records", records(status.end));
  set("projected_records", records(status.projected));
  set("taints_open", status.dead_letters_open + status.conflicts_open);
  set("events", status.events);
  set("identities", status.identities);
  set("dead_letters_open", status.dead_letters_open);
  set("conflicts_open", status.conflicts_open);
  set("read_model_bytes", status.size_bytes);
  set("behind_records", status.head.behind_records);
  set("behind_seconds", status.head.behind_seconds);
  set("behind_unstable", status.head.behind_unstable);
  set("clock_behind", status.clock_behind ? 1 : 0);
  if (impl_->read_dropped_lines) {
    const std::lock_guard lock(impl_->dropped_mutex);
    const double more = static_cast<double>(impl_->read_dropped_lines()) - impl_->dropped_lines.Value();
    if (more > 0) impl_->dropped_lines.Increment(more);
  }
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace tenure::http
