// What tenure costs on top of Kafka, in one run beside one broker: catching up against a plain librdkafka consumer on the same topics,
// and from an append to an answer under its token against a bare produce and consume. Rounds of the two sides alternate.
//
//   python3 -B tests/kafka/with_broker.py -- build/release/tests/bench/kafka_rates [--json FILE]
#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include "bench/bench_record.h"

namespace {

using namespace tenure;
using Clock = std::chrono::steady_clock;

constexpr int kRounds = 3, kRoundTrips = 200, kPartitions = 4;
const char* const kTopics[] = {"tenure.identity", "tenure.access", "tenure.governance", "tenure.usage"};

[[noreturn]] void End(const std::string& why) {
  fmt::print(stderr, "kafka_rates: {}\n", why);
  std::exit(1);
}

std::string Brokers() {
  const char* brokers = std::getenv("TENURE_KAFKA_BOOTSTRAP");
  if (brokers == nullptr) End("TENURE_KAFKA_BOOTSTRAP names no broker; tests/kafka/with_broker.py starts one");
  return brokers;
}

double SecondsSince(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

// --- librdkafka alone

struct HandleDeleter {
  void operator()(rd_kafka_t* handle) const { rd_kafka_destroy(handle); }
};
struct TopicDeleter {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};
using Handle = std::unique_ptr<rd_kafka_t, HandleDeleter>;

Handle Client(rd_kafka_type_t type, const std::vector<std::pair<const char*, std::string>>& properties) {
  char reason[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : properties)
    if (rd_kafka_conf_set(conf, name, value.c_str(), reason, sizeof reason) != RD_KAFKA_CONF_OK) End(reason);
  Handle handle(rd_kafka_new(type, conf, reason, sizeof reason));
  if (!handle) End(reason);
  return handle;
}

Handle Consumer(const std::string& prefix, std::int64_t from) {
  Handle consumer = Client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", Brokers()},
                                               {"group.id", "bare"},
                                               {"enable.auto.commit", "false"},
                                               {"isolation.level", "read_committed"},
                                               {"fetch.wait.max.ms", "50"}});
  rd_kafka_poll_set_consumer(consumer.get());
  rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(16);
  for (const char* topic : kTopics)
    for (int p = 0; p < kPartitions; ++p) rd_kafka_topic_partition_list_add(all, (prefix + topic).c_str(), p)->offset = from;
  rd_kafka_assign(consumer.get(), all);
  rd_kafka_topic_partition_list_destroy(all);
  return consumer;
}

double BareSeconds(const std::string& prefix, std::int64_t records) {
  const auto began = Clock::now();
  const Handle consumer = Consumer(prefix, RD_KAFKA_OFFSET_BEGINNING);
  for (std::int64_t seen = 0; seen < records;) {
    rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer.get(), 1000);
    if (message == nullptr) continue;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) End(rd_kafka_message_errstr(message));
    ++seen;
    rd_kafka_message_destroy(message);
  }
  return SecondsSince(began);
}

class BareRoundTrip {
 public:
  explicit BareRoundTrip(const std::string& prefix)
      : producer_(
            Client(RD_KAFKA_PRODUCER,
                   {{"bootstrap.servers", Brokers()}, {"enable.idempotence", "true"}, {"acks", "all"}, {"linger.ms", "2"}})),
        topic_(rd_kafka_topic_new(producer_.get(), (prefix + kTopics[0]).c_str(), nullptr)),
        consumer_(Consumer(prefix, RD_KAFKA_OFFSET_END)) {
    while (!Seconds("begin", 1)) {  // until the consumer is where the topics end, it misses what is written
    }
    for (int warm = 0; warm < 20; ++warm) Seconds("warm", 30);
  }
  std::optional<double> Seconds(const std::string& value, double deadline) {
    const auto began = Clock::now();
    rd_kafka_produce(topic_.get(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()), value.size(), "k",
                     1, nullptr);
    while (SecondsSince(began) < deadline) {
      rd_kafka_poll(producer_.get(), 0);
      rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer_.get(), 100);
      if (message == nullptr) continue;
      const bool mine = message->err == RD_KAFKA_RESP_ERR_NO_ERROR && message->len == value.size();
      rd_kafka_message_destroy(message);
      if (mine) return SecondsSince(began);
    }
    return std::nullopt;
  }

 private:
  Handle producer_;
  std::unique_ptr<rd_kafka_topic_t, TopicDeleter> topic_;
  Handle consumer_;
};

// --- tenure

KafkaSettings Settings(const std::string& prefix) { return {{{"bootstrap.servers", Brokers()}}, prefix, {"replication"}, {}}; }

std::unique_ptr<Tenure> OpenRecord(const std::string& directory, const std::string& prefix) {
  OpenOptions options;
  options.data_dir = directory;
  options.write = options.create = true;
  options.kafka = Settings(prefix);
  return bench::Require(Tenure::Open(options));
}

double TenureSeconds(const std::string& prefix, std::int64_t records) {
  const log::TemporaryDirectory folder;
  const auto began = Clock::now();
  const auto tenure = OpenRecord(folder.In("data"), prefix);
  const double seconds = SecondsSince(began);
  if (const auto status = bench::Require(tenure->Status()); status.events != records)
    End(fmt::format("{} of {} events were projected", status.events, records));
  return seconds;
}

std::string Registered(int n) {
  return fmt::format(R"({{"specversion":"1.0","id":"late-{0}","source":"bench","type":"tenure.identity.registered.v1",)"
                     R"("time":"2026-01-01T00:00:00Z","data":{{"identity":"user:late-{0}"}}}})",
                     n);
}

double AnsweredSeconds(Tenure& tenure, int n) {
  const auto began = Clock::now();
  std::istringstream line(Registered(n));
  const auto report = bench::Require(tenure.Append(line, {}));
  if (report.fault || report.answer.appended != 1) End("an append failed");
  Ask ask;
  ask.as_known_at = report.answer.token;
  ask.when.as_of = EffectiveTime{1'780'000'000'000'000};
  if (bench::Require(tenure.Show(fmt::format("user:late-{}", n), ask)).identity.status != "active") End("an answer is wrong");
  return SecondsSince(began);
}

// --- the table

double At(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

struct Line {
  std::string name, unit;
  double tenure, peer;
};

void Print(const std::vector<Line>& lines, const char* json_file) {
  fmt::print("{:<34}{:>14}{:>14}{:>8}\n", "", "tenure", "bare Kafka", "ratio");
  std::string json = "{\"measures\":[";
  for (const Line& line : lines) {
    fmt::print("{:<34}{:>14.1f}{:>14.1f}{:>8.2f}\n", line.name + ", " + line.unit, line.tenure, line.peer,
               line.tenure / line.peer);
    json +=
        fmt::format("{}{{\"name\":\"{}\",\"unit\":\"{}\",\"tenure\":{},\"peer\":\"librdkafka\",\"peer_value\":{},\"ratio\":{}}}",
                    &line == &lines.front() ? "" : ",", line.name, line.unit, line.tenure, line.peer, line.tenure / line.peer);
  }
  if (json_file != nullptr) std::ofstream(json_file) << json << "]}\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::string prefix = "rates.";
  const std::int64_t wanted = bench::EventsWanted();
  bench::Require(CreateKafkaTopics(Settings(prefix), kPartitions, 1));
  const log::TemporaryDirectory folder;
  const auto live = OpenRecord(folder.In("live"), prefix);
  std::int64_t records = 0;
  for (const auto& batch : bench::Batches(wanted, 10'000)) {
    std::istringstream lines(batch);
    records += bench::Require(live->Append(lines, {})).answer.appended;
  }
  fmt::print("{} events of an organisation on {} partitions a topic\n", records, kPartitions);

  std::vector<double> bare, ours;
  for (int round = 0; round < kRounds; ++round) {
    bare.push_back(static_cast<double>(records) / BareSeconds(prefix, records));
    ours.push_back(static_cast<double>(records) / TenureSeconds(prefix, records));
  }
  fmt::print("caught up; now {} round trips\n", kRoundTrips);
  bench::Require(CreateKafkaTopics(Settings("bare."), kPartitions, 1));
  BareRoundTrip trip("bare.");
  std::vector<double> bare_ms, answered_ms;
  for (int n = 0; n < kRoundTrips; ++n) {
    const auto bare_seconds = trip.Seconds(Registered(n), 30);
    if (!bare_seconds) End("a bare round trip took more than 30 s");
    bare_ms.push_back(1000 * *bare_seconds);
    answered_ms.push_back(1000 * AnsweredSeconds(*live, n));
  }
  Print({{"catching up", "events/s", At(ours, 0.5), At(bare, 0.5)},
         {"append to answer, p50", "ms", At(answered_ms, 0.5), At(bare_ms, 0.5)},
         {"append to answer, p99", "ms", At(answered_ms, 0.99), At(bare_ms, 0.99)}},
        argc == 3 && std::string(argv[1]) == "--json" ? argv[2] : nullptr);
}
