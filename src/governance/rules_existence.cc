// Rules about who is there: gone with something left, without an owner, unused, or a second time.
#include <fmt/format.h>

#include "authority/gather.h"
#include "governance/found.h"

namespace tenure::governance {
namespace {

using history::IdentityPiece;

Found::EvidenceIn CausesOf(const Subject& subject) {
  return [&subject](const Interval& span) {
    std::vector<Position> out;
    for (const IdentityPiece& piece : subject.life)
      if (piece.span.Contains(span.from)) out = piece.causes;
    return out;
  };
}

void AddAuthorityAfter(Surroundings& around, const Subject& subject, Found& found) {
  const IntervalSet gone = ForAtLeast(subject.retired, around.Rules().offboarding_grace);
  if (gone.Empty()) return;
  const auto causes = CausesOf(subject);
  for (const Grant& grant : subject.grants) {
    const auto evidence = [&](const Interval& span) {
      auto out = causes(span), issued = EvidenceOf(grant)(span);
      out.insert(out.end(), issued.begin(), issued.end());
      return out;
    };
    found.Add(Rule::kAuthorityAfterRetirement, subject, grant.id, grant.given.Intersect(gone), DoubtOf(around, subject, grant.id),
              evidence, NameOf(grant));
  }
  std::map<std::string, std::vector<const history::MembershipPiece*>> groups;
  for (const auto& piece : subject.memberships) groups[piece.group].push_back(&piece);
  for (const auto& [group, pieces] : groups) {
    std::vector<Interval> parts;
    for (const auto* piece : pieces) parts.push_back(piece->live);
    const IntervalSet live = authority::UnionOf(std::move(parts));
    const auto evidence = [&, &members = pieces](const Interval& span) {
      auto out = causes(span);
      for (const auto* piece : members)
        if (piece->live.from < span.until && span.from < piece->live.until) out.push_back(piece->added);
      return out;
    };
    found.Add(Rule::kAuthorityAfterRetirement, subject, group, live.Intersect(gone), subject.doubtful, evidence,
              "membership in " + group);
  }
}

Status AddOrphaned(Surroundings& around, const Subject& subject, Found& found) {
  std::map<std::string, std::vector<Interval>> owners;
  for (const IdentityPiece& piece : subject.life)
    if (!piece.owner.empty() && piece.registered_and_not_retired) owners[piece.owner].push_back(piece.span);
  for (auto& [owner, parts] : owners) {
    const IntervalSet owned = authority::UnionOf(std::move(parts));
    auto retired = around.RetiredFor(owner, around.Rules().offboarding_grace);
    if (!retired) return tl::unexpected(retired.error());
    const IntervalSet set = owned.Intersect(*retired);
    if (set.Empty()) continue;
    auto life = around.View().Identity(owner, {});
    if (!life) return tl::unexpected(life.error());
    const auto evidence = [&](const Interval& span) {
      auto out = CausesOf(subject)(span);
      for (const IdentityPiece& piece : *life)
        if (piece.span.Contains(span.from)) out.insert(out.end(), piece.causes.begin(), piece.causes.end());
      return out;
    };
    found.Add(Rule::kOrphaned, subject, owner, set, subject.doubtful.Union(around.Taints().Doubtful(Topic::kIdentity, owner)),
              evidence, "its owner is " + owner);
  }
  return {};
}

Status AddDormant(Surroundings& around, const Subject& subject, Found& found) {
  auto begins = around.UsageBegins();
  if (!begins) return tl::unexpected(begins.error());
  if (subject.group || !*begins || subject.active.Empty()) return {};
  const std::int64_t days = around.Rules().dormant_identity;
  std::vector<EffectiveTime> uses;
  const history::OwnEvent* last = nullptr;
  for (const auto& [event, use] : subject.All<AccessUsed>()) uses.push_back(event->time), last = event;
  for (const auto& event : subject.uses_via) uses.push_back(event.time);
  const IntervalSet set = ForAtLeast(subject.active, days).Intersect(From(Plus(**begins, days))).Minus(Within(uses, days));
  const auto evidence = [&](const Interval& span) {
    auto out = CausesOf(subject)(span);
    if (last != nullptr && last->time <= span.from) out.push_back(last->position);
    return out;
  };
  found.Add(Rule::kDormantIdentity, subject, "", set, subject.doubtful, evidence, "");
  return {};
}

void AddReuse(const Subject& subject, Found& found) {
  std::map<std::int32_t, std::vector<Interval>> again;
  for (const IdentityPiece& piece : subject.life)
    if (piece.incarnation > 1 && piece.registered_and_not_retired) again[piece.incarnation].push_back(piece.span);
  for (auto& [incarnation, parts] : again)
    found.Add(Rule::kIdentifierReuse, subject, std::to_string(incarnation), authority::UnionOf(std::move(parts)),
              subject.doubtful, CausesOf(subject), fmt::format("registered again after a retirement, the {}. time", incarnation));
}

}  // namespace

Status JudgeExistence(Surroundings& around, const Subject& subject, Found& found) {
  if (subject.everyone) return {};
  if (found.Wants(Rule::kAuthorityAfterRetirement)) AddAuthorityAfter(around, subject, found);
  if (found.Wants(Rule::kOrphaned))
    if (auto s = AddOrphaned(around, subject, found); !s) return s;
  if (found.Wants(Rule::kDormantIdentity))
    if (auto s = AddDormant(around, subject, found); !s) return s;
  if (found.Wants(Rule::kIdentifierReuse)) AddReuse(subject, found);
  return {};
}

}  // namespace tenure::governance
