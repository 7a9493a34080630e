#include "event/schemas.h"

#include "event/json_reader.h"
#include "written.h"

namespace tenure::event {
namespace {

TEST(Schemas, ThereIsOneForEveryTypeByEachOfItsNames) {
  for (int i = 0; i < kEventTypes; ++i) {
    const std::string full(TypeName(static_cast<EventType>(i))), versioned = full.substr(7),
                                                                 plain = versioned.substr(0, versioned.size() - 3);
    EXPECT_FALSE(SchemaText(full).empty()) << full;
    EXPECT_EQ(SchemaText(versioned), SchemaText(full));
    EXPECT_EQ(SchemaText(plain), SchemaText(full));
  }
  EXPECT_FALSE(SchemaText("cloudevent").empty());
  EXPECT_TRUE(SchemaText("grant").empty());
  EXPECT_TRUE(SchemaText("").empty());
  EXPECT_EQ(SchemaNames().size(), static_cast<std::size_t>(kEventTypes) + 1);
}

TEST(Schemas, TheirExamplesAreTaken) {
  for (const auto name : SchemaNames()) {
    const auto schema = JsonValue::Parse(SchemaText(name));
    ASSERT_TRUE(schema) << name;
    const auto examples = schema->Get("examples").value_or(JsonValue()).Items();
    EXPECT_FALSE(examples.empty()) << name;
    for (const auto& example : examples) {
      const std::string text = example.Dump();
      EXPECT_EQ(Complaint(name == "cloudevent" ? text : Written(name.substr(0, name.size() - 3), text)), "")
          << name << " " << text;
    }
  }
}

TEST(Schemas, NoneUsesAPatternForStrings) {
  for (const auto name : SchemaNames()) EXPECT_EQ(SchemaText(name).find("\"pattern\""), std::string_view::npos) << name;
}

}  // namespace
}  // namespace tenure::event
