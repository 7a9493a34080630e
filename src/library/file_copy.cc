#include "library/file_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "event/running_hash.h"
#include "log/file_descriptor.h"

namespace tenure::library {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kPieceBytes = 1 << 20;

tl::unexpected<Error> IoError(const std::string& what, const std::string& path, int number) {
  if (number == ENOSPC || number == EDQUOT)
    return Fail("backup_no_space", what + " \"" + path + "\": " + std::strerror(number), "free some space there and run it again",
                Blame::kFault);
  return Fail("backup_io", what + " \"" + path + "\": " + std::strerror(number), "check the path, its owner and the disk",
              Blame::kFault);
}

// Each piece of the file to `each`, whose false ends it with errno.
template <class Each>
Result<Copied> ReadPieces(int from, const std::string& path, Each&& each) {
  event::RunningHash hash;
  Copied copied;
  std::string piece(kPieceBytes, '\0');
  while (true) {
    const ssize_t got = ::read(from, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return IoError("can't read", path, errno);
    if (got == 0) break;
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(got));
    hash.Add(bytes);
    copied.bytes += got;
    if (auto s = each(bytes); !s) return tl::unexpected<Error>(s.error());
  }
  copied.sha256 = event::HexOf(hash.Finish());
  return copied;
}

}  // namespace

Result<std::string> ReadWholeFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return IoError("can't read", path, errno);
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) return IoError("can't read", path, EIO);
  return text.str();
}

Result<Copied> CopyDurably(const std::string& from, const std::string& to) {
  const log::FileDescriptor source(from, O_RDONLY, 0644);
  if (!source.IsOpen()) return IoError("can't read", from, errno);
  const log::FileDescriptor target(to, O_WRONLY | O_CREAT | O_EXCL, 0644);
  if (!target.IsOpen()) return IoError("can't make", to, errno);
  auto copied = ReadPieces(source.Number(), from, [&](std::string_view bytes) -> Status {
    if (!log::WriteAll(target.Number(), bytes)) return IoError("can't write", to, errno);
    return {};
  });
  if (copied && ::fsync(target.Number()) != 0) return IoError("can't sync", to, errno);
  return copied;
}

Result<std::vector<BackedUpFile>> SealFolder(const std::string& folder, const std::string& beneath) {
  std::vector<BackedUpFile> files;
  std::error_code ec;
  for (fs::recursive_directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    const std::string path = it->path().string();
    if (it->is_directory(ec)) {
      if (auto s = SyncFolder(path); !s) return tl::unexpected<Error>(s.error());
      continue;
    }
    const log::FileDescriptor file(path, O_RDONLY, 0644);
    if (!file.IsOpen()) return IoError("can't read", path, errno);
    auto read = ReadPieces(file.Number(), path, [](std::string_view) -> Status { return {}; });
    if (!read) return tl::unexpected<Error>(read.error());
    if (::fsync(file.Number()) != 0) return IoError("can't sync", path, errno);
    files.push_back({beneath + path.substr(folder.size()), read->bytes, read->sha256});
  }
  if (ec) return IoError("can't look into", folder, ec.value());
  if (auto s = SyncFolder(folder); !s) return tl::unexpected<Error>(s.error());
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

Status SyncFolder(const std::string& folder) {
  const log::FileDescriptor opened(folder, O_RDONLY | O_DIRECTORY, 0644);
  if (!opened.IsOpen()) return IoError("can't open", folder, errno);
  if (::fsync(opened.Number()) != 0) return IoError("can't sync", folder, errno);
  return {};
}

Status MakeFolder(const std::string& folder) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) return IoError("can't make", folder, ec.value());
  return {};
}

Status RenameTo(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return IoError("can't rename " + from + " to", to, errno);
  return {};
}

std::int64_t BytesBelow(const std::string& folder) {
  std::int64_t bytes = 0;
  std::error_code ec;
  for (fs::recursive_directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    std::error_code gone;  // a writer removes files
    const auto size = it->is_regular_file(gone) ? it->file_size(gone) : 0;
    if (!gone) bytes += static_cast<std::int64_t>(size);
  }
  return bytes;
}

std::int64_t BytesFree(const std::string& folder) {
  struct statvfs room{};
  if (::statvfs(folder.c_str(), &room) != 0) return 0;
  return static_cast<std::int64_t>(room.f_bavail) * static_cast<std::int64_t>(room.f_frsize);
}

void RemoveBelow(const std::string& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

}  // namespace tenure::library
