// Rules about use, and about two duties in one hand.
#include "reference/findings_words.h"
#include "reference/pattern.h"

namespace tenure::reference {
namespace {

std::vector<const Fact*> AllowedUsesOf(const Words& w, const std::string& ref, std::int64_t within_us, EffectiveTime t) {
  auto uses = w.Uses(ref, Words::Of::kIt, within_us, t);
  std::erase_if(uses, [](const Fact* use) { return !Words::Allowed(*use); });
  return uses;
}

std::int64_t Networks(const std::vector<const Fact*>& uses) {
  std::set<std::string> networks;
  for (const Fact* use : uses)
    if (const auto& network = use->As<AccessUsed>()->network; !network.empty()) networks.insert(network);
  return static_cast<std::int64_t>(networks.size());
}

std::set<std::string> Persons(const Words& w, const std::vector<const Fact*>& uses) {
  std::set<std::string> persons;
  for (const Fact* use : uses)
    if (w.Person(use->event->authid)) persons.insert(use->event->authid);
  return persons;
}

Rule Shared(const Words& w) {
  const std::int64_t us = w.policy.shared_window_us;
  Rule rule{"shared_identity", {us}, {}};
  for (const auto& ref : w.identities) {
    if (!w.Machine(ref)) continue;
    rule.cases.push_back({ref, "networks", [&w, ref, us](EffectiveTime t) {
                            return Networks(AllowedUsesOf(w, ref, us, t)) > w.policy.shared_networks_max;
                          }});
    rule.cases.push_back({ref, "actors", [&w, ref, us](EffectiveTime t) {
                            const auto persons = Persons(w, AllowedUsesOf(w, ref, us, t));
                            return static_cast<std::int64_t>(persons.size()) > w.policy.shared_actors_max;
                          }});
  }
  return rule;
}

Rule HumanUse(const Words& w) {
  std::set<std::string> actors;
  for (const Fact& fact : w.facts)
    if (fact.As<AccessUsed>()) actors.insert(fact.event->authid);
  Rule rule{"human_use", {w.policy.notice_us}, {}};
  for (const auto& ref : w.identities)
    for (const auto& actor : actors)
      if (w.Machine(ref) && w.Person(actor))
        rule.cases.push_back({ref, actor, [&w, ref, actor](EffectiveTime t) {
                                return Persons(w, AllowedUsesOf(w, ref, w.policy.notice_us, t)).contains(actor);
                              }});
  return rule;
}

std::map<std::string, Held> HoldersOf(const View& view, const Duty& duty) {
  return duty.role.empty() ? view.WhoHeld(duty.action, duty.resource) : view.WhoRoleHeld(duty.role);
}
bool At(const std::vector<Interval>& intervals, EffectiveTime t) { return !Around(intervals, t).empty(); }

// Whoever `who` lists for both sides, possible where it says so of one.
Rule Separation(const Words& w) {
  Rule rule{"separation_of_duties", {}, {}};
  for (const DutyPair& pair : w.policy.separation_of_duties) {
    const auto left = HoldersOf(w.view, pair.left), right = HoldersOf(w.view, pair.right);
    for (const auto& [ref, held] : left) {
      const auto found = right.find(ref);
      if (found == right.end()) continue;
      rule.cases.push_back(
          {ref, pair.name, [one = held, other = found->second](EffectiveTime t) { return At(one.may, t) && At(other.may, t); },
           [one = held, other = found->second](EffectiveTime t) { return !At(one.must, t) || !At(other.must, t); }});
    }
  }
  return rule;
}

}  // namespace

std::vector<Rule> UsageRules(const Words& w) { return {Shared(w), HumanUse(w), Separation(w)}; }

}  // namespace tenure::reference
