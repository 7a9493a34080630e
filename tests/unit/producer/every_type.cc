#include "unit/producer/every_type.h"

namespace tenure::producer {
namespace {

constexpr EffectiveTime kBegin{1'800'000'000'000'000}, kEnd{1'900'000'000'000'001};
const std::string kAttributes = R"({"desk":"4.12","teams":["a",{"b":1.5}]})";

// What takes one required field out of an event.
template <class E>
using Unsay = std::pair<const char*, void (*)(E&)>;

template <class E>
Example Of(E full, const std::vector<Unsay<E>>& required) {
  Example example{full, {}};
  for (const auto& [name, unsay] : required) {
    E less = full;
    unsay(less);
    example.without.emplace_back(name, std::move(less));
  }
  return example;
}

template <class E>
constexpr Unsay<E> kIdentity{"identity", [](E& e) { e.identity.clear(); }};
template <class E>
constexpr Unsay<E> kCredential{"credential", [](E& e) { e.credential.clear(); }};
template <class E>
constexpr Unsay<E> kPrincipal{"principal", [](E& e) { e.principal.clear(); }};
template <class E>
constexpr Unsay<E> kRole{"role", [](E& e) { e.role.clear(); }};
template <class E>
constexpr Unsay<E> kApprover{"approver", [](E& e) { e.approver.clear(); }};
template <class E>
constexpr Unsay<E> kReview{"review", [](E& e) { e.review.clear(); }};
template <class E>
constexpr Unsay<E> kException{"exception", [](E& e) { e.exception.clear(); }};
template <class E>
constexpr Unsay<E> kSubject{"subject", [](E& e) { e.subject.clear(); }};
template <class E>
constexpr Unsay<E> kReason{"reason", [](E& e) { e.reason.clear(); }};

std::vector<Permission> Permissions() {
  return {{.actions = {"db:Read", "db:List*"}, .resources = {"bucket:prod"}, .condition = "mfa"},
          {.effect = Effect::kDeny,
           .not_actions = true,
           .not_resources = true,
           .actions = {"db:Read"},
           .resources = {"bucket:prod/x"},
           .covers = Covers::kLiteral}};
}

std::vector<Example> IdentityPlane() {
  using Registered = IdentityRegistered;
  return {Of(Registered{.identity = "user:a",
                        .pending = true,
                        .observed = true,
                        .owner = "group:hr",
                        .environment = "prod",
                        .source_system = "hr",
                        .display_name = "Ä",
                        .expires_at = kEnd,
                        .attributes = kAttributes},
             {kIdentity<Registered>}),
          Of(IdentityProofed{"user:a", "passport", "ial2"}, {kIdentity<IdentityProofed>}),
          Of(IdentityUpdated{.identity = "user:a",
                             .attributes = R"({"desk":null})",
                             .environment = "prod",
                             .display_name = std::nullopt,
                             .expires_at = kEnd},
             {kIdentity<IdentityUpdated>}),
          Of(IdentityOwnerChanged{"user:a", "user:b"},
             {kIdentity<IdentityOwnerChanged>, {"owner", [](IdentityOwnerChanged& e) { e.owner = {}; }}}),
          Of(IdentitySuspended{"user:a", "leave"}, {kIdentity<IdentitySuspended>}),
          Of(IdentityReactivated{"user:a", "back"}, {kIdentity<IdentityReactivated>}),
          Of(IdentityRetired{"user:a", "left", true}, {kIdentity<IdentityRetired>}),
          Of(IdentityLinked{"user:a", "user:b"},
             {kIdentity<IdentityLinked>, {"same_as", [](IdentityLinked& e) { e.same_as.clear(); }}}),
          Of(CredentialIssued{.identity = "user:a",
                              .credential = "k1",
                              .kind = "access_key",
                              .fingerprint = "sha256:00",
                              .not_before = kBegin,
                              .expires_at = kEnd},
             {kIdentity<CredentialIssued>, kCredential<CredentialIssued>}),
          Of(CredentialRotated{"user:a", "k1", "k2", "sha256:01", kEnd},
             {kIdentity<CredentialRotated>,
              kCredential<CredentialRotated>,
              {"replaced_by", [](CredentialRotated& e) { e.replaced_by.clear(); }}}),
          Of(CredentialRevoked{"user:a", "k1", "old"}, {kIdentity<CredentialRevoked>, kCredential<CredentialRevoked>}),
          Of(CredentialCompromised{"user:a", "k1", "leaked"},
             {kIdentity<CredentialCompromised>, kCredential<CredentialCompromised>})};
}

std::vector<Example> AccessPlane() {
  return {Of(RoleDefined{"role:r", Permissions(), "reads"},
             {kRole<RoleDefined>, {"permissions", [](RoleDefined& e) { e.permissions.clear(); }}}),
          Of(RoleRetired{"role:r"}, {kRole<RoleRetired>}),
          Of(GrantRequested{.request = "q1",
                            .principal = "user:a",
                            .role = "role:r",
                            .scope = "bucket:prod",
                            .kind = "jit",
                            .not_before = kBegin,
                            .expires_at = kEnd,
                            .justification = "incident"},
             {{"request", [](GrantRequested& e) { e.request.clear(); }}, kPrincipal<GrantRequested>}),
          Of(GrantApproved{.principal = "user:a", .request = "q1", .grant = "g1", .approver = "user:b", .reason = "ok"},
             {kPrincipal<GrantApproved>, kApprover<GrantApproved>}),
          Of(GrantDenied{.principal = "user:a", .request = "q1", .grant = "g1", .approver = "user:b", .reason = "no"},
             {kPrincipal<GrantDenied>, kApprover<GrantDenied>}),
          Of(GrantIssued{.grant = "g1",
                         .principal = "user:a",
                         .role = "role:r",
                         .scope = "bucket:prod",
                         .kind = "delegated",
                         .not_before = kBegin,
                         .expires_at = kEnd,
                         .condition = "mfa",
                         .justification = "incident",
                         .request = "q1",
                         .delegator = "user:b"},
             {{"grant", [](GrantIssued& e) { e.grant.clear(); }}, kPrincipal<GrantIssued>}),
          Of(GrantRevoked{.principal = "user:a", .role = "role:r", .scope = "bucket:prod", .reason = "left"},
             {kPrincipal<GrantRevoked>}),
          Of(MembershipAdded{"user:a", "group:g", kBegin, kEnd},
             {{"member", [](MembershipAdded& e) { e.member.clear(); }}, {"group", [](MembershipAdded& e) { e.group.clear(); }}}),
          Of(MembershipRemoved{"user:a", "group:g", "left"}, {{"member", [](MembershipRemoved& e) { e.member.clear(); }},
                                                              {"group", [](MembershipRemoved& e) { e.group.clear(); }}})};
}

std::vector<Example> GovernancePlane() {
  const auto no_position = [](DeadLetterResolved& e) { e.position = DeadLetterResolved{}.position; };
  return {
      Of(ReviewOpened{.review = "r1",
                      .scope = {.role = "role:r", .resource = "bucket:prod", .owner = "user:b", .identities = {"user:a"}},
                      .as_of = kBegin,
                      .due_at = kEnd,
                      .reviewer = "user:b"},
         {kReview<ReviewOpened>,
          {"scope", [](ReviewOpened& e) { e.scope = {}; }},
          {"as_of", [](ReviewOpened& e) { e.as_of = ReviewOpened{}.as_of; }}}),
      Of(
          ReviewDecided{
              .review = "r1", .principal = "user:a", .grant = "g1", .decision = "keep", .reviewer = "user:b", .reason = "needed"},
          {kReview<ReviewDecided>,
           kPrincipal<ReviewDecided>,
           {"decision", [](ReviewDecided& e) { e.decision.clear(); }},
           {"reviewer", [](ReviewDecided& e) { e.reviewer.clear(); }}}),
      Of(ReviewClosed{"r1"}, {kReview<ReviewClosed>}),
      Of(ExceptionGranted{.exception = "x1",
                          .subject = "role:r",
                          .rule = "no_owner",
                          .expires_at = kEnd,
                          .approver = "user:b",
                          .reason = "legacy"},
         {kException<ExceptionGranted>,
          kSubject<ExceptionGranted>,
          {"rule", [](ExceptionGranted& e) { e.rule.clear(); }},
          {"expires_at", [](ExceptionGranted& e) { e.expires_at = ExceptionGranted{}.expires_at; }},
          kApprover<ExceptionGranted>,
          kReason<ExceptionGranted>}),
      Of(ExceptionRevoked{"x1", "user:a"}, {kException<ExceptionRevoked>, kSubject<ExceptionRevoked>}),
      Of(DeadLetterResolved{{Topic::kUsage, 3, 17}, Resolution::kReplaced, EventName{"s", "2"}, "looked at"},
         {{"topic", no_position},
          {"partition", no_position},
          {"offset", no_position},
          {"resolution", [](DeadLetterResolved& e) { e.resolution = Resolution::kUnsaid; }},
          kReason<DeadLetterResolved>})};
}

std::vector<Example> Others() {
  return {Of(AccessUsed{.identity = "user:a",
                        .action = "db:Read",
                        .resource = "bucket:prod/x",
                        .outcome = Outcome::kDenied,
                        .credential = "k1",
                        .network = "10.0.0.1",
                        .via = {"service_account:s"},
                        .count = 3},
             {kIdentity<AccessUsed>,
              {"action", [](AccessUsed& e) { e.action.clear(); }},
              {"outcome", [](AccessUsed& e) { e.outcome = Outcome::kUnsaid; }}}),
          Of(EventRetracted{{"s", "1"}, "user:a", "wrong person"}, {{"target", [](EventRetracted& e) { e.target = {}; }},
                                                                    {"key", [](EventRetracted& e) { e.key.clear(); }},
                                                                    kReason<EventRetracted>})};
}

}  // namespace

const std::vector<Example>& EveryType() {
  static const auto all = [] {
    std::vector<Example> out;
    for (auto part : {IdentityPlane, AccessPlane, GovernancePlane, Others})
      for (auto& example : part()) out.push_back(std::move(example));
    return out;
  }();
  return all;
}

const std::vector<Payload>& OtherWays() {
  static const std::vector<Payload> all{
      IdentityRegistered{.identity = "workload:spiffe://prod/ns/pay/sa/x"},
      IdentityOwnerChanged{"user:a", std::nullopt},
      GrantRequested{.request = "q1", .principal = "everyone:*", .permissions = Permissions()},
      GrantApproved{.principal = "user:a", .grant = "g1", .approver = "user:b"},
      GrantIssued{.grant = "g1", .principal = "user:a", .permissions = Permissions()},
      GrantRevoked{.principal = "user:a", .grant = "g1"},
      GrantRevoked{.principal = "user:a", .role = "role:r"},
      ReviewDecided{.review = "r1", .principal = "user:a", .group = "group:g", .decision = "revoke", .reviewer = "user:b"},
      ReviewDecided{.review = "r1", .principal = "user:a", .credential = "k1", .decision = "change", .reviewer = "user:b"},
      DeadLetterResolved{.position = {Topic::kIdentity, 0, 0}, .resolution = Resolution::kVoid, .reason = "garbage"},
      AccessUsed{.identity = "user:a", .action = "assume", .outcome = Outcome::kAllowed}};
  return all;
}

}  // namespace tenure::producer
