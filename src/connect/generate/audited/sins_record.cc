// Names used again, revokes that ended nothing, ends that nobody told, changes by hand, and clocks that are wrong.
#include "connect/generate/audited/sins.h"
#include "connect/generate/audited/upkeep.h"

namespace tenure::connect::generate {
namespace {

// Somebody of the same name comes, and perhaps leaves too; what the first one had was left standing, until the second one came.
void TakeAnOldName(Company& company) {
  const EffectiveTime left = company.When(60 * kDay, 160 * kDay);
  const EffectiveTime again = Later(left, company.Length(kOffboardingGrace + 1, 60 * kDay));
  const bool leaves = company.Often(500);
  const EffectiveTime until = leaves ? Later(again, company.Length(1, 80 * kDay)) : kForever;
  Holder person = Hire(company, {company.Moment(kFounded, Later(left, -60 * kDay)), left});
  KeepBusy(company, person);
  EndPassword(company, person, left);
  Leave(company, person.ref, person.group, left);
  if (company.Often(500)) {
    const Role role = ReaderRole(company);
    const Interval span{Later(left, -40 * kDay), kForever};
    const std::string grant = Give(company, Proper(company, person.ref, role, span));
    Exercise(company, person, role, span);
    company.Plant("authority_after_retirement", person.ref, grant, Later(left, kOffboardingGrace), again);
  }
  person.stay = {again, until};
  Register(company, person, again);
  Retire(company, person, until);
  KeepBusy(company, person);
  company.Plant("identifier_reuse", person.ref, "2", again, until);
}

// Of a grant that never was, perhaps once more before the first time is out of notice.
void RevokeWhatNeverWas(Company& company) {
  const EffectiveTime first = company.When(0, 70 * kDay);
  const EffectiveTime last = company.Often(500) ? first : Later(first, company.Often(300) ? kNotice : company.Length(1, kNotice));
  const Holder person = OldHand(company, first);
  const std::string grant = company.NewId("mistyped");
  company.Tell(System::kAccess, first, "", GrantRevoked{.principal = person.ref, .grant = grant});
  if (first < last) company.Tell(System::kAccess, last, "", GrantRevoked{.principal = person.ref, .grant = grant});
  company.Plant("revoke_ended_nothing", person.ref, grant, first, Later(last, kNotice));
}

void RevokeTwice(Company& company) {
  const EffectiveTime given = company.When(0, 100 * kDay), revoked = Later(given, company.Length(kDay, 30 * kDay));
  const EffectiveTime again = Later(revoked, company.Length(1, 20 * kDay));
  const Holder person = OldHand(company, given);
  const std::string grant = Give(company, Proper(company, person.ref, ReaderRole(company), {given, revoked}));
  company.Tell(System::kAccess, again, "", GrantRevoked{.principal = person.ref, .grant = grant});
  company.Plant("revoke_ended_nothing", person.ref, grant, again, Later(again, kNotice));
}

// By role, at the moment at which it expires by itself.
void RevokeWhatIsOver(Company& company) {
  const EffectiveTime given = company.When(0, 100 * kDay), expires = Later(given, company.Length(kDay, 30 * kDay));
  const EffectiveTime revoked = Later(expires, company.Often(500) ? 0 : company.Length(1, kDay));
  const Holder person = OldHand(company, given);
  Giving giving = Proper(company, person.ref, OperatorRole(company), {given, expires});
  giving.expires = true;
  Give(company, giving);
  company.Tell(System::kAccess, revoked, "", GrantRevoked{.principal = person.ref, .role = giving.role.ref});
  company.Plant("revoke_ended_nothing", person.ref, giving.role.ref, revoked, Later(revoked, kNotice));
}

// The retirement says that nothing is left; of what it ended, nobody told an end.
void LeaveGaps(Company& company) {
  const EffectiveTime left = company.When(60 * kDay, 40 * kDay);
  const Interval stay{company.Moment(kFounded, Later(left, -60 * kDay)), kForever};
  const bool is_person = company.Often(500);
  const Holder holder = is_person ? Hire(company, stay) : Commission(company, stay);
  KeepBusy(company, holder, {stay.from, left});
  const std::string key = IssueKey(company, holder.ref, Later(left, -20 * kDay));
  const std::string grant = Give(company, Proper(company, holder.ref, ReaderRole(company), {Later(left, -30 * kDay), kForever}));
  const std::string told = Give(company, Proper(company, holder.ref, ReaderRole(company), {Later(left, -30 * kDay), kForever}));
  company.Tell(System::kAccess, Later(left, -1), "", GrantRevoked{.principal = holder.ref, .grant = told});
  Retire(company, holder, left, true);
  const EffectiveTime until = Later(left, kNotice);
  company.Plant("evidence_gap", holder.ref, key, left, until);
  company.Plant("evidence_gap", holder.ref, grant, left, until);
  if (!is_person) return;
  company.Plant("evidence_gap", holder.ref, holder.group, left, until);
  company.Plant("evidence_gap", holder.ref, holder.password, left, until);
}

// Past all processes: a grant, a key, a role; what one of them got and lost within a month is one stretch.
void ChangeByHand(Company& company) {
  const EffectiveTime changed = company.When(0, 110 * kDay), ended = Later(changed, company.Length(kDay, 60 * kDay));
  const std::string hand = company.Steward(), console(SourceOf(System::kConsole));
  const Holder person = OldHand(company, changed);
  const Role role = ReaderRole(company);
  const std::string grant = company.NewId("by-hand");
  company.Tell(System::kConsole, changed, hand, GrantIssued{.grant = grant, .principal = person.ref, .role = role.ref});
  company.Tell(System::kConsole, ended, hand, GrantRevoked{.principal = person.ref, .grant = grant});
  if (ended <= Later(changed, kNotice)) {
    company.Plant("hand_made_change", person.ref, console, changed, Later(ended, kNotice));
  } else {
    company.Plant("hand_made_change", person.ref, console, changed, Later(changed, kNotice));
    company.Plant("hand_made_change", person.ref, console, ended, Later(ended, kNotice));
  }
}

void ChangeRolesAndKeysByHand(Company& company) {
  const EffectiveTime changed = company.When(0, 60 * kDay);
  const std::string hand = company.Steward(), console(SourceOf(System::kConsole));
  Role role = ReaderRole(company);
  role.deeds.push_back({"store:Write", role.deeds.front().resource});
  company.Tell(System::kConsole, changed, hand, RoleDefined{.role = role.ref, .permissions = PermissionsOf(role)});
  company.Plant("hand_made_change", role.ref, console, changed, Later(changed, kNotice));
  const Holder machine = OldMachine(company, changed);
  const std::string key = company.NewId("key");
  Event& issued = company.Tell(System::kVault, changed, hand,
                               CredentialIssued{.identity = machine.ref, .credential = key, .kind = "access_key"});
  issued.name.source = "laptop.of." + hand.substr(hand.find(':') + 1);
  company.Plant("hand_made_change", machine.ref, issued.name.source, changed, Later(changed, kNotice));
  RevokeKey(company, machine.ref, key, Later(changed, 50 * kDay));
}

Event& TellBy(Company& company, const Holder& machine, EffectiveTime time, EffectiveTime told_at) {
  Event& event = company.TellLate(System::kPipeline, time, told_at,
                                  IdentityUpdated{.identity = machine.ref, .attributes = R"({"seen":"yes"})"});
  event.name.id = company.NewId("clock");
  return event;
}

// A clock that was never set.
void TellOfLongAgo(Company& company) {
  const EffectiveTime told = company.When(30 * kDay, kDay);
  const Holder machine = OldMachine(company, told);
  const EffectiveTime time = company.Often(500) ? Later(Utc(2000, 1, 1), -1) : company.Moment(Utc(1970, 1, 1), Utc(1999, 12, 31));
  const EventName name = TellBy(company, machine, time, told).name;
  PlantedFinding& planted = company.Plant("implausible_time", machine.ref, name.source + " " + name.id, kAlways);
  planted.from_recorded = true;
  planted.lasts_us = kNotice;
}

// A clock that runs ahead by decades.
void TellOfTheFuture(Company& company) {
  const EffectiveTime told = company.When(30 * kDay, kDay);
  const Holder machine = OldMachine(company, told);
  const EffectiveTime time = company.Moment(Utc(2090, 1, 1), Utc(2190, 1, 1));
  const EventName name = TellBy(company, machine, time, told).name;
  company.Plant("implausible_time", machine.ref, name.source + " " + name.id, kAlways, time).from_recorded = true;
}

}  // namespace

std::vector<Sin> SinsOfTheRecord() {
  return {TakeAnOldName, RevokeWhatNeverWas,       RevokeTwice,   RevokeWhatIsOver, LeaveGaps,
          ChangeByHand,  ChangeRolesAndKeysByHand, TellOfLongAgo, TellOfTheFuture};
}

}  // namespace tenure::connect::generate
