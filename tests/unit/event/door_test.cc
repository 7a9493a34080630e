// Secrets: found at the door, masked in output, and never in an error.
#include "event/door.h"

#include "event/secrets.h"
#include "written.h"

namespace tenure::event {
namespace {

const std::string kJwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
const std::string kGithub = "ghp_" + std::string(36, 'a');
const std::string kSlack = "xoxb-1234567890-abcdef";

TEST(Secrets, AreFoundWhereTheyStand) {
  EXPECT_EQ(FindSecret(R"({"data":{"attributes":{"password":"hunter2"}}})"), "data.attributes.password");
  EXPECT_EQ(FindSecret(R"({"a":[{"b":"x"},{"session_token":"t"}]})"), "a[1].session_token");
  EXPECT_EQ(FindSecret(R"({"Secret":["a"]})"), "Secret[0]");
  EXPECT_EQ(FindSecret("{\"reason\":\"Bearer " + kJwt + "\"}"), "reason");
  EXPECT_EQ(FindSecret("{\"reason\":\"" + kGithub + "\"}"), "reason");
  EXPECT_EQ(FindSecret("{\"reason\":\"see " + kSlack + "\"}"), "reason");
  EXPECT_EQ(FindSecret(R"({"k":"key:-----BEGIN RSA PRIVATE KEY-----\nMII"})"), "k");
  EXPECT_EQ(FindSecret(R"({"k":"-----BEGIN OPENSSH PRIVATE KEY-----"})"), "k");
}

// Most texts are let through without being taken apart: wherever a secret stands, this one isn't.
TEST(Secrets, AreFoundAtEachPlaceOfAText) {
  for (std::size_t before = 0; before < 40; ++before) {
    const std::string head = "{\"" + std::string(before, 'a') + "b\":", filler(before, '.');
    for (const std::string& secret : {kJwt, kGithub, kSlack, std::string("-----BEGIN PRIVATE KEY-----")})
      EXPECT_TRUE(FindSecret(head + "\"" + secret + "\"}")) << before << secret;
    for (const char* name : {"password", "PassworD", "secret", "SECRET", "my_token", "_TOKEN"})
      EXPECT_TRUE(FindSecret("{\"a\":\"" + filler + "\",\"" + name + "\" :\"x\"}")) << before << name;
    EXPECT_TRUE(FindSecret(head + R"("\u0067\u0068p_)" + std::string(20, 'a') + "\"}")) << before;
    EXPECT_TRUE(FindSecret("{\"a\":\"" + filler + R"(","passwor\u0064":"x"})")) << before;
  }
}

TEST(Secrets, InANameAreFoundAndNotRepeated) { EXPECT_EQ(FindSecret("{\"a\":{\"" + kGithub + "\":1}}"), "a.[masked]"); }

TEST(Secrets, WhatOnlyLooksAlikeIsLeftAlone) {
  for (const char* json :
       {R"({"password":""})", R"({"password":7})", R"({"password":null})", R"({"credential":"AKIAIOSFODNN7EXAMPLE"})",
        R"({"token":"t"})", R"({"next_tokens":"t"})", R"({"secret_id":"s"})", R"({"reason":"eyJhbGciOi.x"})",
        R"({"reason":"a.b.c"})", R"({"k":"-----BEGIN CERTIFICATE-----"})", R"({"k":"-----BEGIN PUBLIC KEY-----"})",
        R"({"k":"ghp_"})", R"({"k":"xoxox-"})"})
    EXPECT_EQ(FindSecret(json), std::nullopt) << json;
}

TEST(Secrets, AreMaskedInJsonAndInOtherText) {
  EXPECT_EQ(MaskSecrets(R"({"a":1.50,"password":"hunter2","b":"c"})"), R"({"a":1.5,"password":"[masked]","b":"c"})");
  EXPECT_EQ(MaskSecrets("{ \"a\": 1.50 }"), "{ \"a\": 1.50 }");  // nothing to mask: as written
  EXPECT_EQ(MaskSecrets("not json " + kJwt + " end"), "not json [masked] end");
  EXPECT_EQ(MaskSecrets("{\"" + kGithub + "\":1}"), R"({"[masked]":1})");
  EXPECT_EQ(MaskSecrets("\"reason\": \"" + kSlack + "\" is unknown"), "\"reason\": \"[masked]\" is unknown");
}

TEST(Secrets, ManyBeginningsCostNoMoreThanTheText) {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += "eyJ.";
  EXPECT_FALSE(FindSecret("{\"a\":\"" + text + "\"}"));
}

TEST(Door, RefusesASecretAndSaysWhereButNotWhat) {
  const std::string json = Written("identity.registered", R"({"identity":"user:a","attributes":{"db_token":"s3cr3t-value"}})");
  Decoder decoder;
  const auto event = ReadAtDoor(json, decoder);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().code, "event_secret");
  EXPECT_NE(event.error().reason.find("data.attributes.db_token"), std::string::npos);
  EXPECT_EQ(event.error().ToString().find("s3cr3t"), std::string::npos);
  EXPECT_EQ(CheckAtDoor(MustRead(json)).error().code, "event_secret");  // readable all the same: projection takes it
}

TEST(Door, LooksIntoAttributesThatAreOtherwiseIgnored) {
  const std::string json = Written("identity.suspended", R"({"identity":"user:a"})", "\"myext\":\"" + kJwt + "\",");
  EXPECT_EQ(CheckAtDoor(json).error().code, "event_secret");
}

TEST(Door, LetsOrdinaryEventsThrough) {
  Decoder decoder;
  EXPECT_TRUE(ReadAtDoor(
      Written("credential.issued", R"({"identity":"user:a","credential":"AKIAEXAMPLE","fingerprint":"sha256:00"})"), decoder));
}

}  // namespace
}  // namespace tenure::event
