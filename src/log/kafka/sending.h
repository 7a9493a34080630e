#pragma once
// Records sent to the topics of the planes one by one, without waiting; each one's outcome is told. For producers that keep no
// record of their own; the log appends through producing.h.
//
// Records of one key keep the order in which they were sent. Thread safety: any call from any thread; outcomes are told by one
// thread, one after the other, with no lock held.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenure/position.h"
#include "tenure/result.h"
#include "tenure/time.h"

namespace tenure::log {

enum class WireMode : std::uint8_t { kStructured, kBinary };

// A record as it goes out. The same one sent again has the same bytes.
struct Outgoing {
  Topic topic;
  std::string key, value;
  std::vector<std::pair<std::string, std::string>> headers;
  std::size_t Bytes() const;
};
// From a structured CloudEvent. Errors: event_binary_header (an attribute that no header can carry).
Result<Outgoing> WireForm(Topic topic, std::string key, std::string_view json, WireMode mode);

// A record that the log has.
struct Sent {
  Position position;                  // offset -1: the broker has it, and did not say where
  std::optional<RecordedTime> stamp;  // nullopt: the topic keeps the producer's time, not the log's
};
// Errors: log_append_unknown (kUnavailable): it may be in the log; producer_not_sent: it is not, for the reason and with the blame that
// it tells.
using OnSent = std::function<void(const Result<Sent>& outcome)>;

struct SendingOptions {
  std::vector<std::pair<std::string, std::string>> properties;  // REQUIRED: bootstrap.servers
  std::string topic_prefix;
  std::int64_t in_flight_records_max = 10'000, in_flight_bytes_max = 64 << 20;  // >= 1; one record always fits
  int delivery_timeout_ms = 120'000;                                            // of a record, from its sending to its outcome
  int open_timeout_ms = 10'000;
  int close_timeout_ms = 10'000;
};

class Sending {
 public:
  // Asks the brokers which topics there are. Errors: those of kafka_log.h; log_topic_missing if there is none of a plane.
  static Result<std::unique_ptr<Sending>> Open(const SendingOptions& options);

  // Waits close_timeout_ms for what is out, gives up the rest and tells their outcomes. Not from an outcome's callback.
  virtual ~Sending() = default;

  // With room it returns at once, without it waits up to wait_ms (never inside a callback). After an error nothing was sent
  // and nothing is told. Errors: producer_queue_full (kUnavailable), log_topic_missing (kCaller), log_record_too_large,
  // producer_broken (kFault: open another).
  virtual Status Send(std::shared_ptr<const Outgoing> record, OnSent on_sent, int wait_ms) = 0;

  // Waits for what was sent before; returns how much of it is still out. Inside a callback it doesn't wait.
  virtual std::int64_t Flush(int timeout_ms) = 0;
  // Sent, and its outcome not yet told.
  virtual std::int64_t InFlight() const = 0;
};

}  // namespace tenure::log
