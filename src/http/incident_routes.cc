// Questions that are kept under a name, for a colleague to ask again: docs/reference/investigation.md.
#include "event/json_writer.h"
#include "http/json_body.h"
#include "http/problem.h"
#include "http/route.h"
#include "library/incidents.h"

namespace tenure::http {
namespace {

Response Kept(const Incident& incident, int status) {
  Response response = Json(library::ToJson(incident), status);
  response.fields.push_back({"Cache-Control", "no-store"});
  response.asked = {{"incident", incident.name}};
  response.position = incident.position;
  response.rows = 1;
  return response;
}

Response List(Call& call) {
  if (auto all = call.parameters.AllTaken(); !all) return Problem(all.error());
  auto names = call.service.Borrow()->Incidents();
  if (!names) return Problem(names.error());
  event::JsonWriter w;
  w.BeginObject();
  w.Key("incidents");
  w.BeginArray();
  for (const std::string& name : *names) w.String(name);
  w.EndArray();
  w.EndObject();
  Response response = Json(w.Take());
  response.fields.push_back({"Cache-Control", "no-store"});
  response.rows = static_cast<std::int64_t>(names->size());
  return response;
}

Response Show(Call& call) {
  if (auto all = call.parameters.AllTaken(); !all) return Problem(all.error());
  auto incident = call.service.Borrow()->ReadIncident(call.captured[0]);
  return incident ? Kept(*incident, 200) : Problem(incident.error());
}

Response Open(Call& call) {
  if (auto all = call.parameters.AllTaken(); !all) return Problem(all.error());
  if (auto json = CheckIsJson(call.request); !json) return Problem(json.error(), "Content-Type");
  auto incident = library::IncidentFromJson(call.request.body);
  if (!incident) {
    incident.error().blame = Blame::kCaller;
    return Problem(incident.error());
  }
  auto kept = call.service.Borrow()->OpenIncident(std::move(*incident));
  return kept ? Kept(*kept, 201) : Problem(kept.error());
}

}  // namespace

std::vector<Route> IncidentRoutes() {
  return {{"GET", "/v1/incidents", Scope::kHistory, List, false, "incidents"},
          {"POST", "/v1/incidents", Scope::kHistory, Open, false, "open_incident"},
          {"GET", "/v1/incidents/{name}", Scope::kHistory, Show, false, "incident"}};
}

}  // namespace tenure::http
