// What two knowledges say differently of one moment or window, and which events made the difference.
#include <algorithm>
#include <set>

#include "authority/cursor.h"
#include "authority/diff.h"
#include "authority/head.h"
#include "authority/questions.h"
#include "authority/story.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::EventState;
using history::FactView;
using history::StoryItem;

const std::vector<Topic> kPlanes{Topic::kIdentity, Topic::kAccess};

// One knowledge, read in the window of the question.
struct Side {
  Side(FactView& v, const Frame& frame, Everyone everyone)
      : view(v), reading(v, frame.Window(), Unseen::kIgnored, none, work), evaluation(reading, everyone) {}
  FactView& view;
  const TaintIndex none{{}};  // a taint makes rows possible and adds none
  Work work;
  Reading reading;
  Evaluation evaluation;
};

// The event that the other side didn't know and that made the difference on a way that one side has.
class NewEventFinder {
 public:
  NewEventFinder(const PositionVector& known_before, FactView& after) : known_before_(known_before), after_(after) {}

  Result<std::optional<Cause>> Find(const Witness& way, const Frame& frame, Evaluation& then, Evaluation& now) {
    std::vector<Position> on_way;
    std::set<std::string> refs;
    for (const Factor* factor : way.Factors()) {
      on_way.insert(on_way.end(), factor->evidence.begin(), factor->evidence.end());
      if (!factor->ref.empty() && factor->ref != event::kEveryone) refs.insert(factor->ref);
      if (factor->grant != nullptr) refs.insert(factor->grant->principal);
      if (factor->membership != nullptr) refs.insert(factor->membership->member);
      if (factor->kind == FactorKind::kNotDenied)
        for (Evaluation* side : {&then, &now}) AddDeniers(*side, factor->ref, refs);
    }
    return Find(on_way, refs, frame);
  }

  // Of the events about `refs`; on_way: those that the way itself rests on.
  Result<std::optional<Cause>> Find(const std::vector<Position>& on_way, const std::set<std::string>& refs, const Frame& frame) {
    std::optional<StoryItem> best;
    int best_rank = 0;
    for (const auto& ref : refs) {
      auto story = after_.Story(ref);
      if (!story) return tl::unexpected<Error>(story.error());
      for (const auto& item : *story) {
        const int rank = RankOf(item, on_way, frame);
        const bool better = rank > best_rank || (rank == best_rank && rank > 0 && Later(item, *best));
        if (better) best_rank = rank, best = item;
      }
    }
    if (!best) return std::optional<Cause>{};
    return std::optional<Cause>(CauseOf(*best));
  }

 private:
  // Whoever may deny an identity something: whoever reaches it, and the roles that they hold.
  static void AddDeniers(Evaluation& evaluation, const std::string& identity, std::set<std::string>& refs) {
    for (const auto& [principal, label] : evaluation.ClosureOf(identity)) {
      if (principal != event::kEveryone) refs.insert(principal);
      for (const auto& grant : evaluation.Read().GrantsOf(principal))
        if (!grant.terms.role.empty()) refs.insert(grant.terms.role);
    }
  }
  bool IsNew(const Position& position) const { return !known_before_.Holds(position); }
  bool NewlyRetracted(const StoryItem& item) const {
    return item.state == EventState::kRetracted && !item.retracted_by.empty() &&
           std::all_of(item.retracted_by.begin(), item.retracted_by.end(), [&](const Position& p) { return IsNew(p); });
  }
  static bool Later(const StoryItem& a, const StoryItem& b) {
    return std::pair(a.meta.recorded, a.meta.position) > std::pair(b.meta.recorded, b.meta.position);
  }
  // 3: on the way itself, new or newly retracted; 2: an event newly retracted; 1: a new one about somebody on the way, in force by then.
  int RankOf(const StoryItem& item, const std::vector<Position>& on_way, const Frame& frame) const {
    const bool fresh = IsNew(item.meta.position) && item.state == EventState::kInForce, retracted = NewlyRetracted(item);
    const bool here = std::find(on_way.begin(), on_way.end(), item.meta.position) != on_way.end();
    if (here && (fresh || retracted)) return 3;
    if (retracted) return 2;
    return fresh && item.meta.time < frame.Window().until ? 1 : 0;
  }
  static Cause CauseOf(const StoryItem& item) {
    if (item.state != EventState::kRetracted) return {WordsOf(item.payload), {item.meta.position}, item.meta.key};
    return {"retracted: " + WordsOf(item.payload), {item.meta.position, item.retracted_by.back()}, item.meta.key};
  }

  const PositionVector& known_before_;
  FactView& after_;
};

class Comparison {
 public:
  Comparison(Side& before, Side& after, const Frame& frame, Everyone everyone)
      : before_(before), after_(after), frame_(frame), everyone_(everyone), finder_(before.view.Vector(), after.view) {}

  Status Compare(const std::string& ref, std::vector<Change>& changes) {
    const Holdings then = HoldingsOf(before_.evaluation, ref), now = HoldingsOf(after_.evaluation, ref);
    for (const auto& [key, holding] : now)
      if (Held(holding) && !HeldIn(then, key))
        if (auto s = Add(after_, ref, "gained", key, holding, changes); !s) return s;
    for (const auto& [key, holding] : then) {
      if (!Held(holding)) continue;
      auto s = !HeldIn(now, key)      ? Add(before_, ref, "lost", key, holding, changes)
               : holding.role.empty() ? Status{}
                                      : CompareDefinitions(ref, key, holding, now.at(key), changes);
      if (!s) return s;
    }
    return {};
  }

 private:
  bool Held(const Holding& holding) const { return frame_.Meets(holding.may); }
  bool HeldIn(const Holdings& holdings, const HoldingKey& key) const {
    const auto it = holdings.find(key);
    return it != holdings.end() && Held(it->second);
  }

  // What the definitions in force while the role is held give in the frame, each permission with the event that defined it. Nothing
  // where one of them is missing: an undefined role may give anything.
  using Defined = std::map<std::string, Position>;
  std::optional<Defined> DefinedIn(Side& side, const Holding& holding) const {
    Defined defined;
    for (const auto& piece : side.reading.Role(holding.role)) {
      if (!frame_.Meets(holding.may.Clip(piece.span))) continue;
      if (piece.state != history::RoleState::kDefined || !piece.defined_by) return std::nullopt;
      for (const auto& words : WordsOf(*piece.permissions, holding.effect)) defined.insert_or_assign(words, *piece.defined_by);
    }
    return defined;
  }
  Status CompareDefinitions(const std::string& ref, const HoldingKey& key, const Holding& then, const Holding& now,
                            std::vector<Change>& changes) {
    const auto before = DefinedIn(before_, then), after = DefinedIn(after_, now);
    if (!before || !after) return {};
    const auto add = [&](const Defined& has, const Defined& lacks, const char* change) -> Status {
      for (const auto& [words, position] : has) {
        if (lacks.contains(words)) continue;
        auto cause = finder_.Find({position}, {then.role}, frame_);
        if (!cause) return tl::unexpected<Error>(cause.error());
        changes.push_back(ChangeOf(ref, change, {words, key.scope}, std::nullopt, std::move(*cause)));
      }
      return {};
    };
    if (auto s = add(*after, *before, "gained"); !s) return s;
    return add(*before, *after, "lost");
  }

  Status Add(Side& side, const std::string& ref, const char* change, const HoldingKey& key, const Holding& holding,
             std::vector<Change>& changes) {
    std::optional<Cause> found;
    for (const auto& row : holding.rows) {
      WitnessSearch search(side.evaluation, ref, Goal{std::nullopt, RowGoal{row.granted_to, row.grant, row.effect}, {}, {}},
                           everyone_);
      const auto inside = holding.may.Clip(frame_.Window());
      const auto way = search.At(inside.Parts().front().from, Sure::kMay);
      if (!way) continue;
      auto cause = finder_.Find(*way, frame_, before_.evaluation, after_.evaluation);
      if (!cause) return tl::unexpected<Error>(cause.error());
      if (*cause) found = std::move(*cause);
      if (found) break;
    }
    changes.push_back(ChangeOf(ref, change, key, std::nullopt, std::move(found)));
    return {};
  }

  Side &before_, &after_;
  const Frame& frame_;
  Everyone everyone_;
  NewEventFinder finder_;
};

}  // namespace

Result<DiffAnswer> DiffKnown(FactView& before, FactView& after, std::string_view ref, const When& when, const Page& page) {
  if (!ref.empty())
    if (auto s = CheckSubject(ref); !s) return tl::unexpected<Error>(s.error());
  const QuestionKey key{"diff_known", std::string(ref)};
  auto place = PlaceOf(key, when, page);
  if (!place) return tl::unexpected<Error>(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected<Error>(frame.error());
  DiffAnswer answer{HeadOf("diff", ref, *frame), {}};

  const Everyone everyone = ref.empty() ? Everyone::kLeftOut : Everyone::kCounts;
  Side then(before, *frame, everyone), now(after, *frame, everyone);
  std::set<std::string> subjects;
  for (Side* side : {&then, &now})
    for (auto& subject : SubjectsOf(side->reading, std::string(ref))) subjects.insert(std::move(subject));
  Comparison comparison(then, now, *frame, everyone);
  std::vector<Change> changes;
  for (const auto& subject : subjects)
    if (auto s = comparison.Compare(subject, changes); !s) return tl::unexpected<Error>(s.error());
  for (const Side* side : {&then, &now})
    if (side->reading.Fault()) return tl::unexpected<Error>(*side->reading.Fault());
  if (auto s = WriteChanges(after, std::move(changes), key, *place, page.limit, answer); !s)
    return tl::unexpected<Error>(s.error());
  for (FactView* view : {&before, &after}) NoteTaints(view->Taints(), kPlanes, frame->Window(), answer.head);
  NoteLimit(then.work.Reached() || now.work.Reached(), answer.head);
  for (FactView* view : {&before, &after}) {
    auto early = BeforeRecord(*view, kPlanes, frame->Begin());
    if (!early) return tl::unexpected<Error>(early.error());
    answer.head.before_record = answer.head.before_record || *early;
  }
  return answer;
}

}  // namespace tenure::authority
