// Acting as another identity. A deny on the caller doesn't follow it into the identity it assumes; a deny of `assume` binds it.
#include <algorithm>
#include <deque>

#include "authority/evaluation.h"
#include "authority/gather.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::GrantPiece;
using history::IntervalSet;
using history::TimeSet;

std::string_view FixedPrefix(std::string_view pattern) { return pattern.substr(0, pattern.find_first_of("*?")); }

// Identities that a pattern may cover: itself and what lies below it, or all with its fixed beginning. A superset; callers check.
void EachUnder(Reading& reading, std::string_view pattern, const std::function<void(const std::string&)>& each) {
  const auto all = [&](const std::string& ref) {
    each(ref);
    return true;
  };
  if (event::HasWildcard(pattern)) return reading.EachIdentity(FixedPrefix(pattern), all);
  if (reading.IsIdentity(pattern)) each(std::string(pattern));
  reading.EachIdentity(std::string(pattern) + "/", all);
}

bool MayBeAssumed(Reading& reading, const std::string& ref) {
  return !event::IsGroup(ref) && ref != event::kEveryone && reading.CanBeAssumed(ref);
}

}  // namespace

void Evaluation::CollectTargets(const std::vector<Permission>& permissions, const std::string& scope,
                                std::vector<std::string>& out) {
  for (const auto& permission : permissions) {
    if (!NamesAssume(permission)) continue;
    const auto add = [&](const std::string& ref) {
      const Asked asked{std::string(kAssume), ref};
      if (PermissionCovers(permission, asked) && ScopeCovers(scope, asked) && MayBeAssumed(reading_, ref)) out.push_back(ref);
    };
    if (permission.not_resources) {
      EachUnder(reading_, scope, add);
      continue;
    }
    for (const auto& pattern : permission.resources)
      EachUnder(reading_, FixedPrefix(pattern).size() >= FixedPrefix(scope).size() ? pattern : scope, add);
  }
}

std::vector<std::string> Evaluation::FindAssumeTargets(std::string_view ref) {
  std::vector<std::string> targets;
  if (anybody_ && reading_.Meets(UnseenAssume(ref)))
    reading_.EachIdentity("", [&](const std::string& other) {
      if (MayBeAssumed(reading_, other)) targets.push_back(other);
      return true;
    });
  for (const auto& [principal, label] : ClosureOf(ref)) {
    for (const auto& grant : reading_.GrantsOf(principal)) {
      if (!reading_.Spend(1)) break;
      if (grant.terms.role.empty()) {
        CollectTargets(grant.terms.permissions, grant.terms.scope, targets);
        continue;
      }
      if (!MayNameAssume(grant.terms.role)) continue;
      for (const auto& piece : reading_.Role(grant.terms.role)) CollectTargets(*piece.permissions, grant.terms.scope, targets);
    }
  }
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  std::erase(targets, ref);
  return targets;
}

const std::vector<std::string>& Evaluation::AssumeTargets(std::string_view ref) {
  if (const auto it = targets_.find(ref); it != targets_.end()) return it->second;
  std::vector<std::string> targets = FindAssumeTargets(ref);
  return targets_.emplace(std::string(ref), std::move(targets)).first->second;
}

IntervalSet Evaluation::UnseenAssume(std::string_view ref) {
  if (!reading_.CountsUnseen() || reading_.Taints().Empty()) return {};
  IntervalSet unseen;
  for (const auto& [principal, label] : ClosureOf(ref)) {
    unseen = unseen.Union(label.allow.may.Intersect(reading_.Doubtful(Topic::kAccess, principal)));
    for (const auto& grant : reading_.GrantsOf(principal))
      if (!grant.terms.role.empty())
        unseen = unseen.Union(label.allow.may.Intersect(reading_.Doubtful(Topic::kAccess, grant.terms.role)).Clip(grant.live));
  }
  return unseen;
}

ActingAs Evaluation::WhomItActsAs(std::string_view ref) {
  ActingAs acting;
  std::deque<std::string> waiting{std::string(ref)};
  acting[std::string(ref)] = {TimeSet::All(), IntervalSet::All()};
  while (!waiting.empty()) {
    const std::string from = std::move(waiting.front());
    waiting.pop_front();
    const Acting reached = acting[from];
    const TimeSet as = reached.as.Intersect(reading_.Active(from));
    for (const auto& target : AssumeTargets(from)) {
      if (!reading_.Spend(1)) return acting;
      const Asked assume{std::string(kAssume), target};
      const Sides& given = Given(from, assume);
      const TimeSet more = as.Intersect(given.allow.Minus(given.deny));
      const IntervalSet paper = reached.paper.Intersect(given.paper.Union(given.allow.may)).Minus(given.deny.must);
      if (!reading_.Meets(more.may) && !reading_.Meets(paper)) continue;
      Acting& to = acting[target];
      const Acting wider{to.as.Union(more), to.paper.Union(paper)};
      if (wider.as == to.as && wider.paper == to.paper) continue;
      to = wider;
      waiting.push_back(target);
    }
  }
  return acting;
}

TimeSet Evaluation::Effective(std::string_view ref, const Asked& asked) {
  const auto over = [&](const ActingAs& acting) {
    Gather held;
    for (const auto& [identity, as] : acting)
      if (reading_.Meets(as.as.may)) held.Add(as.as.Intersect(reading_.Active(identity)).Intersect(Own(identity, asked)));
    return held.Done();
  };
  const ActingAs acting = WhomItActsAs(ref);
  TimeSet held = over(acting);
  if (anybody_ || !reading_.CountsUnseen() || reading_.Taints().Empty()) return held;
  // Who may have been allowed to assume anybody, behind a taint, mostly may have been allowed what is asked itself. Only where that is
  // certainly denied, others must be looked at.
  IntervalSet open;
  for (const auto& [identity, as] : acting)
    open = open.Union(as.as.Intersect(reading_.Active(identity)).may.Intersect(UnseenAssume(identity)));
  if (!reading_.Meets(open.Minus(held.may))) return held;
  anybody_ = true;
  targets_.clear();
  return over(WhomItActsAs(ref));
}

IntervalSet Evaluation::OnPaper(std::string_view ref, const Asked& asked) {
  std::vector<Interval> paper;
  for (const auto& [identity, acting] : WhomItActsAs(ref)) {
    const IntervalSet meanwhile = acting.paper.Intersect(Given(identity, asked).paper);
    paper.insert(paper.end(), meanwhile.Parts().begin(), meanwhile.Parts().end());
  }
  return UnionOf(std::move(paper));
}

}  // namespace tenure::authority
