// What was given for a while: broken glass that nobody looked at, overruns, renewals without end.
#include <algorithm>

#include "connect/generate/audited/sins.h"
#include "connect/generate/audited/upkeep.h"

namespace tenure::connect::generate {
namespace {

Giving ForAWhile(Company& company, std::string_view kind, const Holder& person, const Role& role, Interval span) {
  Giving giving = Proper(company, person.ref, role, span);
  giving.kind = kind;
  giving.expires = company.Often(500);
  if (kind == "break_glass" && company.Often(500)) {
    giving.approver.clear();
    giving.issuer = person.ref;
  }
  return giving;
}

// Looked at too late, or never; a look at it while it was being broken is none.
void NeverLookBack(Company& company) {
  const EffectiveTime broken = company.When(0, 100 * kDay);
  const EffectiveTime reviewed = Later(broken, company.Beyond(kBreakGlassReview, 60 * kDay));
  const Holder person = OldHand(company, broken);
  const Interval span{broken, Later(broken, company.Length(kMinute, kTemporaryMax))};
  const Role role = OnDemandRole(company);
  const std::string grant = Give(company, ForAWhile(company, "break_glass", person, role, span));
  if (company.Often(300)) Review(company, person.ref, grant, broken);
  const bool late = company.Often(600);
  if (late) Review(company, person.ref, grant, reviewed);
  company.Plant("break_glass_unreviewed", person.ref, grant, Later(broken, kBreakGlassReview), late ? reviewed : kForever);
}

void Overrun(Company& company) {
  const EffectiveTime given = company.When(0, 60 * kDay), ended = Later(given, company.Beyond(kTemporaryMax, 30 * kDay));
  const Holder person = OldHand(company, given);
  const bool glass = company.Often(400);
  const Role role = OnDemandRole(company);
  Giving giving = ForAWhile(company, glass ? "break_glass" : "jit", person, role, {given, ended});
  const std::int64_t early_us = company.Count(0, 1) * kHour;
  if (!glass) giving.early_us = early_us;
  const std::string grant = Give(company, giving);
  if (glass) Review(company, person.ref, grant, Later(given, company.Length(1, kBreakGlassReview)));
  company.Plant("temporary_overrun", person.ref, grant, Later(given, kTemporaryMax), ended);
}

// For more than a day, and by more than one way of ending it: until the terms are put right.
void OverrunUntilAmended(Company& company) {
  const EffectiveTime given = company.When(0, 100 * kDay), ended = Later(given, company.Beyond(kTemporaryMax, 30 * kDay));
  const Holder person = OldHand(company, given);
  Giving giving = ForAWhile(company, "jit", person, DefineRole(company, "on-demand-reader", {{"store:Read", "bucket:team"}}),
                            {given, Later(ended, 20 * kDay)});
  const std::string grant = Give(company, giving);
  giving.kind = "standing";
  IssueAgain(company, giving, grant, ended);
  company.Plant("temporary_overrun", person.ref, grant, Later(given, kTemporaryMax), ended);
}

// Again and again within a month: from the fourth time on each is one too many, as long as it lasts.
void RenewForEver(Company& company) {
  const EffectiveTime first = company.When(0, 60 * kDay);
  const Holder person = OldHand(company, first);
  const Role role = OnDemandRole(company);
  const std::string scope = company.Often(500) ? "*" : "bucket:team";
  std::vector<Interval> spans;
  EffectiveTime begin = first;
  for (std::int64_t times = company.Count(4, 7); times > 0; --times) {
    spans.push_back({begin, Later(begin, company.Length(kMinute, kTemporaryMax))});
    begin = Later(begin, company.Length(kTemporaryMax + 1, 8 * kDay));
  }
  for (const Interval& span : spans) {
    Giving giving = ForAWhile(company, "jit", person, role, span);
    giving.scope = scope;
    Give(company, giving);
  }
  for (std::size_t i = kRenewalsMax; i < spans.size(); ++i) {
    const EffectiveTime until = std::min(spans[i].until, Later(spans[i - kRenewalsMax].from, kRenewalWindow));
    if (spans[i].from < until) company.Plant("temporary_renewed", person.ref, role.ref + " " + scope, spans[i].from, until);
  }
}

// The fourth time when a month is all but over.
void RenewAMomentTooEarly(Company& company) {
  const EffectiveTime first = company.When(0, 60 * kDay), month = Later(first, kRenewalWindow);
  const Holder person = OldHand(company, first);
  const Role role = OnDemandRole(company);
  const EffectiveTime fourth = Later(month, -(company.Often(500) ? 1 : company.Length(1, kHour)));
  for (const EffectiveTime begin : {first, Later(first, 9 * kDay), Later(first, 11 * kDay), fourth}) {
    const Interval span{begin, Later(begin, company.Length(2 * kHour, kTemporaryMax))};
    Give(company, ForAWhile(company, "jit", person, role, span));
  }
  company.Plant("temporary_renewed", person.ref, role.ref + " *", fourth, month);
}

}  // namespace

std::vector<Sin> SinsOfAWhile() { return {NeverLookBack, Overrun, OverrunUntilAmended, RenewForEver, RenewAMomentTooEarly}; }

}  // namespace tenure::connect::generate
