#pragma once
// The contents of DIR/tenure.json. Format: docs/formats/data-directory.md. Thread safety: plain values.
#include <string>
#include <string_view>
#include <vector>

#include "tenure/result.h"

namespace tenure::library {

inline constexpr int kDataFormat = 1;   // a record on the embedded log
inline constexpr int kKafkaFormat = 2;  // a record on Kafka

struct DataFile {
  int format = kDataFormat;
  std::vector<std::string> correctors;
  std::string topic_prefix;  // of kKafkaFormat
};

// Errors (kFault): data_format_unknown for a newer format, data_file_corrupt.
Result<DataFile> ReadDataFile(std::string_view text);
std::string WriteDataFile(const DataFile& file);

}  // namespace tenure::library
