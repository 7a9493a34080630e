#include "wire/reply_errors.h"

#include <algorithm>
#include <optional>

#include "event/json_reader.h"
#include "library/json_text.h"

namespace tenure::wire {
namespace {

constexpr std::size_t kCodeBytesMax = 100, kTextBytesMax = 4096;

bool IsCode(const std::string& text) {
  return !text.empty() && text.size() <= kCodeBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool IsSeconds(const std::string& text) {
  return !text.empty() && text.size() <= 6 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The opposite of the status that the service gives an error.
Blame BlameOf(int status) {
  if (status == 422 || status == 409) return Blame::kInput;
  if (status == 429 || status == 503) return Blame::kUnavailable;
  return status >= 500 ? Blame::kFault : Blame::kCaller;
}

std::string Later(const Reply& reply) {
  return IsSeconds(reply.retry_after) ? "try again in " + reply.retry_after + " s" : "try again in a moment";
}

std::string HintFor(const Reply& reply, const std::string& code, const std::string& said, bool with_token) {
  if (reply.status == 401 && !with_token) return "set TENURE_TOKEN, or name a file that holds a token with --token-file";
  if (reply.status == 401) return "a token that holds is made with tenure token create, where the server is";
  if (code == "too_many_requests" || code == "too_busy") return Later(reply);
  return said;
}

std::optional<Error> ProblemIn(const Reply& reply, bool with_token) {
  if (reply.content_type != "application/problem+json") return std::nullopt;
  const auto problem = event::JsonValue::Parse(reply.body);
  if (!problem || !problem->IsObject()) return std::nullopt;
  const auto text = [&](const char* name) {
    const auto member = problem->Get(name);
    return member ? member->AsString().substr(0, kTextBytesMax) : std::string();
  };
  constexpr std::string_view kUrn = "urn:tenure:problem:";
  std::string code = text("type");
  if (code.rfind(kUrn, 0) != 0) return std::nullopt;
  code.erase(0, kUrn.size());
  if (!IsCode(code)) return std::nullopt;
  const std::string hint = HintFor(reply, code, text("hint"), with_token);
  return Error{code, text("detail"), hint, BlameOf(reply.status)};
}

}  // namespace

Error ErrorOf(const Reply& reply, bool with_token) {
  if (auto problem = ProblemIn(reply, with_token)) return std::move(*problem);
  const std::string status = std::to_string(reply.status);
  if (reply.status >= 300 && reply.status < 400)
    return {"server_redirects",
            "the server answers " + status + " and points to \"" + reply.location.substr(0, kTextBytesMax) + "\"",
            "if that is where tenure answers, name it with --server", Blame::kFault};
  if (reply.status == 429 || (reply.status >= 502 && reply.status <= 504))
    return {"server_unavailable", "what stands before the server answers " + status, Later(reply), Blame::kUnavailable};
  const std::string type = reply.content_type.empty() ? "no content type" : reply.content_type.substr(0, 100);
  return {"server_answer_malformed", "the server answers " + status + " with " + type + ", which is no answer of tenure",
          "check that --server names a tenure service", Blame::kFault};
}

std::string_view ReportIn(const Reply& reply) {
  if (reply.content_type != "application/problem+json") return {};
  const auto problem = event::JsonValue::Parse(reply.body);
  if (!problem || !problem->IsObject()) return {};
  return library::MemberText(reply.body, "report").value_or("");
}

Error Malformed(const Error& error) { return {"server_answer_malformed", error.reason, error.hint, Blame::kFault}; }

}  // namespace tenure::wire
