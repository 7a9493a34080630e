#include "event/door.h"

#include "event/secrets.h"

namespace tenure::event {

Status CheckAtDoor(const Event& event) { return CheckAtDoor(Encode(event)); }

Status CheckAtDoor(std::string_view json) {
  const auto where = FindSecret(json);
  if (!where) return {};
  return Fail("event_secret", "\"" + *where + "\" looks like it holds a secret",
              "send an id or a fingerprint instead; tenure keeps what it is given for ever");
}

Result<Event> ReadAtDoor(std::string_view json, Decoder& decoder) {
  auto event = decoder.Decode(json);
  if (!event) return event;
  if (auto clean = CheckAtDoor(json); !clean) return tl::unexpected(clean.error());
  return event;
}

}  // namespace tenure::event
