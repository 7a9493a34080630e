#include "event/field_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "event/canonical.h"
#include "event/clock.h"
#include "event/codec.h"
#include "event/nearest_name.h"
#include "event/quoted.h"
#include "event/reference.h"

namespace tenure::event {
namespace {

using simdjson::dom::element;

}  // namespace

FieldReader::FieldReader(simdjson::dom::object object) {
  for (const auto member : object) {
    for (const auto& m : members_)
      if (m.key == member.key) Refuse("event_field_twice", Quoted(member.key) + " stands twice in one object", "send it once");
    members_.push_back({member.key, member.value, false});
    if (members_.size() > 256) Refuse("event_fields_too_many", "an object of more than 256 members", "send fewer x_ fields");
    if (problem_) return;
  }
}

void FieldReader::Refuse(std::string code, std::string reason, std::string hint) {
  if (!problem_) problem_ = Error{std::move(code), std::move(reason), std::move(hint), Blame::kInput};
}

void FieldReader::Type(const char* name, const char* wanted) {
  Refuse("event_field_type", fmt::format("\"{}\" is not {}", name, wanted), fmt::format("send {}", wanted));
}

void FieldReader::Fault(const char* name, CanonicalFault fault) {
  if (fault == CanonicalFault::kTooDeep)
    Refuse("event_json_too_deep", fmt::format("\"{}\" nests deeper than {}", name, kJsonDepthMax), "flatten it");
  else Refuse("event_field_twice", fmt::format("an object in \"{}\" names a member twice", name), "send it once");
}

bool FieldReader::Has(const char* name) const {
  const std::string_view wanted = name;
  return std::any_of(members_.begin(), members_.end(), [&](const Member& m) { return m.key == wanted; });
}

const element* FieldReader::Take(const char* name) {
  known_.push_back(name);
  const std::string_view wanted = name;
  for (auto& m : members_) {
    if (m.key != wanted) continue;
    m.taken = true;
    return &m.value;
  }
  return nullptr;
}

const element* FieldReader::TakeSet(const char* name, bool required) {
  const element* value = Take(name);
  if (value == nullptr) {
    if (required)
      Refuse("event_field_missing", fmt::format("\"{}\" is required and missing", name), fmt::format("send \"{}\"", name));
    return nullptr;
  }
  if (value->is_null()) {
    Refuse("event_field_null", fmt::format("\"{}\" is null", name), "leave it out instead");
    return nullptr;
  }
  return value;
}

void FieldReader::CheckText(const char* name, const std::string& text, Kind kind) {
  const auto wrong = [&](const char* code, const char* what, const char* hint) {
    Refuse(code, fmt::format("\"{}\": {} {}", name, Quoted(text), what), hint);
  };
  if (kind == kPattern && text.size() > kPatternBytesMax)
    return wrong("event_pattern_too_long", "is a pattern of more than 2048 bytes", "shorten it");
  if (kind == kDecision && text != "keep" && text != "revoke" && text != "change")
    return wrong("event_field_enum", "is no decision", "send keep, revoke or change");
  if (kind == kGrantKind && text != "standing" && text != "jit" && text != "break_glass" && text != "delegated")
    return wrong("event_field_enum", "is no kind of grant", "send standing, jit, break_glass or delegated");
  if (kind == kText || kind == kPattern || kind == kDecision || kind == kGrantKind) return;
  const Status checked = kind == kRoleRef || kind == kAnyRef ? CheckReference(text) : CheckIdentity(text);
  if (!checked)
    return Refuse("event_" + checked.error().code, fmt::format("\"{}\": {}", name, checked.error().reason), checked.error().hint);
  if (kind == kRoleRef && TypeOf(text) != "role")
    return wrong("event_reference_not_role", "is not a role", "send a reference role:id");
  if (kind == kGroupRef && !IsGroup(text))
    return wrong("event_reference_not_group", "is not a group", "send a reference group:id");
  if (kind == kIdentityRef && text == kEveryone)
    return wrong("event_reference_everyone", "stands only for a principal or a member", "name one identity");
}

bool FieldReader::Text(const char* name, element value, std::string& to, Kind kind) {
  std::string_view text;
  if (value.get_string().get(text)) return Type(name, "a string"), false;
  if (text.empty())
    return Refuse("event_field_empty", fmt::format("\"{}\" is empty", name), "leave it out, or say what it is"), false;
  to.assign(text);
  CheckText(name, to, kind);
  return true;
}

bool FieldReader::Moment(const char* name, element value, EffectiveTime& to) {
  std::string_view text;
  if (value.get_string().get(text)) return Type(name, "a string with an RFC 3339 time"), false;
  const auto time = ParseRfc3339(text);
  if (!time) return Refuse(time.error().code, fmt::format("\"{}\": {}", name, time.error().reason), time.error().hint), false;
  to = *time;
  return true;
}

void FieldReader::Str(const char* name, std::string& to, bool required, Kind kind) {
  if (const auto* v = TakeSet(name, required)) Text(name, *v, to, kind);
}
void FieldReader::OptStr(const char* name, std::optional<std::string>& to) {
  std::string text;
  if (const auto* v = TakeSet(name, false))
    if (Text(name, *v, text, kPattern)) to = std::move(text);
}
void FieldReader::NullStr(const char* name, Settable<std::string>& to) {
  const auto* v = Take(name);
  if (v == nullptr)
    return Refuse("event_field_missing", fmt::format("\"{}\" is required and missing", name),
                  "send a reference, or null for nobody");
  to.present = true;
  std::string text;
  if (!v->is_null() && Text(name, *v, text, kIdentityRef)) to.value = std::move(text);
}
void FieldReader::SetStr(const char* name, Settable<std::string>& to) {
  const auto* v = Take(name);
  if (v == nullptr) return;
  to.present = true;
  std::string text;
  if (!v->is_null() && Text(name, *v, text, kText)) to.value = std::move(text);
}
void FieldReader::SetTime(const char* name, Settable<EffectiveTime>& to) {
  const auto* v = Take(name);
  if (v == nullptr) return;
  to.present = true;
  EffectiveTime time;
  if (!v->is_null() && Moment(name, *v, time)) to.value = time;
}
void FieldReader::Time(const char* name, OptionalTime& to) {
  EffectiveTime time;
  if (const auto* v = TakeSet(name, false))
    if (Moment(name, *v, time)) to = time;
}
void FieldReader::MustTime(const char* name, EffectiveTime& to) {
  if (const auto* v = TakeSet(name, true)) Moment(name, *v, to);
}
void FieldReader::Bool(const char* name, bool& to) {
  if (const auto* v = TakeSet(name, false))
    if (v->get_bool().get(to)) Type(name, "true or false");
}
void FieldReader::OptBool(const char* name, std::optional<bool>& to) {
  bool value = false;
  if (!Has(name)) return Bool(name, value);
  Bool(name, value);
  to = value;
}
void FieldReader::Int(const char* name, std::int64_t& to) {
  if (const auto* v = TakeSet(name, false))
    if (v->get_int64().get(to) || to < 1) Type(name, "a whole number of at least 1");
}
void FieldReader::Json(const char* name, std::string& to, bool null_clears) {
  const auto* v = TakeSet(name, false);
  if (v == nullptr) return;
  if (!v->is_object()) return Type(name, "an object");
  if (const auto fault = AppendCanonical(to, *v); fault != CanonicalFault::kNone) return Fault(name, fault);
  if (null_clears) return;
  const simdjson::dom::object object = v->get_object().value_unsafe();
  for (const auto member : object)
    if (member.value.is_null())
      Refuse("event_field_null", fmt::format("\"{}.{}\" is null", name, member.key), "leave it out instead");
}
void FieldReader::Strs(const char* name, std::vector<std::string>& to, Kind kind) {
  const auto* v = TakeSet(name, false);
  if (v == nullptr) return;
  simdjson::dom::array items;
  if (v->get_array().get(items)) return Type(name, "an array of strings");
  for (const auto item : items) {
    std::string text;
    if (!Text(name, item, text, kind)) return;
    to.push_back(std::move(text));
  }
}
void FieldReader::UseOutcome(const char* name, Outcome& to) {
  std::string text;
  Str(name, text, true);
  to = text == "allowed" ? Outcome::kAllowed : Outcome::kDenied;
  if (!text.empty() && text != "allowed" && text != "denied")
    Refuse("event_field_enum", fmt::format("\"{}\": {} is no outcome", name, Quoted(text)), "send allowed or denied");
}
void FieldReader::Name(const char* name, EventName& to) {
  const auto* v = TakeSet(name, true);
  if (v == nullptr) return;
  simdjson::dom::object object;
  if (v->get_object().get(object)) return Type(name, "an object {source, id}");
  FieldReader inner(object);
  inner.Str("source", to.source, true);
  inner.Str("id", to.id, true);
  if (auto done = inner.Done(); !done)
    Refuse(done.error().code, fmt::format("in \"{}\": {}", name, done.error().reason), done.error().hint);
}
void FieldReader::Scope(const char* name, ReviewScope& to) {
  const auto* v = TakeSet(name, true);
  if (v == nullptr) return;
  simdjson::dom::object object;
  if (v->get_object().get(object)) return Type(name, "an object");
  FieldReader inner(object);
  Fields(inner, to);
  if (auto done = inner.Done(); !done)
    Refuse(done.error().code, fmt::format("in \"{}\": {}", name, done.error().reason), done.error().hint);
}

void FieldReader::DeadLetter(DeadLetterResolved& to) {
  std::string topic, resolution;
  std::int64_t partition = -1, offset = -1;
  Str("topic", topic, true);
  const auto number = [&](const char* name, std::int64_t& n) {
    if (const auto* v = TakeSet(name, true))
      if (v->get_int64().get(n) || n < 0) Type(name, "a whole number of at least 0");
  };
  number("partition", partition), number("offset", offset);
  if (partition > INT32_MAX) Type("partition", "a partition number");
  int plane = 0;
  while (plane < kPlaneTopics && TopicName(static_cast<Topic>(plane)) != topic) ++plane;
  if (plane == kPlaneTopics)
    Refuse("event_field_enum", fmt::format("\"topic\": {} is no topic of a plane", Quoted(topic)),
           "send tenure.identity, tenure.access, tenure.governance or tenure.usage");
  else to.position = {static_cast<Topic>(plane), static_cast<std::int32_t>(partition), offset};
  Str("resolution", resolution, true);
  const bool replaced = resolution == "replaced";
  to.resolution = replaced ? Resolution::kReplaced : Resolution::kVoid;
  if (!resolution.empty() && !replaced && resolution != "void")
    Refuse("event_field_enum", fmt::format("\"resolution\": {} is no resolution", Quoted(resolution)), "send void or replaced");
  const bool named = Has("replaced_by");
  if (named || replaced) Name("replaced_by", to.replaced_by.emplace());
  else known_.push_back("replaced_by");
  if (named && !replaced)
    Refuse("event_field_contradiction", "\"replaced_by\" without resolution replaced",
           "send resolution replaced, or leave it out");
}

void FieldReader::Patterns(const char* plain, const char* negated, bool& is_negated, std::vector<std::string>& to) {
  const bool has_plain = Has(plain), has_negated = Has(negated);
  if (has_plain == has_negated) {
    known_.push_back(plain), known_.push_back(negated);
    return Refuse("event_permission_lists", fmt::format("a permission needs exactly one of \"{}\" and \"{}\"", plain, negated),
                  "send one of the two");
  }
  is_negated = has_negated;
  known_.push_back(has_negated ? plain : negated);
  Strs(has_negated ? negated : plain, to, kPattern);
  if (to.empty())
    Refuse("event_permission_lists", fmt::format("\"{}\" is empty", has_negated ? negated : plain), "name at least one pattern");
}

Permission FieldReader::OnePermission() {
  Permission p;
  std::string effect, covers;
  Str("effect", effect, true);
  p.effect = effect == "deny" ? Effect::kDeny : Effect::kAllow;
  if (!effect.empty() && effect != "allow" && effect != "deny")
    Refuse("event_field_enum", fmt::format("\"effect\": {} is no effect", Quoted(effect)), "send allow or deny");
  Patterns("actions", "not_actions", p.not_actions, p.actions);
  Patterns("resources", "not_resources", p.not_resources, p.resources);
  Str("covers", covers);
  p.covers = covers == "literal" ? Covers::kLiteral : Covers::kSubtree;
  if (!covers.empty() && covers != "subtree" && covers != "literal")
    Refuse("event_field_enum", fmt::format("\"covers\": {} is unknown", Quoted(covers)), "send subtree or literal");
  Str("condition", p.condition);
  return p;
}

void FieldReader::Permissions(const char* name, std::vector<Permission>& to, bool required) {
  const auto* v = TakeSet(name, required);
  if (v == nullptr) return;
  simdjson::dom::array items;
  if (v->get_array().get(items)) return Type(name, "an array of permissions");
  for (const auto item : items) {
    simdjson::dom::object object;
    if (item.get_object().get(object)) return Type(name, "an array of objects");
    if (to.size() == kPermissionsMax)
      return Refuse("event_permissions_too_many", fmt::format("\"{}\" has more than {} entries", name, kPermissionsMax),
                    "split the role");
    FieldReader inner(object);
    to.push_back(inner.OnePermission());
    if (auto done = inner.Done(); !done)
      return Refuse(done.error().code, fmt::format("in \"{}[{}]\": {}", name, to.size() - 1, done.error().reason),
                    done.error().hint);
  }
}

Status FieldReader::Done() {
  for (const auto& m : members_) {
    if (problem_ || m.taken || m.key.substr(0, 2) == "x_") continue;
    const std::string near = NearestName(m.key, {known_.begin(), known_.end()});
    Refuse("event_field_unknown", Quoted(m.key) + " is not a field here",
           near.empty() ? "a field of your own begins with x_"
                        : fmt::format("did you mean \"{}\"? A field of your own begins with x_", near));
  }
  if (problem_) return tl::unexpected(*problem_);
  return {};
}

}  // namespace tenure::event
