// Where a fact's events and pieces lie, and that it hangs on them alone.
#include "history/leaf.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "applied.h"
#include "history/fact_reader.h"

namespace tenure::history {
namespace {

const FactKey kFact{"user:a", FactKind::kUsage, ""};

LeafEvent EventAt(std::int64_t time, std::int64_t offset) {
  return {{{time}, {RecordedTime{1'000 + offset}, {Topic::kUsage, 0, offset}}}, kInForceFlag, "p" + std::to_string(offset)};
}

class Leaves : public ::testing::Test {
 protected:
  void SetUp() override {
    rows_.emplace();
    database_ = &rows_->Rows();
  }
  void File(const std::vector<LeafEvent>& events, std::size_t a_batch) {
    for (std::size_t i = 0; i < events.size(); i += a_batch) {
      auto batch = database_->NewBatch();
      FactWriter writer(*batch);
      for (std::size_t n = i; n < std::min(events.size(), i + a_batch); ++n) ASSERT_TRUE(writer.PutEvent(kFact, events[n]));
      writer.Flush();
      ASSERT_TRUE(batch->Commit());
    }
  }
  std::vector<std::pair<std::string, std::string>> All() const {
    std::vector<std::pair<std::string, std::string>> out;
    const auto rows = database_->NewSnapshot();
    const auto c = rows->Scan(Family::kFact);
    for (c->Seek(""); c->Valid(); c->Next()) out.emplace_back(c->Key(), c->Value());
    return out;
  }
  std::vector<std::int64_t> OffsetsFrom(EffectiveTime from) const {
    std::vector<std::int64_t> out;
    const auto rows = database_->NewSnapshot();
    EXPECT_TRUE(FactReader(*rows).EachEvent(kFact, from, kForever, [&](const EventSeen& e) -> Status {
      EXPECT_EQ(e.payload, "p" + std::to_string(e.at.order.position.offset));
      out.push_back(e.at.order.position.offset);
      return {};
    }));
    return out;
  }
  std::optional<Applied> rows_;
  Database* database_ = nullptr;
};

std::vector<LeafEvent> Many(std::int64_t count) {
  std::vector<LeafEvent> events;
  for (std::int64_t i = 0; i < count; ++i) events.push_back(EventAt(i / 3, i));  // three of each time
  return events;
}

TEST_F(Leaves, AreTheSameInWhateverOrderTheEventsCame) {
  auto events = Many(200);
  File(events, 200);
  const auto in_order = All();
  EXPECT_GT(in_order.size(), 5U);
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SetUp();
    std::shuffle(events.begin(), events.end(), std::mt19937(seed));
    File(events, 1 + seed % 7);
    EXPECT_EQ(All(), in_order) << seed;
  }
}

TEST_F(Leaves, AreReadFromAnyTimeOn) {
  File(Many(200), 9);
  for (std::int64_t from = -1; from <= 67; ++from) {
    std::vector<std::int64_t> right;
    for (std::int64_t i = 0; i < 200; ++i)
      if (from <= i / 3) right.push_back(i);
    EXPECT_EQ(OffsetsFrom({from}), right) << from;
  }
}

TEST_F(Leaves, GiveTheEventsOfOneTimeAcrossLeaves) {
  File(Many(200), 200);
  auto batch = database_->NewBatch();
  FactWriter writer(*batch);
  for (std::int64_t time = 0; time < 67; ++time) {
    const auto there = writer.EventsAt(kFact, {time});
    ASSERT_TRUE(there);
    EXPECT_EQ(there->size(), time == 66 ? 2U : 3U) << time;
  }
}

// Pieces come and go at random, of a short fact and of a long one, which it becomes half-way.
TEST_F(Leaves, KeepPiecesInTheOrderOfTheirBeginnings) {
  File({EventAt(0, 0)}, 1);
  std::map<std::int64_t, LeafPiece> right;
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    auto batch = database_->NewBatch();
    FactWriter writer(*batch);
    if (round == 100) {
      for (const auto& event : Many(200)) ASSERT_TRUE(writer.PutEvent(kFact, event));
    }
    const auto from = static_cast<std::int64_t>(random() % 70) - 2;
    std::vector<LeafPiece> fresh;
    for (std::int64_t at = from; at < 70; at += 1 + static_cast<std::int64_t>(random() % 9))
      fresh.push_back({{{at}, {at + 1}}, std::to_string(random() % 4)});
    const auto before = writer.ReplacePieces(kFact, {from}, fresh);
    ASSERT_TRUE(before);
    std::vector<LeafPiece> were;
    for (auto it = right.lower_bound(from); it != right.end(); it = right.erase(it)) were.push_back(it->second);
    EXPECT_EQ(*before, were);
    for (const auto& piece : fresh) right[piece.span.from.us] = piece;
    for (const auto& [at, piece] : right) {
      const auto found = writer.PieceAt(kFact, {at});
      ASSERT_TRUE(found);
      EXPECT_EQ(*found, piece) << at;
    }
    writer.Flush();
    ASSERT_TRUE(batch->Commit());
  }
}

TEST_F(Leaves, KeepTimesAtBothEndsOfTheScale) {
  Leaf leaf;
  leaf.events = {EventAt(kAlways.us + 1, 0), EventAt(0, 1), EventAt(kForever.us - 1, 2)};
  leaf.pieces = {{{kAlways, {5}}, "a"}, {{{5}, kForever}, "b"}};
  const std::string bytes = PackLeaf(leaf);
  const auto seen = ReadLeaf(bytes);
  ASSERT_TRUE(seen);
  const Leaf read = OwnLeaf(*seen);
  ASSERT_EQ(read.events.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(read.events[i].at, leaf.events[i].at);
  EXPECT_EQ(read.pieces, leaf.pieces);
}

}  // namespace
}  // namespace tenure::history
