// Identities that nobody uses, grants that nobody uses, and grants of which only a part is used.
#include "connect/generate/audited/sins.h"
#include "connect/generate/audited/upkeep.h"

namespace tenure::connect::generate {
namespace {

// Somebody who was last seen at `last`, and is to be seen again by what the scene tells.
Holder LastSeen(Company& company, EffectiveTime last) {
  const EffectiveTime joins = company.Moment(kFounded, Later(last, -30 * kDay));
  const Interval stay{joins, kForever};
  const Holder holder = company.Often(500) ? Hire(company, stay) : Commission(company, stay);
  KeepBusy(company, holder, {joins, last});
  Use(company, holder, DailyWork(holder), last);
  return holder;
}

void StayAway(Company& company) {
  const EffectiveTime last = company.When(0, 200 * kDay), back = Later(last, company.Beyond(kDormantAfter, 90 * kDay));
  const Holder holder = LastSeen(company, last);
  Use(company, holder, DailyWork(holder), back);
  KeepBusy(company, holder, {back, kForever});
  company.Plant("dormant_identity", holder.ref, "", Later(last, kDormantAfter), back);
}

void StayAwayForGood(Company& company) {
  const EffectiveTime last = company.When(0, 120 * kDay);
  const Holder holder = LastSeen(company, last);
  PlantedFinding& planted = company.Plant("dormant_identity", holder.ref, "", Later(last, kDormantAfter));
  if (company.Often(300)) Excuse(company, planted, Later(kCloses, 10 * kDay));
}

// Nobody came; then somebody.
void ComeLate(Company& company) {
  const EffectiveTime joins = company.When(0, 200 * kDay), first = Later(joins, company.Beyond(kDormantAfter, 90 * kDay));
  const Holder person = Hire(company, {joins, kForever});
  Use(company, person, DailyWork(person), first);
  KeepBusy(company, person, {first, kForever});
  company.Plant("dormant_identity", person.ref, "", Later(joins, kDormantAfter), first);
}

// A suspension ends it, a retirement does; who comes back has ninety days again.
void BeNoticedAndSuspended(Company& company) {
  const EffectiveTime last = company.When(0, 400 * kDay), noticed = Later(last, company.Beyond(kDormantAfter, 60 * kDay));
  const EffectiveTime back = Later(noticed, company.Length(kDay, 100 * kDay));
  const Holder holder = LastSeen(company, last);
  company.Tell(System::kDirectory, noticed, company.Steward(),
               IdentitySuspended{.identity = holder.ref, .reason = "not seen for months"});
  company.Tell(System::kDirectory, back, company.Steward(), IdentityReactivated{.identity = holder.ref});
  KeepBusy(company, holder, {back, kForever});
  company.Plant("dormant_identity", holder.ref, "", Later(last, kDormantAfter), noticed);
}

void BeNoticedAndRetired(Company& company) {
  const EffectiveTime last = company.When(0, 160 * kDay), noticed = Later(last, company.Beyond(kDormantAfter, 60 * kDay));
  const Holder machine = Commission(company, {company.Moment(kFounded, Later(last, -kDay)), noticed});
  KeepBusy(company, machine, {machine.stay.from, last});
  Use(company, machine, DailyWork(machine), last);
  company.Plant("dormant_identity", machine.ref, "", Later(last, kDormantAfter), noticed);
}

Holder Busy(Company& company, EffectiveTime before) {
  const Interval stay{company.Moment(kFounded, before), kForever};
  const Holder holder = company.Often(500) ? Hire(company, stay) : Commission(company, stay);
  KeepBusy(company, holder);
  return holder;
}

// Used until then, or never; used again, or taken away. What was denied is no use of it.
void LeaveItUnused(Company& company) {
  const EffectiveTime given = company.When(0, 360 * kDay);
  const bool used = company.Often(500), again = company.Often(500);
  const EffectiveTime last = used ? Later(given, company.Length(kDay, 150 * kDay)) : given;
  const EffectiveTime ended = Later(last, company.Beyond(kDormantAfter, 90 * kDay));
  const Holder holder = Busy(company, given);
  const Role role = ReaderRole(company);
  const Deed& deed = role.deeds.front();
  const std::string grant = Give(company, Proper(company, holder.ref, role, {given, again ? kForever : ended}));
  if (used) {
    KeepUsing(company, holder, deed, {given, last});
    Use(company, holder, deed, last);
  }
  AccessUsed denied = Using(holder, deed);
  denied.outcome = Outcome::kDenied;
  company.Tell(System::kGateway, Later(last, 80 * kDay), "", std::move(denied));
  if (again) {
    Use(company, holder, deed, ended);
    KeepUsing(company, holder, deed, {ended, kForever});
  }
  company.Plant("dormant_authority", holder.ref, grant, Later(last, kDormantAfter), ended);
}

// Used every week, and then made a grant of something else, which what was done before is no use of.
void AmendAndLeaveUnused(Company& company) {
  const EffectiveTime given = company.When(0, 360 * kDay), amended = Later(given, company.Beyond(kDormantAfter, 90 * kDay));
  const EffectiveTime ended = Later(amended, company.Length(1, 80 * kDay));
  const Holder holder = Busy(company, given);
  Giving giving = Proper(company, holder.ref, ReaderRole(company), {given, ended});
  giving.role.ref.clear();  // inline
  const std::string grant = Give(company, giving);
  Exercise(company, holder, giving.role, {given, amended});
  giving.role.deeds.front().action = "store:Write";
  IssueAgain(company, giving, grant, amended);
  company.Plant("dormant_authority", holder.ref, grant, amended, ended);
}

// One of two or three things is done no more.
void UseAPartOfIt(Company& company) {
  const EffectiveTime given = company.When(0, 360 * kDay);
  const bool used = company.Often(500), again = company.Often(500), three = company.Often(500);
  const EffectiveTime last = used ? Later(given, company.Length(kDay, 150 * kDay)) : given;
  const EffectiveTime ended = Later(last, company.Beyond(kDormantAfter, 90 * kDay));
  const Holder holder = Busy(company, given);
  Role role = OperatorRole(company);
  if (three) role = DefineRole(company, "operator", {role.deeds[0], role.deeds[1], {"store:Audit", role.deeds[0].resource}});
  const Interval span{given, again ? kForever : ended};
  const std::string grant = Give(company, Proper(company, holder.ref, role, span));
  const Deed& rare = role.deeds[1];
  for (const Deed& deed : role.deeds)
    if (&deed != &rare) KeepUsing(company, holder, deed, span);
  if (used) {
    KeepUsing(company, holder, rare, {given, last});
    Use(company, holder, rare, last);
  }
  if (again) {
    Use(company, holder, rare, ended);
    KeepUsing(company, holder, rare, {ended, kForever});
  }
  company.Plant("over_privilege", holder.ref, grant, Later(last, kDormantAfter), ended);
}

// First one thing is done no more, then the other, then nothing at all: until the grant is revoked and its holder retired.
void WindDown(Company& company) {
  const EffectiveTime given = company.When(0, 460 * kDay), first = Later(given, company.Length(kDay, 60 * kDay));
  const EffectiveTime second = Later(first, company.Length(1, 60 * kDay)), third = Later(second, company.Length(1, 60 * kDay));
  const EffectiveTime ended = Later(third, company.Beyond(kDormantAfter, 60 * kDay));
  const Holder machine = Commission(company, {Later(given, -kDay), ended});
  const Role role = OperatorRole(company);
  const std::string grant = Give(company, Proper(company, machine.ref, role, {given, ended}));
  const EffectiveTime last[] = {first, second};
  for (const std::size_t which : {std::size_t{0}, std::size_t{1}}) {
    KeepUsing(company, machine, role.deeds[which], {given, last[which]});
    Use(company, machine, role.deeds[which], last[which]);
  }
  KeepBusy(company, machine, {machine.stay.from, third});
  Use(company, machine, DailyWork(machine), third);
  company.Plant("over_privilege", machine.ref, grant, Later(first, kDormantAfter), Later(second, kDormantAfter));
  company.Plant("dormant_authority", machine.ref, grant, Later(second, kDormantAfter), ended);
  company.Plant("dormant_identity", machine.ref, "", Later(third, kDormantAfter), ended);
}

}  // namespace

std::vector<Sin> SinsOfDisuse() {
  return {StayAway,     StayAwayForGood, ComeLate, BeNoticedAndSuspended, BeNoticedAndRetired, LeaveItUnused, AmendAndLeaveUnused,
          UseAPartOfIt, WindDown};
}

}  // namespace tenure::connect::generate
