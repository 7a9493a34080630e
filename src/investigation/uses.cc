#include "investigation/uses.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace tenure::investigation {
namespace {

std::string_view WordOf(Outcome outcome) {
  return outcome == Outcome::kAllowed ? "allowed" : outcome == Outcome::kDenied ? "denied" : "unsaid";
}

class Gathering {
 public:
  Gathering(const Reach& reach, const std::string& credential) : reach_(reach), credential_(credential) {}

  void Take(const std::vector<history::OwnEvent>& events, bool certain, const history::IntervalSet& meanwhile) {
    for (const auto& event : events) {
      const auto* use = std::get_if<AccessUsed>(&event.payload);
      if (use == nullptr || !reach_.Window().Contains(event.time) || !meanwhile.Contains(event.time)) continue;
      const bool counted = credential_.empty() || use->credential == credential_;
      uses_.push_back({event.time, event.position, *use, use->via.empty() ? use->identity : use->via.back(), certain, counted});
    }
  }
  // By time; a use of one identity by way of another is on record once, and certain where it is by any of them.
  std::vector<Use> Done() {
    const auto key = [](const Use& use) { return std::tuple(use.time, use.position, !use.certain); };
    std::sort(uses_.begin(), uses_.end(), [&](const Use& a, const Use& b) { return key(a) < key(b); });
    const auto same = [](const Use& a, const Use& b) { return a.position == b.position; };
    uses_.erase(std::unique(uses_.begin(), uses_.end(), same), uses_.end());
    return std::move(uses_);
  }

 private:
  const Reach& reach_;
  const std::string& credential_;
  std::vector<Use> uses_;
};

}  // namespace

Result<std::vector<Use>> UsesOf(history::FactView& view, const Reach& reach, const std::string& credential) {
  Gathering gathering(reach, credential);
  const auto always = history::IntervalSet::All();
  auto own = view.EventsAbout(reach.Who());
  if (!own) return tl::unexpected<Error>(own.error());
  gathering.Take(*own, true, always);
  auto via = view.UsesVia(reach.Who());
  if (!via) return tl::unexpected<Error>(via.error());
  gathering.Take(*via, false, always);
  for (const auto& [as, set] : reach.Identities()) {
    if (as == reach.Who()) continue;
    auto others = view.EventsAbout(as);
    if (!others) return tl::unexpected<Error>(others.error());
    gathering.Take(*others, false, set.may);
  }
  return gathering.Done();
}

void Count(const Use& use, UseCount& count) {
  count.count += use.said.count;
  count.first = std::min(count.first.value_or(use.time), use.time);
  count.last = std::max(count.last.value_or(use.time), use.time);
}

void AddUseRows(const std::string& who, const std::vector<Use>& uses,
                std::vector<std::pair<ReachRow, std::vector<Position>>>& rows) {
  struct Kind {
    ReachRow row;
    Position first, last;
  };
  std::map<std::tuple<std::string, std::vector<std::string>, std::string, std::string, Outcome, std::string, bool>, Kind> kinds;
  for (const Use& use : uses) {
    const AccessUsed& said = use.said;
    auto [at, is_new] = kinds.try_emplace(
        {said.identity, said.via, said.action, said.resource, said.outcome, said.credential, use.certain}, Kind{});
    Kind& kind = at->second;
    if (is_new) {
      kind.row.kind = ReachKind::kUse;
      kind.row.who = who;
      kind.row.as = use.as;
      kind.row.ref = said.identity;
      kind.row.certain = use.certain;
      kind.row.action = said.action;
      kind.row.resource = said.resource;
      kind.row.outcome = WordOf(said.outcome);
      kind.row.credential = said.credential;
      kind.row.via = said.via;
      kind.row.span.from = use.time;
      kind.first = use.position;
    }
    kind.row.span.until = {use.time.us + 1};
    kind.last = use.position;
    Count(use, use.counted ? kind.row.used : kind.row.used_apart);
  }
  for (auto& [key, kind] : kinds) rows.emplace_back(std::move(kind.row), std::vector<Position>{kind.first, kind.last});
}

}  // namespace tenure::investigation
