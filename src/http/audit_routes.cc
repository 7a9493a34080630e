// GET /v1/audit: who asked what.
#include "http/asking.h"
#include "http/audit_reader.h"

namespace tenure::http {
namespace {

constexpr std::int64_t kLimitMost = 10'000;

Response Asked(Call& call) {
  AuditQuestion question;
  for (auto [name, moment] : {std::pair("from", &question.from), std::pair("to", &question.to)}) {
    const std::string text = call.parameters.Take(name);
    if (text.empty()) continue;
    auto time = library::ReadMoment(name, text, call.now);
    if (!time) return Problem(time.error(), name);
    *moment = *time;
  }
  question.who = call.parameters.Take("who");
  question.question = call.parameters.Take("question");
  question.cursor = call.parameters.Take("cursor");
  auto limit = call.parameters.TakeNumber("limit", question.limit, 1, kLimitMost);
  if (!limit) return Problem(limit.error(), "limit");
  question.limit = *limit;
  if (auto all = call.parameters.AllTaken(); !all) return Problem(all.error(), FieldOf(all.error()));
  auto answer = ReadAudit(call.service.Trail().Directory(), question);
  if (!answer) return Problem(answer.error(), answer.error().code == "cursor_malformed" ? "cursor" : "from");
  Response response = Json(ToJson(*answer));
  response.rows = static_cast<std::int64_t>(answer->rows.size());
  response.fields.push_back({"Cache-Control", "no-store"});
  return response;
}

}  // namespace

std::vector<Route> AuditRoutes() { return {{"GET", "/v1/audit", Scope::kOperate, Asked, false, "audit"}}; }

}  // namespace tenure::http
