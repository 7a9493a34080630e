#include "connect/policy_versions.h"

#include <algorithm>
#include <tuple>

#include "connect/iam_change.h"
#include "connect/record_mapper.h"
#include "event/codec.h"

namespace tenure::connect {
namespace {

constexpr std::string_view kVersionFolder = "/version/";
constexpr const char* kContent = "/content";

std::string PolicyOf(const std::string& role) { return role.substr(0, role.rfind(kVersionFolder)); }

const std::string& DescriptionOf(const Event& event) {
  static const std::string none;
  const auto* defined = std::get_if<RoleDefined>(&event.payload);
  const bool ours = event.name.source.compare(0, kCloudTrailSourcePrefix.size(), kCloudTrailSourcePrefix) == 0;
  return defined && ours ? defined->description : none;
}
std::string VersionIn(const Event& event) { return DescribedVersion(DescriptionOf(event)); }
std::string DefaultIn(const Event& event) { return DescribedDefault(DescriptionOf(event)); }

// The policy whose versions the event is about; empty if it is about none.
std::string PolicyOf(const Event& event) {
  if (const auto* defined = std::get_if<RoleDefined>(&event.payload)) {
    const bool about = !VersionIn(event).empty() || !DefaultIn(event).empty();
    return about ? PolicyOf(defined->role) : std::string();
  }
  const auto* retired = std::get_if<RoleRetired>(&event.payload);
  return retired && IsPolicyRole(retired->role) ? retired->role : std::string();
}

// A function of the actor alone: a mark that comes from the record has lost its own authtype, and the event must be the same.
std::string AuthTypeOf(const std::string& actor) {
  const auto identity = IdentityOfArn(actor);
  if (!identity) return "unknown";
  return identity->substr(0, 5) == "user:" ? "user" : "service_account";
}

// All that is known of one policy, in order of time.
class History {
 public:
  explicit History(std::vector<Event> events) : events_(std::move(events)) {
    const auto order = [](const Event& a, const Event& b) { return std::tie(a.time, a.name) < std::tie(b.time, b.name); };
    std::ranges::sort(events_, order);
    const auto same = [](const Event& a, const Event& b) { return a.name == b.name; };
    events_.erase(std::ranges::unique(events_, same).begin(), events_.end());
  }

  std::vector<Event> Marks() const {
    std::vector<Event> marks;
    for (const auto& event : events_)
      if (!DefaultIn(event).empty()) marks.push_back(event);
    return marks;
  }

  // The last definition of the version at or before the mark, unless the policy ended in between.
  const RoleDefined* ContentFor(const Event& mark) const {
    const std::string version = DefaultIn(mark);
    const RoleDefined* content = nullptr;
    for (const auto& event : events_) {
      if (event.time > mark.time) break;
      if (std::holds_alternative<RoleRetired>(event.payload) && event.time < mark.time) content = nullptr;
      if (VersionIn(event) == version) content = std::get_if<RoleDefined>(&event.payload);
    }
    return content;
  }

 private:
  std::vector<Event> events_;
};

Result<Event> ContentEvent(const Event& mark, const std::string& policy, const RoleDefined& content) {
  Event event;
  event.name = {mark.name.source, mark.name.id + kContent};
  event.time = mark.time;
  event.payload = RoleDefined{policy, content.permissions, {}};
  event.authid = mark.authid;
  if (!event.authid.empty()) event.authtype = AuthTypeOf(event.authid);
  event.supersedes = {mark.name};
  return event::Complete(std::move(event));
}

using ByPolicy = std::map<std::string, std::vector<Event>>;

// Adds what the record holds under the keys to the policies that are already there.
Status AddRecorded(ByPolicy& policies, const Recorded& recorded, const std::vector<std::string>& keys) {
  if (!recorded || keys.empty()) return {};
  auto events = recorded(keys);
  if (!events) return tl::unexpected(events.error());
  for (auto& event : *events)
    if (const auto found = policies.find(PolicyOf(event)); found != policies.end()) found->second.push_back(std::move(event));
  return {};
}

}  // namespace

void PolicyVersions::Note(const Event& event) {
  const std::string policy = PolicyOf(event);
  if (policy.empty()) return;
  if (!noted_.contains(policy) && noted_.size() >= kPoliciesMax) return;
  auto& events = noted_[policy];
  const std::size_t bytes = sizeof(Event) + 3 * event.data_json.size();
  if (kept_bytes_ + bytes > kKeptBytesMax) return;
  kept_bytes_ += bytes;
  events.push_back(event);
}

Result<std::vector<Event>> PolicyVersions::Resolve(const Recorded& recorded) const {
  ByPolicy policies = noted_;
  std::vector<std::string> keys;
  for (const auto& [policy, events] : policies) keys.push_back(policy);
  if (auto ok = AddRecorded(policies, recorded, keys); !ok) return tl::unexpected(ok.error());
  keys.clear();
  for (const auto& [policy, events] : policies)
    for (const auto& event : events)
      if (const auto version = DefaultIn(event); !version.empty()) keys.push_back(policy + std::string(kVersionFolder) + version);
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  if (auto ok = AddRecorded(policies, recorded, keys); !ok) return tl::unexpected(ok.error());
  std::vector<Event> added;
  for (auto& [policy, events] : policies) {
    const History history(std::move(events));
    for (const auto& mark : history.Marks()) {
      const auto* content = history.ContentFor(mark);
      if (!content) continue;
      auto event = ContentEvent(mark, policy, *content);
      if (!event) return tl::unexpected(event.error());
      added.push_back(std::move(*event));
    }
  }
  std::ranges::sort(added, [](const Event& a, const Event& b) { return std::tie(a.time, a.name) < std::tie(b.time, b.name); });
  return added;
}

}  // namespace tenure::connect
