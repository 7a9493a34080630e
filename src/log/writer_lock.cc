#include "log/writer_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "log/disk_error.h"

namespace tenure::log {
namespace {

std::string HolderOf(int descriptor) {
  char text[32];
  const ssize_t got = pread(descriptor, text, sizeof text, 0);
  std::string digits;
  for (ssize_t i = 0; i < got && text[i] >= '0' && text[i] <= '9'; ++i) digits += text[i];
  return digits.empty() ? "another process" : "process " + digits;
}

// Only for people to read, so a failure to write it is no reason not to work.
void WriteHolder(int descriptor) {
  const std::string text = std::to_string(getpid()) + "\n";
  if (ftruncate(descriptor, 0) == 0) (void)!pwrite(descriptor, text.data(), text.size(), 0);
}

}  // namespace

Result<WriterLock> WriterLock::Take(const std::string& directory) {
  const std::string path = directory + "/writer";
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return tl::unexpected<Error>(DiskError(errno, "can't open \"" + path + "\" to write the log"));
  WriterLock lock(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return tl::unexpected<Error>(DiskError(errno, "can't lock \"" + path + "\""));
    const std::string holder = HolderOf(descriptor);
    return Fail("log_locked", "the log in \"" + directory + "\" is being written by " + holder,
                "wait until it is done, or send what you want to append through it; questions can be asked meanwhile",
                Blame::kUnavailable);
  }
  WriteHolder(descriptor);
  return lock;
}

WriterLock::WriterLock(WriterLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

WriterLock& WriterLock::operator=(WriterLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

WriterLock::~WriterLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace tenure::log
