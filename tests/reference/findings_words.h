#pragma once
// The words that the rules of findings use, each at one moment and as the fold gives it, doubts aside. For findings*.cc alone.
//
// An identity in another incarnation is another being: stretches of time are counted within the incarnation of the moment.
#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reference/findings.h"

namespace tenure::reference {

// A function of the moment, asked once at each time that a record mentions: between two of them nothing changes.
template <class T>
class Over {
 public:
  Over(const std::vector<EffectiveTime>& points, const std::function<T(EffectiveTime)>& at) : points_(points) {
    for (EffectiveTime t : points_) values_.push_back(at(t));
  }
  const T& At(EffectiveTime t) const {
    return values_[static_cast<std::size_t>(std::upper_bound(points_.begin(), points_.end(), t) - points_.begin() - 1)];
  }

 private:
  std::vector<EffectiveTime> points_;  // kAlways first
  std::vector<T> values_;
};

struct IdentityAt {
  int incarnation = 1;
  IdentityStatus status = IdentityStatus::kUnrecorded;
  bool registered = false;  // and not retired
  std::string owner, environment;
};
struct CredentialAt {
  bool live = false;
  EffectiveTime issued;  // of no meaning before the first issue
  std::string kind;
  OptionalTime compromised;  // first, since then
  OptionalTime not_before, expires_at;
};
std::set<std::string> CredentialsOf(const View& view, const std::string& ref);
CredentialAt CredentialNow(const View& view, const std::string& ref, const std::string& id, EffectiveTime t);

struct GrantAt {
  int incarnation = 1;  // of the principal
  const GrantIssued* terms = nullptr;
  std::string issuer;  // the claimed actor of the issue that gave the terms
  bool live = false, given = false, privileged = false;
  bool undefined = false;          // its role is
  std::vector<Permission> allows;  // in force by its terms
};
struct Grant {
  std::string principal, id;
  Over<GrantAt> over;
};

using Holds = std::function<bool(EffectiveTime)>;

class Words {
 public:
  Words(const View& view, const Policy& policy);

  const View& view;
  const Policy& policy;
  const std::vector<EffectiveTime> points;  // kAlways, then each time that a record mentions
  const std::vector<Fact>& facts;
  std::vector<std::string> identities;  // groups too; without everyone:*
  std::vector<Grant> grants;

  bool Person(const std::string& ref) const;
  bool Machine(const std::string& ref) const;
  bool Outsider(const std::string& ref) const;

  const IdentityAt& Identity(const std::string& ref, EffectiveTime t) const;
  bool Here(const std::string& ref, EffectiveTime t) const;
  bool Active(const std::string& ref, EffectiveTime t) const;  // everyone:* is nobody's status
  bool RetiredFor(std::int64_t us, const std::string& ref, EffectiveTime t) const;
  bool Retires(const std::string& ref, EffectiveTime t) const;  // the status begins at t

  // Where it is live, the beginning of that stretch of time.
  OptionalTime Since(const Grant& grant, EffectiveTime t) const;
  // The beginnings of all such stretches.
  std::vector<EffectiveTime> Beginnings(const Grant& grant) const;
  std::vector<const GrantApproved*> Approvals(const Grant& grant, EffectiveTime t) const;
  bool Reviewed(const Grant& grant, EffectiveTime after, EffectiveTime until) const;  // in (after, until]

  // Uses within the duration, up to t; of the identity alone, or also via it.
  enum class Of { kIt, kItOrViaIt };
  std::vector<const Fact*> Uses(const std::string& ref, Of of, std::int64_t within_us, EffectiveTime t) const;
  static bool Allowed(const Fact& use) { return use.As<AccessUsed>()->outcome == Outcome::kAllowed; }
  static bool CoveredBy(const Permission& permission, const std::string& scope, const Fact& use);
  bool UsageKnownFor(std::int64_t us, EffectiveTime t) const;

  // The beginning of the stretch around t in which it holds; nothing if it doesn't at t.
  OptionalTime SinceWhen(EffectiveTime t, const Holds& holds) const;
  // It holds at t and has for that long.
  bool For(std::int64_t us, EffectiveTime t, const Holds& holds) const;

  static EffectiveTime Ago(std::int64_t us, EffectiveTime t) {
    return t.us < kAlways.us + us ? kAlways : EffectiveTime{t.us - us};
  }
  // After t - us, and at or before t.
  static bool Within(std::int64_t us, EffectiveTime what, EffectiveTime t) { return Ago(us, t) < what && what <= t; }

 private:
  IdentityAt IdentityNow(const std::string& ref, EffectiveTime t) const;
  GrantAt GrantNow(const std::string& principal, const std::string& id, EffectiveTime t) const;

  std::map<std::string, Over<IdentityAt>> identities_;
};

// A rule about somebody, and perhaps something of it.
struct Case {
  std::string subject, about;
  Holds holds;
  Holds doubted = [](EffectiveTime) { return false; };  // beside the doubts about the subject
};
struct Rule {
  std::string name;
  std::vector<std::int64_t> durations;  // by which it may change after a time that a record mentions
  std::vector<Case> cases;
  std::vector<EffectiveTime> moments = {};  // other times at which, or durations after which, it may change
};

// Whether the grant's role is in doubt.
Holds GrantInDoubt(const Words& words, const Grant& grant);

std::vector<Rule> IdentityRules(const Words& words);
std::vector<Rule> CredentialRules(const Words& words);
std::vector<Rule> GrantRules(const Words& words);
std::vector<Rule> TemporaryRules(const Words& words);
std::vector<Rule> UsageRules(const Words& words);
std::vector<Rule> RecordRules(const Words& words);
std::vector<Rule> EndRules(const Words& words);

}  // namespace tenure::reference
