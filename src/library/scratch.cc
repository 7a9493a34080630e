#include "library/scratch.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace tenure::library {
namespace {

constexpr std::string_view kPrefix = "tenure-evidence-";  // then the process, and what makes it the only one

bool Runs(std::string_view process) {
  int pid = 0;
  const auto [end, error] = std::from_chars(process.data(), process.data() + process.size(), pid);
  return error != std::errc{} || pid <= 0 || *end != '-' || ::kill(pid, 0) == 0 || errno != ESRCH;
}

// Of another user they can't be removed, and stay.
void RemoveLeftBehind(const std::string& tmp) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(tmp, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kPrefix) && !Runs(std::string_view(name).substr(kPrefix.size())) && !entry.is_symlink(ignored))
      std::filesystem::remove_all(entry.path(), ignored);
  }
}

}  // namespace

Result<Scratch> Scratch::Make() {
  const char* set = std::getenv("TMPDIR");
  const std::string tmp = set != nullptr && *set != '\0' ? set : "/tmp";
  RemoveLeftBehind(tmp);
  std::string path = tmp + "/" + std::string(kPrefix) + std::to_string(::getpid()) + "-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr)
    return Fail("evidence_io", "can't make a folder below " + path, "name one that may be written to with TMPDIR", Blame::kFault);
  return Scratch(std::move(path));
}

Scratch::~Scratch() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace tenure::library
