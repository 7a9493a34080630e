#include "property/history_events.h"

#include "reference/builders.h"
#include "reference/pattern.h"
#include "reference/wire.h"

namespace tenure::property {

using builders::At;

Events::Events(Random& random) : dice(random) {
  conditions_ = dice.Chance(0.4) ? 0.1 : 0;
  boundaries_ = dice.Chance(0.25) ? 0.25 : 0;
  assumption_ = dice.Chance(0.4) ? 0.4 : 0.08;
  denies_ = dice.Chance(0.4) ? 0.3 : 0.07;
  everyone_ = dice.Chance(0.4) ? 0.12 : 0.02;
  delegation_ = dice.Chance(0.3) ? 0.25 : 0.03;
  ends_all_ = dice.Chance(0.5) ? 0.5 : 0.1;
  far_ = dice.Chance(0.2) ? 0.08 : 0.01;
  calm_ = dice.Chance(0.6);
  temporary_ = dice.Chance(0.4) ? 0.4 : 0.1;
  self_ = dice.Chance(0.4) ? 0.3 : 0.05;
  operators_ = dice.Chance(0.3) ? 0.5 : 0.02;
}

// Twelve hours of one day, so that equal times are common; now and then a microsecond beside, or the ends of the calendar.
EffectiveTime Events::SomeTime() {
  if (dice.Chance(far_)) return dice.Chance(0.5) ? At("0001-01-01") : EffectiveTime{At("9999-12-31T23:59:59").us + 999'999};
  EffectiveTime t{At("00:00").us + dice.Between(0, 11) * 3'600'000'000LL};
  if (dice.Chance(0.05)) t.us += dice.OneOfInts({-1, 1, 500'000});
  return t;
}

OptionalTime Events::MaybeTime(double p) { return dice.Chance(p) ? OptionalTime(SomeTime()) : std::nullopt; }

std::string Events::Speaker(const std::string& source) {
  if (dice.Chance(0.65)) return source;
  return dice.Chance(0.6) ? "audit" : dice.Chance(0.5) ? "hr" : "nobody";
}

Event Events::Early(Event event) {
  if (dice.Chance(0.8)) event.time = At("00:00");
  return event;
}

std::vector<Event> Events::Beginnings() {
  const Universe& u = TheUniverse();
  std::vector<Event> events;
  for (const auto& ref : u.everyone)
    if (ref != "everyone:*" && dice.Chance(calm_ ? 0.95 : 0.7)) events.push_back(Early(Registration(ref)));
  for (const auto& role : u.roles)
    if (dice.Chance(calm_ ? 0.9 : 0.7)) events.push_back(Early(Make(RoleDefined{.role = role, .permissions = Permissions()})));
  for (int n = dice.Between(0, 8); n > 0; --n) events.push_back(Early(IssueOf(GrantId(), Principal())));
  for (int n = dice.Between(0, 4); n > 0; --n) events.push_back(Early(MembershipEvent()));
  for (int n = dice.Between(0, 5); n > 0; --n) events.push_back(Early(CredentialEvent()));
  return events;
}

Event Events::Any() {
  int kind = dice.Between(0, 99);
  if (kind < (calm_ ? 14 : 24)) return Existence();
  if (kind < (calm_ ? 20 : 32)) return CredentialEvent();
  if (kind < (calm_ ? 26 : 40)) return RoleEvent();
  if (kind < 72) return GrantEvent();
  if (kind < 91) return MembershipEvent();
  return Evidence();
}

// One attribute beside, set, merged and cleared in turn.
std::string Events::MaybeAttributes() {
  static const char* const kOthers[] = {"", R"("a":{"b":1,"c":"x"})", R"("a":{"b":null})", R"("a":[2])", R"("a":null)"};
  const std::string drawn = MaybeBoundary();
  const std::string other = kOthers[++attributes_made_ % std::size(kOthers)];
  if (other.empty()) return drawn;
  return "{" + other + (drawn.empty() ? "}" : "," + drawn.substr(1));
}

std::string Events::MaybeBoundary() {
  if (!dice.Chance(boundaries_)) return dice.Chance(0.2) ? R"({"team":"core"})" : "";
  return dice.Chance(0.6) ? R"({"permissions_boundary":"arn:aws:iam::1:policy/limit"})" : R"({"permissions_boundary":null})";
}

Event Events::Registration(const std::string& ref) {
  IdentityRegistered d{.identity = ref};
  if (dice.Chance(calm_ ? 0.05 : 0.15)) d.pending = dice.Chance(0.7);
  d.observed = dice.Chance(0.15);
  if (dice.Chance(0.35)) d.owner = Owner();
  if (dice.Chance(0.3)) d.environment = Environment();
  if (dice.Chance(0.2)) d.display_name = "somebody";
  d.expires_at = MaybeTime(calm_ ? 0.03 : 0.12);
  d.attributes = MaybeBoundary();
  if (d.attributes.find("null") != std::string::npos) d.attributes.clear();
  return Make(std::move(d));
}

std::string Events::Owner() { return dice.Chance(0.85) ? dice.Pick(TheUniverse().users) : dice.Pick(TheUniverse().identities); }
std::string Events::Environment() {
  static const std::vector<std::string> environments = {"prod", "prod", "dev", "dev", "test"};
  return dice.Pick(environments);
}

Event Events::Life(const std::string& ref, bool begins) {
  if (ref.starts_with("role:"))
    return begins ? Make(RoleDefined{.role = ref, .permissions = Permissions()}) : Make(RoleRetired{ref});
  if (begins) return Registration(ref);
  return Make(IdentityRetired{.identity = ref, .reason = "", .ends_all = dice.Chance(0.3)});
}

Event Events::Existence() {
  const Universe& u = TheUniverse();
  const std::string& ref = dice.Chance(0.75) ? dice.Pick(u.identities) : dice.Pick(u.groups);
  switch (dice.Between(0, 11)) {
    case 0:
      return Make(IdentityProofed{.identity = ref});
    case 1:
    case 2: {
      IdentityUpdated d{.identity = ref, .attributes = MaybeAttributes()};
      if (dice.Chance(0.4)) d.expires_at = {true, MaybeTime(0.7)};
      if (dice.Chance(0.2)) d.environment = {true, dice.Chance(0.5) ? std::optional(Environment()) : std::nullopt};
      if (dice.Chance(0.2)) d.display_name = {true, dice.Chance(0.5) ? std::optional<std::string>("other") : std::nullopt};
      return Make(std::move(d));
    }
    case 3:
      return Make(IdentityOwnerChanged{ref, {true, dice.Chance(0.7) ? std::optional(Owner()) : std::nullopt}});
    case 4:
    case 5:
      return Make(IdentitySuspended{.identity = ref});
    case 6:
      return Make(IdentityReactivated{.identity = ref});
    case 7:
    case 8:
      return Make(IdentityRetired{.identity = ref, .ends_all = dice.Chance(ends_all_)});
    case 9:
      return Make(IdentityLinked{ref, dice.Pick(u.identities)});
    default:
      return Registration(ref);
  }
}

std::string Events::Pattern() {
  static const std::vector<std::string> patterns = {"*",
                                                    "*",
                                                    "*",
                                                    "*",
                                                    "bucket:*",
                                                    "bucket:*",
                                                    "bucket:prod",
                                                    "bucket:prod",
                                                    "bucket:prod/ledger",
                                                    "bucket:pro?",
                                                    "arn:aws:s3:::*",
                                                    "arn:aws:s3:::dev",
                                                    "**"};
  return dice.Pick(patterns);
}

Permission Events::OnePermission() {
  static const std::vector<std::string> actions = {"read", "read", "write", "*", "*", "*", "*", "r*", "?rite", "assume"};
  Permission p;
  p.effect = dice.Chance(denies_) ? Effect::kDeny : Effect::kAllow;
  if (dice.Chance(assumption_)) {
    p.actions = {dice.Chance(0.85) ? "assume" : "ass*"};
    p.resources = {dice.Chance(0.7) ? dice.Pick(TheUniverse().identities) : dice.Chance(0.5) ? "service_account:*" : "*"};
  } else {
    p.actions = {dice.Pick(actions)};
    p.resources = {Pattern()};
    if (dice.Chance(0.2)) p.actions.push_back(dice.Pick(actions));
    if (dice.Chance(0.2)) p.resources.push_back(Pattern());
    p.not_actions = dice.Chance(0.08), p.not_resources = dice.Chance(0.08);
  }
  if (dice.Chance(0.15)) p.covers = Covers::kLiteral;
  if (dice.Chance(conditions_)) p.condition = "mfa";
  return p;
}

std::vector<Permission> Events::Permissions() {
  std::vector<Permission> permissions;
  for (int n = dice.Between(1, 4); n > 0; --n) permissions.push_back(OnePermission());
  return permissions;
}

Event Events::RoleEvent() {
  const std::string& role = dice.Pick(TheUniverse().roles);
  if (dice.Chance(calm_ ? 0.2 : 0.35)) return Make(RoleRetired{role});
  return Make(RoleDefined{.role = role, .permissions = dice.Chance(0.05) ? std::vector<Permission>{} : Permissions()});
}

const std::string& Events::Principal() {
  const Universe& u = TheUniverse();
  if (dice.Chance(everyone_)) return u.everyone.back();
  return dice.Chance(0.7) ? dice.Pick(u.identities) : dice.Pick(u.groups);
}

std::string Events::RequestId() { return "q" + std::to_string(dice.Between(1, 2)); }
std::string Events::GrantId() { return "g-" + std::to_string(dice.Between(1, 3)); }

std::string Events::Scope() {
  if (dice.Chance(0.75)) return "*";
  return dice.Chance(0.2) ? dice.Pick(TheUniverse().service_accounts) : Pattern();
}

Event Events::IssueOf(const std::string& grant, const std::string& principal) {
  GrantIssued d{.grant = grant, .principal = principal, .scope = Scope()};
  if (dice.Chance(0.65)) {
    d.role = dice.Pick(TheUniverse().roles);
  } else {
    d.permissions = Permissions();
  }
  d.not_before = MaybeTime(0.12), d.expires_at = MaybeTime(0.25);
  if (dice.Chance(conditions_)) d.condition = "ticket open";
  if (dice.Chance(delegation_)) {
    d.kind = "delegated", d.delegator = dice.Pick(TheUniverse().users);
  } else if (dice.Chance(temporary_)) {
    d.kind = dice.Chance(0.5) ? "jit" : "break_glass";
  }
  if (dice.Chance(0.25)) d.request = RequestId();
  return By(principal, Make(std::move(d)));
}

// Now and then by whom it is for.
Event Events::By(const std::string& whom, Event event) {
  if (dice.Chance(self_)) event.authid = whom;
  return event;
}

Event Events::GrantEvent() {
  const std::string& principal = Principal();
  int kind = dice.Between(0, 99);
  if (kind < 68) return IssueOf(GrantId(), principal);
  if (kind < 76) return Make(GrantRevoked{.principal = principal, .grant = GrantId()});
  if (kind < 91) {
    GrantRevoked d{.principal = principal, .role = dice.Pick(TheUniverse().roles)};
    if (dice.Chance(0.4)) d.scope = Scope();
    return Make(std::move(d));
  }
  if (kind < 94)
    return Make(GrantRequested{.request = RequestId(), .principal = principal, .role = dice.Pick(TheUniverse().roles)});
  if (kind < 97) return Approval();
  return Make(GrantDenied{.principal = principal, .request = RequestId(), .approver = dice.Pick(TheUniverse().users)});
}

Event Events::MembershipEvent() {
  const Universe& u = TheUniverse();
  const std::string& member = dice.Chance(everyone_ / 2) ? u.everyone.back()
                              : dice.Chance(0.7)         ? dice.Pick(u.identities)
                                                         : dice.Pick(u.groups);
  const std::string& group = dice.Pick(u.groups);
  if (dice.Chance(0.25)) return Make(MembershipRemoved{.member = member, .group = group});
  return By(member, Make(MembershipAdded{member, group, MaybeTime(0.12), MaybeTime(0.25)}));
}

Event Events::Resolution(const EventName& perhaps_replaced_by) {
  DeadLetterResolved d{.resolution = Resolution::kVoid, .reason = "looked at"};
  if (dice.Chance(0.4)) {
    d.resolution = Resolution::kReplaced, d.replaced_by = perhaps_replaced_by;
    if (dice.Chance(0.3)) d.replaced_by->id = "not-yet";
  }
  return Make(std::move(d));
}

Event Events::Retraction(const EventName& target, std::string key) {
  return Make(EventRetracted{target, std::move(key), "never happened"});
}

Broken Events::Break(Event event) {
  Broken b;
  b.unreadable = {event.Type(), event.time, reference::KeyOf(event), false};
  auto without = [](std::string text, const std::string& part) { return text.erase(text.find(part), part.size()); };
  const std::string time = "\"time\":\"" + reference::TimeText(event.time) + "\"";
  switch (dice.Between(0, 6)) {
    case 0:
      b = {"{\"specversion\":\"1.0\",", "garbage", {}};
      break;
    case 1:
    case 2: {  // a mistyped field
      event.data_json = reference::DataJson(event.payload);
      event.data_json.insert(1, "\"a_mistyped_field\":1,");
      b.bytes = reference::EventJson(event), b.how = "unknown_field";
      break;
    }
    case 3:
      b.bytes = without(reference::EventJson(event), "," + time), b.how = "no_time";
      b.unreadable.time = std::nullopt;
      break;
    case 4:
      b.bytes = without(reference::EventJson(event), "");
      b.bytes.replace(b.bytes.find(time), time.size(), time.substr(0, time.size() - 2) + "\"");
      b.how = "no_zone", b.unreadable.time = std::nullopt;
      break;
    case 5: {
      std::string type(reference::TypeNameOf(event.Type()));
      b.bytes = reference::EventJson(event);
      b.bytes.replace(b.bytes.find("\"" + type + "\""), type.size() + 2, "\"tenure.grant.extended.v1\"");
      b.how = "unknown_type", b.unreadable.type = std::nullopt, b.unreadable.key.clear();
      break;
    }
    default: {
      b.bytes = reference::EventJson(event);
      b.bytes.insert(1, "\"supersedes\":\"not a list\",");
      b.how = "bad_supersedes", b.unreadable.carries_supersedes = true;
      break;
    }
  }
  return b;
}

}  // namespace tenure::property
