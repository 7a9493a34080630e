#include "connect/byte_stream.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "connect/input_files.h"

namespace tenure::connect {
namespace {

namespace fs = std::filesystem;

class ByteStream : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "byte_stream_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& bytes) const {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }
  static std::string Gzip(const std::string& text) {
    z_stream z{};
    deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&z, text.size()) + 64, '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    z.avail_in = static_cast<uInt>(text.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
  }
  struct Read {
    std::string bytes;
    Status status;
    std::int64_t file_bytes = 0;
  };
  static Read ReadAll(const std::string& path) {
    Read read;
    read.status = ReadBytes(path, [&](std::string_view piece, std::int64_t file_bytes) {
      read.bytes += piece;
      read.file_bytes = file_bytes;
      return Status{};
    });
    return read;
  }
  static std::string Long() {
    std::string text;
    for (int i = 0; text.size() < 900'000; ++i) text += std::to_string(i * 7919) + ",";
    return text;
  }
  fs::path folder_;
};

TEST_F(ByteStream, ReadsAFileLongerThanAPiece) {
  const std::string text = Long();
  const Read read = ReadAll(Write("a.json", text));
  EXPECT_TRUE(read.status);
  EXPECT_EQ(read.bytes, text);
  EXPECT_EQ(read.file_bytes, static_cast<std::int64_t>(text.size()));
}
TEST_F(ByteStream, GunzipsWhateverTheNameAndCountsTheBytesOfTheFile) {
  const std::string packed = Gzip(Long());
  const Read read = ReadAll(Write("plain.json", packed));
  EXPECT_TRUE(read.status);
  EXPECT_EQ(read.bytes, Long());
  EXPECT_EQ(read.file_bytes, static_cast<std::int64_t>(packed.size()));
}
TEST_F(ByteStream, ReadsConcatenatedMembersAndPadding) {
  const Read read = ReadAll(Write("a.gz", Gzip("one ") + Gzip("") + Gzip("two") + std::string(10, '\0')));
  EXPECT_TRUE(read.status);
  EXPECT_EQ(read.bytes, "one two");
}
TEST_F(ByteStream, ATruncatedGzipGivesWhatIsThereAndIsNamed) {
  const std::string packed = Gzip(Long());
  const Read read = ReadAll(Write("a.gz", packed.substr(0, packed.size() / 2)));
  ASSERT_FALSE(read.status);
  EXPECT_EQ(read.status.error().code, "gzip_truncated");
  EXPECT_EQ(read.bytes, Long().substr(0, read.bytes.size()));
  EXPECT_GT(read.bytes.size(), 100'000u);
}
TEST_F(ByteStream, ADamagedGzipIsNamed) {
  std::string packed = Gzip(Long());
  packed.replace(packed.size() / 2, 40, std::string(40, '\xFF'));
  const Read read = ReadAll(Write("a.gz", packed));
  ASSERT_FALSE(read.status);
  EXPECT_EQ(read.status.error().code, "gzip_corrupt");
}
TEST_F(ByteStream, GarbageAfterAMemberIsNoPartOfIt) {
  const Read read = ReadAll(Write("a.gz", Gzip("one") + "garbage"));
  ASSERT_FALSE(read.status);
  EXPECT_EQ(read.status.error().code, "gzip_corrupt");
  EXPECT_EQ(read.bytes, "one");
}
TEST_F(ByteStream, AFileThatIsNotThereIsNamed) {
  const Read read = ReadAll((folder_ / "none").string());
  ASSERT_FALSE(read.status);
  EXPECT_EQ(read.status.error().code, "file_unreadable");
  EXPECT_NE(read.status.error().reason.find("none"), std::string::npos);
}
TEST_F(ByteStream, StopsWithTheErrorOfItsReader) {
  const auto status = ReadBytes(Write("a", "x"), [](std::string_view, std::int64_t) -> Status { return Fail("full", ""); });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "full");
}

TEST_F(ByteStream, AFolderIsItsRecordFilesBelowInOrder) {
  Write("b/2.json.gz", "x"), Write("b/1.json", "xy"), Write("a.jsonl", "x"), Write("LICENSE", "x"), Write("a.md", "x"),
      Write("c.ndjson", "x");
  const auto files = FilesOf(folder_.string());
  ASSERT_TRUE(files);
  std::vector<std::string> names;
  for (const auto& file : *files) names.push_back(fs::relative(file.path, folder_).string());
  EXPECT_EQ(names, (std::vector<std::string>{"a.jsonl", "b/1.json", "b/2.json.gz", "c.ndjson"}));
  EXPECT_EQ((*files)[1].bytes, 2);
}
TEST_F(ByteStream, AFileIsItselfWhateverItsName) {
  const auto files = FilesOf(Write("trail.txt", "xyz"));
  ASSERT_TRUE(files);
  ASSERT_EQ(files->size(), 1u);
  EXPECT_EQ(files->front().bytes, 3);
}
TEST_F(ByteStream, APathThatIsNotThereIsNamed) {
  const auto files = FilesOf((folder_ / "none").string());
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, "file_unreadable");
}

}  // namespace
}  // namespace tenure::connect
