#pragma once
// The life of the organisation around the cast: who is there now, what they hold, and what happens next.
//
// Nothing is emitted here: a happening puts what it tells on the agenda, now or for later. What is remembered of a person or a
// machine is bounded, and so are their numbers and the agenda, whatever the length of the stream.
// No two arguments of one call ask chance: compilers differ in which they evaluate first, and the stream would differ with them.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connect/generate/agenda.h"
#include "connect/generate/random.h"
#include "connect/generate/roster.h"
#include "connect/generate/scribe.h"

namespace tenure::connect::generate {

class Life {
 public:
  // `events` sets the size that the organisation grows to.
  Life(std::uint64_t seed, std::int64_t events, Agenda& agenda);

  // One thing happens at `now`, of what chance and the state of the organisation allow. Puts one or more events on the agenda.
  void Happen(EffectiveTime now);

  std::int64_t People() const { return people_.Size(); }
  std::int64_t Machines() const { return machines_.Size(); }
  // Things remembered: bounded by the size of the organisation, not by the number of happenings.
  std::int64_t Remembered() const;

 private:
  enum class RoleKind : std::uint8_t { kReader, kOperator, kAdmin, kActAs };
  enum class Kind : std::uint8_t { kRobot, kWorkload, kAgent, kVendor };
  struct Team {
    std::string name;
  };
  struct Holder {  // of what can be taken away later
    std::string ref, credential;
    std::int64_t credentials = 0;
    std::uint32_t team = 0;
    std::vector<std::string> grants;  // by id, at most kGrantsMax
  };
  struct Person : Holder {
    bool suspended = false, on_call = false;
    std::vector<Slot> owns;
  };
  struct Machine : Holder {
    Kind kind = Kind::kRobot;
    Slot owner = kNobody;
  };
  // Events of one course of events share its id (`correlationid`), and each names the one that caused it.
  struct Course {
    std::string id, last;
  };

  // life.cc
  bool Grow();
  void Tell(EffectiveTime time, System system, std::string_view actor, Payload payload, Course* course = nullptr);
  void TellLate(EffectiveTime time, EffectiveTime told_at, System system, std::string_view actor, Payload payload);
  EffectiveTime In(std::int64_t low_us, std::int64_t high_us);
  std::string NewId(std::string_view prefix);
  const std::string& SomebodyElse(const Person& person);
  std::string RoleOf(std::uint32_t team, RoleKind kind) const;
  std::string GroupOf(std::uint32_t team) const;
  std::string AreaOf(std::uint32_t team);
  Holder& AnyHolder();

  // life_people.cc
  void FoundTeam();
  void Join();
  void Move();
  void Leave();
  void Suspend();
  void Update();
  void Link();
  void TakeGrantsAway(Holder& holder, int left_standing_permille, int late_permille, std::string_view reason);
  void HandOver(Person& leaver);

  // life_machines.cc
  void Commission();
  void Decommission();
  void Rotate();
  void Compromise();
  void Use();
  void Delegate();
  std::string MachineRef(Kind kind, std::uint32_t team);

  // life_access.cc
  void Elevate();
  void BreakGlass();
  void AskForStanding();
  void Revoke();
  void GrantByHand();
  void ApproveOneself();
  void MakeMistake();
  void RedefineRole();
  void DefineRole(EffectiveTime time, std::uint32_t team, RoleKind kind);
  void Issue(EffectiveTime time, Holder& holder, RoleKind kind, Course& course, std::string_view request);
  void RevokeGrant(Holder& holder, std::size_t which, EffectiveTime time, bool late, std::string_view reason);

  // life_governance.cc
  void Review();
  void Except();

  Random random_;
  std::uint64_t seed_;
  std::int64_t people_goal_, machines_goal_, teams_goal_;
  Agenda& agenda_;
  Scribe scribe_;
  EffectiveTime now_;
  std::vector<Team> teams_;
  Roster<Person> people_;
  Roster<Machine> machines_;
  std::int64_t people_ever_ = 0, machines_ever_ = 0, ids_ = 0;
};

}  // namespace tenure::connect::generate
