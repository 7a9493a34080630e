// Who gives to himself, who approves for himself, and what nobody approved.
#include "connect/generate/audited/sins.h"
#include "connect/generate/audited/upkeep.h"

namespace tenure::connect::generate {
namespace {

void GiveToOneself(Company& company) {
  const EffectiveTime given = company.When(0, 100 * kDay), ended = Later(given, company.Length(1, 60 * kDay));
  const Holder person = OldHand(company, given);
  Giving giving = Proper(company, person.ref, ReaderRole(company), {given, ended});
  giving.issuer = person.ref;
  if (company.Often(500)) giving.approved = given;
  const std::string grant = Give(company, giving);
  company.Plant("self_grant", person.ref, grant, given, ended);
}

// Somebody else gives it anew.
void GiveToOneselfAndBePutRight(Company& company) {
  const EffectiveTime given = company.When(0, 100 * kDay), put_right = Later(given, company.Length(1, 30 * kDay));
  const Interval span{given, Later(put_right, company.Length(1, 40 * kDay))};
  const Holder person = OldHand(company, given);
  Giving giving = Proper(company, person.ref, OperatorRole(company), span);
  giving.issuer = person.ref;
  const std::string grant = Give(company, giving);
  IssueAgain(company, giving, grant, put_right, company.Steward());
  company.Plant("self_grant", person.ref, grant, given, put_right);
}

void JoinByOneself(Company& company) {
  const EffectiveTime joined = company.When(0, 100 * kDay), left = Later(joined, company.Length(1, 90 * kDay));
  const Holder person = OldHand(company, joined);
  const std::string group = Found(company);
  Join(company, person.ref, group, joined, person.ref);
  const bool leaves = company.Often(700);
  if (leaves) Leave(company, person.ref, group, left);
  company.Plant("self_grant", person.ref, group, joined, leaves ? left : kForever);
}

// Approved by its receiver, in time or afterwards; and later by another, or given back.
void ApproveForOneself(Company& company) {
  const EffectiveTime given = company.When(kDay, 100 * kDay), ended = Later(given, company.Length(3 * kDay, 80 * kDay));
  const Holder person = OldHand(company, Later(given, -kDay));
  Giving giving = Proper(company, person.ref, company.Often(500) ? AdminRole(company) : ReaderRole(company), {given, ended});
  giving.approver = person.ref;
  const bool afterwards = company.Often(400);
  if (afterwards) giving.approved = Later(given, company.Length(1, kDay));
  const std::string grant = Give(company, giving);
  EffectiveTime until = ended;
  if (company.Often(500)) {
    until = company.Moment(Later(given, 2 * kDay), Later(ended, -1));
    Approve(company, person.ref, grant, company.StewardBut(person.ref), until);
  }
  if (afterwards) company.Plant("unapproved_grant", person.ref, grant, given, giving.approved);
  company.Plant("self_approval", person.ref, grant, afterwards ? giving.approved : given, until);
}

// A privilege that needs approval whether or not it was asked for.
void GiveAPrivilegeUnapproved(Company& company) {
  const EffectiveTime given = company.When(0, 120 * kDay);
  const EffectiveTime approved = Later(given, company.Often(250) ? 1 : company.Length(1, 80 * kDay));
  const bool late = company.Often(500);
  const Holder person = OldHand(company, given);
  Giving giving = Proper(company, person.ref, AdminRole(company), {given, late ? Later(approved, kDay) : approved});
  giving.approver.clear();
  giving.asked = false;
  const std::string grant = Give(company, giving);
  if (late) Approve(company, person.ref, grant, company.Steward(), approved);
  company.Plant("unapproved_grant", person.ref, grant, given, approved);
}

// Asked for, and given before anybody had approved it. What is approved is the request.
void GiveBeforeApproval(Company& company) {
  const EffectiveTime given = company.When(0, 120 * kDay);
  const EffectiveTime approved = Later(given, company.Often(250) ? 1 : company.Length(1, 70 * kDay));
  const Holder machine = OldMachine(company, given);
  const Interval span{given, Later(approved, company.Length(1, 10 * kDay))};
  Giving giving = Proper(company, machine.ref, OperatorRole(company), span);
  giving.approved = approved;
  const std::string grant = Give(company, giving);
  company.Plant("unapproved_grant", machine.ref, grant, given, approved);
}

// To a team: everybody in it has it, and nobody was asked. It becomes a privilege when the role is widened.
void WidenTheRole(Company& company) {
  const EffectiveTime widened = company.When(30 * kDay, 60 * kDay), ended = Later(widened, company.Length(1, 50 * kDay));
  const std::string team = Found(company);
  Role role = ReaderRole(company);
  Giving giving = Proper(company, team, role, {Later(widened, -20 * kDay), ended});
  giving.approver.clear();
  giving.asked = false;
  const std::string grant = Give(company, giving);
  role.deeds.front().allowed_action = "*";
  company.Tell(System::kAccess, widened, company.Steward(), RoleDefined{.role = role.ref, .permissions = PermissionsOf(role)});
  company.Plant("unapproved_grant", team, grant, widened, ended);
}

}  // namespace

std::vector<Sin> SinsOfGiving() {
  return {GiveToOneself,     GiveToOneselfAndBePutRight, JoinByOneself,
          ApproveForOneself, GiveAPrivilegeUnapproved,   GiveBeforeApproval,
          WidenTheRole};
}

}  // namespace tenure::connect::generate
