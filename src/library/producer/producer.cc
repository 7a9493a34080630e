#include "tenure/producer/producer.h"

#include <utility>

#include "library/producer/outgoing.h"

namespace tenure::producer {

class SentRecord {
 public:
  SentRecord(EventName event, log::Outgoing outgoing)
      : event_(std::move(event)), outgoing_(std::make_shared<const log::Outgoing>(std::move(outgoing))) {}
  const EventName& Event() const { return event_; }
  const std::shared_ptr<const log::Outgoing>& Wire() const { return outgoing_; }

 private:
  const EventName event_;
  const std::shared_ptr<const log::Outgoing> outgoing_;
};

struct Producer::Impl {
  Mode mode;
  std::unique_ptr<log::Sending> sending;

  tenure::Status Send(std::shared_ptr<const SentRecord> record, OnDelivery on_delivery, int wait_ms) {
    auto wire = record->Wire();
    return sending->Send(
        std::move(wire),
        [record = std::move(record), on_delivery = std::move(on_delivery)](const Result<log::Sent>& outcome) {
          Delivery delivery{record->Event(), {}, record};
          if (outcome) delivery.receipt = Receipt{outcome->position, outcome->stamp};
          else delivery.receipt = tl::unexpected<Error>(outcome.error());
          if (on_delivery) on_delivery(delivery);
        },
        wait_ms);
  }
};

namespace {

log::SendingOptions OptionsOf(const ProducerOptions& options) {
  log::SendingOptions how;
  how.properties = options.properties;
  how.topic_prefix = options.topic_prefix;
  how.in_flight_records_max = options.in_flight_events_max;
  how.in_flight_bytes_max = options.in_flight_bytes_max;
  how.delivery_timeout_ms = options.delivery_timeout_ms;
  how.open_timeout_ms = options.open_timeout_ms;
  how.close_timeout_ms = options.close_timeout_ms;
  return how;
}

// What `send` does with a callback, with a future instead.
template <class Send>
Result<std::future<Delivery>> WithFuture(const Send& send) {
  const auto promise = std::make_shared<std::promise<Delivery>>();
  auto future = promise->get_future();
  if (auto sent = send([promise](const Delivery& delivery) { promise->set_value(delivery); }); !sent)
    return tl::unexpected<Error>(sent.error());
  return future;
}

}  // namespace

Result<std::unique_ptr<Producer>> Producer::Open(const ProducerOptions& options) {
  auto sending = log::Sending::Open(OptionsOf(options));
  if (!sending) return tl::unexpected<Error>(sending.error());
  return std::unique_ptr<Producer>(new Producer(std::make_unique<Impl>(Impl{options.mode, std::move(*sending)})));
}

Producer::Producer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Producer::~Producer() = default;

tenure::Status Producer::Send(const Event& event, OnDelivery on_delivery, const SendOptions& options) {
  auto outgoing = ToOutgoing(event, options.topic, impl_->mode);
  if (!outgoing) return tl::unexpected<Error>(outgoing.error());
  return impl_->Send(std::make_shared<const SentRecord>(event.name, std::move(*outgoing)), std::move(on_delivery),
                     options.wait_ms_max);
}

Result<std::future<Delivery>> Producer::Send(const Event& event, const SendOptions& options) {
  return WithFuture([&](OnDelivery on_delivery) { return Send(event, std::move(on_delivery), options); });
}

tenure::Status Producer::SendAgain(const Delivery& delivery, OnDelivery on_delivery, const SendOptions& options) {
  return impl_->Send(delivery.record, std::move(on_delivery), options.wait_ms_max);
}

Result<std::future<Delivery>> Producer::SendAgain(const Delivery& delivery, const SendOptions& options) {
  return WithFuture([&](OnDelivery on_delivery) { return SendAgain(delivery, std::move(on_delivery), options); });
}

std::int64_t Producer::Flush(int timeout_ms) { return impl_->sending->Flush(timeout_ms); }
std::int64_t Producer::InFlight() const { return impl_->sending->InFlight(); }

}  // namespace tenure::producer
