#include "http/caller.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tenure::http {
namespace {

constexpr std::array<std::string_view, 7> kScopes = {"none", "ask", "history", "events", "append", "govern", "operate"};
constexpr std::string_view kPlanePrefix = "tenure.";

tl::unexpected<Error> NotAuthorised(const Caller& caller, const std::string& lacks, const std::string& hint) {
  return Fail("not_authorised", "\"" + caller.name + "\" " + lacks, hint, Blame::kCaller);
}

}  // namespace

std::string_view NameOf(Scope scope) { return kScopes[static_cast<std::size_t>(scope)]; }

std::optional<Scope> ScopeFromName(std::string_view name) {
  for (const Scope scope : {Scope::kAsk, Scope::kHistory, Scope::kEvents, Scope::kGovern, Scope::kOperate})
    if (NameOf(scope) == name) return scope;
  return std::nullopt;
}

std::string_view PlaneName(Topic topic) { return TopicName(topic).substr(kPlanePrefix.size()); }

std::optional<Topic> PlaneFromName(std::string_view name) {
  for (int t = 0; t < kPlaneTopics; ++t)
    if (PlaneName(static_cast<Topic>(t)) == name) return static_cast<Topic>(t);
  return std::nullopt;
}

Caller CallerOf(std::string name, std::string credential, const Rights& rights) {
  Caller caller;
  caller.name = std::move(name);
  caller.credential = std::move(credential);
  caller.scopes = rights.scopes;
  caller.planes = rights.planes;
  caller.sources = rights.sources;
  if (!rights.planes.empty() && !rights.sources.empty()) caller.scopes.insert(Scope::kAppend);
  return caller;
}

Status Require(const Caller& caller, Scope scope) {
  if (caller.May(scope)) return {};
  return NotAuthorised(caller, "hasn't the scope " + std::string(NameOf(scope)),
                       "use a token that has it: tenure token create --scope " + std::string(NameOf(scope)));
}

Status MayAppendAny(const Caller& caller) {
  if (caller.May(Scope::kAppend) || caller.May(Scope::kGovern)) return {};
  return NotAuthorised(caller, "may not append", "use a token that may: tenure token create --plane PLANE --source SOURCE");
}

Status MayAppend(const Caller& caller, const AppendCandidate& event) {
  if (caller.everything) return {};
  const bool governs = caller.scopes.contains(Scope::kGovern);
  const bool resolves = event.type == EventType::kDeadLetterResolved;
  const bool others = std::any_of(event.takes_out.begin(), event.takes_out.end(),
                                  [&](const EventName& name) { return name.source != event.name.source; });
  if (resolves && !governs) return NotAuthorised(caller, "may not resolve dead letters", "that needs the scope govern");
  if (others && !governs)
    return NotAuthorised(caller, "may not take out events of another source", "that needs the scope govern");
  if (resolves && event.name.source == DeadLetterResolution().source) return {};
  const bool appends = caller.scopes.contains(Scope::kAppend);
  if (!resolves && (!appends || !caller.planes.contains(event.topic)))
    return NotAuthorised(caller, "may not append to " + std::string(TopicName(event.topic)),
                         "use the token of a producer of that plane");
  if (!appends || !caller.sources.contains(event.name.source))
    return NotAuthorised(caller, "may not append for the source \"" + event.name.source + "\"",
                         "use the token of that source's producer");
  return {};
}

}  // namespace tenure::http
