#include "governance/controls.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "authority/cursor.h"
#include "authority/evidence.h"
#include "authority/frame.h"
#include "authority/head.h"
#include "governance/sweep.h"
#include "history/moment.h"

namespace tenure::governance {
namespace {

using authority::Frame;
using history::OwnEvent;

constexpr std::size_t kBundledShown = 10;

// In the order of the rows.
using Key = std::tuple<Topic, std::string, std::string, std::string, std::string>;

struct Tally {
  ControlRow row;
  history::Moment first, last;
  std::set<std::string> bundled;
};

struct Counting {
  ControlRow& row;
  void operator()(const IdentityRegistered&) const { ++row.identities; }
  void operator()(const CredentialIssued&) const { ++row.credentials; }
  void operator()(const CredentialRotated&) const { ++row.credentials; }
  void operator()(const RoleDefined&) const { ++row.roles; }
  void operator()(const GrantIssued&) const { ++row.grants; }
  void operator()(const MembershipAdded&) const { ++row.memberships; }
  void operator()(const IdentityRetired&) const { ++row.ended; }
  void operator()(const CredentialRevoked&) const { ++row.ended; }
  void operator()(const RoleRetired&) const { ++row.ended; }
  void operator()(const GrantRevoked&) const { ++row.ended; }
  void operator()(const MembershipRemoved&) const { ++row.ended; }
  template <class E>
  void operator()(const E&) const {}
};

// Makes an identity or a credential, or gives authority: what must not be one actor's for one subject.
bool Creates(const Payload& payload) {
  return std::holds_alternative<IdentityRegistered>(payload) || std::holds_alternative<CredentialIssued>(payload) ||
         std::holds_alternative<CredentialRotated>(payload);
}
bool Gives(const Payload& payload) {
  return std::holds_alternative<GrantIssued>(payload) || std::holds_alternative<MembershipAdded>(payload);
}

class Tallies {
 public:
  Tallies(history::FactView& view, const Policy& policy, const Frame& frame, const ActorOf& actor_of)
      : view_(view), policy_(policy), frame_(frame), actor_of_(actor_of) {}

  Status Add(const std::string& subject) {
    auto events = view_.EventsAbout(subject);
    if (!events) return tl::unexpected(events.error());
    std::map<std::string, std::vector<Tally*>> creators, givers;  // by actor
    for (const OwnEvent& event : *events) {
      const Topic plane = event.position.topic;
      if ((plane != Topic::kIdentity && plane != Topic::kAccess) || !InTime(event.time) || IsOthers(subject, event.payload))
        continue;
      auto meta = view_.Meta(event.position);
      if (!meta) return tl::unexpected(meta.error());
      Tally& tally = Of(*meta);
      Note(event, tally);
      if (meta->claimed_actor.empty()) continue;
      const bool creates = Creates(event.payload);
      if (!creates && !Gives(event.payload)) continue;
      const std::string actor = actor_of_ ? actor_of_(meta->claimed_actor) : meta->claimed_actor;
      (creates ? creators : givers)[actor].push_back(&tally);
    }
    for (const auto& [actor, of_identity] : creators) {
      const auto of_access = givers.find(actor);
      if (of_access == givers.end()) continue;
      for (Tally* tally : of_identity) tally->bundled.insert(subject);
      for (Tally* tally : of_access->second) tally->bundled.insert(subject);
    }
    return {};
  }

  std::map<Key, Tally>& All() { return tallies_; }

 private:
  bool InTime(EffectiveTime t) const { return frame_.AtMoment() ? t <= frame_.Begin() : frame_.Window().Contains(t); }
  // A link stands with both that it names, and is counted with the first.
  static bool IsOthers(const std::string& subject, const Payload& payload) {
    const auto* linked = std::get_if<IdentityLinked>(&payload);
    return linked != nullptr && linked->identity != subject;
  }
  Tally& Of(const history::EventMeta& meta) {
    const Key key{meta.position.topic, meta.name.source, meta.control_owner, meta.verified_writer, meta.claimed_actor};
    auto [it, made] = tallies_.try_emplace(key);
    if (!made) return it->second;
    ControlRow& row = it->second.row;
    row.plane = meta.position.topic == Topic::kIdentity ? "identity" : "access";
    row.source = meta.name.source;
    row.control_owner = meta.control_owner;
    row.verified_writer = meta.verified_writer;
    row.actor = meta.claimed_actor;
    if (row.control_owner.empty()) row.marks.push_back("no_owner");
    if (!policy_.configured_sources.empty() && !Match(policy_.configured_sources, row.source)) row.marks.push_back("hand_made");
    return it->second;
  }
  static void Note(const OwnEvent& event, Tally& tally) {
    ControlRow& row = tally.row;
    std::visit(Counting{row}, event.payload);
    const history::Moment at{event.time, {event.recorded, event.position}};
    if (row.events++ == 0) tally.first = tally.last = at;
    tally.first = std::min(tally.first, at), tally.last = std::max(tally.last, at);
    row.first = tally.first.time, row.last = tally.last.time;
  }

  history::FactView& view_;
  const Policy& policy_;
  const Frame& frame_;
  const ActorOf& actor_of_;
  std::map<Key, Tally> tallies_;
};

std::string PageKey(const ControlRow& row) {
  std::string key = row.plane == "identity" ? "0" : "1";
  for (const auto* part : {&row.source, &row.control_owner, &row.verified_writer, &row.actor}) key.append(*part).append(1, '\0');
  return key;
}

}  // namespace

Result<ControlsAnswer> Controls(history::FactView& view, const Policy& policy, const When& when, const Page& page,
                                const ActorOf& actor_of) {
  ControlsAnswer answer;
  answer.policy = HashOf(policy);
  const authority::QuestionKey key{"controls", answer.policy};
  auto place = authority::PlaceOf(key, when, page);
  if (!place) return tl::unexpected(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected(frame.error());
  answer.head = authority::HeadOf("controls", "", *frame);

  Tallies tallies(view, policy, *frame, actor_of);
  if (auto s = EachSubject(view, "", [&](const std::string& ref) { return tallies.Add(ref); }); !s)
    return tl::unexpected(s.error());
  std::vector<ControlRow> rows;
  for (auto& [of, tally] : tallies.All()) {
    if (!tally.bundled.empty()) tally.row.marks.push_back("both_planes");
    tally.row.bundled_count = static_cast<std::int64_t>(tally.bundled.size());
    for (const auto& subject : tally.bundled)
      if (tally.row.bundled.size() < kBundledShown) tally.row.bundled.push_back(subject);
    rows.push_back(std::move(tally.row));
  }
  rows = authority::PageOf(std::move(rows), PageKey, key, *place, page.limit, answer.head.next);
  authority::EvidenceList evidence(view);
  for (ControlRow& row : rows) {
    const Tally& tally = tallies.All().at({row.plane == "identity" ? Topic::kIdentity : Topic::kAccess, row.source,
                                           row.control_owner, row.verified_writer, row.actor});
    auto index = evidence.Add({tally.first.order.position, tally.last.order.position});
    if (!index) return tl::unexpected(index.error());
    row.evidence = std::move(*index);
  }
  answer.rows = std::move(rows);
  const std::vector<Topic> planes{Topic::kIdentity, Topic::kAccess};
  authority::NoteTaints(view.Taints(), planes, frame->Window(), answer.head);
  auto before = authority::BeforeRecord(view, planes, frame->Begin());
  if (!before) return tl::unexpected(before.error());
  answer.head.before_record = *before;
  answer.head.evidence = evidence.Take();
  return answer;
}

}  // namespace tenure::governance
