#include "log/kafka/handover.h"

#include <array>

namespace tenure::log {
namespace {

class Deliveries : public KafkaEvents {
 public:
  void Delivered(const rd_kafka_message_t& message) override {
    Fate fate;
    rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    fate.stamp_ms = rd_kafka_message_timestamp(&message, &kind);
    fate.stamp_is_the_logs = kind == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
    fate.code = message.err;
    fate.partition = message.partition;
    fate.offset = message.offset;
    fate.may_be_in = rd_kafka_message_status(&message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
    static_cast<Awaiting*>(message._private)->Told(fate);
  }
};

KafkaProperties ProducerProperties(const KafkaProperties& given, int timeout_ms) {
  KafkaProperties properties{{"client.id", "tenure"},
                             {"linger.ms", "2"},
                             {"compression.type", "lz4"},
                             {"message.timeout.ms", std::to_string(timeout_ms)}};
  properties.insert(properties.end(), given.begin(), given.end());
  // Java producers put a key into the same partition.
  for (const auto& [name, value] :
       KafkaProperties{{"enable.idempotence", "true"}, {"acks", "all"}, {"partitioner", "murmur2_random"}})
    properties.emplace_back(name, value);
  return properties;
}

}  // namespace

Result<std::unique_ptr<Handover>> Handover::Make(const KafkaProperties& properties, int timeout_ms) {
  auto client = KafkaClient::Make(RD_KAFKA_PRODUCER, ProducerProperties(properties, timeout_ms), std::make_shared<Deliveries>());
  if (!client) return tl::unexpected<Error>(client.error());
  return std::unique_ptr<Handover>(new Handover(std::move(*client)));
}

// librdkafka takes a list of typed arguments, and owns the headers if it takes the record.
rd_kafka_resp_err_t Handover::Hand(const Handed& record, Awaiting& awaiting) {
  rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
  for (const auto& h : record.headers)
    rd_kafka_header_add(headers, h.name.data(), static_cast<ssize_t>(h.name.size()), h.value.data(),
                        static_cast<ssize_t>(h.value.size()));
  const std::string topic(record.topic);
  std::array<rd_kafka_vu_t, 7> arguments{};
  auto* next = arguments.data();
  const auto add = [&next](rd_kafka_vtype_t type) -> auto& {
    next->vtype = type;
    return (next++)->u;
  };
  add(RD_KAFKA_VTYPE_TOPIC).cstr = topic.c_str();
  add(RD_KAFKA_VTYPE_KEY).mem = {const_cast<char*>(record.key.data()), record.key.size()};
  add(RD_KAFKA_VTYPE_VALUE).mem = {const_cast<char*>(record.value.data()), record.value.size()};
  add(RD_KAFKA_VTYPE_MSGFLAGS).i = RD_KAFKA_MSG_F_COPY;
  add(RD_KAFKA_VTYPE_HEADERS).headers = headers;
  add(RD_KAFKA_VTYPE_OPAQUE).ptr = &awaiting;
  add(RD_KAFKA_VTYPE_TIMESTAMP).i64 = record.time_ms;
  const std::unique_ptr<rd_kafka_error_t, decltype(&rd_kafka_error_destroy)> error(
      rd_kafka_produceva(client_->Get(), arguments.data(), arguments.size()), rd_kafka_error_destroy);
  if (!error) return RD_KAFKA_RESP_ERR_NO_ERROR;
  rd_kafka_headers_destroy(headers);
  return rd_kafka_error_code(error.get());
}

}  // namespace tenure::log
