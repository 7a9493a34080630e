// Rules about what was said rather than what holds: revokes that ended nothing, ends that nobody told, changes by hand, odd times.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "authority/story.h"
#include "event/clock.h"
#include "event/reference.h"
#include "governance/found.h"

namespace tenure::governance {
namespace {

using history::OwnEvent;

Found::EvidenceIn Always(std::vector<Position> positions) {
  return [positions = std::move(positions)](const Interval&) { return positions; };
}

// A grant by the role of its terms, a role by itself.
IntervalSet DoubtAbout(Surroundings& around, const Subject& subject, const std::string& about) {
  if (event::TypeOf(about) != "role") return DoubtOf(around, subject, about);
  return subject.doubtful.Union(around.Taints().Doubtful(Topic::kAccess, about));
}

// Points of one thing, each with its evidence, held for a while.
struct Noticed {
  std::vector<std::pair<EffectiveTime, Position>> points;
};
void AddNoticed(Rule rule, const Subject& subject, const std::string& about, const Noticed& noticed, std::int64_t notice,
                const IntervalSet& doubt, const std::string& text, Found& found) {
  std::vector<EffectiveTime> times;
  for (const auto& point : noticed.points) times.push_back(point.first);
  const auto evidence = [&](const Interval& span) {
    std::vector<Position> out;
    for (const auto& [time, position] : noticed.points)
      if (span.Contains(time)) out.push_back(position);
    if (out.empty()) out.push_back(noticed.points.front().second);
    return out;
  };
  found.Add(rule, subject, about, Within(times, notice), doubt, evidence, text);
}

// Whether a revoke is on record that ended no piece, or something ended that may be for a retirement: what follows is for the timeline.
bool AsksForStory(const Subject& subject) {
  const auto retired = [](const auto& piece) { return piece.ended_how == "retired"; };
  if (std::any_of(subject.grant_pieces.begin(), subject.grant_pieces.end(), retired) ||
      std::any_of(subject.memberships.begin(), subject.memberships.end(), retired))
    return true;
  std::set<Position> ended;
  for (const auto& piece : subject.grant_pieces)
    if (piece.ended_by) ended.insert(*piece.ended_by);
  return std::any_of(subject.events.begin(), subject.events.end(), [&](const OwnEvent& event) {
    const auto* retirement = std::get_if<IdentityRetired>(&event.payload);
    if (retirement != nullptr) return retirement->ends_all && !subject.credentials.empty();
    return std::holds_alternative<GrantRevoked>(event.payload) && !ended.contains(event.position);
  });
}

// As the timeline says: revokes that ended nothing, and what ended with a retirement without an end of its own.
Status AddFromStory(Surroundings& around, const Subject& subject, Found& found) {
  if (!AsksForStory(subject)) return {};
  auto story = around.View().Story(subject.ref);
  if (!story) return tl::unexpected(story.error());
  authority::Work work;
  authority::Reading reading(around.View(), {}, authority::Unseen::kIgnored, around.Taints(), work);
  std::map<std::string, Noticed> idle, gaps;
  for (const auto& derived : authority::DerivedFrom(reading, subject.ref, *story)) {
    if (derived.kind == authority::DerivedKind::kEvidenceGap && derived.ref == subject.ref)
      gaps[derived.about].points.push_back({derived.time, derived.evidence});
    if (derived.kind != authority::DerivedKind::kEndedNothing) continue;
    const OwnEvent* event = subject.At(derived.evidence);
    const auto* revoked = event == nullptr ? nullptr : std::get_if<GrantRevoked>(&event->payload);
    if (revoked == nullptr) continue;
    idle[revoked->grant.empty() ? revoked->role : revoked->grant].points.push_back({derived.time, derived.evidence});
  }
  if (reading.Fault()) return tl::unexpected(*reading.Fault());
  const std::int64_t notice = around.Rules().notice;
  for (const auto& [about, one] : idle)
    AddNoticed(Rule::kRevokeEndedNothing, subject, about, one, notice, DoubtAbout(around, subject, about), "of " + about, found);
  for (const auto& [about, one] : gaps)
    AddNoticed(Rule::kEvidenceGap, subject, about, one, notice, DoubtAbout(around, subject, about),
               about + " ended with a retirement", found);
  return {};
}

bool IsAbout(const Subject& subject, const Payload& payload) {
  const auto* linked = std::get_if<IdentityLinked>(&payload);
  return linked == nullptr || linked->identity == subject.ref;
}

Status AddHandMade(Surroundings& around, const Subject& subject, Found& found) {
  const auto& configured = around.Rules().configured_sources;
  std::map<std::string, Noticed> by_source;
  for (const OwnEvent& event : subject.events) {
    const Topic plane = event.position.topic;
    if ((plane != Topic::kIdentity && plane != Topic::kAccess) || !IsAbout(subject, event.payload)) continue;
    auto meta = around.View().Meta(event.position);
    if (!meta) return tl::unexpected(meta.error());
    const std::string& source = meta->name.source;
    if (!Match(configured, source)) by_source[source].points.push_back({event.time, event.position});
  }
  for (const auto& [source, one] : by_source)
    AddNoticed(Rule::kHandMadeChange, subject, source, one, around.Rules().notice, subject.doubtful, "by " + source, found);
  return {};
}

Status AddImplausible(Surroundings& around, const Subject& subject, Found& found) {
  const Policy& policy = around.Rules();
  for (const OwnEvent& event : subject.events) {
    if (event.position.topic == Topic::kGovernance || !IsAbout(subject, event.payload)) continue;
    const EffectiveTime recorded{event.recorded.us};
    Interval span;
    if (Plus(recorded, policy.future_max) < event.time) span = {recorded, event.time};
    else if (event.time < policy.plausible_from) span = {recorded, Plus(recorded, policy.notice)};
    else continue;
    auto meta = around.View().Meta(event.position);
    if (!meta) return tl::unexpected(meta.error());
    found.Add(Rule::kImplausibleTime, subject, meta->name.source + " " + meta->name.id, IntervalSet(span), subject.doubtful,
              Always({event.position}),
              fmt::format("of {}, recorded {}", event::FormatTime(event.time.us), event::FormatTime(event.recorded.us)));
  }
  return {};
}

}  // namespace

Status JudgeEvents(Surroundings& around, const Subject& subject, Found& found) {
  if (found.WantsAny(Rule::kRevokeEndedNothing, Rule::kEvidenceGap))
    if (auto s = AddFromStory(around, subject, found); !s) return s;
  if (found.Wants(Rule::kHandMadeChange) && !around.Rules().configured_sources.empty())
    if (auto s = AddHandMade(around, subject, found); !s) return s;
  if (found.Wants(Rule::kImplausibleTime))
    if (auto s = AddImplausible(around, subject, found); !s) return s;
  return {};
}

}  // namespace tenure::governance
