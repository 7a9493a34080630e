// Backups are made under a name of their own and renamed when they are whole and on disk.
#include "tenure/backup.h"

#include <filesystem>

#include "library/backup_file.h"
#include "library/data_directory.h"
#include "library/file_copy.h"
#include "library/proof.h"
#include "log/log_copy.h"
#include "log/writer_lock.h"

namespace tenure::library {
namespace fs = std::filesystem;
namespace {

bool Exists(const std::string& path) {
  std::error_code ec;
  return fs::exists(fs::symlink_status(path, ec));
}

// "backups/monday/" names backups/monday.
std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::string FolderAbove(const std::string& path) {
  const std::string above = fs::path(path).parent_path().string();
  return above.empty() ? "." : above;
}

Status CheckFree(const std::string& to) {
  if (!Exists(to)) return {};
  return Fail("backup_exists", "\"" + to + "\" is there already", "name a directory that isn't, or remove this one first",
              Blame::kCaller);
}

// The lock's own words are about a log.
Result<log::WriterLock> TakeAlone(const std::string& folder) {
  auto lock = log::WriterLock::Take(folder);
  if (!lock && lock.error().code == "log_locked")
    return Fail("backup_running", "another process is at work in \"" + folder + "\"", "wait until it is done",
                Blame::kUnavailable);
  return lock;
}

std::string Mebibytes(std::int64_t bytes) { return std::to_string((bytes >> 20) + 1) + " MiB"; }

// The copy, and beside it, for a while, a read model of about the size of the live one.
Status CheckRoom(const DataDirectory& dir, const std::string& where) {
  const std::int64_t needed = BytesBelow(dir.Log()) + BytesBelow(dir.Model()), free = BytesFree(where);
  if (needed <= free) return {};
  return Fail("backup_no_space",
              "the backup needs about " + Mebibytes(needed) + " while it is made, and " + Mebibytes(free) + " are free in \"" +
                  where + "\"",
              "free some space there, or name another place", Blame::kFault);
}

Result<BackupContent> Fill(const BackupOptions& options, const DataDirectory& dir, const std::string& folder) {
  const std::string data = folder + "/data", proof = folder + "/proof";
  if (auto s = MakeFolder(data); !s) return tl::unexpected<Error>(s.error());
  if (auto copied = CopyDurably(dir.path + "/tenure.json", data + "/tenure.json"); !copied)
    return tl::unexpected<Error>(copied.error());
  if (auto copied = log::CopyLog(dir.Log(), data + "/log", options.copying); !copied)
    return tl::unexpected<Error>(copied.error());
  BackupFile file;
  file.content.made_at = options.now;
  file.content.made_by = options.made_by;
  file.content.label = options.label;
  if (auto s = ProveLog(data + "/log", proof, dir.config, options.proving, file.content); !s)
    return tl::unexpected<Error>(s.error());
  RemoveBelow(proof);
  auto sealed = SealFolder(data, "data");
  if (!sealed) return tl::unexpected<Error>(sealed.error());
  file.files = std::move(*sealed);
  file.content.bytes = 0;
  for (const BackedUpFile& one : file.files) file.content.bytes += one.bytes;
  if (auto s = WriteDurably(folder + "/" + kBackupFile, WriteBackupFile(file)); !s) return tl::unexpected<Error>(s.error());
  return std::move(file.content);
}

// What an earlier one that was killed left in it.
void Clear(const std::string& folder) {
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
    if (it->path().filename() != "writer") RemoveBelow(it->path().string());
}

Status GiveName(const std::string& folder, const std::string& to) {
  std::error_code ignored;
  fs::remove(folder + "/writer", ignored);
  if (auto s = SyncFolder(folder); !s) return s;
  if (auto s = CheckFree(to); !s) return s;
  if (auto s = RenameTo(folder, to); !s) return s;
  return SyncFolder(FolderAbove(to));
}

}  // namespace
}  // namespace tenure::library

namespace tenure {

Result<BackupContent> MakeBackup(const BackupOptions& options) {
  using namespace library;
  auto dir = FindDataDirectory(options.data_dir);
  if (!dir) return tl::unexpected<Error>(dir.error());
  if (dir->topic_prefix)
    return Fail("backup_on_kafka", "the record of \"" + dir->path + "\" is on Kafka: its data directory can be made from there",
                "back up the brokers (docs/operating/backup.md)", Blame::kCaller);
  const std::string to = WithoutSlash(options.to), folder = to + ".unfinished";
  if (auto s = CheckFree(to); !s) return tl::unexpected<Error>(s.error());
  if (auto s = MakeFolder(folder); !s) return tl::unexpected<Error>(s.error());
  auto lock = TakeAlone(folder);
  if (!lock) return tl::unexpected<Error>(lock.error());
  Clear(folder);
  const Status room = CheckRoom(*dir, folder);
  Result<BackupContent> made = room ? Fill(options, *dir, folder) : tl::unexpected<Error>(room.error());
  if (made)
    if (auto named = GiveName(folder, to); !named) made = tl::unexpected<Error>(named.error());
  if (!made) RemoveBelow(folder);
  return made;
}

}  // namespace tenure
