#pragma once
// A zip archive as a list of small files in memory. libzip is seen by zip_file.cc alone.
//
// What is read was written by anybody: names outside this alphabet (letters, digits, . _ - and / between them, no part of dots alone),
// names that come twice, more than kZipFilesMax files, more than kEvidenceBytesMax bytes unpacked, encryption, and anything whose check
// sum fails are refused before more than that is unpacked. Errors: evidence_not_found (kCaller), evidence_not_a_pack (kInput),
// evidence_io (kFault). Free functions.
#include <string>
#include <vector>

#include "tenure/result.h"
#include "tenure/time.h"

namespace tenure::library {

inline constexpr int kZipFilesMax = 256;

struct ZippedFile {
  std::string name, bytes;
};

// The file must not be there.
Status WriteZip(const std::string& path, const std::vector<ZippedFile>& files, EffectiveTime made_at);
Result<std::vector<ZippedFile>> ReadZip(const std::string& path);

}  // namespace tenure::library
