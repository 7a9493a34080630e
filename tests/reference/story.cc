// The story of an identity, a group or a role: the events that are about it, whatever became of them.
#include <algorithm>

#include "reference/pattern.h"
#include "reference/reference.h"

namespace tenure::reference {
namespace {

// An event on a topic that is none of its type is a dead letter like bytes that are no event: it casts its doubt, and tells nothing.
bool OnTopicOfItsType(const Entry& entry) {
  return entry.event && PlaneOf(entry.event->Type()).value_or(entry.position.topic) == entry.position.topic;
}

bool NamesRole(const Event& event, const std::string& role) {
  if (auto* d = std::get_if<GrantIssued>(&event.payload)) return d->role == role;
  if (auto* d = std::get_if<GrantRevoked>(&event.payload)) return d->role == role;
  return false;
}

// A revoke by id belongs to the story of each role that an issue of its grant names.
bool RevokesGrantOf(const Event& event, const std::string& role, const std::vector<const Entry*>& known) {
  auto* revoke = std::get_if<GrantRevoked>(&event.payload);
  if (revoke == nullptr || revoke->grant.empty()) return false;
  return std::any_of(known.begin(), known.end(), [&](const Entry* entry) {
    auto* issue = OnTopicOfItsType(*entry) ? std::get_if<GrantIssued>(&entry->event->payload) : nullptr;
    return issue && issue->principal == revoke->principal && issue->grant == revoke->grant && issue->role == role;
  });
}

// Its data names it as what it is about, or as the other end.
bool IsAbout(const Event& event, const std::string& ref, const std::vector<const Entry*>& known) {
  if (event.Type() == EventType::kReviewDecided) return std::get<ReviewDecided>(event.payload).principal == ref;
  if (KeyOf(event) == ref) return true;
  if (auto* d = std::get_if<IdentityLinked>(&event.payload)) return d->same_as == ref;
  if (auto* d = std::get_if<MembershipAdded>(&event.payload)) return d->group == ref;
  if (auto* d = std::get_if<MembershipRemoved>(&event.payload)) return d->group == ref;
  return IsRole(ref) && (NamesRole(event, ref) || RevokesGrantOf(event, ref, known));
}

}  // namespace

// With the stories of the roles that, at some time, let somebody assume it.
std::map<Position, RecordState> View::StoryOf(const std::string& ref) const {
  std::set<std::string> told{ref};
  if (!IsRole(ref) && !IsGroup(ref) && ref != kEveryone)
    for (const Fact& fact : record_.facts)
      if (auto* d = fact.As<RoleDefined>())
        for (EffectiveTime t : Breakpoints()) {
          const RoleRegister role = RoleAt(d->role, t);
          if (role.state != RoleRegister::State::kDefined) continue;
          for (const Permission& permission : *role.permissions)
            if (Covers(permission, Effect::kAllow, "assume", ref)) told.insert(d->role);
        }
  std::map<Position, RecordState> story;
  for (const Entry* entry : record_.known) {
    if (!OnTopicOfItsType(*entry)) continue;
    for (const auto& about : told)
      if (IsAbout(*entry->event, about, record_.known)) story[entry->position] = record_.states.at(entry->position);
  }
  return story;
}

}  // namespace tenure::reference
