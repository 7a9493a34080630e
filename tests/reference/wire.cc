#include "reference/wire.h"

#include <cstdio>
#include <map>

namespace tenure::reference {
namespace {

constexpr std::string_view kTypeNames[] = {
    "identity.registered",  "identity.proofed",       "identity.updated", "identity.owner_changed", "identity.suspended",
    "identity.reactivated", "identity.retired",       "identity.linked",  "credential.issued",      "credential.rotated",
    "credential.revoked",   "credential.compromised", "role.defined",     "role.retired",           "grant.requested",
    "grant.approved",       "grant.denied",           "grant.issued",     "grant.revoked",          "membership.added",
    "membership.removed",   "review.opened",          "review.decided",   "review.closed",          "exception.granted",
    "exception.revoked",    "dead_letter.resolved",   "access.used",      "event.retracted"};

// A JSON object in the making; what is absent is left out.
class Object {
 public:
  Object& Raw(const std::string& name, const std::string& json) {
    members_[name] = json;
    return *this;
  }
  Object& Text(const std::string& name, const std::string& text) { return text.empty() ? *this : Raw(name, JsonString(text)); }
  Object& Flag(const std::string& name, bool value) { return value ? Raw(name, "true") : *this; }
  Object& Time(const std::string& name, const OptionalTime& time) { return time ? Text(name, TimeText(*time)) : *this; }
  Object& Json(const std::string& name, const std::string& json) { return json.empty() ? *this : Raw(name, json); }
  Object& List(const std::string& name, const std::vector<std::string>& texts) {
    return texts.empty() ? *this : Texts(name, texts);
  }
  Object& Texts(const std::string& name, const std::vector<std::string>& texts) {
    std::string list;
    for (const auto& text : texts) list += (list.empty() ? "" : ",") + JsonString(text);
    return Raw(name, "[" + list + "]");
  }
  template <class T>
  Object& Field(const std::string& name, const Settable<T>& field) {
    if (!field.present) return *this;
    if (!field.value) return Raw(name, "null");
    if constexpr (std::is_same_v<T, EffectiveTime>) {
      return Time(name, field.value);
    } else {
      return Text(name, *field.value);
    }
  }
  std::string Done() const {
    std::string all;
    for (const auto& [name, json] : members_) all += (all.empty() ? "" : ",") + JsonString(name) + ":" + json;
    return "{" + all + "}";
  }

 private:
  std::map<std::string, std::string> members_;
};

std::string NameJson(const EventName& name) { return Object().Text("source", name.source).Text("id", name.id).Done(); }

std::string PermissionsJson(const std::vector<Permission>& permissions) {
  std::string list;
  for (const Permission& p : permissions) {
    Object o;
    o.Text("effect", p.effect == Effect::kAllow ? "allow" : "deny");
    o.Texts(p.not_actions ? "not_actions" : "actions", p.actions);
    o.Texts(p.not_resources ? "not_resources" : "resources", p.resources);
    if (p.covers == Covers::kLiteral) o.Text("covers", "literal");
    list += (list.empty() ? "" : ",") + o.Text("condition", p.condition).Done();
  }
  return "[" + list + "]";
}

struct Data {
  Object& o;

  void operator()(const IdentityRegistered& d) const {
    o.Text("identity", d.identity).Flag("observed", d.observed).Text("owner", d.owner).Text("environment", d.environment);
    o.Text("source_system", d.source_system).Text("display_name", d.display_name).Time("expires_at", d.expires_at);
    if (d.pending) o.Raw("pending", *d.pending ? "true" : "false");
    o.Json("attributes", d.attributes);
  }
  void operator()(const IdentityProofed& d) const {
    o.Text("identity", d.identity).Text("method", d.method).Text("level", d.level);
  }
  void operator()(const IdentityUpdated& d) const {
    o.Text("identity", d.identity).Json("attributes", d.attributes).Field("environment", d.environment);
    o.Field("display_name", d.display_name).Field("expires_at", d.expires_at);
  }
  void operator()(const IdentityOwnerChanged& d) const {
    o.Text("identity", d.identity).Raw("owner", d.owner.value ? JsonString(*d.owner.value) : "null");
  }
  void operator()(const IdentitySuspended& d) const { o.Text("identity", d.identity).Text("reason", d.reason); }
  void operator()(const IdentityReactivated& d) const { o.Text("identity", d.identity).Text("reason", d.reason); }
  void operator()(const IdentityRetired& d) const {
    o.Text("identity", d.identity).Text("reason", d.reason).Flag("ends_all", d.ends_all);
  }
  void operator()(const IdentityLinked& d) const { o.Text("identity", d.identity).Text("same_as", d.same_as); }
  void operator()(const CredentialIssued& d) const {
    o.Text("identity", d.identity).Text("credential", d.credential).Text("kind", d.kind).Text("fingerprint", d.fingerprint);
    o.Time("not_before", d.not_before).Time("expires_at", d.expires_at);
  }
  void operator()(const CredentialRotated& d) const {
    o.Text("identity", d.identity).Text("credential", d.credential).Text("replaced_by", d.replaced_by);
    o.Text("fingerprint", d.fingerprint).Time("expires_at", d.expires_at);
  }
  void operator()(const CredentialRevoked& d) const {
    o.Text("identity", d.identity).Text("credential", d.credential).Text("reason", d.reason);
  }
  void operator()(const CredentialCompromised& d) const {
    o.Text("identity", d.identity).Text("credential", d.credential).Text("reason", d.reason);
  }
  void operator()(const RoleDefined& d) const {
    o.Text("role", d.role).Raw("permissions", PermissionsJson(d.permissions)).Text("description", d.description);
  }
  void operator()(const RoleRetired& d) const { o.Text("role", d.role); }
  void operator()(const GrantRequested& d) const {
    o.Text("request", d.request).Text("principal", d.principal);
    Given(d.role, d.permissions).Text("scope", d.scope).Text("kind", d.kind).Text("justification", d.justification);
    o.Time("not_before", d.not_before).Time("expires_at", d.expires_at);
  }
  void operator()(const GrantApproved& d) const { Decided(d); }
  void operator()(const GrantDenied& d) const { Decided(d); }
  void operator()(const GrantIssued& d) const {
    o.Text("grant", d.grant).Text("principal", d.principal);
    Given(d.role, d.permissions).Text("scope", d.scope == "*" ? "" : d.scope).Text("kind", d.kind == "standing" ? "" : d.kind);
    o.Time("not_before", d.not_before).Time("expires_at", d.expires_at).Text("condition", d.condition);
    o.Text("justification", d.justification).Text("request", d.request).Text("delegator", d.delegator);
  }
  void operator()(const GrantRevoked& d) const {
    o.Text("principal", d.principal).Text("grant", d.grant).Text("role", d.role).Text("scope", d.scope.value_or(""));
    o.Text("reason", d.reason);
  }
  void operator()(const MembershipAdded& d) const {
    o.Text("member", d.member).Text("group", d.group).Time("not_before", d.not_before).Time("expires_at", d.expires_at);
  }
  void operator()(const MembershipRemoved& d) const {
    o.Text("member", d.member).Text("group", d.group).Text("reason", d.reason);
  }
  void operator()(const ReviewOpened& d) const {
    Object scope;
    scope.Text("role", d.scope.role).Text("resource", d.scope.resource).Text("owner", d.scope.owner);
    o.Text("review", d.review).Raw("scope", scope.List("identities", d.scope.identities).Done()).Time("as_of", d.as_of);
    o.Time("due_at", d.due_at).Text("reviewer", d.reviewer);
  }
  void operator()(const ReviewDecided& d) const {
    o.Text("review", d.review).Text("principal", d.principal).Text("grant", d.grant).Text("group", d.group);
    o.Text("credential", d.credential).Text("decision", d.decision).Text("reviewer", d.reviewer).Text("reason", d.reason);
  }
  void operator()(const ReviewClosed& d) const { o.Text("review", d.review); }
  void operator()(const ExceptionGranted& d) const {
    o.Text("exception", d.exception).Text("subject", d.subject).Text("rule", d.rule).Time("expires_at", d.expires_at);
    o.Text("approver", d.approver).Text("reason", d.reason);
  }
  void operator()(const ExceptionRevoked& d) const { o.Text("exception", d.exception).Text("subject", d.subject); }
  void operator()(const DeadLetterResolved& d) const {
    o.Text("topic", std::string(TopicName(d.position.topic))).Raw("partition", std::to_string(d.position.partition));
    o.Raw("offset", std::to_string(d.position.offset))
        .Text("resolution", d.resolution == Resolution::kReplaced ? "replaced" : "void");
    if (d.replaced_by) o.Raw("replaced_by", NameJson(*d.replaced_by));
    o.Text("reason", d.reason);
  }
  void operator()(const AccessUsed& d) const {
    o.Text("identity", d.identity).Text("action", d.action).Text("resource", d.resource);
    o.Text("outcome", d.outcome == Outcome::kAllowed ? "allowed" : "denied")
        .Text("credential", d.credential)
        .Text("network", d.network);
    o.List("via", d.via);
    if (d.count != 1) o.Raw("count", std::to_string(d.count));
  }
  void operator()(const EventRetracted& d) const {
    o.Raw("target", NameJson(d.target)).Text("key", d.key).Text("reason", d.reason);
  }

 private:
  Object& Given(const std::string& role, const std::vector<Permission>& permissions) const {
    return role.empty() ? o.Raw("permissions", PermissionsJson(permissions)) : o.Text("role", role);
  }
  template <class D>
  void Decided(const D& d) const {
    o.Text("principal", d.principal).Text("request", d.request).Text("grant", d.grant);
    o.Text("approver", d.approver).Text("reason", d.reason);
  }
};

// type, subject, time, data and the extensions, without the name.
Object Content(const Event& event) {
  Object o;
  o.Text("type", std::string(TypeNameOf(event.Type()))).Time("time", event.time);
  o.Raw("data", event.data_json.empty() ? DataJson(event.payload) : event.data_json);
  if (event.subject) o.Text("subject", *event.subject);
  o.Text("authtype", event.authtype).Text("authid", event.authid).Text("controlowner", event.controlowner);
  o.Text("correlationid", event.correlationid).Text("causationid", event.causationid);
  if (!event.supersedes.empty()) {
    std::string list;
    for (const EventName& name : event.supersedes) list += (list.empty() ? "" : ",") + NameJson(name);
    o.Text("supersedes", "[" + list + "]");
  }
  return o;
}

}  // namespace

std::string_view TypeNameOf(EventType type) {
  static const auto names = [] {
    std::vector<std::string> all;
    for (auto name : kTypeNames) all.push_back("tenure." + std::string(name) + ".v1");
    return all;
  }();
  return names[static_cast<std::size_t>(type)];
}

std::string DataJson(const Payload& payload) {
  Object o;
  std::visit(Data{o}, payload);
  return o.Done();
}

std::string EventJson(const Event& event) {
  Object o = Content(event);
  o.Text("specversion", "1.0").Text("source", event.name.source).Text("id", event.name.id);
  return o.Text("recordedtime", event.recordedtime).Text("datacontenttype", "application/json").Done();
}

Hash256 PlainContentHash(const Event& event) {
  std::string content = Content(event).Done();
  Hash256 hash{};
  for (std::size_t word = 0; word < 4; ++word) {  // FNV-1a, four times from different beginnings
    std::uint64_t h = 14695981039346656037ULL + word * 0x9e3779b97f4a7c15ULL;
    for (unsigned char c : content) h = (h ^ c) * 1099511628211ULL;
    for (std::size_t i = 0; i < 8; ++i) hash[word * 8 + i] = static_cast<std::uint8_t>(h >> (8 * i));
  }
  return hash;
}

std::string TimeText(EffectiveTime time) {
  std::int64_t day = time.us / 86'400'000'000, us = time.us % 86'400'000'000;
  if (us < 0) us += 86'400'000'000, --day;
  // Days to year, month, day of the Gregorian calendar, counted from 0000-03-01.
  std::int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
  std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  std::int64_t mp = (5 * doy + 2) / 153, d = doy - (153 * mp + 2) / 5 + 1, m = mp < 10 ? mp + 3 : mp - 9;
  std::int64_t y = yoe + era * 400 + (m <= 2), s = us / 1'000'000, fraction = us % 1'000'000;
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", static_cast<int>(y), static_cast<int>(m), static_cast<int>(d),
                static_cast<int>(s / 3600), static_cast<int>(s / 60 % 60), static_cast<int>(s % 60));
  std::string result = text;
  if (fraction != 0) {
    bool milli = fraction % 1000 == 0;
    std::snprintf(text, sizeof text, milli ? ".%03d" : ".%06d", static_cast<int>(milli ? fraction / 1000 : fraction));
    result += text;
  }
  return result + "Z";
}

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  for (char c : text) {
    char escaped[8];
    if (c == '"' || c == '\\') {
      json += '\\', json += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::snprintf(escaped, sizeof escaped, "\\u%04x", c);
      json += escaped;
    } else {
      json += c;
    }
  }
  return json + "\"";
}

// Splits at the commas and colons of the outermost level; member names are taken as they are written, without escapes.
std::map<std::string, std::string> MembersOfObject(std::string_view object) {
  std::map<std::string, std::string> members;
  std::string part, name;
  int depth = 0;
  bool in_string = false;
  auto trimmed = [](const std::string& s) {
    auto b = s.find_first_not_of(" \t\r\n"), e = s.find_last_not_of(" \t\r\n");
    return b == std::string::npos ? std::string() : s.substr(b, e - b + 1);
  };
  for (std::size_t i = 0; i < object.size(); ++i) {
    char c = object[i];
    if (in_string) {
      part += c;
      if (c == '\\') part += object[++i];
      in_string = c != '"';
      continue;
    }
    if (c == '}' || c == ']') --depth;
    bool ends = (depth == 1 && c == ',') || (depth == 0 && c == '}');
    if (ends && !name.empty()) members[name.substr(1, name.size() - 2)] = trimmed(part);
    if (ends) {
      part.clear(), name.clear();
    } else if (depth == 1 && c == ':') {
      name = trimmed(part), part.clear();
    } else if (!(depth == 0 && c == '{')) {
      part += c;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '"') in_string = true;
  }
  return members;
}

std::string MergedJson(const std::string& target, const std::string& patch) {
  if (!patch.starts_with("{")) return patch;
  auto members = target.starts_with("{") ? MembersOfObject(target) : std::map<std::string, std::string>();
  for (const auto& [name, value] : MembersOfObject(patch))
    if (value == "null") members.erase(name);
    else members[name] = MergedJson(members.contains(name) ? members[name] : "", value);
  std::string merged;
  for (const auto& [name, value] : members) merged += (merged.empty() ? "\"" : ",\"") + name + "\":" + value;
  return "{" + merged + "}";
}

}  // namespace tenure::reference
