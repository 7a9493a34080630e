#include "cli/policy_file.h"

#include <fstream>
#include <sstream>

namespace tenure::cli {

Result<std::string> ReadPolicyFile(const std::string& path) {
  if (path.empty()) return std::string{};
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) return Fail("policy_unreadable", "can't read " + path, "name a file with a policy", Blame::kCaller);
  return text.str().empty() ? std::string("{}") : text.str();
}

}  // namespace tenure::cli
