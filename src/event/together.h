#pragma once
// Rules that bind several fields of one type. What one field alone must be stands in the table of fields.h.
#include <string>

#include "event/field_reader.h"

namespace tenure::event {

struct Together {
  FieldReader& r;
  template <class E>
  void operator()(const E&) const {}
  void operator()(const CredentialRotated& e) const {
    if (!e.credential.empty() && e.credential == e.replaced_by)
      r.Refuse("event_rotation_same", "\"replaced_by\" is the credential itself", "name the one that begins");
  }
  void operator()(const GrantRequested&) const { RoleOrPermissions(); }
  void operator()(const GrantApproved& e) const { RequestOrGrant(e.request, e.grant); }
  void operator()(const GrantDenied& e) const { RequestOrGrant(e.request, e.grant); }
  void operator()(const GrantIssued& e) const {
    RoleOrPermissions();
    if (e.kind == "delegated" && e.delegator.empty())
      r.Refuse("event_field_missing", "\"delegator\" is required for kind delegated", "name who delegates");
  }
  void operator()(const GrantRevoked& e) const {
    if (e.grant.empty() == e.role.empty())
      r.Refuse("event_revoke_grant_or_role", "a revoke names either \"grant\" or \"role\"", "send exactly one of the two");
    if (e.scope && e.role.empty())
      r.Refuse("event_field_contradiction", "\"scope\" without \"role\"", "a revoke by grant id needs no scope");
  }
  void operator()(const ReviewDecided& e) const {
    if (int{!e.grant.empty()} + int{!e.group.empty()} + int{!e.credential.empty()} != 1)
      r.Refuse("event_decision_object", "a decision names exactly one of \"grant\", \"group\" and \"credential\"",
               "send exactly one of the three");
  }

 private:
  void RoleOrPermissions() const {
    if (r.Has("role") == r.Has("permissions"))
      r.Refuse("event_grant_role_or_permissions", "a grant has either \"role\" or \"permissions\"",
               "send exactly one of the two");
  }
  void RequestOrGrant(const std::string& request, const std::string& grant) const {
    if (request.empty() && grant.empty())
      r.Refuse("event_field_missing", "neither \"request\" nor \"grant\" is there", "say which was decided");
  }
};

}  // namespace tenure::event
