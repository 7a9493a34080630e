#include "log/record_format.h"

#include "log/big_endian.h"

namespace tenure::log {
namespace {

constexpr char kRecordVersion = 1;
// Head of a record: version 1, stamp 8, length of the key 4, length of the verified writer 4.
constexpr std::size_t kStampAt = 1, kKeyLengthAt = 9, kWriterLengthAt = 13;
// State: last stamp 8, floor 8, then topic 1, partition 4, next offset 8 for each topic that holds records.
constexpr std::size_t kStateHeadBytes = 16, kStateTopicBytes = 13;

tl::unexpected<Error> Corrupt(std::string reason) {
  return Fail("log_corrupt", std::move(reason), "restore the log's directory from a backup", Blame::kFault);
}

Status CheckHead(const Position& position, std::string_view bytes) {
  if (bytes.empty()) return Corrupt("the record at " + ToText(position) + " is empty");
  if (bytes[0] != kRecordVersion)
    return Fail("log_format_unknown",
                "the record at " + ToText(position) + " has version " + std::to_string(static_cast<unsigned char>(bytes[0])),
                "read it with the tenure that wrote it, or a later one", Blame::kFault);
  if (bytes.size() < kRecordHeadBytes) return Corrupt("the record at " + ToText(position) + " is cut short");
  return {};
}

}  // namespace

std::array<char, kRecordKeyBytes> RecordKey(const Position& position) {
  std::array<char, kRecordKeyBytes> key{};
  key[0] = static_cast<char>(position.topic);
  StoreBigEndian(key.data() + 1, position.partition);
  StoreBigEndian(key.data() + 5, position.offset);
  return key;
}

Result<Position> DecodeRecordKey(std::string_view bytes) {
  if (bytes.size() != kRecordKeyBytes || static_cast<unsigned char>(bytes[0]) >= kTopics)
    return Corrupt("a row's key of " + std::to_string(bytes.size()) + " bytes is no position");
  return Position{static_cast<Topic>(bytes[0]), LoadBigEndian<std::int32_t>(bytes.data() + 1),
                  LoadBigEndian<std::int64_t>(bytes.data() + 5)};
}

std::array<char, kRecordHeadBytes> RecordHead(const NewRecord& record, RecordedTime stamp) {
  std::array<char, kRecordHeadBytes> head{};
  head[0] = kRecordVersion;
  StoreBigEndian(head.data() + kStampAt, stamp.us);
  StoreBigEndian(head.data() + kKeyLengthAt, static_cast<std::uint32_t>(record.key.size()));
  StoreBigEndian(head.data() + kWriterLengthAt, static_cast<std::uint32_t>(record.verified_writer.size()));
  return head;
}

Result<Record> DecodeRecord(const Position& position, std::string_view bytes) {
  if (auto s = CheckHead(position, bytes); !s) return tl::unexpected<Error>(s.error());
  const std::size_t key_bytes = LoadBigEndian<std::uint32_t>(bytes.data() + kKeyLengthAt);
  const std::size_t writer_bytes = LoadBigEndian<std::uint32_t>(bytes.data() + kWriterLengthAt);
  const std::string_view body = bytes.substr(kRecordHeadBytes);
  if (key_bytes + writer_bytes > body.size()) return Corrupt("the record at " + ToText(position) + " is cut short");
  Record record;
  record.position = position;
  record.stamp.us = LoadBigEndian<std::int64_t>(bytes.data() + kStampAt);
  record.key = body.substr(0, key_bytes);
  record.verified_writer = body.substr(key_bytes, writer_bytes);
  record.value = body.substr(key_bytes + writer_bytes);
  return record;
}

Result<RecordedTime> DecodeStamp(const Position& position, std::string_view bytes) {
  if (auto s = CheckHead(position, bytes); !s) return tl::unexpected<Error>(s.error());
  return RecordedTime{LoadBigEndian<std::int64_t>(bytes.data() + kStampAt)};
}

std::string EncodeState(const LogState& state) {
  std::string bytes(kStateHeadBytes, '\0');
  StoreBigEndian(bytes.data(), state.last_stamp.us);
  StoreBigEndian(bytes.data() + 8, state.floor.us);
  for (int topic = 0; topic < kTopics; ++topic) {
    const std::int64_t next = state.next[static_cast<std::size_t>(topic)];
    if (next == 0) continue;
    const auto end = RecordKey({static_cast<Topic>(topic), 0, next});
    bytes.append(end.data(), end.size());
  }
  return bytes;
}

Result<LogState> DecodeState(std::string_view bytes) {
  if (bytes.size() < kStateHeadBytes || (bytes.size() - kStateHeadBytes) % kStateTopicBytes != 0)
    return Corrupt("the state row has " + std::to_string(bytes.size()) + " bytes");
  LogState state;
  state.last_stamp.us = LoadBigEndian<std::int64_t>(bytes.data());
  state.floor.us = LoadBigEndian<std::int64_t>(bytes.data() + 8);
  for (bytes.remove_prefix(kStateHeadBytes); !bytes.empty(); bytes.remove_prefix(kStateTopicBytes)) {
    auto end = DecodeRecordKey(bytes.substr(0, kStateTopicBytes));
    if (!end) return tl::unexpected<Error>(end.error());
    if (end->partition != 0 || end->offset <= 0) return Corrupt("the state row names an end " + ToText(*end));
    state.Next(end->topic) = end->offset;
  }
  return state;
}

std::string EncodeFormat() {
  std::string bytes(4, '\0');
  StoreBigEndian(bytes.data(), kFormatVersion);
  return bytes;
}

Status CheckFormat(std::string_view bytes, const std::string& directory) {
  if (bytes.size() != 4) return Corrupt("the format row of \"" + directory + "\" has " + std::to_string(bytes.size()) + " bytes");
  const auto version = LoadBigEndian<std::uint32_t>(bytes.data());
  if (version == kFormatVersion) return {};
  return Fail("log_format_unknown",
              "the log in \"" + directory + "\" has format " + std::to_string(version) + ", this tenure knows " +
                  std::to_string(kFormatVersion),
              "open it with the tenure that wrote it, or a later one", Blame::kFault);
}

std::string ToText(const Position& position) {
  return std::string(TopicName(position.topic)) + "/" + std::to_string(position.partition) + "@" +
         std::to_string(position.offset);
}

}  // namespace tenure::log
