#include "log/kafka/wire.h"

#include <algorithm>

#include "event/codec.h"
#include "event/json_writer.h"

namespace tenure::log {
namespace {

constexpr std::string_view kContentType = "content-type";
constexpr std::string_view kStructured = "application/cloudevents+json; charset=UTF-8";
constexpr std::string_view kJson = "application/json";  // an announced dead letter is no CloudEvent
constexpr std::string_view kWriter = "tenure-writer", kWriterHmac = "tenure-writer-hmac";

const std::string* Find(const std::vector<Header>& headers, std::string_view name) {
  const auto it = std::find_if(headers.begin(), headers.end(), [&](const Header& h) { return h.name == name; });
  return it == headers.end() ? nullptr : &it->value;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return c < 128 ? std::tolower(c) : c; });
  return lower;
}

// Over (source, id, content hash, writer); of a value that is no event over the bytes instead. Each part with its length before it.
std::string Signature(std::string_view value, std::string_view writer, std::string_view door_key) {
  thread_local event::Decoder decoder;
  const auto decoded = decoder.DecodeWithoutText(value);
  const Hash256 hash = decoded ? decoded->content_hash : event::Sha256(value);
  std::string message;
  const auto add = [&](std::string_view part) { message += std::to_string(part.size()) + ":" + std::string(part); };
  add(decoded ? decoded->name.source : "");
  add(decoded ? decoded->name.id : "");
  add({reinterpret_cast<const char*>(hash.data()), hash.size()});
  add(writer);
  const Hash256 mac = event::HmacSha256(door_key, message);
  return {reinterpret_cast<const char*>(mac.data()), mac.size()};
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  unsigned differs = a.size() != b.size();
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    differs |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  return differs == 0;
}

}  // namespace

std::vector<Header> HeadersFor(const NewRecord& record, std::string_view door_key) {
  std::vector<Header> headers{{std::string(kContentType), std::string(record.topic == Topic::kDeadLetter ? kJson : kStructured)}};
  if (record.verified_writer.empty() || door_key.empty()) return headers;
  headers.push_back({std::string(kWriter), record.verified_writer});
  headers.push_back({std::string(kWriterHmac), Signature(record.value, record.verified_writer, door_key)});
  return headers;
}

std::string StructuredValue(const std::vector<Header>& headers, std::string_view value) {
  const std::string* type = Find(headers, kContentType);
  const bool structured = type != nullptr && Lower(*type).starts_with("application/cloudevents");
  if (structured || Find(headers, "ce_specversion") == nullptr) return std::string(value);
  std::string json = "{";
  const auto add = [&](std::string_view name, std::string_view text) {
    if (json.size() > 1) json += ',';
    event::AppendJsonString(json, name);
    json += ':';
    event::AppendJsonString(json, text);
  };
  for (const auto& header : headers)
    if (header.name.starts_with("ce_")) add(std::string_view(header.name).substr(3), header.value);
  if (type != nullptr) add("datacontenttype", *type);
  // One JSON value and no more, so that nothing in it can pass for an attribute.
  if (!value.empty()) {
    if (!event::IsOneJsonValue(value)) return std::string(value);
    json += ",\"data\":" + std::string(value);
  }
  return json + "}";
}

std::string VerifiedWriter(const std::vector<Header>& headers, std::string_view structured_value, std::string_view door_key) {
  const std::string *writer = Find(headers, kWriter), *mac = Find(headers, kWriterHmac);
  if (door_key.empty() || writer == nullptr || mac == nullptr) return {};
  return EqualInConstantTime(*mac, Signature(structured_value, *writer, door_key)) ? *writer : std::string();
}

std::vector<Header> HeadersOf(const rd_kafka_message_t& message) {
  std::vector<Header> out;
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return out;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    out.push_back({name, value == nullptr ? std::string() : std::string(static_cast<const char*>(value), size)});
  return out;
}

}  // namespace tenure::log
