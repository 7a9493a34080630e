// RFC 8785.
#include "event/canonical.h"

#include <gtest/gtest.h>

#include "event/json_reader.h"

namespace tenure::event {
namespace {

std::string Canonical(std::string_view json) {
  const auto value = JsonValue::Parse(json);
  return value ? value->Dump() : value.error().code;
}

CanonicalFault FaultOf(const std::string& json) {
  simdjson::dom::parser parser;
  const simdjson::padded_string text(json);
  std::string out;
  return AppendCanonical(out, parser.parse(text).value_unsafe());
}

TEST(Canonical, NumbersAreWrittenAsEcmaScriptWritesThem) {
  const std::pair<const char*, const char*> cases[] = {{"0", "0"},
                                                       {"-0", "0"},
                                                       {"-0.0", "0"},
                                                       {"1.0", "1"},
                                                       {"10.50", "10.5"},
                                                       {"1e0", "1"},
                                                       {"1e20", "100000000000000000000"},
                                                       {"1e21", "1e+21"},
                                                       {"1.5e300", "1.5e+300"},
                                                       {"0.000001", "0.000001"},
                                                       {"1e-7", "1e-7"},
                                                       {"0.00000123", "0.00000123"},
                                                       {"-1.25e-9", "-1.25e-9"},
                                                       {"5e-324", "5e-324"},
                                                       {"1.7976931348623157e308", "1.7976931348623157e+308"},
                                                       {"333333333.33333329", "333333333.3333333"},
                                                       {"9007199254740993", "9007199254740992"},
                                                       {"-9007199254740993", "-9007199254740992"},
                                                       {"18446744073709551615", "18446744073709552000"},
                                                       {"1e-400", "0"},
                                                       {"4.50", "4.5"},
                                                       {"2e-3", "0.002"}};
  for (const auto& [written, canonical] : cases) EXPECT_EQ(Canonical(written), canonical) << written;
}

TEST(Canonical, NumbersThatNothingHoldsAreNoJson) {
  for (const char* text : {"1E400", "-1E400", "100000000000000000000000", "NaN", "Infinity", "01", "+1", ".5", "1."})
    EXPECT_EQ(Canonical(text), "json_malformed") << text;
}

TEST(Canonical, StringsEscapeOnlyWhatTheyMust) {
  EXPECT_EQ(Canonical(R"("\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/")"), R"("€$\u000f\nA'B\"\\\\\"/")");
  EXPECT_EQ(Canonical(R"("\b\f\r\t\u0000\u007f\u2028")"), "\"\\b\\f\\r\\t\\u0000\x7f\xe2\x80\xa8\"");
}

TEST(Canonical, MembersSortByUtf16CodeUnits) {
  // U+1F600 is D83D DE00 in UTF-16 and so stands before U+FB33, though its UTF-8 bytes are greater.
  EXPECT_EQ(Canonical(R"({"\ufb33":1,"\ud83d\ude00":2,"\u20ac":3,"\u00f6":4,"1":5,"\r":6,"\u0080":7,"":8,"11":9})"),
            "{\"\":8,\"\\r\":6,\"1\":5,\"11\":9,\"\xc2\x80\":7,\"ö\":4,\"€\":3,\"😀\":2,\"\xef\xac\xb3\":1}");
}

TEST(Canonical, WhiteSpaceGoesAndOrderInArraysStays) {
  EXPECT_EQ(Canonical("{ \"b\" : [ 3 , 1, {} , [] ] ,\n\"a\":null, \"c\" : false}"), R"({"a":null,"b":[3,1,{},[]],"c":false})");
}

TEST(Canonical, AMemberThatStandsTwiceIsAFaultAtAnyDepth) {
  EXPECT_EQ(FaultOf(R"({"a":1,"b":2})"), CanonicalFault::kNone);
  EXPECT_EQ(FaultOf(R"({"a":1,"a":1})"), CanonicalFault::kMemberTwice);
  EXPECT_EQ(FaultOf(R"([{"x":[{"a":1,"b":2,"\u0061":3}]}])"), CanonicalFault::kMemberTwice);
}

TEST(Canonical, NestingEndsAtItsLimit) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_EQ(FaultOf(nested(kJsonDepthMax)), CanonicalFault::kNone);
  EXPECT_EQ(FaultOf(nested(kJsonDepthMax + 1)), CanonicalFault::kTooDeep);
}

}  // namespace
}  // namespace tenure::event
