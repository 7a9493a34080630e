#include "history/digest.h"

#include <gtest/gtest.h>

#include "event/codec.h"

namespace tenure::history {
namespace {

Hash256 H(const char* text) { return event::Sha256(text); }

TEST(Digest, IsTheSameInAnyOrder) {
  Digest a, b;
  a.Add(H("x")), a.Add(H("y")), a.Add(H("z"));
  b.Add(H("z")), b.Add(H("x")), b.Add(H("y"));
  EXPECT_EQ(a, b);
}
TEST(Digest, WhatIsSubtractedWasNeverThere) {
  Digest a, b;
  a.Add(H("x")), a.Add(H("y")), a.Subtract(H("x"));
  b.Add(H("y"));
  EXPECT_EQ(a, b);
}
TEST(Digest, GoesBelowZeroAndBack) {
  Digest a;
  a.Subtract(H("x"));
  a.Add(H("x"));
  EXPECT_EQ(a, Digest());
}
TEST(Digest, CountsWhatIsThereTwiceTwice) {
  Digest once, twice;
  once.Add(H("x"));
  twice.Add(H("x")), twice.Add(H("x"));
  EXPECT_NE(once, twice);
}
TEST(Digest, CarriesOverEveryWord) {
  Hash256 ones{}, one{};
  ones.fill(0xff);
  one[31] = 1;
  Digest d;
  d.Add(ones), d.Add(one);
  EXPECT_EQ(d, Digest());
}
TEST(Digest, SurvivesItsBytes) {
  Digest d;
  d.Add(H("x"));
  EXPECT_EQ(Digest::FromBytes(d.Bytes()), d);
  EXPECT_EQ(d.Hex().size(), 64u);
}

}  // namespace
}  // namespace tenure::history
