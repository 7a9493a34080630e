#pragma once
// A file system that lets something happen in the middle of a reader's opening.
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tenure::log {

// Calls back whenever a database that is being opened has read which files there are and not yet looked for write-ahead logs;
// twice, as RocksDB opens read-only in up to two passes and the last one counts.
class CallingBack : public rocksdb::FileSystemWrapper {
 public:
  explicit CallingBack(std::function<void()> call) : FileSystemWrapper(rocksdb::FileSystem::Default()), call_(std::move(call)) {}
  const char* Name() const override { return "CallingBack"; }

  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file, rocksdb::IODebugContext* debug) override {
    manifest_opened_ = manifest_opened_ || path.find("MANIFEST") != std::string::npos;
    return target()->NewSequentialFile(path, options, file, debug);
  }
  rocksdb::IOStatus GetChildren(const std::string& path, const rocksdb::IOOptions& options, std::vector<std::string>* names,
                                rocksdb::IODebugContext* debug) override {
    if (std::exchange(manifest_opened_, false) && calls_left_ > 0) {
      --calls_left_;
      call_();
    }
    return target()->GetChildren(path, options, names, debug);
  }
  int CallsLeft() const { return calls_left_; }

 private:
  const std::function<void()> call_;
  int calls_left_ = 2;
  bool manifest_opened_ = false;
};

}  // namespace tenure::log
