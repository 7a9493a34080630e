#include "log/kafka/kafka_log.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <map>

#include "log/kafka/partition_stream.h"
#include "log/kafka/producing.h"
#include "log/kafka/wire.h"

namespace tenure::log {
namespace {

constexpr int kTopicsOfAll = kPlaneTopics + 1;
// A broker that stamps later than a request was sent to it, stamps later than this long before it (its clock and ours may differ).
constexpr std::int64_t kClockDistanceUs = 5'000'000;

RecordedTime SystemNow() {
  using namespace std::chrono;
  return RecordedTime{duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

bool Accepts(const KafkaOptions& options, const char* name) {
  return std::find(options.accept.begin(), options.accept.end(), name) != options.accept.end();
}

KafkaProperties ConsumerProperties(const KafkaOptions& options, const char* isolation) {
  KafkaProperties properties{{"client.id", "tenure"},
                             {"group.id", "tenure"},  // librdkafka asks for one; nothing is committed to it
                             {"enable.auto.commit", "false"},
                             {"enable.auto.offset.store", "false"},
                             {"fetch.wait.max.ms", "50"},
                             {"fetch.error.backoff.ms", "100"},
                             {"topic.metadata.refresh.interval.ms", "10000"}};
  properties.insert(properties.end(), options.properties.begin(), options.properties.end());
  for (const auto& [name, value] : KafkaProperties{{"isolation.level", isolation},
                                                   {"auto.offset.reset", "error"},
                                                   {"enable.partition.eof", "true"},
                                                   {"allow.auto.create.topics", "false"}})
    properties.emplace_back(name, value);
  return properties;
}

class Kafka : public KafkaLog {
 public:
  // A request on a connection waits behind the fetch that waits for records there: what is asked is asked by clients that fetch nothing.
  struct Clients {
    std::shared_ptr<KafkaEvents> events;
    std::unique_ptr<KafkaClient> consumer, committed, uncommitted;
  };
  Kafka(const KafkaOptions& options, Clients clients)
      : options_(options),
        takes_producer_time_(Accepts(options, "producer-time")),
        events_(std::move(clients.events)),
        consumer_(std::move(clients.consumer)),
        committed_(std::move(clients.committed)),
        uncommitted_(std::move(clients.uncommitted)) {
    if (!options_.now) options_.now = SystemNow;
  }

  Status Connect() {
    char* cluster = rd_kafka_clusterid(consumer_->Get(), options_.request_timeout_ms);
    if (cluster == nullptr)
      return tl::unexpected<Error>(consumer_->ErrorOf(RD_KAFKA_RESP_ERR__TIMED_OUT, "connecting to the brokers"));
    id_ = "kafka:" + std::string(cluster) + (options_.topic_prefix.empty() ? "" : ":" + options_.topic_prefix);
    rd_kafka_mem_free(consumer_->Get(), cluster);
    for (int t = 0; t < kTopicsOfAll; ++t) {
      const std::string name = NameOf(static_cast<Topic>(t));
      topics_[static_cast<std::size_t>(t)].reset(rd_kafka_topic_new(consumer_->Get(), name.c_str(), nullptr));
      committed_topics_[static_cast<std::size_t>(t)].reset(rd_kafka_topic_new(committed_->Get(), name.c_str(), nullptr));
      uncommitted_topics_[static_cast<std::size_t>(t)].reset(rd_kafka_topic_new(uncommitted_->Get(), name.c_str(), nullptr));
    }
    if (options_.read_only) return {};
    auto producing = Producing::Make(options_.properties, options_.request_timeout_ms, options_.now);
    if (!producing) return tl::unexpected<Error>(producing.error());
    producing_ = std::move(*producing);
    return {};
  }

  const std::string& Id() const override { return id_; }
  bool HasOneWriter() const override { return false; }

  Result<Appended> Append(const std::vector<NewRecord>& records) override {
    if (!producing_) return Fail("log_read_only", "this log was opened for reading", "open it for writing", Blame::kCaller);
    if (records.empty()) return Appended{};
    if (auto fits = CheckSizes(records); !fits) return tl::unexpected<Error>(fits.error());
    auto there = Partitions();
    if (!there) return tl::unexpected<Error>(there.error());
    for (const auto& record : records)
      if (std::none_of(there->begin(), there->end(), [&](const TopicPartition& p) { return p.topic == record.topic; }))
        return Fail("log_topic_missing", "there is no topic " + NameOf(record.topic), "make the topics: tenure topics create",
                    Blame::kCaller);
    return producing_->Append(
        records, [&](Topic topic) { return NameOf(topic); },
        [&](const NewRecord& record) { return HeadersFor(record, options_.door_key); });
  }

  Result<std::vector<TopicPartition>> Partitions() const override { return PartitionsSeenBy(*committed_); }

  Result<PositionVector> End() const override { return EndSeenBy(*uncommitted_); }

  Result<std::vector<Record>> Read(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const override {
    std::int64_t from = offset;
    while (true) {  // over markers and aborted records: only an empty answer is the end
      auto slice = ReadOn(where, from, max_records);
      if (!slice) return tl::unexpected<Error>(slice.error());
      if (!slice->records.empty() || slice->next <= from) return std::move(slice->records);
      from = slice->next;
    }
  }

  Result<Slice> ReadOn(const TopicPartition& where, std::int64_t offset, std::size_t max_records) const override {
    auto stream = StreamOf(where);
    if (!stream) return tl::unexpected<Error>(stream.error());
    if (*stream == nullptr) {
      if (offset == 0) return Slice{};
      return Fail("log_offset_out_of_range", NameOf(where.topic) + " has no partition " + std::to_string(where.partition), "",
                  Blame::kCaller);
    }
    return (*stream)->Read(offset, max_records);
  }

  void Expect(const PositionVector& from) const override {
    for (const auto& [where, offset] : from.next)
      if (auto stream = StreamOf(where); !stream || (*stream != nullptr && !(*stream)->Expect(offset))) return;
  }

  Result<Record> At(const Position& position) const override {
    auto slice = ReadOn(position.Where(), position.offset, 1);
    if (!slice) return tl::unexpected<Error>(slice.error());
    if (slice->records.empty() || slice->records.front().position != position)
      return Fail("log_offset_out_of_range",
                  NameOf(position.topic) + "/" + std::to_string(position.partition) + " has no record at " +
                      std::to_string(position.offset),
                  "", Blame::kCaller);
    return std::move(slice->records.front());
  }

  // The running maximum of stamps exceeds k from the first stamp above k on, and not before.
  Result<PositionVector> AtTime(RecordedTime k) const override {
    auto end = End();
    if (!end) return end;
    std::vector<TopicPartition> partitions;
    for (const auto& [where, next] : end->next) partitions.push_back(where);
    const std::int64_t after_ms = std::max<std::int64_t>(0, k.us / 1000 + (k.us >= 0 ? 1 : 0));
    auto first = OffsetsAt(partitions, after_ms, *committed_);
    if (!first) return first;
    PositionVector known;
    for (const auto& [where, next] : end->next) {
      const auto later = first->next.find(where);
      const std::int64_t reached = later == first->next.end() ? next : std::min(next, later->second);
      if (reached > 0) known.next[where] = reached;
    }
    return known;
  }

  Result<std::map<TopicPartition, std::int64_t>> FirstSince(const std::map<TopicPartition, RecordedTime>& stamps) const override {
    std::map<TopicPartition, std::int64_t> times;
    for (const auto& [where, stamp] : stamps) times[where] = stamp.us / 1000;
    return OffsetsSince(times, *committed_);
  }

  Result<bool> IsClosed(RecordedTime k, const PositionVector& known) const override {
    // What is closed stays closed, and all before it is, whatever becomes of the clock.
    if (k.us <= closed_through_us_) return true;
    const RecordedTime asked = options_.now();
    auto partitions = Partitions();
    if (!partitions) return tl::unexpected<Error>(partitions.error());
    auto end = End();
    if (!end) return tl::unexpected<Error>(end.error());
    auto at = AtTime(k);
    if (!at) return tl::unexpected<Error>(at.error());
    const bool long_after = k.us < asked.us - kClockDistanceUs;
    const bool closed = std::all_of(partitions->begin(), partitions->end(), [&](const TopicPartition& where) {
      if (where.topic == Topic::kDeadLetter) return true;
      const bool later_seen = at->Next(where) < known.Next(where);
      return later_seen || (long_after && end->Next(where) <= known.Next(where));
    });
    for (std::int64_t before = closed_through_us_; closed && before < k.us;)
      if (closed_through_us_.compare_exchange_weak(before, k.us)) break;
    return closed;
  }

  Result<Ends> BothEnds() const override {
    auto end = End();
    if (!end) return tl::unexpected<Error>(end.error());
    // To who reads only what is committed, a partition ends where the first open transaction begins.
    auto stable = EndSeenBy(*committed_);
    if (!stable) return tl::unexpected<Error>(stable.error());
    return Ends{std::move(*end), std::move(*stable)};
  }

  std::int64_t Disturbances() const override { return events_->Disturbances(); }

 private:
  using Leaders = std::map<TopicPartition, std::int32_t>;

  // A partition that another broker leads, or that is gone, may come back as another.
  void NoteLeaders(Leaders leaders) const {
    const std::lock_guard lock(leaders_mutex_);
    for (const auto& [where, leader] : leaders_)
      if (const auto now = leaders.find(where); now == leaders.end() || now->second != leader) {
        events_->Disturbed();
        break;
      }
    leaders_ = std::move(leaders);
  }

  std::string NameOf(Topic topic) const { return options_.topic_prefix + std::string(TopicName(topic)); }
  std::optional<Topic> TopicOf(std::string_view name) const {
    for (int t = 0; t < kTopicsOfAll; ++t)
      if (NameOf(static_cast<Topic>(t)) == name) return static_cast<Topic>(t);
    return std::nullopt;
  }

  static Status CheckSizes(const std::vector<NewRecord>& records) {
    if (records.size() > kAppendRecordsMax)
      return Fail("log_batch_too_large", std::to_string(records.size()) + " records in one append",
                  "append at most " + std::to_string(kAppendRecordsMax) + " at a time", Blame::kCaller);
    for (const auto& r : records)
      if (const std::size_t size = r.key.size() + r.value.size() + r.verified_writer.size(); size > kRecordBytesMax)
        return Fail("log_record_too_large", "a record of " + std::to_string(size) + " bytes",
                    "keep it below " + std::to_string(kRecordBytesMax), Blame::kCaller);
    return {};
  }

  // What a client asks about partitions it answers from what it was told of them last, so each asks for itself.
  Result<std::vector<TopicPartition>> PartitionsSeenBy(const KafkaClient& asker) const {
    std::vector<TopicPartition> out;
    Leaders leaders;
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto code = AskAgain(options_.request_timeout_ms,
                               [&](int attempt_ms) { return rd_kafka_metadata(asker.Get(), 0, nullptr, &metadata, attempt_ms); });
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return tl::unexpected<Error>(consumer_->ErrorOf(code, "asking which topics there are"));
    const std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)> owned(metadata,
                                                                                                 rd_kafka_metadata_destroy);
    for (int i = 0; i < metadata->topic_cnt; ++i) {
      const auto& topic = metadata->topics[i];
      const auto which = TopicOf(topic.topic);
      if (!which || topic.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) continue;
      if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected<Error>(consumer_->ErrorOf(topic.err, std::string("asking about ") + topic.topic));
      for (int p = 0; p < topic.partition_cnt; ++p) leaders[{*which, topic.partitions[p].id}] = topic.partitions[p].leader;
    }
    for (const auto& [where, leader] : leaders) out.push_back(where);
    NoteLeaders(std::move(leaders));
    return out;
  }

  Result<PositionVector> EndSeenBy(const KafkaClient& asker) const {
    auto partitions = PartitionsSeenBy(asker);
    if (!partitions) return tl::unexpected<Error>(partitions.error());
    return OffsetsAt(*partitions, RD_KAFKA_OFFSET_END, asker);
  }

  Result<PositionVector> OffsetsAt(const std::vector<TopicPartition>& partitions, std::int64_t time_ms,
                                   const KafkaClient& asker) const {
    std::map<TopicPartition, std::int64_t> times;
    for (const auto& where : partitions) times[where] = time_ms;
    auto offsets = OffsetsSince(times, asker);
    if (!offsets) return tl::unexpected<Error>(offsets.error());
    PositionVector out;
    for (const auto& [where, offset] : *offsets)
      if (offset > 0 || time_ms != RD_KAFKA_OFFSET_END) out.next[where] = offset;
    return out;
  }

  // One request to each broker: the end, or the first offset with a stamp at or after the time in milliseconds; missing where there is
  // no such.
  Result<std::map<TopicPartition, std::int64_t>> OffsetsSince(const std::map<TopicPartition, std::int64_t>& times,
                                                              const KafkaClient& asker) const {
    std::map<TopicPartition, std::int64_t> out;
    if (times.empty()) return out;
    const std::unique_ptr<rd_kafka_topic_partition_list_t, decltype(&rd_kafka_topic_partition_list_destroy)> list(
        rd_kafka_topic_partition_list_new(static_cast<int>(times.size())), rd_kafka_topic_partition_list_destroy);
    for (const auto& [where, time] : times)
      rd_kafka_topic_partition_list_add(list.get(), NameOf(where.topic).c_str(), where.partition);
    const auto code = AskAgain(options_.request_timeout_ms, [&](int attempt_ms) {
      for (const auto& [where, time] : times)
        rd_kafka_topic_partition_list_set_offset(list.get(), NameOf(where.topic).c_str(), where.partition, time);
      const auto asked = rd_kafka_offsets_for_times(asker.Get(), list.get(), attempt_ms);
      if (asked != RD_KAFKA_RESP_ERR_NO_ERROR) return OfKnownPartition(asked);
      for (int i = 0; i < list->cnt; ++i)
        if (const auto one = OfKnownPartition(list->elems[i].err); PassesByItself(one)) return one;
      return asked;
    });
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected<Error>(consumer_->ErrorOf(code, "asking for offsets"));
    for (int i = 0; i < list->cnt; ++i) {
      const auto& one = list->elems[i];
      if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected<Error>(consumer_->ErrorOf(one.err, std::string("asking for offsets of ") + one.topic));
      const auto topic = TopicOf(one.topic);
      if (topic && one.offset >= 0) out[{*topic, one.partition}] = one.offset;
    }
    return out;
  }

  // Null where there is no such partition.
  Result<PartitionStream*> StreamOf(const TopicPartition& where) const {
    const std::lock_guard lock(streams_mutex_);
    if (const auto it = streams_.find(where); it != streams_.end()) return it->second.get();
    if (!std::binary_search(known_partitions_.begin(), known_partitions_.end(), where)) {
      auto there = Partitions();
      if (!there) return tl::unexpected<Error>(there.error());
      known_partitions_ = std::move(*there);
      if (!std::binary_search(known_partitions_.begin(), known_partitions_.end(), where)) return nullptr;
    }
    auto stream = std::make_unique<PartitionStream>(
        *consumer_, *committed_, topics_[static_cast<std::size_t>(where.topic)].get(), where.partition,
        [this, where](const rd_kafka_message_t& message) { return ToRecord(where, message); }, options_.request_timeout_ms);
    return streams_.emplace(where, std::move(stream)).first->second.get();
  }

  Result<Record> ToRecord(const TopicPartition& where, const rd_kafka_message_t& message) const {
    rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const std::int64_t stamp_ms = rd_kafka_message_timestamp(&message, &kind);
    const std::string place = NameOf(where.topic) + "/" + std::to_string(where.partition) + "/" + std::to_string(message.offset);
    if (kind != RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME && !(kind == RD_KAFKA_TIMESTAMP_CREATE_TIME && takes_producer_time_))
      return Fail("log_stamp_not_the_logs", "the record at " + place + " carries a producer's time, not the broker's",
                  "set message.timestamp.type=LogAppendTime on the topic, or accept it by name: --accept producer-time",
                  Blame::kFault);
    const auto bytes = [](const void* data, std::size_t size) {
      return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
    };
    const auto headers = HeadersOf(message);
    Record record;
    record.position = {where.topic, where.partition, message.offset};
    record.stamp = RecordedTime{stamp_ms * 1000};
    record.key = bytes(message.key, message.key_len);
    record.value = StructuredValue(headers, bytes(message.payload, message.len));
    record.verified_writer = VerifiedWriter(headers, record.value, options_.door_key);
    return record;
  }

  KafkaOptions options_;
  const bool takes_producer_time_;
  std::string id_;
  std::shared_ptr<KafkaEvents> events_;
  std::unique_ptr<KafkaClient> consumer_, committed_, uncommitted_;
  std::array<KafkaTopic, kTopicsOfAll> topics_, committed_topics_, uncommitted_topics_;
  std::unique_ptr<Producing> producing_;
  mutable std::atomic<std::int64_t> closed_through_us_ = std::numeric_limits<std::int64_t>::min();
  mutable std::mutex streams_mutex_;
  mutable std::vector<TopicPartition> known_partitions_;  // ascending
  mutable std::mutex leaders_mutex_;
  mutable Leaders leaders_;
  mutable std::map<TopicPartition, std::unique_ptr<PartitionStream>> streams_;
};

}  // namespace

Result<std::unique_ptr<KafkaLog>> KafkaLog::Open(const KafkaOptions& options) {
  Kafka::Clients clients;
  clients.events = std::make_shared<KafkaEvents>();
  for (const auto& [client, isolation] : {std::pair{&clients.consumer, "read_committed"},
                                          {&clients.committed, "read_committed"},
                                          {&clients.uncommitted, "read_uncommitted"}}) {
    auto made = KafkaClient::Make(RD_KAFKA_CONSUMER, ConsumerProperties(options, isolation), clients.events);
    if (!made) return tl::unexpected<Error>(made.error());
    *client = std::move(*made);
  }
  auto log = std::make_unique<Kafka>(options, std::move(clients));
  if (auto connected = log->Connect(); !connected) return tl::unexpected<Error>(connected.error());
  return log;
}

}  // namespace tenure::log
