#include "investigation/replay.h"

#include <algorithm>
#include <utility>

#include "authority/brief.h"
#include "authority/cursor.h"
#include "authority/existence.h"
#include "authority/head.h"
#include "authority/questions.h"
#include "authority/story.h"
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

Result<std::vector<Step>> StepsIn(FactView& view, const std::string& subject, const Interval& window) {
  const auto is_change = [](const history::EventMeta& meta) { return IsChange(meta.type); };
  auto items = subject.empty() ? view.EventsWithin(window, is_change) : view.Story(subject);
  if (!items) return tl::unexpected<Error>(items.error());
  std::vector<Step> steps;
  for (StoryItem& item : *items) {
    const bool told = item.state == EventState::kInForce || item.state == EventState::kLeftOut;
    if (told && IsChange(item.meta.type) && window.Contains(item.meta.time)) steps.push_back({std::move(item), steps.size()});
  }
  return steps;
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

  auto steps = StepsIn(view, question.subject, answer.asked.window);
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
    authority::NoteTaints(view.Taints(), consulted, frame->Window(), answer.head);
  }
  auto before = authority::BeforeRecord(view, {Topic::kIdentity, Topic::kAccess}, frame->Begin());
  if (!before) return tl::unexpected<Error>(before.error());
  answer.head.before_record = *before;
  answer.head.evidence = evidence.Take();
  return answer;
}

}  // namespace tenure::investigation
