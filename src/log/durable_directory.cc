#include "log/durable_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "log/disk_error.h"

namespace tenure::log {
namespace {

Status SyncDirectory(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  const int error_number = errno;
  if (descriptor >= 0) close(descriptor);
  if (!synced) return tl::unexpected<Error>(DiskError(error_number, "can't sync \"" + path + "\""));
  return {};
}

Status Make(const std::filesystem::path& path) {
  std::error_code ec;
  if (std::filesystem::is_directory(path, ec)) return {};
  const std::filesystem::path parent = path.parent_path();
  if (parent != path)
    if (auto s = Make(parent); !s) return s;
  if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST)
    return tl::unexpected<Error>(DiskError(errno, "can't make the directory \"" + path.string() + "\""));
  return SyncDirectory(parent);
}

}  // namespace

Status MakeDurableDirectory(const std::string& path) {
  std::error_code ec;
  auto absolute = std::filesystem::absolute(path, ec).lexically_normal();
  if (ec) return tl::unexpected<Error>(DiskError(ec.value(), "no such path: \"" + path + "\""));
  if (!absolute.has_filename()) absolute = absolute.parent_path();
  return Make(absolute);
}

}  // namespace tenure::log
