// Privileges that stand, that nobody looks at, that don't go together, and that reach into production.
#include <array>

#include "connect/generate/audited/sins.h"
#include "connect/generate/audited/upkeep.h"

namespace tenure::connect::generate {
namespace {

// What could be had on demand, as the policy says, is held standing.
void HoldItStanding(Company& company) {
  const EffectiveTime given = company.When(0, 100 * kDay);
  const EffectiveTime until = company.Often(700) ? company.Moment(Later(given, 1), Later(kCloses, -kDay)) : kForever;
  const Holder person = OldHand(company, given);
  const Role role = OnDemandRole(company);
  const Interval span{given, until};
  const std::string grant = Give(company, Proper(company, person.ref, role, span));
  Exercise(company, person, role, span);
  KeepReviewed(company, person.ref, grant, span);
  company.Plant("standing_privilege", person.ref, grant, given, until);
}

// Others have begun to have it on demand, so it need not be held standing any more.
void KeepItStanding(Company& company) {
  const EffectiveTime given = company.When(0, 200 * kDay), first = Later(given, company.Length(1, 80 * kDay));
  const Interval span{given, Later(first, company.Length(1, 100 * kDay))};
  const Holder person = OldHand(company, given), other = OldHand(company, first);
  const Role role = AdminRole(company);
  const std::string grant = Give(company, Proper(company, person.ref, role, span));
  Exercise(company, person, role, span);
  Giving on_demand = Proper(company, other.ref, role, {first, Later(first, company.Length(kHour, kTemporaryMax))});
  on_demand.kind = "jit";
  on_demand.expires = true;
  Give(company, on_demand);
  company.Plant("standing_privilege", person.ref, grant, first, span.until);
}

// Never looked at, or not for more than a year.
void ForgetToReview(Company& company) {
  const EffectiveTime given = company.Moment(kOpens, Later(kOpens, 150 * kDay));
  const bool reviewed = company.Often(400), again = company.Often(500);
  const EffectiveTime last = reviewed ? Later(given, company.Length(1, 200 * kDay)) : given;
  const EffectiveTime ended = Later(last, company.Beyond(kReviewEvery, 100 * kDay));
  const Holder person = OldHand(company, given);
  const Role role = AdminRole(company);
  const Interval span{given, again ? kForever : ended};
  const std::string grant = Give(company, Proper(company, person.ref, role, span));
  Exercise(company, person, role, span);
  if (reviewed) Review(company, person.ref, grant, last);
  if (again) {
    Review(company, person.ref, grant, ended);
    KeepReviewed(company, person.ref, grant, {ended, kForever});
  }
  company.Plant("unreviewed_privilege", person.ref, grant, Later(last, kReviewEvery), ended);
}

void NeverReviewTheTeam(Company& company) {
  const EffectiveTime given = company.Moment(kOpens, Later(kOpens, 400 * kDay));
  const std::string team = Found(company);
  const std::string grant = Give(company, Proper(company, team, AdminRole(company), {given, kForever}));
  company.Plant("unreviewed_privilege", team, grant, Later(given, kReviewEvery));
}

std::string GiveInline(Company& company, std::string_view principal, const Deed& deed, Interval span) {
  return Give(company, Proper(company, principal, {.ref = "", .deeds = {deed}}, span));
}

// Two roles that the policy keeps apart; one of them by a group, and a suspension in between.
void HoldBothRoles(Company& company) {
  const EffectiveTime one = company.When(0, 120 * kDay), both = Later(one, company.Length(1, 20 * kDay));
  const EffectiveTime away = Later(both, company.Length(1, 20 * kDay)), back = Later(away, company.Length(1, 10 * kDay));
  const EffectiveTime ended = Later(back, company.Length(1, 20 * kDay));
  const Holder person = OldHand(company, one);
  const std::string group = Found(company);
  Giving left = Proper(company, person.ref, {.ref = "role:book-keeper", .deeds = {}}, {one, Later(ended, kDay)});
  Give(company, left);
  Giving right = Proper(company, group, {.ref = "role:book-checker", .deeds = {}}, {Later(one, -kDay), kForever});
  Give(company, right);
  Join(company, person.ref, group, both);
  Leave(company, person.ref, group, ended);
  const bool suspended = company.Often(500);
  if (suspended) {
    company.Tell(System::kDirectory, away, "", IdentitySuspended{.identity = person.ref, .reason = "on leave"});
    company.Tell(System::kDirectory, back, "", IdentityReactivated{.identity = person.ref});
    company.Plant("separation_of_duties", person.ref, "books", both, away);
  }
  company.Plant("separation_of_duties", person.ref, "books", suspended ? back : both, ended);
}

// Two things that the policy keeps apart, until one of them is denied.
void DoBoth(Company& company) {
  const EffectiveTime one = company.When(0, 120 * kDay), both = Later(one, company.Length(1, 30 * kDay));
  const EffectiveTime denied = Later(both, company.Length(1, 40 * kDay)), ended = Later(denied, company.Length(1, 15 * kDay));
  const Holder machine = OldMachine(company, one);
  GiveInline(company, machine.ref, {"payment:Create", "ledger:payments"}, {one, ended});
  GiveInline(company, machine.ref, {"payment:Approve", "ledger:payments"}, {both, ended});
  GrantIssued deny{.grant = company.NewId("deny"), .principal = machine.ref};
  deny.permissions = {{.effect = Effect::kDeny, .actions = {"payment:Create"}, .resources = {"*"}}};
  company.Tell(System::kAccess, denied, "", std::move(deny));
  company.Plant("separation_of_duties", machine.ref, "payments", both, denied);
}

// One of the two under a condition: nobody knows whether it holds.
void PerhapsDoBoth(Company& company) {
  const EffectiveTime one = company.When(0, 120 * kDay), both = Later(one, company.Length(1, 30 * kDay));
  const EffectiveTime ended = Later(both, company.Length(1, 50 * kDay));
  const Holder person = OldHand(company, one);
  GiveInline(company, person.ref, {"invoice:Enter", "ledger:invoices"}, {one, ended});
  GiveInline(company, person.ref, {"invoice:Pay", "ledger:invoices", "", "below 100"}, {both, Later(ended, kDay)});
  company.Plant("separation_of_duties", person.ref, "invoices", both, ended).possible = true;
}

std::string GiveProduction(Company& company, const Holder& machine, Interval span) {
  static constexpr std::array<std::string_view, 4> kScopes{"bucket:prod", "db:prod/ledger", "queue:production",
                                                           "cluster:production/apps"};
  const std::string scope(company.Pick(kScopes));
  const Role role = DefineRole(company, "area-reader", {{"store:Read", scope}});
  Giving giving = Proper(company, machine.ref, role, span);
  giving.scope = scope;
  const std::string grant = Give(company, giving);
  Exercise(company, machine, role, span);
  return grant;
}

// Of no production, and holds something there.
void CrossOver(Company& company) {
  const EffectiveTime given = company.When(0, 200 * kDay), ended = Later(given, company.Length(1, 150 * kDay));
  const bool retired = company.Often(400);
  const std::string_view environment = company.Often(500) ? "staging" : "dev";
  const Interval stay{company.Moment(kFounded, given), retired ? ended : kForever};
  const Holder machine = Commission(company, stay, "", environment);
  KeepBusy(company, machine);
  const EffectiveTime revoked = retired ? Later(ended, company.Length(0, kOffboardingGrace)) : ended;
  const std::string grant = GiveProduction(company, machine, {given, revoked});
  company.Plant("environment_crossing", machine.ref, grant, given, ended);
}

// Moved out of production with all that it held there, and back.
void MoveOut(Company& company) {
  const EffectiveTime given = company.When(0, 200 * kDay), moved = Later(given, company.Length(1, 60 * kDay));
  const EffectiveTime back = Later(moved, company.Length(1, 60 * kDay));
  const Holder machine = OldMachine(company, given, "", "prod");
  const std::string grant = GiveProduction(company, machine, {given, kForever});
  company.Tell(System::kMesh, moved, "", IdentityUpdated{.identity = machine.ref, .environment = std::string("test")});
  if (company.Often(500))
    company.Tell(System::kMesh, back, "", IdentityUpdated{.identity = machine.ref, .environment = std::string("production")});
  else company.Tell(System::kMesh, back, "", IdentityUpdated{.identity = machine.ref, .environment = std::nullopt});
  company.Plant("environment_crossing", machine.ref, grant, moved, back);
}

}  // namespace

std::vector<Sin> SinsOfPrivilege() {
  return {HoldItStanding, KeepItStanding, ForgetToReview, NeverReviewTheTeam, HoldBothRoles, DoBoth,
          PerhapsDoBoth,  CrossOver,      MoveOut};
}

}  // namespace tenure::connect::generate
