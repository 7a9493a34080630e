#include "event/binary_mode.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "event/json_reader.h"
#include "event/json_writer.h"
#include "event/quoted.h"

namespace tenure::event {
namespace {

constexpr std::string_view kContentType = "content-type";
constexpr std::string_view kJson = "application/json";

std::string_view PrefixOf(Carrier carrier) { return carrier == Carrier::kKafka ? "ce_" : "ce-"; }

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// Names of HTTP headers have no case; those of Kafka do, but for content-type, which producers write as they like.
std::string NameOf(const std::string& header, Carrier carrier) {
  std::string lower = Lower(header);
  return carrier == Carrier::kHttp || lower == kContentType ? lower : header;
}

// What a header may carry of its own; the rest of an event has another place.
bool IsCarried(std::string_view attribute) {
  if (attribute.empty() || attribute == "data" || attribute == "datacontenttype") return false;
  return std::all_of(attribute.begin(), attribute.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

tl::unexpected<Error> BadHeader(std::string_view header, const char* why, const char* hint) {
  return Fail("event_binary_header", "header " + Quoted(header) + " " + why, hint);
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// A value in double quotes is what stands between them, a backslash taking the next character as it is.
std::string Unquoted(std::string_view value) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::string(value);
  value = value.substr(1, value.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) ++i;
    out.push_back(value[i]);
  }
  return out;
}

std::optional<std::string> PercentDecoded(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '%') {
      out.push_back(value[i]);
      continue;
    }
    const int high = i + 2 < value.size() ? HexDigit(value[i + 1]) : -1, low = high < 0 ? -1 : HexDigit(value[i + 2]);
    if (low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

std::string PercentEncoded(std::string_view value) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : value) {
    const auto u = static_cast<unsigned char>(c);
    if (u > 0x20 && u < 0x7f && c != '"' && c != '%') out.push_back(c);
    else out += {'%', kHex[u >> 4], kHex[u & 15]};
  }
  return out;
}

}  // namespace

bool IsBinaryMode(const Headers& headers, Carrier carrier) {
  bool versioned = false;
  for (const auto& [header, value] : headers) {
    const std::string name = NameOf(header, carrier);
    if (name == kContentType && Lower(value).starts_with("application/cloudevents")) return false;
    versioned = versioned || name == std::string(PrefixOf(carrier)) + "specversion";
  }
  return versioned;
}

Result<std::string> FromBinaryMode(const Headers& headers, std::string_view body, Carrier carrier) {
  // Only a body that is one whole object may stand raw in the result: anything else could close `data` and add attributes.
  const auto data = JsonValue::Parse(body);
  if (!data || !data->IsObject())
    return Fail("event_data_not_object", "the body is not a JSON object", "send the fields of the type as a JSON object");
  JsonWriter w;
  w.BeginObject();
  for (const auto& [header, value] : headers) {
    const std::string name = NameOf(header, carrier);
    if (name == kContentType) {
      w.Key("datacontenttype"), w.String(value);
      continue;
    }
    if (!name.starts_with(PrefixOf(carrier))) continue;
    const std::string_view attribute = std::string_view(name).substr(PrefixOf(carrier).size());
    if (!IsCarried(attribute))
      return BadHeader(header, "names no attribute",
                       "attributes are lower-case letters and digits; the type of the body is content-type");
    const auto text = carrier == Carrier::kHttp ? PercentDecoded(Unquoted(value)) : std::optional<std::string>(value);
    if (!text) return BadHeader(header, "holds a % without two hexadecimal digits", "write a percent sign as %25");
    w.Key(attribute), w.String(*text);
  }
  w.Key("data"), w.Raw(body);
  w.EndObject();
  return w.Take();
}

Result<BinaryMessage> ToBinaryMode(std::string_view json, Carrier carrier) {
  const auto event = JsonValue::Parse(json);
  if (!event || !event->IsObject()) return Fail("event_not_json", "not a JSON object", "give one structured CloudEvent");
  BinaryMessage out;
  out.headers.emplace_back(kContentType, kJson);
  for (const auto& [name, value] : event->Members()) {
    if (value.IsNull()) continue;
    if (name == "data") {
      if (!value.IsObject())
        return Fail("event_data_not_object", "\"data\" is not an object", "send the fields of the type as a JSON object");
      out.body = value.Dump();
    } else if (name == "datacontenttype" && value.IsString()) {
      out.headers.front().second = value.AsString();
    } else if (!IsCarried(name) || value.IsObject() || value.IsArray()) {
      return BadHeader(std::string(PrefixOf(carrier)) + name, "can't carry that attribute",
                       "attributes are lower-case letters and digits, their values text");
    } else {
      const std::string text = value.IsString() ? value.AsString() : value.Dump();
      out.headers.emplace_back(std::string(PrefixOf(carrier)) + name, carrier == Carrier::kHttp ? PercentEncoded(text) : text);
    }
  }
  if (out.body.empty())
    return Fail("event_data_not_object", "\"data\" is missing", "send the fields of the type as a JSON object");
  return out;
}

}  // namespace tenure::event
