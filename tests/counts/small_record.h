#pragma once
// A small record to count with: days from a fixed beginning, and events with names of their own.
#include "tenure/event.h"

namespace tenure::counts {

inline constexpr std::int64_t kDayUs = 86'400'000'000;
inline constexpr EffectiveTime kBegin{1'700'000'000'000'000};

inline EffectiveTime Day(std::int64_t day) { return {kBegin.us + day * kDayUs}; }

// Numbers the events that it makes.
class Teller {
 public:
  Event Tell(EffectiveTime time, Payload payload) {
    Event event;
    event.name = {"counts", "e" + std::to_string(++told_)};
    event.time = time;
    event.payload = std::move(payload);
    return event;
  }

 private:
  int told_ = 0;
};

inline GrantIssued Issue(const std::string& principal, const std::string& grant, OptionalTime expires = {}) {
  GrantIssued issued;
  issued.grant = grant;
  issued.principal = principal;
  issued.role = "role:reader";
  issued.scope = "bucket:prod";
  issued.expires_at = expires;
  return issued;
}

inline GrantRevoked Revoke(const std::string& principal, const std::string& grant) {
  GrantRevoked revoked;
  revoked.principal = principal;
  revoked.grant = grant;
  return revoked;
}

inline IdentityRegistered Registered(const std::string& identity) {
  IdentityRegistered registered;
  registered.identity = identity;
  return registered;
}

inline RoleDefined Reader() {
  Permission permission;
  permission.actions = {"read"};
  permission.resources = {"*"};
  return {"role:reader", {permission}, {}};
}

}  // namespace tenure::counts
