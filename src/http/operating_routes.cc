// What those who run the service look at: is it alive, is it ready, what does it count, and what can be asked of it.
#include "http/openapi.h"
#include "http/problem.h"
#include "http/route.h"

namespace tenure::http {
namespace {

Response Text(std::string body, int status = 200) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  response.fields.push_back({"Cache-Control", "no-store"});
  return response;
}

Response Alive(Call&) { return Text("alive\n"); }

Response Ready(Call& call) {
  const std::string why = call.service.NotReady();
  if (why.empty()) return Text("ready\n");
  return Problem(Error{"not_ready", why, "ask again in a moment", Blame::kUnavailable});
}

Response Counted(Call& call) {
  const auto asker = call.service.Borrow();
  auto status = asker->Status();
  if (!status) return Problem(status.error());
  call.service.Counts().Audited(call.service.Trail().State());
  call.service.Counts().Stored(asker->Storage());
  Response response = Text(call.service.Counts().Text(*status));
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

Response Described(Call&) {
  Response response;
  response.content_type = "application/yaml";
  response.body = OpenapiDocument();
  return response;
}

}  // namespace

std::vector<Route> OperatingRoutes() {
  return {{"GET", "/livez", Scope::kNone, Alive, true},
          {"GET", "/readyz", Scope::kNone, Ready},
          {"GET", "/metrics", Scope::kOperate, Counted, false, "metrics"},
          {"GET", "/openapi.yaml", Scope::kNone, Described, true}};
}

}  // namespace tenure::http
