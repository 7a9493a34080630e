#include "connect/generate/audited/upkeep.h"

#include <algorithm>
#include <utility>

#include "connect/generate/names.h"

namespace tenure::connect::generate {
namespace {

bool IsPerson(std::string_view ref) { return ref.starts_with("user:"); }
bool IsTold(EffectiveTime at) { return at < kCloses; }

System RegistrarOf(std::string_view ref) {
  if (IsPerson(ref)) return System::kPeople;
  if (ref.starts_with("external:")) return System::kVendors;
  if (ref.starts_with("workload:")) return System::kMesh;
  return ref.starts_with("agent:") ? System::kAgents : System::kPipeline;
}

// What is done within so long, and now and then at the last moment.
std::int64_t InTime(Company& company, std::int64_t longest) {
  return company.Often(150) ? longest : company.Length(longest / 4, longest - kSecond);
}

}  // namespace

void Register(Company& company, const Holder& holder, EffectiveTime at) {
  IdentityRegistered registered{.identity = holder.ref};
  if (IsPerson(holder.ref)) registered.display_name = DisplayName(holder.ref.substr(holder.ref.find(':') + 1));
  company.Tell(RegistrarOf(holder.ref), at, "", std::move(registered));
}

void Retire(Company& company, const Holder& holder, EffectiveTime at, bool ends_all) {
  if (IsTold(at))
    company.Tell(RegistrarOf(holder.ref), at, "",
                 IdentityRetired{.identity = holder.ref, .reason = "left", .ends_all = ends_all});
}

Holder Hire(Company& company, Interval stay) {
  Holder person{.ref = company.NewPerson(), .network = company.NewNetwork(), .stay = stay};
  person.password = company.NewId("login");
  person.group = company.Team();
  Register(company, person, stay.from);
  company.Tell(System::kDirectory, stay.from, "",
               CredentialIssued{.identity = person.ref, .credential = person.password, .kind = "password"});
  Join(company, person.ref, person.group, stay.from);
  Retire(company, person, stay.until);
  return person;
}

Holder Commission(Company& company, Interval stay, std::string_view owner, std::string_view environment) {
  Holder machine{.ref = company.NewMachine(), .network = company.NewNetwork(), .stay = stay};
  const std::string whose = owner.empty() ? company.Steward() : std::string(owner);
  company.Tell(RegistrarOf(machine.ref), stay.from, whose,
               IdentityRegistered{.identity = machine.ref, .owner = whose, .environment = std::string(environment)});
  Retire(company, machine, stay.until);
  return machine;
}

Holder Contract(Company& company, Interval stay) {
  Holder outsider{.ref = company.NewOutsider(), .network = company.NewNetwork(), .stay = stay};
  const std::string& owner = company.Steward();
  company.Tell(System::kVendors, stay.from, owner, IdentityRegistered{.identity = outsider.ref, .owner = owner});
  Retire(company, outsider, stay.until);
  return outsider;
}

Holder OldHand(Company& company, EffectiveTime before) {
  const Holder person = Hire(company, {company.Moment(kFounded, before), kForever});
  KeepBusy(company, person);
  return person;
}

Holder OldMachine(Company& company, EffectiveTime before, std::string_view owner, std::string_view environment) {
  const Interval stay{company.Moment(kFounded, before), kForever};
  const Holder machine = Commission(company, stay, owner, environment);
  KeepBusy(company, machine);
  return machine;
}

void ChangeOwner(Company& company, std::string_view identity, std::string_view owner, EffectiveTime at) {
  IdentityOwnerChanged changed{.identity = std::string(identity), .owner = std::nullopt};
  if (!owner.empty()) changed.owner = std::string(owner);
  company.Tell(identity.starts_with("group:") ? System::kDirectory : RegistrarOf(identity), at, "", std::move(changed));
}

void EndPassword(Company& company, const Holder& person, EffectiveTime at) {
  company.Tell(System::kDirectory, at, "",
               CredentialRevoked{.identity = person.ref, .credential = person.password, .reason = "left"});
}

void Leave(Company& company, std::string_view member, std::string_view group, EffectiveTime at) {
  company.Tell(System::kDirectory, at, "", MembershipRemoved{.member = std::string(member), .group = std::string(group)});
}

void TidyUp(Company& company, const Holder& person) {
  if (!IsTold(Later(person.stay.until, kOffboardingGrace))) return;
  const EffectiveTime password_ends = Later(person.stay.until, InTime(company, kOffboardingGrace));
  EndPassword(company, person, password_ends);
  const EffectiveTime membership_ends = Later(person.stay.until, InTime(company, kOffboardingGrace));
  Leave(company, person.ref, person.group, membership_ends);
}

AccessUsed Using(const Holder& holder, const Deed& deed) {
  return {.identity = holder.ref,
          .action = deed.action,
          .resource = deed.resource,
          .outcome = Outcome::kAllowed,
          .network = holder.network};
}

void Use(Company& company, const Holder& holder, const Deed& deed, EffectiveTime at) {
  AccessUsed used = Using(holder, deed);
  if (deed.action != "assume" && company.Often(300)) used.resource += company.Often(500) ? "/2023" : "/eu/7";
  company.Tell(System::kGateway, at, IsPerson(holder.ref) ? holder.ref : "", std::move(used));
}

void KeepUsing(Company& company, const Holder& holder, const Deed& deed, Interval span, std::int64_t longest) {
  const EffectiveTime end = std::min({span.until, holder.stay.until, kCloses});
  EffectiveTime at = std::max({span.from, holder.stay.from, kUsageBegins});
  while (at < end) {
    at = Later(at, InTime(company, longest));
    if (at < end) Use(company, holder, deed, at);
  }
}

Deed DailyWork(const Holder& holder) {
  return IsPerson(holder.ref) ? Deed{.action = "portal:Open", .resource = "portal:staff"}
                              : Deed{.action = "fleet:Report", .resource = "fleet:health"};
}
void KeepBusy(Company& company, const Holder& holder, Interval span, std::int64_t longest) {
  KeepUsing(company, holder, DailyWork(holder), span, longest);
}
void KeepBusy(Company& company, const Holder& holder) { KeepBusy(company, holder, holder.stay); }

void Exercise(Company& company, const Holder& holder, const Role& role, Interval span) {
  for (const Deed& deed : role.deeds) KeepUsing(company, holder, deed, span);
}

std::string IssueKey(Company& company, std::string_view identity, EffectiveTime at, std::string_view kind,
                     OptionalTime expires_at) {
  std::string key = company.NewId("key");
  company.Tell(System::kVault, at, "",
               CredentialIssued{
                   .identity = std::string(identity), .credential = key, .kind = std::string(kind), .expires_at = expires_at});
  return key;
}

std::string RotateKey(Company& company, std::string_view identity, std::string_view key, EffectiveTime at) {
  std::string next = company.NewId("key");
  company.Tell(System::kVault, at, "",
               CredentialRotated{.identity = std::string(identity), .credential = std::string(key), .replaced_by = next});
  return next;
}

void RevokeKey(Company& company, std::string_view identity, std::string_view key, EffectiveTime at) {
  company.Tell(System::kVault, at, "", CredentialRevoked{.identity = std::string(identity), .credential = std::string(key)});
}

void KeepKey(Company& company, std::string_view identity, Interval span, const std::vector<EffectiveTime>& also) {
  EffectiveTime issued = span.from;
  std::string key = IssueKey(company, identity, issued);
  while (true) {
    EffectiveTime next = Later(issued, InTime(company, kCredentialAge));
    for (const EffectiveTime at : also)
      if (issued < at) next = std::min(next, at);
    if (next >= std::min(span.until, kCloses)) break;
    // Some systems issue under the same id again.
    if (company.Often(100)) {
      company.Tell(System::kVault, next, "",
                   CredentialIssued{.identity = std::string(identity), .credential = key, .kind = "access_key"});
    } else {
      key = RotateKey(company, identity, key, next);
    }
    issued = next;
  }
  if (IsTold(span.until)) RevokeKey(company, identity, key, span.until);
}

}  // namespace tenure::connect::generate
