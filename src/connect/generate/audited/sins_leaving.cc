// People and machines that leave, and what stays behind.
#include "connect/generate/audited/sins.h"
#include "connect/generate/audited/upkeep.h"

namespace tenure::connect::generate {
namespace {

Holder Leaver(Company& company, EffectiveTime left) {
  const Holder person = Hire(company, {company.Moment(kFounded, Later(left, -60 * kDay)), left});
  KeepBusy(company, person);
  return person;
}

Holder EndOfService(Company& company, EffectiveTime retired) {
  const Holder machine = Commission(company, {company.Moment(kFounded, Later(retired, -60 * kDay)), retired}, "", "prod");
  KeepBusy(company, machine);
  return machine;
}

// A grant from some time before the end of the stay on.
std::string GiveUntil(Company& company, const Holder& holder, EffectiveTime until, bool expires) {
  const EffectiveTime from = company.Moment(Later(holder.stay.from, kHour), Later(holder.stay.until, -kDay));
  const Interval span{from, until};
  const Role role = company.Often(500) ? ReaderRole(company) : OperatorRole(company);
  Giving giving = Proper(company, holder.ref, role, span);
  giving.expires = expires;
  const std::string grant = Give(company, giving);
  Exercise(company, holder, role, span);
  return grant;
}

void RevokeTooLate(Company& company) {
  const EffectiveTime left = company.When(60 * kDay, 60 * kDay);
  const EffectiveTime revoked = Later(left, company.Beyond(kOffboardingGrace, 40 * kDay));
  const Holder person = Leaver(company, left);
  TidyUp(company, person);
  const bool expires = company.Often(300);
  const std::string grant = GiveUntil(company, person, revoked, expires);
  company.Plant("authority_after_retirement", person.ref, grant, Later(left, kOffboardingGrace), revoked);
}

void NeverRevoke(Company& company) {
  const EffectiveTime left = company.When(60 * kDay, 60 * kDay);
  const Holder machine = EndOfService(company, left);
  const bool expires = company.Often(500);
  const EffectiveTime until = expires ? Later(kCloses, 100 * kDay) : kForever;
  const std::string grant = GiveUntil(company, machine, until, expires);
  company.Plant("authority_after_retirement", machine.ref, grant, Later(left, kOffboardingGrace), until);
}

void StayInTheTeam(Company& company) {
  const EffectiveTime left = company.When(60 * kDay, 60 * kDay);
  const EffectiveTime removed = Later(left, company.Beyond(kOffboardingGrace, 40 * kDay));
  const Holder person = Leaver(company, left);
  EndPassword(company, person, Later(left, kOffboardingGrace));
  Leave(company, person.ref, person.group, removed);
  company.Plant("authority_after_retirement", person.ref, person.group, Later(left, kOffboardingGrace), removed);
}

void KeepThePassword(Company& company) {
  const EffectiveTime left = company.When(60 * kDay, 60 * kDay);
  const EffectiveTime revoked = Later(left, company.Beyond(kOffboardingGrace, 40 * kDay));
  const Holder person = Leaver(company, left);
  EndPassword(company, person, revoked);
  Leave(company, person.ref, person.group, left);
  company.Plant("credential_after_retirement", person.ref, person.password, Later(left, kOffboardingGrace), revoked);
}

// It expires by itself, late; until then it is live, and too old as well, but that is no matter of one who is gone.
void KeepTheKey(Company& company) {
  const EffectiveTime retired = company.When(60 * kDay, 160 * kDay);
  const Holder machine = EndOfService(company, retired);
  const EffectiveTime issued = Later(retired, -company.Length(kDay, 50 * kDay));
  const EffectiveTime expires = Later(issued, company.Length(100 * kDay, 150 * kDay));
  const std::string key = IssueKey(company, machine.ref, issued, "access_key", expires);
  company.Plant("credential_after_retirement", machine.ref, key, Later(retired, kOffboardingGrace), expires);
}

// Its keys are rotated in the week after the owner left, and in the week after it was handed over.
void HandOverTooLate(Company& company) {
  const EffectiveTime left = company.When(60 * kDay, 80 * kDay);
  const EffectiveTime handed = Later(left, company.Beyond(kOffboardingGrace, 60 * kDay));
  const EffectiveTime first = Later(left, company.Length(1, kLeaveRotation));
  const EffectiveTime second = Later(handed, company.Length(1, kLeaveRotation));
  const Holder owner = Leaver(company, left);
  TidyUp(company, owner);
  const Interval stay{Later(left, -50 * kDay), kForever};
  const Holder machine = Commission(company, stay, owner.ref);
  KeepBusy(company, machine);
  KeepKey(company, machine.ref, stay, {first, second});
  const bool to_nobody = company.Often(300);
  const std::string next = to_nobody ? "" : company.Steward();
  ChangeOwner(company, machine.ref, next, handed);
  company.Plant("orphaned", machine.ref, owner.ref, Later(left, kOffboardingGrace), handed);
}

void LeaveAnOrphan(Company& company) {
  const EffectiveTime left = company.When(60 * kDay, 80 * kDay);
  const bool retired = company.Often(500);
  const EffectiveTime until = retired ? Later(left, company.Beyond(kOffboardingGrace, 60 * kDay)) : kForever;
  const EffectiveTime rotated = Later(left, company.Length(1, kLeaveRotation));
  const Holder owner = Leaver(company, left);
  TidyUp(company, owner);
  const Holder machine = Commission(company, {Later(left, -50 * kDay), until}, owner.ref);
  KeepBusy(company, machine);
  KeepKey(company, machine.ref, machine.stay, {rotated});
  company.Plant("orphaned", machine.ref, owner.ref, Later(left, kOffboardingGrace), until);
}

void LeaveATeamBehind(Company& company) {
  const EffectiveTime left = company.When(60 * kDay, 80 * kDay);
  const EffectiveTime handed = Later(left, company.Beyond(kOffboardingGrace, 60 * kDay));
  const Holder owner = Leaver(company, left);
  TidyUp(company, owner);
  const std::string team = company.NewGroup();
  company.Tell(System::kDirectory, owner.stay.from, owner.ref, IdentityRegistered{.identity = team, .owner = owner.ref});
  ChangeOwner(company, team, company.Steward(), handed);
  company.Plant("orphaned", team, owner.ref, Later(left, kOffboardingGrace), handed);
}

}  // namespace

std::vector<Sin> SinsOfLeaving() {
  return {RevokeTooLate, NeverRevoke,     StayInTheTeam, KeepThePassword,
          KeepTheKey,    HandOverTooLate, LeaveAnOrphan, LeaveATeamBehind};
}

}  // namespace tenure::connect::generate
