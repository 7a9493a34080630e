// An event in order costs the same whatever the length of its fact's history.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "applied.h"

namespace tenure::history {
namespace {

using Making = std::function<Incoming(Recorder&, std::int64_t)>;

struct Kind {
  const char* name;
  Making nth;  // the n-th event of one fact, in order
};
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

Kind kKinds[] = {
    {"Identity",
     [](Recorder& r, std::int64_t n) {
       if (n == 0) return r.At(n, IdentityRegistered{.identity = "user:a"});
       return r.At(n, IdentityUpdated{.identity = "user:a", .attributes = R"({"n":)" + std::to_string(n) + "}"});
     }},
    {"Standing",
     [](Recorder& r, std::int64_t n) {
       if (n == 0) return r.At(n, IdentityRegistered{.identity = "user:a"});
       return n % 2 ? r.At(n, IdentitySuspended{"user:a", ""}) : r.At(n, IdentityReactivated{"user:a", ""});
     }},
    {"Membership",
     [](Recorder& r, std::int64_t n) {
       if (n % 2) return r.At(n, MembershipRemoved{"user:a", "group:g", ""});
       return r.At(n, MembershipAdded{"user:a", "group:g", {}, {}});
     }},
    {"Reissue",
     [](Recorder& r, std::int64_t n) { return r.At(n, CredentialIssued{"user:a", "k", "token", std::to_string(n), {}, {}}); }},
    {"Rotation",
     [](Recorder& r, std::int64_t n) {
       if (n % 2) return r.At(n, CredentialRotated{"user:a", "k", "l", "", {}});
       return r.At(n, CredentialRotated{"user:a", "l", "k", "", {}});
     }},
    {"Role",
     [](Recorder& r, std::int64_t n) {
       Permission p;
       p.actions = {"a" + std::to_string(n)}, p.resources = {"*"};
       return r.At(n, RoleDefined{"role:r", {p}, ""});
     }},
    {"GrantOfARole",
     [](Recorder& r, std::int64_t n) {
       return r.At(n, GrantIssued{.grant = "g", .principal = "user:a", .role = "role:r", .scope = std::to_string(n)});
     }},
    {"InlineGrant",
     [](Recorder& r, std::int64_t n) {
       Permission p;
       p.actions = {"a" + std::to_string(n)}, p.resources = {"bucket:b"};
       return r.At(n, GrantIssued{.grant = "g", .principal = "user:a", .permissions = {p}});
     }},
};

class InOrder : public ::testing::TestWithParam<Kind> {};

// On average, since an event just after a checkpoint, or in a young leaf, reads less than an event just before the next.
TEST_P(InOrder, TheThreeThousandthEventReadsWhatTheFiveHundredthDid) {
  Applied rows;
  Recorder recorder;
  std::vector<std::int64_t> reads;
  for (std::int64_t n = 0; n < 3'000; ++n) {
    rows.Apply({GetParam().nth(recorder, n)});
    reads.push_back(rows.reads.All());
  }
  const auto average = [&](std::ptrdiff_t from) {
    return std::accumulate(reads.begin() + from, reads.begin() + from + 500, 0.0) / 500;
  };
  EXPECT_NEAR(average(2'500), average(500), 1);
  EXPECT_LE(*std::max_element(reads.begin(), reads.end()), 80);
}

TEST_P(InOrder, SmallBatchesLeaveWhatOneBatchLeaves) {
  Applied small, whole(kNoCheckpoints);
  Recorder recorder;
  std::vector<Incoming> all;
  for (std::int64_t n = 0; n < 100; n += 3) {
    std::vector<Incoming> batch;
    for (std::int64_t i = n; i < n + 3; ++i) batch.push_back(GetParam().nth(recorder, i));
    small.Apply(batch);
    all.insert(all.end(), batch.begin(), batch.end());
  }
  whole.Apply(all);
  EXPECT_EQ(small.Folded(), whole.Folded());
  EXPECT_EQ(small.digests, whole.digests);
  std::int64_t resumed = 0;
  for (const auto& [kind, n] : small.resumed) resumed += n;
  EXPECT_GE(resumed, 25);
}

INSTANTIATE_TEST_SUITE_P(Of, InOrder, ::testing::ValuesIn(kKinds), [](const auto& kind) { return kind.param.name; });

TEST(InOrderRows, AnEventReadsTheLeafWhereItBelongs) {
  Applied rows;
  Recorder recorder;
  for (std::int64_t n = 0; n < 50; ++n) {
    rows.Apply({recorder.At(n, AccessUsed{.identity = "user:a", .action = "read", .outcome = Outcome::kAllowed})});
    EXPECT_LE(rows.reads.In(Family::kFact), 6);  // the first leaf; of a long fact the last one, for its time and for itself
  }
}

TEST(InOrderRows, AShortFactHasNoCheckpoint) {
  Applied rows;
  Recorder recorder;
  for (std::int64_t n = 0; n < static_cast<std::int64_t>(kCheckpointEvery); ++n) rows.Apply({kKinds[0].nth(recorder, n)});
  EXPECT_EQ(rows.Checkpoints(), 0);
  rows.Apply({kKinds[0].nth(recorder, 50)});
  EXPECT_EQ(rows.Checkpoints(), 1);
}

// The n-th event of a principal whose grants of one role are issued and revoked by role, beside a grant of another scope that stands.
Incoming Regrant(Recorder& r, std::int64_t n) {
  if (n == 0) return r.At(n, GrantIssued{.grant = "stands", .principal = "user:a", .role = "role:r", .scope = "bucket:stands"});
  if (n % 2) {
    // Names don't come in the order of time.
    const std::string name = "g" + std::to_string(n * 7'919 % 10'007);
    return r.At(n, GrantIssued{.grant = name, .principal = "user:a", .role = "role:r", .scope = "bucket:b"});
  }
  return r.At(n, GrantRevoked{.principal = "user:a", .role = "role:r", .scope = "bucket:b"});
}

TEST(InOrderRevokesByRole, TheThreeThousandthReadsWhatTheFiveHundredthDid) {
  Applied rows;
  Recorder recorder;
  std::vector<std::int64_t> reads;
  for (std::int64_t n = 0; n < 3'000; ++n) {
    rows.Apply({Regrant(recorder, n)});
    reads.push_back(rows.reads.All());
  }
  const auto average = [&](std::ptrdiff_t from) {
    return std::accumulate(reads.begin() + from, reads.begin() + from + 500, 0.0) / 500;
  };
  EXPECT_NEAR(average(2'500), average(500), 1);
  EXPECT_LE(*std::max_element(reads.begin(), reads.end()), 80);
}

TEST(InOrderRevokesByRole, EachOfALongBatchReadsWhatEachOfAShortOneDoes) {
  const auto reads_of_each = [](std::int64_t events) {
    Applied rows;
    Recorder recorder;
    std::vector<Incoming> batch;
    for (std::int64_t n = 0; n < events; ++n) batch.push_back(Regrant(recorder, n));
    rows.Apply(batch);
    return static_cast<double>(rows.reads.All()) / static_cast<double>(events);
  };
  EXPECT_NEAR(reads_of_each(4'000), reads_of_each(500), 1);
}

// Late ones and retracted ones among them, of one scope and of any, and a grant that is issued again.
TEST(InOrderRevokesByRole, SmallBatchesLeaveWhatOneBatchLeaves) {
  Applied small, whole(kNoCheckpoints);
  Recorder recorder;
  std::vector<Incoming> all;
  const auto told = [&](Incoming event) {
    small.Apply({event});
    all.push_back(std::move(event));
  };
  for (std::int64_t n = 0; n < 120; ++n) {
    told(Regrant(recorder, n));
    if (n % 10 == 4) told(recorder.At(n - 3, GrantRevoked{.principal = "user:a", .role = "role:r", .scope = "bucket:b"}));
    if (n % 12 == 7) told(recorder.Retract(all[all.size() - 2], "user:a"));
    if (n % 20 == 9)
      told(recorder.At(n, GrantIssued{.grant = "again", .principal = "user:a", .role = "role:s", .scope = std::to_string(n)}));
    if (n % 40 == 35) told(recorder.At(n - 30, GrantRevoked{.principal = "user:a", .role = "role:s"}));
    if (n == 60) told(recorder.At(n + 40, GrantRevoked{.principal = "user:a", .role = "role:r"}));
  }
  whole.Apply(all);
  EXPECT_EQ(small.Folded(), whole.Folded());
  EXPECT_EQ(small.digests, whole.digests);
}

}  // namespace
}  // namespace tenure::history
