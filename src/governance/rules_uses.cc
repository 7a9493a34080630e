// Rules about how an identity is used: by several, or by a person in a machine's place.
#include <algorithm>

#include "governance/found.h"

namespace tenure::governance {
namespace {

struct Use {
  const history::OwnEvent* event;
  std::string network, actor;  // actor: empty unless a person other than the identity
};

Result<std::vector<Use>> UsesOf(Surroundings& around, const Subject& subject) {
  std::vector<Use> uses;
  for (const auto& [event, use] : subject.All<AccessUsed>()) {
    if (use->outcome != Outcome::kAllowed) continue;
    auto actor = around.ActorAt(event->position);
    if (!actor) return tl::unexpected(actor.error());
    const bool person = around.IsPerson(*actor);
    uses.push_back({event, use->network, person ? std::move(*actor) : ""});
  }
  return uses;
}

Found::EvidenceIn EvidenceOf(const std::vector<Use>& uses, std::int64_t within) {
  return [&uses, within](const Interval& span) {
    std::vector<Position> out;
    for (const Use& use : uses)
      if (span.from < Plus(use.event->time, within) && use.event->time < span.until) out.push_back(use.event->position);
    return out;
  };
}

void AddShared(const Policy& policy, const Subject& subject, const std::vector<Use>& uses, Found& found) {
  std::vector<std::pair<EffectiveTime, std::string>> networks, actors;
  for (const Use& use : uses) {
    if (!use.network.empty()) networks.push_back({use.event->time, use.network});
    if (!use.actor.empty()) actors.push_back({use.event->time, use.actor});
  }
  const auto evidence = EvidenceOf(uses, policy.shared_window);
  found.Add(Rule::kSharedIdentity, subject, "networks", MoreNamesThan(policy.shared_networks_max, networks, policy.shared_window),
            subject.doubtful, evidence, "from several networks");
  found.Add(Rule::kSharedIdentity, subject, "actors", MoreNamesThan(policy.shared_actors_max, actors, policy.shared_window),
            subject.doubtful, evidence, "by several persons");
}

void AddHuman(const Policy& policy, const Subject& subject, const std::vector<Use>& uses, Found& found) {
  std::map<std::string, std::vector<Use>> by_actor;
  for (const Use& use : uses)
    if (!use.actor.empty()) by_actor[use.actor].push_back(use);
  for (const auto& [actor, own] : by_actor) {
    std::vector<EffectiveTime> times;
    for (const Use& use : own) times.push_back(use.event->time);
    found.Add(Rule::kHumanUse, subject, actor, Within(times, policy.notice), subject.doubtful, EvidenceOf(own, policy.notice),
              "used by " + actor);
  }
}

}  // namespace

Status JudgeUses(Surroundings& around, const Subject& subject, Found& found) {
  if (!subject.machine || !found.WantsAny(Rule::kSharedIdentity, Rule::kHumanUse)) return {};
  auto uses = UsesOf(around, subject);
  if (!uses) return tl::unexpected(uses.error());
  if (uses->empty()) return {};
  if (found.Wants(Rule::kSharedIdentity)) AddShared(around.Rules(), subject, *uses, found);
  if (found.Wants(Rule::kHumanUse)) AddHuman(around.Rules(), subject, *uses, found);
  return {};
}

}  // namespace tenure::governance
