// Released events never change their meaning.
#include <fmt/format.h>

#include <fstream>
#include <map>
#include <set>

#include "event/fields.h"
#include "written.h"

namespace tenure::event {
namespace {

std::vector<std::string> Lines(const std::string& file) {
  std::ifstream in(std::string(TENURE_CORPUS) + "/" + file);
  EXPECT_TRUE(in) << file;
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string Hex(const Hash256& hash) {
  std::string out;
  for (const auto byte : hash) out += fmt::format("{:02x}", byte);
  return out;
}

TEST(Corpus, EveryLineKeepsItsContentHash) {
  std::map<std::string, std::string> pinned;
  for (const auto& line : Lines("v1.sha256")) pinned[line.substr(66)] = line.substr(0, 64);
  const auto lines = Lines("v1.ndjson");
  EXPECT_EQ(lines.size(), pinned.size());
  for (const auto& line : lines) {
    const Event event = MustRead(line);
    EXPECT_EQ(Hex(event.content_hash), pinned[event.name.id]) << line;
  }
}

TEST(Corpus, MeansTheSameWithoutItsText) {
  Decoder decoder;
  for (const auto& line : Lines("v1.ndjson")) {
    const Event event = MustRead(line);
    auto without = decoder.DecodeWithoutText(line);
    ASSERT_TRUE(without) << line;
    EXPECT_EQ(without->data_json, "");
    without->data_json = event.data_json;
    EXPECT_EQ(Encode(*without), Encode(event));
    EXPECT_EQ(PackPayload(without->payload), PackPayload(event.payload));
    EXPECT_EQ(without->content_hash, event.content_hash);
  }
}

TEST(Corpus, HoldsEveryType) {
  std::set<EventType> types;
  for (const auto& line : Lines("v1.ndjson")) types.insert(MustRead(line).Type());
  EXPECT_EQ(types.size(), static_cast<std::size_t>(kEventTypes));
}

TEST(Corpus, ComesBackFromEncodingWithItsHash) {
  for (const auto& line : Lines("v1.ndjson")) {
    const Event event = MustRead(line);
    EXPECT_EQ(MustRead(Encode(event)).content_hash, event.content_hash) << line;
  }
}

// The payload alone, without `data` as written: what the struct holds is all that the type says, x_ fields aside.
TEST(Corpus, PayloadsComeBackFromTheirOwnWriting) {
  for (const auto& line : Lines("v1.ndjson")) {
    Event event = MustRead(line);
    event.data_json.clear();
    const auto again = Read(Encode(event));
    ASSERT_TRUE(again) << again.error().ToString() << "\n" << Encode(event);
    EXPECT_EQ(PackPayload(again->payload), PackPayload(event.payload)) << line;
  }
}

TEST(Corpus, PayloadsComeBackFromPacking) {
  for (const auto& line : Lines("v1.ndjson")) {
    Event event = MustRead(line);
    event.data_json.clear();
    const std::string written = Encode(event), packed = PackPayload(event.payload);
    auto payload = UnpackPayload(packed);
    ASSERT_TRUE(payload) << line;
    event.payload = std::move(*payload);
    EXPECT_EQ(Encode(event), written);
  }
}

}  // namespace
}  // namespace tenure::event
