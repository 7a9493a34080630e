// A writer that replaces the log's files in the middle of a reader's opening.
#include "unit/log/calling_back.h"
#include "unit/log/embedded_fixture.h"

namespace tenure::log {
namespace {

class ReaderRace : public EmbeddedFixture {};

TEST_F(ReaderRace, FilesReplacedWhileAReaderOpensAreNotMissed) {
  auto writer = OpenWriter();
  ASSERT_TRUE(writer->Append({AccessRecord("k", "first"), AccessRecord("k", "second")}));
  // Taking the log up anew moves the records from the write-ahead log, which is deleted, into a file that the reader
  // hasn't heard of; what is appended then goes into a write-ahead log that it does find.
  const auto replacing = std::make_shared<CallingBack>([&] {
    writer.reset();
    env_ = nullptr;
    writer = OpenWriter();
    ASSERT_TRUE(writer->Append({AccessRecord("k", "later")}));
  });
  const auto env = rocksdb::NewCompositeEnv(replacing);
  env_ = env.get();
  auto reader = OpenReader();
  ASSERT_EQ(replacing->CallsLeft(), 0);
  EXPECT_EQ(ValuesOf(*reader), (std::vector<std::string>{"first", "second", "later", "later"}));
}

}  // namespace
}  // namespace tenure::log
