#include "event/envelope.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "event/byte_scan.h"
#include "event/codec.h"
#include "event/few.h"
#include "event/json_writer.h"
#include "event/quoted.h"

namespace tenure::event {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t kAttributesMax = 128;
constexpr std::size_t kSupersededMax = 1000;

tl::unexpected<Error> Refused(const char* code, std::string reason, std::string hint) {
  return Fail(code, std::move(reason), std::move(hint));
}

std::string_view* SlotOf(Envelope& e, std::string_view key) {
  if (key == "specversion") return &e.specversion;
  if (key == "source") return &e.source;
  if (key == "id") return &e.id;
  if (key == "type") return &e.type;
  if (key == "time") return &e.time;
  if (key == "subject") return &e.subject;
  if (key == "authtype") return &e.authtype;
  if (key == "authid") return &e.authid;
  if (key == "controlowner") return &e.controlowner;
  if (key == "correlationid") return &e.correlationid;
  if (key == "causationid") return &e.causationid;
  if (key == "recordedtime") return &e.recordedtime;
  if (key == "supersedes") return &e.supersedes;
  if (key == "datacontenttype") return &e.contenttype;
  return nullptr;
}

bool IsAttributeName(std::string_view key) {
  return !key.empty() &&
         std::all_of(key.begin(), key.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

// "application/json", "application/cloudevents+json; charset=utf-8": the subtype decides, in any case of letters.
bool IsJsonMediaType(std::string_view type) {
  std::string subtype(type.substr(0, type.find(';')));
  while (!subtype.empty() && subtype.back() == ' ') subtype.pop_back();
  std::transform(subtype.begin(), subtype.end(), subtype.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto slash = subtype.find('/');
  if (slash == std::string::npos || slash == 0) return false;
  subtype.erase(0, slash + 1);
  return subtype == "json" || subtype.ends_with("+json");
}

Status ReadMember(Envelope& e, std::string_view key, element value) {
  if (key == "data") {
    object data;
    if (value.get_object().get(data))
      return Refused("event_data_not_object", "\"data\" is not an object", "send the fields of the type as a JSON object");
    e.data = data;
    return {};
  }
  if (key == "data_base64")
    return Refused("event_data_base64", "\"data_base64\" instead of \"data\"", "send \"data\" as a JSON object");
  std::string_view* slot = SlotOf(e, key);
  if (slot == nullptr) {
    if (IsAttributeName(key)) return {};
    return Refused("event_attribute_unknown", Quoted(key) + " is no CloudEvents attribute",
                   "attributes are lower-case letters and digits; fields of your own go into data as x_...");
  }
  if (value.get_string().get(*slot))
    return Refused("event_attribute_type", Quoted(key) + " is not a string", "send a string, or leave it out");
  if (slot->empty()) return Refused("event_attribute_empty", Quoted(key) + " is empty", "leave it out, or say what it is");
  if (HoldsControl(*slot))
    return Refused("event_attribute_control", Quoted(key) + " holds a control character: " + Quoted(*slot),
                   "CloudEvents allows none; send plain text");
  return {};
}

Status CheckEnvelope(const Envelope& e) {
  const std::pair<const char*, std::string_view> required[] = {
      {"specversion", e.specversion}, {"source", e.source}, {"id", e.id}, {"type", e.type}, {"time", e.time}};
  for (const auto& [name, value] : required)
    if (value.empty())
      return Refused("event_attribute_missing", fmt::format("\"{}\" is required and missing", name),
                     fmt::format("send \"{}\"", name));
  if (e.specversion != "1.0")
    return Refused("event_specversion", Quoted(e.specversion) + " is not the version of CloudEvents spoken here",
                   "send \"specversion\":\"1.0\"");
  for (const auto& [name, value] : required)
    if (value.size() > kReferenceBytesMax)
      return Refused("event_attribute_too_long", fmt::format("\"{}\" has more than {} bytes", name, kReferenceBytesMax),
                     "shorten it");
  if (!e.contenttype.empty() && !IsJsonMediaType(e.contenttype))
    return Refused("event_content_type", "\"datacontenttype\" " + Quoted(e.contenttype) + " is not JSON",
                   "send application/json, or leave it out");
  if (!e.data) return Refused("event_data_missing", "\"data\" is required and missing", "send the fields of the type");
  return {};
}

// Exactly {source, id}: anything else would be dropped when the attribute is written again.
bool ReadName(element item, EventName& name) {
  object o;
  std::string_view source, id;
  if (item.get_object().get(o) || o.size() != 2) return false;
  if (o.at_key("source").get_string().get(source) || o.at_key("id").get_string().get(id)) return false;
  name = {std::string(source), std::string(id)};
  return !source.empty() && !id.empty();
}

}  // namespace

Result<Envelope> ReadEnvelope(object root) {
  Envelope e;
  Few<std::string_view, 24> seen;
  for (const auto member : root) {
    if (std::find(seen.begin(), seen.end(), member.key) != seen.end())
      return Refused("event_attribute_twice", Quoted(member.key) + " stands twice", "send it once");
    if (seen.size() == kAttributesMax)
      return Refused("event_attributes_too_many", fmt::format("more than {} attributes", kAttributesMax),
                     "send fewer extension attributes");
    seen.push_back(member.key);
    if (auto s = ReadMember(e, member.key, member.value); !s) return tl::unexpected(s.error());
  }
  if (auto s = CheckEnvelope(e); !s) return tl::unexpected(s.error());
  return e;
}

Result<std::vector<EventName>> ReadSupersedes(const Envelope& envelope, simdjson::dom::parser& parser) {
  std::vector<EventName> names;
  if (envelope.supersedes.empty()) return names;
  const auto bad = [&](const char* why) {
    return Refused("event_supersedes", Quoted(envelope.supersedes) + " " + why,
                   R"(send a string that holds [{"source":"...","id":"..."}])");
  };
  simdjson::dom::array items;
  const simdjson::padded_string text(envelope.supersedes);
  if (parser.parse(text).get_array().get(items)) return bad("is not a JSON array in a string");
  for (const auto item : items) {
    EventName name;
    if (!ReadName(item, name)) return bad("holds something that is no {source, id}");
    if (name.source == envelope.source && name.id == envelope.id) return bad("names the event itself");
    if (names.size() == kSupersededMax) return bad("names more than 1000 events");
    names.push_back(std::move(name));
  }
  if (names.empty()) return bad("names nothing");
  return names;
}

std::string SupersedesText(const std::vector<EventName>& names) {
  JsonWriter w;
  w.BeginArray();
  for (const auto& name : names) {
    w.BeginObject();
    w.Key("id"), w.String(name.id), w.Key("source"), w.String(name.source);
    w.EndObject();
  }
  w.EndArray();
  return w.Take();
}

}  // namespace tenure::event
