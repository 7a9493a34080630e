#include "http/caller.h"

#include <algorithm>
#include <array>

namespace tenure::http {
namespace {

tl::unexpected<Error> NotAuthorised(const std::string& reason, const std::string& hint) {
  return Fail("not_authorised", reason, hint, Blame::kCaller);
}

}  // namespace

std::string_view NameOf(Scope scope) {
  constexpr std::array<std::string_view, 7> kNames = {"none", "ask", "history", "events", "append", "govern", "operate"};
  return kNames[static_cast<std::size_t>(scope)];
}

Status Require(const Caller& caller, Scope scope) {
  if (caller.May(scope)) return {};
  return NotAuthorised("\"" + caller.name + "\" hasn't the scope " + std::string(NameOf(scope)),
                       "use a token that has it: tenure token create --scope " + std::string(NameOf(scope)));
}

Status MayAppend(const Caller& caller, const AppendCandidate& event) {
  if (caller.everything) return {};
  const bool governs = caller.scopes.contains(Scope::kGovern);
  if (event.type == EventType::kDeadLetterResolved) {
    if (governs) return {};
    return NotAuthorised("\"" + caller.name + "\" may not resolve dead letters", "that needs the scope govern");
  }
  const bool others = std::any_of(event.takes_out.begin(), event.takes_out.end(),
                                  [&](const EventName& name) { return name.source != event.name.source; });
  if (others && !governs)
    return NotAuthorised("\"" + caller.name + "\" may not take out events of another source", "that needs the scope govern");
  if (!caller.scopes.contains(Scope::kAppend) || !caller.planes.contains(event.topic))
    return NotAuthorised("\"" + caller.name + "\" may not append to " + std::string(TopicName(event.topic)),
                         "use the token of a producer of that plane");
  if (!caller.sources.contains(event.name.source))
    return NotAuthorised("\"" + caller.name + "\" may not append for the source \"" + event.name.source + "\"",
                         "use the token of that source's producer");
  return {};
}

}  // namespace tenure::http
