// Who needs no token while there are none.
#include "http/on_this_machine.h"

#include <gtest/gtest.h>

namespace tenure::http {
namespace {

bool Trusted(std::vector<Field> fields, bool loopback = true) {
  Request request;
  request.peer.loopback = loopback;
  request.fields = std::move(fields);
  return NotOnThisMachine(request).empty();
}

TEST(OnThisMachineTest, AClientOfThisMachine) {
  EXPECT_TRUE(Trusted({}));
  for (const char* host : {"127.0.0.1:7070", "localhost:7070", "[::1]:7070", "127.8.9.1", "tenure.localhost:7070", "tenure"})
    EXPECT_TRUE(Trusted({{"Host", host}})) << host;
}

TEST(OnThisMachineTest, AnotherMachine) { EXPECT_FALSE(Trusted({{"Host", "127.0.0.1"}}, false)); }

TEST(OnThisMachineTest, AProxyThatPassesOthersOn) {
  EXPECT_FALSE(Trusted({{"x-forwarded-for", "203.0.113.7"}}));
  EXPECT_FALSE(Trusted({{"Forwarded", "for=203.0.113.7"}}));
  EXPECT_FALSE(Trusted({{"Via", "1.1 proxy"}}));
}

TEST(OnThisMachineTest, ANameThatWasMadeToLeadHere) {
  for (const char* host : {"evil.example:7070", "127.0.0.1.evil.example", "10.0.0.5:7070", "evil.example."})
    EXPECT_FALSE(Trusted({{"Host", host}})) << host;
}

TEST(OnThisMachineTest, APageOfElsewhereInABrowserHere) {
  EXPECT_TRUE(Trusted({{"Origin", "http://localhost:3000"}}));
  for (const char* origin : {"https://evil.example", "null", "http://intranet", "localhost"})
    EXPECT_FALSE(Trusted({{"Origin", origin}})) << origin;
}

}  // namespace
}  // namespace tenure::http
