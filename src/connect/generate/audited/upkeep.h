#pragma once
// What a well-run company does every day: people join, machines go into service, roles are asked for, approved and used, keys are
// rotated and privileges reviewed, each in time. A scene takes from it what it needs and does the rest, or the sin, itself.
//
// A span may reach beyond kCloses: what is kept up is kept up until then, and the end of a stay, a key or a grant there is not told.
// What is given a moment of its own is told at that moment.
#include <string>
#include <string_view>
#include <vector>

#include "connect/generate/audited/company.h"

namespace tenure::connect::generate {

// Something that can be done, and is permitted by one allow of a role.
struct Deed {
  std::string action, resource;
  std::string allowed_action;  // the pattern that permits it; empty = the action itself
  std::string condition;       // under which it is permitted
};
struct Role {
  std::string ref;
  std::vector<Deed> deeds;  // one for each allow
};

// A person, a machine or an outsider.
struct Holder {
  std::string ref;
  std::string network;  // where it works
  Interval stay;
  std::string password;  // of a person: the credential
  std::string group;     // of a person: the team
};

// --- who is there
// Registered for the stay, retired at its end. A person gets a password and joins a team; nothing of it ends with the stay.
Holder Hire(Company& company, Interval stay);
// Without an owner it is a steward's, as an outsider always is.
Holder Commission(Company& company, Interval stay, std::string_view owner = "", std::string_view environment = "");
Holder Contract(Company& company, Interval stay);
// A person and a machine that came some time before, are busy, and stay for good.
Holder OldHand(Company& company, EffectiveTime before);
Holder OldMachine(Company& company, EffectiveTime before, std::string_view owner = "", std::string_view environment = "");
void Register(Company& company, const Holder& holder, EffectiveTime at);
void Retire(Company& company, const Holder& holder, EffectiveTime at, bool ends_all = false);
void ChangeOwner(Company& company, std::string_view identity, std::string_view owner, EffectiveTime at);
void EndPassword(Company& company, const Holder& person, EffectiveTime at);
void Leave(Company& company, std::string_view member, std::string_view group, EffectiveTime at);
// The password and the membership of one who left, some time within the grace.
void TidyUp(Company& company, const Holder& person);

// --- what is done
// An allowed use, to be changed before it is told.
AccessUsed Using(const Holder& holder, const Deed& deed);
// By the person itself, or for nobody in person.
void Use(Company& company, const Holder& holder, const Deed& deed, EffectiveTime at);
// Again and again within the span and the stay: from no moment before the span's end on has it not been done for longer than `longest`.
void KeepUsing(Company& company, const Holder& holder, const Deed& deed, Interval span, std::int64_t longest = kDormantAfter);
// The same of what everybody does; without a span, for the stay.
void KeepBusy(Company& company, const Holder& holder, Interval span, std::int64_t longest = kDormantAfter);
void KeepBusy(Company& company, const Holder& holder);
Deed DailyWork(const Holder& holder);
// Every deed of the role.
void Exercise(Company& company, const Holder& holder, const Role& role, Interval span);

// --- credentials
std::string IssueKey(Company& company, std::string_view identity, EffectiveTime at, std::string_view kind = "access_key",
                     OptionalTime expires_at = {});
std::string RotateKey(Company& company, std::string_view identity, std::string_view key, EffectiveTime at);
void RevokeKey(Company& company, std::string_view identity, std::string_view key, EffectiveTime at);
// A key for the span, rotated in time, and besides at each of `also`.
void KeepKey(Company& company, std::string_view identity, Interval span, const std::vector<EffectiveTime>& also = {});

// --- authority
// Told when the company is founded; the name gets a number.
Role DefineRole(Company& company, std::string_view name, const std::vector<Deed>& deeds);
Role ReaderRole(Company& company);    // one allow
Role OperatorRole(Company& company);  // two
Role AdminRole(Company& company);     // privileged by its name, or by what it allows
Role OnDemandRole(Company& company);  // privileged, and of the policy's `jit_roles`
std::vector<Permission> PermissionsOf(const Role& role);

struct Giving {
  std::string principal;
  Role role;
  Interval span;  // in which it is given
  std::string kind = "standing", scope = "*", condition;
  bool asked = true;          // a request is named
  std::string approver;       // of the request, or of the grant if nothing was asked; empty = nobody approved it
  EffectiveTime approved;     // when, if somebody did
  std::string issuer;         // the claimed actor; empty = the system
  bool expires = false;       // ends by its terms, else by a revoke
  std::int64_t early_us = 0;  // issued so long before it is live
};
// Asked for by another, approved by a steward who isn't the principal, before it is issued or at that very moment.
Giving Proper(Company& company, std::string_view principal, const Role& role, Interval span);
std::string Give(Company& company, const Giving& giving);  // the grant's id
void IssueAgain(Company& company, const Giving& giving, std::string_view grant, EffectiveTime at, std::string_view actor = "");
void Approve(Company& company, std::string_view principal, std::string_view grant, std::string_view approver, EffectiveTime at);
void Revoke(Company& company, std::string_view principal, std::string_view grant, EffectiveTime at);
void Join(Company& company, std::string_view member, std::string_view group, EffectiveTime at, std::string_view actor = "");
// A group with an owner who stays.
std::string Found(Company& company);

// --- reviews
void Review(Company& company, std::string_view principal, std::string_view grant, EffectiveTime at);
// In time, from the beginning of the span.
void KeepReviewed(Company& company, std::string_view principal, std::string_view grant, Interval span);
// A finding that somebody has excused: from before it until `expires`.
void Excuse(Company& company, PlantedFinding& planted, EffectiveTime expires);

}  // namespace tenure::connect::generate
