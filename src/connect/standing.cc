#include "connect/standing.h"

#include <string_view>

namespace tenure::connect {
namespace {

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

constexpr std::string_view kTrust = "/trust", kTrustDeny = "/trust/deny", kInline = "/inline/",
                           kInstanceProfile = "/instance-profile", kVersion = "/version/", kOfAws = ":iam::aws:policy/";

bool IsTrust(std::string_view role) { return EndsWith(role, kTrust) || EndsWith(role, kTrustDeny); }

// `role:<arn>/trust` -> `service_account:<arn>`.
std::string CarrierOf(std::string_view role, std::string_view end) {
  role.remove_prefix(role.find(':') + 1);
  role.remove_suffix(end.size());
  return "service_account:" + std::string(role);
}

// The role that an instance profile carries stands on both.
std::string OtherSubjectOf(std::string_view role) {
  return EndsWith(role, kInstanceProfile) ? CarrierOf(role, kInstanceProfile) : std::string();
}

Change Touch(const std::string& subject) { return {Turn::kTouches, {subject, {}, {}}, subject}; }
Change Life(Turn turn, const std::string& subject) { return {turn, {subject, {}, {}}, subject}; }
Change Credential(Turn turn, const std::string& identity, const std::string& credential) {
  const std::string what = "credential " + credential;
  return {turn, {identity, what, {}}, what};
}
Change Membership(Turn turn, const std::string& member, const std::string& group) {
  const std::string what = "membership of " + member + " in " + group;
  return {turn, {member, what, group}, what};
}
Change Grant(Turn turn, const std::string& principal, const std::string& role) {
  const std::string what = "grant of " + role + " to " + principal;
  return {turn, {principal, what, OtherSubjectOf(role)}, what};
}

std::vector<Change> Of(const IdentityRegistered& e) { return {Life(Turn::kBegins, e.identity)}; }
std::vector<Change> Of(const IdentityRetired& e) { return {Life(Turn::kEnds, e.identity)}; }
std::vector<Change> Of(const IdentityUpdated& e) { return {Touch(e.identity)}; }
std::vector<Change> Of(const IdentityOwnerChanged& e) { return {Touch(e.identity)}; }
std::vector<Change> Of(const CredentialIssued& e) { return {Credential(Turn::kBegins, e.identity, e.credential)}; }
std::vector<Change> Of(const CredentialRevoked& e) { return {Credential(Turn::kEnds, e.identity, e.credential)}; }
std::vector<Change> Of(const MembershipAdded& e) { return {Membership(Turn::kBegins, e.member, e.group)}; }
std::vector<Change> Of(const MembershipRemoved& e) { return {Membership(Turn::kEnds, e.member, e.group)}; }
// Trust policies are replaced as a whole: their grants end by themselves.
std::vector<Change> Of(const GrantIssued& e) {
  if (e.role.empty() || IsTrust(e.role)) return {};
  std::vector<Change> changes{Grant(Turn::kBegins, e.principal, e.role)};
  if (IsPolicyRole(e.role)) changes.push_back(Touch(e.role));
  return changes;
}
std::vector<Change> Of(const GrantRevoked& e) {
  if (e.role.empty()) return {};
  return {Grant(Turn::kEnds, e.principal, e.role)};
}
std::vector<Change> Of(const RoleDefined& e) {
  if (EndsWith(e.role, kTrust)) return {Touch(CarrierOf(e.role, kTrust))};
  if (IsPolicyRole(e.role)) return {Touch(e.role)};
  return {};
}
std::vector<Change> Of(const RoleRetired& e) {
  if (IsPolicyRole(e.role)) return {Life(Turn::kEnds, e.role)};
  return {};
}
template <class T>
std::vector<Change> Of(const T&) {
  return {};
}

}  // namespace

bool IsPolicyRole(std::string_view role) {
  for (const auto part : {kInline, kVersion, kOfAws})
    if (role.find(part) != std::string_view::npos) return false;
  return !IsTrust(role) && !EndsWith(role, kInstanceProfile);
}

std::vector<Change> ChangesOf(const Event& event) {
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
  if (change.turn == Turn::kTouches) return {};
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
