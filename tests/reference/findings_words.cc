// The words that the rules of findings use.
#include "reference/findings_words.h"

#include "reference/pattern.h"

namespace tenure::reference {
namespace {

constexpr Lens kAsFolded{false, true};

std::string TypeOf(const std::string& ref) { return ref.substr(0, ref.find(':')); }
bool IsOneOf(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}
bool AnyMatches(const std::vector<std::string>& patterns, const std::string& text) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) { return Glob(pattern, text); });
}

std::vector<Permission> AllowsOf(const std::vector<Permission>& permissions) {
  std::vector<Permission> allows;
  for (const Permission& permission : permissions)
    if (permission.effect == Effect::kAllow) allows.push_back(permission);
  return allows;
}

}  // namespace

Words::Words(const View& of, const Policy& by) : view(of), policy(by), points(of.Breakpoints()), facts(of.Record().facts) {
  for (const auto& ref : view.Named()) {
    identities.push_back(ref);
    identities_.emplace(ref, Over<IdentityAt>(points, [&](EffectiveTime t) { return IdentityNow(ref, t); }));
  }
  std::vector<std::string> principals = identities;
  principals.push_back(kEveryone);
  for (const auto& principal : principals)
    for (const auto& id : view.GrantsTo(principal))
      grants.push_back({principal, id, {points, [&](EffectiveTime t) { return GrantNow(principal, id, t); }}});
}

// --- whoever it is

bool Words::Person(const std::string& ref) const { return IsReference(ref) && IsOneOf(policy.human_types, TypeOf(ref)); }
bool Words::Machine(const std::string& ref) const { return !Person(ref) && !IsGroup(ref) && ref != kEveryone; }
bool Words::Outsider(const std::string& ref) const {
  return IsOneOf(policy.external_types, TypeOf(ref)) && !AnyMatches(policy.platform_principals, ref);
}

// --- existence

IdentityAt Words::IdentityNow(const std::string& ref, EffectiveTime t) const {
  const IdentityRegisters registers = view.RegistersOf(ref, t);
  return {view.IncarnationOf(ref, t).number, view.StatusOf(ref, t), registers.registered.value_or(false),
          registers.owner.value_or(""), registers.environment.value_or("")};
}

const IdentityAt& Words::Identity(const std::string& ref, EffectiveTime t) const {
  static const IdentityAt kNobody;
  const auto found = identities_.find(ref);
  return found == identities_.end() ? kNobody : found->second.At(t);
}

bool Words::Here(const std::string& ref, EffectiveTime t) const { return Identity(ref, t).status != IdentityStatus::kRetired; }
bool Words::Active(const std::string& ref, EffectiveTime t) const { return Identity(ref, t).status == IdentityStatus::kActive; }

bool Words::RetiredFor(std::int64_t us, const std::string& ref, EffectiveTime t) const {
  const int incarnation = Identity(ref, t).incarnation;
  return For(us, t, [&](EffectiveTime u) {
    return Identity(ref, u).status == IdentityStatus::kRetired && Identity(ref, u).incarnation == incarnation;
  });
}
bool Words::Retires(const std::string& ref, EffectiveTime t) const {
  return t != kAlways && RetiredFor(0, ref, t) && !RetiredFor(1, ref, t);
}

// --- credentials

std::set<std::string> CredentialsOf(const View& view, const std::string& ref) {
  std::set<std::string> ids;
  for (const Fact& fact : view.Record().facts) {
    if (auto* d = fact.As<CredentialIssued>(); d && d->identity == ref) ids.insert(d->credential);
    if (auto* d = fact.As<CredentialRotated>(); d && d->identity == ref) ids.insert(d->replaced_by);
  }
  return ids;
}

// The register of the credential within the identity's incarnation. A new issue begins it anew, a compromise forgotten; its kind is
// for issues to say, a rotation carries none.
CredentialAt CredentialNow(const View& view, const std::string& ref, const std::string& id, EffectiveTime t) {
  const Incarnation incarnation = view.IncarnationOf(ref, t);
  CredentialAt now;
  for (const Fact& fact : view.Record().facts) {
    const EffectiveTime at = fact.moment.time;
    if (at > t || !incarnation.Holds(fact.moment)) continue;
    if (auto* d = fact.As<CredentialIssued>(); d && d->identity == ref && d->credential == id)
      now = {true, at, d->kind, {}, d->not_before, d->expires_at};
    if (auto* d = fact.As<CredentialRotated>(); d && d->identity == ref) {
      if (d->replaced_by == id) now = {true, at, now.kind, {}, {}, d->expires_at};
      if (d->credential == id) now.live = false;
    }
    if (auto* d = fact.As<CredentialRevoked>(); d && d->identity == ref && d->credential == id) now.live = false;
    if (auto* d = fact.As<IdentityRetired>(); d && d->identity == ref && d->ends_all) now.live = false;
    if (auto* d = fact.As<CredentialCompromised>(); d && d->identity == ref && d->credential == id && !now.compromised)
      now.compromised = at;
  }
  now.live = now.live && (!now.not_before || *now.not_before <= t) && (!now.expires_at || t < *now.expires_at);
  return now;
}

// --- grants

GrantAt Words::GrantNow(const std::string& principal, const std::string& id, EffectiveTime t) const {
  GrantAt now{.incarnation = view.IncarnationOf(principal, t).number, .terms = view.Terms(principal, id, t)};
  if (!now.terms) return now;
  for (const Fact& fact : facts)
    if (fact.As<GrantIssued>() == now.terms) now.issuer = fact.event->authid;
  const std::string& role = now.terms->role;
  const RoleRegister defined = role.empty() ? RoleRegister{} : view.RoleAt(role, t);
  const bool undefined = !role.empty() && defined.state == RoleRegister::State::kUndefined;
  if (role.empty()) now.allows = AllowsOf(now.terms->permissions);
  if (defined.state == RoleRegister::State::kDefined) now.allows = AllowsOf(*defined.permissions);
  now.live = view.Live(principal, id, t, kAsFolded).may;
  now.undefined = undefined;
  now.given = now.live && (undefined || !now.allows.empty());
  now.privileged = (!role.empty() && AnyMatches(policy.privileged_roles, role)) ||
                   std::any_of(now.allows.begin(), now.allows.end(), [](const Permission& allow) {
                     return !allow.not_actions && std::any_of(allow.actions.begin(), allow.actions.end(), Everything);
                   });
  return now;
}

OptionalTime Words::Since(const Grant& grant, EffectiveTime t) const {
  const int incarnation = grant.over.At(t).incarnation;
  return SinceWhen(t, [&](EffectiveTime u) { return grant.over.At(u).live && grant.over.At(u).incarnation == incarnation; });
}

std::vector<EffectiveTime> Words::Beginnings(const Grant& grant) const {
  std::vector<EffectiveTime> beginnings;
  for (EffectiveTime t : points)
    if (Since(grant, t) == t) beginnings.push_back(t);
  return beginnings;
}

// Said in the principal's incarnation: an approval says nothing of the namesake's grant.
std::vector<const GrantApproved*> Words::Approvals(const Grant& grant, EffectiveTime t) const {
  std::vector<const GrantApproved*> approvals;
  const GrantIssued* terms = grant.over.At(t).terms;
  if (!terms) return approvals;
  const Incarnation incarnation = view.IncarnationOf(grant.principal, t);
  for (const Fact& fact : facts) {
    auto* d = fact.As<GrantApproved>();
    if (!d || d->principal != grant.principal || fact.moment.time > t || !incarnation.Holds(fact.moment)) continue;
    const bool of_request = !terms->request.empty() && d->request == terms->request;
    if (d->grant == grant.id || of_request) approvals.push_back(d);
  }
  return approvals;
}

bool Words::Reviewed(const Grant& grant, EffectiveTime after, EffectiveTime until) const {
  return std::any_of(facts.begin(), facts.end(), [&](const Fact& fact) {
    auto* d = fact.As<ReviewDecided>();
    return d && d->principal == grant.principal && d->grant == grant.id && after < fact.moment.time && fact.moment.time <= until;
  });
}

// --- use

std::vector<const Fact*> Words::Uses(const std::string& ref, Of of, std::int64_t within_us, EffectiveTime t) const {
  std::vector<const Fact*> uses;
  for (const Fact& fact : facts) {
    auto* d = fact.As<AccessUsed>();
    if (!d || !Within(within_us, fact.moment.time, t)) continue;
    if (d->identity == ref || (of == Of::kItOrViaIt && IsOneOf(d->via, ref))) uses.push_back(&fact);
  }
  return uses;
}

bool Words::CoveredBy(const Permission& permission, const std::string& scope, const Fact& use) {
  const AccessUsed& d = *use.As<AccessUsed>();
  if (d.resource.empty()) return permission.effect == Effect::kAllow && ActionsCover(permission, d.action);
  return Covers(permission, Effect::kAllow, d.action, d.resource) && ScopeCovers(scope, d.resource);
}

bool Words::UsageKnownFor(std::int64_t us, EffectiveTime t) const {
  const OptionalTime begins = view.Horizon(Topic::kUsage);
  return begins && *begins <= Ago(us, t);
}

// --- stretches of time

OptionalTime Words::SinceWhen(EffectiveTime t, const Holds& holds) const {
  if (!holds(t)) return std::nullopt;
  OptionalTime since;
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    if (*point > t) continue;
    if (!holds(*point)) break;
    since = *point;
  }
  return since;
}

bool Words::For(std::int64_t us, EffectiveTime t, const Holds& holds) const {
  const OptionalTime since = SinceWhen(t, holds);
  return since && *since <= Ago(us, t);
}

}  // namespace tenure::reference
