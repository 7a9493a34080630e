// Existence: incarnations, the registers of an identity, its status, its credentials, what it is linked with.
#include "reference/pattern.h"
#include "reference/reference.h"
#include "reference/wire.h"

namespace tenure::reference {
namespace {

bool Begins(const Fact& fact, const std::string& ref) {
  if (auto* d = fact.As<IdentityRegistered>()) return d->identity == ref;
  if (auto* d = fact.As<RoleDefined>()) return d->role == ref;
  return false;
}

bool Ends(const Fact& fact, const std::string& ref) {
  if (auto* d = fact.As<IdentityRetired>()) return d->identity == ref;
  if (auto* d = fact.As<RoleRetired>()) return d->role == ref;
  return false;
}

// A field that is carried sets its register, one that is absent leaves it.
void Carry(const std::string& field, std::optional<std::string>& value) {
  if (!field.empty()) value = field;
}
template <class T>
void Carry(const Settable<T>& field, std::optional<T>& value) {
  if (field.present) value = field.value;
}
void Merge(const std::string& patch, std::string& attributes) {
  if (!patch.empty()) attributes = MergedJson(attributes, patch);
}

// One event's effect on the registers. A registration sets only what it carries, and lifts no suspension.
struct Setting {
  const std::string& ref;
  IdentityRegisters& r;

  void operator()(const IdentityRegistered& d) const {
    if (d.identity != ref) return;
    r.registered = true;
    if (d.pending) r.pending = *d.pending;
    if (d.expires_at) r.expires_at = d.expires_at;
    Carry(d.owner, r.owner);
    Carry(d.environment, r.environment);
    Carry(d.display_name, r.display_name);
    Merge(d.attributes, r.attributes);
  }
  void operator()(const IdentityProofed& d) const {
    if (d.identity == ref) r.pending = false;
  }
  void operator()(const IdentityUpdated& d) const {
    if (d.identity != ref) return;
    Carry(d.expires_at, r.expires_at);
    Carry(d.environment, r.environment);
    Carry(d.display_name, r.display_name);
    Merge(d.attributes, r.attributes);
  }
  void operator()(const IdentityOwnerChanged& d) const {
    if (d.identity == ref) r.owner = d.owner.value;
  }
  void operator()(const IdentitySuspended& d) const {
    if (d.identity == ref) r.suspended = true;
  }
  void operator()(const IdentityReactivated& d) const {
    if (d.identity == ref) r.suspended = false;
  }
  void operator()(const IdentityRetired& d) const {
    if (d.identity == ref) r.registered = false;
  }
  template <class Other>
  void operator()(const Other&) const {}
};

// Until the first life event nothing says that the identity was there, except that a retirement or an observed registration says
// that it came to be earlier, at a time nobody recorded. Without any life event nobody recorded it at all.
IdentityStatus StatusBeforeLife(const std::vector<Fact>& facts, const std::string& ref) {
  for (const Fact& fact : facts) {
    if (Ends(fact, ref)) return IdentityStatus::kUnrecorded;
    if (auto* d = fact.As<IdentityRegistered>(); d && d->identity == ref)
      return d->observed ? IdentityStatus::kUnrecorded : IdentityStatus::kAbsent;
  }
  return IdentityStatus::kUnrecorded;
}

// By precedence: retired, expired, suspended, pending, active.
IdentityStatus StatusInLife(const IdentityRegisters& r, EffectiveTime t) {
  if (!*r.registered) return IdentityStatus::kRetired;
  if (r.expires_at && *r.expires_at <= t) return IdentityStatus::kExpired;
  if (r.suspended) return IdentityStatus::kSuspended;
  if (r.pending) return IdentityStatus::kPending;
  return IdentityStatus::kActive;
}

IdentityStatus FoldedStatus(const View& view, const std::string& ref, EffectiveTime t) {
  auto registers = view.RegistersOf(ref, t);
  return registers.registered ? StatusInLife(registers, t) : StatusBeforeLife(view.Record().facts, ref);
}

}  // namespace

bool IdentityRegisters::Boundary() const { return MembersOfObject(attributes).contains("permissions_boundary"); }

const char* StatusName(IdentityStatus status) {
  constexpr const char* kNames[] = {"absent", "unrecorded", "active", "pending", "suspended", "expired", "retired"};
  return kNames[static_cast<int>(status)];
}

// A registration after a retirement begins an incarnation; it lasts to the registration that begins the next.
Incarnation View::IncarnationOf(const std::string& ref, EffectiveTime t) const {
  Incarnation at;
  bool ended = false;
  for (const Fact& fact : record_.bounds) {
    if (Ends(fact, ref)) ended = true;
    if (!Begins(fact, ref)) continue;
    if (ended && fact.moment.time <= t) {
      at = {at.number + 1, fact.moment, std::nullopt};
    } else if (ended && !at.until) {
      at.until = fact.moment;
    }
    ended = false;
  }
  return at;
}

// A register's value at t is that of the last event with time <= t, equal times in order of record.
IdentityRegisters View::RegistersOf(const std::string& ref, EffectiveTime t) const {
  Incarnation incarnation = IncarnationOf(ref, t);
  IdentityRegisters registers;
  for (const Fact& fact : record_.facts)
    if (fact.moment.time <= t && incarnation.Holds(fact.moment)) std::visit(Setting{ref, registers}, fact.event->payload);
  return registers;
}

IdentityStatus View::StatusOf(const std::string& ref, EffectiveTime t) const {
  IdentityStatus status = FoldedStatus(*this, ref, t);
  bool before = BeforeRecord({Topic::kIdentity}, t);
  return before && status == IdentityStatus::kAbsent ? IdentityStatus::kUnrecorded : status;
}

// Registered, not suspended, not pending, not expired; unknown while unrecorded, or tainted. everyone:* always is.
Truth View::Active(const std::string& ref, EffectiveTime t, Lens lens) const {
  if (ref == kEveryone) return kYes;
  if (lens.taints && Tainted(Topic::kIdentity, ref, t)) return kMaybe;
  IdentityStatus status = FoldedStatus(*this, ref, t);
  return status == IdentityStatus::kUnrecorded ? kMaybe : When(status == IdentityStatus::kActive);
}

namespace {

// What one event says of each credential of an identity. Issued or rotated in: live; revoked or rotated out: ended; ends_all ends
// those that began before it, which within a register is an end like any other. A compromise ends nothing.
void SetCredentials(const Fact& fact, const std::string& ref, std::map<std::string, Credential>& credentials) {
  auto begin = [&](const std::string& id, OptionalTime not_before, OptionalTime expires_at) {
    credentials[id] = {id, kYes, not_before, expires_at};
  };
  auto end = [&](const std::string& id) {
    credentials[id].credential = id;
    credentials[id].live = kNo;
  };
  if (auto* d = fact.As<CredentialIssued>(); d && d->identity == ref) begin(d->credential, d->not_before, d->expires_at);
  if (auto* d = fact.As<CredentialRotated>(); d && d->identity == ref) {
    end(d->credential);
    begin(d->replaced_by, std::nullopt, d->expires_at);
  }
  if (auto* d = fact.As<CredentialRevoked>(); d && d->identity == ref) end(d->credential);
  if (auto* d = fact.As<IdentityRetired>(); d && d->identity == ref && d->ends_all)
    for (auto& [id, credential] : credentials) credential.live = kNo;
}

}  // namespace

// Read within the identity's incarnation; bounded by not_before and expires_at; no status of the identity matters.
std::vector<Credential> View::Credentials(const std::string& ref, EffectiveTime t) const {
  Incarnation incarnation = IncarnationOf(ref, t);
  std::map<std::string, Credential> registers;
  for (const Fact& fact : record_.facts)
    if (fact.moment.time <= t && incarnation.Holds(fact.moment)) SetCredentials(fact, ref, registers);
  std::vector<Credential> credentials;
  for (auto [id, credential] : registers) {
    bool within =
        (!credential.not_before || *credential.not_before <= t) && (!credential.expires_at || t < *credential.expires_at);
    bool known = !Tainted(Topic::kIdentity, ref, t);
    credential.live = credential.live && When(within);
    if (!known || (!credential.live.may && BeforeRecord({Topic::kIdentity}, t))) credential.live = kMaybe;
    credentials.push_back(credential);
  }
  return credentials;
}

// Symmetric and transitive; shown, and of no consequence.
std::set<std::string> View::Linked(const std::string& ref, EffectiveTime t) const {
  std::set<std::string> linked{ref};
  for (std::size_t before = 0; before != linked.size();) {
    before = linked.size();
    for (const Fact& fact : record_.facts)
      if (auto* d = fact.As<IdentityLinked>(); d && fact.moment.time <= t)
        if (linked.contains(d->identity) || linked.contains(d->same_as)) linked.insert({d->identity, d->same_as});
  }
  linked.erase(ref);
  return linked;
}

// Links, requests, approvals, usage, reviews and exceptions never change authority: nobody can be assumed for being named there.
std::set<std::string> View::Assumable() const {
  std::set<std::string> named;
  for (const Fact& fact : record_.facts) {
    if (PlaneOf(fact.event->Type()) == Topic::kIdentity && !fact.As<IdentityLinked>()) named.insert(KeyOf(*fact.event));
    if (auto* d = fact.As<IdentityRegistered>()) named.insert(d->owner);
    if (auto* d = fact.As<IdentityOwnerChanged>()) named.insert(d->owner.value.value_or(""));
    if (auto* d = fact.As<GrantIssued>()) named.insert({d->principal, d->delegator});
    if (auto* d = fact.As<GrantRevoked>()) named.insert(d->principal);
    if (auto* d = fact.As<MembershipAdded>()) named.insert(d->member);
    if (auto* d = fact.As<MembershipRemoved>()) named.insert(d->member);
  }
  std::erase_if(named, [](const std::string& ref) { return ref.empty() || ref == kEveryone || IsGroup(ref); });
  return named;
}

// Whoever an event in force names, in whatever part.
std::set<std::string> View::Named() const {
  std::set<std::string> named;
  for (const Fact& fact : record_.facts) {
    if (auto* d = fact.As<IdentityRegistered>()) named.insert(d->owner);
    if (auto* d = fact.As<IdentityOwnerChanged>()) named.insert(d->owner.value.value_or(""));
    if (auto* d = fact.As<IdentityLinked>()) named.insert(d->same_as);
    if (auto* d = fact.As<GrantIssued>()) named.insert(d->delegator);
    if (auto* d = fact.As<GrantApproved>()) named.insert(d->approver);
    if (auto* d = fact.As<GrantDenied>()) named.insert(d->approver);
    if (auto* d = fact.As<MembershipAdded>()) named.insert(d->group);
    if (auto* d = fact.As<MembershipRemoved>()) named.insert(d->group);
    if (auto* d = fact.As<AccessUsed>()) named.insert(d->via.begin(), d->via.end());
    if (auto* d = fact.As<ReviewOpened>()) {
      named.insert({d->reviewer, d->scope.owner});
      named.insert(d->scope.identities.begin(), d->scope.identities.end());
    }
    if (auto* d = fact.As<ReviewDecided>()) named.insert({d->principal, d->reviewer, d->group});
    if (auto* d = fact.As<ExceptionGranted>()) named.insert(d->approver);
    if (*PlaneOf(fact.event->Type()) != Topic::kGovernance || fact.As<ExceptionGranted>() || fact.As<ExceptionRevoked>())
      named.insert(KeyOf(*fact.event));
  }
  std::erase_if(named, [](const std::string& ref) { return ref.empty() || ref == kEveryone || ref.starts_with("role:"); });
  return named;
}

std::map<std::string, IdentityStatus> View::Identities(EffectiveTime t) const {
  std::map<std::string, IdentityStatus> all;
  for (const auto& ref : Named()) all[ref] = StatusOf(ref, t);
  return all;
}

}  // namespace tenure::reference
