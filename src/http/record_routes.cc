// Dead letters and what becomes of them, the state of the record, and the proof of the read model.
#include "http/asking.h"
#include "http/json_body.h"
#include "library/json.h"

namespace tenure::http {
namespace {

Response DeadLetters(Call& call) {
  return Answered(
      call, [](Tenure& tenure, const Ask& ask) { return tenure.DeadLetters(ask); },
      [](const DeadLettersAnswer& answer) {
        return std::pair(library::ToJson(answer), static_cast<std::int64_t>(answer.rows.size()));
      });
}

Response State(Call& call) {
  if (auto all = call.parameters.AllTaken(); !all) return Problem(all.error(), FieldOf(all.error()));
  const auto asker = call.service.Borrow();
  auto answer = asker->Status();
  if (!answer) return Problem(answer.error());
  Response response = Json(library::ToJson(*answer));
  Tell(response, answer->head, 1);
  response.fields.push_back({"Cache-Control", "no-store"});
  return response;
}

Response Verify(Call& call) {
  if (auto all = call.parameters.AllTaken(); !all) return Problem(all.error(), FieldOf(all.error()));
  auto answer = call.service.Verify();
  if (!answer) return Problem(answer.error());
  Response response = Json(library::ToJson(*answer));
  Tell(response, answer->head, 1);
  return response;
}

// {topic, partition, offset, resolution: void | replaced, replaced_by: {source, id}, reason, actor}
Result<DeadLetterResolution> ReadResolution(const std::string& body) {
  const auto wrong = [](const std::string& reason) {
    return Fail(
        "resolution_malformed", reason,
        "send {topic, partition, offset, resolution: \"void\" or \"replaced\", replaced_by: {source, id}, reason, actor}");
  };
  auto json = event::JsonValue::Parse(body);
  if (!json || !json->IsObject()) return wrong("the body is no JSON object");
  if (auto why = WrongMembers(*json, {"topic", "partition", "offset", "resolution", "replaced_by", "reason", "actor"});
      !why.empty())
    return wrong(why);
  const auto text = [](const event::JsonValue& object, const char* name) {
    const auto member = object.Get(name);
    return member && member->IsString() ? member->AsString() : std::string();
  };
  DeadLetterResolution resolution;
  bool known = false;
  for (int t = 0; t < kPlaneTopics; ++t)
    if (TopicName(static_cast<Topic>(t)) == text(*json, "topic")) resolution.position.topic = static_cast<Topic>(t), known = true;
  const auto partition = json->Get("partition"), offset = json->Get("offset");
  const auto at = partition ? partition->AsInt() : std::nullopt, place = offset ? offset->AsInt() : std::nullopt;
  if (!known || !at || !place || *at < 0 || *at > INT32_MAX) return wrong("topic, partition and offset name no position");
  resolution.position.partition = static_cast<std::int32_t>(*at);
  resolution.position.offset = *place;
  resolution.reason = text(*json, "reason");
  resolution.actor = text(*json, "actor");
  const std::string kind = text(*json, "resolution");
  const auto by = json->Get("replaced_by"), actor = json->Get("actor");
  if (actor && !actor->IsString() && !actor->IsNull()) return wrong("actor is no text");
  if (by && by->IsObject())
    if (auto why = WrongMembers(*by, {"source", "id"}); !why.empty()) return wrong("replaced_by: " + why);
  if (kind == "replaced" && by && by->IsObject()) resolution.replaced_by = EventName{text(*by, "source"), text(*by, "id")};
  if (resolution.reason.empty()) return wrong("reason is missing");
  if ((kind != "void" || by) && !resolution.replaced_by) return wrong("resolution is \"" + kind + "\"");
  return resolution;
}

Response Resolve(Call& call) {
  if (auto all = call.parameters.AllTaken(); !all) return Problem(all.error(), FieldOf(all.error()));
  if (auto json = CheckIsJson(call.request); !json) return Problem(json.error(), "Content-Type");
  auto resolution = ReadResolution(call.request.body);
  if (!resolution) return Problem(resolution.error());
  resolution->verified_writer = call.caller.name;
  auto report = call.service.Write([&](Tenure& writer) { return writer.ResolveDeadLetter(*resolution); });
  if (!report) return Problem(report.error());
  if (report->fault) return Problem(*report->fault);
  if (report->answer.refused + report->answer.conflicts > 0)
    return Refused(422, {"events_refused", "the resolution was refused", "correct what is listed"}, *report);
  Response response = Json(library::ToJson(report->answer), 202);
  response.rows = 1;
  response.position = report->answer.token;
  response.asked = {{"topic", std::string(TopicName(resolution->position.topic))},
                    {"partition", std::to_string(resolution->position.partition)},
                    {"offset", std::to_string(resolution->position.offset)},
                    {"resolution", resolution->replaced_by ? "replaced" : "void"},
                    {"actor", resolution->actor}};
  return response;
}

}  // namespace

std::vector<Route> RecordRoutes() {
  return {{"GET", "/v1/dead-letters", Scope::kAsk, DeadLetters, false, "dead_letters"},
          {"POST", "/v1/dead-letters/resolve", Scope::kGovern, Resolve, false, "resolve"},
          {"GET", "/v1/status", Scope::kAsk, State, false, "status"},
          {"POST", "/v1/verify", Scope::kOperate, Verify, false, "verify"}};
}

}  // namespace tenure::http
