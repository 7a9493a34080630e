#include "investigation/blast_radius.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "authority/cursor.h"
#include "authority/head.h"
#include "authority/story.h"
#include "event/reference.h"
#include "investigation/uses.h"

namespace tenure::investigation {
namespace {

using history::IntervalSet;
using history::TimeSet;

// A row before its page is known: what its path and its evidence are made from.
struct Found {
  ReachRow row;
  Reach* reach = nullptr;
  const Authority* authority = nullptr;  // owned by the reach
  std::vector<Position> evidence;
  std::size_t order = 0;
};

std::string PageKey(const Found& found) {
  std::string key;
  const auto put = [&](std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(value >> shift & 255);
  };
  put(static_cast<std::uint64_t>(found.row.span.from.us) ^ (std::uint64_t{1} << 63));
  put(found.order);
  return key;
}

auto OrderOf(const Found& found) {
  const ReachRow& row = found.row;
  return std::tie(row.span.from, row.kind, row.who, row.as, row.grant, row.granted_to, row.effect, row.ref, row.action,
                  row.resource, row.span.until);
}

class Question {
 public:
  Question(history::FactView& view, const ReachQuestion& question, const ActorOf& actor_of)
      : view_(view), question_(question), actor_of_(actor_of), taints_(view.Taints()) {}

  // Everything, in order of time.
  Status Ask() {
    std::vector<const Reach*> level{Follow(question_.ref, question_.window)};
    for (std::int64_t depth = 0; !level.empty(); ++depth) {
      auto deeds = DeedsOf(view_, level, actor_of_, told_);
      if (!deeds) return tl::unexpected<Error>(deeds.error());
      level = depth < question_.depth ? FollowAll(*deeds) : std::vector<const Reach*>{};
      for (Deed& deed : *deeds) AddDeed(std::move(deed));
    }
    for (const auto& reach : reaches_)
      if (auto s = AddReach(*reach); !s) return s;
    std::stable_sort(rows_.begin(), rows_.end(), [](const Found& a, const Found& b) { return OrderOf(a) < OrderOf(b); });
    for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].order = i;
    return {};
  }
  std::vector<Found> TakeRows() { return std::move(rows_); }

  Status Write(Found& found, authority::EvidenceList& evidence, ReachRow& out) {
    out = std::move(found.row);
    if (found.reach != nullptr) {
      auto path = found.authority != nullptr ? found.reach->PathTo(*found.authority, out.span.from, out.certain, evidence)
                                             : found.reach->PathTo(out.as, out.span.from, out.certain, evidence);
      if (!path) return tl::unexpected<Error>(path.error());
      out.path = std::move(*path);
    }
    auto index = evidence.Add(found.evidence);
    if (!index) return tl::unexpected<Error>(index.error());
    out.evidence = std::move(*index);
    return {};
  }

  Status Head(AnswerHead& head) {
    for (const auto& reach : reaches_) {
      if (reach->Fault()) return tl::unexpected<Error>(*reach->Fault());
      if (!taints_.Empty()) {
        authority::Consulted consulted;
        consulted[{Topic::kUsage, reach->Who()}] = IntervalSet(reach->Window());
        authority::NoteTaints(view_.Taints(), consulted, reach->Window(), head);
      }
    }
    // What can't be read may be what it made, whatever it is about.
    authority::NoteTaints(view_.Taints(), std::vector<Topic>{Topic::kIdentity, Topic::kAccess}, question_.window, head);
    authority::NoteLimit(work_.Reached(), head);
    // Where uses are not recorded, none is told: that is no sign that there was none.
    auto before = authority::BeforeRecord(view_, {Topic::kIdentity, Topic::kAccess, Topic::kUsage}, question_.window.from);
    if (!before) return tl::unexpected<Error>(before.error());
    head.before_record = *before;
    return {};
  }

 private:
  const Reach* Follow(const std::string& who, Interval window) {
    followed_.insert(who);
    reaches_.push_back(std::make_unique<Reach>(view_, who, window, taints_, work_));
    return reaches_.back().get();
  }
  std::vector<const Reach*> FollowAll(const std::vector<Deed>& deeds) {
    std::vector<const Reach*> level;
    for (const Deed& deed : deeds)
      if (!deed.makes.empty() && !event::IsGroup(deed.makes) && !followed_.contains(deed.makes))
        level.push_back(Follow(deed.makes, {deed.item.meta.time, question_.window.until}));
    return level;
  }

  void AddDeed(Deed deed) {
    Found found;
    found.row.kind = ReachKind::kMade;
    found.row.span = {deed.item.meta.time, question_.window.until};
    found.row.who = std::move(deed.who);
    found.row.as = std::move(deed.as);
    found.row.certain = deed.certain;
    found.row.change = authority::WordsOf(deed.item.payload);
    found.row.ref = deed.item.meta.key;
    found.row.followed = followed_.contains(deed.makes) && deed.makes != question_.ref;
    found.evidence = {deed.item.meta.position};
    rows_.push_back(std::move(found));
  }

  Status AddReach(Reach& reach) {
    // A made identity has no credential but those that were made with it.
    auto uses = UsesOf(view_, reach, reach.Who() == question_.ref ? question_.credential : std::string());
    if (!uses) return tl::unexpected<Error>(uses.error());
    for (const auto& [as, set] : reach.Identities())
      if (as != reach.Who()) AddIdentity(reach, as, set);
    for (const Authority& one : reach.Authorities()) AddAuthority(reach, one, *uses);
    std::vector<std::pair<ReachRow, std::vector<Position>>> used;
    AddUseRows(reach.Who(), *uses, used);
    for (auto& [row, evidence] : used) rows_.push_back({std::move(row), nullptr, nullptr, std::move(evidence), 0});
    return {};
  }

  // Each stretch, the certain ones and the possible ones.
  template <class Each>
  void EachStretch(const TimeSet& set, const Each& each) const {
    const bool unsure = work_.Reached();
    for (const Interval& span : set.must.Parts()) each(span, !unsure);
    const IntervalSet possibly = set.Possibly();
    for (const Interval& span : possibly.Parts()) each(span, false);
  }

  void AddIdentity(Reach& reach, const std::string& as, const TimeSet& set) {
    EachStretch(set, [&](const Interval& span, bool certain) {
      Found found;
      found.row.kind = ReachKind::kIdentity;
      found.row.span = span;
      found.row.who = reach.Who();
      found.row.as = as;
      found.row.certain = certain;
      found.reach = &reach;
      rows_.push_back(std::move(found));
    });
  }

  void AddAuthority(Reach& reach, const Authority& authority, const std::vector<Use>& uses) {
    const IntervalSet denied = reach.DeniesOf(authority.as);
    const auto& terms = authority.piece->terms;
    EachStretch(authority.set, [&](const Interval& span, bool certain) {
      Found found;
      ReachRow& row = found.row;
      row.kind = ReachKind::kAuthority;
      row.span = span;
      row.who = reach.Who();
      row.as = authority.as;
      row.certain = certain;
      row.effect = authority.effect;
      row.role = terms.role;
      if (row.role.empty()) row.permissions = terms.permissions;
      row.scope = terms.scope;
      row.grant_kind = terms.kind;
      row.grant = authority.piece->grant;
      row.granted_to = authority.piece->principal;
      row.denies_apply = denied.Meets(span);
      for (const Use& use : uses)
        if (use.as == authority.as && use.said.outcome != Outcome::kDenied && span.Contains(use.time) &&
            reach.Covers(authority, use.said, use.time))
          Count(use, use.counted ? row.used : row.used_apart);
      found.reach = &reach;
      found.authority = &authority;
      rows_.push_back(std::move(found));
    });
  }

  history::FactView& view_;
  const ReachQuestion& question_;
  const ActorOf& actor_of_;
  const authority::TaintIndex taints_;
  authority::Work work_;
  std::vector<std::unique_ptr<Reach>> reaches_;  // the one asked about first
  std::set<std::string> followed_;
  std::set<Position> told_;  // deeds
  std::vector<Found> rows_;
};

}  // namespace

Result<ReachAnswer> BlastRadius(history::FactView& view, const ReachQuestion& question, const Page& page,
                                const ActorOf& actor_of) {
  if (auto s = authority::CheckSubject(question.ref); !s) return tl::unexpected<Error>(s.error());
  if (question.depth < 0 || question.depth > kReachDepthMax)
    return Fail("depth_out_of_range", "a depth of " + std::to_string(question.depth),
                "give 0 to " + std::to_string(kReachDepthMax), Blame::kCaller);
  const authority::QuestionKey key{"blast_radius", question.ref, question.credential, std::to_string(question.depth)};
  auto place = authority::PlaceOf(key, When{std::nullopt, question.window}, page);
  if (!place) return tl::unexpected<Error>(place.error());
  ReachAnswer answer;
  answer.asked = question;
  if (place->when.during) answer.asked.window = *place->when.during;
  auto frame = authority::Frame::Of({std::nullopt, answer.asked.window});
  if (!frame) return tl::unexpected<Error>(frame.error());
  answer.head = authority::HeadOf("blast_radius", question.ref, *frame);

  Question asked(view, answer.asked, actor_of);
  if (auto s = asked.Ask(); !s) return tl::unexpected<Error>(s.error());
  auto rows = asked.TakeRows();
  answer.total = static_cast<std::int64_t>(rows.size());
  rows = authority::PageOf(std::move(rows), PageKey, key, *place, page.limit, answer.head.next);
  authority::EvidenceList evidence(view);
  for (Found& found : rows) {
    ReachRow row;
    if (auto s = asked.Write(found, evidence, row); !s) return tl::unexpected<Error>(s.error());
    answer.rows.push_back(std::move(row));
  }
  if (auto s = asked.Head(answer.head); !s) return tl::unexpected<Error>(s.error());
  answer.head.evidence = evidence.Take();
  return answer;
}

}  // namespace tenure::investigation
