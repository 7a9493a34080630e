#include "http/framing.h"

#include <gtest/gtest.h>

namespace tenure::http {
namespace {

const Field kHost{"Host", "127.0.0.1:7070"};

std::string CodeOf(std::vector<Field> fields, int minor = 1) {
  const auto wrong = WrongFraming(fields, minor);
  return wrong ? wrong->code : "";
}

TEST(Framing, WhatClientsOfGoodWillSendIsTaken) {
  EXPECT_EQ(CodeOf({kHost}), "");
  EXPECT_EQ(CodeOf({kHost, {"content-length", "5"}}), "");
  EXPECT_EQ(CodeOf({kHost, {"TRANSFER-ENCODING", "Chunked"}}), "");
  EXPECT_EQ(CodeOf({{"host", "[::1]:7070"}}), "");
  EXPECT_EQ(CodeOf({{"Host", ""}}), "") << "of a URL without an authority";
  EXPECT_EQ(CodeOf({}, 0), "") << "HTTP/1.0 needs none";
}

TEST(Framing, ALengthThatIsSaidInTwoWaysIsDoubtful) {
  EXPECT_EQ(CodeOf({kHost, {"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}), "framing_doubtful");
  EXPECT_EQ(CodeOf({kHost, {"Content-Length", "5"}, {"content-length", "5"}}), "framing_doubtful");
  EXPECT_EQ(CodeOf({kHost, {"Content-Length", "5, 5"}}), "framing_doubtful");
  EXPECT_EQ(CodeOf({kHost, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}), "framing_doubtful");
  EXPECT_EQ(CodeOf({kHost, {"Transfer-Encoding", "chunked"}}, 0), "framing_doubtful");
}

TEST(Framing, NoCodingButChunkedIsKnown) {
  for (const char* coding : {"gzip", "identity", "chunked, chunked", "gzip, chunked", "chunked;q=1", "", "xchunked"})
    EXPECT_EQ(CodeOf({kHost, {"Transfer-Encoding", coding}}), "coding_unknown") << coding;
}

TEST(Framing, OneHostIsNamed) {
  EXPECT_EQ(CodeOf({}), "host_malformed");
  EXPECT_EQ(CodeOf({kHost, kHost}), "host_malformed");
  EXPECT_EQ(CodeOf({{"Host", "a b"}}), "host_malformed");
  EXPECT_EQ(CodeOf({{"Host", "a/b"}}), "host_malformed");
}

TEST(Framing, WhoAsksIsSaidOnce) {
  EXPECT_EQ(CodeOf({kHost, {"Authorization", "Bearer a"}, {"authorization", "Bearer b"}}), "field_repeated");
  EXPECT_EQ(CodeOf({kHost, {"Accept", "a/b"}, {"Accept", "c/d"}}), "") << "a list may come in parts";
}

}  // namespace
}  // namespace tenure::http
