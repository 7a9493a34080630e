// The import as a whole: counts, refusals, batches, limits, order of files.
#include "connect/cloudtrail.h"

#include <filesystem>
#include <fstream>

#include "trail.h"

namespace tenure::connect {
namespace {

TEST(CloudTrailImport, CountsWhatItReadAndWhatBecameOfIt) {
  Trail trail;
  const std::string file = Records(
      {OnUser("CreateUser", "12:00:00", "e1", "bob"), Call("ListUsers", "12:00:00", "e2"), Call("ListUsers", "xx", "e3")});
  const auto handed = trail.Import({file, Call("ListRoles", "12:00:01", "e4").Json()});
  EXPECT_EQ(handed.summary.files, 2);
  EXPECT_EQ(handed.summary.records, 4);
  EXPECT_EQ(handed.summary.events, 3);
  EXPECT_EQ(handed.summary.appended, 3);
  EXPECT_EQ(handed.summary.refused_count, 1);
  EXPECT_EQ(handed.summary.refused[0].record, 3);
}
TEST(CloudTrailImport, TwiceIsTheSameAsOnce) {
  Trail trail;
  const std::string file = Records({OnUser("CreateUser", "12:00:00", "e1", "bob"),
                                    Policy("AttachUserPolicy", "12:00:00", "e2", "bob"), Call("ListUsers", "12:00:00", "e3")});
  const auto first = trail.Import({file, file});
  EXPECT_EQ(first.summary.appended, 4);
  EXPECT_EQ(first.summary.duplicates, 3);
  const auto again = trail.Import({file});
  EXPECT_EQ(again.summary.appended, 0);
  EXPECT_EQ(again.summary.duplicates, 4);
  EXPECT_EQ(again.summary.conflicts, 0);
}
TEST(CloudTrailImport, ATruncatedFileYieldsItsRecordsAndOneRefusalWithFileAndRecord) {
  const std::string file =
      Records({OnUser("CreateUser", "12:00:00", "e1", "bob"), OnUser("CreateUser", "12:00:00", "e2", "carol")});
  const auto handed = Trail().Import({file.substr(0, file.size() - 30)});
  EXPECT_EQ(handed.Ids(), std::vector<std::string>{"e1"});
  ASSERT_EQ(handed.summary.refused_count, 1);
  EXPECT_EQ(handed.summary.refused[0].file, "file1");
  EXPECT_EQ(handed.summary.refused[0].record, 2);
  EXPECT_EQ(handed.summary.refused[0].error.code, "file_truncated");
}
TEST(CloudTrailImport, ARecordThatNoEventCanHoldIsRefusedAsAWhole) {
  const std::string long_name(3000, 'x');
  const auto handed = Import({Call("PutUserPolicy", "12:00:00", "e1")
                                  .Request(Params({{"userName", long_name}, {"policyName", "p"}, {"policyDocument", "{}"}})),
                              OnUser("CreateUser", "12:00:00", "e2", "bob")});
  EXPECT_EQ(handed.Ids(), std::vector<std::string>{"e2"});
  ASSERT_EQ(handed.summary.refused_count, 1);
  EXPECT_EQ(handed.summary.refused[0].record, 1);
}
TEST(CloudTrailImport, WhatTheDoorWouldRefuseTakesNoOtherRecordAlong) {
  const auto handed = Import({OnUser("CreateUser", "12:00:00", "e1", "ghp_0123456789abcdefghij0123456789abcdef"),
                              OnUser("CreateUser", "12:00:00", "e2", "bob")});
  EXPECT_EQ(handed.Ids(), std::vector<std::string>{"e2"});
  ASSERT_EQ(handed.summary.refused_count, 1);
  EXPECT_EQ(handed.summary.refused[0].error.code, "event_secret");
}
TEST(CloudTrailImport, TheOrderOfFilesDoesNotShow) {
  std::vector<std::string> files;
  for (int i = 0; i < 5; ++i) {
    const std::string n = std::to_string(i), at = "12:00:0" + n, next = "12:00:0" + std::to_string(i + 1);
    files.push_back(Records({Policy("DetachUserPolicy", next, "d" + n, "bob"), OnUser("CreateUser", at, "c" + n, "bob")}));
    files.push_back(Records({OnUser("DeleteUser", next, "x" + n, "bob"), Policy("AttachUserPolicy", at, "a" + n, "bob")}));
  }
  const auto forwards = Trail().Import(files).Ids();
  std::ranges::reverse(files);
  EXPECT_EQ(Trail().Import(files).Ids(), forwards);
  EXPECT_EQ(forwards, (std::vector<std::string>{"c0", "a0", "d0", "x0", "c1", "a1", "d1", "x1", "c2", "a2",
                                                "d2", "x2", "c3", "a3", "d3", "x3", "c4", "a4", "d4", "x4"}));
}
TEST(CloudTrailImport, BatchesHoldAtMostTenThousandEvents) {
  std::string lines;
  for (int i = 0; i < 25'000; ++i) lines += Call("ListUsers", "12:00:00", "e" + std::to_string(i)).Json() + "\n";
  std::vector<std::size_t> sizes;
  CloudTrailImport import({}, [&](std::vector<Event>&& batch) {
    sizes.push_back(batch.size());
    return Result<BatchOutcome>(BatchOutcome{static_cast<std::int64_t>(batch.size()), 0, 0, {}});
  });
  ASSERT_TRUE(import.AddText("lines", lines));
  ASSERT_TRUE(import.Finish());
  EXPECT_EQ(import.Summary().appended, 25'000);
  for (const auto size : sizes) EXPECT_LE(size, kBatchEventsMax);
}
TEST(CloudTrailImport, TheSinksErrorStopsIt) {
  CloudTrailImport import(
      {}, [](std::vector<Event>&&) -> Result<BatchOutcome> { return Fail("log_io", "disk full", "", Blame::kFault); });
  ASSERT_TRUE(import.AddText("file", Records({OnUser("CreateUser", "12:00:00", "e1", "bob")})));
  const auto finished = import.Finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, "log_io");
  EXPECT_EQ(import.Summary().records, 1);
}
TEST(CloudTrailImport, WhatTheSinkRefusesIsToldWithFileAndRecord) {
  for (const char* call : {"ListUsers", "CreateUser"}) {  // a use, a change
    CloudTrailImport import({}, [](std::vector<Event>&& batch) {
      BatchOutcome outcome;
      outcome.appended = static_cast<std::int64_t>(batch.size()) - 1;
      outcome.refused.emplace_back(1, Error{"event_too_large", "", "", Blame::kInput});
      return Result<BatchOutcome>(outcome);
    });
    ASSERT_TRUE(
        import.AddText("file", Records({OnUser(call, "12:00:00", "e1", "bob"), OnUser(call, "12:00:00", "e2", "carol")})));
    ASSERT_TRUE(import.Finish());
    ASSERT_EQ(import.Summary().refused_count, 1);
    EXPECT_EQ(import.Summary().refused[0].file, "file");
    EXPECT_EQ(import.Summary().refused[0].record, 2) << call;
    EXPECT_EQ(import.Summary().refused[0].error.code, "event_too_large");
  }
}
TEST(CloudTrailImport, RefusalsAreCountedBeyondTheList) {
  std::string lines;
  for (int i = 0; i < 1500; ++i) lines += "{\"eventID\":\"x\"}\n";
  const auto handed = Trail().Import({lines});
  EXPECT_EQ(handed.summary.refused_count, 1500);
  EXPECT_EQ(handed.summary.refused.size(), kListedMax);
}
TEST(CloudTrailImport, BeyondWhatItHoldsBackTheOlderHalfGoesFirstAndOrderStays) {
  std::string lines;
  const int users = 30'000;
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const auto clock = [&](int s) { return two(s / 3600 % 24) + ":" + two(s / 60 % 60) + ":" + two(s % 60); };
  for (int i = 0; i < users; ++i) {  // an attach and the creation in its second, in the wrong order
    const std::string name = "u" + std::to_string(i);
    lines += Policy("AttachUserPolicy", clock(i), "a" + name, name, kTeamPolicy).Json() + "\n" +
             OnUser("CreateUser", clock(i), "c" + name, name).Json() + "\n";
  }
  std::map<std::string, std::int64_t> at;
  std::int64_t events = 0, first_batch_after = 0;
  CloudTrailImport import({}, [&](std::vector<Event>&& batch) {
    if (events == 0) first_batch_after = static_cast<std::int64_t>(batch.size());
    for (const auto& event : batch) at[event.name.id] = events++;
    return Result<BatchOutcome>(BatchOutcome{});
  });
  ASSERT_TRUE(import.AddText("lines", lines));
  const std::int64_t before_finish = events;
  ASSERT_TRUE(import.Finish());
  EXPECT_GT(before_finish, 0) << "everything was held back";
  EXPECT_EQ(events, 2 * users);
  for (int i = 0; i < users; ++i) ASSERT_LT(at["cu" + std::to_string(i)], at["au" + std::to_string(i)]) << i;
}
TEST(CloudTrailImport, ReadsAFolderAndTellsHowFarItIs) {
  namespace fs = std::filesystem;
  std::string pattern = (fs::temp_directory_path() / "cloudtrail_XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  std::ofstream(pattern + "/a.json") << Records({Call("A", "12:00:00", "e1")});
  std::ofstream(pattern + "/b.json") << Records({Call("B", "12:00:00", "e2")});
  std::ofstream(pattern + "/README") << "not this";
  std::vector<std::pair<std::int64_t, std::int64_t>> told;
  CloudTrailOptions options;
  options.progress = [&](const std::string&, std::int64_t done, std::int64_t all, std::int64_t) { told.emplace_back(done, all); };
  CloudTrailImport import(options, [](std::vector<Event>&&) { return Result<BatchOutcome>(BatchOutcome{}); });
  EXPECT_TRUE(import.Add({pattern, pattern + "/none.json"}));
  EXPECT_TRUE(import.Finish());
  fs::remove_all(pattern);
  EXPECT_EQ(import.Summary().files, 2);
  EXPECT_EQ(import.Summary().events, 2);
  ASSERT_EQ(import.Summary().refused_count, 1);
  EXPECT_EQ(import.Summary().refused[0].record, 0);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back().first, told.back().second);
  EXPECT_GT(told.back().second, 0);
}

}  // namespace
}  // namespace tenure::connect
