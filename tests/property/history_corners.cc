#include "property/history_corners.h"

#include <algorithm>
#include <functional>

#include "reference/pattern.h"
#include "reference/reference.h"

namespace tenure::property {
namespace {

using reference::Entry;
using reference::Fact;
using reference::RecordState;

using Graph = std::map<std::string, std::set<std::string>>;

bool HasCycle(const Graph& graph) {
  for (const auto& [start, targets] : graph) {
    std::set<std::string> reached = targets;
    for (std::size_t before = 0; before != reached.size();) {
      before = reached.size();
      for (const auto& one : std::set<std::string>(reached))
        if (const auto it = graph.find(one); it != graph.end()) reached.insert(it->second.begin(), it->second.end());
    }
    if (reached.contains(start)) return true;
  }
  return false;
}

// What no other order of the records would show.
void AddOrderCorners(const std::vector<Entry>& entries, std::set<std::string>& corners) {
  std::map<EventName, reference::Order> first;
  std::optional<reference::Order> last;
  for (const Entry& entry : entries) {
    const reference::Order order = reference::OrderOf(entry);
    if (last && order < *last) corners.insert("interleaved");
    last = order;
    if (!entry.event) continue;
    const auto [it, is_new] = first.emplace(entry.event->name, order);
    if (!is_new && order < it->second) corners.insert("displaced");
  }
}

bool IsEmpty(EffectiveTime time, OptionalTime not_before, OptionalTime expires_at) {
  return expires_at && *expires_at <= std::max(time, not_before.value_or(time));
}

void AddFactCorners(const Fact& fact, std::set<std::string>& corners) {
  const EffectiveTime time = fact.event->time;
  if (time.us < -50'000'000'000'000'000) corners.insert("far_past");
  if (time.us > 100'000'000'000'000'000) corners.insert("far_future");
  if (auto* d = fact.As<GrantIssued>()) {
    if (IsEmpty(time, d->not_before, d->expires_at)) corners.insert("zero_window");
    if (d->kind == "delegated") corners.insert("delegated");
    if (!d->condition.empty()) corners.insert("condition");
    if (d->principal == reference::kEveryone) corners.insert("everyone");
    if (std::any_of(d->permissions.begin(), d->permissions.end(), [](const auto& p) { return p.effect == Effect::kDeny; }))
      corners.insert("deny");
  }
  if (auto* d = fact.As<MembershipAdded>(); d && IsEmpty(time, d->not_before, d->expires_at)) corners.insert("zero_window");
  if (auto* d = fact.As<GrantRevoked>()) corners.insert(d->grant.empty() ? "revoke_by_role" : "revoke_by_id");
  if (auto* d = fact.As<IdentityRetired>(); d && d->ends_all) corners.insert("ends_all");
  if (auto* d = fact.As<IdentityRegistered>(); d && d->observed) corners.insert("observed");
  if (fact.As<RoleRetired>()) corners.insert("role_retired");
  if (!fact.event->supersedes.empty()) corners.insert("supersedes");
}

Graph MembershipsOf(const std::vector<Fact>& facts) {
  Graph graph;
  for (const Fact& fact : facts)
    if (auto* d = fact.As<MembershipAdded>(); d && reference::IsGroup(d->member)) graph[d->member].insert(d->group);
  return graph;
}

Graph AssumptionsOf(const std::vector<Fact>& facts) {
  Graph graph;
  for (const Fact& fact : facts)
    if (auto* d = fact.As<GrantIssued>())
      for (const auto& target : TheUniverse().identities)
        if (reference::ScopeCovers(d->scope, target))
          for (const Permission& p : d->permissions)
            if (reference::Covers(p, Effect::kAllow, "assume", target)) graph[d->principal].insert(target);
  return graph;
}

}  // namespace

std::set<std::string> CornersOf(const History& history) {
  std::set<std::string> corners;
  for (const auto& [name, count] : history.corners)
    if (count > 0) corners.insert(name);
  const auto entries = EntriesOf(history);
  AddOrderCorners(entries, corners);
  const reference::Reference reference(entries, history.configuration);
  const reference::View view = reference.At(reference.Everything());
  const auto& facts = view.Record().facts;
  std::map<std::pair<std::string, EffectiveTime>, int> at;
  for (const Fact& fact : facts) {
    AddFactCorners(fact, corners);
    if (++at[{reference::KeyOf(*fact.event), fact.event->time}] == 2) corners.insert("equal_times");
  }
  if (HasCycle(MembershipsOf(facts))) corners.insert("group_cycle");
  if (HasCycle(AssumptionsOf(facts))) corners.insert("assumption_cycle");
  for (const auto* list : {&TheUniverse().identities, &TheUniverse().groups, &TheUniverse().roles})
    for (const auto& ref : *list)
      if (view.IncarnationOf(ref, EffectiveTime{kForever.us - 1}).number >= 3) corners.insert("many_incarnations");
  for (const auto& taint : view.Record().taints) corners.insert(taint.open ? "taint_open" : "taint_closed");
  return corners;
}

}  // namespace tenure::property
