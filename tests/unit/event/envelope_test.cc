// The attributes around `data`.
#include "written.h"

namespace tenure::event {
namespace {

const std::string kData = R"({"identity":"user:alice"})";
std::string With(std::string_view more) { return Written("identity.suspended", kData, more); }
// An event whose attribute is replaced by the text given, or left out.
std::string Except(std::string_view name, std::string_view text) {
  std::string json = "{";
  for (const auto& [key, value] : {std::pair<std::string, std::string>{"specversion", "\"1.0\""},
                                   {"source", "\"s\""},
                                   {"id", "\"1\""},
                                   {"time", "\"2026-01-05T09:00:00Z\""},
                                   {"type", "\"tenure.identity.suspended.v1\""},
                                   {"data", kData}}) {
    if (key == name && text.empty()) continue;
    json += (json.size() > 1 ? ",\"" : "\"") + key + "\":" + (key == name ? std::string(text) : value);
  }
  return json + "}";
}

TEST(Envelope, EachRequiredAttributeIsAskedForByName) {
  for (const char* name : {"specversion", "source", "id", "time", "type"}) {
    EXPECT_EQ(Code(Except(name, "")), "event_attribute_missing") << name;
    EXPECT_NE(Complaint(Except(name, "")).find(name), std::string::npos);
    EXPECT_EQ(Code(Except(name, "\"\"")), "event_attribute_empty") << name;
    EXPECT_EQ(Code(Except(name, "7")), "event_attribute_type") << name;
    EXPECT_EQ(Code(Except(name, "null")), "event_attribute_type") << name;
  }
  EXPECT_EQ(Code(Except("data", "")), "event_data_missing");
  for (const char* data : {"null", "[]", "\"{}\"", "1"}) EXPECT_EQ(Code(Except("data", data)), "event_data_not_object") << data;
}

TEST(Envelope, IsReadIntoTheEvent) {
  const Event e = MustRead(With(R"("subject":"user:alice","authtype":"user","authid":"user:bob","controlowner":"team:iam",
      "correlationid":"c","causationid":"d","recordedtime":"2026-01-05T09:00:01Z",)"));
  EXPECT_EQ(e.name, (EventName{"s", "1"}));
  EXPECT_EQ(e.time.us, 1'767'603'600'000'000);
  EXPECT_EQ(e.subject, "user:alice");
  EXPECT_EQ(e.authtype + e.authid + e.controlowner, "useruser:bobteam:iam");
  EXPECT_EQ(e.correlationid + e.causationid + e.recordedtime, "cd2026-01-05T09:00:01Z");
}

TEST(Envelope, OtherVersionsAndContentTypesAreRefused) {
  EXPECT_EQ(Code(Except("specversion", "\"0.3\"")), "event_specversion");
  for (const char* type : {"application/json", "application/cloudevents+json; charset=utf-8", "Text/JSON"})
    EXPECT_EQ(Code(With(std::string("\"datacontenttype\":\"") + type + "\",")), "") << type;
  for (const char* type : {"application/xml", "json", "application/jsonp", "application/notjson", "/json"})
    EXPECT_EQ(Code(With(std::string("\"datacontenttype\":\"") + type + "\",")), "event_content_type") << type;
  EXPECT_EQ(Code(With(R"("data_base64":"e30=",)")), "event_data_base64");
}

TEST(Envelope, ForeignExtensionsAreLetThroughAndTypingMistakesAreNot) {
  EXPECT_EQ(Code(With(R"("traceparent":"00-a","sequence":7,"sampled":true,)")), "");
  EXPECT_EQ(Code(With(R"("correlationId":"c",)")), "event_attribute_unknown");
  EXPECT_EQ(Code(With(R"("auth_id":"c",)")), "event_attribute_unknown");
  EXPECT_EQ(Code(With(R"("":"c",)")), "event_attribute_unknown");
  EXPECT_EQ(Code(With(R"("authid":7,)")), "event_attribute_type");
}

TEST(Envelope, AnAttributeStandsOnce) {
  EXPECT_EQ(Code(With(R"("id":"1",)")), "event_attribute_twice");
  EXPECT_EQ(Code(With(R"("\u0069d":"1",)")), "event_attribute_twice");
  EXPECT_EQ(Code(With(R"("data":{},)")), "event_attribute_twice");
  EXPECT_EQ(Code(With(R"("traceparent":"a","traceparent":"a",)")), "event_attribute_twice");
}

TEST(Envelope, ControlCharactersAndLongNamesAreRefused) {
  EXPECT_EQ(Code(Except("id", R"("a\u0000b")")), "event_attribute_control");
  EXPECT_EQ(Code(Except("source", R"("a\nb")")), "event_attribute_control");
  for (std::size_t before = 0; before < 20; ++before)
    for (const char* control : {"\\u0001", "\\u001f", "\\u007f"})
      EXPECT_EQ(Code(Except("id", "\"" + std::string(before, 'a') + control + "bcdefghi\"")), "event_attribute_control");
  EXPECT_EQ(Code(Except("id", "\"" + std::string(2048, 'a') + "\"")), "");
  EXPECT_EQ(Code(Except("id", "\"" + std::string(2049, 'a') + "\"")), "event_attribute_too_long");
}

TEST(Envelope, UnknownTypesAreAnsweredWithTheNearest) {
  EXPECT_EQ(Code(Except("type", "\"com.example.thing\"")), "event_type_unknown");
  EXPECT_NE(Complaint(Except("type", "\"tenure.identity.suspnded.v1\"")).find("did you mean \"tenure.identity.suspended.v1\"?"),
            std::string::npos);
  EXPECT_EQ(Code(Except("type", "\"tenure.identity.suspended.v2\"")), "event_type_unknown");
}

TEST(Envelope, TheSubjectIsTheKeyThatDataNames) {
  EXPECT_EQ(Code(With(R"("subject":"user:alice",)")), "");
  EXPECT_EQ(Code(With(R"("subject":"user:bob",)")), "event_subject_differs");
  EXPECT_EQ(Code(Written("membership.added", R"({"member":"user:a","group":"group:g"})", R"("subject":"group:g",)")),
            "event_subject_differs");
  EXPECT_EQ(Code(Written("dead_letter.resolved",
                         R"({"topic":"tenure.access","partition":0,"offset":1,"resolution":"void","reason":"r"})",
                         R"("subject":"tenure.access",)")),
            "");
}

std::string Superseding(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '"' ? std::string("\\\"") : std::string(1, c);
  return With("\"supersedes\":\"" + escaped + "\",");
}

TEST(Supersedes, IsAStringThatHoldsNames) {
  EXPECT_EQ(MustRead(Superseding(R"([{"source":"s","id":"0"},{"id":"1","source":"t"}])")).supersedes,
            (std::vector<EventName>{{"s", "0"}, {"t", "1"}}));
}

TEST(Supersedes, NeverNamesTheEventItself) { EXPECT_EQ(Code(Superseding(R"([{"source":"s","id":"1"}])")), "event_supersedes"); }

TEST(Supersedes, AnythingElseIsRefused) {
  for (const char* text :
       {"[]", "{}", "x", "[1]", "[{}]", R"([{"source":"s"}])", R"([{"source":"s","id":""}])", R"([{"source":"s","id":7}])",
        R"([{"source":"s","id":"0","x_more":1}])", R"([{"source":"s","id":"0","id":"2"}])", R"([{"source":"s","id":"0"}] x)"})
    EXPECT_EQ(Code(Superseding(text)), "event_supersedes") << text;
  EXPECT_EQ(Code(With(R"("supersedes":[{"source":"s","id":"0"}],)")), "event_attribute_type");
}

}  // namespace
}  // namespace tenure::event
