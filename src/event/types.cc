// The types, their planes and the keys that their data name.
#include <array>
#include <string>

#include "event/codec.h"
#include "event/types.h"

namespace tenure::event {
namespace {

constexpr std::array<std::string_view, kEventTypes> kNames{"tenure.identity.registered.v1",  "tenure.identity.proofed.v1",
                                                           "tenure.identity.updated.v1",     "tenure.identity.owner_changed.v1",
                                                           "tenure.identity.suspended.v1",   "tenure.identity.reactivated.v1",
                                                           "tenure.identity.retired.v1",     "tenure.identity.linked.v1",
                                                           "tenure.credential.issued.v1",    "tenure.credential.rotated.v1",
                                                           "tenure.credential.revoked.v1",   "tenure.credential.compromised.v1",
                                                           "tenure.role.defined.v1",         "tenure.role.retired.v1",
                                                           "tenure.grant.requested.v1",      "tenure.grant.approved.v1",
                                                           "tenure.grant.denied.v1",         "tenure.grant.issued.v1",
                                                           "tenure.grant.revoked.v1",        "tenure.membership.added.v1",
                                                           "tenure.membership.removed.v1",   "tenure.review.opened.v1",
                                                           "tenure.review.decided.v1",       "tenure.review.closed.v1",
                                                           "tenure.exception.granted.v1",    "tenure.exception.revoked.v1",
                                                           "tenure.dead_letter.resolved.v1", "tenure.access.used.v1",
                                                           "tenure.event.retracted.v1"};

constexpr std::array<const char*, kEventTypes> kKeyFields{
    "identity", "identity", "identity", "identity", "identity",  "identity",  "identity",  "identity",  "identity",  "identity",
    "identity", "identity", "role",     "role",     "principal", "principal", "principal", "principal", "principal", "member",
    "member",   "review",   "review",   "review",   "subject",   "subject",   "topic",     "identity",  "key"};

struct Key {
  template <class E>
  std::string_view operator()(const E& e) const {
    if constexpr (requires { e.identity; }) return e.identity;
    else if constexpr (requires { e.member; }) return e.member;
    else if constexpr (requires { e.review; }) return e.review;
    else if constexpr (requires { e.principal; }) return e.principal;
    else if constexpr (requires { e.role; }) return e.role;
    else return e.subject;
  }
  std::string_view operator()(const DeadLetterResolved& e) const { return TopicName(e.position.topic); }
  std::string_view operator()(const EventRetracted& e) const { return e.key; }
};

template <std::size_t... I>
Payload MakePayload(std::size_t index, std::index_sequence<I...>) {
  using Make = Payload (*)();
  constexpr Make kMakers[] = {[]() -> Payload { return Payload(std::in_place_index<I>); }...};
  return kMakers[index]();
}

}  // namespace

std::string_view TypeName(EventType type) { return kNames[static_cast<std::size_t>(type)]; }

std::optional<EventType> TypeFromName(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<EventType>(i);
  return std::nullopt;
}

std::optional<Topic> TopicOf(EventType type) {
  if (type <= EventType::kCredentialCompromised) return Topic::kIdentity;
  if (type <= EventType::kMembershipRemoved) return Topic::kAccess;
  if (type <= EventType::kDeadLetterResolved) return Topic::kGovernance;
  if (type == EventType::kAccessUsed) return Topic::kUsage;
  return std::nullopt;
}

const char* KeyFieldOf(EventType type) { return kKeyFields[static_cast<std::size_t>(type)]; }
std::string_view KeyIn(const Event& event) { return std::visit(Key{}, event.payload); }
std::string KeyOf(const Event& event) { return std::string(KeyIn(event)); }
Payload EmptyPayload(EventType type) {
  return MakePayload(static_cast<std::size_t>(type), std::make_index_sequence<kEventTypes>{});
}

}  // namespace tenure::event
