// What is held, and for how long: used, approved, reviewed and given back in time.
#include "connect/generate/audited/diligence.h"
#include "connect/generate/audited/upkeep.h"

namespace tenure::connect::generate {
namespace {

// Registered long before there was a gateway to see a use.
void BeThereBeforeTheGateway(Company& company) {
  const Holder person = Hire(company, {kFounded, kForever});
  Use(company, person, DailyWork(person), Later(kUsageBegins, kDormantAfter));
  KeepBusy(company, person, {Later(kUsageBegins, kDormantAfter), kForever});
}

// Suspended at the moment at which it would have been dormant; active anew, the days count from there.
void SuspendTheAbsent(Company& company) {
  const EffectiveTime last = company.When(kDay, 300 * kDay), suspended = Later(last, kDormantAfter);
  const EffectiveTime back = Later(suspended, company.Length(kDay, 90 * kDay));
  const Holder person = Hire(company, {company.Moment(kFounded, Later(last, -kDay)), kForever});
  KeepBusy(company, person, {person.stay.from, last});
  Use(company, person, DailyWork(person), last);
  company.Tell(System::kDirectory, suspended, "", IdentitySuspended{.identity = person.ref, .reason = "parental leave"});
  company.Tell(System::kDirectory, back, "", IdentityReactivated{.identity = person.ref});
  Use(company, person, DailyWork(person), Later(back, kDormantAfter));
  KeepBusy(company, person, {Later(back, kDormantAfter), kForever});
}

// To be turned away is to be there.
void BeTurnedAway(Company& company) {
  const EffectiveTime last = company.When(kDay, 200 * kDay);
  const Holder person = Hire(company, {company.Moment(kFounded, Later(last, -kDay)), kForever});
  KeepBusy(company, person, {person.stay.from, last});
  Use(company, person, DailyWork(person), last);
  AccessUsed denied = Using(person, DailyWork(person));
  denied.outcome = Outcome::kDenied;
  company.Tell(System::kGateway, Later(last, kDormantAfter), person.ref, std::move(denied));
  KeepBusy(company, person, {Later(last, kDormantAfter), kForever});
}

// A grant of many allows, each used at the last moment, amended on the way.
void UseAllOfIt(Company& company) {
  const EffectiveTime given = company.When(0, 400 * kDay), amended = Later(given, company.Length(100 * kDay, 200 * kDay));
  const Holder person = OldHand(company, given);
  Giving giving = Proper(company, person.ref, OperatorRole(company), {given, kForever});
  giving.role.ref.clear();  // inline
  const std::string grant = Give(company, giving);
  for (const Deed& deed : giving.role.deeds)
    for (EffectiveTime at = Later(given, kDormantAfter); at < kCloses; at = Later(at, kDormantAfter))
      Use(company, person, deed, at);
  Deed more{.action = "store:Audit", .resource = giving.role.deeds.front().resource};
  giving.role.deeds.push_back(more);
  IssueAgain(company, giving, grant, amended);
  Use(company, person, more, amended);
  KeepUsing(company, person, more, {amended, kForever});
}

// Looked at when a year is over, and again when another is.
void HoldPrivileges(Company& company) {
  for (int times = 0; times < 3; ++times) {
    const EffectiveTime given = company.When(0, 2 * kReviewEvery + kDay);
    const Holder person = OldHand(company, given);
    const Role role = AdminRole(company);
    const Interval span{given, kForever};
    const std::string grant = Give(company, Proper(company, person.ref, role, span));
    Exercise(company, person, role, span);
    for (const std::int64_t years : {1, 2}) Review(company, person.ref, grant, Later(given, years * kReviewEvery));
  }
  const std::string team = company.Team();
  const Interval span{company.When(0, 380 * kDay), kForever};
  const std::string grant = Give(company, Proper(company, team, AdminRole(company), span));
  KeepReviewed(company, team, grant, span);
}

// Two looked at it, the receiver was one of them; and a deputy needs nobody's approval.
void ApproveByOthers(Company& company) {
  const EffectiveTime given = company.When(0, 60 * kDay);
  const Holder person = OldHand(company, Later(given, -kDay));
  const Role role = ReaderRole(company);
  const Interval span{given, Later(given, 50 * kDay)};
  const std::string grant = Give(company, Proper(company, person.ref, role, span));
  Approve(company, person.ref, grant, person.ref, Later(given, -kHour));

  Giving deputy = Proper(company, person.ref, AdminRole(company), span);
  deputy.kind = "delegated";
  deputy.approver.clear();
  Give(company, deputy);
}

// One duty is taken at the moment at which the other is laid down, or can't be exercised.
void KeepDutiesApart(Company& company) {
  const EffectiveTime changed = company.When(80 * kDay, 80 * kDay);
  const Holder person = OldHand(company, Later(changed, -80 * kDay));
  const auto give = [&](const Deed& deed, Interval span) {
    Giving giving = Proper(company, person.ref, {.ref = "", .deeds = {deed}}, span);
    Give(company, giving);
    Exercise(company, person, giving.role, span);
  };
  give({"payment:Create", "ledger:payments"}, {Later(changed, -70 * kDay), changed});
  give({"payment:Approve", "ledger:payments"}, {changed, Later(changed, 70 * kDay)});
  const Interval both{Later(changed, 71 * kDay), Later(changed, 75 * kDay)};
  give({"invoice:Enter", "ledger:invoices"}, both);
  give({"invoice:Pay", "ledger:invoices"}, both);
  GrantIssued deny{.grant = company.NewId("deny"), .principal = person.ref};
  deny.permissions = {{.effect = Effect::kDeny, .actions = {"invoice:Pay"}, .resources = {"ledger:invoices"}}};
  company.Tell(System::kAccess, Later(both.from, -kHour), "", std::move(deny));
}

void StayInOnesEnvironment(Company& company) {
  const EffectiveTime given = company.When(0, 60 * kDay);
  const Interval span{given, Later(given, 50 * kDay)};
  const auto give = [&](const Holder& machine, std::string_view scope) {
    const Role role = DefineRole(company, "area-reader", {{"store:Read", std::string(scope)}});
    Giving giving = Proper(company, machine.ref, role, span);
    giving.scope = scope;
    Give(company, giving);
  };
  const Holder staging = Commission(company, {Later(given, -20 * kDay), kForever}, "", "staging");
  KeepBusy(company, staging);
  give(staging, "bucket:production-copy");
  give(staging, "bucket:staging/prod");
  const Holder production = Commission(company, {Later(given, -20 * kDay), kForever}, "", "production");
  KeepBusy(company, production);
  give(production, "bucket:prod/ledger");
  const Holder promoted = Commission(company, {Later(given, -20 * kDay), kForever}, "", "test");
  KeepBusy(company, promoted);
  company.Tell(System::kMesh, given, "", IdentityUpdated{.identity = promoted.ref, .environment = std::string("prod")});
  give(promoted, "db:prod");
  give(OldHand(company, given), "bucket:prod");  // people are of no environment
}

// What can be had for a while is not held standing; and who has it for a while gives it back when a day is over.
void HaveItOnDemand(Company& company) {
  const EffectiveTime first = company.When(120 * kDay, 40 * kDay);
  const Holder person = OldHand(company, Later(first, -110 * kDay));
  const Role role = AdminRole(company);
  const Interval before{Later(first, -100 * kDay), first};
  Give(company, Proper(company, person.ref, role, before));
  Exercise(company, person, role, before);
  // Three within a month, the fourth when the month is over.
  const EffectiveTime begins[] = {first, Later(first, 8 * kDay), Later(first, 20 * kDay), Later(first, kRenewalWindow)};
  for (const EffectiveTime begin : begins) {
    Giving giving = Proper(company, person.ref, role, {begin, Later(begin, kTemporaryMax)});
    giving.kind = "jit";
    giving.approved = begin;
    giving.expires = company.Often(500);
    if (begin != first) giving.early_us = company.Count(0, 1) * kHour;
    Give(company, giving);
  }
  // As often, but of another scope each time.
  const Role role_of_many = OnDemandRole(company);
  for (int times = 0; times < 5; ++times) {
    const EffectiveTime begin = Later(first, times * 3 * kDay + kHour);
    Giving giving = Proper(company, person.ref, role_of_many, {begin, Later(begin, kHour)});
    giving.kind = "jit";
    giving.scope = "bucket:team/" + std::to_string(times);
    Give(company, giving);
  }
  // On demand by its name, and no privilege.
  const Role harmless = DefineRole(company, "on-demand-reader", {{"store:Read", "bucket:team"}});
  Give(company, Proper(company, person.ref, harmless, {first, Later(first, 20 * kDay)}));
}

// By oneself, which is what the glass is for; looked at when a week is over.
void BreakTheGlass(Company& company) {
  const EffectiveTime broken = company.When(0, 30 * kDay);
  const Holder person = OldHand(company, broken);
  Giving giving = Proper(company, person.ref, OnDemandRole(company), {broken, Later(broken, kTemporaryMax)});
  giving.kind = "break_glass";
  giving.approver.clear();
  giving.issuer = person.ref;
  giving.expires = true;
  const std::string grant = Give(company, giving);
  Review(company, person.ref, grant, Later(broken, kBreakGlassReview));
}

}  // namespace

void UseInTime(Company& company) {
  BeThereBeforeTheGateway(company);
  SuspendTheAbsent(company);
  BeTurnedAway(company);
  UseAllOfIt(company);
}

void GiveProperly(Company& company) {
  HoldPrivileges(company);
  ApproveByOthers(company);
  KeepDutiesApart(company);
  StayInOnesEnvironment(company);
}

void GiveForAWhile(Company& company) {
  HaveItOnDemand(company);
  BreakTheGlass(company);
}

}  // namespace tenure::connect::generate
