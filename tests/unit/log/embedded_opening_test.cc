// Opening a directory: what is refused and how it is said, and what readers see.
#include <rocksdb/db.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

#include "log/record_format.h"
#include "unit/log/embedded_fixture.h"

namespace tenure::log {
namespace {

class EmbeddedOpening : public EmbeddedFixture {
 protected:
  // Behind the log's back.
  std::unique_ptr<rocksdb::DB> OpenDatabase() {
    rocksdb::DB* database = nullptr;
    rocksdb::Options options;
    options.create_if_missing = true;
    EXPECT_TRUE(rocksdb::DB::Open(options, log_dir_, &database).ok());
    return std::unique_ptr<rocksdb::DB>(database);
  }
  void PutRow(const std::string& key, const std::string& value) { ASSERT_TRUE(OpenDatabase()->Put({}, key, value).ok()); }
  std::vector<std::filesystem::path> FilesWith(const std::string& extension) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(log_dir_))
      if (entry.path().extension() == extension) files.push_back(entry.path());
    return files;
  }
  static void FlipByte(const std::filesystem::path& file, std::uintmax_t at) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(static_cast<std::streamoff>(at));
    const char flipped = static_cast<char>(bytes.get() ^ 0x40);
    bytes.seekp(static_cast<std::streamoff>(at));
    bytes.put(flipped);
  }
};

TEST_F(EmbeddedOpening, AMissingLogIsNotFoundByReadersAndMadeByWriters) {
  EXPECT_EQ(CodeOf(TryOpen(true)), "log_not_found");
  EXPECT_FALSE(std::filesystem::exists(log_dir_)) << "a question makes nothing";
  EXPECT_EQ(CodeOf(TryOpen(false)), "ok");
  EXPECT_EQ(CodeOf(TryOpen(true)), "ok");
}

TEST_F(EmbeddedOpening, TheIdIs128BitsInHex) {
  const std::string id = OpenWriter()->Id();
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST_F(EmbeddedOpening, ALockedLogNamesItsDirectoryAndTheProcessThatWrites) {
  auto writer = OpenWriter();
  auto second = TryOpen(false);
  ASSERT_EQ(CodeOf(second), "log_locked");
  EXPECT_NE(second.error().reason.find(log_dir_), std::string::npos) << second.error().reason;
  EXPECT_NE(second.error().reason.find("process " + std::to_string(getpid())), std::string::npos) << second.error().reason;
}

TEST_F(EmbeddedOpening, ALaterFormatIsRefusedWithWhatToDo) {
  OpenWriter();
  PutRow(std::string(kFormatKey), std::string("\0\0\0\2", 4));
  for (const bool read_only : {false, true}) {
    auto refused = TryOpen(read_only);
    ASSERT_EQ(CodeOf(refused), "log_format_unknown");
    EXPECT_FALSE(refused.error().hint.empty());
  }
}

TEST_F(EmbeddedOpening, ADatabaseOfSomethingElseIsNotTakenForALog) {
  PutRow("somebody", "else's");
  EXPECT_EQ(CodeOf(TryOpen(false)), "log_corrupt");
  EXPECT_EQ(CodeOf(TryOpen(true)), "log_corrupt");
}

TEST_F(EmbeddedOpening, PiecesOfALogAreNotOverwrittenByANewOne) {
  ASSERT_TRUE(OpenWriter()->Append({AccessRecord("k", "v")}));
  OpenWriter();  // recovery moves the record into a file, and the write-ahead log that is left is empty
  for (const auto& file : FilesWith(".log")) std::filesystem::remove(file);
  std::filesystem::rename(log_dir_ + "/CURRENT", directory_.In("CURRENT"));
  EXPECT_EQ(CodeOf(TryOpen(false)), "log_corrupt");
  std::filesystem::rename(directory_.In("CURRENT"), log_dir_ + "/CURRENT");
  EXPECT_EQ(ValuesOf(*OpenWriter()), std::vector<std::string>{"v"});
}

TEST_F(EmbeddedOpening, ADamagedFileIsCorruptAndNeverReadAsSomethingElse) {
  ASSERT_TRUE(OpenWriter()->Append({AccessRecord("k", std::string(30'000, 'x'))}));
  OpenWriter();  // recovery moves the record from the write-ahead log into a file
  ASSERT_FALSE(FilesWith(".sst").empty());
  for (const auto& file : FilesWith(".sst")) FlipByte(file, 20);
  auto log = TryOpen(true);
  EXPECT_EQ(log ? CodeOf((*log)->Read({Topic::kAccess, 0}, 0, 1)) : CodeOf(log), "log_corrupt");
}

TEST_F(EmbeddedOpening, AMissingRecordIsCorruptAndNotSkipped) {
  ASSERT_TRUE(OpenWriter()->Append({AccessRecord("k", "0"), AccessRecord("k", "1"), AccessRecord("k", "2")}));
  for (const std::int64_t gone : {std::int64_t{1}, std::int64_t{2}, std::int64_t{0}}) {
    const auto key = RecordKey({Topic::kAccess, 0, gone});
    ASSERT_TRUE(OpenDatabase()->Delete({}, rocksdb::Slice(key.data(), key.size())).ok());
    auto log = OpenWriter();
    EXPECT_EQ(CodeOf(log->Read({Topic::kAccess, 0}, 0, 10)), "log_corrupt");
    EXPECT_EQ(CodeOf(log->At({Topic::kAccess, 0, gone})), "log_corrupt");
  }
}

TEST_F(EmbeddedOpening, AcknowledgedRecordsThatTheDiskLostAreMissed) {
  auto log = OpenWriter();
  ASSERT_TRUE(log->Append({AccessRecord("k", "kept")}));
  std::filesystem::path tail = FilesWith(".log").front();
  const auto bytes_before = std::filesystem::file_size(tail);
  ASSERT_TRUE(log->Append({AccessRecord("k", "lost")}));
  log.reset();
  FlipByte(tail, bytes_before + 20);
  for (const bool read_only : {true, false}) {
    auto refused = TryOpen(read_only);
    ASSERT_EQ(CodeOf(refused), "log_corrupt");
    EXPECT_NE(refused.error().hint.find("acknowledged"), std::string::npos);
  }
  std::filesystem::remove(log_dir_ + "/acknowledged");
  EXPECT_EQ(ValuesOf(*OpenWriter()), std::vector<std::string>{"kept"}) << "the way on that the hint names";
}

TEST_F(EmbeddedOpening, ATornTailThatWasNeverAcknowledgedIsDroppedInPeace) {
  auto log = OpenWriter();
  ASSERT_TRUE(log->Append({AccessRecord("k", "kept")}));
  const std::filesystem::path tail = FilesWith(".log").front();
  log.reset();
  std::ofstream(tail, std::ios::app | std::ios::binary) << "half a record";
  EXPECT_EQ(ValuesOf(*OpenReader()), std::vector<std::string>{"kept"});
  EXPECT_EQ(ValuesOf(*OpenWriter()), std::vector<std::string>{"kept"});
}

TEST_F(EmbeddedOpening, AReaderIsAStillPictureUntilItRefreshes) {
  auto writer = OpenWriter();
  ASSERT_TRUE(writer->Append({AccessRecord("k", "one")}));
  auto reader = OpenReader();
  ASSERT_TRUE(writer->Append({AccessRecord("k", "two")}));
  EXPECT_EQ(ValuesOf(*reader), std::vector<std::string>{"one"});
  ASSERT_TRUE(reader->Refresh());
  EXPECT_EQ(ValuesOf(*reader), (std::vector<std::string>{"one", "two"}));
}

TEST_F(EmbeddedOpening, AReaderLeavesNoTraceInTheDirectory) {
  ASSERT_TRUE(OpenWriter()->Append({AccessRecord("k", "v")}));
  const auto names = [&] {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(log_dir_)) found.insert(entry.path().filename());
    return found;
  };
  const auto before = names();
  auto reader = OpenReader();
  ASSERT_TRUE(reader->Refresh());
  reader.reset();
  EXPECT_EQ(names(), before);
}

TEST_F(EmbeddedOpening, RefreshingWithoutNewsOpensNothing) {
  auto writer = OpenWriter();
  ASSERT_TRUE(writer->Append({AccessRecord("k", "v")}));
  auto reader = OpenReader();
  std::filesystem::rename(log_dir_ + "/CURRENT", directory_.In("CURRENT"));  // an opening would fail
  EXPECT_TRUE(reader->Refresh());
  ASSERT_TRUE(writer->Append({AccessRecord("k", "w")}));
  EXPECT_FALSE(reader->Refresh());
  EXPECT_EQ(ValuesOf(*reader), std::vector<std::string>{"v"}) << "after an error as before";
  std::filesystem::rename(directory_.In("CURRENT"), log_dir_ + "/CURRENT");
  EXPECT_TRUE(reader->Refresh());
  EXPECT_EQ(ValuesOf(*reader), (std::vector<std::string>{"v", "w"}));
}

TEST_F(EmbeddedOpening, OneReadIsBoundedInBytesAndTheNextGoesOn) {
  auto log = OpenWriter();
  const std::vector<NewRecord> batch(40, AccessRecord("k", std::string(1'000'000, 'x')));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(log->Append(batch));
  auto some = log->Read({Topic::kAccess, 0}, 0, 1000);
  ASSERT_TRUE(some);
  EXPECT_GE(some->size(), 60U);
  EXPECT_LE(some->size(), 67U);
  EXPECT_EQ(AllOf(*log).size(), 80U);
}

TEST_F(EmbeddedOpening, ManyOpeningsLeaveFewFiles) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(OpenWriter()->Append({AccessRecord("k", "v")}));
  int notes = 0, options = 0;
  for (const auto& entry : std::filesystem::directory_iterator(log_dir_)) {
    const std::string name = entry.path().filename();
    notes += name.starts_with("LOG");
    options += name.starts_with("OPTIONS");
  }
  EXPECT_LE(notes, 3);
  EXPECT_LE(options, 3);
  EXPECT_EQ(AllOf(*OpenReader()).size(), 20U);
}

}  // namespace
}  // namespace tenure::log
