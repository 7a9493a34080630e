// What two knowledges say differently of one moment or window, and which events made the difference.
#include <algorithm>
#include <set>

#include "authority/cursor.h"
#include "authority/diff.h"
#include "authority/diff_cause.h"
#include "authority/head.h"
#include "authority/questions.h"

namespace tenure::authority {
namespace {

using history::FactView;

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

using Defined = std::map<std::string, Position>;

// What the definitions in force while a role is held give in the frame, each permission with the event that defined it. Nothing
// where one of them is missing: an undefined role may give anything.
std::optional<Defined> DefinedIn(Side& side, const Holding& holding, const Frame& frame) {
  Defined defined;
  for (const auto& piece : side.reading.Role(holding.role)) {
    if (!frame.Meets(holding.may.Clip(piece.span))) continue;
    if (piece.state != history::RoleState::kDefined || !piece.defined_by) return std::nullopt;
    for (const auto& words : WordsOf(*piece.permissions, holding.effect)) defined.insert_or_assign(words, *piece.defined_by);
  }
  return defined;
}

class Comparison {
 public:
  Comparison(Side& before, Side& after, const Frame& frame, Everyone everyone, const Knowledges* between)
      : before_(before),
        after_(after),
        frame_(frame),
        everyone_(everyone),
        finder_(before.view.Vector(), after.view, frame.Window(), between) {}

  Status Compare(const std::string& ref, std::vector<Change>& changes) {
    const Holdings then = HoldingsOf(before_.evaluation, ref), now = HoldingsOf(after_.evaluation, ref);
    for (const auto& [key, holding] : now)
      if (Held(now, key) && !Held(then, key))
        if (auto s = Add(after_, ref, "gained", key, holding, changes); !s) return s;
    for (const auto& [key, holding] : then) {
      if (!Held(then, key)) continue;
      auto s = !Held(now, key)        ? Add(before_, ref, "lost", key, holding, changes)
               : holding.role.empty() ? Status{}
                                      : CompareDefinitions(ref, key, holding, now.at(key), changes);
      if (!s) return s;
    }
    return {};
  }

 private:
  bool Held(const Holdings& holdings, const HoldingKey& key) const {
    const auto it = holdings.find(key);
    return it != holdings.end() && frame_.Meets(it->second.may);
  }
  // Whether a role that is held is defined, with these words or without them.
  bool IsDefined(Side& side, const Holdings& holdings, const HoldingKey& key, const std::string& words, bool with) const {
    if (!Held(holdings, key)) return false;
    const auto defined = DefinedIn(side, holdings.at(key), frame_);
    return defined && defined->contains(words) == with;
  }
  // What ref holds under another knowledge.
  TriggerSearch::Changed Under(const std::string& ref, std::function<bool(Side&, const Holdings&)> as_now) const {
    return [this, ref, as_now = std::move(as_now)](FactView& view) -> Result<bool> {
      Side side(view, frame_, everyone_);
      const Holdings holdings = HoldingsOf(side.evaluation, ref);
      const bool is = as_now(side, holdings);
      if (side.reading.Fault()) return tl::unexpected<Error>(*side.reading.Fault());
      return is;
    };
  }

  Status CompareDefinitions(const std::string& ref, const HoldingKey& key, const Holding& then, const Holding& now,
                            std::vector<Change>& changes) {
    const auto before = DefinedIn(before_, then, frame_), after = DefinedIn(after_, now, frame_);
    if (!before || !after) return {};
    const auto add = [&](const Defined& has, const Defined& lacks, bool gained) -> Status {
      for (const auto& [words, position] : has) {
        if (lacks.contains(words)) continue;
        const auto as_now = [this, &key, permission = words, gained](Side& side, const Holdings& holdings) {
          return IsDefined(side, holdings, key, permission, gained);
        };
        auto cause = finder_.Find({then.role}, {position}, Under(ref, as_now));
        if (!cause) return tl::unexpected<Error>(cause.error());
        changes.push_back(ChangeOf(ref, gained ? "gained" : "lost", {words, key.scope}, std::nullopt, std::move(*cause)));
      }
      return {};
    };
    if (auto s = add(*after, *before, true); !s) return s;
    return add(*before, *after, false);
  }

  // side: the one that holds it.
  Status Add(Side& side, const std::string& ref, const char* change, const HoldingKey& key, const Holding& holding,
             std::vector<Change>& changes) {
    std::set<std::string> refs;
    std::vector<Position> on_way;
    for (const auto& row : holding.rows) {
      WitnessSearch search(side.evaluation, ref, Goal{std::nullopt, RowGoal{row.granted_to, row.grant, row.effect}, {}, {}},
                           everyone_);
      const auto way = search.At(holding.may.Clip(frame_.Window()).Parts().front().from, Sure::kMay);
      if (!way) continue;
      NewEventFinder::AddRefsOf(*way, before_.evaluation, after_.evaluation, refs);
      for (const Factor* factor : way->Factors()) on_way.insert(on_way.end(), factor->evidence.begin(), factor->evidence.end());
    }
    const bool gained = &side == &after_;
    auto cause =
        finder_.Find(refs, on_way,
                     Under(ref, [this, &key, gained](Side&, const Holdings& holdings) { return Held(holdings, key) == gained; }));
    if (!cause) return tl::unexpected<Error>(cause.error());
    changes.push_back(ChangeOf(ref, change, key, std::nullopt, std::move(*cause)));
    return {};
  }

  Side &before_, &after_;
  const Frame& frame_;
  Everyone everyone_;
  NewEventFinder finder_;
};

}  // namespace

Result<DiffAnswer> DiffKnown(FactView& before, FactView& after, std::string_view ref, const When& when, const Page& page,
                             const Knowledges* between) {
  if (!ref.empty())
    if (auto s = CheckSubject(ref); !s) return tl::unexpected<Error>(s.error());
  const QuestionKey key{"diff_known", std::string(ref)};
  auto place = PlaceOf(key, when, page);
  if (!place) return tl::unexpected<Error>(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected<Error>(frame.error());
  DiffAnswer answer{.head = HeadOf("diff", ref, *frame), .rows = {}};

  const Everyone everyone = ref.empty() ? Everyone::kLeftOut : Everyone::kCounts;
  Side then(before, *frame, everyone), now(after, *frame, everyone);
  std::set<std::string> subjects;
  for (Side* side : {&then, &now})
    for (auto& subject : SubjectsOf(side->reading, std::string(ref))) subjects.insert(std::move(subject));
  Comparison comparison(then, now, *frame, everyone, between);
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
