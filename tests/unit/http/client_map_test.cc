#include "http/client_map.h"

#include <gtest/gtest.h>

namespace tenure::http {
namespace {

std::string CodeOf(const std::string& clients) {
  const auto map = ReadClientMap("{\"format\":1,\"clients\":" + clients + "}");
  return map ? "" : map.error().code;
}

TEST(ClientMapTest, ACertificateIsGivenANameAndWhatItMay) {
  const auto map = ReadClientMap(R"({"format":1,"clients":{
    "spiffe://prod/ns/hr/sa/connector":{"name":"hr","planes":["identity"],"sources":["hr.example"],"rate_per_second":50},
    "CN=ops,O=Example":{"scopes":["ask","operate"]}}})");
  ASSERT_TRUE(map) << map.error().ToString();
  const MappedClient& hr = map->at("spiffe://prod/ns/hr/sa/connector");
  EXPECT_EQ(hr.name, "hr");
  EXPECT_EQ(hr.rights.planes, std::set<Topic>{Topic::kIdentity});
  EXPECT_EQ(hr.rights.sources, std::set<std::string>{"hr.example"});
  EXPECT_EQ(hr.rights.rate_per_second, 50);
  EXPECT_EQ(map->at("CN=ops,O=Example").name, "CN=ops,O=Example") << "its own name where none is given";
}

TEST(ClientMapTest, WhatIsNotUnderstoodIsRefused) {
  EXPECT_EQ(CodeOf("{}"), "");
  for (const char* clients :
       {"[]", R"({"":{"scopes":["ask"]}})", R"({"CN=a":["ask"]})", R"({"CN=a":{}})", R"({"CN=a":{"scopes":["append"]}})",
        R"({"CN=a":{"scopes":["ask"],"plane":["identity"]}})", R"({"CN=a":{"planes":["identity"]}})",
        R"({"CN=a":{"scopes":["ask"],"name":""}})", R"({"CN=a":{"scopes":["ask"]},"CN=a":{"scopes":["operate"]}})",
        R"({"CN=a":{"scopes":"ask"}})", R"({"CN=a":{"scopes":["ask"],"rate_per_second":"9"}})"})
    EXPECT_EQ(CodeOf(clients), "client_map_malformed") << clients;
  EXPECT_EQ(ReadClientMap(R"({"format":2,"clients":{}})").error().code, "client_map_format_unknown");
  EXPECT_EQ(ReadClientMap(R"({"format":1,"clients":{},"more":1})").error().code, "client_map_malformed");
  EXPECT_EQ(ReadClientMap("no").error().code, "client_map_malformed");
}

}  // namespace
}  // namespace tenure::http
