// What the investigation found: the same facts told anew, by the systems that had told them wrong.
#include <string>

#include "connect/generate/cast.h"
#include "connect/generate/story.h"

namespace tenure::connect::generate {
namespace {

constexpr EffectiveTime kFoundOut = Utc(2026, 5, 4, 9, 0, 0);

std::string Text(std::string_view text) { return std::string(text); }

// The cloud's own log shows when the grant was really removed: hours after the incident, not on Friday evening.
void CorrectTheRevoke(Telling& telling) {
  telling
      .SayLate(
          System::kAccess, kRevokedInTruth, kFoundOut, kInvestigator, "outage-0119-revoked-corrected",
          GrantRevoked{
              .principal = Text(kRobot), .grant = Text(kHandGrant), .reason = "time of removal taken from the cloud's own log"})
      .supersedes = {{Text(SourceOf(System::kAccess)), "outage-0119-revoked"}};
}

// The broker had booked the break glass on whoever stood on the rota. One event takes its wrong word back, another says it right.
void CorrectTheBreakGlass(Telling& telling) {
  const std::string source = Text(SourceOf(System::kPrivileged)), holder = Text(kTrueHolder),
                    request = "request-break-glass-0314";
  telling.Say(System::kPrivileged, kFoundOut, kInvestigator, "break-glass-0314-retracted",
              EventRetracted{.target = {source, "break-glass-0314-granted"},
                             .key = Text(kWrongHolder),
                             .reason = "booked on the rota's name; another engineer took it"});
  telling.SayLate(System::kPrivileged, kBreakGlassFrom, Later(kFoundOut, kMinute), kInvestigator,
                  "break-glass-0314-granted-corrected",
                  GrantIssued{.grant = Text(kBreakGlassGrant),
                              .principal = holder,
                              .role = Text(kProdAdmin),
                              .scope = "bucket:prod",
                              .kind = "break_glass",
                              .expires_at = kBreakGlassUntil,
                              .request = request});
  telling
      .SayLate(
          System::kPrivileged, Utc(2026, 3, 14, 2, 5), Later(kFoundOut, 2 * kMinute), kAdmin,
          "break-glass-0314-approved-corrected",
          GrantApproved{.principal = holder, .request = request, .approver = Text(kAdmin), .reason = "approved after the fact"})
      .supersedes = {{source, "break-glass-0314-approved"}};
}

void CorrectTheOwner(Telling& telling) {
  telling.SayLate(System::kPipeline, kOwnerLeft, Later(kFoundOut, 3 * kMinute), kInvestigator, "ci-robot-42-has-no-owner",
                  IdentityOwnerChanged{.identity = Text(kRobot), .owner = std::nullopt});
}

}  // namespace

std::vector<Event> Correction() {
  Telling telling;
  CorrectTheRevoke(telling);
  CorrectTheBreakGlass(telling);
  CorrectTheOwner(telling);
  std::vector<Event> events;
  for (Told& told : std::move(telling).InOrder()) events.push_back(std::move(told.event));
  return events;
}

}  // namespace tenure::connect::generate
