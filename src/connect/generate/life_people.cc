// Joiners, movers, leavers, and the teams they belong to.
#include <string>
#include <utility>

#include "connect/generate/life.h"
#include "connect/generate/names.h"

namespace tenure::connect::generate {

void Life::FoundTeam() {
  const auto team = static_cast<std::uint32_t>(teams_.size());
  teams_.push_back({TeamName(team)});
  Course course{NewId("team"), ""};
  const std::string group = GroupOf(team), on_call = group + "-on-call";
  for (const std::string& one : {group, on_call})
    Tell(now_, System::kDirectory, "", IdentityRegistered{.identity = one}, &course);
  Tell(Later(now_, kSecond), System::kDirectory, "", MembershipAdded{.member = on_call, .group = group}, &course);
  Tell(Later(now_, kSecond), System::kDirectory, "", MembershipAdded{.member = group, .group = "group:engineering"}, &course);
  for (const RoleKind kind : {RoleKind::kReader, RoleKind::kOperator, RoleKind::kAdmin, RoleKind::kActAs})
    DefineRole(Later(now_, 2 * kSecond), team, kind);
  Tell(Later(now_, 3 * kSecond), System::kAccess, "",
       GrantIssued{.grant = NewId("grant"), .principal = group, .role = RoleOf(team, RoleKind::kReader)}, &course);
}

// Half of them are pending until somebody has seen their passport.
void Life::Join() {
  Person person;
  const std::string name = PersonName(seed_, people_ever_++);
  person.ref = "user:" + name;
  person.team = static_cast<std::uint32_t>(random_.Below(static_cast<std::int64_t>(teams_.size())));
  person.credential = "login-" + std::to_string(people_ever_);
  person.credentials = 1;
  Course course{NewId("joiner"), ""};
  IdentityRegistered registered{.identity = person.ref,
                                .source_system = "hr.example",
                                .display_name = DisplayName(name),
                                .attributes = "{\"department\":\"" + teams_[person.team].name + "\"}"};
  if (random_.Permille(500)) registered.pending = true;
  if (random_.Permille(100)) registered.expires_at = Later(now_, random_.Between(60, 360) * kDay);  // on contract
  const bool pending = registered.pending.has_value();
  Tell(now_, System::kPeople, "", std::move(registered), &course);
  Tell(In(kMinute, kHour), System::kDirectory, "",
       CredentialIssued{.identity = person.ref, .credential = person.credential, .kind = "password"}, &course);
  Tell(In(kMinute, kHour), System::kDirectory, "", MembershipAdded{.member = person.ref, .group = GroupOf(person.team)}, &course);
  if (pending) {
    IdentityProofed proofed{
        .identity = person.ref, .method = "passport", .level = random_.Permille(700) ? "high" : "substantial"};
    Tell(In(kHour, 3 * kDay), System::kDirectory, "", std::move(proofed), &course);
  }
  people_.Add(std::move(person));
}

// A mover changes teams; what was held in the old one often stays.
void Life::Move() {
  Person& person = people_[people_.Pick(random_)];
  const std::uint32_t from = person.team;
  person.team = static_cast<std::uint32_t>(random_.Below(static_cast<std::int64_t>(teams_.size())));
  Course course{NewId("mover"), ""};
  Tell(now_, System::kPeople, "",
       IdentityUpdated{.identity = person.ref, .attributes = "{\"department\":\"" + teams_[person.team].name + "\"}"}, &course);
  if (from != person.team) {
    Tell(In(0, kHour), System::kDirectory, "", MembershipRemoved{.member = person.ref, .group = GroupOf(from), .reason = "moved"},
         &course);
    Tell(In(kHour, 2 * kHour), System::kDirectory, "", MembershipAdded{.member = person.ref, .group = GroupOf(person.team)},
         &course);
  }
  if (!person.owns.empty() && random_.Permille(500)) HandOver(person);
  TakeGrantsAway(person, 400, 100, "moved");
}

// With `ends_all` the directory guarantees that nothing is left. Otherwise somebody has to think of it.
void Life::Leave() {
  if (people_.Size() * 10 < people_goal_ * 8 || people_.Size() < 6) return Join();
  const Slot slot = people_.Pick(random_);
  Person& person = people_[slot];
  IdentityRetired retired{.identity = person.ref, .reason = random_.Permille(850) ? "left the company" : "contract ended"};
  retired.ends_all = random_.Permille(200);
  const bool clean = retired.ends_all;
  Tell(now_, System::kPeople, "", std::move(retired));
  if (!clean) {
    TakeGrantsAway(person, 300, 400, "left the company");
    if (random_.Permille(800))
      Tell(In(kMinute, kDay), System::kDirectory, "",
           CredentialRevoked{.identity = person.ref, .credential = person.credential, .reason = "left the company"});
    if (random_.Permille(600))
      Tell(In(kMinute, kDay), System::kDirectory, "",
           MembershipRemoved{.member = person.ref, .group = GroupOf(person.team), .reason = "left the company"});
  }
  HandOver(person);
  people_.Remove(slot);
}

void Life::TakeGrantsAway(Holder& holder, int left_standing_permille, int late_permille, std::string_view reason) {
  for (std::size_t i = holder.grants.size(); i-- > 0;) {
    if (random_.Permille(left_standing_permille)) continue;
    const bool late = random_.Permille(late_permille);
    RevokeGrant(holder, i, In(kMinute, kHour), late, reason);
  }
}

// Machines of one who goes: most get a new owner, some get nobody, and of some nobody thinks at all.
void Life::HandOver(Person& leaver) {
  for (const Slot slot : leaver.owns) {
    Machine& machine = machines_[slot];
    machine.owner = kNobody;
    if (random_.Permille(250)) continue;
    IdentityOwnerChanged changed{.identity = machine.ref, .owner = std::nullopt};
    if (const Slot heir = people_.Pick(random_); random_.Permille(900) && people_[heir].ref != leaver.ref) {
      machine.owner = heir;
      people_[heir].owns.push_back(slot);
      changed.owner = people_[heir].ref;
    }
    Tell(In(kHour, 10 * kDay), System::kPipeline, "", std::move(changed));
  }
  leaver.owns.clear();
}

void Life::Suspend() {
  Person& person = people_[people_.Pick(random_)];
  if (std::exchange(person.suspended, !person.suspended))
    Tell(now_, System::kPeople, "", IdentityReactivated{.identity = person.ref, .reason = "back from leave"});
  else Tell(now_, System::kPeople, "", IdentitySuspended{.identity = person.ref, .reason = "on leave"});
}

void Life::Update() {
  const Holder& holder = AnyHolder();
  IdentityUpdated updated{.identity = holder.ref};
  if (random_.Permille(500))
    updated.attributes = random_.Permille(700) ? "{\"cost_centre\":\"" + std::to_string(random_.Between(100, 999)) + "\"}"
                                               : "{\"cost_centre\":null}";
  else updated.environment = {true, random_.Permille(500) ? "prod" : "test"};
  Tell(now_, System::kDirectory, "", std::move(updated));
}

void Life::Link() {
  const std::string& ref = people_[people_.Pick(random_)].ref;
  Tell(now_, System::kDirectory, "", IdentityLinked{.identity = ref, .same_as = "forge:" + ref.substr(5)});
}

}  // namespace tenure::connect::generate
