#include "log/acknowledged_mark.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "log/big_endian.h"
#include "log/disk_error.h"

namespace tenure::log {
namespace {

// Magic 8 (its last byte is the version), time 8, FNV-1a over both 8.
constexpr std::string_view kMagic = "tenackd\x01";
constexpr std::size_t kMarkBytes = 24;

std::string PathIn(const std::string& directory) { return directory + "/acknowledged"; }

std::uint64_t Fnv1a(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

std::array<char, kMarkBytes> Encode(RecordedTime closed) {
  std::array<char, kMarkBytes> bytes{};
  std::memcpy(bytes.data(), kMagic.data(), kMagic.size());
  StoreBigEndian(bytes.data() + 8, closed.us);
  StoreBigEndian(bytes.data() + 16, Fnv1a({bytes.data(), 16}));
  return bytes;
}

}  // namespace

Result<AcknowledgedMark> AcknowledgedMark::Open(const std::string& directory) {
  const std::string path = PathIn(directory);
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return tl::unexpected<Error>(DiskError(errno, "can't open \"" + path + "\""));
  return AcknowledgedMark(descriptor);
}

AcknowledgedMark::AcknowledgedMark(AcknowledgedMark&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

AcknowledgedMark& AcknowledgedMark::operator=(AcknowledgedMark&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

AcknowledgedMark::~AcknowledgedMark() {
  if (descriptor_ >= 0) close(descriptor_);
}

void AcknowledgedMark::Set(RecordedTime closed) {
  const auto bytes = Encode(closed);
  // No mark is better than an old one that a reader takes for news that there are none.
  if (pwrite(descriptor_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) (void)!ftruncate(descriptor_, 0);
}

std::optional<RecordedTime> AcknowledgedMark::Get(const std::string& directory) {
  const int descriptor = open(PathIn(directory).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  std::array<char, kMarkBytes> bytes{};
  const ssize_t got = pread(descriptor, bytes.data(), bytes.size(), 0);
  close(descriptor);
  if (got != static_cast<ssize_t>(kMarkBytes)) return std::nullopt;
  const RecordedTime closed{LoadBigEndian<std::int64_t>(bytes.data() + 8)};
  if (Encode(closed) != bytes) return std::nullopt;
  return closed;
}

}  // namespace tenure::log
