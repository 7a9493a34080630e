#pragma once
// Random events over the small universe, each valid by itself, and ways to break one.
#include <initializer_list>
#include <string>
#include <vector>

#include "property/history_generator.h"
#include "reference/pattern.h"
#include "tenure/event.h"

namespace tenure::property {

// Choices by a generator that belongs to the caller. The same on every platform: no std distribution is used.
class Dice {
 public:
  explicit Dice(Random& random) : random_(random) {}
  int Between(int least, int most) { return least + static_cast<int>(random_() % static_cast<std::uint64_t>(most - least + 1)); }
  bool Chance(double p) { return static_cast<double>(random_() >> 11) / 9007199254740992.0 < p; }
  const std::string& Pick(const std::vector<std::string>& list) {
    return list[static_cast<std::size_t>(Between(0, static_cast<int>(list.size()) - 1))];
  }
  int OneOfInts(std::initializer_list<int> list) { return list.begin()[Between(0, static_cast<int>(list.size()) - 1)]; }

 private:
  Random& random_;
};

struct Broken {
  std::string bytes, how;
  reference::Unreadable unreadable;  // what can still be told
};

class Events {
 public:
  explicit Events(Random& random);

  // Registrations and definitions of most of the universe.
  std::vector<Event> Beginnings();
  // Any type but resolutions and retractions, with a name of its own.
  Event Any();
  // What an auditor looks at: use, approvals, reviews, exceptions, credentials.
  Event Governance();
  // What is asked, approved, done and decided about one grant, membership or credential; of another event nothing.
  std::vector<Event> Campaign(const Event& about);
  std::vector<Event> NewCampaign();                        // with the grant
  Event Life(const std::string& ref, bool begins);         // registered or retired, of a role defined or retired
  Event Resolution(const EventName& perhaps_replaced_by);  // its position is for the caller to set
  Event Retraction(const EventName& target, std::string key);
  Broken Break(Event event);
  // Who speaks about another's event: mostly its source, sometimes the corrector, sometimes somebody without authority.
  std::string Speaker(const std::string& source);
  EffectiveTime SomeTime();

  Dice dice;

 private:
  template <class D>
  Event Make(D data);
  Event Existence();
  Event CredentialEvent();
  Event RoleEvent();
  Event GrantEvent();
  Event MembershipEvent();
  Event Evidence();
  Event Approval();
  Event Review();
  Event Exception();
  Event Use();
  AccessUsed UseOf(const std::string& ref);
  Event Departure();
  EffectiveTime After(EffectiveTime t);
  static Event Then(Event event, EffectiveTime time);
  std::vector<Event> ReviewOf(ReviewDecided about, const std::string& role, EffectiveTime given);
  std::vector<Event> GivingOf(const GrantIssued& g, EffectiveTime at);
  std::vector<Event> CampaignOn(const Event& issued);
  std::vector<Event> CampaignOn(const Event& event, const MembershipAdded& d);
  std::vector<Event> CampaignOn(const Event& event, const CredentialIssued& d);
  Event By(const std::string& whom, Event event);
  Event Early(Event event);
  Event Registration(const std::string& ref);
  Event IssueOf(const std::string& grant, const std::string& principal);
  OptionalTime MaybeTime(double p);
  std::string MaybeAttributes();
  std::string MaybeBoundary();
  std::vector<Permission> Permissions();
  Permission OnePermission();
  std::string Pattern();
  std::string Scope();
  const std::string& Principal();
  std::string GrantId();
  std::string RequestId();
  std::string CredentialId();
  std::string Owner();
  std::string Environment();

  int names_ = 0;
  std::size_t attributes_made_ = 0;
  // What this history is rich in.
  double conditions_, boundaries_, assumption_, denies_, everyone_, delegation_, ends_all_, far_, temporary_, self_, operators_;
  bool calm_;  // few ends of existence
};

template <class D>
Event Events::Make(D data) {
  Event event;
  event.name = {dice.Chance(0.5) ? "iam" : dice.Chance(0.5) ? "hr" : "audit", "n" + std::to_string(++names_)};
  event.time = SomeTime();
  event.payload = std::move(data);
  if (dice.Chance(0.1)) event.authid = "user:operator";
  if (dice.Chance(operators_)) {
    event.authid = dice.Chance(0.7) ? "user:operator" : "user:u1";
    if (dice.Chance(0.4)) event.controlowner = dice.Chance(0.5) ? "team:a" : "team:b";
  }
  if (dice.Chance(0.05)) event.subject = reference::KeyOf(event);
  return event;
}

}  // namespace tenure::property
