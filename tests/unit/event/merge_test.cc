#include <gtest/gtest.h>

#include "event/codec.h"

namespace tenure::event {
namespace {

TEST(MergePatch, SetsMergesAndClears) {
  EXPECT_EQ(MergePatch(R"({"a":1,"b":{"c":2,"d":3}})", R"({"b":{"c":null,"e":4},"f":[1]})"),
            R"({"a":1,"b":{"d":3,"e":4},"f":[1]})");
  EXPECT_EQ(MergePatch("", R"({"b":1,"a":null})"), R"({"b":1})");
  EXPECT_EQ(MergePatch(R"({"a":1})", ""), R"({"a":1})");
  EXPECT_EQ(MergePatch(R"({"a":[1,2]})", R"({"a":[3]})"), R"({"a":[3]})");
  EXPECT_EQ(MergePatch(R"({"a":"text"})", R"({"a":{"b":null,"c":1}})"), R"({"a":{"c":1}})");
}

TEST(MergePatch, IsCanonicalWhateverTheOrderOfWriting) {
  EXPECT_EQ(MergePatch(R"({"b":1,"a":2})", R"({"d":1.50,"c":1e21})"), R"({"a":2,"b":1,"c":1e+21,"d":1.5})");
}

TEST(JsonMember, IsCanonicalTextOrNothing) {
  EXPECT_EQ(JsonMember(R"({"a":{"y":1,"x":2}})", "a"), R"({"x":2,"y":1})");
  EXPECT_EQ(JsonMember(R"({"a":null})", "a"), "null");
  EXPECT_EQ(JsonMember(R"({"a":1})", "b"), "");
  EXPECT_EQ(JsonMember("", "b"), "");
}

}  // namespace
}  // namespace tenure::event
