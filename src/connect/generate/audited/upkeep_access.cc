// Roles, grants, groups, reviews and exceptions.
#include <algorithm>
#include <array>
#include <utility>

#include "connect/generate/audited/upkeep.h"

namespace tenure::connect::generate {
namespace {

constexpr EffectiveTime kRolesDefined = Later(kFounded, kHour);

std::string Text(std::string_view text) { return std::string(text); }

Permission AllowOf(const Deed& deed) {
  Permission allow{.actions = {deed.allowed_action.empty() ? deed.action : deed.allowed_action}, .resources = {deed.resource}};
  allow.condition = deed.condition;
  if (deed.action == "assume") allow.covers = Covers::kLiteral;
  return allow;
}

std::string NewArea(Company& company) {
  static constexpr std::array<std::string_view, 4> kStores{"bucket:", "db:", "queue:", "cluster:"};
  std::string area(company.Pick(kStores));
  return area + company.NewId("area");
}

}  // namespace

std::vector<Permission> PermissionsOf(const Role& role) {
  std::vector<Permission> permissions;
  for (const Deed& deed : role.deeds) permissions.push_back(AllowOf(deed));
  return permissions;
}

Role DefineRole(Company& company, std::string_view name, const std::vector<Deed>& deeds) {
  Role role{.ref = "role:" + company.NewId(name), .deeds = deeds};
  company.Tell(System::kAccess, kRolesDefined, "", RoleDefined{.role = role.ref, .permissions = PermissionsOf(role)});
  return role;
}

Role ReaderRole(Company& company) { return DefineRole(company, "reader", {{"store:Read", NewArea(company)}}); }

Role OperatorRole(Company& company) {
  const std::string area = NewArea(company);
  return DefineRole(company, "operator", {{"store:Write", area}, {"store:Restart", area}});
}

Role AdminRole(Company& company) {
  const std::string area = NewArea(company);
  if (company.Often(500)) return DefineRole(company, "area-admin", {{"store:Configure", area}});
  return DefineRole(company, "caretaker", {{"store:Configure", area, "*"}});
}

Role OnDemandRole(Company& company) {
  const std::string area = NewArea(company);
  return DefineRole(company, "on-demand-admin", {{"store:Configure", area}});
}

Giving Proper(Company& company, std::string_view principal, const Role& role, Interval span) {
  Giving giving{.principal = Text(principal), .role = role, .span = span};
  giving.approver = company.StewardBut(principal);
  giving.approved = span.from;
  if (!company.Often(250)) giving.approved = Later(span.from, -company.Length(1, 2 * kHour));
  return giving;
}

std::string Give(Company& company, const Giving& giving) {
  const std::string grant = company.NewId("grant"), request = giving.asked ? "request-of-" + grant : "";
  if (giving.asked) {
    const EffectiveTime first = giving.approver.empty() ? giving.span.from : std::min(giving.approved, giving.span.from);
    const EffectiveTime asked = Later(first, -giving.early_us - company.Length(kMinute, kHour));
    const std::string& asker = company.StewardBut(giving.principal);
    GrantRequested requested{.request = request, .principal = giving.principal, .role = giving.role.ref};
    if (requested.role.empty()) requested.permissions = PermissionsOf(giving.role);
    company.Tell(System::kAccess, asked, asker, std::move(requested)).correlationid = request;
  }
  if (!giving.approver.empty())
    company.Tell(
        System::kAccess, giving.approved, giving.approver,
        GrantApproved{
            .principal = giving.principal, .request = request, .grant = giving.asked ? "" : grant, .approver = giving.approver});
  IssueAgain(company, giving, grant, Later(giving.span.from, -giving.early_us), giving.issuer);
  if (!giving.expires && giving.span.until < kCloses) Revoke(company, giving.principal, grant, giving.span.until);
  return grant;
}

void IssueAgain(Company& company, const Giving& giving, std::string_view grant, EffectiveTime at, std::string_view actor) {
  GrantIssued issued{.grant = Text(grant),
                     .principal = giving.principal,
                     .scope = giving.scope,
                     .kind = giving.kind,
                     .condition = giving.condition};
  if (giving.role.ref.empty()) issued.permissions = PermissionsOf(giving.role);
  else issued.role = giving.role.ref;
  if (giving.early_us > 0) issued.not_before = giving.span.from;
  if (giving.expires) issued.expires_at = giving.span.until;
  if (giving.asked) issued.request = "request-of-" + Text(grant);
  if (giving.kind == "delegated") issued.delegator = company.StewardBut(giving.principal);
  const System system = giving.kind == "jit" || giving.kind == "break_glass" ? System::kPrivileged : System::kAccess;
  company.Tell(system, at, actor, std::move(issued));
}

void Approve(Company& company, std::string_view principal, std::string_view grant, std::string_view approver, EffectiveTime at) {
  company.Tell(System::kAccess, at, approver,
               GrantApproved{.principal = Text(principal), .grant = Text(grant), .approver = Text(approver)});
}

void Revoke(Company& company, std::string_view principal, std::string_view grant, EffectiveTime at) {
  GrantRevoked revoked{.principal = Text(principal), .grant = Text(grant)};
  const EffectiveTime told_at = Later(at, company.Length(kHour, 4 * kDay));
  if (company.Often(150) && told_at < kCloses) company.TellLate(System::kAccess, at, told_at, std::move(revoked));
  else company.Tell(System::kAccess, at, "", std::move(revoked));
}

void Join(Company& company, std::string_view member, std::string_view group, EffectiveTime at, std::string_view actor) {
  company.Tell(System::kDirectory, at, actor, MembershipAdded{.member = Text(member), .group = Text(group)});
}

std::string Found(Company& company) {
  std::string group = company.NewGroup();
  const std::string& owner = company.Steward();
  company.Tell(System::kDirectory, kFounded, owner, IdentityRegistered{.identity = group, .owner = owner});
  return group;
}

void Review(Company& company, std::string_view principal, std::string_view grant, EffectiveTime at) {
  const std::string review = company.NewId("review");
  const std::string& reviewer = company.StewardBut(principal);
  const EffectiveTime opened = Later(at, -company.Length(kMinute, 2 * kHour));
  company.Tell(System::kReviews, opened, "",
               ReviewOpened{.review = review, .scope = {.identities = {Text(principal)}}, .as_of = opened, .reviewer = reviewer});
  company.Tell(
      System::kReviews, at, reviewer,
      ReviewDecided{
          .review = review, .principal = Text(principal), .grant = Text(grant), .decision = "keep", .reviewer = reviewer});
  company.Tell(System::kReviews, at, "", ReviewClosed{.review = review});
}

void KeepReviewed(Company& company, std::string_view principal, std::string_view grant, Interval span) {
  const EffectiveTime end = std::min(span.until, kCloses);
  EffectiveTime at = span.from;
  while (true) {
    at = Later(at, company.Often(350) ? kReviewEvery : company.Length(kReviewEvery / 3, kReviewEvery));
    if (at >= end) return;
    Review(company, principal, grant, at);
  }
}

void Excuse(Company& company, PlantedFinding& planted, EffectiveTime expires) {
  planted.excused = expires >= std::min(planted.span.until, kCloses);
  const EffectiveTime granted = Later(planted.span.from, -company.Length(1, 10 * kDay));
  const std::string& approver = company.StewardBut(planted.subject);
  company.Tell(System::kReviews, granted, approver,
               ExceptionGranted{.exception = company.NewId("exception"),
                                .subject = planted.subject,
                                .rule = planted.rule,
                                .expires_at = expires,
                                .approver = approver,
                                .reason = "the supplier needs more time"});
}

}  // namespace tenure::connect::generate
