#pragma once
// Who asks, and what they may: the scopes of a token or a client certificate.
//
// Appending is granted for planes and for sources, so that the producer of one plane can't write another, and none can speak for
// another. Asking about now is one scope, asking about other times another.
// Thread safety: plain values.
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tenure/position.h"
#include "tenure/result.h"
#include "tenure/tenure.h"

namespace tenure::http {

enum class Scope : std::uint8_t { kNone, kAsk, kHistory, kEvents, kAppend, kGovern, kOperate };

// "ask", "history", …
std::string_view NameOf(Scope scope);

struct Caller {
  std::string name;         // of the token, or the certificate's; what is stored as verified_writer. Empty: nobody was verified
  bool everything = false;  // on a loopback address without tokens
  std::set<Scope> scopes;
  std::set<Topic> planes;         // that it may append to
  std::set<std::string> sources;  // that it may append for; empty = none

  bool May(Scope scope) const { return everything || scope == Scope::kNone || scopes.contains(scope); }
};

// not_authorised (403) unless the caller has the scope.
Status Require(const Caller& caller, Scope scope);

// Of one event at the door. A retraction takes out events of its own source, or needs `govern`, as resolving does.
Status MayAppend(const Caller& caller, const AppendCandidate& event);

}  // namespace tenure::http
