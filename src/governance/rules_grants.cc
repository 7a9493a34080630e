// Rules about grants by themselves: unused, too wide, too long, in the wrong place, to the wrong ones.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "authority/gather.h"
#include "authority/permissions.h"
#include "event/reference.h"
#include "governance/found.h"

namespace tenure::governance {
namespace {

using history::GrantPiece;

// The stretches by whose terms `is` holds.
template <class Is>
IntervalSet Where(const Grant& grant, Is is) {
  std::vector<Interval> parts;
  for (const Segment& segment : grant.segments)
    if (segment.Gives() && is(segment)) parts.push_back(segment.span);
  return authority::UnionOf(std::move(parts));
}

// The uses of a subject as what they were for, each with its times: a machine does few things very often.
struct Deed {
  const AccessUsed* use;
  std::vector<EffectiveTime> times;
};
std::vector<Deed> DeedsOf(const Subject& subject) {
  std::map<std::pair<std::string_view, std::string_view>, Deed> deeds;
  for (const auto* events : {&subject.events, &subject.uses_via})
    for (const auto& event : *events) {
      const auto* use = std::get_if<AccessUsed>(&event.payload);
      if (use == nullptr || use->outcome != Outcome::kAllowed) continue;
      Deed& deed = deeds[{use->action, use->resource}];
      deed.use = use;
      deed.times.push_back(event.time);
    }
  std::vector<Deed> out;
  for (auto& [what, deed] : deeds) {
    std::sort(deed.times.begin(), deed.times.end());
    out.push_back(std::move(deed));
  }
  return out;
}

// Where, in the span, something that `covers` was done within the duration.
template <class CoversDeed>
IntervalSet DoneWithin(const std::vector<Deed>& deeds, const Interval& span, std::int64_t us, CoversDeed covers) {
  std::vector<Interval> parts;
  for (const Deed& deed : deeds) {
    auto time =
        std::partition_point(deed.times.begin(), deed.times.end(), [&](EffectiveTime t) { return Plus(t, us) <= span.from; });
    if (time == deed.times.end() || span.until <= *time || !covers(*deed.use)) continue;
    for (; time != deed.times.end() && *time < span.until; ++time)
      parts.push_back({std::max(*time, span.from), std::min(Plus(*time, us), span.until)});
  }
  return authority::UnionOf(std::move(parts));
}

void AddUnused(Surroundings& around, const Subject& subject, EffectiveTime begins, Found& found) {
  const Policy& policy = around.Rules();
  const std::vector<Deed> deeds = DeedsOf(subject);
  for (const Grant& grant : subject.grants) {
    const auto long_given = [&](std::int64_t us) {
      return ForAtLeast(grant.given.Intersect(subject.active), us).Intersect(From(Plus(begins, us)));
    };
    const IntervalSet long_enough = long_given(policy.dormant_authority), wide = long_given(policy.over_privilege);
    if (long_enough.Empty() && wide.Empty()) continue;
    std::vector<Interval> used, partly;
    const auto add = [](std::vector<Interval>& to, const IntervalSet& set) {
      to.insert(to.end(), set.Parts().begin(), set.Parts().end());
    };
    for (const Segment& segment : grant.segments) {
      const auto by_grant = [&](const AccessUsed& use) { return Covers(segment, use); };
      add(used, DoneWithin(deeds, segment.span, policy.dormant_authority, by_grant));
      if (segment.allows.size() < 2 || wide.Empty() || !found.Wants(Rule::kOverPrivilege)) continue;
      for (const Permission* allow : segment.allows) {
        const auto by_allow = [&](const AccessUsed& use) { return Covers(*allow, segment.piece->terms.scope, use); };
        add(partly, IntervalSet(segment.span).Minus(DoneWithin(deeds, segment.span, policy.over_privilege, by_allow)));
      }
    }
    const IntervalSet doubt = DoubtOf(around, subject, grant.id), of_use = authority::UnionOf(std::move(used));
    found.Add(Rule::kDormantAuthority, subject, grant.id, long_enough.Minus(of_use), doubt, EvidenceOf(grant), NameOf(grant));
    found.Add(Rule::kOverPrivilege, subject, grant.id, wide.Intersect(of_use).Intersect(authority::UnionOf(std::move(partly))),
              doubt, EvidenceOf(grant), NameOf(grant));
  }
}

Status AddStanding(Surroundings& around, const Subject& subject, const Grant& grant, Found& found) {
  const Policy& policy = around.Rules();
  std::vector<Interval> parts;
  for (const Segment& segment : grant.segments) {
    const std::string& role = segment.piece->terms.role;
    if (!segment.Gives() || role.empty() || segment.piece->terms.kind != "standing" || !IsPrivileged(policy, segment)) continue;
    Interval span = segment.span;
    if (!Match(policy.jit_roles, role)) {
      auto first = around.FirstJit(role);
      if (!first) return tl::unexpected(first.error());
      if (!*first) continue;
      span.from = std::max(span.from, **first);
    }
    parts.push_back(span);
  }
  found.Add(Rule::kStandingPrivilege, subject, grant.id, authority::UnionOf(std::move(parts)).Intersect(subject.here),
            DoubtOf(around, subject, grant.id), EvidenceOf(grant), NameOf(grant));
  return {};
}

void AddCrossing(Surroundings& around, const Subject& subject, const Grant& grant, Found& found) {
  const Policy& policy = around.Rules();
  std::vector<Interval> elsewhere;
  for (const auto& piece : subject.life)
    if (!piece.environment.empty() && !Names(policy.production_environments, piece.environment)) elsewhere.push_back(piece.span);
  if (elsewhere.empty()) return;
  const IntervalSet there =
      Where(grant, [&](const Segment& segment) { return Match(policy.production_scopes, segment.piece->terms.scope); });
  found.Add(Rule::kEnvironmentCrossing, subject, grant.id,
            there.Intersect(authority::UnionOf(std::move(elsewhere))).Intersect(subject.here), DoubtOf(around, subject, grant.id),
            EvidenceOf(grant), NameOf(grant));
}

void AddTrust(Surroundings& around, const Subject& subject, const Grant& grant, Found& found) {
  if (!subject.outsider && !subject.everyone) return;
  const IntervalSet trusted = Where(grant, [](const Segment& segment) {
    if (!segment.piece->terms.condition.empty()) return false;
    return std::any_of(segment.allows.begin(), segment.allows.end(),
                       [](const Permission* allow) { return allow->condition.empty() && authority::NamesAssume(*allow); });
  });
  found.Add(Rule::kUnconditionalTrust, subject, grant.id, trusted, DoubtOf(around, subject, grant.id), EvidenceOf(grant),
            NameOf(grant));
}

void AddNewTrust(Surroundings& around, const Subject& subject, Found& found) {
  const Grant* first = nullptr;
  for (const Grant& grant : subject.grants)
    if (!grant.given.Empty() && (first == nullptr || grant.given.Parts().front().from < first->given.Parts().front().from))
      first = &grant;
  if (first == nullptr) return;
  const EffectiveTime begin = first->given.Parts().front().from;
  found.Add(Rule::kNewExternalTrust, subject, first->id, IntervalSet::Between(begin, Plus(begin, around.Rules().notice)),
            DoubtOf(around, subject, first->id), EvidenceOf(*first), NameOf(*first));
}

// The first piece of each stretch in which the grant is live without a break.
std::vector<const GrantPiece*> Beginnings(const Grant& grant) {
  std::vector<const GrantPiece*> out;
  for (const GrantPiece* piece : grant.pieces)
    if (out.empty() || grant.live.At(out.back()->live.from)->until < piece->live.from) out.push_back(piece);
  return out;
}

void AddRenewed(Surroundings& around, const Subject& subject, Found& found) {
  const Policy& policy = around.Rules();
  struct Repeated {
    std::vector<EffectiveTime> begins;
    std::vector<Interval> given;
    std::vector<Position> issues;
    std::string role;
  };
  std::map<std::string, Repeated> repeated;
  const auto key = [](const GrantPiece& piece) { return piece.terms.role + " " + piece.terms.scope; };
  const auto counts = [&](const GrantPiece& piece) {
    return !piece.terms.role.empty() && Names(policy.temporary_kinds, piece.terms.kind);
  };
  for (const Grant& grant : subject.grants) {
    for (const GrantPiece* piece : Beginnings(grant)) {
      if (!counts(*piece)) continue;
      Repeated& one = repeated[key(*piece)];
      one.begins.push_back(piece->live.from);
      one.issues.push_back(piece->issued);
    }
    for (const Segment& segment : grant.segments)
      if (segment.Gives() && counts(*segment.piece)) {
        Repeated& one = repeated[key(*segment.piece)];
        one.given.push_back(segment.span);
        one.role = segment.piece->terms.role;
      }
  }
  for (auto& [about, one] : repeated) {
    const std::size_t often = one.begins.size();
    const IntervalSet set =
        MoreThan(policy.renewals_max, one.begins, policy.renewal_window).Intersect(authority::UnionOf(std::move(one.given)));
    found.Add(
        Rule::kTemporaryRenewed, subject, about, set, subject.doubtful.Union(around.Taints().Doubtful(Topic::kAccess, one.role)),
        [&, &issues = one.issues](const Interval&) { return issues; }, fmt::format("{}, {} times in all", about, often));
  }
}

}  // namespace

Status JudgeGrants(Surroundings& around, const Subject& subject, Found& found) {
  if (subject.grants.empty()) return {};
  const Policy& policy = around.Rules();
  if (!subject.group && !subject.everyone && found.WantsAny(Rule::kDormantAuthority, Rule::kOverPrivilege)) {
    auto begins = around.UsageBegins();
    if (!begins) return tl::unexpected(begins.error());
    if (*begins) AddUnused(around, subject, **begins, found);
  }
  for (const Grant& grant : subject.grants) {
    if (found.Wants(Rule::kStandingPrivilege))
      if (auto s = AddStanding(around, subject, grant, found); !s) return s;
    if (found.Wants(Rule::kEnvironmentCrossing)) AddCrossing(around, subject, grant, found);
    if (found.Wants(Rule::kUnconditionalTrust)) AddTrust(around, subject, grant, found);
    if (found.Wants(Rule::kTemporaryOverrun)) {
      const IntervalSet temporary =
          Where(grant, [&](const Segment& segment) { return Names(policy.temporary_kinds, segment.piece->terms.kind); });
      found.Add(Rule::kTemporaryOverrun, subject, grant.id, temporary.Intersect(ForAtLeast(grant.live, policy.temporary_max)),
                DoubtOf(around, subject, grant.id), EvidenceOf(grant), NameOf(grant));
    }
  }
  if (subject.outsider && found.Wants(Rule::kNewExternalTrust)) AddNewTrust(around, subject, found);
  if (found.Wants(Rule::kTemporaryRenewed)) AddRenewed(around, subject, found);
  return {};
}

}  // namespace tenure::governance
