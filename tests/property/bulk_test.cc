// Loading in bulk leaves the rows that applying leaves, whatever the history, the runs and the interruptions.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine_under_test.h"
#include "history/leaf.h"

namespace tenure::property {
namespace {

using history::Family;

std::uint64_t Count() { return std::getenv("TENURE_SEED") ? 1 : Setting("TENURE_HISTORIES", 2000) / 10; }
std::uint64_t First() { return Setting("TENURE_SEED", 1); }

struct Row {
  int family;
  std::string key, value;
  friend bool operator==(const Row&, const Row&) = default;
};

std::string WithoutCheckpoint(std::string_view leaf_row) {
  const auto seen = history::ReadLeaf(leaf_row);
  if (!seen) throw std::runtime_error(seen.error().ToString());
  auto leaf = history::OwnLeaf(*seen);
  leaf.checkpoint = false;
  return history::PackLeaf(leaf);
}

// All rows but checkpoints. REQUIRED: the model in it is closed.
std::vector<Row> RowsIn(const std::string& directory, bool with_checkpoints = false) {
  history::DatabaseOptions options;
  options.directory = directory;
  options.create = false;
  auto database = history::Database::Open(options);
  if (!database) throw std::runtime_error(database.error().ToString());
  const auto rows = (*database)->NewSnapshot();
  std::vector<Row> out;
  for (int f = 0; f < history::kFamilyCount; ++f) {
    const auto family = static_cast<Family>(f);
    const auto c = rows->Scan(family);
    for (c->Seek(""); c->Valid(); c->Next()) {
      if (!with_checkpoints && family == Family::kMeta && c->Key().starts_with('f')) continue;
      const bool leaf = !with_checkpoints && family == Family::kFact;
      out.push_back({f, std::string(c->Key()), leaf ? WithoutCheckpoint(c->Value()) : std::string(c->Value())});
    }
  }
  return out;
}

std::string Parting(const std::vector<Row>& loaded, const std::vector<Row>& applied) {
  const auto [a, b] = std::mismatch(loaded.begin(), loaded.end(), applied.begin(), applied.end());
  if (a == loaded.end() && b == applied.end()) return "";
  const auto shown = [](auto at, auto end) {
    if (at == end) return std::string("nothing");
    return std::to_string(at->family) + " " + ::testing::PrintToString(at->key) + " = " + ::testing::PrintToString(at->value);
  };
  return "loaded " + shown(a, loaded.end()) + ", applied " + shown(b, applied.end());
}

TEST(Bulk, LoadingLeavesTheRowsThatApplyingLeaves) {
  for (std::uint64_t seed = First(); seed < First() + Count(); ++seed) {
    const History history = MakeHistory(seed);
    const auto records = LogRecords(history);
    Engine applied(history, "applied"), loaded(history, "loaded");
    applied.Apply(records);
    loaded.Load(records);
    ASSERT_EQ(loaded.Model().Projected(), applied.Model().Projected()) << "TENURE_SEED=" << seed;
    ASSERT_EQ(loaded.Model().Digests(), applied.Model().Digests()) << "TENURE_SEED=" << seed;
    ASSERT_EQ(loaded.Model().Count().identities, applied.Model().Count().identities) << "TENURE_SEED=" << seed;
    loaded.Close(), applied.Close();
    ASSERT_EQ(Parting(RowsIn(loaded.Directory()), RowsIn(applied.Directory())), "") << "TENURE_SEED=" << seed;
  }
}

// A log that can't be read beyond some offsets.
class Torn : public log::MemoryLog {
 public:
  using MemoryLog::MemoryLog;
  Result<std::vector<log::Record>> Read(const TopicPartition& where, std::int64_t offset, std::size_t max) const override {
    if (offset >= readable) return Fail("log_io", "torn", "", Blame::kFault);
    return MemoryLog::Read(where, offset, max);
  }
  std::int64_t readable = 0;
};

TEST(Bulk, ALoadGoesOnWhereItWasInterrupted) {
  int interruptions = 0;
  for (std::uint64_t seed = First(); seed < First() + Count() / 2; ++seed) {
    const History history = MakeHistory(seed);
    const auto records = LogRecords(history);
    Engine applied(history, "applied"), loaded(history, "loaded");
    applied.Apply(records);
    Torn log({.partitions = 4, .now = {}, .id = "a history"});
    for (const auto& r : records) log.AppendTo(r.position.Where(), r.stamp, r.key, r.value, r.verified_writer);
    std::int64_t longest = 0;
    const PositionVector end = *log.End();
    for (const auto& [where, next] : end.next) longest = std::max(longest, next);
    constexpr std::int64_t kOneRound = 8;  // of Engine's runs: a read begins at least so often
    for (log.readable = 0; log.readable + kOneRound <= longest; log.readable += kOneRound, ++interruptions) {
      ASSERT_FALSE(projection::CatchUp(loaded.Model(), log)) << "TENURE_SEED=" << seed;
      ASSERT_TRUE(loaded.Model().Projected().next.empty()) << "TENURE_SEED=" << seed;
      loaded.Reopen();
    }
    log.readable = longest;
    ASSERT_TRUE(projection::CatchUp(loaded.Model(), log)) << "TENURE_SEED=" << seed;
    ASSERT_EQ(loaded.Model().Digests(), applied.Model().Digests()) << "TENURE_SEED=" << seed;
    loaded.Close(), applied.Close();
    ASSERT_EQ(Parting(RowsIn(loaded.Directory()), RowsIn(applied.Directory())), "") << "TENURE_SEED=" << seed;
    ASSERT_FALSE(std::filesystem::exists(loaded.Directory() + "/bulk"));
  }
  EXPECT_GT(interruptions, 0);
}

}  // namespace
}  // namespace tenure::property
