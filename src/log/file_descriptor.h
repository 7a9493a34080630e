#pragma once
// A file that is closed when its object goes, and bytes written to it whole. Plain POSIX: errors are in errno.
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

namespace tenure::log {

class FileDescriptor {
 public:
  // `flags` as for open(2); `mode` of a file that is made.
  FileDescriptor(const std::string& path, int flags, mode_t mode) : number_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  bool IsOpen() const { return number_ >= 0; }
  int Number() const { return number_; }

 private:
  const int number_;
};

// False: errno says why not all of it was written.
bool WriteAll(int descriptor, std::string_view bytes);

}  // namespace tenure::log
