#include "library/zip_file.h"

#include <zip.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "tenure/evidence.h"

namespace tenure::library {
namespace {

constexpr std::size_t kNameBytesMax = 128;
constexpr std::size_t kReadBytes = 64 * 1024;

struct Discarding {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, Discarding>;
using Entry = std::unique_ptr<zip_file_t, Discarding>;

tl::unexpected<Error> NotAPack(std::string reason) {
  return Fail("evidence_not_a_pack", std::move(reason), "name a file that tenure evidence has written, whole", Blame::kInput);
}

tl::unexpected<Error> IoError(const std::string& path, const std::string& what) {
  return Fail("evidence_io", "can't write " + path + ": " + what, "check the disk and the path", Blame::kFault);
}

std::string Text(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

bool IsPlainName(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax) return false;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part.find_first_not_of('.') == std::string_view::npos) return false;
    for (const char c : part)
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
        return false;
    if (end == name.size()) return true;
    begin = end + 1;
  }
}

Result<std::string> ReadEntry(zip_t* archive, zip_uint64_t index, const zip_stat_t& stat) {
  const std::string name = stat.name;
  const Entry entry(zip_fopen_index(archive, index, 0));
  if (!entry) return NotAPack("\"" + name + "\" can't be unpacked: " + zip_strerror(archive));
  std::string bytes;
  std::string piece(kReadBytes, '\0');
  while (true) {
    const zip_int64_t n = zip_fread(entry.get(), piece.data(), piece.size());
    if (n < 0) return NotAPack("\"" + name + "\" can't be unpacked: " + zip_file_strerror(entry.get()));
    if (n == 0) break;
    bytes.append(piece, 0, static_cast<std::size_t>(n));
    if (bytes.size() > stat.size) return NotAPack("\"" + name + "\" unpacks to more than it says");
  }
  if (bytes.size() != stat.size) return NotAPack("\"" + name + "\" unpacks to less than it says");
  return bytes;
}

Status CheckEntry(const zip_stat_t& stat, std::size_t& bytes_left) {
  constexpr zip_uint64_t kWanted = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if ((stat.valid & kWanted) != kWanted) return NotAPack("a file of it has no name or no size");
  if (!IsPlainName(stat.name)) return NotAPack("it holds a file whose name leads elsewhere, or is no name of a pack's file");
  if (stat.encryption_method != ZIP_EM_NONE) return NotAPack(std::string("\"") + stat.name + "\" is encrypted");
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
    return NotAPack(std::string("\"") + stat.name + "\" is packed in a way that packs aren't");
  if (stat.size > bytes_left) return NotAPack("it unpacks to more than 1 GiB");
  bytes_left -= static_cast<std::size_t>(stat.size);
  return {};
}

Status AddFile(zip_t* archive, const ZippedFile& file, std::time_t made_at) {
  zip_source_t* source = zip_source_buffer(archive, file.bytes.data(), file.bytes.size(), 0);
  if (source == nullptr) return IoError(file.name, zip_strerror(archive));
  const zip_int64_t index = zip_file_add(archive, file.name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return IoError(file.name, zip_strerror(archive));
  }
  const auto at = static_cast<zip_uint64_t>(index);
  if (zip_set_file_compression(archive, at, ZIP_CM_DEFLATE, 0) != 0 || zip_file_set_mtime(archive, at, made_at, 0) != 0)
    return IoError(file.name, zip_strerror(archive));
  return {};
}

}  // namespace

Status WriteZip(const std::string& path, const std::vector<ZippedFile>& files, EffectiveTime made_at) {
  int code = 0;
  Archive archive(zip_open(path.c_str(), ZIP_CREATE | ZIP_EXCL, &code));
  if (!archive) return IoError(path, Text(code));
  const auto seconds = static_cast<std::time_t>(made_at.us / 1'000'000);
  for (const ZippedFile& file : files)
    if (auto s = AddFile(archive.get(), file, seconds); !s) return s;
  if (zip_close(archive.get()) != 0) return IoError(path, zip_strerror(archive.get()));
  static_cast<void>(archive.release());  // closing has freed it
  return {};
}

Result<std::vector<ZippedFile>> ReadZip(const std::string& path) {
  int code = 0;
  const Archive archive(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
  if (!archive && (code == ZIP_ER_NOENT || code == ZIP_ER_OPEN))
    return Fail("evidence_not_found", "\"" + path + "\" can't be read: " + Text(code),
                "name a file that tenure evidence has written", Blame::kCaller);
  if (!archive) return NotAPack("\"" + path + "\" is no zip archive, or not all of one: " + Text(code));
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  if (count > kZipFilesMax) return NotAPack("it holds " + std::to_string(count) + " files");
  std::vector<zip_stat_t> stats(static_cast<std::size_t>(std::max<zip_int64_t>(count, 0)));
  std::set<std::string> names;
  std::size_t bytes_left = kEvidenceBytesMax;
  for (std::size_t i = 0; i < stats.size(); ++i) {
    zip_stat_init(&stats[i]);
    if (zip_stat_index(archive.get(), i, 0, &stats[i]) != 0) return NotAPack("a file of it has no name or no size");
    if (auto s = CheckEntry(stats[i], bytes_left); !s) return tl::unexpected<Error>(s.error());
    if (!names.insert(stats[i].name).second) return NotAPack(std::string("it holds \"") + stats[i].name + "\" twice");
  }
  std::vector<ZippedFile> files;
  for (std::size_t i = 0; i < stats.size(); ++i) {
    auto bytes = ReadEntry(archive.get(), i, stats[i]);
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    files.push_back({stats[i].name, std::move(*bytes)});
  }
  return files;
}

}  // namespace tenure::library
