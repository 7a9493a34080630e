// A real capture, of which nothing but a few names stands here: TENURE_CAPTURE names its folder.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "connect/input_files.h"
#include "trail.h"

namespace tenure::connect {
namespace {

const std::string kOf = "arn:aws:iam::123837392027:";

class Capture : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("TENURE_CAPTURE");
    if (!folder || !*folder) GTEST_SKIP() << "TENURE_CAPTURE is not set: the tests on the real capture did NOT run";
    const auto files = FilesOf(folder);
    ASSERT_TRUE(files) << "TENURE_CAPTURE is set, and its folder cannot be read: " << folder;
    for (const auto& file : *files) paths_.push_back(file.path);
    ASSERT_EQ(paths_.size(), 55u);
  }

  struct Run {
    std::vector<Event> events;
    CloudTrailSummary summary;
  };
  static Run ImportFiles(const std::vector<std::string>& paths) {
    Run run;
    CloudTrailImport import({}, [&](std::vector<Event>&& batch) {
      for (auto& event : batch) run.events.push_back(std::move(event));
      return Result<BatchOutcome>(BatchOutcome{});
    });
    EXPECT_TRUE(import.Add(paths));
    EXPECT_TRUE(import.Finish());
    run.summary = import.Summary();
    return run;
  }

  // Spans of the grants of `role` to `principal`, as the naive reading of the events gives them: until a revoke by role, a deletion of
  // the principal, or the end of the role. An end beyond all events is "open".
  static std::vector<std::string> Held(const Run& run, const std::string& principal, const std::string& role) {
    std::vector<std::string> spans;
    std::string began;
    for (const auto& event : run.events) {
      const std::string at = event::FormatTime(event.time.us).substr(11, 8);
      const auto* issued = std::get_if<GrantIssued>(&event.payload);
      const auto* revoked = std::get_if<GrantRevoked>(&event.payload);
      const auto* deleted = std::get_if<IdentityRetired>(&event.payload);
      const auto* retired = std::get_if<RoleRetired>(&event.payload);
      const bool ends = (revoked && revoked->principal == principal && revoked->role == role) ||
                        (deleted && deleted->identity == principal) || (retired && retired->role == role);
      if (ends && !began.empty()) spans.push_back(std::exchange(began, "") + "-" + at);
      if (issued && issued->principal == principal && issued->role == role && began.empty()) began = at;
    }
    if (!began.empty()) spans.push_back(began + "-open");
    return spans;
  }
  std::vector<std::string> paths_;
};

TEST_F(Capture, EveryRecordIsAChangeOrAUse) {
  const Run run = ImportFiles(paths_);
  EXPECT_EQ(run.summary.records, 2900);
  EXPECT_EQ(run.summary.refused_count, 0);
  EXPECT_TRUE(run.summary.ignored.empty());
  const auto used =
      std::ranges::count_if(run.events, [](const Event& e) { return std::holds_alternative<AccessUsed>(e.payload); });
  EXPECT_EQ(used, 2818);
}
TEST_F(Capture, TheAttackIsHeldToTheSecond) {
  const Run run = ImportFiles(paths_);
  const std::string admin = "role:arn:aws:iam::aws:policy/AdministratorAccess",
                    backdoor = kOf + "role/stratus-red-team-backdoor-r-role";
  EXPECT_EQ(Held(run, "user:" + kOf + "user/malicious-iam-user", admin), std::vector<std::string>{"12:24:49-12:28:24"});
  EXPECT_EQ(Held(run, "service_account:" + backdoor, admin), std::vector<std::string>{"12:24:10-12:28:34"});
  EXPECT_EQ(Held(run, "external:193672423079", "role:" + backdoor + "/trust"), std::vector<std::string>{"12:24:11-12:28:24"});
}
TEST_F(Capture, TheMaliciousKeyLivesFromItsCreationUntilItsDeletion) {
  std::vector<std::string> story;
  for (const auto& event : ImportFiles(paths_).events) {
    const auto* issued = std::get_if<CredentialIssued>(&event.payload);
    const auto* revoked = std::get_if<CredentialRevoked>(&event.payload);
    const std::string user = "user:" + kOf + "user/malicious-iam-user", at = event::FormatTime(event.time.us);
    if (issued && issued->identity == user) story.push_back("issued " + at);
    if (revoked && revoked->identity == user) story.push_back("revoked " + at);
  }
  EXPECT_EQ(story, (std::vector<std::string>{"issued 2023-07-10T12:24:50Z", "revoked 2023-07-10T12:28:24Z"}));
}
TEST_F(Capture, BothMissingEndsAreShown) {
  const auto gaps = ImportFiles(paths_).summary.gaps;
  ASSERT_EQ(gaps.size(), 2u);
  EXPECT_EQ(gaps[0].ref, "service_account:" + kOf + "role/stratus-red-team-leave-org-role");
  EXPECT_EQ(gaps[1].ref, "service_account:" + kOf + "role/stratus-red-team-ec2-enumerate-role");
}
TEST_F(Capture, TheOrderOfFilesDoesNotShow) {
  const auto ids = [](const Run& run, bool changes_only) {
    std::vector<std::string> all;
    for (const auto& event : run.events)
      if (!changes_only || !std::holds_alternative<AccessUsed>(event.payload))
        all.push_back(event.name.id + std::string(event.content_hash.begin(), event.content_hash.end()));
    return all;
  };
  const auto changes = ids(ImportFiles(paths_), true);
  std::ranges::reverse(paths_);
  EXPECT_EQ(ids(ImportFiles(paths_), true), changes);
  std::ranges::shuffle(paths_, std::mt19937(7));
  EXPECT_EQ(ids(ImportFiles(paths_), true), changes);
  std::vector<std::string> one_by_one, together = ids(ImportFiles(paths_), false);
  for (const auto& path : paths_)
    for (auto& id : ids(ImportFiles({path}), false)) one_by_one.push_back(std::move(id));
  std::ranges::sort(one_by_one), std::ranges::sort(together);
  one_by_one.erase(std::ranges::unique(one_by_one).begin(), one_by_one.end());
  EXPECT_EQ(one_by_one, together);
}

}  // namespace
}  // namespace tenure::connect
