#include "library/data_directory.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "library/data_file.h"

namespace tenure::library {
namespace fs = std::filesystem;
namespace {

constexpr const char* kFile = "/tenure.json";

tl::unexpected<Error> IoError(const std::string& what, const std::string& path, int err) {
  const char* hint = err == ENOSPC || err == EDQUOT ? "free some space on that disk and run the command again"
                     : err == EACCES || err == EPERM || err == EROFS
                         ? "run it as a user who may write there, or name another directory with --data"
                         : "check the disk and the path";
  return Fail("data_io", what + " " + path + ": " + std::strerror(err), hint, Blame::kFault);
}

Status SyncFolder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return IoError("can't open", path, errno);
  const int rc = ::fsync(fd);
  const int err = errno;
  ::close(fd);
  if (rc != 0) return IoError("can't sync", path, err);
  return {};
}

Status Rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return IoError("can't rename " + from + " to", to, errno);
  return {};
}

Status RemoveFolder(const std::string& path) {
  std::error_code ec;
  fs::remove_all(path, ec);
  if (ec) return IoError("can't remove", path, ec.value());
  return {};
}

bool Exists(const std::string& path) {
  std::error_code ec;
  return fs::exists(path, ec);
}

// Nothing in it, or only the draft of a tenure.json that a crash left, or tokens that were made before the first record.
bool IsVacant(const std::string& path) {
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(path, ec)) {
    const auto name = entry.path().filename();
    if (name != "tenure.json.new" && name != "tokens.json" && name != "tokens.json.new") return false;
  }
  return !ec;
}

// The descriptor's file belongs to whoever the folder belongs to, and to nobody else. Only root can give it away.
bool GiveToOwner(int fd, const std::string& folder) {
  struct stat owner{};
  if (::fchmod(fd, 0600) != 0 || ::stat(folder.c_str(), &owner) != 0) return false;
  return ::geteuid() != 0 || ::fchown(fd, owner.st_uid, owner.st_gid) == 0;
}

std::vector<std::string> Sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

Status WriteDurably(const std::string& path, const std::string& text, bool private_to_owner) {
  const std::string draft = path + ".new", folder = fs::path(path).parent_path().string();
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, private_to_owner ? 0600 : 0644);
  if (fd < 0) return IoError("can't write", draft, errno);
  if (private_to_owner && !GiveToOwner(fd, folder)) {
    const int why = errno;
    ::close(fd);
    return IoError("can't protect", draft, why);
  }
  const ssize_t written = ::write(fd, text.data(), text.size());
  int err = errno;
  const bool whole = written == static_cast<ssize_t>(text.size());
  if (!whole && written >= 0) err = ENOSPC;
  const bool synced = whole && ::fsync(fd) == 0;
  if (whole && !synced) err = errno;
  ::close(fd);
  if (!synced) return IoError("can't write", draft, err);
  if (::rename(draft.c_str(), path.c_str()) != 0) return IoError("can't write", path, errno);
  return SyncFolder(folder);
}

Result<DataDirectory> FindDataDirectory(const std::string& path) {
  std::error_code ec;
  const bool there = fs::is_directory(path, ec);
  if (ec && ec.value() != ENOENT && ec.value() != ENOTDIR) return IoError("can't look into", path, ec.value());
  if (!there && Exists(path))
    return Fail("data_not_tenure", "\"" + path + "\" is not a directory", "name a directory with --data", Blame::kCaller);
  std::ifstream in(path + kFile);
  if (!in) {
    const int err = errno;
    if (Exists(path + kFile)) return IoError("can't read", path + kFile, err);
    if (there && !IsVacant(path))
      return Fail("data_not_tenure", "\"" + path + "\" holds other things and no tenure.json",
                  "name tenure's own directory with --data", Blame::kCaller);
    return Fail(
        "data_not_found", "there is no record in \"" + path + "\"",
        "name its directory with --data DIR (or TENURE_DATA), or begin one: tenure append FILE, tenure import cloudtrail PATH",
        Blame::kCaller);
  }
  std::ostringstream text;
  text << in.rdbuf();
  auto file = ReadDataFile(text.str());
  if (!file) {
    file.error().reason = path + kFile + ": " + file.error().reason;
    return tl::unexpected<Error>(file.error());
  }
  DataDirectory found{path, projection::FoldConfig{Sorted(std::move(file->correctors))}, {}};
  if (file->format == kKafkaFormat) found.topic_prefix = file->topic_prefix;
  return found;
}

Result<DataDirectory> FindOrCreateDataDirectory(const std::string& path, std::vector<std::string> correctors,
                                                std::optional<std::string> topic_prefix) {
  correctors = Sorted(std::move(correctors));
  auto found = FindDataDirectory(path);
  if (found) {
    if (!correctors.empty() && correctors != found->config.correctors)
      return Fail("data_other_correctors", "\"" + path + "\" was made with other correctors",
                  "leave --corrector out; correctors are fixed when the directory is made", Blame::kCaller);
    return found;
  }
  if (found.error().code != "data_not_found") return found;
  std::error_code ec;
  fs::create_directories(path, ec);
  if (ec) return IoError("can't make", path, ec.value());
  const DataFile file{topic_prefix ? kKafkaFormat : kDataFormat, correctors, topic_prefix.value_or("")};
  if (auto written = WriteDurably(path + kFile, WriteDataFile(file)); !written) return tl::unexpected<Error>(written.error());
  return DataDirectory{path, projection::FoldConfig{std::move(correctors)}, std::move(topic_prefix)};
}

Status FindOrMakeFolder(const std::string& path) {
  auto found = FindDataDirectory(path);
  if (found) return {};
  if (found.error().code != "data_not_found") return tl::unexpected<Error>(found.error());
  std::error_code ec;
  fs::create_directories(path, ec);
  if (ec) return IoError("can't make", path, ec.value());
  return {};
}

Status SwapModel(const DataDirectory& dir) {
  if (auto s = RemoveFolder(dir.ModelOld()); !s) return s;
  if (Exists(dir.Model()))
    if (auto s = Rename(dir.Model(), dir.ModelOld()); !s) return s;
  if (auto s = Rename(dir.ModelRebuilding(), dir.Model()); !s) return s;
  if (auto s = SyncFolder(dir.path); !s) return s;
  return RemoveFolder(dir.ModelOld());
}

Status FinishSwap(const DataDirectory& dir) {
  if (!Exists(dir.Model())) {
    // model.old is made only when model.rebuilding is complete, so together they say: carry on.
    if (Exists(dir.ModelOld()) && Exists(dir.ModelRebuilding())) {
      if (auto s = Rename(dir.ModelRebuilding(), dir.Model()); !s) return s;
    } else if (Exists(dir.ModelOld())) {
      if (auto s = Rename(dir.ModelOld(), dir.Model()); !s) return s;
    }
  }
  // A rebuild that stopped before the swap is left where it is: the next rebuild resumes or removes it.
  return RemoveFolder(dir.ModelOld());
}

void RemoveLeftovers(const DataDirectory& dir) {
  std::error_code ec;
  fs::remove_all(dir.Restoring(), ec);
  for (const auto& entry : fs::directory_iterator(dir.path, ec)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind("verify-", 0) != 0) continue;
    const long pid = std::strtol(name.c_str() + std::strlen("verify-"), nullptr, 10);
    const bool runs = pid > 0 && (::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM);
    std::error_code ignored;
    if (!runs) fs::remove_all(entry.path(), ignored);
  }
}

Result<std::string> ScratchFolder(const DataDirectory& dir) {
  static std::atomic<int> made = 0;
  const std::string name = "/verify-" + std::to_string(::getpid()) + "-" + std::to_string(++made);
  std::error_code ec;
  std::string beside = dir.path + name;
  fs::remove_all(beside, ec);
  if (::mkdir(beside.c_str(), 0700) == 0) return beside;
  if (errno != EACCES && errno != EPERM && errno != EROFS) return IoError("can't make", beside, errno);
  const char* tmp = std::getenv("TMPDIR");
  std::string elsewhere = std::string(tmp != nullptr && *tmp != '\0' ? tmp : "/tmp") + "/tenure-verify-XXXXXX";
  if (::mkdtemp(elsewhere.data()) == nullptr) return IoError("can't make", elsewhere, errno);
  return elsewhere;
}

}  // namespace tenure::library
