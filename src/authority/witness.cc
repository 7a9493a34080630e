#include "authority/witness.h"

#include <algorithm>
#include <deque>
#include <map>

#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::GrantPiece;
using history::IntervalSet;
using history::TimeSet;

const IntervalSet& SetOf(const Factor& factor, Sure sure) {
  if (sure == Sure::kMust) return factor.set.must;
  return sure == Sure::kMay ? factor.set.may : factor.paper;
}

bool Holds(const Hop& hop, EffectiveTime t, Sure sure) {
  return std::all_of(hop.factors.begin(), hop.factors.end(), [&](const Factor& f) { return SetOf(f, sure).Contains(t); });
}

std::string GrantedRef(const GrantPiece& grant) { return grant.terms.role.empty() ? "inline:" + grant.grant : grant.terms.role; }

bool Less(const Hop& a, const Hop& b) {
  if (a.ref != b.ref) return a.ref < b.ref;
  if (a.kind != b.kind) return a.kind < b.kind;
  const GrantPiece *ga = a.Grant(), *gb = b.Grant();
  return ga != nullptr && gb != nullptr && ga->grant < gb->grant;
}

}  // namespace

// A way as it was found: the states before each hop.
struct WitnessSearch::Found {
  std::vector<State> states;
  std::vector<Hop> hops;
};

std::vector<WitnessSearch::State> WitnessSearch::Starts(const std::string& identity) const {
  if (!goal_.ThroughAnyGroup()) return {{identity, identity, true}};
  return {{identity, identity, false}, {identity, identity, true}};
}

Factor WitnessSearch::ActiveFactor(FactorKind kind, const std::string& ref) {
  Factor factor{kind, ref, reading_.Active(ref), IntervalSet::All(), {}, {}, nullptr, nullptr};
  return factor;
}

void WitnessSearch::AddMemberships(const State& state, EffectiveTime t, std::vector<Edge>& edges) {
  for (const auto& membership : reading_.GroupsOf(state.principal)) {
    if (!membership.live.Contains(t)) continue;
    Hop hop{StepKind::kMemberOf, membership.group, {MembershipFactor(reading_, membership)}};
    if (state.strict) hop.factors.push_back(ActiveFactor(FactorKind::kGroupActive, membership.group));
    edges.push_back({std::move(hop), State{state.identity, membership.group, state.strict}});
  }
  const bool everyone = everyone_ == Everyone::kCounts && state.principal == state.identity && state.identity != event::kEveryone;
  if (everyone)
    edges.push_back({{StepKind::kMemberOf, std::string(event::kEveryone), {}},
                     State{state.identity, std::string(event::kEveryone), state.strict}});
}

void WitnessSearch::AddBoundary(const std::string& identity, std::vector<Factor>& factors) {
  if (const IntervalSet bounded = reading_.Boundary(identity); !bounded.Empty())
    factors.push_back(
        {FactorKind::kBoundary, identity, TimeSet::All().Doubt(bounded), IntervalSet::All(), {}, {}, nullptr, nullptr});
}

// What the acting identity's boundary and denies leave of what it is allowed.
void WitnessSearch::AddOwnLimits(const std::string& identity, const Asked& asked, std::vector<Factor>& factors) {
  AddBoundary(identity, factors);
  const TimeSet& deny = evaluation_.Given(identity, asked).deny;
  if (deny.may.Empty()) return;
  const TimeSet left = TimeSet::All().Minus(deny);
  // On paper, what is asked for counts as given although it is denied (that is then the obstacle); a denied assumption leads nowhere.
  IntervalSet paper = asked.action == kAssume && goal_.asked != asked ? left.may : IntervalSet::All();
  factors.push_back({FactorKind::kNotDenied, identity, left, std::move(paper), asked, {}, nullptr, nullptr});
}

void WitnessSearch::AddAssumptions(const State& state, EffectiveTime t, std::vector<Edge>& edges) {
  if (!state.strict || goal_.own) return;
  for (const auto& target : evaluation_.AssumeTargets(state.identity)) {
    const Asked assume{std::string(kAssume), target};
    for (const auto& grant : reading_.GrantsOf(state.principal)) {
      if (!grant.live.Contains(t)) continue;
      const Sides sides = evaluation_.OfTerms(grant.terms, assume);
      if (sides.allow.may.Empty() && sides.paper.Empty()) continue;
      Hop hop{StepKind::kAssumes, target, GrantFactors(evaluation_, grant, assume)};
      AddOwnLimits(state.identity, assume, hop.factors);
      hop.factors.push_back(ActiveFactor(FactorKind::kActive, target));
      for (const auto& start : Starts(target)) edges.push_back({hop, start});
    }
  }
}

void WitnessSearch::AddRowArrivals(const State& state, EffectiveTime t, std::vector<Edge>& edges) {
  for (const GrantPiece* grant : reading_.PiecesOf(state.principal, goal_.row->grant)) {
    if (!grant->live.Contains(t)) continue;
    Hop hop{StepKind::kGranted, GrantedRef(*grant), EffectFactors(evaluation_, *grant, goal_.row->effect)};
    if (goal_.row->effect == RowEffect::kAllow) AddBoundary(state.identity, hop.factors);
    edges.push_back({std::move(hop), std::nullopt});
  }
}

void WitnessSearch::AddGrantArrivals(const State& state, EffectiveTime t, std::vector<Edge>& edges) {
  for (const auto& grant : reading_.GrantsOf(state.principal)) {
    if (!grant.live.Contains(t)) continue;
    Hop hop{StepKind::kGranted, GrantedRef(grant), {}};
    if (!goal_.role.empty()) {
      if (grant.terms.role != goal_.role) continue;
      hop.factors = RoleFactors(evaluation_, grant);
      AddBoundary(state.identity, hop.factors);
    } else {
      const Sides sides = evaluation_.OfTerms(grant.terms, *goal_.asked);
      if (sides.allow.may.Empty() && sides.paper.Empty()) continue;
      hop.factors = GrantFactors(evaluation_, grant, *goal_.asked);
      AddOwnLimits(state.identity, *goal_.asked, hop.factors);
    }
    edges.push_back({std::move(hop), std::nullopt});
  }
}

void WitnessSearch::AddArrivals(const State& state, EffectiveTime t, std::vector<Edge>& edges) {
  if (goal_.ThroughAnyGroup() && state.strict) return;
  if (!goal_.row) AddGrantArrivals(state, t, edges);
  else if (state.principal == goal_.row->granted_to) AddRowArrivals(state, t, edges);
}

std::vector<WitnessSearch::Edge> WitnessSearch::EdgesFrom(const State& state, EffectiveTime t, Sure sure) {
  std::vector<Edge> edges;
  if (!goal_.member_of.empty()) {
    // The last membership is the arrival itself.
    AddMemberships(state, t, edges);
    for (auto& edge : edges)
      if (edge.to->principal == goal_.member_of) edge.to.reset();
  } else {
    AddMemberships(state, t, edges);
    AddAssumptions(state, t, edges);
    AddArrivals(state, t, edges);
  }
  reading_.Spend(static_cast<std::int64_t>(edges.size()));
  std::erase_if(edges, [&](const Edge& edge) { return !Holds(edge.hop, t, sure); });
  std::stable_sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return Less(a.hop, b.hop); });
  return edges;
}

// Breadth first: states of one depth wait in the byte order of their ways, so the first arrival of a depth is the least.
std::optional<WitnessSearch::Found> WitnessSearch::Search(EffectiveTime t, Sure sure) {
  struct Step {
    State from;
    Hop hop;
  };
  std::map<State, std::optional<Step>> came_by;
  std::deque<State> waiting;
  for (const auto& start : Starts(ref_)) {
    came_by[start] = std::nullopt;
    waiting.push_back(start);
  }
  const auto retrace = [&](State state, Hop last) {
    Found found{{state}, {std::move(last)}};
    while (came_by[state]) {
      const Step& step = *came_by[state];
      found.hops.push_back(step.hop);
      found.states.push_back(step.from);
      state = step.from;
    }
    std::reverse(found.hops.begin(), found.hops.end());
    std::reverse(found.states.begin(), found.states.end());
    return found;
  };
  while (!waiting.empty() && !reading_.LimitReached()) {
    const State state = std::move(waiting.front());
    waiting.pop_front();
    auto edges = EdgesFrom(state, t, sure);
    for (auto& edge : edges)
      if (!edge.to) return retrace(state, std::move(edge.hop));
    for (auto& edge : edges)
      if (came_by.try_emplace(*edge.to, Step{state, edge.hop}).second) waiting.push_back(*edge.to);
  }
  return std::nullopt;
}

bool WitnessSearch::Arrives(const State& from, Visited avoid, EffectiveTime t, Sure sure) {
  std::deque<State> waiting{from};
  avoid.insert({from.identity, from.principal});
  std::set<State> seen{from};
  while (!waiting.empty() && !reading_.LimitReached()) {
    const State state = std::move(waiting.front());
    waiting.pop_front();
    for (auto& edge : EdgesFrom(state, t, sure)) {
      if (!edge.to) return true;
      if (edge.to->principal == state.principal && edge.to->identity == state.identity) continue;
      if (avoid.contains({edge.to->identity, edge.to->principal})) continue;
      if (seen.insert(*edge.to).second) waiting.push_back(*edge.to);
    }
  }
  return false;
}

// A second way leaves the first somewhere and never comes back to what lies before that place.
bool WitnessSearch::HasAnother(const Found& found, EffectiveTime t, Sure sure) {
  for (const auto& start : Starts(ref_))
    if (start != found.states.front() && Arrives(start, {}, t, sure)) return true;
  Visited before;
  for (std::size_t i = 0; i < found.states.size(); ++i) {
    const State& state = found.states[i];
    before.insert({state.identity, state.principal});
    bool skipped = false;
    for (const auto& edge : EdgesFrom(state, t, sure)) {
      const bool the_way = i + 1 < found.states.size() ? edge.to == found.states[i + 1] : !edge.to;
      if (!skipped && the_way && edge.hop == found.hops[i]) {
        skipped = true;
        continue;
      }
      if (!edge.to) return true;
      if (!before.contains({edge.to->identity, edge.to->principal}) && Arrives(*edge.to, before, t, sure)) return true;
    }
  }
  return false;
}

std::optional<Witness> WitnessSearch::At(EffectiveTime t, Sure sure) {
  Factor subject = ActiveFactor(FactorKind::kActive, ref_);
  if (goal_.own) subject.set = TimeSet::All();
  if (!SetOf(subject, sure).Contains(t)) return std::nullopt;
  auto found = Search(t, sure);
  if (!found) return std::nullopt;
  const bool more = HasAnother(*found, t, sure);
  return Witness{std::move(subject), std::move(found->hops), more};
}

Interval WitnessSearch::Extent(const Witness& witness, EffectiveTime t, Sure sure) {
  Interval extent;
  for (const Factor* factor : witness.Factors()) {
    const auto around = SetOf(*factor, sure).At(t);
    if (!around) return {t, t};
    extent.from = std::max(extent.from, around->from);
    extent.until = std::min(extent.until, around->until);
  }
  return extent;
}

std::vector<Witness> WitnessSearch::Cover(const std::vector<Interval>& segments, EffectiveTime first, Sure sure) {
  std::vector<std::pair<EffectiveTime, Witness>> found;
  for (const auto& segment : segments) {
    const EffectiveTime start = segment.Contains(first) ? first : segment.from;
    EffectiveTime begin = start;
    for (EffectiveTime t = start; t < segment.until;) {
      auto witness = At(t, sure);
      if (!witness) break;
      const Interval extent = Extent(*witness, t, sure);
      if (t == start) begin = extent.from;
      found.emplace_back(t, std::move(*witness));
      t = extent.until;
    }
    // What lies before the start, backwards, each way from its last moment.
    while (segment.from < begin) {
      const EffectiveTime last{begin.us - 1};
      auto witness = At(last, sure);
      if (!witness) break;
      begin = Extent(*witness, last, sure).from;
      found.emplace_back(std::max(begin, segment.from), std::move(*witness));
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Witness> cover;
  for (auto& [t, witness] : found)
    if (cover.empty() || cover.back().hops != witness.hops) cover.push_back(std::move(witness));
  return cover;
}

}  // namespace tenure::authority
