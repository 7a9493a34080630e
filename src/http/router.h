#pragma once
// From a request to its answer: the route, who asks, what they may, the handler; and the record of it in the audit.
//
// Thread safety: any call from any thread.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/identify.h"
#include "http/route.h"

namespace tenure::http {

// Who sent a request, or why it may not be answered at all.
using Identify = std::function<tl::expected<Caller, Refusal>(const Request&)>;

class Router {
 public:
  Router(Service& service, Identify identify);

  // The route of a request, or nullptr.
  const Route* Find(const Request& request) const;
  // Looks at who sends a request before its body is read, and sets its `caller`. A response: it is refused whatever the body may be.
  std::optional<Response> Admit(Request& request) const;
  // Never throws; what no route takes is a problem. Head requests are answered like get requests; the caller leaves the body out.
  // A stream ends when its caller would no longer be let in.
  Response Answer(const Request& request) const;
  // Whether what an answer awaits is there, or will never be. Quick.
  bool IsThere(const Response& response) const;

 private:
  struct Matched {
    const Route* route = nullptr;
    std::vector<Field> captured;  // by the names in the pattern
    std::string allowed;          // methods of the routes whose pattern matched
  };
  Matched Match(const Request& request) const;
  std::optional<Response> Enter(const Request& request, const Matched& matched, Caller& caller) const;
  Response AnswerMatched(const Request& request, const Matched& matched, Caller& caller) const;
  void Count(const Request& request, const Matched& matched, const Caller& caller, Response& response, double seconds) const;
  Response Declined(const Refusal& refusal) const;
  void Note(const Request& request, const Matched& matched, const Caller& caller, Response& response, double seconds) const;

  Service& service_;
  const Identify identify_;
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> patterns_;  // of each route, in segments
};

}  // namespace tenure::http
