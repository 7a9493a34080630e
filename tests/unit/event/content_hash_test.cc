// When two texts say the same.
#include <algorithm>

#include "written.h"

namespace tenure::event {
namespace {

const std::string kPlain =
    R"({"specversion":"1.0","source":"s","id":"1","type":"tenure.identity.suspended.v1","time":"2026-01-05T09:00:00Z","data":{"identity":"user:a"}})";

Hash256 HashOf(std::string_view json) { return MustRead(json).content_hash; }
std::string Replaced(std::string_view from, std::string_view to) {
  std::string out = kPlain;
  const auto at = out.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return out.replace(at, from.size(), to);
}

TEST(ContentHash, IsTheSumOfTheCanonicalText) {
  EXPECT_EQ(HashOf(kPlain),
            Sha256(R"({"data":{"identity":"user:a"},"time":"2026-01-05T09:00:00Z","type":"tenure.identity.suspended.v1"})"));
}

TEST(ContentHash, OrderSpaceEscapesAndZonesMeanNothing) {
  EXPECT_EQ(HashOf("  " + Replaced("\"data\":{", "\"data\" : {\n")), HashOf(kPlain));
  EXPECT_EQ(HashOf(Replaced("user:a", "\\u0075ser:a")), HashOf(kPlain));
  EXPECT_EQ(HashOf(Replaced("09:00:00Z", "10:00:00.0000009+01:00")), HashOf(kPlain));
  EXPECT_EQ(HashOf(Replaced("}}", R"(,"x_a":10,"x_b":0}})")), HashOf(Replaced("}}", R"(,"x_b":-0.0,"x_a":1e1}})")));
}

TEST(ContentHash, TransportMeansNothing) {
  for (const char* more : {R"("datacontenttype":"application/json",)", R"("dataschema":"urn:x",)", R"("traceparent":"00",)",
                           R"("recordedtime":"2026-01-05T09:00:00Z",)"})
    EXPECT_EQ(HashOf(Replaced("\"type\"", std::string(more) + "\"type\"")), HashOf(kPlain)) << more;
  EXPECT_EQ(HashOf(Replaced("\"id\":\"1\"", "\"id\":\"2\"")), HashOf(kPlain));
}

TEST(ContentHash, WhatIsSaidMeansSomething) {
  std::vector<Hash256> hashes{HashOf(kPlain)};
  for (const char* more :
       {R"("subject":"user:a",)", R"("authtype":"a",)", R"("authid":"a",)", R"("controlowner":"a",)", R"("correlationid":"a",)",
        R"("causationid":"a",)", R"("supersedes":"[{\"source\":\"s\",\"id\":\"0\"}]",)"})
    hashes.push_back(HashOf(Replaced("\"type\"", std::string(more) + "\"type\"")));
  hashes.push_back(HashOf(Replaced("09:00:00Z", "09:00:00.000001Z")));
  hashes.push_back(HashOf(Replaced("}}", R"(,"x_a":1}})")));
  hashes.push_back(HashOf(Replaced("suspended", "reactivated")));
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

TEST(ContentHash, SupersedesIsComparedByTheNamesItHolds) {
  const auto with = [](const char* text) {
    return HashOf(Replaced("\"type\"", std::string("\"supersedes\":\"") + text + "\",\"type\""));
  };
  EXPECT_EQ(with(R"([{\"source\":\"s\",\"id\":\"0\"}])"), with(R"( [ {\"id\":\"0\", \"source\":\"s\"} ])"));
  EXPECT_NE(with(R"([{\"source\":\"s\",\"id\":\"0\"}])"), with(R"([{\"source\":\"s\",\"id\":\"00\"}])"));
}

TEST(ContentHash, OutlivesEncodingAndDecoding) {
  const std::string text =
      Replaced("\"type\"",
               R"("subject":"user:a","authid":"u","supersedes":"[ {\"id\":\"0\",\"source\":\"s\"} ]","traceparent":"0","type")");
  EXPECT_EQ(HashOf(Encode(MustRead(text))), HashOf(text));
}

}  // namespace
}  // namespace tenure::event
