#pragma once
// The bytes of the embedded log's rows (docs/formats/log.md): keys that sort as positions do, records, and the state row.
//
// All integers are big-endian; signed ones as two's complement. Decoding trusts nothing: what isn't exactly a row of ours is
// log_corrupt, what a later version wrote is log_format_unknown. Pure functions.
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "log/log.h"

namespace tenure::log {

// Of the whole directory; a reader refuses any other.
inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr int kTopics = kPlaneTopics + 1;
inline constexpr RecordedTime kNeverStamped{std::numeric_limits<std::int64_t>::min()};

// Rows that aren't records sort behind all topics: their keys begin with ff.
inline constexpr std::string_view kFormatKey = "\377format";
inline constexpr std::string_view kIdKey = "\377id";
inline constexpr std::string_view kStateKey = "\377state";

// What changes with each append, written in the same batch as the records.
struct LogState {
  RecordedTime last_stamp = kNeverStamped;
  RecordedTime floor = kNeverStamped;        // guaranteed: all later stamps are above it
  std::array<std::int64_t, kTopics> next{};  // by topic: the offset of the next record

  // No later stamp is at or below this.
  RecordedTime Closed() const { return last_stamp < floor ? floor : last_stamp; }
  std::int64_t& Next(Topic topic) { return next[static_cast<std::size_t>(topic)]; }
  std::int64_t Next(const TopicPartition& where) const {
    return where.partition == 0 ? next[static_cast<std::size_t>(where.topic)] : 0;
  }
  friend bool operator==(const LogState&, const LogState&) = default;
};

inline constexpr std::size_t kRecordKeyBytes = 13;
std::array<char, kRecordKeyBytes> RecordKey(const Position& position);
Result<Position> DecodeRecordKey(std::string_view bytes);

// A record's row is this head, then key, verified_writer and value. Split, so that writing copies no value.
inline constexpr std::size_t kRecordHeadBytes = 17;
std::array<char, kRecordHeadBytes> RecordHead(const NewRecord& record, RecordedTime stamp);
Result<Record> DecodeRecord(const Position& position, std::string_view bytes);
// Only the stamp, for searching.
Result<RecordedTime> DecodeStamp(const Position& position, std::string_view bytes);

std::string EncodeState(const LogState& state);
Result<LogState> DecodeState(std::string_view bytes);

std::string EncodeFormat();
// Nothing if it is ours.
Status CheckFormat(std::string_view bytes, const std::string& directory);

// "tenure.access/0@17"
std::string ToText(const Position& position);

}  // namespace tenure::log
