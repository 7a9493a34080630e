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

// Within what a calendar can say.
EffectiveTime Shifted(EffectiveTime t, std::int64_t us) {
  const EffectiveTime shifted{t.us + us};
  return shifted.us > builders::At("9999-01-01").us || shifted.us < builders::At("0002-01-01").us ? t : shifted;
}

bool IsIdentity(const std::string& ref) { return !reference::IsGroup(ref) && ref != TheUniverse().everyone.back(); }

}  // namespace

// A few hours later, or whole days, seldom a microsecond beside that; now and then before.
EffectiveTime Events::After(EffectiveTime t) {
  std::int64_t us = dice.Between(0, 3) * kHourUs;
  if (dice.Chance(0.3)) us = dice.Between(0, 2) * kDayUs;
  if (dice.Chance(0.12)) us = -kHourUs;
  if (dice.Chance(0.1)) us += dice.OneOfInts({-1, 1});
  return Shifted(t, us);
}

Event Events::Then(Event event, EffectiveTime time) {
  event.time = time;
  return event;
}

// Opened and decided about, mostly in that order; what it is about comes to be within its scope.
std::vector<Event> Events::ReviewOf(ReviewDecided about, const std::string& role, EffectiveTime given) {
  static const std::vector<std::string> decisions = {"keep", "revoke", "change"};
  const Universe& u = TheUniverse();
  const EffectiveTime opened = After(given);
  ReviewOpened d{.review = dice.Pick(Reviews()), .as_of = dice.Chance(0.8) ? opened : After(given)};
  if (dice.Chance(0.7)) d.reviewer = dice.Pick(u.users);
  if (!role.empty() && dice.Chance(0.4)) d.scope.role = dice.Chance(0.9) ? role : dice.Pick(u.roles);
  if (dice.Chance(0.15)) d.scope.resource = dice.Pick(u.resources);
  if (dice.Chance(0.1)) d.scope.owner = dice.Pick(u.users);
  if (dice.Chance(0.3) && IsIdentity(about.principal)) d.scope.identities = {about.principal, dice.Pick(u.identities)};
  if (dice.Chance(0.7)) d.due_at = After(opened);
  about.review = d.review, about.reviewer = dice.Pick(u.users);
  std::vector<Event> events{Then(Make(std::move(d)), opened)};
  for (int n = dice.Between(1, 2); n > 0; --n) {
    about.decision = dice.Pick(decisions), about.reason = dice.Chance(0.3) ? "looked at" : "";
    events.push_back(Then(Make(about), After(opened)));
  }
  if (dice.Chance(0.2)) events.push_back(Then(Make(ReviewClosed{about.review}), After(opened)));
  return events;
}

// Asked for, approved by this one or that, with the right to or without, before, at and after; used.
std::vector<Event> Events::GivingOf(const GrantIssued& g, EffectiveTime at) {
  const Universe& u = TheUniverse();
  const std::string& approver = dice.Chance(0.2) && IsIdentity(g.principal) ? g.principal : dice.Pick(u.users);
  std::vector<Event> events;
  if (!g.request.empty() && dice.Chance(0.7))
    events.push_back(Then(By(approver, Make(GrantRequested{.request = g.request, .principal = g.principal, .role = u.roles[0]})),
                          Shifted(at, -dice.Between(-1, 3) * kHourUs)));
  if (dice.Chance(0.5)) {
    GrantIssued right{.grant = "g-3", .principal = approver};
    right.permissions = {Permission{.actions = {"grant:Approve"}, .resources = {dice.Chance(0.5) ? "role:*" : "*"}}};
    if (dice.Chance(0.5)) right.expires_at = After(at);
    events.push_back(Then(Make(std::move(right)), Shifted(at, -dice.Between(-1, 3) * kHourUs)));
  }
  for (int n = dice.Between(0, 2); n > 0; --n) {
    const bool of_request = !g.request.empty() && dice.Chance(0.5);
    GrantApproved d{.principal = g.principal, .approver = dice.Chance(0.7) ? approver : dice.Pick(u.users)};
    (of_request ? d.request : d.grant) = of_request ? g.request : g.grant;
    events.push_back(Then(Make(std::move(d)), dice.Chance(0.5) ? After(at) : Shifted(at, -kHourUs)));
  }
  if (dice.Chance(0.1))
    events.push_back(Then(Make(GrantDenied{.principal = g.principal, .grant = g.grant, .approver = approver}), After(at)));
  if (dice.Chance(0.4))
    events.push_back(Then(Make(UseOf(IsIdentity(g.principal) ? g.principal : dice.Pick(u.identities))), After(at)));
  return events;
}

std::vector<Event> Events::CampaignOn(const Event& issued) {
  const GrantIssued& g = std::get<GrantIssued>(issued.payload);
  std::vector<Event> events = GivingOf(g, issued.time);
  const auto review = ReviewOf({.principal = g.principal, .grant = g.grant}, g.role, issued.time);
  if (dice.Chance(0.7)) events.insert(events.end(), review.begin(), review.end());
  const EffectiveTime end = After(review.back().time);
  if (dice.Chance(0.4)) events.push_back(Then(Make(GrantRevoked{.principal = g.principal, .grant = g.grant}), end));
  if (dice.Chance(0.3)) events.push_back(Then(IssueOf(g.grant, g.principal), end));
  if (dice.Chance(0.2)) events.push_back(Then(Exception(), After(issued.time)));
  return events;
}

std::vector<Event> Events::CampaignOn(const Event& event, const MembershipAdded& d) {
  std::vector<Event> events = ReviewOf({.principal = d.member, .group = d.group}, "", event.time);
  const EffectiveTime end = After(events.back().time);
  if (dice.Chance(0.4)) events.push_back(Then(Make(MembershipRemoved{.member = d.member, .group = d.group}), end));
  if (dice.Chance(0.3)) events.push_back(Then(Make(MembershipAdded{d.member, d.group, {}, {}}), end));
  return events;
}

std::vector<Event> Events::CampaignOn(const Event& event, const CredentialIssued& d) {
  std::vector<Event> events = ReviewOf({.principal = d.identity, .credential = d.credential}, "", event.time);
  const EffectiveTime end = After(events.back().time);
  const std::string other = d.credential == "c1" ? "c2" : "c1";
  if (dice.Chance(0.4)) events.push_back(Then(Make(CredentialRevoked{.identity = d.identity, .credential = d.credential}), end));
  if (dice.Chance(0.2))
    events.push_back(
        Then(Make(CredentialRotated{.identity = d.identity, .credential = d.credential, .replaced_by = other}), end));
  if (dice.Chance(0.2)) events.push_back(Then(Make(d), end));
  return events;
}

std::vector<Event> Events::Campaign(const Event& about) {
  if (std::get_if<GrantIssued>(&about.payload)) return CampaignOn(about);
  if (auto* d = std::get_if<MembershipAdded>(&about.payload)) return CampaignOn(about, *d);
  if (auto* d = std::get_if<CredentialIssued>(&about.payload)) return CampaignOn(about, *d);
  return {};
}

// A grant that was asked for, and how it came to be.
std::vector<Event> Events::NewCampaign() {
  Event issued = IssueOf(GrantId(), Principal());
  std::get<GrantIssued>(issued.payload).request = RequestId();
  std::vector<Event> events{issued};
  const auto campaign = CampaignOn(issued);
  events.insert(events.end(), campaign.begin(), campaign.end());
  return events;
}

namespace {

// Whom an event of a campaign is about; "" if it is none.
std::string GovernedBy(const Event& event) {
  if (auto* d = std::get_if<GrantRequested>(&event.payload)) return d->principal;
  if (auto* d = std::get_if<GrantApproved>(&event.payload)) return d->principal;
  if (auto* d = std::get_if<GrantDenied>(&event.payload)) return d->principal;
  if (auto* d = std::get_if<ReviewDecided>(&event.payload)) return d->principal;
  if (auto* d = std::get_if<ExceptionGranted>(&event.payload)) return d->subject;
  if (auto* d = std::get_if<ReviewOpened>(&event.payload)) return d->review;
  return "";
}

const Event* SomeGoverning(const History& history, Random& random) {
  std::vector<const Event*> governing;
  for (const Record& record : history.records)
    if (record.entry.event && !GovernedBy(*record.entry.event).empty()) governing.push_back(&*record.entry.event);
  return governing.empty() ? nullptr : governing[random() % governing.size()];
}

}  // namespace

EffectiveTime SomeGovernedTime(const History& history, Random& random) {
  Dice dice(random);
  const Event* event = dice.Chance(0.7) ? SomeGoverning(history, random) : nullptr;
  if (!event) return SomeTime(history, random);
  if (dice.Chance(0.2)) return event->time;
  return Shifted(event->time,
                 dice.Chance(0.6) ? dice.Between(0, 4) * kHourUs : dice.Between(0, 3) * kDayUs + dice.OneOfInts({-1, 0, 1}));
}

Question SomeGovernedQuestion(const History& history, Random& random) {
  Question q = SomeQuestion(history, random);
  const Event* event = random() % 2 == 0 ? SomeGoverning(history, random) : nullptr;
  const std::string ref = event ? GovernedBy(*event) : "";
  if (reference::IsReference(ref) && event->Type() != EventType::kReviewOpened) q.ref = ref;
  if (event) q.time = SomeGovernedTime(history, random);
  return q;
}

}  // namespace tenure::property
