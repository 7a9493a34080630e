// Upwards from an identity through its groups: a worklist over labels of time, so that cycles and diamonds of any depth come to a
// fixpoint after each label has taken each of its boundaries once.
#include <deque>

#include "authority/evaluation.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::TimeSet;

// Adds to a label; false if nothing is new.
bool Widen(Label& label, const Label& more) {
  Label wider{label.allow.Union(more.allow), label.deny.Union(more.deny), label.reach.Union(more.reach)};
  if (wider == label) return false;
  label = std::move(wider);
  return true;
}

}  // namespace

const Closure& Evaluation::ClosureOf(std::string_view ref) {
  if (const auto it = closures_.find(ref); it != closures_.end()) return it->second;
  Closure& closure = closures_[std::string(ref)];
  std::deque<std::string> waiting;
  const auto reach = [&](const std::string& principal, const Label& more) {
    if (!reading_.Meets(more.deny.may)) return;  // the others lie inside: what memberships don't reach, no status opens
    if (Widen(closure[principal], more)) waiting.push_back(principal);
  };
  const Label always{TimeSet::All(), TimeSet::All(), TimeSet::All()}, denies_only{{}, TimeSet::All(), {}};
  reach(std::string(ref), always);
  if (ref != event::kEveryone) reach(std::string(event::kEveryone), everyone_ == Everyone::kCounts ? always : denies_only);
  while (!waiting.empty()) {
    const std::string member = std::move(waiting.front());
    waiting.pop_front();
    const Label label = closure[member];
    for (const auto& membership : reading_.GroupsOf(member)) {
      if (!reading_.Spend(1)) return closure;
      const TimeSet edge = reading_.Live(membership);
      const TimeSet& active = reading_.Active(membership.group);
      reach(membership.group,
            {label.allow.Intersect(edge).Intersect(active), label.deny.Intersect(edge), label.reach.Intersect(edge)});
    }
  }
  return closure;
}

}  // namespace tenure::authority
