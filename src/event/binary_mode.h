#pragma once
// CloudEvents in binary mode: attributes in the headers of a Kafka record or an HTTP message, `data` as its body.
//
// Here is only the change of clothes: the structured JSON that comes out is as unchecked as the headers that went in, and goes to the
// Decoder. The content hash is the same in both modes. Safe from any thread.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenure/result.h"

namespace tenure::event {

// Kafka: `ce_id`, values as they are. HTTP: `ce-id`, names in any case of letters, values percent-encoded.
enum class Carrier : unsigned char { kKafka, kHttp };

using Headers = std::vector<std::pair<std::string, std::string>>;  // in order; a name may stand twice

struct BinaryMessage {
  Headers headers;   // content-type first
  std::string body;  // `data`
};

// Whether the headers announce binary mode: they name a specversion, and content-type is not application/cloudevents*.
bool IsBinaryMode(const Headers& headers, Carrier carrier);

// Structured JSON from a binary message. Headers that are not of CloudEvents are left out; an attribute that stands twice stands
// twice in the result, where the Decoder refuses it.
// Errors: event_data_not_object (the body is no JSON object), event_binary_header (a name that no attribute has, a broken escape).
Result<std::string> FromBinaryMode(const Headers& headers, std::string_view body, Carrier carrier);

// A binary message from structured JSON that the Decoder takes. The body is canonical (RFC 8785). Attributes that are null are left out.
// Errors: event_not_json, event_data_not_object, event_binary_header (an attribute that no header can carry).
Result<BinaryMessage> ToBinaryMode(std::string_view json, Carrier carrier);

}  // namespace tenure::event
