#include "connect/record_scanner.h"

#include <gtest/gtest.h>

#include <vector>

namespace tenure::connect {
namespace {

struct Scanned {
  std::vector<std::string> records;
  std::vector<std::pair<std::int64_t, std::string>> refused;  // number, code
};

// Fed in pieces of `piece` bytes.
Scanned Scan(std::string_view text, std::size_t piece, std::size_t record_bytes_max = 200) {
  Scanned scanned;
  RecordScanner scanner(
      record_bytes_max,
      [&](std::int64_t, std::string_view record) {
        scanned.records.emplace_back(record);
        return Status{};
      },
      [&](std::int64_t number, const Error& error) { scanned.refused.emplace_back(number, error.code); });
  for (std::size_t at = 0; at < text.size(); at += piece) EXPECT_TRUE(scanner.Feed(text.substr(at, piece)));
  scanner.Finish();
  return scanned;
}

// The outcome must not depend on where the pieces are cut.
Scanned Scan(std::string_view text) {
  const Scanned whole = Scan(text, text.size() + 1);
  for (const std::size_t piece : {1u, 2u, 3u, 7u}) {
    const Scanned cut = Scan(text, piece);
    EXPECT_EQ(cut.records, whole.records) << "in pieces of " << piece;
    EXPECT_EQ(cut.refused, whole.refused) << "in pieces of " << piece;
  }
  return whole;
}

using Texts = std::vector<std::string>;
using Refusals = std::vector<std::pair<std::int64_t, std::string>>;

TEST(RecordScanner, ReadsTheElementsOfRecords) {
  EXPECT_EQ(Scan(R"({"Records":[{"a":1},{"b":[{"c":2}]}]})").records, (Texts{R"({"a":1})", R"({"b":[{"c":2}]})"}));
}
TEST(RecordScanner, ReadsABareArray) {
  EXPECT_EQ(Scan(" [ {\"a\":1} ,\n{\"a\":2} ] ").records, (Texts{R"({"a":1})", R"({"a":2})"}));
}
TEST(RecordScanner, ReadsJsonLines) {
  EXPECT_EQ(Scan("{\"a\":1}\n{\"a\":2}\r\n\n{\"a\":3}").records, (Texts{R"({"a":1})", R"({"a":2})", R"({"a":3})"}));
}
TEST(RecordScanner, ReadsFilesOneAfterAnother) {
  EXPECT_EQ(Scan(R"({"Records":[{"a":1}]}{"Records":[{"a":2}]}[{"a":3}])").records.size(), 3u);
}
TEST(RecordScanner, ReadsAPrettyPrintedFileWithAByteOrderMark) {
  EXPECT_EQ(Scan("\xEF\xBB\xBF{\n\"Records\"\n:\n[\n{\n\"a\": 1,\n\"b\": {\n}\n},\n{\"c\":2}\n]\n}\n").records.size(), 2u);
}
TEST(RecordScanner, SkipsWhatElseTheWrapperHolds) {
  EXPECT_EQ(Scan(R"({"a":{"Records":[1]},"Records":[{"x":1}],"z":[{"y":"}"}]}{"n":1})").records,
            (Texts{R"({"x":1})", R"({"n":1})"}));
}
TEST(RecordScanner, BracesAndQuotesInStringsAreText) {
  const std::string record = R"({"a":"}]{[\"\\","Records":"[","b\"":"\\\""})";
  EXPECT_EQ(Scan("[" + record + "," + record + "]").records, (Texts{record, record}));
  EXPECT_EQ(Scan(record).records, Texts{record});
}
TEST(RecordScanner, AMemberCalledRecordsDeeperIsNoWrapper) {
  EXPECT_EQ(Scan(R"({"a":{"Records":[{"b":1}]}})").records, (Texts{R"({"a":{"Records":[{"b":1}]}})"}));
}
TEST(RecordScanner, AnEmptyFileHoldsNothing) {
  EXPECT_TRUE(Scan("").refused.empty());
  EXPECT_TRUE(Scan(R"({"Records":[]})").refused.empty());
}
TEST(RecordScanner, ATruncatedFileGivesTheRecordsBeforeAndNamesTheOneThatIsCut) {
  const Scanned scanned = Scan(R"({"Records":[{"a":1},{"b":")");
  EXPECT_EQ(scanned.records, Texts{R"({"a":1})"});
  EXPECT_EQ(scanned.refused, (Refusals{{2, "file_truncated"}}));
}
TEST(RecordScanner, AFileCutBetweenRecordsIsTruncatedToo) {
  EXPECT_EQ(Scan(R"({"Records":[{"a":1},)").refused, (Refusals{{2, "file_truncated"}}));
  EXPECT_EQ(Scan(R"({"Records":[{"a":1}])").refused, (Refusals{{2, "file_truncated"}}));
}
TEST(RecordScanner, ABrokenLineCostsOnlyItself) {
  const Scanned in_string = Scan("{\"a\":1}\n{\"a\":\"br\n{\"a\":3}\n");
  EXPECT_EQ(in_string.records, (Texts{R"({"a":1})", R"({"a":3})"}));
  EXPECT_EQ(in_string.refused, (Refusals{{2, "json_malformed"}}));
  const Scanned between = Scan("{\"a\":1,\n{\"a\":2}\n");
  EXPECT_EQ(between.records, Texts{R"({"a":2})"});
  EXPECT_EQ(between.refused, (Refusals{{1, "json_malformed"}}));
}
TEST(RecordScanner, TextThatIsNoJsonIsRefusedLineByLine) {
  EXPECT_EQ(Scan("<html>\n{\"a\":1}\n").refused, (Refusals{{1, "json_malformed"}}));
  EXPECT_EQ(Scan("<html>\n{\"a\":1}\n").records, Texts{R"({"a":1})"});
}
TEST(RecordScanner, ElementsThatAreNoObjectsAreRefusedAndPassed) {
  const Scanned scanned = Scan(R"([1,{"a":1},"x,]",[{"y":"]"}],null,{"a":2}])");
  EXPECT_EQ(scanned.records, (Texts{R"({"a":1})", R"({"a":2})"}));
  EXPECT_EQ(scanned.refused,
            (Refusals{{1, "record_not_object"}, {3, "record_not_object"}, {4, "record_not_object"}, {5, "record_not_object"}}));
}
TEST(RecordScanner, ARecordOverTheLimitIsRefusedAndTheNextIsRead) {
  const Scanned scanned = Scan("[{\"a\":\"" + std::string(300, 'x') + "\"},{\"b\":1}]");
  EXPECT_EQ(scanned.records, Texts{R"({"b":1})"});
  EXPECT_EQ(scanned.refused, (Refusals{{1, "record_too_large"}}));
}
TEST(RecordScanner, StopsWithTheErrorOfItsReader) {
  RecordScanner scanner(
      100, [](std::int64_t, std::string_view) -> Status { return Fail("full", ""); }, [](std::int64_t, const Error&) {});
  const auto fed = scanner.Feed(R"([{},{}])");
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, "full");
  EXPECT_EQ(scanner.Records(), 1);
}

}  // namespace
}  // namespace tenure::connect
