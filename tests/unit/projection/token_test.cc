#include <gtest/gtest.h>

#include "projection/read_model.h"

namespace tenure::projection {
namespace {

PositionVector Somewhere() {
  PositionVector v;
  v.next[{Topic::kIdentity, 0}] = 7;
  v.next[{Topic::kAccess, 11}] = 3'000'000'000;
  return v;
}

std::string CodeOf(const Result<TokenContent>& read) { return read ? "" : read.error().code; }

TEST(Token, ComesBackAsTheVectorThatItWasMadeOf) {
  const auto token = EncodeToken("log", {{"corrector"}}, Somewhere());
  const auto read = DecodeToken(token, "log", {{"corrector"}});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->vector, Somewhere());
  EXPECT_TRUE(read->unread.empty());
}

TEST(Token, KeepsWhichPartitionsWereUnread) {
  const std::vector<TopicPartition> unread{{Topic::kAccess, 3}, {Topic::kUsage, 0}};
  const auto read = DecodeToken(EncodeToken("log", {}, Somewhere(), unread), "log", {});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->vector, Somewhere());
  EXPECT_EQ(read->unread, unread);
}

TEST(Token, OfNothingKnownIsAToken) {
  const auto read = DecodeToken(EncodeToken("log", {}, {}), "log", {});
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->vector.next.empty());
}

TEST(Token, OfAnotherLogIsNamedSo) {
  EXPECT_EQ(CodeOf(DecodeToken(EncodeToken("a", {}, Somewhere()), "b", {})), "token_other_log");
}

TEST(Token, UnderOtherCorrectorsIsNamedSo) {
  EXPECT_EQ(CodeOf(DecodeToken(EncodeToken("a", {}, Somewhere()), "a", {{"corrector"}})), "token_other_config");
}

TEST(Token, AnyDamagedCharacterIsSeen) {
  const auto token = EncodeToken("log", {}, Somewhere());
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string damaged = token;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(CodeOf(DecodeToken(damaged, "log", {})), "token_malformed") << i;
  }
}

// The last character's low bits may stand for no byte; a token is still written in one way only.
TEST(Token, OneKnowledgeHasOneText) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const std::string id : {"log", "logs", "a log"}) {  // each leaves another number of spare bits
    const auto token = EncodeToken(id, {}, Somewhere());
    for (const char last : kDigits) {
      std::string altered = token;
      altered.back() = last;
      EXPECT_EQ(CodeOf(DecodeToken(altered, id, {})), altered == token ? "" : "token_malformed") << altered;
    }
    EXPECT_EQ(CodeOf(DecodeToken(token + "A", id, {})), "token_malformed");
  }
}

TEST(Token, AnyShorterTextIsMalformed) {
  const auto token = EncodeToken("log", {}, Somewhere());
  for (std::size_t n = 0; n < token.size(); ++n) EXPECT_EQ(CodeOf(DecodeToken(token.substr(0, n), "log", {})), "token_malformed");
}

TEST(Token, NeedsNoEscapingInAnAddressOrAShell) {
  for (char c : EncodeToken("log", {}, Somewhere()))
    EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_');
}

}  // namespace
}  // namespace tenure::projection
