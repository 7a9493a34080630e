#include "connect/input_files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "connect/byte_stream.h"

namespace tenure::connect {
namespace {

namespace fs = std::filesystem;

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool HoldsRecords(std::string_view name) {
  if (EndsWith(name, ".gz")) name.remove_suffix(3);
  return EndsWith(name, ".json") || EndsWith(name, ".jsonl") || EndsWith(name, ".ndjson");
}

std::int64_t BytesOf(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return 0;
  const auto bytes = fs::file_size(path, error);
  return error ? 0 : static_cast<std::int64_t>(bytes);
}

tl::unexpected<Error> Unreadable(const std::string& path, const std::error_code& error) {
  return Fail("file_unreadable", "\"" + path + "\" cannot be read: " + error.message(), "check that it is there and readable");
}

Result<std::vector<InputFile>> FilesBelow(const std::string& folder) {
  std::vector<InputFile> files;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    if (HoldsRecords(at->path().filename().native()) && at->is_regular_file(ignored))
      files.push_back({at->path().native(), BytesOf(at->path())});
  }
  if (error) return Unreadable(folder, error);
  std::ranges::sort(files, {}, &InputFile::path);
  return files;
}

}  // namespace

Result<std::vector<InputFile>> FilesOf(const std::string& path) {
  if (path == kStandardInput) return std::vector<InputFile>{{path, 0}};
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) return Unreadable(path, error ? error : std::make_error_code(std::errc::no_such_file_or_directory));
  if (fs::is_directory(status)) return FilesBelow(path);
  return std::vector<InputFile>{{path, BytesOf(path)}};
}

}  // namespace tenure::connect
