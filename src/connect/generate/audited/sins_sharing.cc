// Machines that several use, people who act as machines, and outsiders who are trusted.
#include "connect/generate/audited/sins.h"
#include "connect/generate/audited/upkeep.h"

namespace tenure::connect::generate {
namespace {

// A machine that is quiet around the time of the scene, two days on either side.
Holder QuietAround(Company& company, EffectiveTime from, EffectiveTime until) {
  const Holder machine = Commission(company, {company.Moment(kFounded, Later(from, -20 * kDay)), kForever});
  KeepBusy(company, machine, {machine.stay.from, Later(from, -2 * kDay)}, kDormantAfter - 10 * kDay);
  KeepBusy(company, machine, {Later(until, 2 * kDay), kForever}, kDormantAfter - 10 * kDay);
  return machine;
}

void UseFrom(Company& company, const Holder& machine, const std::string& network, EffectiveTime at, std::string_view actor = "") {
  AccessUsed used = Using(machine, DailyWork(machine));
  used.network = network;
  company.Tell(System::kGateway, at, actor, std::move(used));
}

// From its own network and two others within a day: until the first use is a day old.
void UseFromEverywhere(Company& company) {
  const EffectiveTime first = company.When(30 * kDay, 30 * kDay);
  const EffectiveTime third = Later(first, company.Often(300) ? kSharedWindow - 1 : company.Length(2, kSharedWindow - 1));
  const EffectiveTime second = company.Moment(Later(first, 1), Later(third, -1));
  const Holder machine = QuietAround(company, first, third);
  UseFrom(company, machine, machine.network, first);
  for (const EffectiveTime at : {second, third}) UseFrom(company, machine, company.NewNetwork(), at);
  company.Plant("shared_identity", machine.ref, "networks", third, Later(first, kSharedWindow));
}

// Two people within a day, in person: shared, and each of them one who acts as a machine.
void ShareAMachine(Company& company) {
  const EffectiveTime first = company.When(30 * kDay, 60 * kDay);
  const EffectiveTime second = Later(first, company.Often(300) ? kSharedWindow - 1 : company.Length(1, kSharedWindow - 1));
  const Holder machine = QuietAround(company, first, second);
  const std::string one = company.Steward(), other = company.StewardBut(one);
  UseFrom(company, machine, machine.network, first, one);
  UseFrom(company, machine, machine.network, second, other);
  company.Plant("shared_identity", machine.ref, "actors", second, Later(first, kSharedWindow));
  company.Plant("human_use", machine.ref, one, first, Later(first, kNotice));
  company.Plant("human_use", machine.ref, other, second, Later(second, kNotice));
}

// Once, or again before the first time is out of notice.
void ActAsAMachine(Company& company) {
  const EffectiveTime first = company.When(30 * kDay, 90 * kDay);
  const EffectiveTime last = company.Often(500) ? first : Later(first, company.Often(300) ? kNotice : company.Length(1, kNotice));
  const Holder machine = QuietAround(company, first, last);
  const std::string person = company.Steward();
  UseFrom(company, machine, machine.network, first, person);
  if (first < last) UseFrom(company, machine, machine.network, last, person);
  company.Plant("human_use", machine.ref, person, first, Later(last, kNotice));
}

Holder NewOutsider(Company& company, EffectiveTime trusted) {
  const Holder outsider = Contract(company, {company.Moment(kFounded, Later(trusted, -kHour)), kForever});
  KeepBusy(company, outsider);
  return outsider;
}

// Trusted for the first time: noticed for thirty days. What it is given later is no news.
void TrustAnOutsider(Company& company) {
  const EffectiveTime trusted = company.When(0, 100 * kDay);
  const Holder outsider = NewOutsider(company, trusted);
  const Role role = ReaderRole(company);
  const std::string grant = Give(company, Proper(company, outsider.ref, role, {trusted, kForever}));
  Exercise(company, outsider, role, {trusted, kForever});
  Give(company, Proper(company, outsider.ref, OperatorRole(company), {Later(trusted, 10 * kDay), Later(trusted, 90 * kDay)}));
  company.Plant("new_external_trust", outsider.ref, grant, trusted, Later(trusted, kNotice));
}

// To act as a machine of ours, with no condition until one is put on it.
void TrustAnOutsiderBlindly(Company& company) {
  const EffectiveTime trusted = company.When(0, 200 * kDay), put_right = Later(trusted, company.Length(1, 100 * kDay));
  const Holder outsider = NewOutsider(company, trusted);
  const Holder target = Commission(company, {kFounded, kForever});
  KeepBusy(company, target);
  Giving giving = Proper(company, outsider.ref, {.ref = "", .deeds = {{"assume", target.ref}}}, {trusted, kForever});
  const std::string grant = Give(company, giving);
  Exercise(company, outsider, giving.role, giving.span);
  if (company.Often(500)) giving.condition = "from the supplier's network";
  else giving.role.deeds.front().condition = "approved by a ticket";
  IssueAgain(company, giving, grant, put_right);
  company.Plant("unconditional_trust", outsider.ref, grant, trusted, put_right);
  company.Plant("new_external_trust", outsider.ref, grant, trusted, Later(trusted, kNotice));
}

void TrustEveryone(Company& company) {
  const EffectiveTime trusted = company.When(0, 90 * kDay), ended = Later(trusted, company.Length(1, 80 * kDay));
  const Holder target = Commission(company, {kFounded, kForever});
  KeepBusy(company, target);
  const Role role = DefineRole(company, "visitor", {{"assume", target.ref}});
  const std::string grant = Give(company, Proper(company, "everyone:*", role, {trusted, ended}));
  company.Plant("unconditional_trust", "everyone:*", grant, trusted, ended);
}

}  // namespace

std::vector<Sin> SinsOfSharing() {
  return {UseFromEverywhere, ShareAMachine, ActAsAMachine, TrustAnOutsider, TrustAnOutsiderBlindly, TrustEveryone};
}

}  // namespace tenure::connect::generate
