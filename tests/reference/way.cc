// How something is held: the shortest way through groups, assumptions and grants, each step of it certain.
#include <algorithm>
#include <deque>
#include <tuple>

#include "reference/pattern.h"
#include "reference/reference.h"

namespace tenure::reference {

// A grant on the way counts as far as the identity acted as may use it: no boundary, and no deny that may reach it.
bool View::CertainlyGives(const Standing& at, const std::string& grant, const std::string& action, const std::string& resource,
                          EffectiveTime t) const {
  const Lens lens;
  const GrantIssued* terms = Terms(at.principal, grant, t);
  if (!terms || RegistersOf(at.identity, t).Boundary()) return false;
  const Truth given = Allows(at.principal, grant, t, lens) && GivenBy(Effect::kAllow, *terms, action, resource, t, lens, false);
  return given.must && !Denied(at.identity, action, resource, t, lens).may;
}

std::vector<View::Onward> View::OnwardFrom(const Standing& at, const std::string& action, const std::string& resource,
                                           EffectiveTime t) const {
  using Kind = WayStep::Kind;
  std::vector<Onward> onward;
  for (const auto& group : Groups())
    if (Member(at.principal, group, t).must && Active(group, t).must)
      onward.push_back({{Kind::kMemberOf, group}, {at.identity, group}});
  if (at.principal == at.identity && at.identity != kEveryone)
    onward.push_back({{Kind::kMemberOf, kEveryone}, {at.identity, kEveryone}});
  for (const auto& grant : GrantsTo(at.principal)) {
    for (const auto& target : Assumable())
      if (target != at.identity && Active(target, t).must && CertainlyGives(at, grant, "assume", target, t))
        onward.push_back({{Kind::kAssumes, target}, {target, target}});
    if (!CertainlyGives(at, grant, action, resource, t)) continue;
    const std::string& role = Terms(at.principal, grant, t)->role;
    onward.push_back({{Kind::kGranted, role.empty() ? "inline:" + grant : role}, {}});
  }
  std::sort(onward.begin(), onward.end(), [](const Onward& a, const Onward& b) {
    return std::tie(a.step.ref, a.step.kind) < std::tie(b.step.ref, b.step.kind);
  });
  return onward;
}

Way View::ShortestWay(const std::string& ref, const std::string& action, const std::string& resource, EffectiveTime t) const {
  if (!Active(ref, t).must) return {};
  std::deque<std::pair<Standing, Way>> waiting{{{ref, ref}, {}}};
  std::set<Standing> seen{{ref, ref}};
  for (; !waiting.empty(); waiting.pop_front()) {
    const auto& [at, way] = waiting.front();
    for (const Onward& next : OnwardFrom(at, action, resource, t)) {
      Way longer = way;
      longer.push_back(next.step);
      if (next.step.kind == WayStep::Kind::kGranted) return longer;
      if (seen.insert(next.to).second) waiting.emplace_back(next.to, std::move(longer));
    }
  }
  return {};
}

}  // namespace tenure::reference
