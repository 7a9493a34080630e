// What went wrong, in the order in which it happened.
#include <string>

#include "connect/generate/cast.h"
#include "connect/generate/story.h"

namespace tenure::connect::generate {
namespace {

std::string Text(std::string_view text) { return std::string(text); }

// A director wants to see everything, and approves that himself.
void TellSelfApproval(Telling& telling) {
  const EffectiveTime time = Utc(2025, 4, 7, 18, 12);
  const std::string request = "request-viktor-everything", grant = "viktor-everything", director = Text(kDirector);
  telling.Say(System::kAccess, time, kDirector, "viktor-everything-requested",
              GrantRequested{
                  .request = request, .principal = director, .role = "role:organisation-admin", .justification = "board report"});
  telling.Say(System::kAccess, Later(time, kMinute), kDirector, "viktor-everything-approved",
              GrantApproved{.principal = director, .request = request, .approver = director});
  telling.Say(System::kAccess, Later(time, 2 * kMinute), "", "viktor-everything-granted",
              GrantIssued{.grant = grant, .principal = director, .role = "role:organisation-admin", .request = request});
}

// The robot's owner leaves. One grant of hers is revoked weeks later, one never; the robot stays hers.
void TellOwnerLeaving(Telling& telling) {
  const std::string owner = Text(kOwnerWhoLeft);
  telling.Say(System::kAccess, Utc(2024, 2, 5, 9), kAdmin, "mara-releases-granted",
              GrantIssued{.grant = "mara-releases", .principal = owner, .role = "role:ci-deployer"});
  telling.Say(System::kAccess, Utc(2024, 2, 5, 9), kAdmin, "mara-batches-granted",
              GrantIssued{.grant = "mara-batches", .principal = owner, .role = "role:legacy-batch"});
  telling.Say(System::kPeople, kOwnerLeft, "", "mara-left", IdentityRetired{.identity = owner, .reason = "left the company"});
  telling.Say(System::kVault, Later(kOwnerLeft, 5 * kMinute), "", "mara-login-revoked",
              CredentialRevoked{.identity = owner, .credential = "login-mara", .reason = "left the company"});
  telling.SayLate(
      System::kAccess, Later(kOwnerLeft, 30 * kMinute), Utc(2025, 12, 19, 11, 4), kAdmin, "mara-releases-revoked",
      GrantRevoked{.principal = owner, .grant = "mara-releases", .reason = "left the company; found by a monthly check"});
}

// An administrator moves to another team and keeps what she was given for the old one.
void TellMover(Telling& telling) {
  telling.Say(System::kAccess, Utc(2025, 3, 3, 10), kAdmin, "lena-deploys-granted",
              GrantIssued{.grant = "lena-deploys", .principal = Text(kFormerAdmin), .role = "role:ci-deployer"});
  telling.Say(System::kPeople, Utc(2026, 2, 2, 8, 30), "", "lena-moved",
              IdentityUpdated{.identity = Text(kFormerAdmin), .attributes = "{\"department\":\"data\"}"});
  telling.Say(
      System::kDirectory, Utc(2026, 2, 2, 9), kAdmin, "lena-leaves-admins",
      MembershipRemoved{.member = Text(kFormerAdmin), .group = Text(kPlatformAdmins), .reason = "moved to the data team"});
}

// The outage in January, and two controls that saw the grant and let it stand.
void TellHandMadeGrant(Telling& telling) {
  const std::string robot = Text(kRobot), grant = Text(kHandGrant);
  telling.Say(System::kConsole, kGrantedByHand, kByHand, "outage-0119-granted",
              GrantIssued{.grant = grant,
                          .principal = robot,
                          .role = Text(kProdAdmin),
                          .scope = "bucket:prod",
                          .justification = "payments are down, the pipeline is stuck; will clean up"});
  telling.Say(System::kReviews, Utc(2026, 1, 26, 10), kAdmin, "ci-robot-42-exception",
              ExceptionGranted{.exception = "exception-ci-robot-42",
                               .subject = robot,
                               .rule = "long_lived_secret",
                               .expires_at = Utc(2026, 2, 28),
                               .approver = Text(kAdmin),
                               .reason = "the key is rotated with the new pipeline"});
  const std::string review = "review-prod-admin-2026-02";
  telling.Say(System::kReviews, Utc(2026, 2, 16, 9), "", "review-prod-admin-opened",
              ReviewOpened{.review = review,
                           .scope = {.role = Text(kProdAdmin)},
                           .as_of = Utc(2026, 2, 16),
                           .due_at = Utc(2026, 2, 27),
                           .reviewer = Text(kAdmin)});
  telling.Say(System::kReviews, Utc(2026, 2, 20, 15, 10), kAdmin, "review-prod-admin-group",
              ReviewDecided{.review = review,
                            .principal = Text(kPlatformAdmins),
                            .grant = "platform-admins",
                            .decision = "keep",
                            .reviewer = Text(kAdmin),
                            .reason = "on call"});
  telling.Say(System::kReviews, Utc(2026, 2, 20, 15, 12), kAdmin, "review-prod-admin-robot",
              ReviewDecided{.review = review,
                            .principal = robot,
                            .grant = grant,
                            .decision = "revoke",
                            .reviewer = Text(kAdmin),
                            .reason = "a pipeline needs no admin"});
  telling.Say(System::kReviews, Utc(2026, 2, 27, 18), "", "review-prod-admin-closed", ReviewClosed{.review = review});
}

// The break glass of that night, as the broker first told it: on the wrong name.
void TellBreakGlass(Telling& telling) {
  const std::string request = "request-break-glass-0314", wrong = Text(kWrongHolder);
  telling.Say(System::kPrivileged, Later(kBreakGlassFrom, -2 * kMinute), "", "break-glass-0314-requested",
              GrantRequested{.request = request,
                             .principal = wrong,
                             .role = Text(kProdAdmin),
                             .scope = "bucket:prod",
                             .kind = "break_glass",
                             .justification = "ledger replication is stuck"});
  telling.Say(System::kPrivileged, kBreakGlassFrom, "", "break-glass-0314-granted",
              GrantIssued{.grant = Text(kBreakGlassGrant),
                          .principal = wrong,
                          .role = Text(kProdAdmin),
                          .scope = "bucket:prod",
                          .kind = "break_glass",
                          .expires_at = kBreakGlassUntil,
                          .request = request});
  telling.Say(
      System::kPrivileged, Utc(2026, 3, 14, 2, 5), kAdmin, "break-glass-0314-approved",
      GrantApproved{.principal = wrong, .request = request, .approver = Text(kAdmin), .reason = "approved after the fact"});
}

void TellTheNight(Telling& telling) {
  const std::string robot = Text(kRobot);
  telling.Say(System::kGateway, Utc(2026, 3, 14, 1, 55, 40), "", "used-0314-priya",
              AccessUsed{.identity = Text(kTrueHolder),
                         .action = "bucket:Read",
                         .resource = "bucket:prod/ledger/2026",
                         .outcome = Outcome::kAllowed,
                         .network = "10.20.4.17"});
  telling.Say(System::kGateway, kIncident, "", "used-0314-robot",
              AccessUsed{.identity = robot,
                         .action = Text(kAction),
                         .resource = Text(kLedger),
                         .outcome = Outcome::kAllowed,
                         .credential = "key-ci-robot-42",
                         .network = "203.0.113.77"});
  telling.Say(
      System::kVault, Utc(2026, 3, 14, 5, 40), kInvestigator, "ci-robot-42-key-compromised",
      CredentialCompromised{.identity = robot, .credential = "key-ci-robot-42", .reason = "used from an unknown network"});
  telling.Say(System::kVault, Utc(2026, 3, 14, 6, 2), "", "ci-robot-42-key-revoked",
              CredentialRevoked{.identity = robot, .credential = "key-ci-robot-42", .reason = "compromised"});
  telling.Say(System::kDirectory, Utc(2026, 3, 14, 6, 30), kInvestigator, "ci-robot-42-suspended",
              IdentitySuspended{.identity = robot, .reason = "under investigation"});
  telling.SayLate(
      System::kAccess, kRevokedAsFirstTold, Utc(2026, 3, 16, 8, 47), kByHand, "outage-0119-revoked",
      GrantRevoked{.principal = robot, .grant = Text(kHandGrant), .reason = "ticket closed: removed on Friday evening"});
}

}  // namespace

void TellIncident(Telling& telling) {
  TellSelfApproval(telling);
  TellOwnerLeaving(telling);
  TellMover(telling);
  TellHandMadeGrant(telling);
  TellBreakGlass(telling);
  TellTheNight(telling);
}

}  // namespace tenure::connect::generate
