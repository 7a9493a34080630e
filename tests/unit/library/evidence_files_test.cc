// The files of an evidence pack: any bytes come back, and there is one way of writing each.
#include "library/evidence_files.h"

#include <gtest/gtest.h>

#include "event/signature.h"

namespace tenure::library {
namespace {

std::vector<KeptRecord> AnyBytes() {
  return {{{Topic::kAccess, 2, 7}, {1'000'000}, {2'000'000}, "k\xff", std::string("\0\xfe", 2), "d\xc0or"},
          {{Topic::kUsage, 0, 8}, {-5}, {3'000'000}, "", "{\"a\":\"\\u00e4\n\"}", ""}};
}

TEST(EvidenceFiles, RecordsOfAnyBytesComeBack) {
  const auto records = AnyBytes();
  const auto read = ReadEvents(WriteEvents(records));
  ASSERT_TRUE(read) << read.error().reason;
  ASSERT_EQ(read->size(), records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ((*read)[i].position, records[i].position);
    EXPECT_EQ((*read)[i].stamp, records[i].stamp);
    EXPECT_EQ((*read)[i].recorded, records[i].recorded);
    EXPECT_EQ((*read)[i].key, records[i].key);
    EXPECT_EQ((*read)[i].value, records[i].value);
    EXPECT_EQ((*read)[i].verified_writer, records[i].verified_writer);
  }
}

TEST(EvidenceFiles, AnyChangedByteOfARecordIsRefusedOrReadsOtherwise) {
  const std::string text = WriteEvents(AnyBytes());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto read = ReadEvents(changed);
    EXPECT_TRUE(!read || WriteEvents(*read) == changed) << i;
  }
}

TEST(EvidenceFiles, AQuestionComesBackAndHasOneWayOfBeingWritten) {
  const EvidenceQuestion question{{"who", "*", "bucket:ä\n"}, {1'688'991'960'000'001}, "token", R"({"a":1,"b":[]})"};
  const std::string text = WriteQuestion(question);
  const auto read = ReadQuestion(text);
  ASSERT_TRUE(read) << read.error().reason;
  EXPECT_EQ(read->arguments, question.arguments);
  EXPECT_EQ(read->moment, question.moment);
  EXPECT_EQ(read->policy, question.policy);
  EXPECT_FALSE(ReadQuestion(text + " "));
  EXPECT_FALSE(ReadQuestion(" " + text));
  std::string newer = text;
  newer.replace(newer.find(":1"), 2, ":2");
  EXPECT_EQ(ReadQuestion(newer).error().code, "evidence_format_unknown");
}

TEST(EvidenceFiles, AFoldComesBackWithItsPrefixOrWithout) {
  KnownRecord known;
  known.log_id = "abc";
  known.correctors = {"a", "b"};
  known.digest = "model 2";
  for (const auto& prefix : {std::optional<std::string>(), std::optional<std::string>(""), std::optional<std::string>("eu.")}) {
    known.topic_prefix = prefix;
    const auto read = ReadFold(WriteFold(known));
    ASSERT_TRUE(read) << read.error().reason;
    EXPECT_EQ(read->topic_prefix, prefix);
    EXPECT_EQ(read->correctors, known.correctors);
  }
  known.correctors = {"b", "a"};
  EXPECT_FALSE(ReadFold(WriteFold(known)));
}

TEST(EvidenceFiles, AManifestIsSortedAndLeavesItselfOut) {
  const std::string text =
      WriteManifest({{"b", "1"}, {"manifest.json", "x"}, {"a", ""}, {"signer.pem", "y"}, {"manifest.sig", "z"}});
  const auto entries = ReadManifest(text);
  ASSERT_TRUE(entries) << entries.error().reason;
  ASSERT_EQ(entries->size(), 2U);
  EXPECT_EQ((*entries)[0].file, "a");
  EXPECT_EQ((*entries)[0].sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ((*entries)[1].bytes, 1);
}

TEST(Base64, HasOneWayOfBeingWritten) {
  for (const std::string bytes : {"", "f", "fo", "foo", "\xff\xfe"}) EXPECT_EQ(event::FromBase64(event::ToBase64(bytes)), bytes);
  EXPECT_EQ(event::ToBase64("foob"), "Zm9vYg==");
  for (const char* other : {"Zm9vYh==", "Zm9vYg=", "Zm9vYg", "Zm9 vYg==", "Zm9v\n", "====", "Zm9vYg==Zm9v"})
    EXPECT_FALSE(event::FromBase64(other)) << other;
}

}  // namespace
}  // namespace tenure::library
