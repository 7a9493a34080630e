#include "wire/served_evidence.h"

#include "event/json_reader.h"
#include "event/json_writer.h"
#include "wire/reply_errors.h"

namespace tenure::wire {
namespace {

Result<std::string> BodyOf(const EvidenceQuestion& question) {
  event::JsonWriter w;
  w.BeginObject();
  w.Key("question");
  w.BeginArray();
  for (const std::string& word : question.arguments) w.String(word);
  w.EndArray();
  if (!question.policy.empty()) {
    auto policy = event::JsonValue::Parse(question.policy);
    if (!policy || !policy->IsObject())
      return Fail("policy_malformed", policy ? "a policy is a JSON object" : policy.error().reason,
                  "docs/reference/findings.md shows one", Blame::kCaller);
    w.Key("policy");
    w.Raw(policy->Dump());
  }
  w.EndObject();
  return w.Take();
}

}  // namespace

Result<std::string> FetchEvidence(const ServerAccess& access, const EvidenceQuestion& question) {
  auto body = BodyOf(question);
  if (!body) return tl::unexpected<Error>(body.error());
  auto client = Client::Make(access);
  if (!client) return tl::unexpected<Error>(client.error());
  auto reply = (*client)->Send({.method = "POST",
                                .target = "/v1/evidence",
                                .accept = "application/zip, application/problem+json",
                                .content_type = "application/json",
                                .body = std::move(*body)});
  if (!reply) return tl::unexpected<Error>(reply.error());
  if (reply->status != 200 || reply->content_type != "application/zip")
    return tl::unexpected<Error>(ErrorOf(*reply, !access.token.empty()));
  return std::move(reply->body);
}

}  // namespace tenure::wire
