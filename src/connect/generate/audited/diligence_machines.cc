// Credentials, owners, and who works from where: in time, to the microsecond.
#include "connect/generate/audited/diligence.h"
#include "connect/generate/audited/upkeep.h"

namespace tenure::connect::generate {
namespace {

// Its owner left; it was handed over a day later, and its key rotated when a week had passed since he left.
void HandOverAfterLeaving(Company& company) {
  const EffectiveTime left = company.When(30 * kDay, 60 * kDay);
  const Holder owner = Hire(company, {company.Moment(kFounded, Later(left, -200 * kDay)), left});
  KeepBusy(company, owner);
  TidyUp(company, owner);
  const Holder machine = Commission(company, {company.Moment(owner.stay.from, Later(left, -100 * kDay)), kForever}, owner.ref);
  KeepBusy(company, machine);
  KeepKey(company, machine.ref, {machine.stay.from, kForever}, {Later(left, kLeaveRotation)});
  ChangeOwner(company, machine.ref, company.Steward(), Later(left, kOffboardingGrace));

  // A team that he owned, and a machine that was retired rather than handed over.
  const std::string team = company.NewGroup();
  company.Tell(System::kDirectory, owner.stay.from, "", IdentityRegistered{.identity = team, .owner = owner.ref});
  ChangeOwner(company, team, company.Steward(), Later(left, kOffboardingGrace));
  const Holder retired = Commission(company, {Later(left, -60 * kDay), Later(left, kOffboardingGrace)}, owner.ref);
  KeepBusy(company, retired);
}

void HandOverBeforeLeaving(Company& company) {
  const EffectiveTime handed = company.When(30 * kDay, 120 * kDay);
  const std::string from = company.Steward(), to = company.StewardBut(from);
  const Holder machine = OldMachine(company, Later(handed, -50 * kDay), from);
  const std::string key = IssueKey(company, machine.ref, Later(handed, -40 * kDay));
  RevokeKey(company, machine.ref, key, Later(handed, kLeaveRotation));
  // Issued a microsecond after the leave, it is nobody's who left.
  const std::string next = IssueKey(company, machine.ref, Later(handed, 1));
  RevokeKey(company, machine.ref, next, Later(handed, 1 + kCredentialAge));
  ChangeOwner(company, machine.ref, to, handed);
}

// From team to team: no person leaves.
void HandOverBetweenTeams(Company& company) {
  const EffectiveTime handed = company.When(30 * kDay, 60 * kDay);
  const Holder machine = OldMachine(company, Later(handed, -100 * kDay), company.Team());
  const std::string key = IssueKey(company, machine.ref, Later(handed, -kDay));
  RevokeKey(company, machine.ref, key, Later(handed, 50 * kDay));
  ChangeOwner(company, machine.ref, company.Steward(), handed);
}

void LetKeysGrowOld(Company& company) {
  const EffectiveTime issued = company.When(10 * kDay, 410 * kDay);
  const Holder machine = OldMachine(company, issued);
  const std::string renewed = IssueKey(company, machine.ref, issued, "certificate");
  IssueKey(company, machine.ref, Later(issued, kCertificateAge), "certificate", Later(issued, 2 * kCertificateAge));
  RevokeKey(company, machine.ref, renewed, Later(issued, kCertificateAge));
  const std::string key = IssueKey(company, machine.ref, issued, "ssh_key");
  const std::string rotated = RotateKey(company, machine.ref, key, Later(issued, kCredentialAge));
  RevokeKey(company, machine.ref, rotated, Later(issued, 2 * kCredentialAge));
  IssueKey(company, machine.ref, issued, "token", Later(issued, kCredentialAge));

  const Holder retired = Commission(company, {issued, Later(issued, kCredentialAge)});
  KeepBusy(company, retired);
  const std::string last = IssueKey(company, retired.ref, issued);
  RevokeKey(company, retired.ref, last, Later(retired.stay.until, kOffboardingGrace));
}

void AnswerCompromises(Company& company) {
  const EffectiveTime known = company.When(30 * kDay, 120 * kDay);
  const Holder machine = OldMachine(company, Later(known, -20 * kDay));
  const std::string first = IssueKey(company, machine.ref, Later(known, -10 * kDay));
  const std::string second = IssueKey(company, machine.ref, Later(known, -9 * kDay));
  for (const std::string& key : {first, second})
    company.Tell(System::kVault, known, "", CredentialCompromised{.identity = machine.ref, .credential = key});
  RevokeKey(company, machine.ref, first, Later(known, kCompromiseGrace));
  const std::string third = RotateKey(company, machine.ref, second, Later(known, kCompromiseGrace));
  RevokeKey(company, machine.ref, third, Later(known, 60 * kDay));
}

// Three networks, of which no day saw more than two; a fourth that was turned away.
void MoveBetweenNetworks(Company& company) {
  const EffectiveTime first = company.When(30 * kDay, 30 * kDay), second = Later(first, company.Length(1, kSharedWindow - 1));
  const Holder machine = Commission(company, {company.Moment(kFounded, Later(first, -20 * kDay)), kForever});
  KeepBusy(company, machine, {machine.stay.from, Later(first, -2 * kDay)}, kDormantAfter - 5 * kDay);
  KeepBusy(company, machine, {Later(first, 3 * kDay), kForever}, kDormantAfter - 5 * kDay);
  const auto work = [&](EffectiveTime at, Outcome outcome) {
    AccessUsed used = Using(machine, DailyWork(machine));
    used.network = company.NewNetwork();
    used.outcome = outcome;
    company.Tell(System::kGateway, at, "", std::move(used));
  };
  Use(company, machine, DailyWork(machine), first);
  work(second, Outcome::kAllowed);
  work(second, Outcome::kDenied);
  work(Later(first, kSharedWindow), Outcome::kAllowed);
}

// It acts for others alone, from wherever they are: that is what it is for.
void ActForOthers(Company& company) {
  const EffectiveTime begins = company.When(0, 200 * kDay);
  const Holder way = Commission(company, {begins, kForever});
  const Role role = ReaderRole(company);
  Give(company, Proper(company, way.ref, role, {begins, kForever}));
  for (EffectiveTime at = begins; at < Later(kCloses, -kDormantAfter);) {
    at = Later(at, company.Often(300) ? kDormantAfter : company.Length(20 * kDay, kDormantAfter));
    if (at >= kCloses) break;
    for (int callers = 0; callers < 3; ++callers) {
      const std::string caller = company.Steward();
      AccessUsed used = Using({.ref = caller, .network = company.NewNetwork()}, role.deeds.front());
      used.via = {way.ref};
      company.Tell(System::kGateway, at, caller, std::move(used));
    }
  }
}

void TurnPeopleAway(Company& company) {
  const EffectiveTime tried = company.When(0, kDay);
  const Holder machine = OldMachine(company, Later(tried, -20 * kDay));
  AccessUsed used = Using(machine, DailyWork(machine));
  used.outcome = Outcome::kDenied;
  company.Tell(System::kGateway, tried, company.Steward(), std::move(used));
}

}  // namespace

void RotateInTime(Company& company) {
  HandOverAfterLeaving(company);
  HandOverBeforeLeaving(company);
  HandOverBetweenTeams(company);
  LetKeysGrowOld(company);
  AnswerCompromises(company);
}

void ShareNothing(Company& company) {
  MoveBetweenNetworks(company);
  ActForOthers(company);
  TurnPeopleAway(company);
}

}  // namespace tenure::connect::generate
