// The cast before anything went wrong: who is there, which groups and roles, and what was given in proper form.
#include <string>

#include "connect/generate/cast.h"
#include "connect/generate/story.h"

namespace tenure::connect::generate {
namespace {

constexpr EffectiveTime kFirstDay = kBegin;

std::string Text(std::string_view text) { return std::string(text); }
Permission Allow(std::vector<std::string> actions, std::vector<std::string> resources) {
  return {.actions = std::move(actions), .resources = std::move(resources)};
}

void TellConnectors(Telling& telling) {
  constexpr System kFirstOfAll[] = {System::kPeople,   System::kDirectory, System::kAccess, System::kPrivileged,
                                    System::kPipeline, System::kMesh,      System::kAgents, System::kVendors,
                                    System::kVault,    System::kReviews,   System::kGateway};
  for (const System system : kFirstOfAll)
    telling.Say(
        System::kDirectory, kFirstDay, "", "connector-" + Text(SourceOf(system)),
        IdentityRegistered{.identity = Text(AccountOf(system)), .observed = true, .owner = Text(kAdmin), .environment = "prod"});
}

void TellPeople(Telling& telling) {
  struct Person {
    std::string_view ref, word, name, title;
  };
  constexpr Person kPeople[] = {{kAdmin, "tomas", "Tomas Ek", "platform lead"},
                                {kOwnerWhoLeft, "mara", "Mara Voss", "release engineer"},
                                {kByHand, "jonas", "Jonas Feld", "site reliability"},
                                {kTrueHolder, "priya", "Priya Nair", "database administrator"},
                                {kWrongHolder, "omar", "Omar Haddad", "database administrator"},
                                {kFormerAdmin, "lena", "Lena Brandt", "platform engineer"},
                                {kDirector, "viktor", "Viktor Hale", "director of engineering"},
                                {kInvestigator, "ines", "Ines Duarte", "security investigator"}};
  for (const Person& person : kPeople) {
    telling.Say(System::kPeople, Later(kFirstDay, kMinute), "", "joined-" + Text(person.word),
                IdentityRegistered{.identity = Text(person.ref),
                                   .source_system = "hr.example",
                                   .display_name = Text(person.name),
                                   .attributes = "{\"title\":\"" + Text(person.title) + "\"}"});
    telling.Say(System::kDirectory, Later(kFirstDay, 2 * kMinute), "", "login-" + Text(person.word),
                CredentialIssued{.identity = Text(person.ref), .credential = "login-" + Text(person.word), .kind = "password"});
  }
}

void TellMachines(Telling& telling) {
  telling.Say(System::kMesh, Later(kFirstDay, kHour), "", "ledger-writer-registered",
              IdentityRegistered{.identity = Text(kLedgerWriter), .owner = Text(kTrueHolder), .environment = "prod"});
  telling.Say(System::kPipeline, Utc(2024, 2, 5, 9, 30), kOwnerWhoLeft, "ci-robot-42-registered",
              IdentityRegistered{.identity = Text(kRobot),
                                 .owner = Text(kOwnerWhoLeft),
                                 .environment = "prod",
                                 .source_system = "ci.example",
                                 .display_name = "release pipeline"});
  telling.Say(System::kVault, Utc(2024, 2, 5, 9, 31), "", "ci-robot-42-key",
              CredentialIssued{.identity = Text(kRobot), .credential = "key-ci-robot-42", .kind = "access_key"});
  telling.Say(
      System::kAgents, Utc(2025, 9, 8, 10), kTrueHolder, "triage-7-registered",
      IdentityRegistered{
          .identity = Text(kAgent), .owner = Text(kTrueHolder), .environment = "prod", .display_name = "incident triage agent"});
  telling.Say(System::kVendors, Utc(2025, 6, 10, 9), kAdmin, "northwind-registered",
              IdentityRegistered{.identity = Text(kSupplier),
                                 .owner = Text(kAdmin),
                                 .display_name = "Northwind support",
                                 .expires_at = Utc(2027, 6, 10)});
  telling.Say(System::kVendors, Utc(2025, 1, 13, 9), kInvestigator, "acme-audit-registered",
              IdentityRegistered{.identity = Text(kAuditor), .owner = Text(kInvestigator), .display_name = "Acme auditors"});
}

void TellGroups(Telling& telling) {
  constexpr System kDir = System::kDirectory;
  for (const std::string_view group : {"platform-admins", "engineering", "third-parties"})
    telling.Say(kDir, Later(kFirstDay, 3 * kMinute), kAdmin, "group-" + Text(group),
                IdentityRegistered{.identity = "group:" + Text(group), .owner = Text(kAdmin)});
  const auto join = [&](EffectiveTime time, std::string_view id, std::string_view member, std::string_view group) {
    telling.Say(kDir, time, kAdmin, id, MembershipAdded{.member = Text(member), .group = Text(group)});
  };
  join(Later(kFirstDay, 4 * kMinute), "admins-are-engineers", kPlatformAdmins, "group:engineering");
  join(Later(kFirstDay, 4 * kMinute), "tomas-joins-admins", kAdmin, kPlatformAdmins);
  join(Later(kFirstDay, 4 * kMinute), "lena-joins-admins", kFormerAdmin, kPlatformAdmins);
  join(Utc(2025, 1, 13, 9, 5), "acme-is-third-party", kAuditor, "group:third-parties");
  join(Utc(2025, 6, 10, 9, 5), "northwind-is-third-party", kSupplier, "group:third-parties");
  join(Utc(2025, 6, 10, 9, 6), "northwind-joins-admins", kSupplier, kPlatformAdmins);
}

void TellRoles(Telling& telling) {
  const auto define = [&](std::string_view name, std::vector<Permission> permissions, std::string_view description) {
    telling.Say(
        System::kAccess, Later(kFirstDay, 5 * kMinute), kAdmin, "role-" + Text(name),
        RoleDefined{.role = "role:" + Text(name), .permissions = std::move(permissions), .description = Text(description)});
  };
  define("prod-admin", {Allow({"bucket:*", "db:*"}, {"bucket:prod", "db:prod"})}, "everything on production data");
  define("ledger-writer", {Allow({"bucket:Read", "bucket:Write"}, {"bucket:prod/ledger"})}, "the ledger service");
  define("ledger-auditor", {Allow({"bucket:Read", "bucket:List"}, {"bucket:prod/ledger"})}, "read the ledger");
  Permission act_as = Allow({"assume"}, {Text(kLedgerWriter)});
  act_as.covers = Covers::kLiteral;
  define("ledger-act-as", {act_as}, "act as the ledger service");
  Permission deny = Allow({"bucket:Write", "bucket:Delete", "db:Write", "db:Delete"}, {"bucket:prod/ledger", "db:prod/ledger"});
  deny.effect = Effect::kDeny;
  define("no-ledger-writes", {deny}, "third parties never write to the ledger");
  define("ci-deployer",
         {Allow({"bucket:Read", "bucket:Write"}, {"bucket:artifacts"}), Allow({"deploy:Start"}, {"cluster:prod/apps"})},
         "release pipelines");
  define("organisation-admin", {Allow({"*"}, {"*"})}, "everything");
  define("directory-reader", {Allow({"directory:Read"}, {"directory:organisation"})}, "look people up");
  define("legacy-batch", {Allow({"bucket:*"}, {"bucket:legacy"})}, "night batches of the old platform");
  telling.Say(System::kAccess, Utc(2024, 11, 1, 12), kAdmin, "role-legacy-batch-retired",
              RoleRetired{.role = "role:legacy-batch"});
}

// Asked, approved by another, issued by the broker: the way it should be.
void GiveProperly(Telling& telling, EffectiveTime time, std::string_view word, std::string_view principal, std::string_view role,
                  std::string_view asker, std::string_view approver) {
  const std::string request = "request-" + Text(word);
  const auto say = [&](EffectiveTime at, std::string_view actor, std::string_view id, Payload payload) {
    telling.Say(System::kAccess, at, actor, id, std::move(payload)).correlationid = request;
  };
  say(time, asker, Text(word) + "-requested",
      GrantRequested{.request = request, .principal = Text(principal), .role = Text(role)});
  say(Later(time, 20 * kMinute), approver, Text(word) + "-approved",
      GrantApproved{.principal = Text(principal), .request = request, .approver = Text(approver)});
  say(Later(time, 21 * kMinute), "", Text(word) + "-granted",
      GrantIssued{.grant = Text(word), .principal = Text(principal), .role = Text(role), .request = request});
}

void TellProperGrants(Telling& telling) {
  const EffectiveTime morning = Later(kFirstDay, 2 * kHour);
  GiveProperly(telling, morning, "platform-admins", kPlatformAdmins, kProdAdmin, kAdmin, kInvestigator);
  GiveProperly(telling, Later(morning, kHour), "ledger-writer", kLedgerWriter, "role:ledger-writer", kTrueHolder, kAdmin);
  GiveProperly(telling, Utc(2024, 2, 5, 10), "ci-robot-42-deploys", kRobot, "role:ci-deployer", kOwnerWhoLeft, kAdmin);
  GiveProperly(telling, Utc(2025, 1, 13, 10), "acme-audits", kAuditor, "role:ledger-auditor", kInvestigator, kAdmin);
  GiveProperly(telling, Utc(2025, 9, 8, 11), "triage-7-acts", kAgent, "role:ledger-act-as", kTrueHolder, kAdmin);
  const auto give = [&](std::string_view word, std::string_view principal, std::string_view role) {
    telling.Say(System::kAccess, Later(morning, 3 * kHour), kAdmin, Text(word) + "-granted",
                GrantIssued{.grant = Text(word), .principal = Text(principal), .role = Text(role)});
  };
  give("everyone-reads-directory", "everyone:*", "role:directory-reader");
  give("third-parties-no-ledger", "group:third-parties", "role:no-ledger-writes");
}

}  // namespace

void TellSetting(Telling& telling) {
  TellConnectors(telling);
  TellPeople(telling);
  TellMachines(telling);
  TellGroups(telling);
  TellRoles(telling);
  TellProperGrants(telling);
}

}  // namespace tenure::connect::generate
