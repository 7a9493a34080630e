// Lines of an input, against a reader that takes one byte after another.
#include "library/lines.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "event/codec.h"

namespace tenure::library {
namespace {

struct Naive {
  std::int64_t number = 0, bytes = 0;
  std::string text;
};

std::vector<Naive> Split(const std::string& input) {
  std::vector<Naive> lines;
  std::int64_t number = 0;
  for (std::size_t begin = 0; begin < input.size();) {
    const std::size_t end = std::min(input.find('\n', begin), input.size());
    std::string text = input.substr(begin, end - begin);
    const auto bytes = static_cast<std::int64_t>(text.size());
    begin = end + 1;
    ++number;
    if (text.ends_with('\r')) text.pop_back();
    if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    if (text.find_first_not_of(" \t") != std::string::npos) lines.push_back({number, bytes, text});
  }
  return lines;
}

void ReadsAs(const std::string& input) {
  std::istringstream stream(input);
  LineReader reader(stream);
  for (const Naive& wanted : Split(input)) {
    const auto line = reader.Next();
    ASSERT_TRUE(line);
    EXPECT_EQ(line->number, wanted.number);
    EXPECT_EQ(line->bytes, wanted.bytes);
    EXPECT_EQ(line->too_long, wanted.text.size() > event::kEventBytesMax);
    if (!line->too_long) {
      EXPECT_EQ(line->text, wanted.text);
    }
    EXPECT_LE(line->text.size(), event::kEventBytesMax + 1);
  }
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(stream.good());
}

TEST(Lines, AreReadAsTheyStand) {
  std::mt19937 random(1);
  const std::size_t lengths[] = {0, 1, 2, 200, 16'382, 16'383, 16'384, 16'385, 32'766, 32'767, 32'768};
  for (int n = 0; n < 300; ++n) {
    std::string input = random() % 4 == 0 ? "\xEF\xBB\xBF" : "";
    for (auto lines = random() % 6; lines > 0; --lines) {
      input += std::string(lengths[random() % std::size(lengths)], " \tx{\0"[random() % 5]);
      input += std::array<const char*, 4>{"\n", "\r\n", "\n\n", " \n"}[random() % 4];
    }
    if (random() % 2 == 0) input += std::string(lengths[random() % std::size(lengths)], 'y');
    ReadsAs(input);
  }
}

TEST(Lines, AreHeldUpToTheLimitOfAnEvent) {
  for (const std::size_t beyond : {0, 1, 2, 100'000})
    for (const char* end : {"\n", "", "\r\nx\n"}) ReadsAs(std::string(event::kEventBytesMax + beyond, 'x') + end);
}

TEST(Lines, TakeNoMoreOfTheStreamThanWasAskedFor) {
  std::istringstream stream("a\nb\nc\n");
  LineReader reader(stream);
  EXPECT_EQ(reader.Next()->text, "a");
  std::string rest;
  std::getline(stream, rest);
  EXPECT_EQ(rest, "b");
}

}  // namespace
}  // namespace tenure::library
