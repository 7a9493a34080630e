#include "connect/standing.h"

#include <string_view>

namespace tenure::connect {
namespace {

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

constexpr std::string_view kTrust = "/trust", kTrustDeny = "/trust/deny", kInline = "/inline/", kInstanceProfile = "/instance-profile",
                           kVersion = "/version/";

// Trust policies are replaced as a whole and end by themselves.
bool IsTrust(std::string_view role) { return EndsWith(role, kTrust) || EndsWith(role, kTrustDeny); }
bool IsPolicy(std::string_view role) {
  return !IsTrust(role) && !EndsWith(role, kInstanceProfile) && role.find(kInline) == std::string_view::npos &&
         role.find(kVersion) == std::string_view::npos;
}

// The role that an instance profile carries stands on both.
std::string OtherSubjectOf(std::string_view role) {
  if (!EndsWith(role, kInstanceProfile)) return {};
  role.remove_prefix(role.find(':') + 1);
  role.remove_suffix(kInstanceProfile.size());
  return "service_account:" + std::string(role);
}

Thing GrantOf(const std::string& principal, const std::string& role) { return {principal, "grant " + role, OtherSubjectOf(role)}; }
Thing MembershipOf(const std::string& member, const std::string& group) { return {member, "member " + member + " " + group, group}; }
Thing CredentialOf(const std::string& identity, const std::string& credential) { return {identity, "credential " + credential, {}}; }

std::optional<Change> Of(const IdentityRegistered& e) { return Change{Turn::kBegins, {e.identity, {}, {}}, e.identity}; }
std::optional<Change> Of(const IdentityRetired& e) { return Change{Turn::kEnds, {e.identity, {}, {}}, e.identity}; }
std::optional<Change> Of(const CredentialIssued& e) {
  return Change{Turn::kBegins, CredentialOf(e.identity, e.credential), "credential " + e.credential};
}
std::optional<Change> Of(const CredentialRevoked& e) {
  return Change{Turn::kEnds, CredentialOf(e.identity, e.credential), "credential " + e.credential};
}
std::optional<Change> Of(const MembershipAdded& e) {
  return Change{Turn::kBegins, MembershipOf(e.member, e.group), "membership of " + e.member + " in " + e.group};
}
std::optional<Change> Of(const MembershipRemoved& e) {
  return Change{Turn::kEnds, MembershipOf(e.member, e.group), "membership of " + e.member + " in " + e.group};
}
std::optional<Change> Of(const GrantIssued& e) {
  if (e.role.empty() || IsTrust(e.role)) return std::nullopt;
  return Change{Turn::kBegins, GrantOf(e.principal, e.role), "grant of " + e.role + " to " + e.principal};
}
std::optional<Change> Of(const GrantRevoked& e) {
  if (e.role.empty()) return std::nullopt;
  return Change{Turn::kEnds, GrantOf(e.principal, e.role), "grant of " + e.role + " to " + e.principal};
}
std::optional<Change> Of(const RoleRetired& e) {
  if (!IsPolicy(e.role)) return std::nullopt;
  return Change{Turn::kEnds, {e.role, {}, {}}, e.role};
}
template <class T>
std::optional<Change> Of(const T&) {
  return std::nullopt;
}

}  // namespace

std::optional<Change> ChangeOf(const Event& event) {
  return std::visit([](const auto& payload) { return Of(payload); }, event.payload);
}

std::optional<bool> Standing::Stands(const Thing& thing) const {
  const auto found = subjects_.find(thing.subject);
  if (found == subjects_.end()) return std::nullopt;
  const Subject& subject = found->second;
  if (thing.fact.empty()) return subject.stands;
  const auto fact = subject.facts.find(thing.fact);
  if (fact != subject.facts.end()) return fact->second.stands;
  if (subject.seen_from_its_beginning || subject.stands == false) return false;
  return std::nullopt;
}

std::vector<LostEnd> Standing::Apply(const Change& change, EffectiveTime time, const std::string& event_id) {
  const Thing& thing = change.thing;
  if (!thing.fact.empty()) {
    Note(change, event_id, thing.subject, thing.other_subject);
    if (!thing.other_subject.empty()) Note(change, event_id, thing.other_subject, thing.subject);
    return {};
  }
  if (change.turn == Turn::kEnds) return End(thing.subject, time);
  Subject* subject = Find(thing.subject);
  if (!subject) return {};
  if (subject->stands != true) {
    things_ -= subject->facts.size();
    subject->facts.clear();
    subject->seen_from_its_beginning = true;
  }
  subject->stands = true;
  return {};
}

// A subject takes along what still stands on it, on the other side of it too.
std::vector<LostEnd> Standing::End(const std::string& name, EffectiveTime time) {
  std::vector<LostEnd> lost;
  Subject* subject = Find(name);
  if (!subject) return lost;
  for (const auto& [key, fact] : subject->facts) {
    if (!fact.stands) continue;
    lost.push_back({name, fact.what, time, fact.began_in});
    if (const auto other = subjects_.find(fact.other_subject); other != subjects_.end()) other->second.facts[key].stands = false;
  }
  things_ -= subject->facts.size();
  subject->facts.clear();
  subject->stands = false;
  return lost;
}

void Standing::Note(const Change& change, const std::string& event_id, const std::string& name, const std::string& other) {
  Subject* subject = Find(name);
  if (!subject) return;
  const bool known = subject->facts.contains(change.thing.fact);
  if (!known && things_ >= kThingsMax) {
    full_ = true;
    return;
  }
  if (!known) ++things_;
  Fact& fact = subject->facts[change.thing.fact];
  fact.stands = change.turn == Turn::kBegins;
  fact.what = change.what;
  fact.began_in = event_id;
  fact.other_subject = other;
}

Standing::Subject* Standing::Find(const std::string& name) {
  const auto found = subjects_.find(name);
  if (found != subjects_.end()) return &found->second;
  if (things_ >= kThingsMax) {
    full_ = true;
    return nullptr;
  }
  ++things_;
  return &subjects_[name];
}

}  // namespace tenure::connect
