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

std::string CodeOf(const Result<PositionVector>& read) { return read ? "" : read.error().code; }

TEST(Token, ComesBackAsTheVectorThatItWasMadeOf) {
  const auto token = EncodeToken("log", {{"corrector"}}, Somewhere());
  const auto read = DecodeToken(token, "log", {{"corrector"}});
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, Somewhere());
}

TEST(Token, OfNothingKnownIsAToken) {
  const auto read = DecodeToken(EncodeToken("log", {}, {}), "log", {});
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->next.empty());
}

TEST(Token, OfAnotherLogIsNamedSo) {
  EXPECT_EQ(CodeOf(DecodeToken(EncodeToken("a", {}, Somewhere()), "b", {})), "token_other_log");
}

TEST(Token, UnderOtherCorrectorsIsNamedSo) {
  EXPECT_EQ(CodeOf(DecodeToken(EncodeToken("a", {}, Somewhere()), "a", {{"corrector"}})), "token_other_config");
}

TEST(Token, AnyDamagedCharacterIsSeen) {
  const auto token = EncodeToken("log", {}, Somewhere());
  // All but the last, some of whose bits may say nothing.
  for (std::size_t i = 0; i + 1 < token.size(); ++i) {
    std::string damaged = token;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(CodeOf(DecodeToken(damaged, "log", {})), "token_malformed") << i;
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
