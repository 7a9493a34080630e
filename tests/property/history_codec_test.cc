// The generator's bytes and the codec agree, so that the reference and the engine judge the same records. The naive writer of
// tests/reference and the reader of src/event were written apart.
#include <gtest/gtest.h>

#include "event/codec.h"
#include "event/reference.h"
#include "property/history_generator.h"
#include "reference/pattern.h"
#include "reference/wire.h"

namespace tenure::property {
namespace {

constexpr std::uint64_t kHistories = 300;

void ForRecords(const std::function<void(const Record&)>& property) {
  for (std::uint64_t seed = 1; seed <= kHistories; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    History history = MakeHistory(seed);
    for (const Record& record : history.records) {
      property(record);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(HistoryCodec, ReadsEveryEventAsItWasMeant) {
  event::Decoder decoder;
  ForRecords([&](const Record& record) {
    if (!record.entry.event) return;
    auto decoded = decoder.Decode(ValueOf(record));
    ASSERT_TRUE(decoded) << decoded.error().ToString() << "\n" << ValueOf(record);
    Event plain = *decoded;
    plain.data_json.clear();
    EXPECT_EQ(reference::EventJson(plain), ValueOf(record));
    EXPECT_EQ(event::KeyOf(*decoded), reference::KeyOf(*record.entry.event));
    EXPECT_EQ(event::TopicOf(decoded->Type()), reference::PlaneOf(decoded->Type()));
  });
}

TEST(HistoryCodec, HashesEqualContentEquallyAndOtherContentOtherwise) {
  event::Decoder decoder;
  std::map<Hash256, Hash256> plain_of, of_plain;
  ForRecords([&](const Record& record) {
    if (!record.entry.event) return;
    Hash256 hash = decoder.Decode(ValueOf(record))->content_hash, plain = record.entry.event->content_hash;
    EXPECT_EQ(plain_of.emplace(hash, plain).first->second, plain) << ValueOf(record);
    EXPECT_EQ(of_plain.emplace(plain, hash).first->second, hash) << ValueOf(record);
  });
}

TEST(HistoryCodec, RefusesEveryBrokenRecordAndSalvagesWhatCanBeTold) {
  event::Decoder decoder;
  ForRecords([&](const Record& record) {
    if (record.entry.event) return;
    EXPECT_FALSE(decoder.Decode(record.broken)) << record.broken;
    auto salvage = decoder.SalvageFrom(record.broken);
    const auto& claimed = record.entry.unreadable;
    EXPECT_EQ(salvage.type, claimed.type) << record.broken;
    EXPECT_EQ(salvage.time, claimed.time) << record.broken;
    EXPECT_EQ(salvage.key, claimed.key) << record.broken;
    EXPECT_EQ(salvage.carries_supersedes, claimed.carries_supersedes) << record.broken;
  });
}

TEST(HistoryCodec, MatchesPatternsAsTheNaiveReferenceDoes) {
  Random random(1);
  const std::string letters = "ab/*?:";
  auto some = [&](std::size_t longest) {
    std::string text;
    for (std::size_t n = random() % (longest + 1); n > 0; --n) text += letters[random() % letters.size()];
    return text;
  };
  for (int i = 0; i < 20000; ++i) {
    std::string pattern = "a" + some(5), text = "a:b" + some(7);
    if (random() % 2) pattern = "*" + pattern.substr(1);
    ASSERT_EQ(event::Matches(pattern, text), reference::Glob(pattern, text)) << pattern << " on " << text;
    Permission permission;
    permission.actions = permission.resources = {pattern};
    ASSERT_EQ(event::CoversResource(pattern, text, true), reference::ResourcesCover(permission, text))
        << pattern << " on " << text;
  }
  for (const char* ref :
       {"user:a", "user:", ":a", "User:a", "u_1:a", "bucket:a//b", "bucket:a/./b", "bucket:..", "arn:aws:s3:::a//b",
        "workload:spiffe://prod//x", "a:b:c", "user:a\n", "user:a/", "x", "everyone:*", "1a:b"})
    EXPECT_EQ(event::CheckReference(ref).has_value(), reference::IsReference(ref)) << ref;
}

}  // namespace
}  // namespace tenure::property
