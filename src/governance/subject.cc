#include "governance/subject.h"

#include <algorithm>
#include <array>

#include "authority/gather.h"
#include "authority/permissions.h"
#include "event/reference.h"

namespace tenure::governance {
namespace {

using history::GrantPiece;
using history::IdentityPiece;
using history::IdentityStatus;
using history::RolePiece;
using history::RoleState;

template <class Is>
IntervalSet Where(const std::vector<IdentityPiece>& life, Is is) {
  std::vector<Interval> parts;
  for (const auto& piece : life)
    if (is(piece)) parts.push_back(piece.span);
  return authority::UnionOf(std::move(parts));
}

Interval Common(Interval a, Interval b) { return {std::max(a.from, b.from), std::min(a.until, b.until)}; }

void AddAllows(const std::vector<Permission>& permissions, Segment& segment) {
  for (const Permission& permission : permissions)
    if (permission.effect == Effect::kAllow) segment.allows.push_back(&permission);
}

Status AddSegments(Surroundings& around, const GrantPiece& piece, Grant& grant) {
  if (piece.terms.role.empty()) {
    Segment segment{piece.live, &piece, false, {}};
    AddAllows(piece.terms.permissions, segment);
    grant.segments.push_back(std::move(segment));
    return {};
  }
  auto role = around.Role(piece.terms.role);
  if (!role) return tl::unexpected(role.error());
  for (const RolePiece& defined : **role) {
    Segment segment{Common(piece.live, defined.span), &piece, defined.state == RoleState::kUndefined, {}};
    if (segment.span.until <= segment.span.from) continue;
    if (defined.state == RoleState::kDefined) AddAllows(*defined.permissions, segment);
    grant.segments.push_back(std::move(segment));
  }
  return {};
}

Status AddGrants(Surroundings& around, Subject& subject) {
  for (const GrantPiece& piece : subject.grant_pieces) {
    if (subject.grants.empty() || subject.grants.back().id != piece.grant)
      subject.grants.push_back({piece.grant, {}, {}, {}, {}});
    Grant& grant = subject.grants.back();
    grant.pieces.push_back(&piece);
    if (auto s = AddSegments(around, piece, grant); !s) return s;
  }
  for (Grant& grant : subject.grants) {
    std::vector<Interval> live, given;
    for (const GrantPiece* piece : grant.pieces) live.push_back(piece->live);
    for (const Segment& segment : grant.segments)
      if (segment.Gives()) given.push_back(segment.span);
    grant.live = authority::UnionOf(std::move(live));
    grant.given = authority::UnionOf(std::move(given));
  }
  return {};
}

void IndexEvents(Subject& subject) {
  for (const auto& event : subject.events) {
    subject.by_position.push_back(&event);
    if (const auto* approved = std::get_if<GrantApproved>(&event.payload)) {
      if (!approved->grant.empty()) subject.approvals_of_grant[approved->grant].push_back(&event);
      if (!approved->request.empty()) subject.approvals_of_request[approved->request].push_back(&event);
    }
    const auto* decided = std::get_if<ReviewDecided>(&event.payload);
    if (decided != nullptr && decided->principal == subject.ref && !decided->grant.empty())
      subject.reviews_of_grant[decided->grant].push_back(&event);
  }
  std::sort(subject.by_position.begin(), subject.by_position.end(),
            [](const history::OwnEvent* a, const history::OwnEvent* b) { return a->position < b->position; });
}

// A registration after a retirement begins another life; `events` are in order.
void FindLives(Subject& subject) {
  bool retired = false;
  for (const auto& event : subject.events) {
    if (const auto* retirement = std::get_if<IdentityRetired>(&event.payload); retirement && retirement->identity == subject.ref)
      retired = true;
    const auto* registration = std::get_if<IdentityRegistered>(&event.payload);
    if (registration != nullptr && registration->identity == subject.ref && retired) {
      subject.lives.back().until = event.time;
      subject.lives.push_back({event.time, kForever});
    }
    if (registration != nullptr && registration->identity == subject.ref) retired = false;
    subject.life_of.push_back(subject.lives.size() - 1);
  }
}

// What is made of what was read.
Status Settle(Surroundings& around, Subject& subject) {
  IndexEvents(subject);
  subject.retired = Where(subject.life, [](const auto& p) { return p.status == IdentityStatus::kRetired; });
  subject.here = IntervalSet::All().Minus(subject.retired);
  subject.active = Where(subject.life, [](const auto& p) { return p.status == IdentityStatus::kActive; });
  subject.registered = Where(subject.life, [](const auto& p) { return p.registered_and_not_retired; });
  return AddGrants(around, subject);
}

}  // namespace

Result<std::string> Surroundings::ActorAt(const Position& position) {
  auto meta = view_.Meta(position);
  if (!meta) return tl::unexpected(meta.error());
  return actor_of_ ? actor_of_(meta->claimed_actor) : std::move(meta->claimed_actor);
}

bool Surroundings::IsPerson(std::string_view ref) const { return Names(policy_.human_types, event::TypeOf(ref)); }
bool Surroundings::IsMachine(std::string_view ref) const {
  return ref != event::kEveryone && !event::IsGroup(ref) && event::TypeOf(ref) != "role" && !IsPerson(ref);
}
bool Surroundings::IsOutsider(std::string_view ref) const {
  return Names(policy_.external_types, event::TypeOf(ref)) && !Match(policy_.platform_principals, ref);
}

Result<const std::vector<RolePiece>*> Surroundings::Role(const std::string& role) {
  auto it = roles_.find(role);
  if (it == roles_.end()) {
    auto pieces = view_.Role(role, {});
    if (!pieces) return tl::unexpected(pieces.error());
    it = roles_.emplace(role, std::move(*pieces)).first;
  }
  return &it->second;
}

Result<const std::vector<Interval>*> Surroundings::Retired(const std::string& identity) {
  auto it = retired_.find(identity);
  if (it == retired_.end()) {
    auto life = view_.Identity(identity, {});
    if (!life) return tl::unexpected(life.error());
    std::vector<Interval> stretches;
    std::int32_t incarnation = 0;
    for (const IdentityPiece& piece : *life) {
      if (piece.status != IdentityStatus::kRetired) continue;
      const bool goes_on = !stretches.empty() && stretches.back().until == piece.span.from && incarnation == piece.incarnation;
      if (goes_on) stretches.back().until = piece.span.until;
      else stretches.push_back(piece.span);
      incarnation = piece.incarnation;
    }
    it = retired_.emplace(identity, std::move(stretches)).first;
  }
  return &it->second;
}

Result<IntervalSet> Surroundings::RetiredFor(const std::string& identity, std::int64_t us) {
  auto retired = Retired(identity);
  if (!retired) return tl::unexpected(retired.error());
  std::vector<Interval> parts;
  for (const Interval& stretch : **retired) parts.push_back({Plus(stretch.from, us), stretch.until});
  return authority::UnionOf(std::move(parts));
}

Result<OptionalTime> Surroundings::FirstJit(const std::string& role) {
  auto it = first_jit_.find(role);
  if (it == first_jit_.end()) {
    auto grants = view_.GrantsOfRole(role, {});
    if (!grants) return tl::unexpected(grants.error());
    OptionalTime first;
    for (const GrantPiece& piece : *grants)
      if (piece.terms.kind == "jit" && (!first || piece.live.from < *first)) first = piece.live.from;
    it = first_jit_.emplace(role, first).first;
  }
  return it->second;
}

const history::OwnEvent* Subject::At(const Position& position) const {
  const auto it = std::lower_bound(by_position.begin(), by_position.end(), position,
                                   [](const history::OwnEvent* event, const Position& p) { return event->position < p; });
  return it != by_position.end() && (*it)->position == position ? *it : nullptr;
}

const GrantIssued* Subject::IssueOf(const GrantPiece& piece) const {
  const auto* event = At(piece.issued);
  return event == nullptr ? nullptr : std::get_if<GrantIssued>(&event->payload);
}

Result<Subject> ReadSubject(Surroundings& around, const std::string& ref) {
  history::FactView& view = around.View();
  Subject subject;
  subject.ref = ref;
  subject.everyone = ref == event::kEveryone;
  subject.group = event::IsGroup(ref);
  subject.person = around.IsPerson(ref);
  subject.machine = around.IsMachine(ref);
  subject.outsider = around.IsOutsider(ref);
  const auto take = [](auto read, auto& into) -> Status {
    if (!read) return tl::unexpected(read.error());
    into = std::move(*read);
    return {};
  };
  if (!subject.everyone) {
    if (auto s = take(view.Identity(ref, {}), subject.life); !s) return tl::unexpected(s.error());
  }
  if (auto s = take(view.GrantsOf(ref, {}), subject.grant_pieces); !s) return tl::unexpected(s.error());
  if (auto s = take(view.GroupsOf(ref, {}), subject.memberships); !s) return tl::unexpected(s.error());
  if (auto s = take(view.Credentials(ref, {}), subject.credentials); !s) return tl::unexpected(s.error());
  if (auto s = take(view.EventsAbout(ref), subject.events); !s) return tl::unexpected(s.error());
  if (auto s = take(view.UsesVia(ref), subject.uses_via); !s) return tl::unexpected(s.error());
  FindLives(subject);
  if (auto s = Settle(around, subject); !s) return tl::unexpected(s.error());
  for (int plane = 0; plane < kPlaneTopics; ++plane)
    subject.doubtful = subject.doubtful.Union(around.Taints().Doubtful(static_cast<Topic>(plane), ref));
  return subject;
}

std::vector<LifeParts> PartsOfLives(const Policy& policy, const Subject& whole) {
  std::vector<LifeParts> lives(whole.lives.size());
  const auto file = [&](const Position& position, auto list, const auto& piece) {
    const history::OwnEvent* event = whole.At(position);
    if (event != nullptr) (lives[whole.life_of[static_cast<std::size_t>(event - whole.events.data())]].*list).push_back(&piece);
  };
  for (const auto& piece : whole.life)
    if (const auto n = static_cast<std::size_t>(piece.incarnation); n >= 1 && n <= lives.size())
      lives[n - 1].life.push_back(&piece);
  for (const auto& piece : whole.grant_pieces) file(piece.issued, &LifeParts::grant_pieces, piece);
  for (const auto& piece : whole.memberships) file(piece.added, &LifeParts::memberships, piece);
  for (const auto& piece : whole.credentials)
    if (!piece.causes.empty()) file(piece.causes.front(), &LifeParts::credentials, piece);
  for (std::size_t i = 0; i < whole.events.size(); ++i) lives[whole.life_of[i]].events.push_back(&whole.events[i]);

  // A use says something for as long as rules remember it.
  const std::int64_t remembered = std::max({policy.dormant_identity, policy.dormant_authority, policy.over_privilege});
  std::vector<const history::OwnEvent*> uses;
  for (const auto& use : whole.uses_via) uses.push_back(&use);
  std::stable_sort(uses.begin(), uses.end(), [](const auto* a, const auto* b) { return a->time < b->time; });
  for (std::size_t i = 0; i < lives.size(); ++i) {
    auto use = std::partition_point(uses.begin(), uses.end(),
                                    [&](const auto* u) { return Plus(u->time, remembered) <= whole.lives[i].from; });
    for (; use != uses.end() && (*use)->time < whole.lives[i].until; ++use) lives[i].uses_via.push_back(*use);
  }
  return lives;
}

Result<Subject> LifeOf(Surroundings& around, const Subject& whole, const LifeParts& parts, std::size_t life) {
  Subject one;
  one.ref = whole.ref;
  one.person = whole.person, one.machine = whole.machine, one.group = whole.group;
  one.outsider = whole.outsider, one.everyone = whole.everyone;
  one.lives = {whole.lives[life]};
  one.doubtful = whole.doubtful;
  for (const auto* piece : parts.life) one.life.push_back(*piece);
  for (const auto* piece : parts.grant_pieces) one.grant_pieces.push_back(*piece);
  for (const auto* piece : parts.memberships) one.memberships.push_back(*piece);
  for (const auto* piece : parts.credentials) one.credentials.push_back(*piece);
  for (const auto* event : parts.events) one.events.push_back(*event);
  for (const auto* use : parts.uses_via) one.uses_via.push_back(*use);
  one.life_of.assign(one.events.size(), 0);
  if (auto s = Settle(around, one); !s) return tl::unexpected(s.error());
  return one;
}

std::vector<std::pair<Interval, std::string>> TermsOf(const Subject& subject, const std::string& grant) {
  std::vector<std::pair<Interval, std::string>> out;
  std::size_t last = 0;
  for (std::size_t i = 0; i < subject.events.size(); ++i) {
    const auto* issue = std::get_if<GrantIssued>(&subject.events[i].payload);
    if (issue == nullptr || issue->grant != grant || issue->principal != subject.ref) continue;
    const std::size_t life = subject.life_of[i];
    if (!out.empty() && last == life) out.back().first.until = subject.events[i].time;
    out.push_back({{subject.events[i].time, subject.lives[life].until}, issue->role});
    last = life;
  }
  return out;
}

bool IsPrivileged(const Policy& policy, const Segment& segment) {
  const std::string& role = segment.piece->terms.role;
  if (!role.empty() && Match(policy.privileged_roles, role)) return true;
  return std::any_of(segment.allows.begin(), segment.allows.end(), [](const Permission* allow) {
    return !allow->not_actions && std::any_of(allow->actions.begin(), allow->actions.end(), event::IsEverything);
  });
}

bool Covers(const Permission& permission, std::string_view scope, const AccessUsed& use) {
  if (!use.resource.empty()) {
    const authority::Asked asked{use.action, use.resource};
    return authority::PermissionCovers(permission, asked) && authority::ScopeCovers(scope, asked);
  }
  return authority::ActionCovers(permission, use.action);
}

bool Covers(const Segment& segment, const AccessUsed& use) {
  const std::string& scope = segment.piece->terms.scope;
  if (segment.undefined && use.action == authority::kAssume) return false;
  if (segment.undefined) return use.resource.empty() || authority::ScopeCovers(scope, {use.action, use.resource});
  return std::any_of(segment.allows.begin(), segment.allows.end(), [&](const Permission* p) { return Covers(*p, scope, use); });
}

}  // namespace tenure::governance
