#include "event/codec.h"

#include <fmt/format.h>

#include "event/canonical.h"
#include "event/clock.h"
#include "event/envelope.h"
#include "event/field_reader.h"
#include "event/json_writer.h"
#include "event/nearest_name.h"
#include "event/quoted.h"
#include "event/reference.h"
#include "event/together.h"
#include "event/types.h"

namespace tenure::event {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

tl::unexpected<Error> Refused(const char* code, std::string reason, std::string hint) {
  return Fail(code, std::move(reason), std::move(hint));
}

Result<EventType> ReadType(std::string_view name) {
  if (auto type = TypeFromName(name)) return *type;
  std::vector<std::string> texts;
  std::vector<const char*> known;
  for (int i = 0; i < kEventTypes; ++i) texts.emplace_back(TypeName(static_cast<EventType>(i)));
  for (const auto& t : texts) known.push_back(t.c_str());
  const std::string near = NearestName(name, known);
  return Refused("event_type_unknown", Quoted(name) + " is not a type of event",
                 near.empty() ? "`tenure schema` lists the types"
                              : fmt::format("did you mean \"{}\"? `tenure schema` lists the types", near));
}

Status ReadPayload(EventType type, object data, Payload& payload) {
  payload = EmptyPayload(type);
  FieldReader reader(data);
  std::visit(
      [&](auto& e) {
        Fields(reader, e);
        Together{reader}(e);
      },
      payload);
  if (auto done = reader.Done(); !done) {
    Error e = done.error();
    e.reason += fmt::format(" (data of {})", TypeName(type));
    return tl::unexpected(e);
  }
  return {};
}

// SHA-256 of the canonical JSON of what the event says. Members stand in the order of RFC 8785.
// `text`: room for it, worth nothing afterwards.
Result<Hash256> ContentHash(const Envelope& e, const Event& event, std::string& text) {
  text = "{";
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    text += name;
    AppendJsonString(text, value);
    text.push_back(',');
  };
  add("\"authid\":", e.authid), add("\"authtype\":", e.authtype), add("\"causationid\":", e.causationid);
  add("\"controlowner\":", e.controlowner), add("\"correlationid\":", e.correlationid);
  text += "\"data\":";
  switch (AppendCanonical(text, *e.data)) {
    case CanonicalFault::kNone:
      break;
    case CanonicalFault::kTooDeep:
      return Refused("event_json_too_deep", fmt::format("\"data\" nests deeper than {}", kJsonDepthMax), "flatten it");
    case CanonicalFault::kMemberTwice:
      return Refused("event_field_twice", "an object in \"data\" names a member twice", "send it once");
  }
  text.push_back(',');
  add("\"subject\":", e.subject);
  if (!event.supersedes.empty()) add("\"supersedes\":", SupersedesText(event.supersedes));
  text += "\"time\":\"";
  AppendTime(text, event.time.us);
  text += "\",";
  add("\"type\":", e.type);
  text.back() = '}';
  return Sha256(text);
}

Status CheckSubject(const Envelope& e, const Event& event) {
  if (e.subject.empty()) return {};
  const std::string_view key = KeyIn(event);
  if (e.subject == key) return {};
  return Refused("event_subject_differs", fmt::format("\"subject\" is {}, but data names {}", Quoted(e.subject), Quoted(key)),
                 "leave it out, or send the key that data names");
}

}  // namespace

// A record above the limit of an event is unreadable, but what it is about should be known as long as it can be looked at cheaply.
constexpr std::size_t kSalvageBytesMax = 16 * kEventBytesMax;

struct Decoder::Impl {
  simdjson::dom::parser parser{kSalvageBytesMax}, parser_of_supersedes;
  std::string padded, hashed;

  Result<object> Parse(std::string_view json) {
    padded.reserve(json.size() + simdjson::SIMDJSON_PADDING);
    padded.assign(json);
    object root;
    element value;
    if (const auto error = parser.parse(padded.data(), json.size(), false).get(value); error)
      return Refused("event_not_json", fmt::format("not JSON: {}", simdjson::error_message(error)),
                     "send one whole JSON object in UTF-8, numbers within 64 bits");
    if (value.get_object().get(root)) return Refused("event_not_object", "not a JSON object", "send one structured CloudEvent");
    return root;
  }

  // All but data_json. Returns `data`, which lives as long as the document.
  Result<object> Read(std::string_view json, Event& event) {
    if (json.size() > kEventBytesMax)
      return Refused("event_too_large", fmt::format("{} bytes, the limit is {}", json.size(), kEventBytesMax),
                     "split it, or leave out what is not evidence");
    auto root = Parse(json);
    if (!root) return tl::unexpected(root.error());
    auto envelope = ReadEnvelope(*root);
    if (!envelope) return tl::unexpected(envelope.error());
    auto type = ReadType(envelope->type);
    if (!type) return tl::unexpected(type.error());
    auto time = ParseRfc3339(envelope->time);
    if (!time) return tl::unexpected(time.error());
    if (auto s = ReadPayload(*type, *envelope->data, event.payload); !s) return tl::unexpected(s.error());
    auto supersedes = ReadSupersedes(*envelope, parser_of_supersedes);
    if (!supersedes) return tl::unexpected(supersedes.error());

    event.name = {std::string(envelope->source), std::string(envelope->id)};
    event.time = *time;
    event.authtype = envelope->authtype, event.authid = envelope->authid, event.controlowner = envelope->controlowner;
    event.correlationid = envelope->correlationid, event.causationid = envelope->causationid,
    event.recordedtime = envelope->recordedtime;
    event.supersedes = std::move(*supersedes);
    if (auto s = CheckSubject(*envelope, event); !s) return tl::unexpected(s.error());
    if (!envelope->subject.empty()) event.subject = std::string(envelope->subject);
    auto hash = ContentHash(*envelope, event, hashed);
    if (!hash) return tl::unexpected(hash.error());
    event.content_hash = *hash;
    return *envelope->data;
  }
};

Decoder::Decoder() : impl_(std::make_unique<Impl>()) {}
Decoder::~Decoder() = default;

Result<Event> Decoder::Decode(std::string_view json) {
  Result<Event> event;
  if (auto data = impl_->Read(json, *event)) event->data_json = simdjson::minify(*data);
  else event = tl::unexpected(data.error());
  return event;
}

Result<Event> Decoder::DecodeWithoutText(std::string_view json) {
  Result<Event> event;
  if (auto data = impl_->Read(json, *event); !data) event = tl::unexpected(data.error());
  return event;
}

Decoder::Salvage Decoder::SalvageFrom(std::string_view json) {
  Salvage out;
  if (json.size() > kSalvageBytesMax) return out;
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

}  // namespace tenure::event
