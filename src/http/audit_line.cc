// What a line of the audit says, and what it leaves out.
#include <algorithm>
#include <array>

#include "event/clock.h"
#include "event/json_writer.h"
#include "http/audit.h"
#include "http/parameters.h"
#include "http/tokens.h"

namespace tenure::http {
namespace {

using event::JsonWriter;

constexpr std::size_t kParametersBytesMax = 64 << 10;
constexpr std::size_t kLineBytes = 1024;
constexpr std::string_view kMasked = "[masked]";

void TextOrNull(JsonWriter& w, std::string_view name, std::string_view text) {
  w.Key(name);
  if (text.empty()) w.Null();
  else w.String(text);
}

// A secret has no place in a URL, and somebody will put one there.
bool NamesSecret(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
  constexpr std::array<std::string_view, 5> kWords = {"token", "secret", "password", "authorization", "api_key"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

void WriteParameters(JsonWriter& w, const Exchange& exchange) {
  std::size_t bytes = 0;
  const auto write = [&](std::string_view name, std::string_view value) {
    bytes += name.size() + value.size();
    if (bytes > kParametersBytesMax) return;
    w.Key(name);
    w.String(NamesSecret(name) || HoldsSecret(value) ? kMasked : value);
  };
  w.Key("parameters");
  w.BeginObject();
  for (const Field& field : exchange.captured) write(field.name, field.value);
  if (auto given = Parameters::Parse(exchange.request.query))
    for (const auto& [name, value] : given->Left()) write(name, value);
  for (const Field& field : exchange.response.asked) write(field.name, field.value);
  w.EndObject();
}

void WriteMoment(JsonWriter& w, const Response& response) {
  w.Key("as_of");
  if (response.when.as_of) w.Time(*response.when.as_of);
  else w.Null();
  if (response.when.during) {
    w.Key("during");
    w.BeginObject();
    w.Key("from");
    w.Time(response.when.during->from);
    w.Key("until");
    w.Time(response.when.during->until);
    w.EndObject();
  }
  w.Key("as_known_at");
  if (response.position.empty()) return w.Null();
  w.BeginObject();
  w.Key("time");
  if (response.known_time) w.Time(EffectiveTime{response.known_time->us});
  else w.Null();
  w.Key("position");
  w.String(response.position);
  w.EndObject();
}

}  // namespace

std::string AuditLine(const Exchange& exchange, EffectiveTime time) {
  const Request& request = exchange.request;
  const Response& response = exchange.response;
  const bool counted = (response.status == 200 || response.status == 202) && (!response.stream || exchange.ended);
  JsonWriter w(kLineBytes);
  w.BeginObject();
  w.Key("time");
  w.Time(time);
  TextOrNull(w, "request_id", request.id);
  TextOrNull(w, "who", exchange.caller.name);
  TextOrNull(w, "credential", exchange.caller.credential);
  TextOrNull(w, "address", request.peer.address);
  w.Key("method");
  w.String(request.method);
  w.Key("route");
  w.String(exchange.route);
  TextOrNull(w, "question", !response.question.empty() ? std::string_view(response.question) : exchange.question);
  WriteParameters(w, exchange);
  WriteMoment(w, response);
  w.Key("results");
  if (counted) w.Int(response.rows);
  else w.Null();
  w.Key("status");
  w.Int(response.status);
  TextOrNull(w, "error", response.code);
  w.Key("duration_us");
  w.Int(static_cast<std::int64_t>(exchange.seconds * 1e6));
  if (exchange.ended) {
    w.Key("ended");
    w.Bool(true);
  }
  w.EndObject();
  return w.Take();
}

}  // namespace tenure::http
