// Where --server leads.
#include "wire/server_url.h"

#include <gtest/gtest.h>

namespace tenure::wire {
namespace {

TEST(ServerUrlTest, NamesAHostAPortAndWhatStandsBeforeEveryPath) {
  struct Case {
    const char* text;
    bool tls;
    const char* host;
    int port;
    const char *prefix, *field, *shown;
  };
  for (const Case& c :
       {Case{"http://127.0.0.1:7070", false, "127.0.0.1", 7070, "", "127.0.0.1:7070", "http://127.0.0.1:7070"},
        Case{"https://Tenure.Example/", true, "tenure.example", 443, "", "tenure.example", "https://tenure.example"},
        Case{"HTTP://localhost", false, "localhost", 80, "", "localhost", "http://localhost"},
        Case{"http://[::1]:7070/", false, "::1", 7070, "", "[::1]:7070", "http://[::1]:7070"},
        Case{"https://[2001:db8::1]", true, "2001:db8::1", 443, "", "[2001:db8::1]", "https://[2001:db8::1]"},
        Case{"https://host:80/a/tenure//", true, "host", 80, "/a/tenure", "host:80", "https://host:80/a/tenure"}}) {
    const auto url = ParseServerUrl(c.text);
    ASSERT_TRUE(url) << c.text << ": " << url.error().ToString();
    EXPECT_EQ(url->tls, c.tls);
    EXPECT_EQ(url->host, c.host);
    EXPECT_EQ(url->port, c.port);
    EXPECT_EQ(url->prefix, c.prefix);
    EXPECT_EQ(url->HostField(), c.field);
    EXPECT_EQ(url->ToString(), c.shown);
  }
}

TEST(ServerUrlTest, WhatIsNoneIsRefusedAndNotRepeated) {
  for (const char* text : {"",
                           "host",
                           "host:7070",
                           "//host",
                           "ftp://host",
                           "http:/host",
                           "http://",
                           "http:///x",
                           "http://:80",
                           "http://.host",
                           "http://-host",
                           "http://ho st",
                           "http://host:",
                           "http://host:0",
                           "http://host:65536",
                           "http://host:+1",
                           "http://host:8o",
                           "http://host:80x",
                           "http://[::1",
                           "http://[::1]x",
                           "http://[host]",
                           "http://[]",
                           "http://::1",
                           "http://me@host",
                           "http://me:hunter2@host",
                           "http://host?x",
                           "http://host/?x",
                           "http://host#x",
                           "http://host/a b",
                           "http://host/%2F",
                           "http://host\r\nX: y",
                           "http://host/\x01"}) {
    const auto url = ParseServerUrl(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, "server_url_malformed");
    EXPECT_EQ(url.error().blame, Blame::kCaller);
    EXPECT_EQ(url.error().ToString().find("hunter2"), std::string::npos);
  }
  EXPECT_FALSE(ParseServerUrl("http://host/" + std::string(3000, 'a')));
  EXPECT_FALSE(ParseServerUrl("http://" + std::string(300, 'a')));
}

TEST(ServerUrlTest, OnlyThisMachinesOwnNamesAreLoopback) {
  for (const char* text : {"http://127.0.0.1", "http://127.9.9.9:1", "http://localhost", "http://LOCALHOST", "http://[::1]"})
    EXPECT_TRUE(ParseServerUrl(text)->IsLoopback()) << text;
  for (const char* text : {"http://127.0.0.1.example", "http://127.example", "http://localhost.example", "http://10.0.0.1",
                           "http://[::2]", "http://[::ffff:127.0.0.1]", "http://0.0.0.0", "http://host"})
    EXPECT_FALSE(ParseServerUrl(text)->IsLoopback()) << text;
}

}  // namespace
}  // namespace tenure::wire
