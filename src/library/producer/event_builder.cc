#include "tenure/producer/event_builder.h"

#include <sys/random.h>

#include <array>
#include <cstdint>
#include <utility>

#include "event/clock.h"
#include "event/codec.h"
#include "event/door.h"
#include "event/secrets.h"

namespace tenure::producer {
namespace {

// A random UUID (version 4).
Result<std::string> NewId() {
  std::array<std::uint8_t, 16> bytes{};
  if (getentropy(bytes.data(), bytes.size()) != 0)
    return Fail("event_id_not_made", "the system gives no random bytes", "give the event an id of your own", Blame::kFault);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  constexpr char kHex[] = "0123456789abcdef";
  std::string id;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) id += '-';
    id += {kHex[bytes[i] >> 4], kHex[bytes[i] & 15]};
  }
  return id;
}

tl::unexpected<Error> Missing(const char* attribute, const char* hint) {
  return Fail("event_attribute_missing", "\"" + std::string(attribute) + "\" is required and missing", hint);
}

// What the codec would take for something else than was meant.
struct Unsaid {
  bool permits_nothing;
  template <class E>
  Status operator()(const E& e) const {
    if (permits_nothing)
      return Fail("event_field_contradiction", "PermitsNothing() of an event that defines no role", "leave it out");
    if constexpr (requires { e.attributes; }) return Attributes(e.attributes);
    return {};
  }
  Status operator()(const RoleDefined& e) const {
    if (permits_nothing && !e.permissions.empty())
      return Fail("event_field_contradiction", "\"permissions\" of a role that permits nothing", "leave out PermitsNothing()");
    if (permits_nothing || !e.permissions.empty()) return {};
    return Fail("event_field_missing", "\"permissions\" is required and missing",
                "say what the role permits, or that it is nothing: PermitsNothing()");
  }
  // Left out, they mean everything and for ever; nobody writes an empty text to say that.
  Status operator()(const GrantIssued& e) const {
    if (!e.scope.empty() && !e.kind.empty()) return {};
    return Fail("event_field_empty", std::string(e.scope.empty() ? "\"scope\"" : "\"kind\"") + " is empty",
                "leave it out, or say what it is");
  }
  // An object of none of its fields would be a review of everything.
  Status operator()(const ReviewOpened& e) const {
    if (!e.scope.role.empty() || !e.scope.resource.empty() || !e.scope.owner.empty() || !e.scope.identities.empty()) return {};
    return Fail("event_field_missing", "\"scope\" is required and names nothing",
                "say what is reviewed; of everything: .scope = {.resource = \"*\"}");
  }
  // They stand in `data` as they are: anything but one object could close it and go on with fields of its own.
  static Status Attributes(const std::string& attributes) {
    if (attributes.empty() || event::IsJsonObject(attributes)) return {};
    return Fail("event_field_type", "\"attributes\" is not the text of a JSON object", R"(send an object: {"desk":"4.12"})");
  }
};

}  // namespace

EffectiveTime TimeOf(std::chrono::system_clock::time_point time) {
  return EffectiveTime{std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count()};
}

Result<EffectiveTime> ReadTime(std::string_view rfc3339) { return event::ParseRfc3339(rfc3339); }

EventBuilder::EventBuilder(Payload payload) { event_.payload = std::move(payload); }

EventBuilder& EventBuilder::Source(std::string source) { return event_.name.source = std::move(source), *this; }
EventBuilder& EventBuilder::Time(EffectiveTime time) { return time_ = time, *this; }
EventBuilder& EventBuilder::Id(std::string id) { return event_.name.id = std::move(id), *this; }
EventBuilder& EventBuilder::Actor(std::string authid) { return event_.authid = std::move(authid), *this; }
EventBuilder& EventBuilder::ActorType(std::string authtype) { return event_.authtype = std::move(authtype), *this; }
EventBuilder& EventBuilder::ControlOwner(std::string owner) { return event_.controlowner = std::move(owner), *this; }
EventBuilder& EventBuilder::Correlation(std::string id) { return event_.correlationid = std::move(id), *this; }
EventBuilder& EventBuilder::Causation(std::string id) { return event_.causationid = std::move(id), *this; }
EventBuilder& EventBuilder::OwnRecordedTime(std::string time) { return event_.recordedtime = std::move(time), *this; }
EventBuilder& EventBuilder::Supersedes(EventName name) { return event_.supersedes.push_back(std::move(name)), *this; }
EventBuilder& EventBuilder::PermitsNothing() { return permits_nothing_ = true, *this; }

Result<Event> EventBuilder::Build() {
  if (event_.name.source.empty()) return Missing("source", "say who says it: Source(\"iam.example\")");
  if (!time_) return Missing("time", "say when it was true: Time(...)");
  if (auto said = std::visit(Unsaid{permits_nothing_}, event_.payload); !said) return tl::unexpected<Error>(said.error());
  event_.time = *time_;
  if (event_.name.id.empty()) {
    auto id = NewId();
    if (!id) return tl::unexpected<Error>(id.error());
    event_.name.id = std::move(*id);
  }
  event::Decoder decoder;
  return event::ReadAtDoor(event::Encode(event_), decoder);
}

}  // namespace tenure::producer
