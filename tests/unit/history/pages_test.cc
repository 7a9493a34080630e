// Pages are the rows, and never older or newer than the state that is asked.
#include "history/pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "conformance/temporary_directory.h"

namespace tenure::history {
namespace {

// What is said of a member is its memberships, each in a group of its own, added at an offset that tells one writing from another.
struct PagesOfADatabase : testing::Test {
  PagesOfADatabase() {
    DatabaseOptions options;
    options.directory = folder.In("model");
    db = *Database::Open(options);
  }
  static FactKey Fact(const std::string& member, std::size_t n) {
    return {member, FactKind::kMembership, "group:" + std::to_string(n)};
  }
  static void Put(Batch& batch, const std::string& member, const std::vector<Interval>& spans, std::int64_t offset) {
    const std::string prefix = SubjectPrefix(member, FactKind::kMembership);
    for (std::size_t n = 0; n < spans.size(); ++n) {
      const MembershipPiece piece{member, Fact(member, n).object, spans[n], {Topic::kAccess, 0, offset}, {}, ""};
      batch.Put(Family::kSubject, IntervalKey(prefix, spans[n], FactRest(Fact(member, n))), PackPiece(piece));
    }
  }
  // One batch.
  void Write(const std::string& member, const std::vector<Interval>& spans, std::int64_t offset) {
    auto batch = db->NewBatch();
    Put(*batch, member, spans, offset);
    EXPECT_TRUE(batch->Commit());
    const std::unordered_set<std::string> touched{Pages::KeyOf(Family::kSubject, SubjectPrefix(member, FactKind::kMembership))};
    pages.Begin(++epoch, &touched);
  }
  std::shared_ptr<const Page> Of(const Rows& rows, std::int64_t at, const std::string& member, Interval window = {}) {
    return *pages.Of(rows, at, PageOf::kSubject, member, window);
  }
  std::vector<std::string> In(const Page& page, Interval window) {
    std::vector<std::string> found;
    page.memberships.Each(window, [&](std::size_t i) {
      const MembershipPiece piece = page.MembershipAt(i, pages.AllNames());
      found.push_back(piece.member + " " + piece.group + " " + std::to_string(piece.live.from.us) + "=" +
                      std::to_string(piece.added.offset));
      return true;
    });
    return found;
  }
  static std::string Line(const std::string& member, std::int64_t offset) {
    return member + " group:0 1=" + std::to_string(offset);
  }
  std::vector<std::string> InRows(const Rows& rows, const std::string& member, Interval window) {
    std::vector<std::string> found;
    EXPECT_TRUE(EachInterval(rows, Family::kSubject, SubjectPrefix(member, FactKind::kMembership), window,
                             [&](Interval span, std::string_view rest, std::string_view value) {
                               const auto piece = std::get<MembershipPiece>(*UnpackPiece(*ParseFactRest(rest), span, value));
                               found.push_back(piece.member + " " + piece.group + " " + std::to_string(piece.live.from.us) + "=" +
                                               std::to_string(piece.added.offset));
                               return true;
                             }));
    return found;
  }

  log::TemporaryDirectory folder;
  std::unique_ptr<Database> db;
  Pages pages{1u << 20};
  std::int64_t epoch = 0;
};

TEST_F(PagesOfADatabase, AWindowFindsWhatTheRowsHaveInTheSameOrder) {
  std::mt19937 random(5);
  const auto time = [&] {
    const auto drawn = random() % 40;
    return drawn == 0 ? kAlways : drawn == 1 ? kForever : EffectiveTime{static_cast<std::int64_t>(random() % 200)};
  };
  const auto span = [&] {
    while (true)
      if (const Interval drawn{time(), time()}; drawn.from < drawn.until) return drawn;
  };
  for (int round = 0; round < 50; ++round) {
    const std::string prefix = "user:p" + std::to_string(round);
    std::vector<Interval> spans(random() % 40);
    std::generate(spans.begin(), spans.end(), span);
    Write(prefix, spans, 7);
    const auto rows = db->NewSnapshot();
    const auto page = Of(*rows, epoch, prefix);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->Rows(), spans.size());
    for (int asked = 0; asked < 60; ++asked) {
      const Interval window = span();
      EXPECT_EQ(In(*page, window), InRows(*rows, prefix, window)) << round;
    }
  }
}

TEST_F(PagesOfADatabase, WhatABatchTouchedIsReadAnewAndTheRestIsKept) {
  const Interval all{kAlways, kForever};
  Write("user:a", {{{1}, {9}}}, 1);
  Write("user:b", {{{1}, {9}}}, 3);
  const auto before = db->NewSnapshot();
  const auto old_epoch = epoch;
  const auto a = Of(*before, epoch, "user:a"), b = Of(*before, epoch, "user:b");
  Write("user:a", {{{1}, {9}}}, 2);
  const auto now = db->NewSnapshot();
  EXPECT_EQ(In(*Of(*now, epoch, "user:a"), all), std::vector<std::string>{Line("user:a", 2)});
  EXPECT_EQ(Of(*now, epoch, "user:b"), b) << "read again though nothing of it changed";
  // Who began before sees what was then, whatever has been kept since; and what it reads is kept for nobody else.
  EXPECT_EQ(In(*Of(*before, old_epoch, "user:a"), all), std::vector<std::string>{Line("user:a", 1)});
  EXPECT_EQ(In(*Of(*now, epoch, "user:a"), all), std::vector<std::string>{Line("user:a", 2)});
  EXPECT_EQ(In(*a, all), std::vector<std::string>{Line("user:a", 1)});
}

TEST_F(PagesOfADatabase, AnOlderStatesPageIsNotKept) {
  Write("user:a", {{{1}, {9}}}, 1);
  const auto before = db->NewSnapshot();
  const auto old_epoch = epoch;
  Write("user:a", {{{1}, {9}}}, 2);
  Of(*before, old_epoch, "user:a");
  EXPECT_EQ(In(*Of(*db->NewSnapshot(), epoch, "user:a"), {kAlways, kForever}), std::vector<std::string>{Line("user:a", 2)});
}

TEST_F(PagesOfADatabase, AnythingMayHaveChangedWhenNobodySaysWhat) {
  Write("user:a", {{{1}, {9}}}, 1);
  const auto rows = db->NewSnapshot();
  const auto kept = Of(*rows, epoch, "user:a");
  pages.Begin(++epoch, nullptr);
  EXPECT_NE(Of(*rows, epoch, "user:a"), kept);
}

TEST_F(PagesOfADatabase, WhatHasManyRowsHoldsThoseOfTheWindowUntilItIsAskedOften) {
  std::vector<Interval> spans;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(kPageRowsSoon) + 1; ++i) spans.push_back({{i}, {i + 1}});
  Pages many{64u << 20};
  many.Begin(epoch, nullptr);
  const auto touch = [&](std::int64_t offset) {
    auto batch = db->NewBatch();
    Put(*batch, "user:a", spans, offset);
    ASSERT_TRUE(batch->Commit());
    const std::unordered_set<std::string> touched{Pages::KeyOf(Family::kSubject, SubjectPrefix("user:a", FactKind::kMembership))};
    many.Begin(++epoch, &touched);
  };
  for (std::int64_t offset = 1; offset <= 3; ++offset) {
    touch(offset);
    const auto rows = db->NewSnapshot();
    for (int asked = 0; asked < 2 * kWindowsFirst; ++asked) {
      const auto page = *many.Of(*rows, epoch, PageOf::kSubject, "user:a", {{70}, {72}});
      EXPECT_EQ(page->Rows(), asked < kWindowsFirst - (offset > 1) ? 2U : spans.size()) << asked;
      page->memberships.Each({{70}, {72}}, [&](std::size_t i) {
        EXPECT_EQ(page->memberships.At(i).added.offset, offset);
        return true;
      });
    }
  }
}

TEST_F(PagesOfADatabase, MemoryIsBounded) {
  Pages few{1u << 20};
  few.Begin(epoch = 1000, nullptr);
  auto batch = db->NewBatch();
  for (int i = 0; i < 3000; ++i) Put(*batch, "user:" + std::to_string(i), {{{1}, {2}}, {{3}, {4}}, {{5}, {6}}}, 1);
  ASSERT_TRUE(batch->Commit());
  const auto rows = db->NewSnapshot();
  std::vector<std::weak_ptr<const Page>> made;
  for (int i = 0; i < 3000; ++i)
    made.emplace_back(*few.Of(*rows, epoch, PageOf::kSubject, "user:" + std::to_string(i), Interval{}));
  std::size_t alive_bytes = few.AllNames().SizeBytes();
  for (const auto& page : made)
    if (const auto alive = page.lock()) alive_bytes += alive->SizeBytes();
  EXPECT_GT(alive_bytes, 1U << 19);
  EXPECT_LT(alive_bytes, 1U << 20);
}

// Readers of any state find that state's rows, while batches go on.
TEST_F(PagesOfADatabase, ReadersBesideAWriterNeverSeeAnotherState) {
  constexpr int kPrefixes = 8, kBatches = 400;
  struct State {
    std::shared_ptr<const Rows> rows;
    std::int64_t epoch = 0;
    std::array<std::string, kPrefixes> values;
  };
  std::mutex mutex;
  auto now = std::make_shared<State>();
  for (int p = 0; p < kPrefixes; ++p) {
    Write("user:" + std::to_string(p), {{{1}, {9}}}, 0);
    now->values[static_cast<std::size_t>(p)] = Line("user:" + std::to_string(p), 0);
  }
  now->rows = db->NewSnapshot(), now->epoch = epoch;
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0, asked = 0;
  const auto read = [&](unsigned seed) {
    std::mt19937 random(seed);
    while (!done || asked < 1000) {
      std::shared_ptr<State> seen;
      {
        const std::lock_guard lock(mutex);
        seen = now;
      }
      for (int i = 0; i < 5; ++i, ++asked) {
        const auto p = random() % kPrefixes;
        const auto page = Of(*seen->rows, seen->epoch, "user:" + std::to_string(p));
        if (In(*page, {kAlways, kForever}) != std::vector<std::string>{seen->values[p]}) ++wrong;
      }
    }
  };
  std::thread one(read, 1), two(read, 2);
  for (int b = 1; b <= kBatches; ++b) {
    auto next = std::make_shared<State>(*now);
    const auto p = static_cast<std::size_t>(b % kPrefixes);
    Write("user:" + std::to_string(p), {{{1}, {9}}}, b);
    next->values[p] = Line("user:" + std::to_string(p), b);
    next->rows = db->NewSnapshot(), next->epoch = epoch;
    const std::lock_guard lock(mutex);
    now = next;
  }
  done = true;
  one.join(), two.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace tenure::history
