// Preloaded into `tenure`: kills the process, as kill -9 does, at the n-th call of one kind on a path that contains a text.
//
//   TENURE_KILL_AT=CALL:TEXT:N   CALL: write, sync, rename, unlink, open (for writing); N counts from 1; before the call
//   TENURE_KILL_AT=…:after       after it
// A `write` that is killed "torn" has written half of its bytes: TENURE_KILL_AT=write:TEXT:N:torn
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

struct Point {
  std::string call, text, when;
  long n = 0;
};

const Point& ThePoint() {
  static const Point point = [] {
    Point p;
    const char* text = std::getenv("TENURE_KILL_AT");
    if (text == nullptr) return p;
    std::string parts[4];
    int part = 0;
    for (const char* c = text; *c != '\0'; ++c) {
      if (*c == ':' && part < 3) ++part;
      else parts[part] += *c;
    }
    p.call = parts[0], p.text = parts[1], p.n = std::atol(parts[2].c_str()), p.when = parts[3];
    return p;
  }();
  return point;
}

std::string PathOf(int fd) {
  char link[64], path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t n = readlink(link, path, sizeof path);
  return n > 0 ? std::string(path, static_cast<std::size_t>(n)) : std::string();
}

void Die() {
  kill(getpid(), SIGKILL);
  pause();
}

std::atomic<long> calls{0};

// Whether this is the call at which the process dies.
bool IsThePoint(const char* call, const std::string& path) {
  const Point& p = ThePoint();
  return p.n > 0 && p.call == call && path.find(p.text) != std::string::npos && ++calls == p.n;
}
bool IsThePoint(const char* call, int fd) { return ThePoint().call == call && IsThePoint(call, PathOf(fd)); }

template <class Do>
auto Around(bool here, Do call) {
  if (here && ThePoint().when != "after") Die();
  auto result = call();
  if (here) Die();
  return result;
}

template <class Function>
Function Real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

// A torn write has written half of its bytes.
template <class Do>
ssize_t Write(int fd, std::size_t bytes, Do write) {
  const bool here = IsThePoint("write", fd);
  if (here && ThePoint().when == "torn") {
    write(bytes / 2);
    Die();
  }
  return Around(here, [&] { return write(bytes); });
}

template <class Do>
int Open(const char* path, int flags, Do open) {
  return Around((flags & O_CREAT) != 0 && IsThePoint("open", path), open);
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t n) {
  static const auto real = Real<ssize_t (*)(int, const void*, size_t)>("write");
  return Write(fd, n, [&](size_t some) { return real(fd, bytes, some); });
}
ssize_t pwrite(int fd, const void* bytes, size_t n, off_t at) {
  static const auto real = Real<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  return Write(fd, n, [&](size_t some) { return real(fd, bytes, some, at); });
}
ssize_t pwrite64(int fd, const void* bytes, size_t n, off64_t at) {
  static const auto real = Real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return Write(fd, n, [&](size_t some) { return real(fd, bytes, some, at); });
}
int fsync(int fd) {
  static const auto real = Real<int (*)(int)>("fsync");
  return Around(IsThePoint("sync", fd), [&] { return real(fd); });
}
int fdatasync(int fd) {
  static const auto real = Real<int (*)(int)>("fdatasync");
  return Around(IsThePoint("sync", fd), [&] { return real(fd); });
}
int rename(const char* from, const char* to) {
  static const auto real = Real<int (*)(const char*, const char*)>("rename");
  return Around(IsThePoint("rename", std::string(from) + " " + to), [&] { return real(from, to); });
}
int unlink(const char* path) {
  static const auto real = Real<int (*)(const char*)>("unlink");
  return Around(IsThePoint("unlink", path), [&] { return real(path); });
}
int unlinkat(int directory, const char* path, int flags) {
  static const auto real = Real<int (*)(int, const char*, int)>("unlinkat");
  const bool here = ThePoint().call == "unlink" && IsThePoint("unlink", PathOf(directory) + "/" + path);
  return Around(here, [&] { return real(directory, path, flags); });
}
int open(const char* path, int flags, ...) {
  static const auto real = Real<int (*)(const char*, int, ...)>("open");
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return Open(path, flags, [&] { return real(path, flags, mode); });
}
int open64(const char* path, int flags, ...) {
  static const auto real = Real<int (*)(const char*, int, ...)>("open64");
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return Open(path, flags, [&] { return real(path, flags, mode); });
}

}  // extern "C"
