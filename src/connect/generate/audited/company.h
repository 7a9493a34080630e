#pragma once
// The company of the script: the chance and the names that its scenes draw on, what they tell, and what they plant.
//
// A scene is a function over a Company. Scenes don't meet: each has people, machines and roles of its own, and shares with others the
// stewards, who are there from first to last and do nothing wrong, and the teams. So a scene's findings depend on nothing outside it.
// No two arguments of one call ask chance: compilers differ in which they evaluate first, and the stream would differ with them.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connect/generate/audited_organisation.h"
#include "connect/generate/random.h"
#include "connect/generate/scribe.h"

namespace tenure::connect::generate {

inline constexpr EffectiveTime kFounded = Utc(2022, 1, 10, 8);
inline constexpr EffectiveTime kUsageBegins = Utc(2022, 7, 4, 6);  // the gateway goes into service
inline constexpr EffectiveTime kOpens = Utc(2022, 9, 1);           // the time under audit
inline constexpr EffectiveTime kCloses = Utc(2025, 1, 1);

// The thresholds that the script keeps or breaks: those of the default policy.
inline constexpr std::int64_t kOffboardingGrace = 24 * kHour, kCompromiseGrace = kHour, kLeaveRotation = 7 * kDay;
inline constexpr std::int64_t kCredentialAge = 90 * kDay, kCertificateAge = 398 * kDay, kDormantAfter = 90 * kDay;
inline constexpr std::int64_t kReviewEvery = 365 * kDay, kBreakGlassReview = 7 * kDay, kTemporaryMax = 24 * kHour;
inline constexpr std::int64_t kRenewalWindow = 30 * kDay, kSharedWindow = 24 * kHour, kNotice = 30 * kDay;
inline constexpr std::size_t kRenewalsMax = 3;

class Company {
 public:
  explicit Company(std::uint64_t seed) : seed_(seed), random_(seed) {}

  // --- chance; bounds are inclusive
  std::int64_t Count(std::int64_t low, std::int64_t high) { return random_.Between(low, high); }
  bool Often(int permille) { return random_.Permille(permille); }
  std::int64_t Length(std::int64_t low_us, std::int64_t high_us);  // to the microsecond
  EffectiveTime Moment(EffectiveTime low, EffectiveTime high) { return {Length(low.us, high.us)}; }
  // A moment under audit with so much room before and after it.
  EffectiveTime When(std::int64_t before_us, std::int64_t after_us) {
    return Moment(Later(kOpens, before_us), Later(kCloses, -after_us));
  }
  // Beyond a threshold: by a microsecond, or by up to so much.
  std::int64_t Beyond(std::int64_t threshold_us, std::int64_t most_us) {
    return threshold_us + (Often(250) ? 1 : Length(1, most_us));
  }
  template <class List>
  const auto& Pick(const List& list) {
    return random_.Pick(list);
  }

  // --- names, none given twice
  std::string NewPerson();
  std::string NewMachine();
  std::string NewOutsider();
  std::string NewGroup();
  std::string NewNetwork();
  std::string NewId(std::string_view prefix);  // "grant-17"

  // --- telling
  // At its own time; at one moment, in the order of the calls. An event that is left without an id gets its source's next one. Actor
  // empty = the system's own account. The reference lasts until the next call.
  Event& Tell(System system, EffectiveTime time, std::string_view actor, Payload payload);
  Event& TellLate(System system, EffectiveTime time, EffectiveTime told_at, Payload payload);

  // --- planting; the reference lasts until the next call
  PlantedFinding& Plant(std::string_view rule, std::string_view subject, std::string_view about, EffectiveTime since,
                        EffectiveTime until = kForever);

  // --- whom the scenes share; REQUIRED: two stewards and a team were added
  void AddSteward(std::string ref) { stewards_.push_back(std::move(ref)); }
  void AddTeam(std::string ref) { teams_.push_back(std::move(ref)); }
  const std::string& Steward() { return Pick(stewards_); }
  const std::string& StewardBut(std::string_view other);
  const std::string& Team() { return Pick(teams_); }

  // What was told in order, and what was planted.
  AuditedOrganisation Finish() &&;

 private:
  std::uint64_t seed_;
  Random random_;
  std::vector<Told> told_;
  std::vector<PlantedFinding> planted_;
  std::vector<std::string> stewards_, teams_;
  std::int64_t people_ = 0, machines_ = 0, outsiders_ = 0, groups_ = 0, networks_ = 0;
  std::map<std::string, std::int64_t, std::less<>> ids_;
};

}  // namespace tenure::connect::generate
