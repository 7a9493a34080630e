// Random campaigns: how a grant came to be, who looked at it, and what came of that, about what the history already gives.
#include "property/history_events.h"
#include "reference/builders.h"
#include "reference/pattern.h"

namespace tenure::property {
namespace {

constexpr std::int64_t kHourUs = 3'600'000'000, kDayUs = 24 * kHourUs;

const std::vector<std::string>& Reviews() {
  static const std::vector<std::string> reviews = {"review:1", "review:2"};
  return reviews;
}

bool IsIdentity(const std::string& ref) { return !reference::IsGroup(ref) && ref != TheUniverse().everyone.back(); }

}  // namespace

// A few hours or whole days from there, seldom a microsecond beside them.
EffectiveTime Events::Near(EffectiveTime t) {
  EffectiveTime near{t.us + dice.Between(-2, 3) * kHourUs};
  if (dice.Chance(0.25)) near.us = t.us + dice.Between(0, 2) * kDayUs;
  if (dice.Chance(0.1)) near.us += dice.OneOfInts({-1, 1});
  return near.us > builders::At("9999-01-01").us || near.us < builders::At("0002-01-01").us ? t : near;
}

Event Events::Then(Event event, EffectiveTime near) {
  event.time = Near(near);
  return event;
}

Event Events::Opening(const std::string& principal, const std::string& role, EffectiveTime near) {
  const Universe& u = TheUniverse();
  ReviewOpened d{.review = dice.Pick(Reviews()), .as_of = Near(near), .reviewer = dice.Pick(u.users)};
  if (!role.empty() && dice.Chance(0.5)) d.scope.role = dice.Chance(0.8) ? role : dice.Pick(u.roles);
  if (dice.Chance(0.2)) d.scope.resource = dice.Pick(u.resources);
  if (dice.Chance(0.15)) d.scope.owner = dice.Pick(u.users);
  if (dice.Chance(0.3) && IsIdentity(principal)) d.scope.identities = {principal, dice.Pick(u.identities)};
  if (dice.Chance(0.7)) d.due_at = Near(near);
  return Then(Make(std::move(d)), near);
}

Event Events::Decision(ReviewDecided about, EffectiveTime near) {
  static const std::vector<std::string> decisions = {"keep", "revoke", "revoke", "change"};
  about.review = dice.Pick(Reviews()), about.decision = dice.Pick(decisions), about.reviewer = dice.Pick(TheUniverse().users);
  if (dice.Chance(0.3)) about.reason = "looked at";
  return Then(Make(std::move(about)), near);
}

// Asked for, approved by this one or that, with the right to or without, before, at and after; used; decided about; ended or amended.
std::vector<Event> Events::CampaignOn(const Event& issued) {
  const GrantIssued& g = std::get<GrantIssued>(issued.payload);
  const Universe& u = TheUniverse();
  const EffectiveTime at = issued.time;
  const std::string& approver = dice.Chance(0.2) && g.principal != u.everyone.back() ? g.principal : dice.Pick(u.users);
  std::vector<Event> events;
  if (!g.request.empty() && dice.Chance(0.7))
    events.push_back(
        Then(By(approver, Make(GrantRequested{.request = g.request, .principal = g.principal, .role = u.roles[0]})), at));
  if (dice.Chance(0.5)) {
    GrantIssued right{.grant = "g-3", .principal = approver};
    right.permissions = {Permission{.actions = {"grant:Approve"}, .resources = {dice.Chance(0.5) ? "role:*" : "*"}}};
    if (dice.Chance(0.5)) right.expires_at = Near(at);
    events.push_back(Then(Make(std::move(right)), at));
  }
  for (int n = dice.Between(0, 2); n > 0; --n) {
    GrantApproved d{.principal = g.principal, .approver = dice.Chance(0.7) ? approver : dice.Pick(u.users)};
    (g.request.empty() || dice.Chance(0.5) ? d.grant : d.request) = g.request.empty()  ? g.grant
                                                                    : dice.Chance(0.5) ? g.grant
                                                                                       : g.request;
    events.push_back(Then(Make(std::move(d)), at));
  }
  if (dice.Chance(0.4)) events.push_back(Then(Make(UseOf(IsIdentity(g.principal) ? g.principal : dice.Pick(u.identities))), at));
  if (dice.Chance(0.6)) events.push_back(Opening(g.principal, g.role, at));
  for (int n = dice.Between(0, 2); n > 0; --n)
    events.push_back(Decision(ReviewDecided{.principal = g.principal, .grant = g.grant}, at));
  if (dice.Chance(0.3)) events.push_back(Then(Make(GrantRevoked{.principal = g.principal, .grant = g.grant}), at));
  if (dice.Chance(0.2)) events.push_back(Then(IssueOf(g.grant, g.principal), at));
  if (dice.Chance(0.2)) events.push_back(Then(Exception(), at));
  return events;
}

std::vector<Event> Events::CampaignOn(const Event& event, const MembershipAdded& d) {
  std::vector<Event> events{Opening(d.member, "", event.time),
                            Decision(ReviewDecided{.principal = d.member, .group = d.group}, event.time)};
  if (dice.Chance(0.4)) events.push_back(Then(Make(MembershipRemoved{.member = d.member, .group = d.group}), event.time));
  if (dice.Chance(0.2)) events.push_back(Then(Make(MembershipAdded{d.member, d.group, {}, {}}), event.time));
  return events;
}

std::vector<Event> Events::CampaignOn(const Event& event, const CredentialIssued& d) {
  std::vector<Event> events{Opening(d.identity, "", event.time),
                            Decision(ReviewDecided{.principal = d.identity, .credential = d.credential}, event.time)};
  const std::string other = d.credential == "c1" ? "c2" : "c1";
  if (dice.Chance(0.3))
    events.push_back(Then(Make(CredentialRevoked{.identity = d.identity, .credential = d.credential}), event.time));
  if (dice.Chance(0.2))
    events.push_back(
        Then(Make(CredentialRotated{.identity = d.identity, .credential = d.credential, .replaced_by = other}), event.time));
  if (dice.Chance(0.2)) events.push_back(Then(Make(d), event.time));
  return events;
}

std::vector<Event> Events::Campaign(const Event& about) {
  if (std::get_if<GrantIssued>(&about.payload)) return CampaignOn(about);
  if (auto* d = std::get_if<MembershipAdded>(&about.payload)) return CampaignOn(about, *d);
  if (auto* d = std::get_if<CredentialIssued>(&about.payload)) return CampaignOn(about, *d);
  return {};
}

}  // namespace tenure::property
