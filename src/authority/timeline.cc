#include <algorithm>
#include <set>
#include <tuple>

#include "authority/cursor.h"
#include "authority/evidence.h"
#include "authority/head.h"
#include "authority/questions.h"
#include "authority/story.h"
#include "authority/story_facts.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::StoryItem;

// A row before its evidence is looked up. Events of one moment come in order of record, what follows from them after.
struct Told {
  EffectiveTime time;
  std::string change, ref, state;
  std::vector<Position> evidence;
  std::size_t order = 0;
};

// Bytes that sort as (time, order).
std::string PageKey(const Told& told) {
  std::string key;
  const auto put = [&](std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(value >> shift & 255);
  };
  put(static_cast<std::uint64_t>(told.time.us) ^ (std::uint64_t{1} << 63));
  put(told.order);
  return key;
}

// The roles that ever let somebody assume ref: when they were defined and to whom they were granted belongs to its story.
Status AddTrust(Reading& reading, std::string_view ref, std::vector<StoryItem>& story) {
  const Asked asked{std::string(kAssume), std::string(ref)};
  std::vector<std::string> trusts;
  const auto gives = [&](const history::RolePiece& piece) {
    return piece.state == history::RoleState::kDefined &&
           std::any_of(piece.permissions->begin(), piece.permissions->end(), [&](const Permission& p) {
             return p.effect == Effect::kAllow && NamesAssume(p) && PermissionCovers(p, asked);
           });
  };
  reading.EachRole([&](const std::string& role) {
    const auto& pieces = reading.Role(role);
    if (std::any_of(pieces.begin(), pieces.end(), gives)) trusts.push_back(role);
    return true;
  });
  std::set<Position> there;
  for (const auto& item : story) there.insert(item.meta.position);
  for (const auto& role : trusts) {
    auto told = reading.View().Story(role);
    if (!told) return tl::unexpected<Error>(told.error());
    for (auto& item : *told)
      if (there.insert(item.meta.position).second) story.push_back(std::move(item));
  }
  std::sort(story.begin(), story.end(), [](const StoryItem& a, const StoryItem& b) {
    return std::tuple(a.meta.time, a.meta.recorded, a.meta.position) < std::tuple(b.meta.time, b.meta.recorded, b.meta.position);
  });
  return {};
}

std::vector<Told> Tell(Reading& reading, std::string_view ref, const std::vector<StoryItem>& story, const Interval& window) {
  std::vector<Told> rows;
  for (const auto& item : story) {
    std::vector<Position> evidence{item.meta.position};
    evidence.insert(evidence.end(), item.retracted_by.begin(), item.retracted_by.end());
    rows.push_back({item.meta.time, WordsOf(item.payload), item.meta.key, std::string(WordOf(item.state)), std::move(evidence)});
  }
  for (auto& derived : DerivedFrom(reading, ref, story))
    rows.push_back({derived.time, std::move(derived.change), std::move(derived.ref), "derived", {derived.evidence}});
  std::stable_sort(rows.begin(), rows.end(), [](const Told& a, const Told& b) { return a.time < b.time; });
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].order = i;
  std::erase_if(rows, [&](const Told& row) { return !window.Contains(row.time); });
  return rows;
}

}  // namespace

Result<TimelineAnswer> Timeline(history::FactView& view, std::string_view ref, const When& when, const Page& page) {
  if (auto s = event::CheckReference(ref); !s) {
    s.error().blame = Blame::kCaller;
    return tl::unexpected<Error>(s.error());
  }
  const QuestionKey key{"timeline", std::string(ref)};
  auto place = PlaceOf(key, when, page);
  if (!place) return tl::unexpected<Error>(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected<Error>(frame.error());
  TimelineAnswer answer;
  answer.head = HeadOf("timeline", ref, *frame);

  // As of T a story is everything up to T.
  const Interval window{frame->AtMoment() ? kAlways : frame->Begin(), frame->Window().until};
  auto story = view.Story(ref);
  if (!story) return tl::unexpected<Error>(story.error());
  const TaintIndex taints(view.Taints());
  Work work;
  Reading reading(view, Interval{}, Unseen::kIgnored, taints, work);
  if (event::TypeOf(ref) != "role" && !event::IsGroup(ref) && ref != event::kEveryone)
    if (auto s = AddTrust(reading, ref, *story); !s) return tl::unexpected<Error>(s.error());
  auto rows = Tell(reading, ref, *story, window);
  if (!story->empty()) answer.facts = FactsOf(reading, ref, {window, !frame->AtMoment()});
  if (reading.Fault()) return tl::unexpected<Error>(*reading.Fault());
  answer.facts_total = static_cast<std::int64_t>(answer.facts.size());
  if (answer.facts_total > page.limit) answer.facts.resize(static_cast<std::size_t>(page.limit));
  rows = PageOf(std::move(rows), PageKey, key, *place, page.limit, answer.head.next);
  EvidenceList evidence(view);
  for (auto& told : rows) {
    auto index = evidence.Add(told.evidence);
    if (!index) return tl::unexpected<Error>(index.error());
    const RecordedTime recorded = evidence.At(index->front()).recorded_at;
    answer.rows.push_back(
        {told.time, recorded, std::move(told.change), std::move(told.ref), std::move(told.state), std::move(*index)});
  }
  Consulted consulted;
  for (const Topic plane : {Topic::kIdentity, Topic::kAccess, Topic::kGovernance, Topic::kUsage})
    consulted[{plane, std::string(ref)}] = history::IntervalSet::All();
  NoteTaints(view.Taints(), consulted, window, answer.head);
  NoteLimit(work.Reached(), answer.head);
  answer.head.evidence = evidence.Take();
  return answer;
}

}  // namespace tenure::authority
