// Who owned the controls: what each system, owner, writer and actor did on the two planes.
#include <algorithm>
#include <set>
#include <tuple>

#include "reference/governance.h"
#include "reference/pattern.h"

namespace tenure::reference {
namespace {

using Key = std::tuple<Topic, std::string, std::string, std::string, std::string>;  // plane, source, owner, writer, actor

std::string WriterOf(const View& view, const Fact& fact) {
  for (const Entry* entry : view.Record().known)
    if (entry->position == fact.moment.order.position) return entry->verified_writer;
  return "";
}

// Whom it made, or a credential of whom; or "".
std::string Made(const Fact& fact) {
  if (auto* d = fact.As<IdentityRegistered>()) return d->identity;
  if (auto* d = fact.As<CredentialIssued>()) return d->identity;
  if (auto* d = fact.As<CredentialRotated>()) return d->identity;
  return "";
}
// To whom it gave a grant or a membership; or "".
std::string Gave(const Fact& fact) {
  if (auto* d = fact.As<GrantIssued>()) return d->principal;
  if (auto* d = fact.As<MembershipAdded>()) return d->member;
  return "";
}

void Count(const Fact& fact, Control& control) {
  ++control.events;
  control.identities += fact.As<IdentityRegistered>() != nullptr;
  control.credentials += fact.As<CredentialIssued>() || fact.As<CredentialRotated>();
  control.roles += fact.As<RoleDefined>() != nullptr;
  control.grants += fact.As<GrantIssued>() != nullptr;
  control.memberships += fact.As<MembershipAdded>() != nullptr;
  control.ended += fact.As<IdentityRetired>() || fact.As<RoleRetired>() || fact.As<CredentialRevoked>() ||
                   fact.As<GrantRevoked>() || fact.As<MembershipRemoved>();
}

bool IsConfigured(const std::vector<std::string>& sources, const std::string& source) {
  return std::any_of(sources.begin(), sources.end(), [&](const auto& pattern) { return Glob(pattern, source); });
}

// What the row did, of subjects for which its actor did the other.
std::set<std::string> Bundled(const std::string& actor, const std::vector<const Fact*>& did, const std::vector<Fact>& all) {
  std::set<std::string> bundled;
  if (actor.empty()) return bundled;
  for (const Fact* one : did)
    for (const Fact& other : all) {
      if (other.event->authid != actor) continue;
      if (!Made(*one).empty() && Made(*one) == Gave(other)) bundled.insert(Made(*one));
      if (!Gave(*one).empty() && Gave(*one) == Made(other)) bundled.insert(Gave(*one));
    }
  return bundled;
}

}  // namespace

std::vector<Control> Controls(const View& view, const std::vector<std::string>& configured_sources, const tenure::When& when) {
  std::vector<Fact> seen;
  std::map<Key, std::vector<const Fact*>> rows;
  for (const Fact& fact : view.Record().facts) {
    const auto plane = PlaneOf(fact.event->Type());
    const bool in_time = when.as_of ? fact.moment.time <= *when.as_of : when.during->Contains(fact.moment.time);
    if (in_time && (plane == Topic::kIdentity || plane == Topic::kAccess)) seen.push_back(fact);
  }
  for (const Fact& fact : seen)
    rows[{*PlaneOf(fact.event->Type()), fact.event->name.source, fact.event->controlowner, WriterOf(view, fact),
          fact.event->authid}]
        .push_back(&fact);
  std::vector<Control> controls;
  for (const auto& [key, did] : rows) {
    const auto& [plane, source, owner, writer, actor] = key;
    Control control{plane == Topic::kIdentity ? "identity" : "access", source, owner, writer, actor};
    for (const Fact* fact : did) Count(*fact, control);
    control.first = did.front()->moment.time, control.last = did.back()->moment.time;
    control.evidence = {did.front()->moment.order.position};
    if (did.size() > 1) control.evidence.push_back(did.back()->moment.order.position);
    if (owner.empty()) control.marks.push_back("no_owner");
    if (!configured_sources.empty() && !IsConfigured(configured_sources, source)) control.marks.push_back("hand_made");
    const auto bundled = Bundled(actor, did, seen);
    if (!bundled.empty()) control.marks.push_back("both_planes");
    control.bundled_count = static_cast<std::int64_t>(bundled.size());
    for (const auto& subject : bundled)
      if (control.bundled.size() < 10) control.bundled.push_back(subject);
    controls.push_back(control);
  }
  return controls;
}

}  // namespace tenure::reference
