#include "http/problem.h"

#include <algorithm>
#include <array>

#include "event/codec.h"
#include "event/json_writer.h"
#include "library/json.h"

namespace tenure::http {
namespace {

using event::JsonWriter;

constexpr int kRetryAfterSeconds = 1;
constexpr std::size_t kReportedEventsMax = 10'000;  // what goes in all or nothing; a longer report would say everything twice
constexpr std::array<std::pair<std::string_view, int>, 23> kStatuses = {
    {{"not_authenticated", 401},  {"credential_unknown", 401},     {"credential_expired", 401},  {"credential_revoked", 401},
     {"not_authorised", 403},     {"route_unknown", 404},          {"method_not_allowed", 405},  {"not_acceptable", 406},
     {"request_too_slow", 408},   {"event_conflict", 409},         {"body_too_large", 413},      {"batch_too_large", 413},
     {"target_too_long", 414},    {"media_type_unsupported", 415}, {"too_many_requests", 429},   {"fields_too_large", 431},
     {"coding_unknown", 501},     {"version_unknown", 505},        {"dead_letter_unknown", 404}, {"lag_too_great", 503},
     {"incident_not_found", 404}, {"incident_exists", 409},        {"incident_too_many", 409}}};

// "token_other_log" -> "Token other log": short, the same for every occurrence.
std::string TitleOf(std::string_view code) {
  std::string title(code);
  std::replace(title.begin(), title.end(), '_', ' ');
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

void Member(JsonWriter& w, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  w.Key(name);
  if (event::IsUtf8(value)) return w.String(value);
  std::string readable(value);  // a header was quoted that holds any bytes
  std::replace_if(readable.begin(), readable.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  w.String(readable);
}

void Open(JsonWriter& w, int status, const Error& error, std::string_view field) {
  w.BeginObject();
  Member(w, "type", "urn:tenure:problem:" + error.code);
  Member(w, "title", TitleOf(error.code));
  w.Key("status");
  w.Int(status);
  Member(w, "detail", error.reason);
  Member(w, "code", error.code);
  Member(w, "hint", error.hint);
  Member(w, "field", field);
}

// RFC 6750: nothing but the realm for who has shown nothing.
std::string ChallengeOf(const std::string& code) {
  std::string challenge = "Bearer realm=\"tenure\"";
  if (code == "not_authenticated") return challenge;
  const std::string why = code == "credential_expired" ? "expired" : code == "credential_revoked" ? "revoked" : "unknown";
  return challenge + ", error=\"invalid_token\", error_description=\"the credential is " + why + "\"";
}

Response Finish(JsonWriter& w, int status, const std::string& code) {
  w.EndObject();
  Response response = Json(w.Take(), status);
  response.content_type = "application/problem+json";
  response.code = code;
  if (status == 503 || status == 429) response.fields.push_back({"Retry-After", std::to_string(kRetryAfterSeconds)});
  if (status == 401) response.fields.push_back({"WWW-Authenticate", ChallengeOf(code)});
  return response;
}

}  // namespace

int StatusOf(const Error& error) {
  const auto known = std::find_if(kStatuses.begin(), kStatuses.end(), [&](const auto& s) { return s.first == error.code; });
  if (known != kStatuses.end()) return known->second;
  switch (error.blame) {
    case Blame::kCaller:
      return 400;
    case Blame::kInput:
      return 422;
    case Blame::kUnavailable:
      return 503;
    case Blame::kFault:
      break;
  }
  return 500;
}

Response Problem(const Error& error, std::string_view field) { return Problem(StatusOf(error), error, field); }

Response Problem(int status, const Error& error, std::string_view field) {
  JsonWriter w;
  Open(w, status, error, field);
  return Finish(w, status, error.code);
}

Response Refused(int status, const Error& error, const AppendReport& report) {
  JsonWriter w;
  Open(w, status, error, {});
  w.Key("violations");
  w.BeginArray();
  for (const AppendedEvent& event : report.answer.events) {
    if (!event.error) continue;
    w.BeginObject();
    w.Key("line");
    w.Int(event.line);
    Member(w, "code", event.error->code);
    Member(w, "reason", event.error->reason);
    Member(w, "hint", event.error->hint);
    w.EndObject();
  }
  w.EndArray();
  if (report.answer.events.size() <= kReportedEventsMax) {
    w.Key("report");
    w.Raw(library::ToJson(report));
  }
  return Finish(w, status, error.code);
}

}  // namespace tenure::http
