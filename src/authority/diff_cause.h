#pragma once
// The event behind a difference between two knowledges: which one it was, and in words.
#include <set>
#include <string>
#include <vector>

#include "authority/cause.h"
#include "authority/diff_trigger.h"

namespace tenure::authority {

class NewEventFinder {
 public:
  // knowledges: nullptr where none can be made between the two; then the likeliest event is told. All must outlive it.
  NewEventFinder(const PositionVector& before, history::FactView& after, const Interval& window, const Knowledges* knowledges)
      : before_(before), after_(after), window_(window), knowledges_(knowledges) {}

  // Adds whom a way is about: their events are the likely ones. then, now: who may deny what is looked up on both sides.
  static void AddRefsOf(const Witness& way, Evaluation& then, Evaluation& now, std::set<std::string>& refs);

  // refs: whose events are likely; on_way: what the way itself rests on; changed: see TriggerSearch.
  Result<std::optional<Cause>> Find(const std::set<std::string>& refs, const std::vector<Position>& on_way,
                                    const TriggerSearch::Changed& changed);

 private:
  bool IsNew(const Position& position) const { return !before_.Holds(position); }
  bool NewlyRetracted(const history::StoryItem& item) const;
  int RankOf(const history::StoryItem& item, const std::vector<Position>& on_way) const;
  Result<std::optional<Cause>> CauseAt(const Position& position);
  std::optional<Cause> Likeliest(const std::vector<history::StoryItem>& told, const std::vector<Position>& on_way) const;

  const PositionVector& before_;
  history::FactView& after_;
  Interval window_;
  const Knowledges* knowledges_;
};

}  // namespace tenure::authority
