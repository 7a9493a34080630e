// Whom a record on Kafka names as its writer, and when that is believed.
#include "log/kafka/wire.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tenure::log {
namespace {

const std::string kKey(32, 'k');

std::string Registered(const std::string& id, const std::string& who = "user:a") {
  return R"({"specversion":"1.0","id":")" + id + R"(","source":"hr","type":"tenure.identity.registered.v1",)" +
         R"("time":"2026-01-01T00:00:00Z","data":{"identity":")" + who + "\"}}";
}

std::vector<Header> Signed(const std::string& value, const std::string& writer, const std::string& key = kKey) {
  return HeadersFor({Topic::kIdentity, "user:a", value, writer}, key);
}

std::string& Of(std::vector<Header>& headers, const std::string& name) {
  return std::find_if(headers.begin(), headers.end(), [&](const Header& h) { return h.name == name; })->value;
}

TEST(KafkaWireTest, AWriterThatTheDoorSignedIsBelieved) {
  const std::string value = Registered("e1");
  EXPECT_EQ(VerifiedWriter(Signed(value, "hr-connector"), value, kKey), "hr-connector");
}

TEST(KafkaWireTest, TheSignatureHoldsForAnotherSpellingOfTheSameEvent) {
  const std::string value = Registered("e1");
  std::string spaced = value;
  spaced.insert(1, "  ");
  EXPECT_EQ(VerifiedWriter(Signed(value, "hr-connector"), spaced, kKey), "hr-connector");
}

TEST(KafkaWireTest, AForgedWriterIsNobody) {
  const std::string value = Registered("e1");
  auto renamed = Signed(value, "hr-connector");
  Of(renamed, "tenure-writer") = "admin";
  EXPECT_EQ(VerifiedWriter(renamed, value, kKey), "");
  auto guessed = Signed(value, "hr-connector");
  Of(guessed, "tenure-writer-hmac") = std::string(32, '\0');
  EXPECT_EQ(VerifiedWriter(guessed, value, kKey), "");
  Of(guessed, "tenure-writer-hmac").clear();
  EXPECT_EQ(VerifiedWriter(guessed, value, kKey), "");
  EXPECT_EQ(VerifiedWriter({{"tenure-writer", "admin"}}, value, kKey), "");
}

TEST(KafkaWireTest, ASignatureIsOfItsEventAlone) {
  const auto headers = Signed(Registered("e1"), "hr-connector");
  EXPECT_EQ(VerifiedWriter(headers, Registered("e2"), kKey), "") << "another name";
  EXPECT_EQ(VerifiedWriter(headers, Registered("e1", "user:b"), kKey), "") << "other content";
  EXPECT_EQ(VerifiedWriter(headers, "garbage", kKey), "");
}

TEST(KafkaWireTest, AnotherKeyOrNoneBelievesNobody) {
  const std::string value = Registered("e1");
  EXPECT_EQ(VerifiedWriter(Signed(value, "hr-connector", std::string(32, 'x')), value, kKey), "");
  EXPECT_EQ(VerifiedWriter(Signed(value, "hr-connector"), value, ""), "");
  EXPECT_EQ(Signed(value, "hr-connector", "").size(), 1U) << "without a key no writer is named";
  EXPECT_EQ(Signed(value, "").size(), 1U);
}

}  // namespace
}  // namespace tenure::log
