// What can still be told of a record that is no event.
#include "written.h"

namespace tenure::event {
namespace {

Decoder::Salvage Saved(std::string_view json) {
  Decoder decoder;
  return decoder.SalvageFrom(json);
}

TEST(Salvage, TellsEachPartAsFarAsItCanBeRead) {
  const auto s = Saved(
      R"({"source":"s","id":"1","type":"tenure.grant.revoked.v1","time":"1970-01-01T00:00:00Z","data":{"principal":"user:a","graint":"g"}})");
  EXPECT_EQ(s.name, (EventName{"s", "1"}));
  EXPECT_EQ(s.type, EventType::kGrantRevoked);
  EXPECT_EQ(s.time, EffectiveTime{0});
  EXPECT_EQ(s.key, "user:a");
  EXPECT_FALSE(s.carries_supersedes);
}

TEST(Salvage, GuessesNothing) {
  const auto s = Saved(
      R"({"source":"s","type":"tenure.grant.revoked.v9","time":"1970-01-01","supersedes":7,"data":{"principal":"user:a"}})");
  EXPECT_FALSE(s.name);
  EXPECT_FALSE(s.type);
  EXPECT_FALSE(s.time);
  EXPECT_EQ(s.key, "");  // without a type nobody knows which field is the key
  EXPECT_TRUE(s.carries_supersedes);
}

TEST(Salvage, AKeyIsAReferenceOrNothing) {
  EXPECT_EQ(Saved(Written("membership.added", R"({"member":"alice","group":"group:g"})")).key, "");
  EXPECT_EQ(Saved(Written("membership.added", R"({"member":["user:a"],"group":"group:g"})")).key, "");
  EXPECT_EQ(Saved(Written("role.defined", R"({"role":"role:r"})")).key, "role:r");
}

TEST(Salvage, ReachesBeyondTheLimitOfAnEvent) {
  EXPECT_EQ(
      Saved(Written("grant.revoked", R"({"principal":"user:a","reason":")" + std::string(3 * kEventBytesMax, 'r') + "\"}")).key,
      "user:a");
}

TEST(Salvage, NoiseIsNothing) {
  for (const char* text : {"", "x", "[]", "{\"data\":", "\xff\xfe"}) EXPECT_FALSE(Saved(text).name) << text;
  EXPECT_EQ(Saved(R"({"type":"tenure.grant.revoked.v1","data":[]})").key, "");
}

}  // namespace
}  // namespace tenure::event
