#include "event/reference.h"

#include <gtest/gtest.h>

#include <string>

namespace tenure::event {
namespace {

std::string Fault(std::string_view ref) {
  const auto ok = CheckReference(ref);
  return ok ? "" : ok.error().code;
}
std::vector<std::string> AncestorsOf(std::string_view resource) {
  std::vector<std::string> out;
  for (const auto ancestor : Ancestors(resource)) out.emplace_back(ancestor);
  return out;
}
using Texts = std::vector<std::string>;

TEST(Reference, IsATypeAColonAndAnId) {
  for (const char* ref : {"user:alice", "service_account:ci-robot-42", "bucket:prod/ledger/2026", "external:193672423079",
                          "role:db-reader", "everyone:*", "a1_:x", "user:a:b:c", "user:Jörg", "user: "})
    EXPECT_EQ(Fault(ref), "") << ref;
  for (const char* ref :
       {"", "alice", ":alice", "user:", "User:alice", "1user:alice", "_user:alice", "us-er:alice", "user alice:x"})
    EXPECT_EQ(Fault(ref), "reference_malformed") << ref;
}

TEST(Reference, HoldsNoControlCharacters) {
  EXPECT_EQ(Fault("user:a\nb"), "reference_malformed");
  EXPECT_EQ(Fault(std::string_view("user:a\0b", 8)), "reference_malformed");
  EXPECT_EQ(Fault("user:a\x7f"), "reference_malformed");
}

TEST(Reference, EndsAtItsLimit) {
  EXPECT_EQ(Fault("user:" + std::string(2043, 'a')), "");
  EXPECT_EQ(Fault("user:" + std::string(2044, 'a')), "reference_too_long");
}

TEST(Reference, PathSegmentsThatCouldBeReadTwoWaysAreRefused) {
  for (const char* ref :
       {"bucket:/a", "bucket:a/", "bucket:a//b", "bucket:.", "bucket:..", "bucket:a/../b", "bucket:a/./b", "bucket:a/.."})
    EXPECT_EQ(Fault(ref), "reference_path_segment") << ref;
  EXPECT_EQ(Fault("bucket:a/...b/.c"), "");
}

TEST(Reference, ArnsAndWhatFollowsASchemeKeepTheirSlashes) {
  for (const char* ref : {"arn:aws:s3:::logs//a/../b/", "workload:spiffe://prod//ns/../pay/", "https://example.com/a/"})
    EXPECT_EQ(Fault(ref), "") << ref;
  EXPECT_EQ(Fault("workload:a//b://c"), "reference_path_segment");
  EXPECT_EQ(Fault("workload:://c"), "reference_path_segment");
}

TEST(Reference, AnIdentityIsNeverARole) {
  EXPECT_TRUE(CheckIdentity("user:alice"));
  EXPECT_TRUE(CheckIdentity("everyone:*"));
  EXPECT_TRUE(CheckIdentity("roles:x"));
  EXPECT_EQ(CheckIdentity("role:admin").error().code, "reference_not_identity");
}

TEST(Reference, TypesAndGroupsAreReadFromTheFirstColon) {
  EXPECT_EQ(TypeOf("arn:aws:iam"), "arn");
  EXPECT_TRUE(IsGroup("group:dba"));
  EXPECT_FALSE(IsGroup("groups:dba"));
}

TEST(Ancestors, AreThePrefixesBeforeASlashLongestFirst) {
  EXPECT_EQ(AncestorsOf("bucket:prod/ledger/2026"), (Texts{"bucket:prod/ledger", "bucket:prod"}));
  EXPECT_EQ(AncestorsOf("bucket:prod"), Texts{});
  EXPECT_EQ(AncestorsOf("arn:aws:s3:::logs/a"), Texts{"arn:aws:s3:::logs"});
}

TEST(Ancestors, OfASchemeBeginAfterItsSlashes) {
  EXPECT_EQ(AncestorsOf("workload:spiffe://prod/ns/pay"), (Texts{"workload:spiffe://prod/ns", "workload:spiffe://prod"}));
  EXPECT_EQ(AncestorsOf("workload:spiffe://prod"), Texts{});
}

}  // namespace
}  // namespace tenure::event
