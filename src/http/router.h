#pragma once
// From a request to its answer: the route, who asks, what they may, the handler.
//
// Thread safety: any call from any thread.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/route.h"

namespace tenure::http {

// Who sent a request; an error (not_authenticated, too_many_requests) if it may not be answered at all.
using Identify = std::function<Result<Caller>(const Request&)>;
// Told of every answered question and append, after it was answered.
using Observe = std::function<void(const Request&, const Caller&, const Response&, double seconds)>;

class Router {
 public:
  Router(Service& service, Identify identify, Observe observe);

  // The route of a request, or nullptr.
  const Route* Find(const Request& request) const;
  // Never throws; what no route takes is a problem. Head requests are answered like get requests; the caller leaves the body out.
  Response Answer(const Request& request) const;

 private:
  struct Matched {
    const Route* route = nullptr;
    std::vector<std::string> captured;
    std::string allowed;  // methods of the routes whose pattern matched
  };
  Matched Match(const Request& request) const;
  Response AnswerMatched(const Request& request, const Matched& matched, Caller& caller) const;

  Service& service_;
  const Identify identify_;
  const Observe observe_;
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> patterns_;  // of each route, in segments
};

}  // namespace tenure::http
