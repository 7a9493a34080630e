// Text that is shown: harmless, cut by columns and never within a character.
#include "library/shown_text.h"

#include <gtest/gtest.h>

#include <random>

namespace tenure::library {
namespace {

TEST(ShownText, WidthsAreColumnsOfATerminal) {
  EXPECT_EQ(Width("abc"), 3u);
  EXPECT_EQ(Width("日本"), 4u);
  EXPECT_EQ(Width("e\u0301"), 1u);
  EXPECT_EQ(Width("🔑"), 2u);
  EXPECT_EQ(Width(""), 0u);
}

TEST(ShownText, BothEndsOfALongNameStay) {
  EXPECT_EQ(ShortenMiddle("role:arn:aws:iam::1:role/admin", 15), "role:…ole/admin");
  EXPECT_EQ(ShortenMiddle("short", 5), "short");
  EXPECT_EQ(ShortenMiddle("longer", 1), "…");
  EXPECT_EQ(ShortenMiddle("longer", 5, "..."), "...er");
  EXPECT_EQ(ShortenMiddle("longer", 2, "..."), "..");
}

TEST(ShownText, WhatDrivesReordersOrHidesIsShown) {
  EXPECT_EQ(Escape("a\x1b[31m\x07\n\u202e\u200b\u00ad\ufeff\uffff\U000E0041\xff"),
            "a\\x1b[31m\\x07\\x0a\\u202e\\u200b\\u00ad\\ufeff\\uffff\\ue0041\\xff");
  EXPECT_EQ(EscapeBeyondAscii("zoë\x1b"), "zo\\u00eb\\x1b");
  EXPECT_EQ(Html("<a b=\"c\">'&\x01"), "&lt;a b=&quot;c&quot;&gt;&#39;&amp;\\x01");
}

// Random text of narrow, wide, combining and broken characters: never wider than asked, and still UTF-8 if it was.
TEST(ShownText, ACutIsNeverWiderNorBroken) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::vector<std::string> pieces = {"a", "/", "é", "e\u0301", "日", "🔑", "\u0301", "я"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t n = random() % 40; n > 0; --n) text += pieces[random() % pieces.size()];
    const std::size_t width = random() % 45;
    for (const char* dots : {"…", "..."}) {
      const std::string cut = ShortenMiddle(text, width, dots);
      ASSERT_LE(Width(cut), width) << text;
      ASSERT_TRUE(IsUtf8(cut)) << text;
      if (Width(text) <= width) {
        ASSERT_EQ(cut, text);
      }
    }
  }
}

}  // namespace
}  // namespace tenure::library
