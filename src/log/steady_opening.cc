#include "log/steady_opening.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace tenure::log {
namespace {

constexpr int kAttempts = 40;

// Which version of the set of files is current. Files are deleted only after a later version was written, so a database
// that was opened while this stayed the same was opened whole.
std::string VersionOnDisk(const std::string& directory) {
  std::ifstream current(directory + "/CURRENT");
  std::string manifest;
  std::getline(current, manifest);
  std::error_code ec;
  const auto bytes = std::filesystem::file_size(directory + "/" + manifest, ec);
  return ec ? std::string() : manifest + ":" + std::to_string(bytes);
}

}  // namespace

bool OpenSteadily(const std::string& directory, const std::function<bool()>& open) {
  bool succeeded = false;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const std::string before = VersionOnDisk(directory);
    succeeded = open();
    const bool stood_still = !before.empty() && before == VersionOnDisk(directory);
    if (succeeded && stood_still) return true;
    if (!succeeded && stood_still && attempt >= 3) return true;  // nobody is at work: the error is real
  }
  return !succeeded;
}

}  // namespace tenure::log
