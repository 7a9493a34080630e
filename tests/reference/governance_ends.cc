// What ends a grant, a membership or a credential at a time: one answer where several events have that time.
#include <algorithm>

#include "reference/findings_words.h"
#include "reference/governance.h"

namespace tenure::reference {
namespace {

bool RetiresAll(const Fact& fact) {
  auto* d = fact.As<IdentityRetired>();
  return d && d->ends_all;
}

// Facts at a time and before it, and what is held by some of them.
class At {
 public:
  using HeldBy = std::function<bool(const View&)>;
  At(const View& view, EffectiveTime at, HeldBy held) : view_(view), at_(at), held_(std::move(held)) {
    for (const Fact& fact : view.Record().facts)
      if (fact.moment.time < at) before_.push_back(fact);
  }

  std::vector<const Fact*> Then() const {
    std::vector<const Fact*> then;
    for (const Fact& fact : view_.Record().facts)
      if (fact.moment.time == at_) then.push_back(&fact);
    return then;
  }
  bool Expires() const { return !Held(before_); }
  bool Held(std::vector<Fact> said) const { return held_(view_.Saying(std::move(said))); }
  const std::vector<Fact>& Before() const { return before_; }
  // Said in the existence that there was just before.
  bool OfTheExistence(const std::string& ref, const Fact& fact) const {
    return view_.IncarnationOf(ref, {at_.us - 1}).Holds(fact.moment);
  }
  // The first, in order of record, with which it is held no longer.
  const Fact* FirstThatEnds() const {
    std::vector<Fact> said = before_;
    for (const Fact* fact : Then()) {
      said.push_back(*fact);
      if (!Held(said)) return fact;
    }
    return nullptr;
  }

 private:
  const View& view_;
  const EffectiveTime at_;
  const HeldBy held_;
  std::vector<Fact> before_;
};

std::string WhatOf(const Fact* fact) {
  if (!fact) return "";
  if (fact->As<GrantIssued>()) return "reissued";
  if (fact->As<IdentityRetired>()) return "retired";
  return fact->As<IdentityRegistered>() ? "reincarnated" : "role_reincarnated";
}

// By id; or by the role and scope of the last issue before it, not expired then, in the incarnation of the role that there was.
bool Revokes(const View& view, const GrantRevoked& revoke, const Fact& fact, const At& then, const std::string& grant) {
  if (!revoke.grant.empty()) return revoke.grant == grant;
  const GrantIssued* last = nullptr;
  for (const Fact& issue : view.Record().facts)
    if (auto* d = issue.As<GrantIssued>(); d && d->principal == revoke.principal && d->grant == grant &&
                                           issue.moment < fact.moment && then.OfTheExistence(revoke.principal, issue) &&
                                           then.OfTheExistence(revoke.role, issue))
      last = d;
  return last && then.OfTheExistence(revoke.role, fact) && last->role == revoke.role &&
         (!revoke.scope || *revoke.scope == last->scope) && (!last->expires_at || fact.moment.time < *last->expires_at);
}

}  // namespace

Ending EndOfGrant(const View& view, const std::string& principal, const std::string& grant, EffectiveTime at) {
  const GrantIssued* terms = view.Terms(principal, grant, {at.us - 1});
  const At then(view, at, [&](const View& said) {  // by the terms that it was
    return GrantLive(said, principal, grant, at) && said.Terms(principal, grant, at) == terms;
  });
  if (then.Expires()) return {"expired"};
  for (const Fact* revoke : then.Then()) {
    auto* d = revoke->As<GrantRevoked>();
    if (d && d->principal == principal && then.OfTheExistence(principal, *revoke) && Revokes(view, *d, *revoke, then, grant))
      return {"revoked", revoke};
  }
  const Fact* by = then.FirstThatEnds();
  return {WhatOf(by), by};
}

Ending EndOfMembership(const View& view, const std::string& member, const std::string& group, EffectiveTime at) {
  const At then(view, at, [&](const View& said) { return Belongs(said, member, group, at); });
  if (then.Expires()) return {"expired"};
  for (const Fact* fact : then.Then()) {
    auto* added = fact->As<MembershipAdded>();
    auto* removed = fact->As<MembershipRemoved>();
    const bool own = (added && added->member == member && added->group == group) ||
                     (removed && removed->member == member && removed->group == group);
    if (own && then.OfTheExistence(member, *fact) && then.OfTheExistence(group, *fact))
      return {added ? "readded" : "removed", fact};
  }
  const Fact* by = then.FirstThatEnds();
  return {WhatOf(by), by};
}

// A new issue makes it another: the last of that time. Else the first that ended it.
Ending EndOfCredential(const View& view, const std::string& identity, const std::string& credential, EffectiveTime at) {
  const At then(view, at, [&](const View& said) { return CredentialNow(said, identity, credential, at).live; });
  if (then.Expires()) return {"expired"};
  Ending ending{"", nullptr};
  for (const Fact* fact : then.Then()) {
    if (!then.OfTheExistence(identity, *fact)) continue;
    auto* issued = fact->As<CredentialIssued>();
    auto* rotated = fact->As<CredentialRotated>();
    auto* revoked = fact->As<CredentialRevoked>();
    auto* retired = fact->As<IdentityRetired>();
    if ((issued && issued->identity == identity && issued->credential == credential) ||
        (rotated && rotated->identity == identity && rotated->replaced_by == credential))
      ending = {"reissued", fact};
    if (ending.by) continue;
    if (rotated && rotated->identity == identity && rotated->credential == credential) ending = {"rotated", fact};
    if (revoked && revoked->identity == identity && revoked->credential == credential) ending = {"revoked", fact};
    if (retired && retired->identity == identity && RetiresAll(*fact)) ending = {"retired", fact};
  }
  if (ending.by) return ending;
  const Fact* by = then.FirstThatEnds();
  return {WhatOf(by), by};
}

}  // namespace tenure::reference
