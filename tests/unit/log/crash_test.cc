// A writer killed at any moment, and readers beside one that is at work. The writer is a process of its own: log_process.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "unit/log/embedded_fixture.h"

extern char** environ;

namespace tenure::log {
namespace {

class Process {
 public:
  Process(const std::string& mode, const std::string& directory) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string program = TENURE_LOG_PROCESS, mode_arg = mode, directory_arg = directory;
    char* const arguments[] = {program.data(), mode_arg.data(), directory_arg.data(), nullptr};
    if (posix_spawn(&id_, program.c_str(), &actions, nullptr, arguments, environ) != 0) std::abort();
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = ends[0];
    fcntl(output_, F_SETFL, O_NONBLOCK);
  }
  ~Process() {
    if (id_ > 0) Kill();
    close(output_);
  }
  void Kill() {
    kill(id_, SIGKILL);
    Wait();
  }
  int Wait() {
    int status = 0;
    waitpid(id_, &status, 0);
    id_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  // The number on the last whole line so far; -1 if none.
  std::int64_t LastLine() {
    char bytes[4096];
    for (ssize_t got; (got = read(output_, bytes, sizeof bytes)) > 0;) text_.append(bytes, static_cast<std::size_t>(got));
    const auto end = text_.rfind('\n');
    if (end == std::string::npos) return -1;
    const auto begin = end == 0 ? std::string::npos : text_.rfind('\n', end - 1);
    return std::stoll(text_.substr(begin == std::string::npos ? 0 : begin + 1));
  }

 private:
  pid_t id_ = -1;
  int output_ = -1;
  std::string text_;
};

// The number of whole batches in the log; fails if one is torn, doubled, missing or out of order.
std::int64_t WholeBatches(const Log& log) {
  std::int64_t n = 0, i = 0;
  for (const Recorded& one : AllOf(log)) {
    const std::string expected = std::to_string(n) + " " + std::to_string(i) + " ";
    if (!one.record.value.starts_with(expected)) {
      ADD_FAILURE() << "expected " << expected << ", found " << one.record.value.substr(0, 12);
      return -1;
    }
    if (i++ == n % 20) {
      ++n;
      i = 0;
    }
  }
  EXPECT_EQ(i, 0) << "batch " << n << " is torn";
  return n;
}

class LogCrash : public EmbeddedFixture {};

TEST_F(LogCrash, AKilledWriterLosesNoAcknowledgedBatchAndDoublesNone) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::int64_t before = 0;
  for (int round = 0; round < 20; ++round) {
    Process writer("append", log_dir_);
    // Half of the rounds die while the log is being opened or created, the others in the middle of appends.
    if (round % 2 == 1)
      for (int i = 0; i < 2000 && writer.LastLine() < 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 30'000));
    writer.Kill();
    const std::int64_t acknowledged = writer.LastLine() + 1;
    auto log = OpenWriter();
    const std::int64_t found = WholeBatches(*log);
    ASSERT_GE(found, std::max(before, acknowledged)) << "round " << round;
    ASSERT_LE(found, std::max(before, acknowledged) + 1) << "round " << round;
    before = found;
  }
  EXPECT_GT(before, 10) << "the writers were killed before they wrote anything";
}

TEST_F(LogCrash, ReadersBesideABusyWriterSeeAllThatWasAcknowledged) {
  Process writer("append", log_dir_);
  while (writer.LastLine() < 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  auto refreshed = OpenReader();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (std::chrono::steady_clock::now() < until) {
    const std::int64_t acknowledged = writer.LastLine() + 1;
    auto opened = OpenReader();
    EXPECT_GE(WholeBatches(*opened), acknowledged);
    auto refresh = refreshed->Refresh();
    ASSERT_TRUE(refresh) << refresh.error().ToString();
    EXPECT_GE(WholeBatches(*refreshed), acknowledged);
  }
}

TEST_F(LogCrash, AKilledWriterLeavesNoLockBehind) {
  {
    Process writer("append", log_dir_);
    while (writer.LastLine() < 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_EQ(CodeOf(TryOpen(false)), "log_locked");
    writer.Kill();
  }
  EXPECT_EQ(CodeOf(TryOpen(false)), "ok");
}

TEST_F(LogCrash, AUserWhoMayNotWriteReadsAndIsToldSoWhenWriting) {
  auto log = OpenWriter();
  ASSERT_TRUE(log->Append({AccessRecord("k", "one"), AccessRecord("k", "two")}));
  chmod(directory_.Path().c_str(), 0755);
  chmod(log_dir_.c_str(), 0555);
  for (const auto& entry : std::filesystem::directory_iterator(log_dir_)) chmod(entry.path().c_str(), 0444);
  Process reader("read", log_dir_);
  EXPECT_EQ(reader.Wait(), 0);
  EXPECT_EQ(reader.LastLine(), 2);
  chmod(log_dir_.c_str(), 0755);
}

}  // namespace
}  // namespace tenure::log
