#include "event/codec.h"

#include <fmt/format.h>

#include "event/canonical.h"
#include "event/clock.h"
#include "event/field_reader.h"
#include "event/field_writer.h"
#include "event/nearest_name.h"
#include "event/reference.h"
#include "event/types.h"

namespace tenure::event {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// Attributes of the envelope that are content, in the order of RFC 8785. `data`, `time` and `type` are placed by hand.
constexpr std::string_view kHashedFirst[] = {"authid", "authtype", "causationid", "controlowner", "correlationid"};

struct Envelope {
  std::string_view specversion, source, id, type, time, subject;
  std::string_view authtype, authid, controlowner, correlationid, causationid, recordedtime, supersedes, contenttype;
  bool has_subject = false, has_supersedes = false;
  std::optional<object> data;
};

tl::unexpected<Error> Refused(const char* code, std::string reason, std::string hint) { return Fail(code, std::move(reason), std::move(hint)); }
std::string Quoted(std::string_view text) { return fmt::format("\"{}\"{}", text.substr(0, 80), text.size() > 80 ? "..." : ""); }

std::string_view* SlotOf(Envelope& e, std::string_view key) {
  if (key == "specversion") return &e.specversion;
  if (key == "source") return &e.source;
  if (key == "id") return &e.id;
  if (key == "type") return &e.type;
  if (key == "time") return &e.time;
  if (key == "subject") return e.has_subject = true, &e.subject;
  if (key == "authtype") return &e.authtype;
  if (key == "authid") return &e.authid;
  if (key == "controlowner") return &e.controlowner;
  if (key == "correlationid") return &e.correlationid;
  if (key == "causationid") return &e.causationid;
  if (key == "recordedtime") return &e.recordedtime;
  if (key == "supersedes") return e.has_supersedes = true, &e.supersedes;
  if (key == "datacontenttype") return &e.contenttype;
  return nullptr;
}

bool IsAttributeName(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

Status ReadMember(Envelope& e, std::string_view key, element value) {
  if (key == "data") {
    object data;
    if (value.get_object().get(data)) return Refused("event_data_not_object", "\"data\" is not an object", "send the fields of the type as a JSON object");
    e.data = data;
    return {};
  }
  if (key == "data_base64") return Refused("event_data_base64", "\"data_base64\" instead of \"data\"", "send \"data\" as a JSON object");
  std::string_view* slot = SlotOf(e, key);
  if (slot == nullptr) {
    if (key == "dataschema" || IsAttributeName(key)) return {};
    return Refused("event_attribute_unknown", Quoted(key) + " is no CloudEvents attribute", "attributes are lower-case letters and digits; fields of your own go into data as x_...");
  }
  if (value.get_string().get(*slot)) return Refused("event_attribute_type", Quoted(key) + " is not a string", "send a string");
  if (slot->empty()) return Refused("event_attribute_empty", Quoted(key) + " is empty", "leave it out, or say what it is");
  return {};
}

Result<Envelope> ReadEnvelope(object root) {
  Envelope e;
  std::vector<std::string_view> seen;
  for (const auto member : root) {
    if (std::find(seen.begin(), seen.end(), member.key) != seen.end())
      return Refused("event_attribute_twice", Quoted(member.key) + " stands twice", "send it once");
    if (seen.size() == 128) return Refused("event_attributes_too_many", "more than 128 attributes", "send fewer extension attributes");
    seen.push_back(member.key);
    if (auto s = ReadMember(e, member.key, member.value); !s) return tl::unexpected(s.error());
  }
  return e;
}

Status CheckEnvelope(const Envelope& e) {
  const std::pair<const char*, std::string_view> required[] = {
      {"specversion", e.specversion}, {"source", e.source}, {"id", e.id}, {"type", e.type}, {"time", e.time}};
  for (const auto& [name, value] : required)
    if (value.empty()) return Refused("event_attribute_missing", fmt::format("\"{}\" is required and missing", name), fmt::format("send \"{}\"", name));
  if (e.specversion != "1.0") return Refused("event_specversion", Quoted(e.specversion) + " is not the version of CloudEvents spoken here", "send \"specversion\":\"1.0\"");
  for (const auto& [name, value] : required)
    if (value.size() > kReferenceBytesMax) return Refused("event_attribute_too_long", fmt::format("\"{}\" has more than {} bytes", name, kReferenceBytesMax), "shorten it");
  if (!e.contenttype.empty() && e.contenttype.find("json") == std::string_view::npos)
    return Refused("event_content_type", Quoted(e.contenttype) + " is not JSON", "send application/json");
  if (!e.data) return Refused("event_data_missing", "\"data\" is required and missing", "send the fields of the type");
  return {};
}

Result<EventType> ReadType(std::string_view name) {
  if (auto type = TypeFromName(name)) return *type;
  std::vector<std::string> texts;
  std::vector<const char*> known;
  for (int i = 0; i < kEventTypes; ++i) texts.emplace_back(TypeName(static_cast<EventType>(i)));
  for (const auto& t : texts) known.push_back(t.c_str());
  const std::string near = NearestName(name, known);
  return Refused("event_type_unknown", Quoted(name) + " is not a type of event",
                 near.empty() ? "`tenure schema` lists the types" : fmt::format("did you mean \"{}\"? `tenure schema` lists the types", near));
}

// Rules that bind several fields of one type.
struct Together {
  FieldReader& r;
  template <class E>
  void operator()(const E&) const {}
  void operator()(const CredentialRotated& e) const {
    if (!e.credential.empty() && e.credential == e.replaced_by)
      r.Refuse("event_rotation_same", "\"replaced_by\" is the credential itself", "name the one that begins");
  }
  void operator()(const GrantRequested&) const { RoleOrPermissions(); }
  void operator()(const GrantApproved& e) const { RequestOrGrant(e.request, e.grant); }
  void operator()(const GrantDenied& e) const { RequestOrGrant(e.request, e.grant); }
  void operator()(const GrantIssued& e) const {
    RoleOrPermissions();
    if (e.kind == "delegated" && e.delegator.empty()) r.Refuse("event_field_missing", "\"delegator\" is required for kind delegated", "name who delegates");
  }
  void operator()(const GrantRevoked& e) const {
    if (e.grant.empty() == e.role.empty()) r.Refuse("event_revoke_grant_or_role", "a revoke names either \"grant\" or \"role\"", "send exactly one of the two");
    if (e.scope && e.role.empty()) r.Refuse("event_field_contradiction", "\"scope\" without \"role\"", "a revoke by grant id needs no scope");
  }
  void operator()(const ReviewDecided& e) const {
    if (int{!e.grant.empty()} + int{!e.group.empty()} + int{!e.credential.empty()} != 1)
      r.Refuse("event_decision_object", "a decision names exactly one of \"grant\", \"group\" and \"credential\"", "send exactly one of the three");
  }

 private:
  void RoleOrPermissions() const {
    if (r.Has("role") == r.Has("permissions")) r.Refuse("event_grant_role_or_permissions", "a grant has either \"role\" or \"permissions\"", "send exactly one of the two");
  }
  void RequestOrGrant(const std::string& request, const std::string& grant) const {
    if (request.empty() && grant.empty()) r.Refuse("event_field_missing", "neither \"request\" nor \"grant\" is there", "say which was decided");
  }
};

Result<Payload> ReadPayload(EventType type, object data) {
  Payload payload = EmptyPayload(type);
  FieldReader reader(data);
  std::visit([&](auto& e) {
    Fields(reader, e);
    Together{reader}(e);
  }, payload);
  if (auto done = reader.Done(); !done) {
    Error e = done.error();
    e.reason += fmt::format(" (data of {})", TypeName(type));
    return tl::unexpected(e);
  }
  return payload;
}

Status ReadSupersedes(const Envelope& envelope, Event& event) {
  if (!envelope.has_supersedes) return {};
  const auto bad = [&](const char* why) {
    return Refused("event_supersedes", Quoted(envelope.supersedes) + " " + why, R"(send a string that holds [{"source":"...","id":"..."}])");
  };
  simdjson::dom::parser parser;
  simdjson::dom::array items;
  const simdjson::padded_string text(envelope.supersedes);
  if (parser.parse(text).get_array().get(items)) return bad("is not a JSON array in a string");
  for (const auto item : items) {
    object o;
    if (item.get_object().get(o)) return bad("holds something that is no {source, id}");
    FieldReader reader(o);
    EventName name;
    reader.Str("source", name.source, true);
    reader.Str("id", name.id, true);
    if (auto done = reader.Done(); !done) return bad("holds something that is no {source, id}");
    if (name == event.name) return bad("names the event itself");
    event.supersedes.push_back(std::move(name));
  }
  if (event.supersedes.empty()) return bad("names nothing");
  if (event.supersedes.size() > 1000) return bad("names more than 1000 events");
  return {};
}

// SHA-256 of the canonical JSON of what the event says; keys in the order of RFC 8785.
Result<Hash256> ContentHash(const Envelope& e, const Event& event) {
  std::string text = "{";
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    AppendJsonString(text, name);
    text.push_back(':');
    AppendJsonString(text, value);
    text.push_back(',');
  };
  const std::string_view first[] = {e.authid, e.authtype, e.causationid, e.controlowner, e.correlationid};
  for (std::size_t i = 0; i < std::size(first); ++i) add(kHashedFirst[i], first[i]);
  text += "\"data\":";
  if (!AppendCanonical(text, *e.data))
    return Refused("event_json_too_deep", "\"data\" nests too deep or holds a number out of range", "flatten it");
  text.push_back(',');
  add("subject", e.subject);
  add("supersedes", e.supersedes);
  add("time", FormatTime(event.time.us));
  add("type", e.type);
  text.back() = '}';
  return Sha256(text);
}

}  // namespace

struct Decoder::Impl {
  simdjson::dom::parser parser{1u << 20};
  std::string padded;

  Result<object> Parse(std::string_view json) {
    padded.assign(json);
    padded.reserve(json.size() + simdjson::SIMDJSON_PADDING);
    object root;
    element value;
    if (const auto error = parser.parse(padded.data(), json.size(), false).get(value); error)
      return Refused("event_not_json", fmt::format("not JSON: {}", simdjson::error_message(error)), "send one whole JSON object in UTF-8");
    if (value.get_object().get(root)) return Refused("event_not_object", "not a JSON object", "send one structured CloudEvent");
    return root;
  }
};

Decoder::Decoder() : impl_(std::make_unique<Impl>()) {}
Decoder::~Decoder() = default;

Result<Event> Decoder::Decode(std::string_view json) {
  if (json.size() > kEventBytesMax)
    return Refused("event_too_large", fmt::format("{} bytes, the limit is {}", json.size(), kEventBytesMax), "split it, or leave out what is not evidence");
  auto root = impl_->Parse(json);
  if (!root) return tl::unexpected(root.error());
  auto envelope = ReadEnvelope(*root);
  if (!envelope) return tl::unexpected(envelope.error());
  if (auto s = CheckEnvelope(*envelope); !s) return tl::unexpected(s.error());
  auto type = ReadType(envelope->type);
  if (!type) return tl::unexpected(type.error());
  auto time = ParseRfc3339(envelope->time);
  if (!time) return tl::unexpected(time.error());
  auto payload = ReadPayload(*type, *envelope->data);
  if (!payload) return tl::unexpected(payload.error());

  Event event;
  event.name = {std::string(envelope->source), std::string(envelope->id)};
  event.time = *time;
  event.payload = std::move(*payload);
  event.authtype = envelope->authtype, event.authid = envelope->authid, event.controlowner = envelope->controlowner;
  event.correlationid = envelope->correlationid, event.causationid = envelope->causationid, event.recordedtime = envelope->recordedtime;
  event.data_json = simdjson::minify(*envelope->data);
  if (auto s = ReadSupersedes(*envelope, event); !s) return tl::unexpected(s.error());
  if (envelope->has_subject) {
    event.subject = std::string(envelope->subject);
    if (const std::string key = KeyOf(event); *event.subject != key)
      return Refused("event_subject_differs", fmt::format("\"subject\" is {}, but data names {}", Quoted(*event.subject), Quoted(key)), "leave it out, or send the key that data names");
  }
  auto hash = ContentHash(*envelope, event);
  if (!hash) return tl::unexpected(hash.error());
  event.content_hash = *hash;
  return event;
}

Decoder::Salvage Decoder::SalvageFrom(std::string_view json) {
  Salvage out;
  if (json.size() > 16 * kEventBytesMax) return out;
  auto root = impl_->Parse(json);
  if (!root) return out;
  const auto text = [&](object from, const char* name) {
    std::string_view s;
    return from.at_key(name).get_string().get(s) ? std::string_view() : s;
  };
  const auto source = text(*root, "source"), id = text(*root, "id");
  if (!source.empty() && !id.empty()) out.name = EventName{std::string(source), std::string(id)};
  out.type = TypeFromName(text(*root, "type"));
  if (auto time = ParseRfc3339(text(*root, "time"))) out.time = *time;
  element ignored;
  out.carries_supersedes = !root->at_key("supersedes").get(ignored);
  object data;
  if (out.type && !root->at_key("data").get_object().get(data)) {
    const auto key = text(data, KeyFieldOf(*out.type));
    if (CheckReference(key)) out.key = key;
  }
  return out;
}

std::string Encode(const Event& event) {
  JsonWriter w;
  const auto add = [&](const char* name, std::string_view value) {
    if (!value.empty()) w.Key(name), w.String(value);
  };
  w.BeginObject();
  add("specversion", "1.0");
  add("source", event.name.source), add("id", event.name.id), add("type", TypeName(event.Type())), add("time", FormatTime(event.time.us));
  add("subject", event.subject.value_or(""));
  add("authtype", event.authtype), add("authid", event.authid), add("controlowner", event.controlowner);
  add("correlationid", event.correlationid), add("causationid", event.causationid), add("recordedtime", event.recordedtime);
  if (!event.supersedes.empty()) {
    JsonWriter names;
    names.BeginArray();
    for (const auto& n : event.supersedes) {
      names.BeginObject();
      names.Key("source"), names.String(n.source), names.Key("id"), names.String(n.id);
      names.EndObject();
    }
    names.EndArray();
    add("supersedes", names.Take());
  }
  w.Key("data");
  if (event.data_json.empty()) {
    w.BeginObject();
    FieldWriter fields(w);
    std::visit([&](auto& e) { Fields(fields, e); }, const_cast<Payload&>(event.payload));
    w.EndObject();
  } else {
    w.Raw(event.data_json);
  }
  w.EndObject();
  return w.Take();
}

Result<Event> Complete(Event event) {
  Decoder decoder;
  return decoder.Decode(Encode(event));
}

}  // namespace tenure::event
