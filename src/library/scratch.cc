#include "library/scratch.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace tenure::library {

Result<Scratch> Scratch::Make() {
  const char* tmp = std::getenv("TMPDIR");
  std::string path = std::string(tmp != nullptr && *tmp != '\0' ? tmp : "/tmp") + "/tenure-evidence-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr)
    return Fail("evidence_io", "can't make a folder below " + path, "name one that may be written to with TMPDIR", Blame::kFault);
  return Scratch(std::move(path));
}

Scratch::~Scratch() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace tenure::library
