// Grants: asked for and approved, for a while or standing, in an emergency, by hand, by mistake; and taken away again.
#include <array>
#include <string>
#include <utility>

#include "connect/generate/life.h"

namespace tenure::connect::generate {
namespace {

constexpr std::size_t kGrantsMax = 6;  // remembered for one identity; the oldest is revoked when another comes

constexpr std::array<std::string_view, 4> kWhy{"deploy of the week", "customer ticket", "data repair", "capacity check"};

}  // namespace

void Life::DefineRole(EffectiveTime time, std::uint32_t team, RoleKind kind) {
  const std::string& name = teams_[team].name;
  RoleDefined defined{.role = RoleOf(team, kind)};
  const auto add = [&](Effect effect, std::vector<std::string> actions, std::vector<std::string> resources) {
    defined.permissions.push_back({.effect = effect, .actions = std::move(actions), .resources = std::move(resources)});
  };
  switch (kind) {
    case RoleKind::kReader:
      add(Effect::kAllow, {"*:Read", "*:List"}, {"bucket:" + name, "db:" + name});
      break;
    case RoleKind::kOperator:
      add(Effect::kAllow, {"bucket:*", "db:*", "queue:?rite"}, {"bucket:" + name, "db:" + name, "queue:" + name});
      add(Effect::kDeny, {"*:Delete"}, {"bucket:" + name + "/audit", "db:" + name + "/audit"});
      break;
    case RoleKind::kAdmin:
      add(Effect::kAllow, {"*"}, {"*:" + name});
      break;
    case RoleKind::kActAs:
      add(Effect::kAllow, {"assume"}, {"workload:spiffe://prod/ns/" + name});
      break;
  }
  Tell(time, System::kAccess, "", std::move(defined));
}

// Just in time: asked, answered, given for hours, now and then given back early.
void Life::Elevate() {
  const Person& person = people_[people_.Pick(random_)];
  const RoleKind kind = random_.Permille(800) ? RoleKind::kOperator : RoleKind::kAdmin;
  const std::string role = RoleOf(person.team, kind), request = NewId("request");
  const std::string& approver = SomebodyElse(person);
  Course course{request, ""};
  Tell(now_, System::kPrivileged, person.ref,
       GrantRequested{.request = request,
                      .principal = person.ref,
                      .role = role,
                      .kind = "jit",
                      .justification = std::string(random_.Pick(kWhy))},
       &course);
  const EffectiveTime answered = In(kMinute, 40 * kMinute);
  if (random_.Permille(80)) {
    Tell(answered, System::kPrivileged, approver,
         GrantDenied{.principal = person.ref, .request = request, .approver = approver, .reason = "not on call"}, &course);
    return;
  }
  Tell(answered, System::kPrivileged, approver, GrantApproved{.principal = person.ref, .request = request, .approver = approver},
       &course);
  const EffectiveTime given = Later(answered, kSecond), ends = Later(given, random_.Between(1, 8) * kHour);
  const std::string grant = NewId("grant");
  Tell(given, System::kPrivileged, "",
       GrantIssued{.grant = grant, .principal = person.ref, .role = role, .kind = "jit", .expires_at = ends, .request = request},
       &course);
  if (random_.Permille(250))
    Tell(Later(given, random_.Between(10, 50) * kMinute), System::kPrivileged, person.ref,
         GrantRevoked{.principal = person.ref, .grant = grant, .reason = "done"}, &course);
}

// In an emergency the grant comes first and the approval after it, if at all.
void Life::BreakGlass() {
  const Person& person = people_[people_.Pick(random_)];
  const std::string request = NewId("request");
  Course course{request, ""};
  Tell(now_, System::kPrivileged, person.ref,
       GrantIssued{.grant = NewId("grant"),
                   .principal = person.ref,
                   .role = RoleOf(person.team, RoleKind::kAdmin),
                   .kind = "break_glass",
                   .expires_at = In(kHour, 4 * kHour),
                   .justification = "outage",
                   .request = request},
       &course);
  if (random_.Permille(150)) return;
  const std::string& approver = SomebodyElse(person);
  Tell(In(10 * kMinute, kDay), System::kPrivileged, approver,
       GrantApproved{.principal = person.ref, .request = request, .approver = approver, .reason = "after the fact"}, &course);
}

void Life::AskForStanding() {
  Holder& holder = AnyHolder();
  const Person& asker = people_[people_.Pick(random_)];
  const std::string request = NewId("request");
  const std::string& approver = SomebodyElse(asker);
  Course course{request, ""};
  const RoleKind kind = holder.ref.starts_with("agent:") ? RoleKind::kActAs : RoleKind::kOperator;
  Tell(now_, System::kAccess, asker.ref,
       GrantRequested{.request = request,
                      .principal = holder.ref,
                      .role = RoleOf(holder.team, kind),
                      .justification = std::string(random_.Pick(kWhy))},
       &course);
  const EffectiveTime answered = In(kHour, 2 * kDay);
  Tell(answered, System::kAccess, approver, GrantApproved{.principal = holder.ref, .request = request, .approver = approver},
       &course);
  Issue(Later(answered, kMinute), holder, kind, course, request);
}

// A standing grant: mostly a role on all or on some part, at times permissions of its own, at times under a condition.
void Life::Issue(EffectiveTime time, Holder& holder, RoleKind kind, Course& course, std::string_view request) {
  if (holder.grants.size() >= kGrantsMax) RevokeGrant(holder, 0, time, false, "replaced");
  GrantIssued issued{.grant = NewId("grant"), .principal = holder.ref, .request = std::string(request)};
  if (random_.Permille(100))
    issued.permissions.push_back({.actions = {"bucket:Read", "db:Read"}, .resources = {AreaOf(holder.team)}});
  else issued.role = RoleOf(holder.team, kind);
  if (kind != RoleKind::kActAs && random_.Permille(400)) issued.scope = AreaOf(holder.team);
  if (random_.Permille(20)) issued.condition = "network in 10.0.0.0/8";
  if (random_.Permille(100)) issued.not_before = Later(time, kDay);
  holder.grants.push_back(issued.grant);
  Tell(time, System::kAccess, "", std::move(issued), &course);
}

void Life::Revoke() {
  Holder& holder = AnyHolder();
  if (holder.grants.empty()) return AskForStanding();
  const auto which = static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(holder.grants.size())));
  RevokeGrant(holder, which, now_, random_.Permille(150), "no longer needed");
}

void Life::RevokeGrant(Holder& holder, std::size_t which, EffectiveTime time, bool late, std::string_view reason) {
  GrantRevoked revoked{.principal = holder.ref, .grant = std::move(holder.grants[which]), .reason = std::string(reason)};
  holder.grants.erase(holder.grants.begin() + static_cast<std::ptrdiff_t>(which));
  if (late) TellLate(time, Later(time, random_.Between(1, 20) * kDay), System::kAccess, "", std::move(revoked));
  else Tell(time, System::kAccess, "", std::move(revoked));
}

// From the console, with no request, no approval and nobody who owns the control.
void Life::GrantByHand() {
  const Person& hand = people_[people_.Pick(random_)];
  Holder& holder = AnyHolder();
  if (holder.grants.size() >= kGrantsMax) RevokeGrant(holder, 0, now_, false, "replaced");
  holder.grants.push_back(NewId("grant"));
  Tell(now_, System::kConsole, hand.ref,
       GrantIssued{.grant = holder.grants.back(),
                   .principal = holder.ref,
                   .role = RoleOf(holder.team, RoleKind::kAdmin),
                   .justification = "temporary"});
}

void Life::ApproveOneself() {
  Person& person = people_[people_.Pick(random_)];
  const std::string request = NewId("request");
  Course course{request, ""};
  Tell(now_, System::kAccess, person.ref,
       GrantRequested{.request = request, .principal = person.ref, .role = RoleOf(person.team, RoleKind::kAdmin)}, &course);
  Tell(Later(now_, kMinute), System::kAccess, person.ref,
       GrantApproved{.principal = person.ref, .request = request, .approver = person.ref}, &course);
  Issue(Later(now_, 2 * kMinute), person, RoleKind::kAdmin, course, request);
}

// Said wrong, and put right by the system that said it: taken back, or said again in place of the first.
void Life::MakeMistake() {
  const Person& person = people_[people_.Pick(random_)];
  const EffectiveTime noticed = In(kHour, 5 * kDay);
  if (random_.Permille(500)) {
    const auto team = static_cast<std::uint32_t>(random_.Below(static_cast<std::int64_t>(teams_.size())));
    Event wrong =
        scribe_.Write(System::kDirectory, now_, "", MembershipAdded{.member = person.ref, .group = GroupOf(team) + "-on-call"});
    Tell(noticed, System::kDirectory, SomebodyElse(person),
         EventRetracted{.target = wrong.name, .key = person.ref, .reason = "the wrong person"});
    agenda_.Put(now_, std::move(wrong));
    return;
  }
  GrantIssued terms{.grant = NewId("grant"),
                    .principal = person.ref,
                    .role = RoleOf(person.team, RoleKind::kOperator),
                    .kind = "jit",
                    .expires_at = Later(now_, 365 * kDay)};
  Event wrong = scribe_.Write(System::kPrivileged, now_, "", terms);
  terms.expires_at = Later(now_, kDay);
  Event right = scribe_.Write(System::kPrivileged, now_, "", std::move(terms));
  right.supersedes = {wrong.name};
  agenda_.Put(now_, std::move(wrong));
  agenda_.Put(noticed, std::move(right));
}

void Life::RedefineRole() {
  DefineRole(now_, static_cast<std::uint32_t>(random_.Below(static_cast<std::int64_t>(teams_.size()))), RoleKind::kOperator);
}

}  // namespace tenure::connect::generate
