#include "history/rows.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "history/leaf.h"
#include "told.h"

namespace tenure::history {
namespace {

TEST(Rows, NoTextInAKeyIsAPrefixOfAnother) {
  EXPECT_NE(FactPrefix("user:a").substr(0, 6), FactPrefix("user:ab"));
  const std::string zero("a\0b", 3), plain("a");
  const auto longer = FactPrefix(zero), shorter = FactPrefix(plain);
  EXPECT_NE(longer.substr(0, shorter.size()), shorter);
  EXPECT_LT(shorter, longer);
  EXPECT_EQ(Reader(longer).Text(), zero);
}
TEST(Rows, KeysOfMomentsSortAsMomentsDo) {
  const FactKey fact{"user:a", FactKind::kGrant, "g"};
  const auto key = [&](std::int64_t time, std::int64_t recorded) {
    return LeafKey(fact, {{time}, {RecordedTime{recorded}, {Topic::kAccess, 0, 1}}});
  };
  EXPECT_LT(key(-5, 9), key(-4, 1));
  EXPECT_LT(key(-4, 9), key(3, 1));
  EXPECT_LT(key(3, 1), key(3, 2));
}
TEST(Rows, AnUnreadableRowIsAnErrorNotACrash) {
  EXPECT_FALSE(UnpackRecord({}, "\x01\x02").has_value());
  EXPECT_FALSE(UnpackRecord({}, "").has_value());
  EXPECT_FALSE(UnpackName("\xff").has_value());
  EXPECT_FALSE(ReadLeaf("").has_value());
  EXPECT_FALSE(ReadLeaf(std::string("\0\x02\x01", 3)).has_value());
  EXPECT_FALSE(ParseLeafKey("x").has_value());
  EXPECT_FALSE(UnpackPiece({"user:a", FactKind::kGrant, "g"}, {}, "x").has_value());
}

class IntervalRows : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = (std::filesystem::temp_directory_path() / ("tenure-rows-" + std::to_string(::getpid()))).string();
    std::filesystem::remove_all(directory_);
    DatabaseOptions options;
    options.directory = directory_;
    auto db = Database::Open(options);
    ASSERT_TRUE(db) << db.error().ToString();
    db_ = std::move(*db);
    batch_ = db_->NewBatch();
  }
  void TearDown() override {
    batch_.reset();
    db_.reset();
    std::filesystem::remove_all(directory_);
  }
  void Put(Interval span, const std::string& rest) { batch_->Put(Family::kSubject, IntervalKey("p", span, rest), ""); }
  std::vector<std::string> In(Interval window) {
    std::vector<std::string> out;
    EXPECT_TRUE(EachInterval(*batch_, Family::kSubject, "p", window, [&](Interval, std::string_view rest, std::string_view) {
      out.emplace_back(rest);
      return true;
    }));
    std::sort(out.begin(), out.end());
    return out;
  }
  std::string directory_;
  std::unique_ptr<Database> db_;
  std::unique_ptr<Batch> batch_;
};

// Every row that overlaps, and no other, against the plain definition.
TEST_F(IntervalRows, AWindowReadsExactlyWhatOverlapsIt) {
  std::vector<Interval> spans{{kAlways, kForever}, {kAlways, At(5)}, {At(100), kForever}};
  std::uint64_t state = 42;
  const auto random = [&](std::int64_t below) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::int64_t>((state >> 33) % static_cast<std::uint64_t>(below));
  };
  for (int i = 0; i < 300; ++i) {
    const std::int64_t from = random(1000) - 500, length = 1 + random(1LL << random(12));
    spans.push_back({{from}, {from + length}});
  }
  for (std::size_t i = 0; i < spans.size(); ++i) Put(spans[i], std::to_string(i));
  for (int i = 0; i < 300; ++i) {
    const std::int64_t from = random(1400) - 700;
    Interval window{{from}, {from + 1 + random(300)}};
    if (i == 0) window = {kAlways, kForever};
    if (i == 1) window = {kAlways, {from}};
    if (i == 2) window = {{from}, kForever};
    std::vector<std::string> want;
    for (std::size_t s = 0; s < spans.size(); ++s)
      if (spans[s].from < window.until && window.from < spans[s].until) want.push_back(std::to_string(s));
    std::sort(want.begin(), want.end());
    EXPECT_EQ(In(window), want) << window.from.us << " to " << window.until.us;
  }
}

}  // namespace
}  // namespace tenure::history
