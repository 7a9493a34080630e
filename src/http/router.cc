#include "http/router.h"

#include <chrono>

#include "http/asking.h"
#include "http/audited_stream.h"
#include "http/problem.h"

namespace tenure::http {
namespace {

double SecondsSince(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

bool IsCapture(const std::string& segment) { return segment.front() == '{'; }

bool Fits(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
  if (pattern.size() != segments.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (!IsCapture(pattern[i]) && pattern[i] != segments[i]) return false;
  return true;
}

// Whether who asks is looked at. The others are what a load balancer and a new client look at first.
bool IsGuarded(const Route& route) { return route.scope != Scope::kNone || route.method != "GET"; }

std::vector<std::string> Values(const std::vector<Field>& captured) {
  std::vector<std::string> values;
  for (const Field& field : captured) values.push_back(field.value);
  return values;
}

std::string_view MethodOf(const Request& request) {
  return request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
}

// A body in a coding that isn't undone must not be read as if it were plain.
std::optional<Response> EncodedBody(const Request& request) {
  const std::string* coding = request.Find("content-encoding");
  if (coding == nullptr || EqualNames(*coding, "identity")) return std::nullopt;
  Response response =
      Problem(Error{"media_type_unsupported", "the body is encoded (Content-Encoding)", "send it as it is", Blame::kCaller},
              "Content-Encoding");
  response.fields.push_back({"Accept-Encoding", "identity"});
  return response;
}

}  // namespace

Router::Router(Service& service, Identify identify) : service_(service), identify_(std::move(identify)) {
  for (const auto& routes : {OperatingRoutes(), QuestionRoutes(), GovernanceRoutes(), InvestigationRoutes(), EvidenceRoutes(),
                             IncidentRoutes(), EventRoutes(), RecordRoutes(), AuditRoutes(), AuthzenRoutes()})
    for (const Route& route : routes) {
      routes_.push_back(route);
      patterns_.push_back(*Segments(route.pattern));
    }
}

Router::Matched Router::Match(const Request& request) const {
  Matched matched;
  // Most requests name a route as it is written, and nothing of it is then to be decoded or captured.
  const bool literal = request.path.find('{') == std::string::npos;
  for (const Route& route : routes_)
    if (literal && route.pattern == request.path && route.method == MethodOf(request)) return {&route, {}, {}};
  const auto segments = Segments(request.path);
  if (!segments) return matched;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!Fits(patterns_[i], *segments)) continue;
    if (routes_[i].method != MethodOf(request)) {
      matched.allowed += (matched.allowed.empty() ? "" : ", ") + std::string(routes_[i].method);
      continue;
    }
    matched.route = &routes_[i];
    for (std::size_t s = 0; s < segments->size(); ++s) {
      const std::string& name = patterns_[i][s];
      if (IsCapture(name)) matched.captured.push_back({name.substr(1, name.size() - 2), (*segments)[s]});
    }
    return matched;
  }
  return matched;
}

const Route* Router::Find(const Request& request) const { return Match(request).route; }

Response Router::Declined(const Refusal& refusal) const {
  Response response = Problem(refusal.error, StatusOf(refusal.error) == 401 ? "Authorization" : "");
  if (refusal.error.code == "too_many_requests") service_.Counts().Turned("rate");
  for (Field& field : response.fields)
    if (field.name == "Retry-After" && refusal.retry_after_s > 0) field.value = std::to_string(refusal.retry_after_s);
  return response;
}

// All that can be refused without the body; nothing if it isn't.
std::optional<Response> Router::Enter(const Request& request, const Matched& matched, Caller& caller) const {
  if (matched.route == nullptr && matched.allowed.empty())
    return Problem(Error{"route_unknown", "there is nothing at this path",
                         "see /openapi.yaml; a reference in a path is percent-encoded, its \"/\" as %2F", Blame::kCaller});
  if (matched.route == nullptr) {
    Response response =
        Problem(Error{"method_not_allowed", request.method + " is not for this path", "use " + matched.allowed, Blame::kCaller});
    response.fields.push_back({"Allow", matched.allowed});
    return response;
  }
  if (!IsGuarded(*matched.route)) return std::nullopt;
  if (request.caller) {
    caller = *request.caller;
    if (request.waited && caller.still && !caller.still(matched.route->scope))
      return Problem(Error{"credential_revoked", "while the question waited, its credential ceased to be let in",
                           "use another: tenure token create", Blame::kCaller},
                     "Authorization");
  } else {
    auto identified = identify_(request);
    if (!identified) {
      caller.name = identified.error().name;
      caller.credential = identified.error().credential;
      return Declined(identified.error());
    }
    caller = std::move(*identified);
  }
  if (auto may = Require(caller, matched.route->scope); !may) return Problem(may.error());
  if (auto recorded = service_.Trail().Accepting(); !recorded) return Problem(recorded.error());
  return EncodedBody(request);
}

Response Router::AnswerMatched(const Request& request, const Matched& matched, Caller& caller) const {
  if (auto refused = Enter(request, matched, caller)) return std::move(*refused);
  auto parameters = Parameters::Parse(request.query);
  if (!parameters) return Problem(parameters.error(), FieldOf(parameters.error()));
  Call call{service_, request, caller, Values(matched.captured), std::move(*parameters), service_.Now()};
  return matched.route->handler(call);
}

// Who showed nothing, or too much at once, has asked nothing; metrics count them.
void Router::Note(const Request& request, const Matched& matched, const Caller& caller, Response& response,
                  double seconds) const {
  if (matched.route == nullptr || !IsGuarded(*matched.route)) return;
  if (caller.credential.empty() && !caller.everything && response.code.rfind("credential_", 0) != 0) return;
  const Exchange exchange{request,          caller,  response, matched.route->pattern, matched.route->question,
                          matched.captured, seconds, false};
  service_.Trail().Note(exchange);
  if (response.stream)
    response.stream = AuditedStream(service_.Trail(), std::move(response.stream), exchange, matched.route->scope);
}

void Router::Count(const Request& request, const Matched& matched, const Caller& caller, Response& response,
                   double seconds) const {
  // A method without a route is no label: anybody could make up names without end.
  const bool routed = matched.route != nullptr;
  service_.Counts().Answered(routed ? request.method : "other", routed ? std::string(matched.route->pattern) : "none",
                             response.status, seconds);
  if (!response.question.empty()) service_.Counts().Asked(response.question, seconds);
  Note(request, matched, caller, response, seconds);
}

Response Router::Answer(const Request& request) const {
  const auto began = std::chrono::steady_clock::now();
  const Matched matched = Match(request);
  Caller caller;
  Response response;
  try {
    response = AnswerMatched(request, matched, caller);
  } catch (const std::exception& error) {
    response = Problem(Error{"internal", error.what(), "please report this with the request that led to it", Blame::kFault});
  }
  if (matched.route != nullptr) response.route = matched.route->pattern;
  response.caller_name = caller.name;
  if (!response.awaits.empty()) response.caller = std::make_shared<const Caller>(std::move(caller));
  else Count(request, matched, caller, response, SecondsSince(began));
  return response;
}

std::optional<Response> Router::Admit(Request& request) const {
  const auto began = std::chrono::steady_clock::now();
  const Matched matched = Match(request);
  Caller caller;
  auto refused = Enter(request, matched, caller);
  if (!refused && MethodOf(request) == "GET")
    refused = Problem(
        Error{"body_too_large", "a question in the URL needs no body, and this one is large", "leave it out", Blame::kCaller});
  if (refused) Count(request, matched, caller, *refused, SecondsSince(began));
  else request.caller = std::make_shared<const Caller>(std::move(caller));
  return refused;
}

bool Router::IsThere(const Response& response) const {
  const auto reached = service_.Reached(response.awaits);
  return !reached || *reached;
}

}  // namespace tenure::http
