// Incidents that a service keeps.
#include "event/json_reader.h"
#include "library/incidents.h"
#include "wire/reply_errors.h"
#include "wire/served_record.h"

namespace tenure::wire {
namespace {

Result<std::string> BodyOf(Result<Reply> reply, int status, bool with_token) {
  if (!reply) return tl::unexpected<Error>(reply.error());
  if (reply->status != status || reply->content_type != "application/json")
    return tl::unexpected<Error>(ErrorOf(*reply, with_token));
  return std::move(reply->body);
}

Result<Incident> IncidentIn(Result<std::string> body) {
  if (!body) return tl::unexpected<Error>(body.error());
  auto incident = library::IncidentFromJson(*body);
  if (!incident) return tl::unexpected<Error>(Malformed(incident.error()));
  return incident;
}

}  // namespace

Result<Incident> ServedRecord::OpenIncident(Incident incident) {
  if (auto s = library::CheckIncident(incident); !s) return tl::unexpected<Error>(s.error());
  return IncidentIn(BodyOf(
      client_->Send(
          {.method = "POST", .target = "/v1/incidents", .content_type = "application/json", .body = library::ToJson(incident)}),
      201, !access_.token.empty()));
}

Result<std::vector<std::string>> ServedRecord::Incidents() {
  auto body = BodyOf(client_->Send({.target = "/v1/incidents"}), 200, !access_.token.empty());
  if (!body) return tl::unexpected<Error>(body.error());
  const auto json = event::JsonValue::Parse(*body);
  const auto names = json ? json->Get("incidents") : std::nullopt;
  if (!names || !names->IsArray())
    return tl::unexpected<Error>(
        Malformed({"answer_malformed", "it is no list of incidents", "see what runs there", Blame::kFault}));
  std::vector<std::string> list;
  for (const auto& name : names->Items()) list.push_back(name.AsString());
  return list;
}

Result<Incident> ServedRecord::ReadIncident(const std::string& name) {
  if (auto s = library::CheckIncidentName(name); !s) return tl::unexpected<Error>(s.error());
  return IncidentIn(BodyOf(client_->Send({.target = "/v1/incidents/" + name}), 200, !access_.token.empty()));
}

}  // namespace tenure::wire
