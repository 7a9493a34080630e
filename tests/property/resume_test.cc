// Folds taken up at checkpoints equal folds of everything, byte for byte, on random histories and on long random facts.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine_under_test.h"
#include "projection/incoming.h"
#include "property/history_events.h"
#include "unit/history/applied.h"

namespace tenure::property {
namespace {

using history::Applied;
using history::FactKind;
using history::Incoming;

using Batches = std::vector<std::vector<Incoming>>;
using Resumptions = std::map<FactKind, std::int64_t>;

std::uint64_t Count() { return std::getenv("TENURE_SEED") ? 1 : Setting("TENURE_HISTORIES", 2000) / 10; }
std::uint64_t First() { return Setting("TENURE_SEED", 1); }

// "" or the first row, or table, in which the two ways part.
std::string Parting(const Applied& often, const Applied& never) {
  const auto a = often.Folded(), b = never.Folded();
  const auto [at, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at == a.end() && other == b.end()) return often.digests == never.digests ? "" : "a digest alone";
  return "from checkpoints " + (at == a.end() ? "nothing" : ::testing::PrintToString(*at)) + ", folded whole " +
         (other == b.end() ? "nothing" : ::testing::PrintToString(*other));
}

std::string Differs(const Batches& batches, std::size_t checkpoint_every, const std::vector<std::string>& correctors,
                    Resumptions& resumed) {
  Applied often(checkpoint_every), never(history::kNoCheckpoints);
  often.correctors = never.correctors = correctors;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    often.Apply(batches[i]), never.Apply(batches[i]);
    if (often.digests != never.digests) return "after batch " + std::to_string(i) + ": " + Parting(often, never);
  }
  for (const auto& [kind, n] : often.resumed) resumed[kind] += n;
  return Parting(often, never);
}

Batches Cut(const std::vector<Incoming>& records, Dice& dice) {
  Batches out;
  for (std::size_t i = 0; i < records.size();) {
    const auto n = std::min<std::size_t>(records.size() - i, static_cast<std::size_t>(dice.OneOfInts({1, 1, 1, 2, 5})));
    out.emplace_back(records.begin() + static_cast<std::ptrdiff_t>(i), records.begin() + static_cast<std::ptrdiff_t>(i + n));
    i += n;
  }
  return out;
}

// Else the test would pass by never trying.
void EveryKindWasResumed(const Resumptions& resumed, std::uint64_t least) {
  for (auto kind : Applied::kFolded) {
    const auto it = resumed.find(kind);
    const auto n = static_cast<std::uint64_t>(it == resumed.end() ? 0 : it->second);
    std::printf("kind %d: %llu folds from a checkpoint\n", static_cast<int>(kind), static_cast<unsigned long long>(n));
    if (Count() < 20) continue;  // too few to say
    EXPECT_GE(n, least) << static_cast<int>(kind);
  }
}

// Everybody is one user, every group one group, and so on: the few events of a history meet in few facts.
std::string Narrow(std::string json) {
  for (const std::string stem : {"user:u", "group:g", "role:r", "\"g-"})
    for (auto at = json.find(stem); at != std::string::npos; at = json.find(stem, at + 1))
      if (at + stem.size() < json.size()) json[at + stem.size()] = '1';
  return json;
}

// Mostly in order of effective time, as folds are taken up only there.
TEST(Resumption, HistoriesFoldTheSameFromCheckpoints) {
  Resumptions resumed;
  event::Decoder decoder;
  for (std::uint64_t seed = First(); seed < First() + Count(); ++seed) {
    const History history = MakeHistory(seed);
    Random random(seed);
    Dice dice(random);
    std::vector<Incoming> records;
    const bool narrow = dice.Chance(0.8);
    for (const auto& r : history.records) {
      log::Record record = LogRecord(r);
      if (narrow) record.value = Narrow(std::move(record.value));
      records.push_back(projection::ToIncoming(decoder, record));
      projection::SetRecorded(records.back(), r.entry.recorded);
    }
    const auto time = [](const Incoming& r) {
      const auto* e = std::get_if<history::StoredEvent>(&r.record);
      return e ? e->meta.time : kAlways;
    };
    const auto before = [&](const Incoming& a, const Incoming& b) {
      return std::pair(time(a), a.position) < std::pair(time(b), b.position);
    };
    if (dice.Chance(0.8)) std::sort(records.begin(), records.end(), before);
    const auto& correctors = history.configuration.correctors;
    const std::string differs = Differs(Cut(records, dice), static_cast<std::size_t>(dice.OneOfInts({1, 1, 1, 2})),
                                        {correctors.begin(), correctors.end()}, resumed);
    ASSERT_EQ(differs, "") << "TENURE_SEED=" << seed;
  }
  EveryKindWasResumed(resumed, Count() / 8);
}

// One of each fact, told of for long: mostly in order, some late, many of one time, now and then a retraction.
class LongFacts {
 public:
  explicit LongFacts(Dice& dice) : dice_(dice), late_(dice.Chance(0.5) ? 0.1 : 0), calm_(dice.Chance(0.5)) {}

  std::vector<Incoming> Tell(int n) {
    for (; n > 0; --n) {
      if (dice_.Chance(0.6)) ++now_;
      if (!told_.empty() && dice_.Chance(late_ / 2)) Retract();
      else TellOne();
    }
    return std::move(told_);
  }

 private:
  template <class E>
  void Put(E data) {
    const std::int64_t at = dice_.Chance(late_) ? dice_.Between(0, static_cast<int>(now_)) : now_;
    told_.push_back(recorder_.At(at, std::move(data)));
  }
  void Retract() {
    const int back = dice_.Chance(0.5) ? 3 : static_cast<int>(told_.size());
    const auto i = told_.size() - static_cast<std::size_t>(dice_.Between(1, std::min(back, static_cast<int>(told_.size()))));
    const Incoming target = told_[i];
    told_.push_back(recorder_.Retract(target, "user:a"));
  }
  void TellOne() {
    switch (dice_.Between(0, 4)) {
      case 0:
        return Existence();
      case 1:
        return Membership();
      case 2:
        return Credential();
      case 3:
        return Role();
      default:
        return Grant();
    }
  }
  bool Rarely() { return dice_.Chance(calm_ ? 0.01 : 0.1); }
  OptionalTime Maybe() {
    if (!dice_.Chance(0.2)) return std::nullopt;
    return EffectiveTime{(now_ + dice_.Between(-5, 10)) * 1'000'000};
  }
  std::string Some(const std::string& of) { return of + std::to_string(dice_.Between(1, 2)); }

  void Existence() {
    const std::string ref = dice_.Chance(0.8) ? "user:a" : "group:g";
    if (Rarely()) return Put(IdentityRetired{ref, "", dice_.Chance(0.3)});
    if (Rarely() || dice_.Chance(0.03)) return Put(IdentityRegistered{.identity = ref, .observed = dice_.Chance(0.3)});
    switch (dice_.Between(0, 4)) {
      case 0:
        return Put(IdentitySuspended{ref, ""});
      case 1:
        return Put(IdentityReactivated{ref, ""});
      case 2:
        return Put(IdentityOwnerChanged{ref, Some("user:o")});
      case 3:
        return Put(IdentityUpdated{.identity = ref, .expires_at = {true, Maybe()}});
      default:
        return Put(IdentityUpdated{.identity = ref, .attributes = R"({"a":)" + Some("") + "}"});
    }
  }
  void Membership() {
    if (dice_.Chance(0.4)) return Put(MembershipRemoved{"user:a", "group:g", ""});
    Put(MembershipAdded{"user:a", "group:g", Maybe(), Maybe()});
  }
  void Credential() {
    switch (dice_.Between(0, 4)) {
      case 0:
        return Put(CredentialRotated{"user:a", "k", "l", Some("f"), Maybe()});
      case 1:
        return Put(CredentialRotated{"user:a", "l", "k", Some("f"), Maybe()});
      case 2:
        return Put(CredentialRevoked{"user:a", "k", ""});
      case 3:
        return Put(CredentialCompromised{"user:a", "k", ""});
      default:
        return Put(CredentialIssued{"user:a", "k", Some("kind"), "", Maybe(), Maybe()});
    }
  }
  void Role() {
    if (Rarely()) return Put(RoleRetired{Some("role:r")});
    Put(RoleDefined{Some("role:r"), {{.actions = {Some("a")}, .resources = {"*"}}}, ""});
  }
  void Grant() {
    if (Rarely() && dice_.Chance(0.3)) return Put(GrantRevoked{.principal = "user:a", .grant = Some("g")});
    if (Rarely() && dice_.Chance(0.3)) return Put(GrantRevoked{.principal = "user:a", .role = Some("role:r")});
    GrantIssued e{.grant = Some("g"), .principal = "user:a", .not_before = Maybe(), .expires_at = Maybe()};
    if (e.grant == "g1") e.role = Some("role:r");
    else e.permissions.push_back({.actions = {"read"}, .resources = {Some("bucket:b")}});
    Put(std::move(e));
  }

  Dice& dice_;
  const double late_;
  const bool calm_;  // few ends of existence
  std::int64_t now_ = 0;
  history::Recorder recorder_;
  std::vector<Incoming> told_;
};

TEST(Resumption, LongFactsFoldTheSameFromCheckpoints) {
  Resumptions resumed;
  for (std::uint64_t seed = First(); seed < First() + Count(); ++seed) {
    Random random(seed ^ 0x10f6);
    Dice dice(random);
    const auto records = LongFacts(dice).Tell(dice.Between(50, 300));
    const std::string differs = Differs(Cut(records, dice), static_cast<std::size_t>(dice.OneOfInts({1, 2, 3, 16})), {}, resumed);
    ASSERT_EQ(differs, "") << "TENURE_SEED=" << seed;
  }
  EveryKindWasResumed(resumed, 5 * Count());
}

}  // namespace
}  // namespace tenure::property
