// Outsiders, and the record itself; and what was noticed so long before the audit that it has run out when the audit begins.
#include "connect/generate/audited/diligence.h"
#include "connect/generate/audited/upkeep.h"

namespace tenure::connect::generate {
namespace {

constexpr EffectiveTime kLastNotice = Later(kOpens, -kNotice);  // what begins here ends as the audit begins

// Trusted under a condition, on the grant or on what it allows, or to do what only looks like assuming.
void TrustOutsiders(Company& company) {
  for (int times = 0; times < 3; ++times) {
    const EffectiveTime trusted = times == 0 ? kLastNotice : company.Moment(kUsageBegins, kLastNotice);
    const Holder outsider = Contract(company, {company.Moment(kFounded, Later(trusted, -kHour)), kForever});
    KeepBusy(company, outsider);
    const Holder target = Commission(company, {kFounded, kForever});
    KeepBusy(company, target);
    Giving giving = Proper(company, outsider.ref, {.ref = "", .deeds = {{"assume", target.ref}}}, {trusted, kForever});
    if (times == 0) giving.condition = "from the supplier's network";
    if (times == 1) giving.role.deeds.front().condition = "approved by a ticket";
    if (times == 2) giving.role.deeds.front() = {"assess", target.ref, "ass*"};
    Give(company, giving);
    Exercise(company, outsider, giving.role, giving.span);
  }
}

void RegisterTwice(Company& company) {
  const EffectiveTime again = company.When(0, 30 * kDay);
  const Holder person = OldHand(company, Later(again, -kDay));
  Register(company, person, again);
}

// By role, a microsecond before it would have expired.
void RevokeAtTheLastMoment(Company& company) {
  const EffectiveTime given = company.When(0, 60 * kDay), expires = Later(given, 20 * kDay);
  const Holder person = OldHand(company, given);
  Giving giving = Proper(company, person.ref, ReaderRole(company), {given, expires});
  giving.expires = true;
  Give(company, giving);
  company.Tell(System::kAccess, Later(expires, -1), "", GrantRevoked{.principal = person.ref, .role = giving.role.ref});
}

// A source that the policy names by a pattern; a hand on the console that changes neither identity nor authority; a clock at zero.
void SpeakThroughSystems(Company& company) {
  const EffectiveTime told = company.When(0, 60 * kDay);
  const Holder machine = OldMachine(company, told);
  const std::string grant = Give(company, Proper(company, machine.ref, ReaderRole(company), {told, Later(told, 50 * kDay)}));
  company.Tell(System::kPipeline, told, "", IdentityUpdated{.identity = machine.ref, .display_name = std::string("line 7")})
      .name.source = "eu.pipelines.example";
  const std::string& reviewer = company.Steward();
  company.Tell(
      System::kConsole, Later(told, kDay), reviewer,
      ReviewDecided{
          .review = company.NewId("review"), .principal = machine.ref, .grant = grant, .decision = "keep", .reviewer = reviewer});
  company.TellLate(System::kPipeline, Utc(2000, 1, 1), told,
                   IdentityUpdated{.identity = machine.ref, .attributes = R"({"clock":"set"})"});
}

// Noticed for thirty days, all of it: it was told when the audit was thirty days away.
void HaveBeenNoticed(Company& company) {
  const Interval stay{company.Moment(kFounded, Later(kLastNotice, -kDay)), kForever};
  const Holder person = Hire(company, stay);
  KeepBusy(company, person);
  company.Tell(System::kAccess, kLastNotice, "", GrantRevoked{.principal = person.ref, .grant = "grant-never-given"});
  const Holder machine = Commission(company, stay, person.ref);
  KeepBusy(company, machine);
  const AccessUsed used = Using(machine, DailyWork(machine));
  company.Tell(System::kGateway, kLastNotice, person.ref, used);
  const Role role = ReaderRole(company);
  company.Tell(System::kConsole, kLastNotice, person.ref, RoleDefined{.role = role.ref, .permissions = PermissionsOf(role)});
  const Holder gone = Hire(company, {stay.from, kForever});
  KeepBusy(company, gone, {stay.from, kLastNotice});
  Retire(company, gone, kLastNotice, true);
}

}  // namespace

void TrustWithCare(Company& company) { TrustOutsiders(company); }

void KeepTheRecordClean(Company& company) {
  RegisterTwice(company);
  RevokeAtTheLastMoment(company);
  SpeakThroughSystems(company);
  HaveBeenNoticed(company);
}

}  // namespace tenure::connect::generate
