// Every generated event is one that the door accepts, and none but the cast's reaches the ledger.
#include <gtest/gtest.h>

#include <map>

#include "connect/generate/cast.h"
#include "decoding.h"
#include "event/reference.h"
#include "recording.h"

namespace tenure::connect {
namespace {

TEST(GeneratedEvents, AreAllReadable) {
  event::Decoder decoder;
  for (const std::uint64_t seed : {1, 20'260'314}) {
    for (const Event& event : Recorded(seed, 20'000)) ExpectDecodes(decoder, event);
  }
  for (const Event& event : RecordedCorrection()) ExpectDecodes(decoder, event);
}

TEST(GeneratedEvents, NoRoleOrGrantButTheCastsCoversTheLedger) {
  const auto reaches_ledger = [](const std::vector<Permission>& permissions) {
    return std::any_of(permissions.begin(), permissions.end(), [](const Permission& permission) {
      return std::any_of(permission.resources.begin(), permission.resources.end(),
                         [](const std::string& pattern) { return event::CoversResource(pattern, generate::kLedger, true); });
    });
  };
  std::map<std::string, bool> reaching;
  for (const Event& event : Recorded(8, 20'000)) {
    if (const auto* defined = std::get_if<RoleDefined>(&event.payload))
      reaching[defined->role] = reaches_ledger(defined->permissions);
    if (const auto* grant = std::get_if<GrantIssued>(&event.payload)) {
      EXPECT_FALSE(reaches_ledger(grant->permissions)) << event.name.id;
    }
  }
  for (const auto& [role, reaches] : reaching)
    EXPECT_EQ(reaches, role == generate::kProdAdmin || role == "role:ledger-writer" || role == "role:ledger-auditor" ||
                           role == "role:no-ledger-writes" || role == "role:organisation-admin")
        << role;
}

}  // namespace
}  // namespace tenure::connect
