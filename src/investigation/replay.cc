#include "investigation/replay.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "authority/brief.h"
#include "authority/cursor.h"
#include "authority/evaluation.h"
#include "authority/existence.h"
#include "authority/head.h"
#include "authority/questions.h"
#include "authority/story.h"
#include "authority/taints.h"
#include "event/reference.h"

namespace tenure::investigation {
namespace {

using history::EventState;
using history::FactView;
using history::StoryItem;

constexpr std::int64_t kChangesMax = 1'000;  // told of one step

// Uses change nothing, and what carries no fact of its own has no effect by its time.
bool IsChange(EventType type) {
  return type != EventType::kAccessUsed && type != EventType::kEventRetracted && type != EventType::kDeadLetterResolved;
}

// An event, and where it comes in the order of effect.
struct Step {
  StoryItem item;
  std::size_t order = 0;
};

std::string PageKey(const Step& step) {
  std::string key;
  const auto put = [&](std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(value >> shift & 255);
  };
  put(static_cast<std::uint64_t>(step.item.meta.time.us) ^ (std::uint64_t{1} << 63));
  put(step.order);
  return key;
}

std::string_view WordOf(history::RoleState state) {
  constexpr std::string_view kWords[] = {"undefined", "defined", "retired"};
  return kWords[static_cast<int>(state)];
}

// A reference as one knowledge has it, moment by moment.
class Subject {
 public:
  Subject(FactView& view, std::string ref) : view_(view), ref_(std::move(ref)) {}

  Result<ReplayStep> Around(EffectiveTime t) {
    const EffectiveTime before{t.us - 1};
    auto then = At(before), now = At(t);
    if (!then) return tl::unexpected<Error>(then.error());
    if (!now) return tl::unexpected<Error>(now.error());
    ReplayStep step{std::move(*then), std::move(*now), {}};
    if (!IsIdentity()) return step;
    auto changes = authority::DiffEffective(view_, ref_, before, t, {kChangesMax, ""});
    if (!changes) return tl::unexpected<Error>(changes.error());
    for (DiffRow& row : changes->rows)
      step.changes.push_back({row.change == "gained", std::move(row.role), std::move(row.scope)});
    return step;
  }

 private:
  bool IsIdentity() const { return authority::CheckSubject(ref_).has_value(); }

  Result<ReplayState> At(EffectiveTime t) {
    const Interval moment{t, {t.us + 1}};
    ReplayState state;
    if (event::TypeOf(ref_) == "role") {
      auto pieces = view_.Role(ref_, moment);
      if (!pieces) return tl::unexpected<Error>(pieces.error());
      state.status = WordOf(pieces->front().state);
      return state;
    }
    if (!IsIdentity()) return state;  // a review's name, say
    if (ref_ != event::kEveryone) {
      auto pieces = view_.Identity(ref_, moment);
      if (!pieces) return tl::unexpected<Error>(pieces.error());
      auto early = authority::BeforeRecord(view_, {Topic::kIdentity}, t);
      if (!early) return tl::unexpected<Error>(early.error());
      state.status = authority::ShownStatus(pieces->front(), *early);
    }
    auto what = authority::WhatBriefly(view_, ref_, t);
    if (!what) return tl::unexpected<Error>(what.error());
    for (const BriefAuthorityRow& row : what->rows) ++(row.status == RowStatus::kEffective ? state.effective : state.possible);
    return state;
  }

  FactView& view_;
  std::string ref_;
};

bool Told(const StoryItem& item, const Interval& window) {
  const bool said = item.state == EventState::kInForce || item.state == EventState::kLeftOut;
  return said && IsChange(item.meta.type) && window.Contains(item.meta.time);
}

// By way of whom it may hold something within the window: its groups, those that it may act as, and the roles and delegators of all that
// they are given.
std::set<std::string> Ways(FactView& view, const std::string& subject, const Interval& window) {
  const authority::TaintIndex taints(view.Taints());
  authority::Work work;
  authority::Reading reading(view, window, authority::Unseen::kCounted, taints, work);
  authority::Evaluation evaluation(reading, authority::Everyone::kCounts);
  std::set<std::string> ways;
  for (const auto& [identity, acting] : evaluation.WhomItActsAs(subject))
    for (const auto& [principal, label] : evaluation.ClosureOf(identity)) {
      ways.insert(principal);
      for (const auto& grant : reading.GrantsOf(principal)) {
        if (!grant.terms.role.empty()) ways.insert(grant.terms.role);
        if (!grant.terms.delegator.empty()) ways.insert(grant.terms.delegator);
      }
    }
  ways.erase(subject);
  return ways;
}

// Whether something is another for the subject at a moment than just before it, by either record.
class Effect {
 public:
  Effect(FactView& view, FactView* on_record, const std::string& subject)
      : view_(view), on_record_(on_record), subject_(subject) {}

  Result<bool> At(EffectiveTime t) {
    const auto known = at_.find(t);
    if (known != at_.end()) return known->second;
    for (FactView* view : {&view_, on_record_}) {
      if (view == nullptr) continue;
      auto step = Subject(*view, subject_).Around(t);
      if (!step) return tl::unexpected<Error>(step.error());
      const auto as_one = [](const ReplayState& state) { return std::tie(state.status, state.effective, state.possible); };
      if (!step->changes.empty() || as_one(step->before) != as_one(step->after)) return at_[t] = true;
    }
    return at_[t] = false;
  }

 private:
  FactView& view_;
  FactView* on_record_;
  const std::string& subject_;
  std::map<EffectiveTime, bool> at_;
};

// Of others, what has an effect on the subject.
Status AddByWayOfOthers(FactView& view, FactView* on_record, const std::string& subject, const Interval& window,
                        std::set<std::string> ways, std::vector<StoryItem>& items) {
  std::set<Position> there;
  for (const StoryItem& item : items) there.insert(item.meta.position);
  Effect effect(view, on_record, subject);
  if (on_record != nullptr) ways.merge(Ways(*on_record, subject, window));
  for (const std::string& way : ways) {
    auto story = view.Story(way);
    if (!story) return tl::unexpected<Error>(story.error());
    for (StoryItem& item : *story) {
      if (item.meta.key != way || !Told(item, window) || !there.insert(item.meta.position).second) continue;
      auto has = effect.At(item.meta.time);
      if (!has) return tl::unexpected<Error>(has.error());
      if (*has) items.push_back(std::move(item));
    }
  }
  std::sort(items.begin(), items.end(), [](const StoryItem& a, const StoryItem& b) {
    return std::tuple(a.meta.time, a.meta.recorded, a.meta.position) < std::tuple(b.meta.time, b.meta.recorded, b.meta.position);
  });
  return {};
}

// `ways` are those of the subject by `view`.
Result<std::vector<Step>> StepsIn(FactView& view, FactView* on_record, const std::string& subject, const Interval& window,
                                  const std::set<std::string>& ways) {
  const auto is_change = [](const history::EventMeta& meta) { return IsChange(meta.type); };
  auto items = subject.empty() ? view.EventsWithin(window, is_change) : view.Story(subject);
  if (!items) return tl::unexpected<Error>(items.error());
  std::erase_if(*items, [&](const StoryItem& item) { return !Told(item, window); });
  if (!subject.empty() && authority::CheckSubject(subject))
    if (auto s = AddByWayOfOthers(view, on_record, subject, window, ways, *items); !s) return tl::unexpected<Error>(s.error());
  std::vector<Step> steps;
  for (StoryItem& item : *items) steps.push_back({std::move(item), steps.size()});
  return steps;
}

Result<ReplayRow> RowOf(FactView& view, FactView* on_record, const std::string& subject, const Step& step,
                        authority::EvidenceList& evidence) {
  const StoryItem& item = step.item;
  ReplayRow row;
  row.time = item.meta.time;
  row.recorded_at = item.meta.recorded;
  row.change = authority::WordsOf(item.payload);
  row.ref = item.meta.key;
  row.subject = subject.empty() ? item.meta.key : subject;
  row.left_out = item.state == EventState::kLeftOut;
  auto around = Subject(view, row.subject).Around(row.time);
  if (!around) return tl::unexpected<Error>(around.error());
  row.step = std::move(*around);
  if (on_record != nullptr) {
    auto recorded = Subject(*on_record, row.subject).Around(row.time);
    if (!recorded) return tl::unexpected<Error>(recorded.error());
    row.on_record = std::move(*recorded);
  }
  auto index = evidence.Add({item.meta.position});
  if (!index) return tl::unexpected<Error>(index.error());
  row.evidence = std::move(*index);
  return row;
}

}  // namespace

Result<ReplayAnswer> Replay(FactView& view, FactView* on_record, const ReplayQuestion& question, const Page& page) {
  if (!question.subject.empty())
    if (auto s = event::CheckReference(question.subject); !s) {
      s.error().blame = Blame::kCaller;
      return tl::unexpected<Error>(s.error());
    }
  const authority::QuestionKey key{"replay", question.subject};
  auto place = authority::PlaceOf(key, When{std::nullopt, question.window}, page);
  if (!place) return tl::unexpected<Error>(place.error());
  ReplayAnswer answer;
  answer.asked = question;
  if (place->when.during) answer.asked.window = *place->when.during;
  auto frame = authority::Frame::Of({std::nullopt, answer.asked.window});
  if (!frame) return tl::unexpected<Error>(frame.error());
  answer.head = authority::HeadOf("replay", question.subject, *frame);

  std::set<std::string> ways;
  if (!question.subject.empty() && authority::CheckSubject(question.subject))
    ways = Ways(view, question.subject, frame->Window());
  auto steps = StepsIn(view, on_record, question.subject, answer.asked.window, ways);
  if (!steps) return tl::unexpected<Error>(steps.error());
  answer.total = static_cast<std::int64_t>(steps->size());
  const auto shown = authority::PageOf(std::move(*steps), PageKey, key, *place, page.limit, answer.head.next);
  authority::EvidenceList evidence(view);
  for (const Step& step : shown) {
    auto row = RowOf(view, on_record, question.subject, step, evidence);
    if (!row) return tl::unexpected<Error>(row.error());
    answer.rows.push_back(std::move(*row));
  }
  const std::vector<Topic> planes{Topic::kIdentity, Topic::kAccess, Topic::kGovernance};
  if (question.subject.empty()) {
    authority::NoteTaints(view.Taints(), planes, frame->Window(), answer.head);
  } else {
    authority::Consulted consulted;
    for (const Topic plane : planes) consulted[{plane, question.subject}] = history::IntervalSet::All();
    for (const std::string& way : ways)
      for (const Topic plane : planes) consulted[{plane, way}] = history::IntervalSet::All();
    authority::NoteTaints(view.Taints(), consulted, frame->Window(), answer.head);
  }
  auto before = authority::BeforeRecord(view, {Topic::kIdentity, Topic::kAccess}, frame->Begin());
  if (!before) return tl::unexpected<Error>(before.error());
  answer.head.before_record = *before;
  answer.head.evidence = evidence.Take();
  return answer;
}

}  // namespace tenure::investigation
