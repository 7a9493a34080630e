// A writer that takes the read model up anew in the middle of a reader's opening.
#include <gtest/gtest.h>

#include "conformance/temporary_directory.h"
#include "history/database.h"
#include "unit/log/calling_back.h"

namespace tenure::history {
namespace {

void Write(Database& database, const std::string& key) {
  auto batch = database.NewBatch();
  batch->Put(Family::kMeta, key, "there");
  ASSERT_TRUE(batch->Commit());
}

std::unique_ptr<Database> Opened(const DatabaseOptions& options) {
  auto opened = Database::Open(options);
  if (!opened) throw std::runtime_error(opened.error().ToString());
  return std::move(*opened);
}

TEST(ModelReaderRace, RowsMovedWhileAReaderOpensAreNotMissed) {
  log::TemporaryDirectory folder;
  DatabaseOptions writing;
  writing.directory = folder.In("model");
  auto writer = Opened(writing);
  Write(*writer, "first");
  // Opening moves what the write-ahead log holds into a file that the reader hasn't heard of, and deletes it.
  const auto replacing = std::make_shared<log::CallingBack>([&] {
    writer.reset();
    writer = Opened(writing);
    Write(*writer, "later");
  });
  const auto env = rocksdb::NewCompositeEnv(replacing);
  DatabaseOptions reading = writing;
  reading.read_only = true;
  reading.env = env.get();
  const auto reader = Opened(reading);
  ASSERT_EQ(replacing->CallsLeft(), 0);
  for (const char* key : {"first", "later"}) {
    const auto row = reader->NewSnapshot()->Get(Family::kMeta, key);
    ASSERT_TRUE(row);
    EXPECT_TRUE(row->has_value()) << key;
  }
}

}  // namespace
}  // namespace tenure::history
