#include "connect/generate/life.h"

#include <algorithm>
#include <array>
#include <utility>

#include "connect/generate/names.h"
#include "connect/generate/story.h"

namespace tenure::connect::generate {
namespace {

constexpr std::int64_t kAgendaMax = 20'000;  // above it only things of one event happen

}  // namespace

Life::Life(std::uint64_t seed, std::int64_t events, Agenda& agenda)
    : random_(seed),
      seed_(seed),
      people_goal_(std::clamp<std::int64_t>(events / 100, 12, 5'000)),
      machines_goal_(std::clamp<std::int64_t>(events / 80, 12, 8'000)),
      teams_goal_(std::clamp<std::int64_t>(people_goal_ / 12, 2, 200)),
      agenda_(agenda) {}

void Life::Happen(EffectiveTime now) {
  struct Happening {
    int weight;  // of a thousand
    void (Life::*happen)();
  };
  static constexpr std::array kHappenings{Happening{380, &Life::Use},          Happening{110, &Life::Rotate},
                                          Happening{150, &Life::Elevate},      Happening{60, &Life::AskForStanding},
                                          Happening{60, &Life::Revoke},        Happening{35, &Life::Move},
                                          Happening{30, &Life::Leave},         Happening{30, &Life::Decommission},
                                          Happening{30, &Life::Delegate},      Happening{24, &Life::BreakGlass},
                                          Happening{20, &Life::Update},        Happening{14, &Life::Review},
                                          Happening{12, &Life::Suspend},       Happening{12, &Life::Except},
                                          Happening{10, &Life::MakeMistake},   Happening{8, &Life::GrantByHand},
                                          Happening{6, &Life::ApproveOneself}, Happening{4, &Life::Compromise},
                                          Happening{3, &Life::RedefineRole},   Happening{2, &Life::Link}};
  now_ = now;
  if (Grow()) return;
  if (agenda_.Size() > kAgendaMax) return random_.Permille(700) ? Use() : Rotate();
  std::int64_t chance = random_.Below(1000);
  for (const Happening& one : kHappenings) {
    if (chance < one.weight) return (this->*one.happen)();
    chance -= one.weight;
  }
  Use();
}

std::int64_t Life::Remembered() const {
  return people_.Slots() + machines_.Slots() + static_cast<std::int64_t>(teams_.size()) + agenda_.Size();
}

// Teams come first, then a few people, then all at once until the organisation has its size.
bool Life::Grow() {
  const auto teams = static_cast<std::int64_t>(teams_.size());
  if (teams < 2 || (teams < teams_goal_ && people_.Size() >= teams * 8)) return FoundTeam(), true;
  if (people_.Size() < 3) return Join(), true;
  if (machines_.Size() < 2) return Commission(), true;
  if (people_.Size() < people_goal_ && random_.Permille(350)) return Join(), true;
  if (machines_.Size() < machines_goal_ && random_.Permille(350)) return Commission(), true;
  return false;
}

void Life::Tell(EffectiveTime time, System system, std::string_view actor, Payload payload, Course* course) {
  Event event = scribe_.Write(system, time, actor, std::move(payload));
  if (course != nullptr) {
    event.correlationid = course->id;
    event.causationid = std::exchange(course->last, event.name.id);
  }
  agenda_.Put(time, std::move(event));
}

void Life::TellLate(EffectiveTime time, EffectiveTime told_at, System system, std::string_view actor, Payload payload) {
  Event event = scribe_.Write(system, time, actor, std::move(payload));
  MarkLate(event, told_at);
  agenda_.Put(told_at, std::move(event));
}

// A moment from now, in whole seconds.
EffectiveTime Life::In(std::int64_t low_us, std::int64_t high_us) {
  return Later(now_, random_.Between(low_us / kSecond, high_us / kSecond) * kSecond);
}

std::string Life::NewId(std::string_view prefix) {
  std::string id(prefix);
  id += '-';
  id += std::to_string(++ids_);
  return id;
}

const std::string& Life::SomebodyElse(const Person& person) {
  const Person* other = &people_[people_.Pick(random_)];
  while (other->ref == person.ref) other = &people_[people_.Pick(random_)];
  return other->ref;
}

std::string Life::RoleOf(std::uint32_t team, RoleKind kind) const {
  static constexpr std::array<std::string_view, 4> kNames{"-reader", "-operator", "-admin", "-act-as"};
  std::string role = "role:";
  role += teams_[team].name;
  role += kNames[static_cast<std::size_t>(kind)];
  return role;
}

std::string Life::GroupOf(std::uint32_t team) const { return "group:" + teams_[team].name; }

// Some part of what a team owns.
std::string Life::AreaOf(std::uint32_t team) {
  static constexpr std::array<std::string_view, 4> kStores{"bucket:", "db:", "queue:", "cluster:"};
  static constexpr std::array<std::string_view, 6> kAreas{"", "/raw", "/reports", "/archive/2025", "/customers/eu", "/audit"};
  std::string area(random_.Pick(kStores));
  area += teams_[team].name;
  area += random_.Pick(kAreas);
  return area;
}

Life::Holder& Life::AnyHolder() {
  if (random_.Permille(500)) return people_[people_.Pick(random_)];
  return machines_[machines_.Pick(random_)];
}

}  // namespace tenure::connect::generate
