// The AuthZEN routes as their callers see them: who may look back, what is read of a request, what a page token carries.
#include "http/authzen.h"

#include <gtest/gtest.h>

#include <atomic>

#include "conformance/temporary_directory.h"
#include "http/router.h"
#include "http/service.h"

namespace tenure::http {
namespace {

constexpr const char* kRecord[] = {
    R"({"specversion":"1.0","source":"t","id":"1","type":"tenure.identity.registered.v1","time":"2024-01-10T00:00:00Z",)"
    R"("data":{"identity":"user:alice"}})",
    R"({"specversion":"1.0","source":"t","id":"2","type":"tenure.identity.registered.v1","time":"2024-01-10T00:00:00Z",)"
    R"("data":{"identity":"user:bob"}})",
    R"({"specversion":"1.0","source":"t","id":"3","type":"tenure.grant.issued.v1","time":"2024-01-10T00:00:00Z",)"
    R"("data":{"grant":"g","principal":"everyone:*","permissions":[{"effect":"allow","actions":["read"],"resources":["record:1"]}]}})"};

constexpr const char* kSubjects =
    R"({"subject":{"type":"user"},"action":{"name":"read"},"resource":{"type":"record","id":"1"},"page":{"limit":1)";

std::string Told(const Response& response) {
  std::string told;
  for (const Field& field : response.asked) told += field.name + '=' + field.value + ' ';
  return told;
}

struct Office : testing::Test {
  Office() {
    ServiceOptions options;
    options.record.data_dir = directory.Path() + "/data";
    options.record.now = [this] { return EffectiveTime{now_us}; };
    service = *Service::Open(options);
    const std::vector<std::string> texts(std::begin(kRecord), std::end(kRecord));
    const auto report = service->Write([&](Tenure& writer) { return writer.AppendTexts(texts, {}); });
    EXPECT_EQ(report->answer.appended, 3);
    router = std::make_unique<Router>(*service, [this](const Request&) -> tl::expected<Caller, Refusal> { return caller; });
  }

  Response Post(const std::string& path, const std::string& body) {
    Request request;
    request.method = "POST";
    request.path = path;
    request.fields = {{"Content-Type", "application/json"}};
    request.body = body;
    return router->Answer(request);
  }
  Response Evaluate(const std::string& context) {
    return Post("/access/v1/evaluation",
                R"({"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"record","id":"1"},)"
                R"("context":)" +
                    context + "}");
  }

  std::atomic<std::int64_t> now_us = 1'750'000'000'000'000;  // the audit's thread looks at it too
  Caller caller{"pep", false, {Scope::kAsk}, {}, {}};
  log::TemporaryDirectory directory;
  std::unique_ptr<Service> service;
  std::unique_ptr<Router> router;
};

TEST_F(Office, OnlyWhoHasTheHistoryScopeLooksBack) {
  EXPECT_EQ(Evaluate(R"({})").body, R"({"decision":true})");
  EXPECT_EQ(Evaluate(R"({"time":"2019-01-01T00:00:00Z","tenure_explain":false})").body, R"({"decision":true})");
  EXPECT_EQ(Evaluate(R"({"tenure_as_of":"2024-02-01"})").status, 403);
  caller.scopes.insert(Scope::kHistory);
  EXPECT_EQ(Evaluate(R"({"tenure_as_of":"2024-02-01"})").body, R"({"decision":true})");
  EXPECT_EQ(Evaluate(R"({"tenure_as_of":"2024-01-01"})").body, R"({"decision":false})");
}

TEST_F(Office, AMomentInOneItemNeedsTheScopeToo) {
  const std::string many =
      R"({"subject":{"type":"user","id":"alice"},"resource":{"type":"record","id":"1"},"evaluations":[{"action":{"name":"read"}},)"
      R"({"action":{"name":"read"},"context":{"tenure_as_of":"2024-02-01"}}]})";
  EXPECT_EQ(Post("/access/v1/evaluations", many).status, 403);
  caller.scopes.insert(Scope::kHistory);
  EXPECT_EQ(Post("/access/v1/evaluations", many).body, R"({"evaluations":[{"decision":true},{"decision":false}]})");
}

TEST_F(Office, EveryQuestionNeedsTheAskScope) {
  caller.scopes = {Scope::kEvents, Scope::kOperate};
  for (const char* path : {"/access/v1/evaluation", "/access/v1/evaluations", "/access/v1/search/subject",
                           "/access/v1/search/resource", "/access/v1/search/action"})
    EXPECT_EQ(Post(path, "{}").status, 403) << path;
}

TEST_F(Office, APageTokenKeepsItsMomentAndGrowsTooOldForWhoMayNotLookBack) {
  const std::string first = Post("/access/v1/search/subject", std::string(kSubjects) + "}}").body;
  ASSERT_NE(first.find(R"("results":[{"type":"user","id":"alice"}])"), std::string::npos) << first;
  const auto begin = first.find("next_token\":\"") + 13;
  const std::string token = first.substr(begin, first.find('"', begin) - begin);
  ASSERT_FALSE(token.empty());
  const std::string next = std::string(kSubjects) + R"(,"token":")" + token + "\"}}";
  now_us += 3'500'000'000;
  EXPECT_EQ(Post("/access/v1/search/subject", next).body,
            R"({"page":{"next_token":"","count":1},"results":[{"type":"user","id":"bob"}]})");
  now_us += 200'000'000;
  EXPECT_EQ(Post("/access/v1/search/subject", next).status, 403);
  caller.scopes.insert(Scope::kHistory);
  EXPECT_EQ(Post("/access/v1/search/subject", next).status, 200);
}

TEST_F(Office, WhatWasAskedAndHowMuchIsCounted) {
  const Response one = Evaluate("{}");
  EXPECT_EQ(one.question, "evaluation");
  EXPECT_EQ(one.rows, 1);
  EXPECT_EQ(Told(one), "subject=user:alice resource=record:1 action=read ");
  EXPECT_EQ(one.when.as_of, EffectiveTime{now_us});
  EXPECT_FALSE(one.position.empty());
  const Response found = Post("/access/v1/search/subject", std::string(kSubjects) + "}}");
  EXPECT_EQ(found.question, "search_subject");
  EXPECT_EQ(found.rows, 1);
  EXPECT_EQ(Told(found), "subject=user resource=record:1 action=read ");
  const Response many = Post("/access/v1/evaluations",
                             R"({"subject":{"type":"user","id":"a"},"action":{"name":"x"},"options":{"evaluations_semantic":)"
                             R"("deny_on_first_deny"},"evaluations":[{"resource":{"type":"r","id":"1"}},{}]})");
  EXPECT_EQ(many.rows, 1);
  EXPECT_EQ(Told(many), "evaluations=2 0=user:a x r:1 ");
}

TEST_F(Office, TheMetadataSaysHttpsWhereTheConnectionIs) {
  Request request;
  request.method = "GET";
  request.path = "/.well-known/authzen-configuration";
  request.fields = {{"Host", "pdp.example.com:8443"}};
  EXPECT_NE(router->Answer(request).body.find(R"("policy_decision_point":"http://pdp.example.com:8443")"), std::string::npos);
  request.peer.encrypted = true;
  EXPECT_NE(router->Answer(request).body.find(R"("policy_decision_point":"https://pdp.example.com:8443")"), std::string::npos);
}

TEST(Reading, AnItemTakesWhatItLeavesOutFromTheDefaults) {
  Request request;
  request.fields = {{"Content-Type", "application/json"}};
  request.body =
      R"({"subject":{"type":"user","id":"a"},"resource":{"type":"file"},"context":{"tenure_explain":true},"evaluations":[)"
      R"({"action":{"name":"read"},"resource":{"id":"x"}},{"subject":{"id":"b"},"action":{"name":"write"},"context":{}}]})";
  const auto read = authzen::ReadEvaluations(request);
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->items.size(), 2U);
  const auto& first = read->items[0];
  EXPECT_EQ(*authzen::ReferenceOf(first.access.subject), "user:a");
  EXPECT_EQ(*authzen::ReferenceOf(first.access.resource), "file:x");
  EXPECT_TRUE(first.access.context->explain);
  EXPECT_FALSE(first.refusal.has_value());
  const auto& second = read->items[1];
  EXPECT_EQ(*authzen::ReferenceOf(second.access.subject), "user:b");
  EXPECT_FALSE(second.access.context->explain);
  ASSERT_TRUE(second.refusal.has_value());
  EXPECT_EQ(second.refusal->field, "evaluations[1].resource.id");
}

TEST(Reading, AColonInATypeMakesNoReference) {
  EXPECT_FALSE(authzen::ReferenceOf({"user:alice", "x"}).has_value());
  EXPECT_EQ(*authzen::ReferenceOf({"user", "alice:x"}), "user:alice:x");
}

}  // namespace
}  // namespace tenure::http
