#include "log/kafka/sending.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include "event/binary_mode.h"
#include "log/kafka/handover.h"

namespace tenure::log {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPurgeMs = 5'000, kLookAgainMs = 50;
constexpr std::int64_t kLibrdkafkaRecordsMax = 10'000'000, kLibrdkafkaKbytesMax = 2'097'151;

// Our own limits are met first: librdkafka counts a record until its outcome was told, we until it is known.
KafkaProperties PropertiesOf(const SendingOptions& options) {
  const auto twice = [](std::int64_t most, std::int64_t n) {
    return std::to_string(std::min(most, 2 * std::min(most, n) + 1'000));
  };
  KafkaProperties properties{{"queue.buffering.max.messages", twice(kLibrdkafkaRecordsMax, options.in_flight_records_max)},
                             {"queue.buffering.max.kbytes", twice(kLibrdkafkaKbytesMax, options.in_flight_bytes_max / 1024)}};
  properties.insert(properties.end(), options.properties.begin(), options.properties.end());
  return properties;
}

class KafkaSending : public Sending {
 public:
  KafkaSending(const SendingOptions& options, std::unique_ptr<Handover> handover)
      : options_(options), handover_(std::move(handover)) {}

  ~KafkaSending() override {
    Flush(options_.close_timeout_ms);
    if (InFlight() > 0) {
      rd_kafka_purge(handover_->Client().Get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
      Flush(kPurgeMs);
    }
    Fate lost;
    lost.code = RD_KAFKA_RESP_ERR__DESTROY;
    lost.may_be_in = true;
    const auto outcome = OutcomeOf(Topic::kIdentity, lost);
    handover_.reset();
    for (auto& [number, letter] : out_) letter->on_sent(outcome);
  }

  Status FindTopics() {
    const rd_kafka_metadata_t* metadata = nullptr;
    rd_kafka_t* client = handover_->Client().Get();
    // All topics: to ask for one by name would make it where the brokers make topics by themselves.
    const auto code = AskAgain(options_.open_timeout_ms,
                               [&](int attempt_ms) { return rd_kafka_metadata(client, 1, nullptr, &metadata, attempt_ms); });
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return tl::unexpected<Error>(handover_->Client().ErrorOf(code, "asking which topics there are"));
    const std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)> owned(metadata,
                                                                                                 rd_kafka_metadata_destroy);
    for (int i = 0; i < metadata->topic_cnt; ++i)
      for (int t = 0; t < kPlaneTopics; ++t)
        if (metadata->topics[i].topic == NameOf(static_cast<Topic>(t)) && metadata->topics[i].partition_cnt > 0)
          there_[static_cast<std::size_t>(t)] = true;
    if (std::none_of(there_.begin(), there_.end(), [](bool is) { return is; })) return Missing(Topic::kIdentity);
    return {};
  }

  Status Send(std::shared_ptr<const Outgoing> record, OnSent on_sent, int wait_ms) override {
    const auto topic = static_cast<std::size_t>(record->topic);
    if (topic >= there_.size() || !there_[topic]) return Missing(record->topic);
    const auto until = Clock::now() + std::chrono::milliseconds(telling_ == this ? 0 : wait_ms);
    const auto bytes = static_cast<std::int64_t>(record->Bytes());
    auto letter = std::make_unique<Letter>(*this, std::move(record), std::move(on_sent));
    Letter& own = *letter;
    std::unique_lock lock(mutex_);
    while (true) {
      if (!room_.wait_until(lock, until, [&] { return Fits(bytes); })) return Full();
      ++records_, bytes_ += bytes;
      out_.emplace(own.number = ++last_number_, std::move(letter));
      lock.unlock();
      const auto code = Hand(own);
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
      lock.lock();
      letter = TakeBack(own);
      if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) return NotTaken(code);
      if (Clock::now() >= until) return Full();
      room_.wait_until(lock, std::min(until, Clock::now() + std::chrono::milliseconds(kLookAgainMs)));
    }
  }

  std::int64_t Flush(int timeout_ms) override {
    std::unique_lock lock(mutex_);
    const std::uint64_t last = last_number_;
    const auto until = Clock::now() + std::chrono::milliseconds(telling_ == this ? 0 : timeout_ms);
    told_.wait_until(lock, until, [&] { return out_.empty() || out_.begin()->first > last; });
    return std::distance(out_.begin(), out_.upper_bound(last));
  }

  std::int64_t InFlight() const override {
    const std::lock_guard lock(mutex_);
    return static_cast<std::int64_t>(out_.size());
  }

 private:
  // A record on its way.
  struct Letter : Awaiting {
    Letter(KafkaSending& from, std::shared_ptr<const Outgoing> what, OnSent then)
        : sending(from), record(std::move(what)), on_sent(std::move(then)) {
      headers.reserve(record->headers.size());
      for (const auto& [name, value] : record->headers) headers.push_back({name, value});
    }
    void Told(const Fate& fate) override { sending.Tell(*this, fate); }

    KafkaSending& sending;
    const std::shared_ptr<const Outgoing> record;
    const OnSent on_sent;
    std::vector<Header> headers;
    std::uint64_t number = 0;
  };

  // Room is given back before the outcome is told, so that a callback can send again.
  void Tell(Letter& letter, const Fate& fate) {
    {
      const std::lock_guard lock(mutex_);
      --records_, bytes_ -= static_cast<std::int64_t>(letter.record->Bytes());
    }
    room_.notify_all();
    telling_ = this;
    letter.on_sent(OutcomeOf(letter.record->topic, fate));
    telling_ = nullptr;
    {
      const std::lock_guard lock(mutex_);
      out_.erase(letter.number);
    }
    told_.notify_all();
  }

  // Of a letter that was not handed over. REQUIRED: mutex_ is held.
  std::unique_ptr<Letter> TakeBack(Letter& letter) {
    auto node = out_.extract(letter.number);
    --records_, bytes_ -= static_cast<std::int64_t>(letter.record->Bytes());
    room_.notify_all(), told_.notify_all();
    return std::move(node.mapped());
  }

  rd_kafka_resp_err_t Hand(Letter& letter) {
    const Outgoing& record = *letter.record;
    return handover_->Hand({NameOf(record.topic), record.key, record.value, letter.headers}, letter);
  }

  bool Fits(std::int64_t bytes) const {
    return records_ == 0 || (records_ < options_.in_flight_records_max && bytes_ + bytes <= options_.in_flight_bytes_max);
  }

  Result<Sent> OutcomeOf(Topic topic, const Fate& fate) const {
    if (fate.code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      Sent sent{{topic, fate.partition, std::max<std::int64_t>(fate.offset, -1)}, std::nullopt};
      if (fate.stamp_is_the_logs) sent.stamp = RecordedTime{fate.stamp_ms * 1000};
      return sent;
    }
    const Error why = WhyNot(fate.code);
    if (fate.may_be_in)
      return Fail("log_append_unknown", "the event may be in the log: " + why.reason,
                  "send it again with the same id; if it is there already, that does no harm", Blame::kUnavailable);
    return Fail("producer_not_sent", "the event is not in the log: " + why.reason, why.hint, why.blame);
  }

  Error WhyNot(rd_kafka_resp_err_t code) const {
    if (code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT || code == RD_KAFKA_RESP_ERR__DESTROY)
      return {"", "the producer was closed before the brokers confirmed it", "send it again", Blame::kUnavailable};
    return handover_->Client().ErrorOf(code, "sending to Kafka");
  }

  Status NotTaken(rd_kafka_resp_err_t code) const {
    rd_kafka_t* client = handover_->Client().Get();
    if (code != RD_KAFKA_RESP_ERR__FATAL) return tl::unexpected<Error>(WhyNot(code));
    std::array<char, 512> reason{};
    rd_kafka_fatal_error(client, reason.data(), reason.size());
    return Fail("producer_broken", std::string("this producer can't go on: ") + reason.data(),
                "open another one, and send again what it left unknown", Blame::kFault);
  }

  Status Missing(Topic topic) const {
    return Fail("log_topic_missing", "there is no topic " + NameOf(topic) + ", or this user may not describe it",
                "make the topics: tenure topics create; see the prefix and the ACLs; then open the producer again",
                Blame::kCaller);
  }
  static Status Full() {
    return Fail("producer_queue_full", "as many events as may be are on their way",
                "wait until some were delivered, or raise the limits of events in flight", Blame::kUnavailable);
  }

  std::string NameOf(Topic topic) const { return options_.topic_prefix + std::string(TopicName(topic)); }

  static thread_local const KafkaSending* telling_;  // whose outcome this thread tells

  const SendingOptions options_;
  std::array<bool, kPlaneTopics> there_{};
  mutable std::mutex mutex_;
  std::condition_variable room_, told_;
  std::int64_t records_ = 0, bytes_ = 0;                  // that take up room
  std::map<std::uint64_t, std::unique_ptr<Letter>> out_;  // in the order in which they were sent
  std::uint64_t last_number_ = 0;
  std::unique_ptr<Handover> handover_;  // ends first: it tells the outcomes
};

thread_local const KafkaSending* KafkaSending::telling_ = nullptr;

Status CheckOptions(const SendingOptions& options) {
  const auto bad = [](const char* name, const char* least) {
    return Fail("log_config_wrong", std::string(name) + " is too small", std::string("the least is ") + least, Blame::kCaller);
  };
  if (options.in_flight_records_max < 1) return bad("the limit of events in flight", "1");
  if (options.in_flight_bytes_max < 1) return bad("the limit of bytes in flight", "1");
  if (options.delivery_timeout_ms < 1) return bad("delivery_timeout_ms", "1");
  if (options.open_timeout_ms < 1) return bad("open_timeout_ms", "1");
  if (options.close_timeout_ms < 0) return bad("close_timeout_ms", "0");
  for (const auto& [name, value] : options.properties)
    if (name == "transactional.id")
      return Fail("log_config_wrong", "the property \"transactional.id\" is set", "leave it out: each event is on its own",
                  Blame::kCaller);
  return {};
}

}  // namespace

std::size_t Outgoing::Bytes() const {
  std::size_t bytes = key.size() + value.size();
  for (const auto& [name, text] : headers) bytes += name.size() + text.size();
  return bytes;
}

Result<Outgoing> WireForm(Topic topic, std::string key, std::string_view json, WireMode mode) {
  Outgoing out{topic, std::move(key), {}, {}};
  if (mode == WireMode::kStructured) {
    out.value = json;
    for (auto& [name, value] : HeadersFor(NewRecord{}, "")) out.headers.emplace_back(std::move(name), std::move(value));
    return out;
  }
  auto binary = event::ToBinaryMode(json, event::Carrier::kKafka);
  if (!binary) return tl::unexpected<Error>(binary.error());
  out.headers = std::move(binary->headers);
  out.value = std::move(binary->body);
  return out;
}

Result<std::unique_ptr<Sending>> Sending::Open(const SendingOptions& options) {
  if (auto s = CheckOptions(options); !s) return tl::unexpected<Error>(s.error());
  auto handover = Handover::Make(PropertiesOf(options), options.delivery_timeout_ms);
  if (!handover) return tl::unexpected<Error>(handover.error());
  auto sending = std::make_unique<KafkaSending>(options, std::move(*handover));
  if (auto s = sending->FindTopics(); !s) return tl::unexpected<Error>(s.error());
  return sending;
}

}  // namespace tenure::log
