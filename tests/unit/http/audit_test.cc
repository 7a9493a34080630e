// What is recorded of a question, where, and what happens while the disk takes nothing.
#include "http/audit.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <thread>

#include "event/json_reader.h"
#include "http/audit_reader.h"
#include "unit/http/scratch_directory.h"

namespace tenure::http {
namespace {

constexpr EffectiveTime kNoon{1'700'049'600'000'000};  // 2023-11-15T12:00:00Z
constexpr std::int64_t kDayUs = 86'400'000'000;
const std::string kToken = "tenure_0123456789ab_" + std::string(64, 'f');

struct Asked {
  Request request;
  Caller caller;
  Response response;
  std::vector<Field> captured;

  Asked() {
    request.method = "GET";
    request.id = "r-1";
    request.peer.address = "192.0.2.1";
    request.query = "subject=user%3Aalice&as_of=2023-11-01";
    caller.name = "ui";
    caller.credential = "token 0123456789ab";
    response.question = "check";
    response.rows = 1;
    response.when.as_of = kNoon;
    response.known_time = RecordedTime{kNoon.us};
    response.position = "V1";
  }
  Exchange Told(bool ended = false) const { return {request, caller, response, "/v1/check", "check", captured, 0.000123, ended}; }
};

event::JsonValue Line(const Exchange& exchange) {
  auto json = event::JsonValue::Parse(AuditLine(exchange, kNoon));
  EXPECT_TRUE(json);
  return json ? *json : event::JsonValue();
}
std::string Text(const event::JsonValue& json, const char* name) {
  const auto member = json.Get(name);
  return member ? member->Dump() : "absent";
}

TEST(AuditLineTest, SaysWhoAskedWhatAsOfWhenAsKnownWhen) {
  EXPECT_EQ(AuditLine(Asked().Told(), kNoon),
            R"({"time":"2023-11-15T12:00:00Z","request_id":"r-1","who":"ui","credential":"token 0123456789ab",)"
            R"("address":"192.0.2.1","method":"GET","route":"/v1/check","question":"check",)"
            R"("parameters":{"as_of":"2023-11-01","subject":"user:alice"},"as_of":"2023-11-15T12:00:00Z",)"
            R"("as_known_at":{"time":"2023-11-15T12:00:00Z","position":"V1"},"results":1,"status":200,"error":null,)"
            R"("duration_us":123})");
}

TEST(AuditLineTest, AWindowAndWhatTheBodyAskedAreTold) {
  Asked asked;
  asked.response.when = {};
  asked.response.when.during = Interval{EffectiveTime{0}, kForever};
  asked.response.asked = {{"action", "read"}};
  asked.captured = {{"ref", "user:bob"}};
  const auto line = Line(asked.Told());
  EXPECT_EQ(Text(line, "as_of"), "null");
  EXPECT_EQ(Text(line, "during"), R"({"from":"1970-01-01T00:00:00Z","until":null})");
  EXPECT_EQ(Text(line, "parameters"), R"({"action":"read","as_of":"2023-11-01","ref":"user:bob","subject":"user:alice"})");
}

TEST(AuditLineTest, ARefusalIsToldWithItsCodeAndWithoutACount) {
  Asked asked;
  asked.response = Response();
  asked.response.status = 403;
  asked.response.code = "not_authorised";
  const auto line = Line(asked.Told());
  EXPECT_EQ(Text(line, "question"), "\"check\"") << "the route's";
  EXPECT_EQ(Text(line, "results"), "null");
  EXPECT_EQ(Text(line, "error"), "\"not_authorised\"");
  EXPECT_EQ(Text(line, "as_known_at"), "null");
}

TEST(AuditLineTest, AStreamIsCountedWhenItHasEnded) {
  class Nothing : public Stream {
    Result<std::optional<std::string>> More() override { return std::optional<std::string>(); }
    std::string Heartbeat() const override { return ""; }
  };
  Asked asked;
  asked.response.stream = std::make_unique<Nothing>();
  EXPECT_EQ(Text(Line(asked.Told()), "results"), "null");
  EXPECT_EQ(Text(Line(asked.Told()), "ended"), "absent");
  asked.response.stream.reset();
  EXPECT_EQ(Text(Line(asked.Told(true)), "results"), "1");
  EXPECT_EQ(Text(Line(asked.Told(true)), "ended"), "true");
}

TEST(AuditLineTest, NoSecretAndNoBody) {
  Asked asked;
  asked.request.body = "THE BODY";
  asked.request.fields = {{"Authorization", "Bearer " + kToken}};
  asked.request.query = "access_token=abc&Password=def&subject=" + kToken + "&resource=x" + kToken + "y&as_known_at=V1";
  const std::string line = AuditLine(asked.Told(), kNoon);
  EXPECT_EQ(line.find("THE BODY"), std::string::npos);
  EXPECT_EQ(line.find(kToken.substr(20)), std::string::npos);
  EXPECT_EQ(Text(Line(asked.Told()), "parameters"),
            R"({"Password":"[masked]","access_token":"[masked]","as_known_at":"V1","resource":"[masked]","subject":"[masked]"})");
}

class AuditTest : public testing::Test {
 protected:
  std::unique_ptr<Audit> Open(AuditOptions options = {}) {
    options.directory = dir_ / "audit";
    options.now = [this] { return EffectiveTime{now_us_.load()}; };
    options.write_every_ms = 1;
    auto audit = Audit::Open(options);
    EXPECT_TRUE(audit) << audit.error().ToString();
    return std::move(*audit);
  }
  void Fill() {  // the day's file takes nothing, as a full disk
    std::filesystem::create_directories(dir_ / "audit");
    std::filesystem::create_symlink("/dev/full", dir_ / "audit/2023-11-15.ndjson");
  }
  void Empty() { std::filesystem::remove(dir_ / "audit/2023-11-15.ndjson"); }
  template <class Condition>
  static void Await(Condition&& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) FAIL() << "it never came";
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  std::int64_t Lines(const std::string& day) const {
    const std::string text = dir_.Get("audit/" + day + ".ndjson");
    return std::count(text.begin(), text.end(), '\n');
  }

  ScratchDirectory dir_;
  std::atomic<std::int64_t> now_us_ = kNoon.us;
  const Asked asked_;
};

TEST_F(AuditTest, WhatWaitsIsWrittenAtTheEnd) {
  auto audit = Open();
  for (int i = 0; i < 1000; ++i) audit->Note(asked_.Told());
  audit.reset();
  EXPECT_EQ(Lines("2023-11-15"), 1000);
}

TEST_F(AuditTest, WhatWaitsIsWrittenSoonWithoutAnEnd) {
  const auto audit = Open();
  audit->Note(asked_.Told());
  Await([&] { return audit->State().written == 1; });
  EXPECT_EQ(Lines("2023-11-15"), 1);
  EXPECT_EQ(audit->State().waiting, 0);
}

TEST_F(AuditTest, EachDayHasAFileAndEarlierLinesStay) {
  auto audit = Open();
  audit->Note(asked_.Told());
  now_us_ += kDayUs;
  audit->Note(asked_.Told());
  audit.reset();
  const std::string before = dir_.Get("audit/2023-11-15.ndjson");
  audit = Open();
  audit->Note(asked_.Told());
  audit.reset();
  EXPECT_EQ(dir_.Get("audit/2023-11-15.ndjson"), before);
  EXPECT_EQ(Lines("2023-11-16"), 2);
}

TEST_F(AuditTest, ManyThreadsLoseNothing) {
  auto audit = Open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) audit->Note(asked_.Told());
    });
  for (std::thread& thread : threads) thread.join();
  audit.reset();
  EXPECT_EQ(Lines("2023-11-15"), 8000);
  AuditQuestion all;
  all.limit = 10'000;
  const auto answer = ReadAudit(dir_ / "audit", all);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->rows.size(), 8000U);
  EXPECT_EQ(answer->unreadable, 0);
}

TEST_F(AuditTest, FilesAreRemovedWhenTheirTimeIsOver) {
  std::filesystem::create_directory(dir_ / "audit");
  for (const char* name : {"2023-11-12.ndjson", "2023-11-13.ndjson", "2023-11-14.ndjson", "notes.txt"})
    dir_.Put(std::string("audit/") + name, "{}\n");
  AuditOptions options;
  options.retention_days = 2;
  const auto audit = Open(options);
  Await([&] { return !std::filesystem::exists(dir_ / "audit/2023-11-12.ndjson"); });
  audit->Note(asked_.Told());
  Await([&] { return audit->State().written == 1; });  // so the removing is over
  EXPECT_TRUE(std::filesystem::exists(dir_ / "audit/2023-11-13.ndjson"));
  now_us_ += kDayUs;
  Await([&] { return !std::filesystem::exists(dir_ / "audit/2023-11-13.ndjson"); });
  EXPECT_TRUE(std::filesystem::exists(dir_ / "audit/2023-11-14.ndjson"));
  EXPECT_TRUE(std::filesystem::exists(dir_ / "audit/notes.txt"));
}

TEST_F(AuditTest, ALineThatACrashCutOffStandsAlone) {
  std::filesystem::create_directory(dir_ / "audit");
  dir_.Put("audit/2023-11-15.ndjson", "{\"time\":\"2023-11-15T11:00:00Z\"}\n{\"time\":\"20");
  auto audit = Open();
  audit->Note(asked_.Told());
  audit.reset();
  const auto answer = ReadAudit(dir_ / "audit", {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->rows.size(), 2U);
  EXPECT_EQ(answer->unreadable, 1);
}

TEST_F(AuditTest, WhileTheDiskIsFullLinesWaitAndAreWrittenWhenItIsNot) {
  Fill();
  const auto audit = Open();
  audit->Note(asked_.Told());
  Await([&] { return !audit->State().trouble.empty(); });
  EXPECT_NE(audit->State().trouble.find("No space left"), std::string::npos);
  EXPECT_TRUE(audit->Accepting()) << "recording is not required";
  for (int i = 0; i < 9; ++i) audit->Note(asked_.Told());
  EXPECT_EQ(audit->State().written, 0);
  EXPECT_EQ(audit->State().waiting, 10);
  Empty();
  Await([&] { return audit->State().written == 10; });
  EXPECT_EQ(audit->State().trouble, "");
  EXPECT_EQ(Lines("2023-11-15"), 10);
}

TEST_F(AuditTest, ALineOfWhichTheDiskTookAPartIsGoneOnWith) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const std::size_t line = AuditLine(asked_.Told(), kNoon).size() + 1;
  rlimit small = before;
  small.rlim_cur = line + line / 2;
  const auto audit = Open();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  for (int i = 0; i < 3; ++i) audit->Note(asked_.Told());
  Await([&] { return !audit->State().trouble.empty(); });
  EXPECT_EQ(dir_.Get("audit/2023-11-15.ndjson").size(), line + line / 2) << "the second is cut off";
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  Await([&] { return audit->State().waiting == 0; });
  EXPECT_EQ(dir_.Get("audit/2023-11-15.ndjson").size(), 3 * line);
  const auto answer = ReadAudit(dir_ / "audit", {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->rows.size(), 3U);
  EXPECT_EQ(answer->unreadable, 0);
}

TEST_F(AuditTest, WhereItIsRequiredNothingIsAcceptedWhileTheDiskIsFull) {
  Fill();
  AuditOptions options;
  options.required = true;
  const auto audit = Open(options);
  EXPECT_TRUE(audit->Accepting());
  audit->Note(asked_.Told());
  Await([&] { return !audit->Accepting(); });
  EXPECT_EQ(audit->Accepting().error().code, "audit_not_written");
  EXPECT_EQ(audit->Accepting().error().blame, Blame::kUnavailable);
  Empty();
  Await([&] { return audit->Accepting().has_value(); });
  EXPECT_EQ(Lines("2023-11-15"), 1) << "the question that was answered is recorded late";
}

TEST_F(AuditTest, WhatMemoryCannotHoldIsCountedAndTheCountIsRecorded) {
  Fill();
  AuditOptions options;
  options.waiting_bytes_max = 2000;
  const auto audit = Open(options);
  audit->Note(asked_.Told());
  Await([&] { return !audit->State().trouble.empty(); });
  for (int i = 0; i < 99; ++i) audit->Note(asked_.Told());
  const AuditState full = audit->State();
  EXPECT_GT(full.lost, 0);
  EXPECT_EQ(full.lost + full.waiting, 100);
  Empty();
  Await([&] { return audit->State().written == full.waiting + 1; });
  EXPECT_NE(dir_.Get("audit/2023-11-15.ndjson").find("\"lost\":" + std::to_string(full.lost) + "}\n"), std::string::npos);
}

TEST_F(AuditTest, ADirectoryThatCannotBeMadeIsAnError) {
  AuditOptions options;
  options.directory = dir_ / "no/audit";
  options.now = [] { return kNoon; };
  const auto audit = Audit::Open(options);
  ASSERT_FALSE(audit);
  EXPECT_EQ(audit.error().code, "audit_not_writable");
}

}  // namespace
}  // namespace tenure::http
