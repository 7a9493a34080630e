#include "unit/log/faulty_file_system.h"

#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

namespace tenure::log {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class FaultyFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(FaultyFileSystem& system, std::string path, std::unique_ptr<rocksdb::FSWritableFile>&& file)
      : FSWritableFileOwnerWrapper(std::move(file)), system_(system), path_(std::move(path)) {}

  using FSWritableFileOwnerWrapper::Append;
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    const IOStatus fault = system_.Operation(false);
    const std::size_t bytes = fault.ok() ? data.size() : data.size() / 2;
    const IOStatus written = target()->Append(Slice(data.data(), bytes), options, debug);
    system_.Written(path_, bytes);
    return fault.ok() ? written : fault;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    if (auto fault = system_.Operation(true); !fault.ok()) return fault;
    const IOStatus synced = target()->Sync(options, debug);
    if (synced.ok()) system_.Synced(path_);
    return synced;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return Sync(options, debug); }
  // A hint to write back early promises nothing.
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  FaultyFileSystem& system_;
  const std::string path_;
};

class FaultyDirectory : public rocksdb::FSDirectory {
 public:
  FaultyDirectory(FaultyFileSystem& system, std::string path, std::unique_ptr<rocksdb::FSDirectory> directory)
      : system_(system), path_(std::move(path)), directory_(std::move(directory)) {}
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    if (auto fault = system_.Operation(true); !fault.ok()) return fault;
    const IOStatus synced = directory_->Fsync(options, debug);
    if (synced.ok()) system_.DirectorySynced(path_);
    return synced;
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override { return directory_->Close(options, debug); }

 private:
  FaultyFileSystem& system_;
  const std::string path_;
  const std::unique_ptr<rocksdb::FSDirectory> directory_;
};

}  // namespace

void FaultyFileSystem::FailAfter(int operations, Fault fault, int times) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
  left_ = operations;
  times_ = times;
  failed_ = false;
}

bool FaultyFileSystem::HasFailed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

int FaultyFileSystem::Syncs() const {
  const std::lock_guard lock(mutex_);
  return syncs_;
}

void FaultyFileSystem::SlowSyncs(int milliseconds) {
  const std::lock_guard lock(mutex_);
  slow_sync_ms_ = milliseconds;
}

IOStatus FaultyFileSystem::Operation(bool is_sync) {
  std::unique_lock lock(mutex_);
  if (is_sync) ++syncs_;
  const int wait_ms = is_sync ? slow_sync_ms_ : 0;
  const bool counts = fault_ != Fault::kNone && (fault_ != Fault::kSyncFails || is_sync);
  if (counts && left_-- <= 0 && times_-- > 0) {
    failed_ = true;
    return fault_ == Fault::kDiskFull ? IOStatus::NoSpace("a full disk, for the test")
                                      : IOStatus::IOError("a broken disk, for the test");
  }
  lock.unlock();
  if (wait_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
  return IOStatus::OK();
}

void FaultyFileSystem::Written(const std::string& path, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  files_[path].written += bytes;
}

void FaultyFileSystem::Synced(const std::string& path) {
  const std::lock_guard lock(mutex_);
  files_[path].synced = files_[path].written;
}

void FaultyFileSystem::DirectorySynced(const std::string& path) {
  const std::lock_guard lock(mutex_);
  for (auto& [file, durable] : files_)
    if (std::filesystem::path(file).parent_path() == std::filesystem::path(path)) durable.entry_synced = true;
}

void FaultyFileSystem::LoseUnsynced() {
  const std::lock_guard lock(mutex_);
  std::error_code ec;
  for (const auto& [path, durable] : files_) {
    if (!durable.entry_synced) std::filesystem::remove(path, ec);
    else if (std::filesystem::exists(path, ec)) std::filesystem::resize_file(path, durable.synced, ec);
  }
  files_.clear();
}

IOStatus FaultyFileSystem::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  if (auto fault = Operation(false); !fault.ok()) return fault;
  std::unique_ptr<rocksdb::FSWritableFile> real;
  const IOStatus made = target()->NewWritableFile(path, options, &real, debug);
  if (!made.ok()) return made;
  {
    const std::lock_guard lock(mutex_);
    files_[path] = {};
  }
  *file = std::make_unique<FaultyFile>(*this, path, std::move(real));
  return made;
}

IOStatus FaultyFileSystem::ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                                              std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) {
  return IOStatus::NotSupported("appending to an old file, which nothing here does");
}

IOStatus FaultyFileSystem::RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                                      IODebugContext* debug) {
  if (auto fault = Operation(false); !fault.ok()) return fault;
  std::error_code ec;
  const bool replaces = std::filesystem::exists(to, ec);
  const IOStatus renamed = target()->RenameFile(from, to, options, debug);
  if (!renamed.ok()) return renamed;
  // A name that stood before stands after, with the new content; file systems keep the order of a directory's changes, so what was
  // made before in the same directory is there, too.
  if (replaces) DirectorySynced(std::filesystem::path(to).parent_path());
  const std::lock_guard lock(mutex_);
  if (auto moved = files_.extract(from)) {
    moved.key() = to;
    moved.mapped().entry_synced = replaces;
    files_.erase(to);
    files_.insert(std::move(moved));
  }
  return renamed;
}

IOStatus FaultyFileSystem::DeleteFile(const std::string& path, const IOOptions& options, IODebugContext* debug) {
  const IOStatus deleted = target()->DeleteFile(path, options, debug);
  const std::lock_guard lock(mutex_);
  files_.erase(path);
  return deleted;
}

IOStatus FaultyFileSystem::NewDirectory(const std::string& path, const IOOptions& options,
                                        std::unique_ptr<rocksdb::FSDirectory>* directory, IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> real;
  const IOStatus opened = target()->NewDirectory(path, options, &real, debug);
  if (opened.ok()) *directory = std::make_unique<FaultyDirectory>(*this, path, std::move(real));
  return opened;
}

}  // namespace tenure::log
