#include "connect/byte_stream.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace tenure::connect {
namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;
using Each = std::function<Status(std::string_view, std::int64_t)>;

// The file's own bytes, as they are.
class RawFile {
 public:
  explicit RawFile(const std::string& path)
      : path_(path), fd_(path == kStandardInput ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~RawFile() {
    if (fd_ >= 0 && fd_ != STDIN_FILENO) ::close(fd_);
  }
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;

  // Empty at the end.
  Result<std::string_view> Next() {
    ssize_t n = -1;
    do n = fd_ < 0 ? -1 : ::read(fd_, buffer_.data(), buffer_.size());
    while (n < 0 && fd_ >= 0 && errno == EINTR);
    if (n < 0)
      return Fail("file_unreadable", "\"" + path_ + "\" cannot be read: " + std::strerror(errno),
                  "check that it is there and readable");
    done_ += n;
    return std::string_view(buffer_.data(), static_cast<std::size_t>(n));
  }
  std::int64_t Done() const { return done_; }

 private:
  std::string path_;
  int fd_;
  std::vector<char> buffer_ = std::vector<char>(kPieceBytes);
  std::int64_t done_ = 0;
};

bool BeginsLikeGzip(std::string_view piece) { return piece.size() >= 2 && piece[0] == '\x1F' && piece[1] == '\x8B'; }

class Gunzip {
 public:
  Gunzip() { ready_ = inflateInit2(&z_, 16 + MAX_WBITS) == Z_OK; }
  ~Gunzip() {
    if (ready_) inflateEnd(&z_);
  }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  Status Feed(std::string_view in, std::int64_t file_bytes, const Each& each) {
    if (!ready_) return Fail("gzip_corrupt", "zlib cannot be set up", "", Blame::kFault);
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    z_.avail_in = static_cast<uInt>(in.size());
    while (z_.avail_in > 0 || more_out_) {
      if (member_ended_ && !BeginMember()) return {};
      z_.next_out = reinterpret_cast<Bytef*>(out_.data());
      z_.avail_out = static_cast<uInt>(out_.size());
      const int rc = inflate(&z_, Z_NO_FLUSH);
      const std::size_t made = out_.size() - z_.avail_out;
      more_out_ = z_.avail_out == 0;
      if (made > 0)
        if (auto ok = each({out_.data(), made}, file_bytes); !ok) return ok;
      if (rc == Z_STREAM_END) member_ended_ = true, more_out_ = false;
      else if (rc != Z_OK && rc != Z_BUF_ERROR)
        return Fail("gzip_corrupt", std::string("the gzip data is damaged: ") + (z_.msg ? z_.msg : "unknown"),
                    "fetch the file again; the records before are taken");
      else if (made == 0 && rc == Z_BUF_ERROR) break;
    }
    return {};
  }

  Status Finish() const {
    if (member_ended_) return {};
    return Fail("gzip_truncated", "the gzip data ends before its end", "fetch the file again; the records before are taken");
  }

 private:
  // Zeros after a member are padding; anything else begins the next one.
  bool BeginMember() {
    while (z_.avail_in > 0 && *z_.next_in == 0) ++z_.next_in, --z_.avail_in;
    if (z_.avail_in == 0) return false;
    inflateReset(&z_);
    member_ended_ = false;
    return true;
  }

  z_stream z_{};
  bool ready_ = false, member_ended_ = false, more_out_ = false;
  std::vector<char> out_ = std::vector<char>(kPieceBytes);
};

}  // namespace

Status ReadBytes(const std::string& path, const Each& each) {
  RawFile file(path);
  auto piece = file.Next();
  if (!piece) return tl::unexpected(piece.error());
  if (!BeginsLikeGzip(*piece)) {
    while (!piece->empty()) {
      if (auto ok = each(*piece, file.Done()); !ok) return ok;
      if (piece = file.Next(); !piece) return tl::unexpected(piece.error());
    }
    return {};
  }
  Gunzip gunzip;
  while (!piece->empty()) {
    if (auto ok = gunzip.Feed(*piece, file.Done(), each); !ok) return ok;
    if (piece = file.Next(); !piece) return tl::unexpected(piece.error());
  }
  return gunzip.Finish();
}

}  // namespace tenure::connect
