// Random events that an auditor looks at, and credentials.
#include "property/history_events.h"

namespace tenure::property {

std::string Events::CredentialId() { return "c" + std::to_string(dice.Between(1, 2)); }

Event Events::CredentialEvent() {
  const std::string& ref = dice.Pick(TheUniverse().identities);
  static const std::vector<std::string> kinds = {"token", "token", "certificate", "password", ""};
  const std::string one = CredentialId(), other = one == "c1" ? "c2" : "c1";
  switch (dice.Between(0, 4)) {
    case 0:
      return Make(CredentialRotated{.identity = ref, .credential = one, .replaced_by = other, .expires_at = MaybeTime(0.3)});
    case 1:
      return Make(CredentialRevoked{.identity = ref, .credential = one});
    case 2:
      return Make(CredentialCompromised{.identity = ref, .credential = one});
    default:
      return Make(CredentialIssued{.identity = ref,
                                   .credential = one,
                                   .kind = dice.Pick(kinds),
                                   .not_before = MaybeTime(0.15),
                                   .expires_at = MaybeTime(0.4)});
  }
}

// Of a grant or of a request, by somebody else or by whom it is for.
Event Events::Approval() {
  GrantApproved d{.principal = Principal()};
  (dice.Chance(0.6) ? d.grant : d.request) = dice.Chance(0.6) ? GrantId() : RequestId();
  if (d.grant.empty() == d.request.empty()) d.grant = GrantId(), d.request = RequestId();
  const bool self = d.principal != TheUniverse().everyone.back() && dice.Chance(0.2 + self_);
  d.approver = self ? d.principal : dice.Pick(TheUniverse().users);
  return Make(std::move(d));
}

// Reviews, exceptions and use: none of it changes authority.
Event Events::Evidence() {
  const std::string& ref = dice.Pick(TheUniverse().identities);
  switch (dice.Between(0, 11)) {
    case 0:
      return Make(ReviewOpened{.review = "review:1", .scope = {.role = "role:r1"}, .as_of = SomeTime(), .reviewer = ref});
    case 1:
    case 2:
      return Review();
    case 3:
      return Make(ReviewClosed{"review:1"});
    case 4:
    case 5:
      return Exception();
    default:
      return Use();
  }
}

Event Events::Governance() {
  switch (dice.Between(0, 15)) {
    case 0:
    case 1:
    case 2:
      return Approval();
    case 3:
    case 4:
      return Review();
    case 5:
      return Exception();
    case 6:
    case 7:
      return CredentialEvent();
    case 8:
      return Make(CredentialCompromised{.identity = dice.Pick(TheUniverse().identities), .credential = CredentialId()});
    case 9:
      return Departure();
    default:
      return Use();
  }
}

// Of a person, or of a machine from one.
Event Events::Departure() {
  const Universe& u = TheUniverse();
  if (dice.Chance(0.4)) return Make(IdentityRetired{.identity = dice.Pick(u.users)});
  return Make(IdentityOwnerChanged{dice.Pick(u.service_accounts), {true, std::optional(Owner())}});
}

Event Events::Review() {
  static const std::vector<std::string> decisions = {"keep", "revoke"};
  ReviewDecided d{.review = "review:1", .principal = Principal(), .decision = dice.Pick(decisions), .reviewer = "user:u1"};
  if (dice.Chance(0.8)) d.grant = GrantId();
  else if (dice.Chance(0.5)) d.group = dice.Pick(TheUniverse().groups);
  else d.credential = "c1";
  return Make(std::move(d));
}

Event Events::Exception() {
  static const std::vector<std::string> rules = {"authority_after_retirement", "self_grant",       "unapproved_grant",
                                                 "dormant_authority",          "implausible_time", "no_such_rule"};
  const std::string id = "x" + std::to_string(dice.Between(1, 2)), &subject = dice.Pick(TheUniverse().identities);
  if (dice.Chance(0.25)) return Make(ExceptionRevoked{id, subject});
  return Make(ExceptionGranted{.exception = id,
                               .subject = subject,
                               .rule = dice.Pick(rules),
                               .expires_at = SomeTime(),
                               .approver = "user:u1",
                               .reason = "legacy"});
}

AccessUsed Events::UseOf(const std::string& ref) {
  static const std::vector<std::string> actions = {"read", "read", "write", "assume", "list"};
  const Universe& u = TheUniverse();
  AccessUsed d{.identity = ref, .action = dice.Pick(actions)};
  if (dice.Chance(0.8)) d.resource = d.action == "assume" ? dice.Pick(u.identities) : dice.Pick(u.resources);
  d.outcome = dice.Chance(0.8) ? Outcome::kAllowed : Outcome::kDenied;
  if (dice.Chance(0.6)) d.network = "net-" + std::to_string(dice.Between(1, 4));
  for (int n = dice.Chance(0.25) ? dice.Between(1, 2) : 0; n > 0; --n) d.via.push_back(dice.Pick(u.identities));
  return d;
}

Event Events::Use() {
  const Universe& u = TheUniverse();
  Event event = Make(UseOf(dice.Pick(u.identities)));
  if (dice.Chance(0.6)) event.authid = dice.Chance(0.8) ? dice.Pick(u.users) : dice.Pick(u.identities);
  return event;
}

}  // namespace tenure::property
