#include "event/door.h"

#include "event/codec.h"
#include "event/secrets.h"

namespace tenure::event {

Status CheckAtDoor(const Event& event) {
  const auto where = FindSecret(Encode(event));
  if (!where) return {};
  return Fail("event_secret", "\"" + *where + "\" looks like it holds a secret", "send an id or a fingerprint instead; tenure keeps what it is given for ever");
}

}  // namespace tenure::event
