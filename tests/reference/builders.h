#pragma once
// Events and logs as one writes them down, for tests:
//
//   Log log;
//   log.Append(Register("user:a").At("08:00"));
//   log.Append(Define("role:r").Allow("read", "bucket:*").At("08:00"));
//   Event issue = Issue("g1").To("user:a").Role("role:r").At("09:00").Until("12:00");
//   log.Append(issue);
//   log.Append(Retract(issue));
//
// Times are "09:00", "09:00:30" on 2023-07-10, or "2023-07-11T09:00:00Z", or "2023-07-11". An event without .Id() gets one made of
// its content: events that differ have different names, equal ones are copies of each other. The source is "test" without .SaidBy().
// A builder converts to Event (or .Build()); it sets content_hash to PlainContentHash, which event::Complete replaces.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reference/pattern.h"
#include "reference/record.h"
#include "tenure/event.h"

namespace tenure::builders {

EffectiveTime At(std::string_view time);
inline EffectiveTime After(EffectiveTime t, std::int64_t us = 1) { return {t.us + us}; }
Interval Between(std::string_view from, std::string_view until);
// An id of the content where there is none, and the hash.
Event Finished(Event event);

// What every event can carry. Self is the builder, D its data.
template <class Self, class D>
class Builder {
 public:
  explicit Builder(D data) : data_(std::move(data)) { event_.name.source = "test", event_.time = builders::At("00:00"); }
  Self& At(std::string_view time) { return At(builders::At(time)); }
  Self& At(EffectiveTime time) { return event_.time = time, Me(); }
  Self& SaidBy(std::string source) { return event_.name.source = std::move(source), Me(); }
  Self& Id(std::string id) { return event_.name.id = std::move(id), Me(); }
  Self& By(std::string actor) { return event_.authid = std::move(actor), Me(); }
  Self& ControlOwner(std::string owner) { return event_.controlowner = std::move(owner), Me(); }
  Self& Superseding(const EventName& name) { return event_.supersedes.push_back(name), Me(); }
  Self& Superseding(const Event& event) { return Superseding(event.name); }
  Event Build() const {
    Event event = event_;
    event.payload = data_;
    return Finished(std::move(event));
  }
  operator Event() const { return Build(); }  // NOLINT(google-explicit-constructor)

 protected:
  Self& Me() { return static_cast<Self&>(*this); }
  Event event_;
  D data_;
};

// For events with nothing but their names and a reason.
template <class D>
class Plain : public Builder<Plain<D>, D> {
 public:
  explicit Plain(D data) : Builder<Plain, D>(std::move(data)) {}
  Plain& Because(std::string reason) { return this->data_.reason = std::move(reason), *this; }
};

// --- existence
class Register : public Builder<Register, IdentityRegistered> {
 public:
  explicit Register(std::string identity) : Builder(IdentityRegistered{.identity = std::move(identity)}) {}
  Register& Pending(bool pending = true) { return data_.pending = pending, *this; }
  Register& Observed() { return data_.observed = true, *this; }
  Register& OwnedBy(std::string owner) { return data_.owner = std::move(owner), *this; }
  Register& Environment(std::string text) { return data_.environment = std::move(text), *this; }
  Register& Named(std::string text) { return data_.display_name = std::move(text), *this; }
  Register& Until(std::string_view time) { return Until(builders::At(time)); }
  Register& Until(EffectiveTime time) { return data_.expires_at = time, *this; }
  Register& Attributes(std::string json) { return data_.attributes = std::move(json), *this; }
};
class Update : public Builder<Update, IdentityUpdated> {
 public:
  explicit Update(std::string identity) : Builder(IdentityUpdated{.identity = std::move(identity)}) {}
  Update& Attributes(std::string json) { return data_.attributes = std::move(json), *this; }
  Update& Until(std::string_view time) { return Until(builders::At(time)); }
  Update& Until(EffectiveTime time) { return data_.expires_at = {true, time}, *this; }
  Update& Forever() { return data_.expires_at = {true, std::nullopt}, *this; }
  Update& Environment(std::string text) { return data_.environment = {true, std::move(text)}, *this; }
  Update& Named(std::string text) { return data_.display_name = {true, std::move(text)}, *this; }
};
class Retire : public Builder<Retire, IdentityRetired> {
 public:
  explicit Retire(std::string identity) : Builder(IdentityRetired{.identity = std::move(identity)}) {}
  Retire& EndsAll() { return data_.ends_all = true, *this; }
};
inline Plain<IdentityProofed> Proof(std::string identity) { return Plain(IdentityProofed{.identity = std::move(identity)}); }
inline Plain<IdentitySuspended> Suspend(std::string identity) {
  return Plain(IdentitySuspended{.identity = std::move(identity)});
}
inline Plain<IdentityReactivated> Reactivate(std::string identity) {
  return Plain(IdentityReactivated{.identity = std::move(identity)});
}
inline Plain<IdentityOwnerChanged> ChangeOwner(std::string identity, std::optional<std::string> owner) {
  return Plain(IdentityOwnerChanged{std::move(identity), {true, std::move(owner)}});
}
inline Plain<IdentityLinked> Link(std::string identity, std::string same_as) {
  return Plain(IdentityLinked{std::move(identity), std::move(same_as)});
}
class IssueCredential : public Builder<IssueCredential, CredentialIssued> {
 public:
  IssueCredential(std::string credential, std::string identity)
      : Builder(CredentialIssued{.identity = std::move(identity), .credential = std::move(credential)}) {}
  IssueCredential& Kind(std::string kind) { return data_.kind = std::move(kind), *this; }
  IssueCredential& NotBefore(std::string_view time) { return data_.not_before = builders::At(time), *this; }
  IssueCredential& Until(std::string_view time) { return data_.expires_at = builders::At(time), *this; }
};
class Rotate : public Builder<Rotate, CredentialRotated> {
 public:
  Rotate(std::string credential, std::string into, std::string identity)
      : Builder(CredentialRotated{
            .identity = std::move(identity), .credential = std::move(credential), .replaced_by = std::move(into)}) {}
  Rotate& Until(std::string_view time) { return data_.expires_at = builders::At(time), *this; }
};
inline Plain<CredentialRevoked> RevokeCredential(std::string credential, std::string identity) {
  return Plain(CredentialRevoked{std::move(identity), std::move(credential), ""});
}
inline Plain<CredentialCompromised> Compromise(std::string credential, std::string identity) {
  return Plain(CredentialCompromised{std::move(identity), std::move(credential), ""});
}

// --- authority
// One permission: Allow({"read"}, {"bucket:b"}), Deny(...), then what is special about it.
class Permit {
 public:
  Permit(Effect effect, std::vector<std::string> actions, std::vector<std::string> resources) {
    permission_.effect = effect, permission_.actions = std::move(actions), permission_.resources = std::move(resources);
  }
  Permit& NotActions() { return permission_.not_actions = true, *this; }
  Permit& NotResources() { return permission_.not_resources = true, *this; }
  Permit& Literal() { return permission_.covers = Covers::kLiteral, *this; }
  Permit& If(std::string condition) { return permission_.condition = std::move(condition), *this; }
  operator Permission() const { return permission_; }  // NOLINT(google-explicit-constructor)

 private:
  Permission permission_;
};
inline Permit Allow(std::vector<std::string> actions, std::vector<std::string> resources) {
  return {Effect::kAllow, std::move(actions), std::move(resources)};
}
inline Permit Deny(std::vector<std::string> actions, std::vector<std::string> resources) {
  return {Effect::kDeny, std::move(actions), std::move(resources)};
}
template <class Self, class D>
class PermissionsBuilder : public Builder<Self, D> {
 public:
  using Builder<Self, D>::Builder;
  Self& With(Permission permission) { return this->data_.permissions.push_back(std::move(permission)), this->Me(); }
  Self& Allow(std::string action, std::string resource) {
    return With(builders::Allow({std::move(action)}, {std::move(resource)}));
  }
  Self& Deny(std::string action, std::string resource) {
    return With(builders::Deny({std::move(action)}, {std::move(resource)}));
  }
};
class Define : public PermissionsBuilder<Define, RoleDefined> {
 public:
  explicit Define(std::string role) : PermissionsBuilder(RoleDefined{.role = std::move(role)}) {}
};
inline Plain<RoleRetired> RetireRole(std::string role) { return Plain(RoleRetired{std::move(role)}); }

// Issue("g1").To("user:a").Role("role:r"), or inline: .Allow("read", "bucket:b").
class Issue : public PermissionsBuilder<Issue, GrantIssued> {
 public:
  explicit Issue(std::string grant) : PermissionsBuilder(GrantIssued{.grant = std::move(grant)}) {}
  Issue& To(std::string principal) { return data_.principal = std::move(principal), *this; }
  Issue& Role(std::string role) { return data_.role = std::move(role), *this; }
  Issue& Scope(std::string scope) { return data_.scope = std::move(scope), *this; }
  Issue& Kind(std::string kind) { return data_.kind = std::move(kind), *this; }
  Issue& NotBefore(std::string_view time) { return NotBefore(builders::At(time)); }
  Issue& NotBefore(EffectiveTime time) { return data_.not_before = time, *this; }
  Issue& Until(std::string_view time) { return Until(builders::At(time)); }
  Issue& Until(EffectiveTime time) { return data_.expires_at = time, *this; }
  Issue& For(std::string request) { return data_.request = std::move(request), *this; }
  Issue& If(std::string condition) { return data_.condition = std::move(condition), *this; }
  Issue& DelegatedBy(std::string delegator) { return data_.kind = "delegated", data_.delegator = std::move(delegator), *this; }
};
class Revoke : public Builder<Revoke, GrantRevoked> {
 public:
  // By id; or, with an empty id, .Role() and perhaps .Scope().
  explicit Revoke(std::string grant, std::string principal)
      : Builder(GrantRevoked{.principal = std::move(principal), .grant = std::move(grant)}) {}
  Revoke& Role(std::string role) { return data_.role = std::move(role), *this; }
  Revoke& Scope(std::string scope) { return data_.scope = std::move(scope), *this; }
};
inline Revoke RevokeRole(std::string role, std::string principal) {
  return Revoke("", std::move(principal)).Role(std::move(role));
}
class Add : public Builder<Add, MembershipAdded> {
 public:
  Add(std::string member, std::string group) : Builder(MembershipAdded{.member = std::move(member), .group = std::move(group)}) {}
  Add& NotBefore(std::string_view time) { return NotBefore(builders::At(time)); }
  Add& NotBefore(EffectiveTime time) { return data_.not_before = time, *this; }
  Add& Until(std::string_view time) { return Until(builders::At(time)); }
  Add& Until(EffectiveTime time) { return data_.expires_at = time, *this; }
};
inline Plain<MembershipRemoved> Remove(std::string member, std::string group) {
  return Plain(MembershipRemoved{std::move(member), std::move(group), ""});
}

// --- what governance reads
// Approve("user:a", "user:boss").Grant("g1"), or .Request("q1").
class Approve : public Builder<Approve, GrantApproved> {
 public:
  Approve(std::string principal, std::string approver)
      : Builder(GrantApproved{.principal = std::move(principal), .approver = std::move(approver)}) {}
  Approve& Grant(std::string grant) { return data_.grant = std::move(grant), *this; }
  Approve& Request(std::string request) { return data_.request = std::move(request), *this; }
};
inline Plain<ReviewDecided> Review(std::string grant, std::string principal) {
  return Plain(ReviewDecided{.review = "review:1",
                             .principal = std::move(principal),
                             .grant = std::move(grant),
                             .decision = "keep",
                             .reviewer = "user:z"});
}
// OpenReview("review:1").Of("role:r").AsOf("10:00"), opened at 00:00 without .At().
class OpenReview : public Builder<OpenReview, ReviewOpened> {
 public:
  explicit OpenReview(std::string review) : Builder(ReviewOpened{.review = std::move(review), .as_of = builders::At("00:00")}) {}
  OpenReview& OfRole(std::string role) { return data_.scope.role = std::move(role), *this; }
  OpenReview& OfResource(std::string resource) { return data_.scope.resource = std::move(resource), *this; }
  OpenReview& OfOwner(std::string owner) { return data_.scope.owner = std::move(owner), *this; }
  OpenReview& OfIdentity(std::string identity) { return data_.scope.identities.push_back(std::move(identity)), *this; }
  OpenReview& AsOf(std::string_view time) { return data_.as_of = builders::At(time), *this; }
  OpenReview& DueAt(std::string_view time) { return data_.due_at = builders::At(time), *this; }
};
// Decide("review:1", "revoke", "user:a").Grant("g1"), by user:z.
class Decide : public Builder<Decide, ReviewDecided> {
 public:
  Decide(std::string review, std::string decision, std::string principal)
      : Builder(ReviewDecided{.review = std::move(review),
                              .principal = std::move(principal),
                              .decision = std::move(decision),
                              .reviewer = "user:z"}) {}
  Decide& Grant(std::string grant) { return data_.grant = std::move(grant), *this; }
  Decide& Group(std::string group) { return data_.group = std::move(group), *this; }
  Decide& Credential(std::string credential) { return data_.credential = std::move(credential), *this; }
};
inline Plain<ReviewClosed> CloseReview(std::string review) { return Plain(ReviewClosed{std::move(review)}); }
inline Plain<GrantRequested> RequestGrant(std::string request, std::string principal, std::string role) {
  return Plain(GrantRequested{.request = std::move(request), .principal = std::move(principal), .role = std::move(role)});
}
class Except : public Builder<Except, ExceptionGranted> {
 public:
  Except(std::string exception, std::string rule, std::string subject)
      : Builder(ExceptionGranted{.exception = std::move(exception),
                                 .subject = std::move(subject),
                                 .rule = std::move(rule),
                                 .expires_at = builders::At("9999-01-01"),
                                 .approver = "user:z",
                                 .reason = "legacy"}) {}
  Except& Until(std::string_view time) { return data_.expires_at = builders::At(time), *this; }
};
inline Plain<ExceptionRevoked> RevokeException(std::string exception, std::string subject) {
  return Plain(ExceptionRevoked{std::move(exception), std::move(subject)});
}
// Allowed, unless .Denied().
class Use : public Builder<Use, AccessUsed> {
 public:
  Use(std::string identity, std::string action, std::string resource)
      : Builder(AccessUsed{.identity = std::move(identity),
                           .action = std::move(action),
                           .resource = std::move(resource),
                           .outcome = Outcome::kAllowed}) {}
  Use& Denied() { return data_.outcome = Outcome::kDenied, *this; }
  Use& From(std::string network) { return data_.network = std::move(network), *this; }
  Use& Via(std::string identity) { return data_.via.push_back(std::move(identity)), *this; }
};

// --- about the record
inline Plain<EventRetracted> Retract(const EventName& target, std::string key) {
  return Plain(EventRetracted{target, std::move(key), "never happened"});
}
inline Plain<EventRetracted> Retract(const Event& target) { return Retract(target.name, reference::KeyOf(target)); }
class Resolve : public Builder<Resolve, DeadLetterResolved> {
 public:
  explicit Resolve(const Position& position)
      : Builder(DeadLetterResolved{.position = position, .resolution = Resolution::kVoid, .reason = "looked at"}) {}
  Resolve& ReplacedBy(const EventName& name) { return data_.resolution = Resolution::kReplaced, data_.replaced_by = name, *this; }
};

// A log by hand. Each topic has as many partitions as are named. Records get rising recorded times, one second apart from
// 2023-07-10T20:00:00Z on, unless .RecordedAt() says otherwise; a recorded time never falls within a partition.
class Log {
 public:
  // On the plane's topic, partition 0; a retraction on the topic of its target, else of the access plane.
  Position Append(const Event& event);
  Position Append(const Event& event, Topic topic, std::int32_t partition = 0);
  Position AppendUnreadable(Topic topic, std::string record_key, reference::Unreadable what = {});
  // The recorded time that the next record is stamped with.
  Log& RecordedAt(std::string_view time);

  const std::vector<reference::Entry>& Entries() const { return entries_; }
  PositionVector Everything() const { return next_; }
  // What was known before that record was appended.
  PositionVector Before(const Position& position) const;

 private:
  Position Put(reference::Entry entry, Topic topic, std::int32_t partition);

  std::vector<reference::Entry> entries_;
  std::vector<PositionVector> before_;
  PositionVector next_;
  RecordedTime clock_{builders::At("20:00").us};
};

}  // namespace tenure::builders
