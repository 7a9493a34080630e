// What an answer that is none is called, and whose turn it is.
#include "wire/reply_errors.h"

#include <gtest/gtest.h>

namespace tenure::wire {
namespace {

Reply Problem(int status, std::string body) { return {status, "application/problem+json", "", "", std::move(body)}; }

TEST(ReplyErrorsTest, AProblemIsTheErrorThatItWas) {
  const Error error = ErrorOf(
      Problem(400,
              R"({"type":"urn:tenure:problem:reference_malformed","code":"reference_malformed","detail":"why","hint":"what"})"),
      false);
  EXPECT_EQ(error.ToString(), "reference_malformed: why; what");
  EXPECT_EQ(error.blame, Blame::kCaller);
}

TEST(ReplyErrorsTest, TheStatusSaysWhoseTurnItIs) {
  const auto blame = [](int status) { return ErrorOf(Problem(status, R"({"type":"urn:tenure:problem:x"})"), true).blame; };
  for (const int status : {400, 401, 403, 404, 413, 415}) EXPECT_EQ(blame(status), Blame::kCaller) << status;
  for (const int status : {409, 422}) EXPECT_EQ(blame(status), Blame::kInput) << status;
  for (const int status : {429, 503}) EXPECT_EQ(blame(status), Blame::kUnavailable) << status;
  EXPECT_EQ(blame(500), Blame::kFault);
}

TEST(ReplyErrorsTest, AProblemOfSomebodyElseIsNoneOfOurs) {
  for (const char* body : {"", "{}", "[]", "no", R"({"type":"about:blank"})", R"({"type":"urn:tenure:problem:"})",
                           R"({"type":"urn:tenure:problem:A b"})", R"({"type":7})"})
    EXPECT_EQ(ErrorOf(Problem(400, body), false).code, "server_answer_malformed") << body;
}

TEST(ReplyErrorsTest, ARefusalCarriesItsReport) {
  EXPECT_EQ(ReportIn(Problem(422, R"({"type":"x","report": {"a":[1 , 2]} })")), R"({"a":[1 , 2]})");
  EXPECT_EQ(ReportIn(Problem(422, R"({"type":"x"})")), "");
  EXPECT_EQ(ReportIn(Problem(422, "no")), "");
  EXPECT_EQ(ReportIn({422, "text/html", "", "", R"({"report":{}})"}), "");
}

TEST(ReplyErrorsTest, ARetryIsNamedOnlyInSeconds) {
  Reply busy{503, "text/plain", "12", "", ""};
  EXPECT_EQ(ErrorOf(busy, false).hint, "try again in 12 s");
  busy.retry_after = "Thu, 26 Nov 2026 07:00:00 GMT";
  EXPECT_EQ(ErrorOf(busy, false).hint, "try again in a moment");
}

}  // namespace
}  // namespace tenure::wire
