#include "http/watched_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace tenure::http {
namespace {

constexpr std::chrono::milliseconds kLookAgain{250};

bool IsSame(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size && a.st_mode == b.st_mode &&
         a.st_uid == b.st_uid && a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec &&
         a.st_ctim.tv_sec == b.st_ctim.tv_sec && a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

tl::unexpected<Error> NotReadable(const std::string& path, int why) {
  return Fail("file_not_readable", "\"" + path + "\" can't be read: " + std::strerror(why),
              "let the user that runs tenure read it", Blame::kFault);
}

}  // namespace

bool WatchedFile::Look(Moment now) {
  if (path_.empty()) return !std::exchange(looked_, now);
  if (looked_ && now - *looked_ < kLookAgain) return false;
  const bool first = !looked_;
  looked_ = now;
  struct stat there{};
  const bool found = ::stat(path_.c_str(), &there) == 0;
  const bool absent = !found && errno == ENOENT;
  if (found && seen_ && IsSame(there, *seen_) && text_) return false;
  if (absent && !first && text_ && !*text_) return false;
  seen_ = found ? std::optional(there) : std::nullopt;
  Read();
  return true;
}

void WatchedFile::Read() {
  const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) text_ = std::optional<std::string>();
    else text_ = NotReadable(path_, errno);
    return;
  }
  struct stat there{};
  std::string text;
  std::array<char, 65536> part{};
  ssize_t got = ::fstat(fd, &there) == 0 ? 1 : -1;
  while (got > 0)
    if ((got = ::read(fd, part.data(), part.size())) > 0) text.append(part.data(), static_cast<std::size_t>(got));
  const int why = errno;
  ::close(fd);
  if (got < 0) text_ = NotReadable(path_, why);
  else if ((there.st_mode & S_IWOTH) != 0)
    text_ = Fail("file_not_trusted", "\"" + path_ + "\" can be written by everybody", "chmod o-w " + path_, Blame::kFault);
  else text_ = std::optional(std::move(text));
}

}  // namespace tenure::http
