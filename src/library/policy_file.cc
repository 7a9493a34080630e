#include "library/policy_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace tenure::library {
namespace {

constexpr std::size_t kPolicyBytesMax = 1u << 20;

}  // namespace

Result<std::string> ReadPolicyFile(const std::string& path) {
  if (path.empty()) return std::string{};
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(kPolicyBytesMax + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof())
    return Fail("policy_unreadable", "can't read " + path + ": " + std::strerror(errno), "name a file with a policy",
                Blame::kCaller);
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kPolicyBytesMax)
    return Fail("policy_malformed", path + " is larger than a policy can be", "1 MiB at most", Blame::kCaller);
  return text.empty() ? "{}" : std::move(text);
}

}  // namespace tenure::library
