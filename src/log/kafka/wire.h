#pragma once
// A record as it travels through Kafka: CloudEvents in structured or binary mode, and the door's word for who wrote it.
// Private to src/log/kafka. The binding: CloudEvents Kafka protocol binding 1.0.
#include <librdkafka/rdkafka.h>

#include <string>
#include <string_view>
#include <vector>

#include "log/log.h"

namespace tenure::log {

struct Header {
  std::string name, value;
};

// What goes out beside key and value: the content type and, for a verified writer, its name and the door's HMAC over it.
std::vector<Header> HeadersFor(const NewRecord& record, std::string_view door_key);

// The record's value as structured-mode JSON. In binary mode attributes come from ce_ headers and the value is `data`; where that
// is no JSON, the value stays as it is (and becomes a dead letter).
std::string StructuredValue(const std::vector<Header>& headers, std::string_view value);

// The writer that the headers name, if the door's HMAC over it holds; else "".
std::string VerifiedWriter(const std::vector<Header>& headers, std::string_view structured_value, std::string_view door_key);

std::vector<Header> HeadersOf(const rd_kafka_message_t& message);

}  // namespace tenure::log
