// The bytes of the rows, as docs/formats/log.md shows them.
#include "log/record_format.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tenure::log {
namespace {

std::string Hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4];
    text += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

std::string RowOf(const NewRecord& record, RecordedTime stamp) {
  const auto head = RecordHead(record, stamp);
  return std::string(head.data(), head.size()) + record.key + record.verified_writer + record.value;
}

std::string KeyOf(const Position& position) {
  const auto key = RecordKey(position);
  return {key.data(), key.size()};
}

// Hex as the page writes it, without the spaces.
std::string Joined(std::string text) {
  std::erase(text, ' ');
  return text;
}

TEST(RecordFormat, TheDocumentedExampleIsWhatIsWritten) {
  EXPECT_EQ(Hex(KeyOf({Topic::kAccess, 0, 17})), Joined("01 00000000 0000000000000011"));
  const NewRecord record{Topic::kAccess, "user:a", "{}", "w"};
  EXPECT_EQ(Hex(RowOf(record, {1'688'991'884'000'000})), Joined("01 0006002111463b00 00000006 00000001 757365723a61 77 7b7d"));
  LogState state;
  state.last_stamp = {1'688'991'884'000'000};
  state.Next(Topic::kAccess) = 18;
  EXPECT_EQ(Hex(EncodeState(state)), Joined("0006002111463b00 8000000000000000 01 00000000 0000000000000012"));
  EXPECT_EQ(Hex(EncodeFormat()), "00000001");
  EXPECT_EQ(Hex(kStateKey), Joined("ff 7374617465"));
}

RC_GTEST_PROP(RecordFormat, KeysSortAsPositionsDo, (std::uint8_t t1, std::int64_t o1, std::uint8_t t2, std::int64_t o2)) {
  const Position a{static_cast<Topic>(t1 % kTopics), 0, o1 & INT64_MAX}, b{static_cast<Topic>(t2 % kTopics), 0, o2 & INT64_MAX};
  RC_ASSERT((KeyOf(a) < KeyOf(b)) == (a < b));
  RC_ASSERT(DecodeRecordKey(KeyOf(a)).value() == a);
}

RC_GTEST_PROP(RecordFormat, ARecordReadsBack, (std::string key, std::string value, std::string writer, std::int64_t stamp)) {
  const Position position{Topic::kUsage, 0, 5};
  const std::string row = RowOf({Topic::kUsage, key, value, writer}, {stamp});
  const auto record = DecodeRecord(position, row);
  RC_ASSERT(record.has_value());
  RC_ASSERT(record->key == key);
  RC_ASSERT(record->value == value);
  RC_ASSERT(record->verified_writer == writer);
  RC_ASSERT(record->stamp.us == stamp);
  RC_ASSERT(DecodeStamp(position, row).value().us == stamp);
}

TEST(RecordFormat, ARecordCutAnywhereBeforeItsValueIsCorrupt) {
  const std::string row = RowOf({Topic::kAccess, "user:a", "", "writer"}, {1});
  for (std::size_t bytes = 0; bytes < row.size(); ++bytes) {
    auto record = DecodeRecord({}, std::string_view(row).substr(0, bytes));
    ASSERT_FALSE(record) << bytes;
    EXPECT_EQ(record.error().code, "log_corrupt");
  }
}

TEST(RecordFormat, ARecordOfALaterVersionIsRefusedAsSuch) {
  std::string row = RowOf({Topic::kAccess, "k", "v", ""}, {1});
  row[0] = 2;
  EXPECT_EQ(DecodeRecord({}, row).error().code, "log_format_unknown");
  EXPECT_EQ(DecodeStamp({}, row).error().code, "log_format_unknown");
}

TEST(RecordFormat, AStateReadsBackAndAnythingElseIsCorrupt) {
  LogState state;
  state.last_stamp = {-5};
  state.floor = {77};
  state.Next(Topic::kIdentity) = 1;
  state.Next(Topic::kDeadLetter) = INT64_MAX;
  const std::string bytes = EncodeState(state);
  EXPECT_EQ(DecodeState(bytes).value(), state);
  EXPECT_EQ(DecodeState(EncodeState({})).value(), LogState{});
  EXPECT_EQ(DecodeState(bytes.substr(1)).error().code, "log_corrupt");
  EXPECT_EQ(DecodeState("").error().code, "log_corrupt");
  std::string unknown_topic = bytes;
  unknown_topic[16] = kTopics;
  EXPECT_EQ(DecodeState(unknown_topic).error().code, "log_corrupt");
}

}  // namespace
}  // namespace tenure::log
