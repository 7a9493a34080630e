// Robots, workloads, agents and third parties: made, keyed, used, and sometimes taken out of service.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "connect/generate/life.h"
#include "connect/generate/names.h"

namespace tenure::connect::generate {
namespace {

constexpr std::size_t kOwnedMax = 64;  // by one person; whoever has that many gets no more

constexpr std::array<System, 4> kMakers{System::kPipeline, System::kMesh, System::kAgents, System::kVendors};
constexpr std::array<std::string_view, 4> kCredentialKinds{"access_key", "certificate", "token", "access_key"};

}  // namespace

std::string Life::MachineRef(Kind kind, std::uint32_t team) {
  const std::int64_t serial = ++machines_ever_;
  const std::string& name = teams_[team].name;
  const std::string number = std::to_string(serial);
  switch (kind) {
    case Kind::kRobot:
      return "service_account:ci-" + name + "-" + number;
    case Kind::kWorkload:
      return "workload:spiffe://prod/ns/" + name + "/sa/worker-" + number;
    case Kind::kAgent:
      return "agent:" + name + "-helper-" + number;
    case Kind::kVendor:
      return "external:" + AccountNumber(serial);
  }
  return {};
}

// Some platforms do it all in one workflow; each of its steps still belongs to a control of its own. Some only register, and what
// the machine may do is asked for later. Some machines are only found: they were there before anybody wrote them down.
void Life::Commission() {
  Machine machine;
  const std::int64_t chance = random_.Below(100);
  machine.kind = chance < 40 ? Kind::kRobot : chance < 75 ? Kind::kWorkload : chance < 90 ? Kind::kAgent : Kind::kVendor;
  machine.owner = people_.Pick(random_);
  Person& owner = people_[machine.owner];
  if (owner.owns.size() >= kOwnedMax) return Use();
  machine.team = owner.team;
  machine.ref = MachineRef(machine.kind, machine.team);
  machine.credential = "key-" + std::to_string(machines_ever_) + "-1";
  machine.credentials = 1;
  const auto kind = static_cast<std::size_t>(machine.kind);
  Course course{NewId("machine"), ""};
  IdentityRegistered registered{.identity = machine.ref,
                                .observed = random_.Permille(60),
                                .owner = owner.ref,
                                .environment = random_.Permille(700) ? "prod" : "test",
                                .source_system = std::string(SourceOf(kMakers[kind]))};
  Tell(now_, kMakers[kind], owner.ref, std::move(registered), &course);
  CredentialIssued issued{.identity = machine.ref, .credential = machine.credential, .kind = std::string(kCredentialKinds[kind])};
  if (random_.Permille(750)) issued.expires_at = Later(now_, 90 * kDay);
  Tell(In(0, kMinute), System::kVault, "", std::move(issued), &course);
  if (random_.Permille(300)) {
    Tell(In(kMinute, 2 * kMinute), System::kDirectory, "", MembershipAdded{.member = machine.ref, .group = GroupOf(machine.team)},
         &course);
    Issue(In(2 * kMinute, 3 * kMinute), machine, RoleKind::kOperator, course, "");
  }
  const Slot slot = machines_.Add(std::move(machine));
  owner.owns.push_back(slot);
}

void Life::Decommission() {
  if (machines_.Size() * 10 < machines_goal_ * 8 || machines_.Size() < 4) return Commission();
  const Slot slot = machines_.Pick(random_);
  Machine& machine = machines_[slot];
  IdentityRetired retired{.identity = machine.ref, .reason = "no longer needed"};
  retired.ends_all = random_.Permille(300);
  const bool clean = retired.ends_all;
  Tell(now_, kMakers[static_cast<std::size_t>(machine.kind)], "", std::move(retired));
  if (!clean) {
    TakeGrantsAway(machine, 300, 200, "no longer needed");
    if (random_.Permille(600))
      Tell(In(kMinute, kDay), System::kVault, "",
           CredentialRevoked{.identity = machine.ref, .credential = machine.credential, .reason = "no longer needed"});
  }
  if (machine.owner != kNobody) std::erase(people_[machine.owner].owns, slot);
  machines_.Remove(slot);
}

void Life::Rotate() {
  Machine& machine = machines_[machines_.Pick(random_)];
  const std::size_t stem = machine.credential.rfind('-');
  std::string next = machine.credential.substr(0, stem + 1) + std::to_string(++machine.credentials);
  CredentialRotated rotated{
      .identity = machine.ref, .credential = machine.credential, .replaced_by = next, .expires_at = Later(now_, 90 * kDay)};
  Tell(now_, System::kVault, "", std::move(rotated));
  machine.credential = std::move(next);
}

// A key that got out: said so, and revoked some time after.
void Life::Compromise() {
  Machine& machine = machines_[machines_.Pick(random_)];
  Course course{NewId("incident"), ""};
  const std::string reason = "found in a public repository", lost = machine.credential;
  Tell(now_, System::kVault, people_[people_.Pick(random_)].ref,
       CredentialCompromised{.identity = machine.ref, .credential = lost, .reason = reason}, &course);
  const EffectiveTime answered = In(10 * kMinute, 3 * kDay);
  Tell(answered, System::kVault, "", CredentialRevoked{.identity = machine.ref, .credential = lost, .reason = reason}, &course);
  const std::size_t stem = lost.rfind('-');
  machine.credential = lost.substr(0, stem + 1) + std::to_string(++machine.credentials);
  Tell(Later(answered, kMinute), System::kVault, "",
       CredentialIssued{.identity = machine.ref,
                        .credential = machine.credential,
                        .kind = "access_key",
                        .expires_at = Later(answered, 90 * kDay)},
       &course);
}

void Life::Use() {
  static constexpr std::array<std::string_view, 4> kVerbs{"Read", "List", "Write", "Delete"};
  const Holder& holder = AnyHolder();
  AccessUsed used{.identity = holder.ref, .resource = AreaOf(holder.team)};
  used.action = used.resource.substr(0, used.resource.find(':') + 1);
  used.action += random_.Pick(kVerbs);
  used.outcome = random_.Permille(950) ? Outcome::kAllowed : Outcome::kDenied;
  used.credential = holder.credential;
  used.network = "10";
  for (const int part : {64, 256, 250}) used.network.append(".").append(std::to_string(random_.Below(part)));
  if (random_.Permille(400)) used.count = random_.Between(2, 500);
  Tell(now_, System::kGateway, "", std::move(used));
}

// A person lends an agent a role for some hours.
void Life::Delegate() {
  const Machine& machine = machines_[machines_.Pick(random_)];
  if (machine.kind != Kind::kAgent || machine.owner == kNobody) return Use();
  const std::string& owner = people_[machine.owner].ref;
  Tell(now_, System::kAgents, owner,
       GrantIssued{.grant = NewId("grant"),
                   .principal = machine.ref,
                   .role = RoleOf(machine.team, RoleKind::kOperator),
                   .scope = AreaOf(machine.team),
                   .kind = "delegated",
                   .expires_at = In(kHour, 12 * kHour),
                   .justification = "on behalf of its owner",
                   .delegator = owner});
}

}  // namespace tenure::connect::generate
