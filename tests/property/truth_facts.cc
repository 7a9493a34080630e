// Facts of a story: how long each of them lived, equals the pointwise rules asked at every time that the history mentions.
#include <algorithm>
#include <map>
#include <set>

#include "event/reference.h"
#include "property/truth_questions.h"

namespace tenure::property {
namespace {

using reference::Held;
using reference::Truth;

Truth Undoubted(bool is) { return is ? reference::kYes : reference::kNo; }

using Lives = std::map<std::string, Held>;

std::string GrantKey(const std::string& principal, const std::string& grant) { return "grant " + principal + " " + grant; }
std::string MemberKey(const std::string& member, const std::string& group) { return "membership " + member + " " + group; }

void AddMemberships(const reference::View& judge, const std::string& ref, Lives& lives) {
  for (const auto& fact : judge.Record().facts) {
    const auto* added = fact.As<MembershipAdded>();
    if (added == nullptr || (added->member != ref && added->group != ref)) continue;
    lives[MemberKey(added->member, added->group)] = judge.HeldWhere([&](EffectiveTime t) {
      return Truth{judge.Member(added->member, added->group, t, {true, true}).must,
                   judge.Member(added->member, added->group, t, {false, true}).may};
    });
  }
}

void AddCredentials(const reference::View& judge, const std::string& ref, Lives& lives) {
  std::set<std::string> names;
  for (const auto& fact : judge.Record().facts) {
    if (auto* d = fact.As<CredentialIssued>(); d && d->identity == ref) names.insert(d->credential);
    if (auto* d = fact.As<CredentialRotated>(); d && d->identity == ref) names.insert({d->credential, d->replaced_by});
  }
  for (const auto& name : names)
    lives["credential " + name] = judge.HeldWhere([&](EffectiveTime t) {
      if (judge.Tainted(Topic::kIdentity, ref, t)) return reference::kMaybe;
      const auto at = judge.Credentials(ref, t);
      return Undoubted(std::any_of(at.begin(), at.end(), [&](const auto& c) { return c.credential == name && c.live.must; }));
    });
}

// Of a principal, or of a role: then only while the terms name it.
void AddGrants(const reference::View& judge, const std::string& ref, bool role, Lives& lives) {
  for (const auto& fact : judge.Record().facts) {
    const auto* issued = fact.As<GrantIssued>();
    if (issued == nullptr || (role ? issued->role : issued->principal) != ref) continue;
    lives[GrantKey(issued->principal, issued->grant)] = judge.HeldWhere([&](EffectiveTime t) {
      const GrantIssued* terms = judge.Terms(issued->principal, issued->grant, t);
      if (role && (terms == nullptr || terms->role != ref)) return reference::kNo;
      return Truth{judge.Live(issued->principal, issued->grant, t, {true, true}).must,
                   judge.Live(issued->principal, issued->grant, t, {false, true}).may};
    });
  }
}

Lives LivesOf(const reference::View& judge, const std::string& ref) {
  Lives lives;
  if (judge.StoryOf(ref).empty()) return lives;
  const bool role = event::TypeOf(ref) == "role";
  if (role)
    lives["definition"] = judge.HeldWhere([&](EffectiveTime t) {
      if (judge.Tainted(Topic::kAccess, ref, t)) return reference::kMaybe;
      return Undoubted(judge.RoleAt(ref, t).state == reference::RoleRegister::State::kDefined);
    });
  else if (ref != event::kEveryone) lives["existence"] = judge.ActiveHeld(ref);
  AddGrants(judge, ref, role, lives);
  if (role) return lives;
  AddMemberships(judge, ref, lives);
  if (ref != event::kEveryone) AddCredentials(judge, ref, lives);
  return lives;
}

std::string KeyOf(const FactRow& row) {
  switch (row.fact) {
    case FactKind::kExistence:
      return "existence";
    case FactKind::kDefinition:
      return "definition";
    case FactKind::kCredential:
      return "credential " + row.name;
    case FactKind::kMembership:
      return MemberKey(row.ref, row.name);
    case FactKind::kGrant:
      return GrantKey(row.ref, row.name);
  }
  return {};
}

// As of T what has begun, whole; during a window what lies in it.
std::vector<Interval> ShownIn(const std::vector<Interval>& intervals, const When& when) {
  if (when.during) return reference::Clip(intervals, *when.during);
  std::vector<Interval> begun = intervals;
  std::erase_if(begun, [&](const Interval& i) { return i.from > *when.as_of; });
  return begun;
}

// The terms of a grant in the last moment that is shown.
std::string TermsText(const reference::View& judge, const std::string& key, const std::vector<Interval>& must,
                      const std::vector<Interval>& possibly, const When& when) {
  EffectiveTime last = kAlways;
  for (const auto* parts : {&must, &possibly})
    for (const Interval& part : *parts) last = std::max(last, part.until);
  last = std::min(last, when.during ? when.during->until : EffectiveTime{when.as_of->us + 1});
  const auto principal = key.find(' ') + 1, grant = key.find(' ', principal) + 1;
  const GrantIssued* terms =
      judge.Terms(key.substr(principal, grant - principal - 1), key.substr(grant), EffectiveTime{last.us - 1});
  return terms == nullptr ? "no terms" : terms->role + " on " + terms->scope + " " + terms->kind;
}

}  // namespace

std::string FactsDiffer(Asked a) {
  if (a.random() % 4 != 0) return {};  // the reference asks at every time that the history mentions
  const Universe& u = TheUniverse();
  const std::string& ref = OneOf(a.random() % 3 == 0 ? u.roles : u.everyone, a.random);
  When when;
  if (a.random() % 2 == 0) when.as_of = SomeTime(a.history, a.random);
  else when.during = SomeWindow(a.history, a.random);
  const auto answer = authority::Timeline(a.view, ref, when, {10'000, ""});
  const std::string what =
      "facts of " + ref + (when.as_of ? " at " + std::to_string(when.as_of->us) : " during " + Text({*when.during}));
  if (!answer) return what + ": " + answer.error().ToString();
  const Lives lives = LivesOf(a.judge, ref);
  std::vector<std::string> got, want;
  for (const FactRow& row : answer->facts) {
    const std::string key = KeyOf(row);
    // The reference lists the credentials that were issued; the engine also those only ever revoked or compromised.
    if (row.fact == FactKind::kCredential && row.held.empty() && !lives.contains(key)) continue;
    got.push_back(key + " held " + Text(row.held) + "possibly " + Text(row.possibly) +
                  (row.fact == FactKind::kGrant ? row.role + " on " + row.scope + " " + row.kind : ""));
  }
  for (const auto& [key, life] : lives) {
    const auto must = ShownIn(life.must, when), possibly = ShownIn(reference::Minus(life.may, life.must), when);
    if (must.empty() && possibly.empty()) continue;
    want.push_back(key + " held " + Text(must) + "possibly " + Text(possibly) +
                   (key.starts_with("grant ") ? TermsText(a.judge, key, must, possibly, when) : ""));
  }
  return Apart(what, std::move(got), std::move(want));
}

}  // namespace tenure::property
