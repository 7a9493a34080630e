// JSON out and in, for those who may not include a third party.
#include <gtest/gtest.h>

#include "event/json_reader.h"
#include "event/json_writer.h"
#include "event/quoted.h"

namespace tenure::event {
namespace {

TEST(JsonWriter, PlacesCommasAndKeepsTheOrderOfCalls) {
  JsonWriter w;
  w.BeginObject();
  w.Key("b"), w.Int(-7), w.Key("a"), w.BeginArray();
  w.String("x"), w.Null(), w.Bool(true), w.BeginObject(), w.EndObject(), w.BeginArray(), w.EndArray();
  w.EndArray(), w.Key("c"), w.Raw(R"({"r":1})");
  w.EndObject();
  EXPECT_EQ(w.Take(), R"({"b":-7,"a":["x",null,true,{},[]],"c":{"r":1}})");
}

TEST(JsonWriter, EscapesTextAndKeys) {
  JsonWriter w;
  w.BeginObject();
  w.Key("a\"b"), w.String(std::string_view("\\\n\x01\0é", 6));
  w.EndObject();
  EXPECT_EQ(w.Take(), "{\"a\\\"b\":\"\\\\\\n\\u0001\\u0000é\"}");
}

TEST(JsonWriter, EscapesAtEachPlaceOfAText) {
  for (std::size_t before = 0; before < 20; ++before)
    for (std::size_t after = 0; after < 20; ++after) {
      const std::string head(before, 'a'), tail(after, '\x7f');
      std::string out;
      AppendJsonString(out, head + "\"" + tail + "\x1f" + tail);
      EXPECT_EQ(out, "\"" + head + "\\\"" + tail + "\\u001f" + tail + "\"");
    }
}

TEST(JsonWriter, OpenEndsAreNull) {
  JsonWriter w;
  w.BeginArray();
  w.Time(kAlways), w.Time(EffectiveTime{0}), w.Time(kForever);
  w.EndArray();
  EXPECT_EQ(w.Take(), R"([null,"1970-01-01T00:00:00Z",null])");
}

TEST(JsonValue, IsLookedAroundInWithoutFear) {
  const auto value = JsonValue::Parse(R"({"a":{"b":[1,"x",true,null,2.5]},"a":"second"})");
  ASSERT_TRUE(value);
  const auto items = value->Get("a")->Get("b")->Items();
  ASSERT_EQ(items.size(), 5u);
  EXPECT_EQ(items[0].AsInt(), 1);
  EXPECT_EQ(items[1].AsString(), "x");
  EXPECT_TRUE(items[2].AsBool());
  EXPECT_TRUE(items[3].IsNull());
  EXPECT_EQ(items[4].AsInt(), std::nullopt);
  EXPECT_TRUE(items[4].IsNumber());
  EXPECT_FALSE(value->Get("nothing"));
  EXPECT_FALSE(JsonValue().Get("a"));
  EXPECT_TRUE(JsonValue().Items().empty());
  EXPECT_EQ(JsonValue().Dump(), "");
}

TEST(JsonValue, OutlivesTheTextAndTheRootItCameFrom) {
  JsonValue inner;
  {
    std::string text = R"({"a":{"b":"kept"}})";
    inner = *JsonValue::Parse(text)->Get("a");
    text.assign(text.size(), '#');
  }
  EXPECT_EQ(inner.Get("b")->AsString(), "kept");
}

TEST(JsonValue, TheFirstOfTwoMembersCounts) {
  const auto value = JsonValue::Parse(R"({"b":2,"a":1,"b":3})");
  EXPECT_EQ(value->Get("b")->AsInt(), 2);
  EXPECT_EQ(value->Dump(), R"({"a":1,"b":2})");
}

TEST(JsonValue, WhatIsNoJsonIsAnError) {
  for (const char* text : {"", "{", "{}{}", "{\"a\":}", "\xff", R"("\ud800")", R"("\udc00x")"})
    EXPECT_EQ(JsonValue::Parse(text).error().code, "json_malformed") << text;
  EXPECT_FALSE(JsonValue::Parse(std::string(100'000, '[')));
}

TEST(Quoted, ShowsAShortWholeEscapedText) {
  EXPECT_EQ(Quoted("a\"b\n"), R"("a\"b\n")");
  EXPECT_EQ(Quoted(std::string(80, 'a')), "\"" + std::string(80, 'a') + "\"");
  EXPECT_EQ(Quoted(std::string(79, 'a') + "é"), "\"" + std::string(79, 'a') + "\"...");  // never half a character
}

}  // namespace
}  // namespace tenure::event
