#include <gtest/gtest.h>

#include <random>

#include "event/codec.h"

namespace tenure::event {
namespace {

Payload Rich() {
  GrantIssued g{.grant = "g-1", .principal = "user:alice"};
  g.permissions = {{Effect::kDeny, true, false, {"a", "b"}, {"c"}, Covers::kLiteral, "if"}, {}};
  g.expires_at = EffectiveTime{-1};
  return g;
}

TEST(Pack, KeepsAbsentClearedAndSetApart) {
  for (const Settable<std::string>& name :
       {Settable<std::string>{}, Settable<std::string>{true, std::nullopt}, Settable<std::string>{true, "A"}}) {
    const auto back = UnpackPayload(PackPayload(IdentityUpdated{.identity = "user:a", .display_name = name}));
    EXPECT_EQ(std::get<IdentityUpdated>(*back).display_name, name);
  }
  for (const std::optional<bool>& pending : {std::optional<bool>{}, std::optional<bool>{false}, std::optional<bool>{true}})
    EXPECT_EQ(std::get<IdentityRegistered>(*UnpackPayload(PackPayload(IdentityRegistered{.pending = pending}))).pending, pending);
}

TEST(Pack, KeepsPermissionsTimesAndPositions) {
  const auto grant = std::get<GrantIssued>(*UnpackPayload(PackPayload(Rich())));
  EXPECT_EQ(grant.permissions, std::get<GrantIssued>(Rich()).permissions);
  EXPECT_EQ(grant.expires_at, EffectiveTime{-1});
  const Position position{Topic::kUsage, INT32_MAX, INT64_MAX};
  EXPECT_EQ(std::get<DeadLetterResolved>(*UnpackPayload(PackPayload(DeadLetterResolved{.position = position}))).position,
            position);
}

TEST(Pack, EveryCutIsNoticed) {
  const std::string bytes = PackPayload(Rich());
  for (std::size_t length = 0; length < bytes.size(); ++length) EXPECT_FALSE(UnpackPayload(bytes.substr(0, length))) << length;
  EXPECT_FALSE(UnpackPayload(bytes + '\0'));
}

TEST(Pack, HostileBytesAreReadToAnEndOrAnError) {
  std::mt19937_64 random(20260105);
  const std::string sound = PackPayload(Rich());
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = sound;
    for (int flips = static_cast<int>(random() % 4); flips >= 0; --flips)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto payload = UnpackPayload(bytes);
    EXPECT_TRUE(payload || payload.error().code == "payload_unreadable");
  }
  EXPECT_FALSE(UnpackPayload("\xff"));
  EXPECT_FALSE(UnpackPayload(std::string("\x02", 1) + std::string(10, '\xff')));  // a length of 2^64 and more
}

}  // namespace
}  // namespace tenure::event
