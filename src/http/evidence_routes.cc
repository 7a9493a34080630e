// A question, its answer and all that it rests on as one file: docs/reference/evidence.md.
#include "http/asking.h"
#include "http/json_body.h"

namespace tenure::http {
namespace {

constexpr std::size_t kWordsMax = 64;

tl::unexpected<Error> Malformed(const std::string& reason) {
  return Fail("evidence_question_malformed", reason,
              "send {\"question\": [\"who\", \"*\", \"*\"], \"policy\": {…}}; policy may be left out", Blame::kCaller);
}

// {question: [word…], policy: {…}}
Result<EvidenceQuestion> ReadQuestion(const std::string& body) {
  auto json = event::JsonValue::Parse(body);
  if (!json || !json->IsObject()) return Malformed("the body is no JSON object");
  if (auto why = WrongMembers(*json, {"question", "policy"}); !why.empty()) return Malformed(why);
  EvidenceQuestion question;
  const auto words = json->Get("question"), policy = json->Get("policy");
  if (!words || !words->IsArray()) return Malformed("question is no list of words");
  for (const event::JsonValue& word : words->Items()) {
    if (!word.IsString() || question.arguments.size() == kWordsMax)
      return Malformed("question holds what is no text, or more than " + std::to_string(kWordsMax) + " words");
    question.arguments.push_back(word.AsString());
  }
  if (policy && !policy->IsNull()) {
    if (!policy->IsObject()) return Malformed("policy is no object");
    question.policy = policy->Dump();
  }
  return question;
}

std::string InALine(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

Response Pack(Call& call) {
  if (auto all = call.parameters.AllTaken(); !all) return Problem(all.error(), FieldOf(all.error()));
  if (auto json = CheckIsJson(call.request); !json) return Problem(json.error(), "Content-Type");
  auto question = ReadQuestion(call.request.body);
  if (!question) return Problem(question.error());
  question->moment = call.now;
  const std::vector<Field> asked{{"words", InALine(question->arguments)}};
  auto pack = call.service.Pack(*question);
  Response response = pack ? Response{} : Problem(pack.error());
  response.asked = asked;
  if (!pack) return response;
  response.content_type = "application/zip";
  response.fields.push_back({"Content-Disposition", "attachment; filename=\"pack.zip\""});
  response.fields.push_back({"Cache-Control", "no-store"});
  response.body = std::move(pack->bytes);
  response.rows = pack->summary.records;
  response.position = pack->summary.token;
  return response;
}

}  // namespace

// Who gets a pack gets every record in it.
std::vector<Route> EvidenceRoutes() { return {{"POST", "/v1/evidence", Scope::kEvents, Pack, false, "evidence"}}; }

}  // namespace tenure::http
