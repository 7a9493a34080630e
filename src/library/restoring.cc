// Restoring: everything is made and proven in DIR/restoring and moved up at the end, tenure.json last, without which DIR is nothing.
#include <filesystem>

#include "library/backup_file.h"
#include "library/data_directory.h"
#include "library/file_copy.h"
#include "library/proof.h"
#include "log/writer_lock.h"
#include "tenure/backup.h"

namespace tenure::library {
namespace fs = std::filesystem;
namespace {

constexpr const char* kData = "data/";

bool Exists(const std::string& path) {
  std::error_code ec;
  return fs::exists(path, ec);
}

Result<BackupFile> Read(const std::string& from) {
  const std::string path = from + "/" + kBackupFile;
  if (!Exists(path))
    return Fail("backup_not_found",
                "\"" + from + "\" holds no " + kBackupFile + ": it is no backup, or one that was never finished",
                "name the directory that tenure backup made", Blame::kCaller);
  auto text = ReadWholeFile(path);
  if (!text) return tl::unexpected<Error>(text.error());
  return ReadBackupFile(*text);
}

// Only what a restore that was killed left: it never got to tenure.json.
bool HoldsLeftoversAlone(const std::string& dir) {
  std::error_code ec;
  const std::string folder = dir + "/restoring";
  if (!Exists(folder + "/writer") && !(fs::is_directory(folder, ec) && fs::is_empty(folder, ec))) return false;
  for (const auto& entry : fs::directory_iterator(dir, ec)) {
    const std::string name = entry.path().filename().string();
    if (name != "restoring" && name != "log" && name != "model") return false;
  }
  return !ec;
}

Status CheckVacant(const std::string& dir) {
  std::error_code ec;
  if (!fs::exists(dir, ec)) return {};
  if (fs::is_directory(dir, ec) && (fs::is_empty(dir, ec) || HoldsLeftoversAlone(dir))) return {};
  return Fail("restore_not_empty", "\"" + dir + "\" holds something",
              "name a directory that is empty or isn't there (--data DIR)", Blame::kCaller);
}

tl::unexpected<Error> Damaged(const std::string& path, const std::string& how) {
  return Fail("backup_damaged", path + " " + how, "nothing was restored; take another backup", Blame::kFault);
}

Status CopyFile(const std::string& from, const BackedUpFile& file, const std::string& folder) {
  const std::string source = from + "/" + file.path;
  std::error_code ec;
  if (!fs::is_regular_file(fs::symlink_status(source, ec))) return Damaged(file.path, "is missing");
  if (file.path.rfind(kData, 0) != 0) return Damaged(file.path, "is named and no part of a record");
  const std::string target = folder + "/" + file.path.substr(std::string_view(kData).size());
  if (auto s = MakeFolder(fs::path(target).parent_path().string()); !s) return s;
  auto copied = CopyDurably(source, target);
  if (!copied) return tl::unexpected<Error>(copied.error());
  if (copied->bytes != file.bytes)
    return Damaged(file.path, "has " + std::to_string(copied->bytes) + " bytes, and had " + std::to_string(file.bytes) +
                                  " when it was made");
  if (copied->sha256 != file.sha256) return Damaged(file.path, "is not as it was when it was made (SHA-256)");
  return {};
}

Status CopyAll(const RestoreOptions& options, const BackupFile& file, const std::string& folder) {
  std::int64_t done = 0;
  for (const BackedUpFile& one : file.files) {
    if (auto s = CopyFile(options.from, one, folder); !s) return s;
    if (options.copying) options.copying(done += one.bytes, file.content.bytes);
  }
  return {};
}

Status CheckSame(const BackupContent& said, const BackupContent& found, bool& digests_compared) {
  const auto differs = [](const std::string& what) {
    return Fail("backup_differs", "the files are as backed up, and " + what, "nothing was restored; take another backup",
                Blame::kFault);
  };
  if (said.log_id != found.log_id) return differs("the log in it has another id than backup.json says");
  if (said.end != found.end || said.records != found.records)
    return differs("the log in it ends elsewhere than backup.json says");
  if (said.recorded_until != found.recorded_until) return differs("its last record is of another time than backup.json says");
  if (said.token != found.token) return differs("its position is another than backup.json says");
  digests_compared = said.digest == found.digest;
  if (!digests_compared) return {};
  if (said.tables.size() != found.tables.size()) return differs("its read model has other tables");
  for (std::size_t i = 0; i < said.tables.size(); ++i)
    if (said.tables[i].name != found.tables[i].name || said.tables[i].live != found.tables[i].live)
      return differs("the table \"" + found.tables[i].name + "\" of its read model has another digest");
  return {};
}

Result<RestoreReport> Fill(const RestoreOptions& options, BackupFile file, const std::string& folder) {
  if (auto s = CopyAll(options, file, folder); !s) return tl::unexpected<Error>(s.error());
  auto dir = FindDataDirectory(folder);
  if (!dir) return tl::unexpected<Error>(dir.error());
  BackupContent found;
  if (auto s = ProveLog(dir->Log(), dir->Model(), dir->config, options.proving, found); !s)
    return tl::unexpected<Error>(s.error());
  RestoreReport report;
  if (auto s = CheckSame(file.content, found, report.digests_compared); !s) return tl::unexpected<Error>(s.error());
  if (auto sealed = SealFolder(folder, ""); !sealed) return tl::unexpected<Error>(sealed.error());
  report.content = std::move(file.content);
  return report;
}

Status MoveUp(const std::string& folder, const std::string& dir) {
  for (const char* name : {"/log", "/model"})
    if (auto s = RenameTo(folder + name, dir + name); !s) return s;
  if (auto s = SyncFolder(dir); !s) return s;
  if (auto s = RenameTo(folder + "/tenure.json", dir + "/tenure.json"); !s) return s;
  return SyncFolder(dir);
}

// REQUIRED: the directory held nothing, or leftovers alone.
void ClearLeftovers(const std::string& dir) {
  RemoveBelow(dir + "/tenure.json");
  RemoveBelow(dir + "/log");
  RemoveBelow(dir + "/model");
  std::error_code ec;
  for (fs::directory_iterator it(dir + "/restoring", ec), end; !ec && it != end; it.increment(ec))
    if (it->path().filename() != "writer") RemoveBelow(it->path().string());
}

}  // namespace
}  // namespace tenure::library

namespace tenure {

Result<RestoreReport> RestoreBackup(const RestoreOptions& options) {
  using namespace library;
  const std::string& dir = options.data_dir;
  const std::string folder = dir + "/restoring";
  auto file = Read(options.from);
  if (!file) return tl::unexpected<Error>(file.error());
  if (auto s = CheckVacant(dir); !s) return tl::unexpected<Error>(s.error());
  const bool was_there = Exists(dir);
  if (auto s = MakeFolder(folder); !s) return tl::unexpected<Error>(s.error());
  auto lock = log::WriterLock::Take(folder);
  if (!lock && lock.error().code == "log_locked")
    return Fail("backup_running", "another process restores into \"" + dir + "\"", "wait until it is done", Blame::kUnavailable);
  if (!lock) return tl::unexpected<Error>(lock.error());
  if (auto s = CheckVacant(dir); !s) return tl::unexpected<Error>(s.error());  // it may have ended just now
  ClearLeftovers(dir);
  auto restored = Fill(options, std::move(*file), folder);
  if (restored)
    if (auto moved = MoveUp(folder, dir); !moved) restored = tl::unexpected<Error>(moved.error());
  if (!restored) ClearLeftovers(dir);
  RemoveBelow(folder);
  std::error_code ignored;
  if (!restored && !was_there) std::filesystem::remove(dir, ignored);
  return restored;
}

}  // namespace tenure
