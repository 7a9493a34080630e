#pragma once
// The incident that every generated organisation goes through, by name and moment.
//
// On kIncident the robot kRobot wrote to kLedger. Its owner had left in November. In January kByHand had given it kProdAdmin from
// the cloud console during an outage, outside every process; a review decided in February to revoke it, and nobody did.
//
//                                        as first told                      after the correction
//   the robot's grant ended              2026-03-13T18:00:00Z               2026-03-14T06:05:12Z
//   so could the robot do it?            no                                 yes
//   the break glass of that night was    kWrongHolder's                     kTrueHolder's
//
// Others who could at that moment, then and now: kAdmin (by a group), kDirector (by a grant he approved himself), kLedgerWriter
// (a workload), kAgent (by assuming that workload). kSupplier is in the same group as kAdmin, but denied.
#include <string_view>

#include "connect/generate/calendar.h"

namespace tenure::connect::generate {

inline constexpr std::string_view kRobot = "service_account:ci-robot-42";
inline constexpr std::string_view kOwnerWhoLeft = "user:mara.voss";
inline constexpr std::string_view kByHand = "user:jonas.feld";
inline constexpr std::string_view kAdmin = "user:tomas.ek";
inline constexpr std::string_view kFormerAdmin = "user:lena.brandt";
inline constexpr std::string_view kDirector = "user:viktor.hale";
inline constexpr std::string_view kWrongHolder = "user:omar.haddad";
inline constexpr std::string_view kTrueHolder = "user:priya.nair";
inline constexpr std::string_view kInvestigator = "user:ines.duarte";
inline constexpr std::string_view kLedgerWriter = "workload:spiffe://prod/ns/ledger/sa/writer";
inline constexpr std::string_view kAgent = "agent:triage-7";
inline constexpr std::string_view kSupplier = "external:northwind-support";
inline constexpr std::string_view kAuditor = "external:acme-audit";

inline constexpr std::string_view kProdAdmin = "role:prod-admin";
inline constexpr std::string_view kPlatformAdmins = "group:platform-admins";
inline constexpr std::string_view kLedger = "bucket:prod/ledger/2026";
inline constexpr std::string_view kAction = "bucket:Write";  // kProdAdmin allows every bucket: and db: action below bucket:prod
inline constexpr std::string_view kHandGrant = "outage-0119";
inline constexpr std::string_view kBreakGlassGrant = "break-glass-0314";

inline constexpr EffectiveTime kOwnerLeft = Utc(2025, 11, 28, 17, 0, 0);
inline constexpr EffectiveTime kGrantedByHand = Utc(2026, 1, 19, 23, 52, 10);
inline constexpr EffectiveTime kBreakGlassFrom = Utc(2026, 3, 14, 1, 41, 30);
inline constexpr EffectiveTime kBreakGlassUntil = Utc(2026, 3, 14, 3, 41, 30);
inline constexpr EffectiveTime kIncident = Utc(2026, 3, 14, 2, 17, 0);
inline constexpr EffectiveTime kRevokedAsFirstTold = Utc(2026, 3, 13, 18, 0, 0);
inline constexpr EffectiveTime kRevokedInTruth = Utc(2026, 3, 14, 6, 5, 12);

}  // namespace tenure::connect::generate
