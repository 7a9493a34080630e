// Keys that are too old, known to others, or still those of who left.
#include <array>

#include "connect/generate/audited/sins.h"
#include "connect/generate/audited/upkeep.h"

namespace tenure::connect::generate {
namespace {

void LetItGrowOld(Company& company) {
  static constexpr std::array<std::string_view, 4> kKinds{"access_key", "token", "ssh_key", "certificate"};
  const std::string_view kind = company.Pick(kKinds);
  const std::int64_t age = kind == "certificate" ? kCertificateAge : kCredentialAge;
  const EffectiveTime issued = company.When(10 * kDay, age + 70 * kDay);
  const EffectiveTime ended = Later(issued, company.Beyond(age, 60 * kDay));
  const Holder machine = OldMachine(company, issued);
  const bool expires = company.Often(400);
  const std::string key = IssueKey(company, machine.ref, issued, kind, expires ? OptionalTime(ended) : std::nullopt);
  if (!expires) RevokeKey(company, machine.ref, key, ended);
  company.Plant("long_lived_secret", machine.ref, key, Later(issued, age), ended);
}

// What came by a rotation counts from there; a person's key is a key.
void RotateTooRarely(Company& company) {
  const EffectiveTime issued = company.When(10 * kDay, 200 * kDay), rotated = Later(issued, company.Length(kDay, 80 * kDay));
  const EffectiveTime ended = Later(rotated, company.Beyond(kCredentialAge, 20 * kDay));
  const Holder person = OldHand(company, issued);
  const std::string first = IssueKey(company, person.ref, issued);
  const std::string second = RotateKey(company, person.ref, first, rotated);
  const std::string third = RotateKey(company, person.ref, second, ended);
  RevokeKey(company, person.ref, third, Later(ended, kDay));
  company.Plant("long_lived_secret", person.ref, second, Later(rotated, kCredentialAge), ended);
}

// It grows old until its holder is retired; the key itself ends within the grace.
void GrowOldTogether(Company& company) {
  const EffectiveTime issued = company.When(10 * kDay, 170 * kDay);
  const EffectiveTime retired = Later(issued, company.Beyond(kCredentialAge, 60 * kDay));
  const Holder machine = Commission(company, {company.Moment(kFounded, issued), retired});
  KeepBusy(company, machine);
  const std::string key = IssueKey(company, machine.ref, issued);
  RevokeKey(company, machine.ref, key, Later(retired, kOffboardingGrace));
  company.Plant("long_lived_secret", machine.ref, key, Later(issued, kCredentialAge), retired);
}

// Excused for a time, or for all of it.
void GrowOldExcused(Company& company) {
  const EffectiveTime issued = company.When(30 * kDay, 170 * kDay), old = Later(issued, kCredentialAge);
  const EffectiveTime ended = Later(old, company.Length(20 * kDay, 60 * kDay));
  const Holder outsider = Contract(company, {company.Moment(kFounded, issued), kForever});
  KeepBusy(company, outsider);
  const std::string key = IssueKey(company, outsider.ref, issued);
  RevokeKey(company, outsider.ref, key, ended);
  const EffectiveTime expires = company.Often(500) ? Later(ended, company.Length(0, 5 * kDay)) : Later(ended, -kDay);
  Excuse(company, company.Plant("long_lived_secret", outsider.ref, key, old, ended), expires);
}

void AnswerTooLate(Company& company) {
  const EffectiveTime issued = company.When(10 * kDay, 100 * kDay), known = Later(issued, company.Length(1, 20 * kDay));
  const EffectiveTime ended = Later(known, company.Beyond(kCompromiseGrace, 50 * kDay));
  const Holder machine = OldMachine(company, issued);
  const std::string key = IssueKey(company, machine.ref, issued);
  company.Tell(System::kVault, known, company.Steward(),
               CredentialCompromised{.identity = machine.ref, .credential = key, .reason = "seen in a public place"});
  if (company.Often(500)) {
    RevokeKey(company, machine.ref, key, ended);
  } else {
    const std::string next = RotateKey(company, machine.ref, key, ended);
    RevokeKey(company, machine.ref, next, Later(ended, kDay));
  }
  company.Plant("compromised_credential", machine.ref, key, Later(known, kCompromiseGrace), ended);
}

// Compromised, and never answered, so that it grows old besides.
void AnswerNever(Company& company) {
  const EffectiveTime issued = company.When(10 * kDay, 100 * kDay), known = Later(issued, company.Length(1, 20 * kDay));
  const Holder machine = OldMachine(company, issued);
  const std::string key = IssueKey(company, machine.ref, issued);
  company.Tell(System::kVault, known, company.Steward(),
               CredentialCompromised{.identity = machine.ref, .credential = key, .reason = "seen in a public place"});
  company.Plant("compromised_credential", machine.ref, key, Later(known, kCompromiseGrace));
  company.Plant("long_lived_secret", machine.ref, key, Later(issued, kCredentialAge));
}

// The owner hands the machine over, and still knows the key.
void KeepTheKeyOfTheLastOwner(Company& company) {
  const EffectiveTime handed = company.When(60 * kDay, 80 * kDay);
  const EffectiveTime issued = Later(handed, -(company.Often(250) ? 0 : company.Length(1, 50 * kDay)));
  const EffectiveTime ended = Later(handed, company.Beyond(kLeaveRotation, 30 * kDay));
  const std::string owner = company.Steward();
  const std::string next = company.Often(300) ? "" : company.Often(300) ? company.Team() : company.StewardBut(owner);
  const Holder machine = OldMachine(company, Later(handed, -60 * kDay), owner);
  const std::string key = IssueKey(company, machine.ref, issued);
  RevokeKey(company, machine.ref, key, ended);
  ChangeOwner(company, machine.ref, next, handed);
  company.Plant("not_rotated_after_leave", machine.ref, key, Later(handed, kLeaveRotation), ended);
}

// The owner retires; within the grace a successor is named. The week counts from the retirement.
void KeepTheKeyOfALeaver(Company& company) {
  const EffectiveTime left = company.When(60 * kDay, 80 * kDay), issued = Later(left, -company.Length(1, 40 * kDay));
  const EffectiveTime handed = Later(left, company.Length(1, kOffboardingGrace));
  const EffectiveTime ended = Later(left, company.Beyond(kLeaveRotation, 30 * kDay));
  const Holder owner = Hire(company, {company.Moment(kFounded, Later(left, -70 * kDay)), left});
  KeepBusy(company, owner);
  TidyUp(company, owner);
  const Holder machine = Commission(company, {Later(left, -60 * kDay), kForever}, owner.ref);
  KeepBusy(company, machine);
  const std::string key = IssueKey(company, machine.ref, issued);
  const std::string next = RotateKey(company, machine.ref, key, ended);
  RevokeKey(company, machine.ref, next, Later(ended, 40 * kDay));
  ChangeOwner(company, machine.ref, company.Steward(), handed);
  company.Plant("not_rotated_after_leave", machine.ref, key, Later(left, kLeaveRotation), ended);
}

}  // namespace

std::vector<Sin> SinsOfCredentials() {
  return {LetItGrowOld,  RotateTooRarely, GrowOldTogether,          GrowOldExcused,
          AnswerTooLate, AnswerNever,     KeepTheKeyOfTheLastOwner, KeepTheKeyOfALeaver};
}

}  // namespace tenure::connect::generate
