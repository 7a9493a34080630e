#include "http/router.h"

#include <chrono>

#include "http/asking.h"

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

std::string_view MethodOf(const Request& request) {
  return request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
}

}  // namespace

Router::Router(Service& service, Identify identify, Observe observe)
    : service_(service), identify_(std::move(identify)), observe_(std::move(observe)) {
  for (const auto& routes : {OperatingRoutes(), QuestionRoutes(), EventRoutes(), RecordRoutes()})
    for (const Route& route : routes) {
      routes_.push_back(route);
      patterns_.push_back(*Segments(route.pattern));
    }
}

Router::Matched Router::Match(const Request& request) const {
  Matched matched;
  const auto segments = Segments(request.path);
  if (!segments) return matched;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!Fits(patterns_[i], *segments)) continue;
    if (routes_[i].method != MethodOf(request)) {
      matched.allowed += (matched.allowed.empty() ? "" : ", ") + std::string(routes_[i].method);
      continue;
    }
    matched.route = &routes_[i];
    for (std::size_t s = 0; s < segments->size(); ++s)
      if (IsCapture(patterns_[i][s])) matched.captured.push_back((*segments)[s]);
    return matched;
  }
  return matched;
}

const Route* Router::Find(const Request& request) const { return Match(request).route; }

Response Router::AnswerMatched(const Request& request, const Matched& matched, Caller& caller) const {
  if (matched.route == nullptr && matched.allowed.empty())
    return Problem(Error{"route_unknown", "there is nothing at this path",
                         "see /openapi.yaml; a reference in a path is percent-encoded, its \"/\" as %2F", Blame::kCaller});
  if (matched.route == nullptr) {
    Response response =
        Problem(Error{"method_not_allowed", request.method + " is not for this path", "use " + matched.allowed, Blame::kCaller});
    response.fields.push_back({"Allow", matched.allowed});
    return response;
  }
  if (matched.route->scope != Scope::kNone || matched.route->method != "GET") {
    auto identified = identify_(request);
    if (!identified) return Problem(identified.error(), identified.error().code == "not_authenticated" ? "Authorization" : "");
    caller = std::move(*identified);
  }
  if (auto may = Require(caller, matched.route->scope); !may) return Problem(may.error());
  auto parameters = Parameters::Parse(request.query);
  if (!parameters) return Problem(parameters.error(), FieldOf(parameters.error()));
  Call call{service_, request, caller, matched.captured, std::move(*parameters), service_.Now()};
  return matched.route->handler(call);
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
  response.caller = caller.name;
  const double seconds = SecondsSince(began);
  service_.Counts().Answered(request.method, matched.route != nullptr ? std::string(matched.route->pattern) : "none",
                             response.status, seconds);
  if (!response.question.empty()) service_.Counts().Asked(response.question, seconds);
  if (observe_) observe_(request, caller, response, seconds);
  return response;
}

}  // namespace tenure::http
