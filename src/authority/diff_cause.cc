#include "authority/diff_cause.h"

#include <algorithm>

#include "authority/story.h"
#include "event/codec.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::EventState;
using history::StoryItem;

// Whoever may deny an identity something: whoever reaches it, and the roles that they hold.
void AddDeniers(Evaluation& evaluation, const std::string& identity, std::set<std::string>& refs) {
  for (const auto& [principal, label] : evaluation.ClosureOf(identity)) {
    if (principal != event::kEveryone) refs.insert(principal);
    for (const auto& grant : evaluation.Read().GrantsOf(principal))
      if (!grant.terms.role.empty()) refs.insert(grant.terms.role);
  }
}

bool Later(const StoryItem& a, const StoryItem& b) {
  return std::pair(a.meta.recorded, a.meta.position) > std::pair(b.meta.recorded, b.meta.position);
}

Cause Retracted(const StoryItem& target, const Position& by) {
  return {"retracted: " + WordsOf(target.payload), {target.meta.position, by}, target.meta.key};
}

}  // namespace

void NewEventFinder::AddRefsOf(const Witness& way, Evaluation& then, Evaluation& now, std::set<std::string>& refs) {
  for (const Factor* factor : way.Factors()) {
    if (!factor->ref.empty() && factor->ref != event::kEveryone) refs.insert(factor->ref);
    if (factor->grant != nullptr) refs.insert(factor->grant->principal);
    if (factor->membership != nullptr) refs.insert(factor->membership->member);
    if (factor->kind == FactorKind::kNotDenied)
      for (Evaluation* side : {&then, &now}) AddDeniers(*side, factor->ref, refs);
  }
}

Result<std::optional<Cause>> NewEventFinder::Find(const std::set<std::string>& refs, const std::vector<Position>& on_way,
                                                  const TriggerSearch::Changed& changed) {
  std::vector<StoryItem> told;
  for (const auto& ref : refs) {
    auto story = after_.Story(ref);
    if (!story) return tl::unexpected<Error>(story.error());
    std::move(story->begin(), story->end(), std::back_inserter(told));
  }
  if (knowledges_ == nullptr || !after_.Vector().Covers(before_)) return Likeliest(told, on_way);
  std::vector<history::EventMeta> candidates;
  for (const auto& item : told) {
    candidates.push_back(item.meta);
    for (const auto& by : item.retracted_by)
      if (auto meta = after_.Meta(by)) candidates.push_back(std::move(*meta));
  }
  TriggerSearch search(*knowledges_, before_, after_.Vector());
  auto position = search.Find(candidates, changed);
  if (!position) return tl::unexpected<Error>(position.error());
  return *position ? CauseAt(**position) : Likeliest(told, on_way);
}

Result<std::optional<Cause>> NewEventFinder::CauseAt(const Position& position) {
  const auto meta = after_.Meta(position);
  if (!meta) return std::optional<Cause>{};  // a record that is no event
  auto story = after_.Story(meta->key);
  if (!story) return tl::unexpected<Error>(story.error());
  const auto here = std::find_if(story->begin(), story->end(), [&](const auto& i) { return i.meta.position == position; });
  if (here == story->end()) return std::optional<Cause>(Cause{std::string(event::TypeName(meta->type)), {position}, meta->key});
  if (const auto* retraction = std::get_if<EventRetracted>(&here->payload))
    for (const auto& item : *story)
      if (item.meta.name == retraction->target) return std::optional<Cause>(Retracted(item, position));
  return std::optional<Cause>(Cause{WordsOf(here->payload), {position}, meta->key});
}

bool NewEventFinder::NewlyRetracted(const StoryItem& item) const {
  return item.state == EventState::kRetracted && !item.retracted_by.empty() &&
         std::all_of(item.retracted_by.begin(), item.retracted_by.end(), [&](const Position& p) { return IsNew(p); });
}

// 3: on the way itself, new, newly retracted or left out; 2: an event newly retracted or left out; 1: a new one about somebody on the way, in force by then.
int NewEventFinder::RankOf(const StoryItem& item, const std::vector<Position>& on_way) const {
  const bool fresh = IsNew(item.meta.position) && item.state == EventState::kInForce, retracted = NewlyRetracted(item);
  const bool left_out = item.state == EventState::kLeftOut;
  const bool here = std::find(on_way.begin(), on_way.end(), item.meta.position) != on_way.end();
  if (here && (fresh || retracted || left_out)) return 3;
  if (retracted || left_out) return 2;
  return fresh && item.meta.time < window_.until ? 1 : 0;
}

std::optional<Cause> NewEventFinder::Likeliest(const std::vector<StoryItem>& told, const std::vector<Position>& on_way) const {
  const StoryItem* best = nullptr;
  int best_rank = 0;
  for (const auto& item : told) {
    const int rank = RankOf(item, on_way);
    if (rank > best_rank || (rank == best_rank && rank > 0 && Later(item, *best))) best_rank = rank, best = &item;
  }
  if (best == nullptr) return std::nullopt;
  if (best->state == EventState::kLeftOut)
    return Cause{"left out: " + WordsOf(best->payload), {best->meta.position}, best->meta.key};
  if (best->state == EventState::kRetracted) return Retracted(*best, best->retracted_by.back());
  return Cause{WordsOf(best->payload), {best->meta.position}, best->meta.key};
}

}  // namespace tenure::authority
