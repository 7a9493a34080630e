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

constexpr auto kFamily = Family::kSubject;

struct PagesOfADatabase : testing::Test {
  PagesOfADatabase() {
    DatabaseOptions options;
    options.directory = folder.In("model");
    db = *Database::Open(options);
  }
  // One batch: puts `spans` under a prefix, with `value` in each.
  void Write(const std::string& prefix, const std::vector<Interval>& spans, const std::string& value) {
    auto batch = db->NewBatch();
    int n = 0;
    for (const Interval& span : spans) batch->Put(kFamily, IntervalKey(prefix, span, "r" + std::to_string(n++)), value);
    EXPECT_TRUE(batch->Commit());
    const std::unordered_set<std::string> touched{Pages::KeyOf(kFamily, prefix)};
    pages.Begin(++epoch, &touched);
  }
  std::shared_ptr<const Page> Of(const Rows& rows, std::int64_t at, const std::string& prefix) {
    return *pages.Of(rows, at, kFamily, prefix);
  }
  static std::vector<std::string> In(const Page& page, Interval window) {
    std::vector<std::string> found;
    page.Each(window, [&](Interval, std::string_view rest, std::string_view value) {
      found.push_back(std::string(rest) + "=" + std::string(value));
      return true;
    });
    return found;
  }
  std::vector<std::string> InRows(const Rows& rows, const std::string& prefix, Interval window) {
    std::vector<std::string> found;
    EXPECT_TRUE(EachInterval(rows, kFamily, prefix, window, [&](Interval, std::string_view rest, std::string_view value) {
      found.push_back(std::string(rest) + "=" + std::string(value));
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
    const std::string prefix = "p" + std::to_string(round) + "/";
    std::vector<Interval> spans(random() % 40);
    std::generate(spans.begin(), spans.end(), span);
    Write(prefix, spans, "v");
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
  Write("a", {{{1}, {9}}}, "old");
  Write("b", {{{1}, {9}}}, "kept");
  const auto before = db->NewSnapshot();
  const auto old_epoch = epoch;
  const auto a = Of(*before, epoch, "a"), b = Of(*before, epoch, "b");
  Write("a", {{{1}, {9}}}, "new");
  const auto now = db->NewSnapshot();
  EXPECT_EQ(In(*Of(*now, epoch, "a"), all), std::vector<std::string>{"r0=new"});
  EXPECT_EQ(Of(*now, epoch, "b"), b) << "read again though nothing of it changed";
  // Who began before sees what was then, whatever has been kept since; and what it reads is kept for nobody else.
  EXPECT_EQ(In(*Of(*before, old_epoch, "a"), all), std::vector<std::string>{"r0=old"});
  EXPECT_EQ(In(*Of(*now, epoch, "a"), all), std::vector<std::string>{"r0=new"});
  EXPECT_EQ(In(*a, all), std::vector<std::string>{"r0=old"});
}

TEST_F(PagesOfADatabase, AnOlderStatesPageIsNotKept) {
  Write("a", {{{1}, {9}}}, "old");
  const auto before = db->NewSnapshot();
  const auto old_epoch = epoch;
  Write("a", {{{1}, {9}}}, "new");
  Of(*before, old_epoch, "a");
  EXPECT_EQ(In(*Of(*db->NewSnapshot(), epoch, "a"), {kAlways, kForever}), std::vector<std::string>{"r0=new"});
}

TEST_F(PagesOfADatabase, AnythingMayHaveChangedWhenNobodySaysWhat) {
  Write("a", {{{1}, {9}}}, "old");
  const auto rows = db->NewSnapshot();
  const auto kept = Of(*rows, epoch, "a");
  pages.Begin(++epoch, nullptr);
  EXPECT_NE(Of(*rows, epoch, "a"), kept);
}

TEST_F(PagesOfADatabase, TooManyRowsMakeNoPage) {
  std::vector<Interval> spans;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(kPageRowsMax) + 1; ++i) spans.push_back({{i}, {i + 1}});
  Write("a", spans, "");
  const auto rows = db->NewSnapshot();
  EXPECT_FALSE(Of(*rows, epoch, "a"));
  EXPECT_FALSE(Of(*rows, epoch, "a")) << "remembered";
  spans.pop_back();
  Write("b", spans, "");
  EXPECT_TRUE(Of(*db->NewSnapshot(), epoch, "b"));
}

TEST_F(PagesOfADatabase, MemoryIsBounded) {
  Pages few{64u << 10};
  few.Begin(epoch = 1000, nullptr);
  auto batch = db->NewBatch();
  for (int i = 0; i < 2000; ++i)
    batch->Put(kFamily, IntervalKey("s" + std::to_string(i) + "/", {{1}, {2}}, "r"), std::string(200, 'v'));
  ASSERT_TRUE(batch->Commit());
  const auto rows = db->NewSnapshot();
  std::vector<std::weak_ptr<const Page>> made;
  for (int i = 0; i < 2000; ++i) made.emplace_back(*few.Of(*rows, epoch, kFamily, "s" + std::to_string(i) + "/"));
  const auto alive = std::count_if(made.begin(), made.end(), [](const auto& page) { return !page.expired(); });
  EXPECT_GT(alive, 10);
  EXPECT_LT(alive * 200, 64 << 10);
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
    Write(std::to_string(p), {{{1}, {9}}}, "0");
    now->values[static_cast<std::size_t>(p)] = "r0=0";
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
        const auto page = *pages.Of(*seen->rows, seen->epoch, kFamily, std::to_string(p));
        if (In(*page, {kAlways, kForever}) != std::vector<std::string>{seen->values[p]}) ++wrong;
      }
    }
  };
  std::thread one(read, 1), two(read, 2);
  for (int b = 1; b <= kBatches; ++b) {
    auto next = std::make_shared<State>(*now);
    const auto p = static_cast<std::size_t>(b % kPrefixes);
    Write(std::to_string(p), {{{1}, {9}}}, std::to_string(b));
    next->values[p] = "r0=" + std::to_string(b);
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
