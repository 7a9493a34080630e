#pragma once
// One successful IAM call that changes who exists or who holds what, and the events that it becomes.
//
// `FindIamChange` looks the call's name up in a table; the function found there reads the call and fills a Change. The mapping,
// call by call: docs/reference/cloudtrail.md. Plain values and functions, safe from any thread.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connect/aws_names.h"
#include "connect/caller.h"
#include "connect/causal_order.h"
#include "connect/record_json.h"
#include "tenure/event.h"
#include "tenure/result.h"

namespace tenure::connect {

// The call, as far as it matters here.
struct IamCall {
  std::string name;        // "CreateUser"
  Json request, response;  // requestParameters, responseElements; of no kind if null
  IamAccount account;
  Caller caller;

  std::string Asked(std::string_view parameter) const { return Text(request, parameter); }
};

// An event without what all events of one record share. Its id is the record's eventID, or `<eventID>/<suffix>`.
struct EventDraft {
  std::string suffix;
  Payload payload;
};

// Something the summary says about the record although it was taken.
struct Remark {
  std::string ref, text;
};

struct IamChange {
  CausalRank rank = CausalRank::kGrant;
  std::int64_t sequence = 0;       // orders changes of one kind and second where AWS numbers them
  std::vector<EventDraft> events;  // in order of record; empty: the call changes nothing that is recorded
  std::vector<Change> begins;      // beside what the events themselves begin and end
  std::string managed_policy;      // ARN of a policy whose content AWS may have made known
  std::vector<Remark> remarks;

  void Add(std::string suffix, Payload payload) { events.push_back({std::move(suffix), std::move(payload)}); }
};

// Errors: record_incomplete (a name is missing that neither the request, the response nor the caller gives).
using IamChangeMaker = Result<IamChange> (*)(const IamCall& call);
// Null for a call that is no such change.
IamChangeMaker FindIamChange(std::string_view event_name);

// The makers, by what they are about.
Result<IamChange> CreateIdentity(const IamCall& call);  // iam_identity.cc
Result<IamChange> DeleteIdentity(const IamCall& call);
Result<IamChange> TagIdentity(const IamCall& call);
Result<IamChange> UntagIdentity(const IamCall& call);
Result<IamChange> PutBoundary(const IamCall& call);
Result<IamChange> DeleteBoundary(const IamCall& call);
Result<IamChange> AddUserToGroup(const IamCall& call);
Result<IamChange> RemoveUserFromGroup(const IamCall& call);
Result<IamChange> CreateRole(const IamCall& call);  // iam_role.cc
Result<IamChange> DeleteRole(const IamCall& call);
Result<IamChange> UpdateTrust(const IamCall& call);
Result<IamChange> AddRoleToInstanceProfile(const IamCall& call);
Result<IamChange> RemoveRoleFromInstanceProfile(const IamCall& call);
Result<IamChange> CreateAccessKey(const IamCall& call);  // iam_credential.cc
Result<IamChange> UpdateAccessKey(const IamCall& call);
Result<IamChange> DeleteAccessKey(const IamCall& call);
Result<IamChange> CreateLoginProfile(const IamCall& call);
Result<IamChange> DeleteLoginProfile(const IamCall& call);
Result<IamChange> AttachPolicy(const IamCall& call);  // iam_policy.cc
Result<IamChange> DetachPolicy(const IamCall& call);
Result<IamChange> PutInlinePolicy(const IamCall& call);
Result<IamChange> DeleteInlinePolicy(const IamCall& call);
Result<IamChange> CreatePolicy(const IamCall& call);
Result<IamChange> DeletePolicy(const IamCall& call);
Result<IamChange> CreatePolicyVersion(const IamCall& call);
Result<IamChange> DeletePolicyVersion(const IamCall& call);
Result<IamChange> SetDefaultPolicyVersion(const IamCall& call);

// The identity that the call is about: the user, role, group or instance profile that it names, in this order; a call without any
// is about the calling user. Errors: record_incomplete.
Result<std::string> IdentityOf(const IamCall& call);
tl::unexpected<Error> Incomplete(const IamCall& call, std::string_view parameter);
// The registration of an identity that the call creates: ARN, tags, owner, boundary.
IdentityRegistered RegistrationOf(const IamCall& call, const std::string& identity, const Json& created, IamChange& change);

// How a policy's definition says of which version it is, in its description, so that it can be found again.
std::string DescribeVersion(std::string_view version, std::string_view description);  // "version v2", "version v2: …"
std::string DescribeDefault(std::string_view version);                                // "default version v2"
std::string DescribedVersion(std::string_view description);                           // "v2" of the one, else ""
std::string DescribedDefault(std::string_view description);                           // "v2" of the other, else ""

}  // namespace tenure::connect
