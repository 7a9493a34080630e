#pragma once
// The bytes of a file or of standard input, gunzipped when they are gzip (told by their first bytes, not by the name).
//
// Concatenated gzip members read as one. Reads in pieces of at most 256 KiB; memory is constant. Thread safety: one thread at a time.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tenure/result.h"

namespace tenure::connect {

inline constexpr std::string_view kStandardInput = "-";

// Hands the bytes of `path` ("-" = standard input) to `each`, piece by piece, with the number of file bytes read so far.
// Errors: file_unreadable, gzip_corrupt, gzip_truncated (all kInput: of one file, others can go on), or what `each` returned.
Status ReadBytes(const std::string& path, const std::function<Status(std::string_view piece, std::int64_t file_bytes)>& each);

}  // namespace tenure::connect
