#include "connect/record_mapper.h"

#include <algorithm>
#include <utility>

#include "connect/attributes.h"
#include "event/clock.h"
#include "event/codec.h"
#include "event/door.h"

namespace tenure::connect {

// What every record tells.
struct RecordMapper::Call {
  Json record;
  std::string id, source, service, name;
  EffectiveTime time;
  IamCall iam;
  bool failed = false;
};

namespace {

tl::unexpected<Error> MissingMember(std::string_view member) {
  return Fail("record_incomplete", "the record has no " + std::string(member), "it may be cut, or no CloudTrail record");
}

bool Failed(const Json& record) {
  const Json code = Member(record, "errorCode");
  if (code.Exists() && !code.IsNull()) return true;
  return Text(Member(record, "responseElements"), "ConsoleLogin") == "Failure";
}

std::string FirstLabel(std::string_view host) { return std::string(host.substr(0, host.find('.'))); }

// Records that tell of no call.
std::optional<std::string> KindToIgnore(const Json& record) {
  if (Member(record, "digestStartTime").Exists()) return "digest";
  if (Text(record, "eventType") == "AwsCloudTrailInsight" || Text(record, "eventCategory") == "Insight") return "insight";
  return std::nullopt;
}

// The one thing that the call was about: the ARN that all others contain, as an object's does its bucket's.
std::string ResourceOf(const Json& record) {
  std::vector<std::string> arns;
  for (const auto& resource : Member(record, "resources").Items()) {
    std::string arn = Text(resource, "ARN");
    if (arn.empty()) arn = Text(resource, "arn");
    if (!arn.empty()) arns.push_back(std::move(arn));
  }
  const auto longest = std::ranges::max_element(arns, {}, &std::string::size);
  if (longest == arns.end()) return {};
  const bool one = std::ranges::all_of(
      arns, [&](const std::string& arn) { return arn == *longest || longest->compare(0, arn.size() + 1, arn + "/") == 0; });
  return one ? *longest : std::string();
}

void Attribute(Event& event, const Caller& caller) {
  event.authtype = caller.authtype;
  event.authid = caller.authid;
  if (event.authid.empty()) event.authtype.clear();
}

// What a rename or an asynchronous deletion leaves open; the record has no event for it.
std::optional<Remark> NotFollowed(const IamCall& call) {
  if (call.name == "UpdateUser" && !call.Asked("newUserName").empty())
    return Remark{call.account.User(call.Asked("userName")),
                  "renamed to " + call.Asked("newUserName") + "; what it holds stays under the old name"};
  if (call.name == "UpdateGroup" && !call.Asked("newGroupName").empty())
    return Remark{call.account.Group(call.Asked("groupName")),
                  "renamed to " + call.Asked("newGroupName") + "; what it holds stays under the old name"};
  if (call.name == "DeleteServiceLinkedRole")
    return Remark{call.account.Role(call.Asked("roleName")),
                  "its deletion was asked for; whether and when it was done is not in CloudTrail"};
  return std::nullopt;
}

// The door takes a batch as a whole or not at all: one record that it would refuse must not take others along.
Result<Event> Checked(Result<Event> complete) {
  if (!complete) return complete;
  if (auto ok = event::CheckAtDoor(*complete); !ok) return tl::unexpected(ok.error());
  return complete;
}

std::size_t AboutBytes(const Event& event) { return sizeof(Event) + 3 * event.data_json.size() + 512; }

void AddExtra(std::vector<std::pair<std::string, std::string>>& extra, const char* name, const std::string& value) {
  if (!value.empty()) extra.emplace_back(name, value);
}

}  // namespace

Result<Event> CompleteWith(Event event, const std::vector<std::pair<std::string, std::string>>& members) {
  auto complete = event::Complete(std::move(event));
  if (!complete || members.empty()) return complete;
  std::string& data = complete->data_json;
  const auto end = data.rfind('}');
  if (end == std::string::npos) return Fail("event_data_missing", "the event has no data", "", Blame::kFault);
  data.erase(end);
  for (const auto& [name, value] : members) data += "," + JsonText(name) + ":" + JsonText(value);
  data += '}';
  return event::Complete(std::move(*complete));
}

Result<MappedRecord> RecordMapper::Map(std::string_view record_json) const {
  const auto record = Json::Parse(record_json);
  if (!record) return tl::unexpected(record.error());
  if (auto kind = KindToIgnore(*record)) return MappedRecord{Ignored{std::move(*kind)}, {}, {}, {}};
  Call call;
  call.record = *record;
  call.id = Text(*record, "eventID");
  call.name = Text(*record, "eventName");
  const std::string host = Text(*record, "eventSource"), time = Text(*record, "eventTime");
  const Json user = Member(*record, "userIdentity");
  std::string account = Text(*record, "recipientAccountId");
  if (account.empty()) account = Text(user, "accountId");
  if (call.id.empty()) return MissingMember("eventID");
  if (call.name.empty()) return MissingMember("eventName");
  if (host.empty()) return MissingMember("eventSource");
  if (time.empty()) return MissingMember("eventTime");
  if (account.empty()) return MissingMember("recipientAccountId");
  const auto parsed = event::ParseRfc3339(time);
  if (!parsed) return tl::unexpected(parsed.error());
  call.time = *parsed;
  call.service = FirstLabel(host);
  call.source = std::string(kCloudTrailSourcePrefix) + account;
  call.failed = Failed(*record);
  const IamAccount iam{std::string(PartitionOfRegion(Text(*record, "awsRegion"))), account};
  call.iam = {call.name, Member(*record, "requestParameters"), Member(*record, "responseElements"), iam, CallerOf(user, iam)};
  if (call.iam.caller.identity.empty() && Text(*record, "eventType") == "AwsServiceEvent") {
    call.iam.caller.identity = External(host);
    call.iam.caller.authid = host;
    call.iam.caller.authtype = "system";
  }
  if (!call.failed && host == "iam.amazonaws.com")
    if (const auto maker = FindIamChange(call.name)) return MapChange(call, maker);
  return MapUsage(call);
}

Result<MappedRecord> RecordMapper::MapUsage(const Call& call) const {
  MappedRecord mapped;
  mapped.time = call.time;
  if (!call.failed && call.service == "iam")
    if (auto remark = NotFollowed(call.iam)) mapped.remarks.push_back(std::move(*remark));
  const Caller& caller = call.iam.caller;
  if (!usage_ || caller.identity.empty()) {
    mapped.what = Ignored{usage_ ? "without caller" : "usage"};
    return mapped;
  }
  AccessUsed used;
  used.identity = caller.identity;
  used.action = call.service + ":" + call.name;
  used.resource = ResourceOf(call.record);
  used.outcome = call.failed ? Outcome::kDenied : Outcome::kAllowed;
  used.credential = caller.credential;
  used.network = Text(call.record, "sourceIPAddress");
  Event event;
  event.name = {call.source, call.id};
  event.time = call.time;
  event.payload = std::move(used);
  Attribute(event, caller);
  std::vector<std::pair<std::string, std::string>> extra;
  AddExtra(extra, "x_session", caller.session);
  AddExtra(extra, "x_invoked_by", caller.invoked_by);
  AddExtra(extra, "x_error", Text(call.record, "errorCode"));
  auto complete = Checked(CompleteWith(std::move(event), extra));
  if (!complete) return tl::unexpected(complete.error());
  mapped.what = std::move(*complete);
  return mapped;
}

Result<MappedRecord> RecordMapper::MapChange(const Call& call, IamChangeMaker maker) {
  auto change = maker(call.iam);
  if (!change) return tl::unexpected(change.error());
  MappedRecord mapped;
  mapped.time = call.time;
  mapped.remarks = std::move(change->remarks);
  mapped.managed_policy = std::move(change->managed_policy);
  if (change->events.empty()) {
    mapped.what = Ignored{"without effect"};
    return mapped;
  }
  ChangeRecord record;
  record.time = call.time;
  record.rank = change->rank;
  record.sequence = change->sequence;
  record.event_id = call.id;
  record.changes = std::move(change->begins);
  for (auto& draft : change->events) {
    Event event;
    event.name = {call.source, draft.suffix.empty() ? call.id : call.id + "/" + draft.suffix};
    event.time = call.time;
    event.payload = std::move(draft.payload);
    if (auto* grant = std::get_if<GrantIssued>(&event.payload)) grant->grant = event.name.id;
    Attribute(event, call.iam.caller);
    auto complete = Checked(event::Complete(std::move(event)));
    if (!complete) return tl::unexpected(complete.error());
    for (auto& made : ChangesOf(*complete)) record.changes.push_back(std::move(made));
    record.bytes += AboutBytes(*complete);
    record.events.push_back(std::move(*complete));
  }
  mapped.what = std::move(record);
  return mapped;
}

}  // namespace tenure::connect
