#pragma once
// Who asks, and what they may: the scopes of a token or a client certificate.
//
// Appending is granted for planes and for sources, so that the producer of one plane can't write another, and none can speak for
// another. Asking about now is one scope, asking about other times another that includes it.
// Thread safety: plain values; `still` may be called from any thread.
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tenure/position.h"
#include "tenure/result.h"
#include "tenure/tenure.h"

namespace tenure::http {

enum class Scope : std::uint8_t { kNone, kAsk, kHistory, kEvents, kAppend, kGovern, kOperate };

// "ask", "history", …
std::string_view NameOf(Scope scope);
// Of those that are given by name; appending is given by planes and sources.
std::optional<Scope> ScopeFromName(std::string_view name);

// "identity", "access", "governance", "usage".
std::string_view PlaneName(Topic topic);
std::optional<Topic> PlaneFromName(std::string_view name);

// What a token or a client certificate may do.
struct Rights {
  std::set<Scope> scopes;            // without kAppend
  std::set<Topic> planes;            // that it may append to
  std::set<std::string> sources;     // that it may append for; both are empty or neither is
  std::int64_t rate_per_second = 0;  // requests; 0 = no limit
};

struct Caller {
  std::string name;         // of the token, or the certificate's; what is stored as verified_writer. Empty: nobody was verified
  bool everything = false;  // on a loopback address without tokens
  std::set<Scope> scopes;
  std::set<Topic> planes;         // that it may append to
  std::set<std::string> sources;  // that it may append for; empty = none
  std::string credential;         // "token ab12cd34ef56", "certificate spiffe://…"; empty = none
  // Whether it would still be let in and has the scope, for answers that last. Empty: it would.
  std::function<bool(Scope)> still;

  bool May(Scope scope) const {
    return everything || scope == Scope::kNone || scopes.contains(scope) ||
           (scope == Scope::kAsk && scopes.contains(Scope::kHistory));
  }
};

// A caller with these rights.
Caller CallerOf(std::string name, std::string credential, const Rights& rights);

// not_authorised (403) unless the caller has the scope.
Status Require(const Caller& caller, Scope scope);

// Whether there is any event that the caller may append.
Status MayAppendAny(const Caller& caller);
// Of one event at the door. Taking out events of another source, and resolving dead letters, needs `govern`; beside that an event is
// appended to a plane and for a source of the caller's. Resolutions have a source of their own, which all that govern share.
Status MayAppend(const Caller& caller, const AppendCandidate& event);

}  // namespace tenure::http
