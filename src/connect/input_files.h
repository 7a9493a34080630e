#pragma once
// Which files a path stands for.
#include <cstdint>
#include <string>
#include <vector>

#include "tenure/result.h"

namespace tenure::connect {

struct InputFile {
  std::string path;
  std::int64_t bytes = 0;  // 0 where nobody knows: standard input, a pipe
};

// A file is itself whatever its name, "-" is standard input, a folder is all files below it whose names end in .json, .jsonl,
// .ndjson, or one of these and .gz, in byte order of their paths. Links to folders are not followed.
// Errors: file_unreadable (kInput).
Result<std::vector<InputFile>> FilesOf(const std::string& path);

}  // namespace tenure::connect
