#pragma once
// What a handler is: a call with the request already understood so far that it matched a route, and its answer.
//
// Handlers only translate: the questions are those of the public library, the JSON is that of src/library.
#include <string>
#include <vector>

#include "http/caller.h"
#include "http/message.h"
#include "http/parameters.h"
#include "http/service.h"

namespace tenure::http {

struct Call {
  Service& service;
  const Request& request;
  const Caller& caller;
  std::vector<std::string> captured;  // what stood for each {…} of the pattern, decoded
  Parameters parameters;
  EffectiveTime now;
};

using Handler = Response (*)(Call& call);

struct Route {
  std::string_view method;   // "GET"
  std::string_view pattern;  // "/v1/identities/{ref}/authority"
  Scope scope;               // that every caller needs; what depends on the request is checked by the handler
  Handler handler;
  // Takes microseconds, so that it is answered where it was read; others are answered on threads of their own.
  bool quick = false;
  std::string_view question = {};  // for the audit; empty: the pattern tells enough, or the response does
};

// Each folder of routes, in files of their own.
std::vector<Route> QuestionRoutes();       // GET /v1/…
std::vector<Route> GovernanceRoutes();     // likewise
std::vector<Route> EventRoutes();          // /v1/events
std::vector<Route> RecordRoutes();         // dead letters, verify, status
std::vector<Route> AuditRoutes();          // who asked what
std::vector<Route> AuthzenRoutes();        // the OpenID AuthZEN Authorization API 1.0
std::vector<Route> OperatingRoutes();      // livez, readyz, metrics, openapi.yaml
std::vector<Route> InvestigationRoutes();  // GET /v1/blast-radius, /v1/replay
std::vector<Route> EvidenceRoutes();       // POST /v1/evidence
std::vector<Route> IncidentRoutes();       // /v1/incidents

}  // namespace tenure::http
