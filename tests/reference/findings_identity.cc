// Rules about identities and their credentials.
#include "reference/findings_words.h"
#include "reference/pattern.h"

namespace tenure::reference {
namespace {

// An identity that is said to be in somebody's hands.
std::vector<std::pair<std::string, std::string>> Owned(const Words& w) {
  std::set<std::pair<std::string, std::string>> owned;
  for (const auto& ref : w.identities)
    for (EffectiveTime t : w.points)
      if (const auto& owner = w.Identity(ref, t).owner; !owner.empty()) owned.insert({ref, owner});
  return {owned.begin(), owned.end()};
}

Rule Orphaned(const Words& w) {
  Rule rule{"orphaned", {w.policy.offboarding_grace_us}, {}};
  for (const auto& [whose, whom] : Owned(w))
    rule.cases.push_back({whose, whom,
                          [&w, ref = whose, owner = whom](EffectiveTime t) {
                            return w.Identity(ref, t).registered && w.Identity(ref, t).owner == owner &&
                                   w.RetiredFor(w.policy.offboarding_grace_us, owner, t);
                          },
                          [&w, owner = whom](EffectiveTime t) { return w.view.Tainted(Topic::kIdentity, owner, t); }});
  return rule;
}

Rule DormantIdentity(const Words& w) {
  const std::int64_t us = w.policy.dormant_identity_us;
  Rule rule{"dormant_identity", {us}, {}};
  for (const auto& ref : w.identities) {
    if (IsGroup(ref)) continue;
    rule.cases.push_back({ref, "", [&w, ref, us](EffectiveTime t) {
                            const int incarnation = w.Identity(ref, t).incarnation;
                            const bool active = w.For(us, t, [&](EffectiveTime u) {
                              return w.Active(ref, u) && w.Identity(ref, u).incarnation == incarnation;
                            });
                            return active && w.UsageKnownFor(us, t) && w.Uses(ref, Words::Of::kItOrViaIt, us, t).empty();
                          }});
  }
  return rule;
}

Rule IdentifierReuse(const Words& w) {
  Rule rule{"identifier_reuse", {}, {}};
  for (const auto& ref : w.identities)
    for (int number = 2; number <= w.Identity(ref, w.points.back()).incarnation; ++number)
      rule.cases.push_back({ref, std::to_string(number), [&w, ref, number](EffectiveTime t) {
                              return w.Identity(ref, t).registered && w.Identity(ref, t).incarnation == number;
                            }});
  return rule;
}

// Once retired in the hands of a person, or out of a person's hands.
bool IsLeave(const Words& w, const std::string& ref, EffectiveTime t) {
  if (t == kAlways) return false;
  const IdentityAt &now = w.Identity(ref, t), &before = w.Identity(ref, {t.us - 1});
  if (w.Person(now.owner) && w.Retires(now.owner, t)) return true;
  return now.incarnation == before.incarnation && w.Person(before.owner) && now.owner != before.owner;
}

std::vector<EffectiveTime> LeavesOf(const Words& w, const std::string& ref) {
  std::vector<EffectiveTime> leaves;
  for (EffectiveTime t : w.points)
    if (IsLeave(w, ref, t)) leaves.push_back(t);
  return leaves;
}

std::optional<std::int64_t> AgeMax(const Policy& policy, const std::string& kind) {
  const auto by_kind = policy.credential_age_us_by_kind.find(kind);
  return by_kind == policy.credential_age_us_by_kind.end() ? policy.credential_age_us : by_kind->second;
}

// Each rule of credentials is a predicate over one that is live.
using OfCredential = std::function<bool(const CredentialAt&, EffectiveTime)>;
void Add(Rule& rule, const std::string& ref, const std::string& id, const Over<CredentialAt>& over, OfCredential holds) {
  rule.cases.push_back(
      {ref, id, [over, holds = std::move(holds)](EffectiveTime t) { return over.At(t).live && holds(over.At(t), t); }});
}

}  // namespace

std::vector<Rule> IdentityRules(const Words& w) { return {Orphaned(w), DormantIdentity(w), IdentifierReuse(w)}; }

std::vector<Rule> CredentialRules(const Words& w) {
  const Policy& policy = w.policy;
  Rule after{"credential_after_retirement", {policy.offboarding_grace_us}, {}};
  Rule compromised{"compromised_credential", {policy.compromise_grace_us}, {}};
  Rule not_rotated{"not_rotated_after_leave", {policy.leave_rotation_us}, {}};
  Rule long_lived{"long_lived_secret", {policy.credential_age_us}, {}};
  for (const auto& [kind, age] : policy.credential_age_us_by_kind)
    if (age) long_lived.durations.push_back(*age);
  for (const auto& ref : w.identities)
    for (const auto& id : CredentialsOf(w.view, ref)) {
      const Over<CredentialAt> over(w.points, [&](EffectiveTime t) { return CredentialNow(w.view, ref, id, t); });
      Add(after, ref, id, over,
          [&w, ref](const auto&, EffectiveTime t) { return w.RetiredFor(w.policy.offboarding_grace_us, ref, t); });
      Add(compromised, ref, id, over, [&w](const CredentialAt& c, EffectiveTime t) {
        return c.compromised && *c.compromised <= Words::Ago(w.policy.compromise_grace_us, t);
      });
      Add(long_lived, ref, id, over, [&w, ref](const CredentialAt& c, EffectiveTime t) {
        const auto age = AgeMax(w.policy, c.kind);
        return w.Here(ref, t) && age && c.issued <= Words::Ago(*age, t);
      });
      if (!w.Machine(ref)) continue;
      Add(not_rotated, ref, id, over, [&w, leaves = LeavesOf(w, ref)](const CredentialAt& c, EffectiveTime t) {
        return std::any_of(leaves.begin(), leaves.end(), [&](EffectiveTime leave) {
          return c.issued <= leave && leave <= Words::Ago(w.policy.leave_rotation_us, t);
        });
      });
    }
  return {after, compromised, not_rotated, long_lived};
}

}  // namespace tenure::reference
