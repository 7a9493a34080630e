#pragma once
// A file system on the real one whose disk fills up, fails, or loses power, at a chosen write. For RocksDB (EmbeddedOptions::env).
//
// It remembers what was synced: how much of each file, and which new files' directory. LoseUnsynced then leaves exactly
// that, the worst that a power cut may leave. Thread-safe.
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace tenure::log {

class FaultyFileSystem : public rocksdb::FileSystemWrapper {
 public:
  enum class Fault { kNone, kDiskFull, kBroken, kSyncFails };

  FaultyFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

  // From the n-th write, sync or new file from now on (0 = the next), all of them fail; the first that fails writes half.
  // kSyncFails: only syncs count and fail. `times`: how many fail until it is over by itself.
  void FailAfter(int operations, Fault fault, int times = 1 << 30);
  void Heal() { FailAfter(0, Fault::kNone); }
  bool HasFailed() const;
  int Syncs() const;
  void SlowSyncs(int milliseconds);

  // The files as after a power cut. REQUIRED: nothing of them is open.
  void LoseUnsynced();

  const char* Name() const override { return "FaultyFileSystem"; }
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory, rocksdb::IODebugContext* debug) override;

  // Of its files and directories.
  rocksdb::IOStatus Operation(bool is_sync);
  void Written(const std::string& path, std::uint64_t bytes);
  void Synced(const std::string& path);
  void DirectorySynced(const std::string& path);

 private:
  struct Durable {
    std::uint64_t written = 0, synced = 0;
    bool entry_synced = false;
  };

  mutable std::mutex mutex_;
  Fault fault_ = Fault::kNone;
  int left_ = 0, times_ = 0, syncs_ = 0, slow_sync_ms_ = 0;
  bool failed_ = false;
  std::map<std::string, Durable> files_;
};

}  // namespace tenure::log
