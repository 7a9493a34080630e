// The company as it is founded, its daily life, and who leaves it well.
#include "connect/generate/audited/diligence.h"

#include <algorithm>

#include "connect/generate/audited/upkeep.h"

namespace tenure::connect::generate {
namespace {

constexpr Interval kAlwaysThere{kFounded, kForever};

// The one account that everybody has: by a group, whose use nobody looks at.
void GiveThePortal(Company& company, const Role& portal, const std::string& team) {
  Giving giving{.principal = team, .role = portal, .span = {Later(kFounded, 2 * kHour), kForever}};
  giving.asked = false;
  Give(company, giving);
}

void AddPerson(Company& company) {
  const EffectiveTime joins = company.Moment(kFounded, Later(kCloses, -150 * kDay));
  const bool leaves = company.Often(400);
  const EffectiveTime left = leaves ? company.Moment(Later(joins, 30 * kDay), Later(kCloses, -10 * kDay)) : kForever;
  const Holder person = Hire(company, {joins, left});
  KeepBusy(company, person);
  if (leaves) TidyUp(company, person);
  const Role role = company.Often(500) ? ReaderRole(company) : OperatorRole(company);
  const EffectiveTime given = company.Moment(Later(joins, kHour), Later(std::min(left, kCloses), -2 * kDay));
  const Interval span{given, leaves ? Later(left, company.Length(0, kOffboardingGrace)) : kForever};
  Give(company, Proper(company, person.ref, role, span));
  Exercise(company, person, role, span);
}

void AddMachine(Company& company) {
  const EffectiveTime begins = company.Moment(kFounded, Later(kCloses, -120 * kDay));
  const bool ends = company.Often(300);
  const EffectiveTime retired = ends ? company.Moment(Later(begins, 40 * kDay), Later(kCloses, -10 * kDay)) : kForever;
  const std::string_view environment = company.Often(500) ? "prod" : "staging";
  const Holder machine = Commission(company, {begins, retired}, "", environment);
  KeepBusy(company, machine);
  const EffectiveTime cleared = ends ? Later(retired, company.Often(500) ? kOffboardingGrace : kHour) : kForever;
  KeepKey(company, machine.ref, {Later(begins, kMinute), cleared});
  const Role role = OperatorRole(company);
  const Interval span{Later(begins, kHour), cleared};
  Give(company, Proper(company, machine.ref, role, span));
  Exercise(company, machine, role, span);
}

void LeaveToTheMicrosecond(Company& company) {
  const EffectiveTime left = company.When(60 * kDay, 60 * kDay), last = Later(left, kOffboardingGrace);
  const Holder person = Hire(company, {company.Moment(kFounded, Later(left, -50 * kDay)), left});
  KeepBusy(company, person);
  EndPassword(company, person, last);
  Leave(company, person.ref, person.group, last);
  const Role revoked = ReaderRole(company), expired = OperatorRole(company);
  const Interval span{Later(left, -40 * kDay), last};
  Give(company, Proper(company, person.ref, revoked, span));
  Giving by_its_terms = Proper(company, person.ref, expired, span);
  by_its_terms.expires = true;
  Give(company, by_its_terms);
  IssueKey(company, person.ref, Later(left, -30 * kDay), "token", last);
}

// What the retirement would have ended was ended at the same moment, and was told first; or it had an end of its own to come.
void LeaveNothingToEnd(Company& company) {
  const EffectiveTime left = company.When(60 * kDay, 60 * kDay);
  const Holder person = Hire(company, {company.Moment(kFounded, Later(left, -50 * kDay)), kForever});
  KeepBusy(company, person, {person.stay.from, left});
  EndPassword(company, person, left);
  Leave(company, person.ref, person.group, left);
  const Role role = ReaderRole(company);
  const std::string grant = Give(company, Proper(company, person.ref, role, {Later(left, -40 * kDay), kForever}));
  Giving to_come = Proper(company, person.ref, role, {Later(left, -30 * kDay), Later(left, 10 * kDay)});
  to_come.expires = true;
  Give(company, to_come);
  company.Tell(System::kAccess, left, "", GrantRevoked{.principal = person.ref, .grant = grant});
  Retire(company, person, left, true);
}

// The wrong person's retirement was told, and taken back.
void RetireNobody(Company& company) {
  const EffectiveTime mistaken = company.When(100 * kDay, 100 * kDay);
  const Holder person = OldHand(company, Later(mistaken, -100 * kDay));
  const Holder machine = Commission(company, {Later(mistaken, -80 * kDay), kForever}, person.ref);
  KeepBusy(company, machine);
  KeepKey(company, machine.ref, {Later(mistaken, -79 * kDay), kForever});
  const std::string id = company.NewId("mistaken");
  Event& retired = company.Tell(System::kPeople, mistaken, "", IdentityRetired{.identity = person.ref, .reason = "left"});
  retired.name.id = id;
  const EventName name = retired.name;
  company.Tell(System::kPeople, Later(mistaken, 40 * kDay), "",
               EventRetracted{.target = name, .key = person.ref, .reason = "a namesake left"});
}

}  // namespace

void FoundCompany(Company& company) {
  const Role portal = DefineRole(company, "employee", {{"portal:Open", "portal:staff"}});
  for (int stewards = 0; stewards < 6; ++stewards) {
    const std::string ref = company.NewPerson();
    company.AddSteward(ref);
    const Holder steward{.ref = ref, .network = company.NewNetwork(), .stay = kAlwaysThere};
    Register(company, steward, kFounded);
    if (stewards == 0) Use(company, steward, DailyWork(steward), kUsageBegins);
    KeepBusy(company, steward);
  }
  for (const std::string_view duty : {"book-keeper", "book-checker"}) {
    const Permission allow{.actions = {"books:" + std::string(duty)}, .resources = {"ledger:books"}};
    company.Tell(System::kAccess, Later(kFounded, kHour), "",
                 RoleDefined{.role = "role:" + std::string(duty), .permissions = {allow}});
  }
  for (std::int64_t teams = company.Count(3, 6); teams > 0; --teams) {
    const std::string team = Found(company);
    company.AddTeam(team);
    GiveThePortal(company, portal, team);
  }
}

void LiveWell(Company& company) {
  for (std::int64_t people = company.Count(8, 16); people > 0; --people) AddPerson(company);
  for (std::int64_t machines = company.Count(6, 12); machines > 0; --machines) AddMachine(company);
}

void LeaveInTime(Company& company) {
  LeaveToTheMicrosecond(company);
  LeaveNothingToEnd(company);
  RetireNobody(company);
}

}  // namespace tenure::connect::generate
