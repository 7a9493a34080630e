#pragma once
// Sends events to a record on Apache Kafka: for systems that know of events (an HR system, an IAM tool) and keep no record
// themselves. No data directory, no read model.
//
//     auto producer = producer::Producer::Open({.properties = {{"bootstrap.servers", "kafka:9092"}}});
//     ...
//     auto sent = (*producer)->Send(*event, [](const producer::Delivery& delivery) { ... });
//     ...
//     if ((*producer)->Flush(5'000) > 0) ...  // milliseconds
//
// What becomes of an event:
//   refused     Send returns an error: it never left, and no callback is called.
//   in the log  the delivery has a receipt: where, and when the log recorded it. All in-sync replicas have it.
//   unknown     the delivery's error is log_append_unknown: no broker confirmed it in time, and it may be in the log. SendAgain sends
//               the same bytes with the same id; if it was there already, the second copy is a duplicate and changes nothing.
//   not sent    the delivery's error is producer_not_sent: it is certainly not in the log. The reason says why; Blame::kUnavailable
//               means that SendAgain may help, Blame::kCaller that something must be mended first (ACLs, password, topic, size).
//
// Order: events of one key (the identity, principal, member, role … that its data names) are recorded in the order in which Send
// was called, retries within the delivery timeout included. What is sent again comes after what was sent meanwhile; an event's own
// time says when it was true, and order of record decides between equal times alone.
//
// Thread safety: any call from any thread, but the destructor. Callbacks are called by one thread of the producer's, one after the
// other, without a lock held: they may call Send and SendAgain, must be quick, and must not throw or destroy the producer. What a
// callback refers to must live until it was called, which may be as late as the producer's end.
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tenure/event.h"
#include "tenure/position.h"
#include "tenure/result.h"
#include "tenure/time.h"

namespace tenure::producer {

// How CloudEvents travel. tenure reads both, and the event is the same.
enum class Mode : std::uint8_t {
  kStructured,  // one JSON document with attributes and data
  kBinary,      // attributes as ce_ headers, data as the value: for consumers that look at headers only
};

struct ProducerOptions {
  // REQUIRED: bootstrap.servers. Any property of librdkafka, later ones win; but enable.idempotence=true, acks=all and
  // partitioner=murmur2_random (as Java producers do it) are always set, and transactional.id is refused.
  std::vector<std::pair<std::string, std::string>> properties;
  std::string topic_prefix;  // before tenure.identity and so on, as the record was set up
  Mode mode = Mode::kStructured;
  // What may be on its way before Send says producer_queue_full; >= 1. One event fits always, whatever its size.
  std::int64_t in_flight_events_max = 10'000;
  std::int64_t in_flight_bytes_max = 64 << 20;
  // From Send to the event's outcome, with all retries between; a property message.timeout.ms wins over it.
  int delivery_timeout_ms = 120'000;
  int open_timeout_ms = 10'000;   // how long Open waits for the brokers
  int close_timeout_ms = 10'000;  // how long the destructor waits for what is on its way
};

// A record that was sent, for SendAgain. It can be kept, and outlives its producer.
class SentRecord;

struct Receipt {
  Position position;  // offset -1: the log has it, and the broker did not say where (a retry that met its own first try)
  // The log's stamp; the event's recorded time is never below it. nullopt: the topic keeps producers' times (docs/operating/kafka.md).
  std::optional<RecordedTime> stamp;
};

// What became of one event.
struct Delivery {
  EventName event;
  Result<Receipt> receipt;                   // errors: log_append_unknown, producer_not_sent
  std::shared_ptr<const SentRecord> record;  // holds the event's bytes as long as it lives
  bool MayBeInLog() const { return receipt || receipt.error().code == "log_append_unknown"; }
};
using OnDelivery = std::function<void(const Delivery&)>;

struct SendOptions {
  // How long Send waits for room; 0 = not at all. Inside a callback it never waits.
  int wait_ms_max = 0;
  // REQUIRED for an EventRetracted: the topic of the event that it retracts, since nobody here knows the record. Others have the
  // topic of their type.
  std::optional<Topic> topic;
};

class Producer {
 public:
  // Asks the brokers which topics there are. Topics that are made later are known to a producer that is opened later.
  // Errors: log_unreachable (kUnavailable), log_not_authenticated, log_topic_missing (there is none), log_config_unknown,
  // log_config_wrong (kCaller).
  static Result<std::unique_ptr<Producer>> Open(const ProducerOptions& options);

  // Waits up to close_timeout_ms for what is on its way, then gives it up: every callback has been called when it returns, those of
  // the events given up with log_append_unknown or producer_not_sent. It takes little more than close_timeout_ms, if no callback does.
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // Checks the event as tenure checks it at its own door, and hands it over; it doesn't wait for the brokers.
  // The event is one that EventBuilder built, or filled by hand; it is not kept.
  // Errors, after which nothing was sent and no callback is called: those of EventBuilder::Build; event_topic_missing (a retraction
  // without SendOptions::topic), event_topic_wrong, event_data_differs (the payload was changed after data_json was written);
  // log_topic_missing, log_record_too_large (kCaller); producer_queue_full (kUnavailable); producer_broken (kFault: librdkafka
  // can't go on; open another producer, and send again there what this one left unknown).
  tenure::Status Send(const Event& event, OnDelivery on_delivery, const SendOptions& options = {});
  // The same with a future. It is always fulfilled, by the destructor at the latest. Waiting for it in a callback is waiting for ever.
  Result<std::future<Delivery>> Send(const Event& event, const SendOptions& options = {});

  // The very same bytes once more, with the same id. REQUIRED: a delivery that a producer made, this one or an earlier one.
  // Errors: the last four of Send. `options.topic` is not looked at.
  tenure::Status SendAgain(const Delivery& delivery, OnDelivery on_delivery, const SendOptions& options = {});
  Result<std::future<Delivery>> SendAgain(const Delivery& delivery, const SendOptions& options = {});

  // Waits until all that was sent before is delivered and its callbacks have returned, or timeout_ms have passed; returns how
  // many of these events are still out. They stay on their way. Inside a callback it doesn't wait.
  std::int64_t Flush(int timeout_ms);
  // Sent, and the callback has not returned.
  std::int64_t InFlight() const;

 private:
  struct Impl;
  explicit Producer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure::producer
