#include "authority/nearest.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "authority/cause.h"
#include "authority/head.h"
#include "authority/holders.h"
#include "authority/reasons.h"
#include "event/clock.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::GrantPiece;
using history::IdentityStatus;
using history::IntervalSet;
using history::RoleState;
using history::TimeSet;

// The order of kinds; misses of one kind go by text.
constexpr std::string_view kRanking[] = {"ended",          "not_begun",  "denied",    "status",       "role_retired",
                                         "scope",          "membership", "condition", "boundary",     "deny_possible",
                                         "role_undefined", "unrecorded", "tainted",   "before_record"};

std::size_t RankOf(const std::string& what) {
  for (std::size_t i = 0; i < std::size(kRanking); ++i) {
    const bool status = kRanking[i] == "status" &&
                        (what.starts_with("identity_") || what.starts_with("group_") || what.starts_with("delegator_"));
    if (status || kRanking[i] == what) return i;
  }
  return std::size(kRanking);
}

class Misses {
 public:
  Misses(const CheckBasis& basis, EvidenceList& evidence) : basis_(basis), evidence_(evidence) {}

  void Add(std::string what, std::string text, OptionalTime at, std::vector<Position> evidence) {
    found_.push_back({std::move(what), std::move(text), at, std::move(evidence)});
  }
  // Text, then who did it according to the evidence.
  Status AddWithActor(std::string what, std::string text, OptionalTime at, std::vector<Position> evidence) {
    auto whom = ByWhom(basis_.view, evidence);
    if (!whom) return tl::unexpected<Error>(whom.error());
    if (!whom->empty()) text += " " + *whom;
    Add(std::move(what), std::move(text), at, std::move(evidence));
    return {};
  }
  Result<std::vector<Miss>> Ranked() {
    std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
      // Of what reads the same, identity_… goes before group_… and delegator_….
      const auto left = RankOf(a.what), right = RankOf(b.what);
      return std::tie(left, a.text, b.what) < std::tie(right, b.text, a.what);
    });
    std::vector<Miss> misses;
    std::map<std::size_t, std::size_t> of_rank;
    std::set<std::string> said;
    for (const auto& found : found_) {
      if (!said.insert(found.text).second || of_rank[RankOf(found.what)]++ >= kMissesOfAKindMax) continue;
      auto index = evidence_.Add(found.evidence);
      if (!index) return tl::unexpected<Error>(index.error());
      misses.push_back({found.what, found.text, found.at, std::move(*index)});
    }
    return misses;
  }

 private:
  struct Found {
    std::string what, text;
    OptionalTime at;
    std::vector<Position> evidence;
  };
  const CheckBasis& basis_;
  EvidenceList& evidence_;
  std::vector<Found> found_;
};

// Held before, or going to be: over all of time.
Status AddEndedAndNotBegun(const CheckBasis& basis, Misses& misses) {
  Reading all(basis.view, Interval{}, Unseen::kCounted, basis.taints, basis.work);
  Evaluation evaluation(all, Everyone::kCounts);
  const TimeSet held = evaluation.Effective(basis.ref, basis.asked);
  WitnessSearch search(evaluation, basis.ref, Goal{basis.asked, std::nullopt, {}, {}}, Everyone::kCounts);
  const Interval window = basis.frame.Window();
  std::optional<Interval> last, next;
  for (const auto& part : held.must.Parts()) {
    if (part.until <= window.from) last = part;
    if (!next && window.until <= part.from) next = part;
  }
  if (last) {
    const auto way = search.At({last->until.us - 1}, Sure::kMust);
    const auto cause = way ? CauseOfEnd(evaluation, *way, last->until, Sure::kMust) : std::nullopt;
    const std::string until = fmt::format("held until {}", event::FormatTime(last->until.us));
    if (auto s = cause ? misses.AddWithActor("ended", until + ", " + cause->change, last->until, cause->evidence) : Status{}; !s)
      return s;
  }
  if (next) {
    const auto way = search.At(next->from, Sure::kMust);
    const auto cause = way ? CauseOfBegin(evaluation, *way, next->from, Sure::kMust) : std::nullopt;
    const std::string from = fmt::format("held only from {} on", event::FormatTime(next->from.us));
    if (auto s = cause ? misses.AddWithActor("not_begun", from + ", " + cause->change, next->from, cause->evidence) : Status{};
        !s)
      return s;
  }
  if (all.Fault()) return tl::unexpected<Error>(*all.Fault());
  return {};
}

// Every live grant of everyone that ref acts as: the denies that meet the window, and, if it isn't even possible, allows that stop
// short of the resource.
Status AddFromGrants(const CheckBasis& basis, bool possible, bool denied, Misses& misses) {
  Evaluation& evaluation = basis.evaluation;
  Reading& reading = evaluation.Read();
  const Interval window = basis.frame.Window();
  for (const auto& [identity, acting] : evaluation.WhomItActsAs(basis.ref)) {
    // A deny binds the identity it acts as: it is in the way only of what that identity is given.
    const Sides& given = evaluation.Given(identity, basis.asked);
    const bool in_the_way = denied && given.allow.may.Union(given.paper).Meets(window);
    for (const auto& [principal, label] : evaluation.ClosureOf(identity)) {
      for (const auto& grant : reading.GrantsOf(principal)) {
        const IntervalSet live = acting.as.may.Intersect(label.deny.may).Clip(grant.live).Clip(window);
        if (live.Empty()) continue;
        const TimeSet denies = evaluation.OfGrant(grant, basis.asked).deny.Intersect(label.deny);
        if (in_the_way && denies.may.Meets(window)) {
          const bool certain = denies.must.Meets(window);
          const std::string text = fmt::format("{} by {} to {}", certain ? "denied" : "perhaps denied", NameOf(grant), principal);
          if (auto s = misses.AddWithActor(certain ? "denied" : "deny_possible", text, grant.live.from, {grant.issued}); !s)
            return s;
        }
        if (!possible && !ScopeCovers(grant.terms.scope, basis.asked)) {
          // The same grant, had its scope reached.
          GrantPiece wider = grant;
          wider.terms.scope = "*";
          const TimeSet would = evaluation.OfGrant(wider, basis.asked).allow;
          if (would.may.Meets(window))
            misses.Add("scope",
                       fmt::format("{} to {} {} {} but reaches only {}", NameOf(grant), principal,
                                   would.must.Meets(window) ? "allows" : "may allow", basis.asked.action, grant.terms.scope),
                       std::nullopt, {grant.issued});
        }
      }
    }
  }
  return {};
}

// Whom it would act as, if it were not denied to, and who is given what is asked for.
Status AddDeniedAssumptions(const CheckBasis& basis, Misses& misses) {
  Evaluation& evaluation = basis.evaluation;
  const Interval window = basis.frame.Window();
  for (const auto& [identity, acting] : evaluation.WhomItActsAs(basis.ref)) {
    const std::vector<std::string> targets = evaluation.AssumeTargets(identity);  // Effective may widen them
    for (const auto& target : targets) {
      const Asked assume{std::string(kAssume), target};
      const Sides& given = evaluation.Given(identity, assume);
      const IntervalSet denied = acting.as.may.Intersect(given.allow.may).Intersect(given.deny.may).Clip(window);
      if (denied.Empty() || !evaluation.Effective(target, basis.asked).may.Meets(window)) continue;
      for (const auto& [principal, label] : evaluation.ClosureOf(identity)) {
        for (const auto& grant : evaluation.Read().GrantsOf(principal)) {
          const TimeSet denies = evaluation.OfGrant(grant, assume).deny.Intersect(label.deny);
          if (!denies.may.Meets(window)) continue;
          const bool certain = denies.must.Meets(window);
          const std::string text = fmt::format("acting as {}, who has it, {} to {} by {} to {}", target,
                                               certain ? "denied" : "perhaps denied", identity, NameOf(grant), principal);
          if (auto s = misses.AddWithActor(certain ? "denied" : "deny_possible", text, std::nullopt, {grant.issued}); !s)
            return s;
        }
      }
    }
  }
  return {};
}

// A permission that covers the action on other resources only.
void AddNarrowPermissions(const CheckBasis& basis, Misses& misses) {
  Reading& reading = basis.evaluation.Read();
  const Interval window = basis.frame.Window();
  const auto look = [&](const GrantPiece& grant, const std::string& principal, const std::vector<Permission>& permissions) {
    for (const auto& permission : permissions) {
      Permission anywhere = permission;
      anywhere.not_resources = false;
      anywhere.resources = {"*"};
      if (permission.effect != Effect::kAllow || PermissionCovers(permission, basis.asked) ||
          !PermissionCovers(anywhere, basis.asked))
        continue;
      std::string reaches = permission.not_resources ? "all but " : "only ";
      for (std::size_t i = 0; i < permission.resources.size() && i < 3; ++i) reaches += (i ? ", " : "") + permission.resources[i];
      if (permission.resources.size() > 3) reaches += ", …";
      const bool certain = permission.condition.empty() && grant.terms.condition.empty();
      misses.Add("scope",
                 fmt::format("{} to {} {} {} on {}", NameOf(grant), principal, certain ? "allows" : "may allow",
                             basis.asked.action, reaches),
                 std::nullopt, {grant.issued});
    }
  };
  for (const auto& [identity, acting] : basis.evaluation.WhomItActsAs(basis.ref)) {
    for (const auto& [principal, label] : basis.evaluation.ClosureOf(identity)) {
      for (const auto& grant : reading.GrantsOf(principal)) {
        if (!acting.as.may.Intersect(label.deny.may).Clip(grant.live).Meets(window)) continue;
        if (grant.terms.role.empty()) look(grant, principal, grant.terms.permissions);
        else
          for (const auto& piece : reading.Role(grant.terms.role))
            if (piece.state == RoleState::kDefined && IntervalSet(piece.span).Meets(window))
              look(grant, principal, *piece.permissions);
      }
    }
  }
}

// The first of the pieces that say the same without a gap up to t: a piece also ends where something else about it changed.
template <class Piece, class What>
const Piece* FirstOfRun(const std::vector<Piece>& pieces, EffectiveTime t, What Piece::* what) {
  const Piece* first = nullptr;
  for (const auto& piece : pieces) {
    if (t < piece.span.from) break;
    if (first == nullptr || first->*what != piece.*what) first = &piece;
  }
  return first;
}

struct Since {
  OptionalTime time;  // nothing: always
  std::vector<Position> evidence;
};
Since SinceWhen(Reading& all, const Factor& factor, EffectiveTime t) {
  if (factor.kind == FactorKind::kPermission) {
    const auto* piece = FirstOfRun(all.Role(factor.ref), t, &history::RolePiece::state);
    if (piece == nullptr || !piece->retired_by) return {};
    return {piece->span.from == kAlways ? OptionalTime{} : piece->span.from, {*piece->retired_by}};
  }
  const auto* piece = FirstOfRun(all.Identity(factor.ref), t, &history::IdentityPiece::status);
  if (piece == nullptr || piece->span.from == kAlways) return {};
  return {piece->span.from, StatusFrom(all, factor.ref, piece->span.from).evidence};
}

// What stands in the way of a way on paper: a status, a retired role.
Status AddObstaclesOnPaper(const CheckBasis& basis, Misses& misses) {
  Evaluation& evaluation = basis.evaluation;
  Reading& reading = evaluation.Read();
  WitnessSearch search(evaluation, basis.ref, Goal{basis.asked, std::nullopt, {}, {}}, Everyone::kCounts);
  const IntervalSet paper = evaluation.OnPaper(basis.ref, basis.asked).Clip(basis.frame.Window());
  if (paper.Empty()) return {};
  const EffectiveTime t = paper.Contains(basis.frame.Begin()) ? basis.frame.Begin() : paper.Parts().front().from;
  const auto way = search.At(t, Sure::kPaper);
  if (!way) return {};
  Reading all(basis.view, Interval{}, Unseen::kIgnored, basis.taints, basis.work);
  for (const Factor* factor : way->Factors()) {
    if (factor->set.may.Contains(t)) continue;
    Witness one{*factor, {}, false};
    std::vector<std::string> words;
    AddObstacles(reading, one, IntervalSet(Interval{t, {t.us + 1}}), words);
    if (words.empty() || words.front() == "denied") continue;
    auto [since, evidence] = SinceWhen(all, *factor, t);
    const std::string state = words.front().substr(words.front().find('_') + 1);
    std::string text = fmt::format("{} is {}", factor->ref, state);
    if (since) text += fmt::format(" since {},", event::FormatTime(since->us));
    if (auto s = misses.AddWithActor(words.front(), std::move(text), since, std::move(evidence)); !s) return s;
  }
  return {};
}

// Groups that are given what is asked for and that ref isn't in.
void AddMissingMemberships(const CheckBasis& basis, Misses& misses) {
  Reading reading(basis.view, basis.frame.Window(), Unseen::kIgnored, basis.taints, basis.work);
  Evaluation evaluation(reading, Everyone::kLeftOut);
  Holders holders(evaluation);
  // Behind a taint a deny may be hidden: nothing would certainly be given then.
  Reading doubting(basis.view, basis.frame.Window(), Unseen::kCounted, basis.taints, basis.work);
  Evaluation doubts(doubting, Everyone::kCounts);
  const Closure& reached = basis.evaluation.ClosureOf(basis.ref);
  const TimeSet& denied = basis.evaluation.Given(basis.ref, basis.asked).deny;
  for (const auto& [grantee, allow] : holders.Grantees(basis.asked)) {
    if (!event::IsGroup(grantee)) continue;
    const TimeSet given = allow.Intersect(doubting.Active(grantee)).Doubt(reading.Boundary(basis.ref));
    const TimeSet would =
        given.Intersect(doubting.Active(basis.ref)).Minus(denied).Minus(doubts.Given(grantee, basis.asked).deny);
    if (!would.must.Meets(basis.frame.Window())) continue;
    const auto label = reached.find(grantee);
    if (label != reached.end() && label->second.deny.may.Meets(basis.frame.Window())) continue;
    misses.Add("membership", fmt::format("a membership of {} in {} would give it", basis.ref, grantee), std::nullopt, {});
  }
}

// One doubt on a possible way, and what would settle it.
void AddDoubtOf(const CheckBasis& basis, const Factor& factor, EffectiveTime t, Misses& misses) {
  Reading& reading = basis.evaluation.Read();
  std::vector<std::string> words;
  AddDoubts(reading, Witness{factor, {}, false}, IntervalSet(Interval{t, {t.us + 1}}), words);
  for (const auto& word : words) {
    if (word == "condition") {
      const std::string& condition = factor.grant->terms.condition;
      misses.Add("condition",
                 fmt::format("{} holds only under a condition{}; conditions are not evaluated", NameOf(*factor.grant),
                             condition.empty() ? "" : " (" + condition + ")"),
                 std::nullopt, {factor.grant->issued});
    } else if (word == "boundary") {
      misses.Add("boundary", fmt::format("{} has a permissions boundary, which is not evaluated", factor.ref), std::nullopt, {});
    } else if (word == "role_undefined") {
      misses.Add(
          "role_undefined",
          fmt::format("{} has no definition at that time; a tenure.role.defined.v1 with a time at or before it would settle it",
                      factor.ref),
          std::nullopt, {factor.grant->issued});
    } else if (word.ends_with("_unrecorded")) {
      misses.Add("unrecorded",
                 fmt::format("nobody registered {}; a tenure.identity.registered.v1 with a time at or before it would settle it",
                             factor.ref),
                 std::nullopt, {});
    }
  }
}

Status AddDoubtsOfWays(const CheckBasis& basis, const CheckAnswer& answer, const std::vector<Witness>& ways, Misses& misses) {
  const IntervalSet open = basis.held.Possibly().Clip(basis.frame.Window());
  for (const auto& way : ways) {
    for (const Factor* factor : way.Factors()) {
      const IntervalSet doubtful = factor->set.Possibly().Intersect(open);
      if (!doubtful.Empty()) AddDoubtOf(basis, *factor, doubtful.Parts().front().from, misses);
    }
  }
  for (const auto& taint : answer.head.taints)
    misses.Add("tainted",
               fmt::format("the record at {}/{}/{} ({}) can't be trusted to say nothing about {}; a "
                           "tenure.dead_letter.resolved.v1 naming it would settle it",
                           TopicName(taint.position.topic), taint.position.partition, taint.position.offset, taint.reason,
                           taint.key.empty() ? taint.topic : taint.key),
               std::nullopt, {});
  return {};
}

Status AddBeforeRecord(const CheckBasis& basis, Misses& misses) {
  for (const Topic plane : {Topic::kIdentity, Topic::kAccess}) {
    auto horizon = basis.view.Horizon(plane);
    if (!horizon) return tl::unexpected<Error>(horizon.error());
    if (!*horizon) misses.Add("before_record", fmt::format("{} records nothing", TopicName(plane)), std::nullopt, {});
    else if (basis.frame.Begin() < **horizon)
      misses.Add("before_record",
                 fmt::format("{} records nothing before {}", TopicName(plane), event::FormatTime((*horizon)->us)), *horizon, {});
  }
  return {};
}

}  // namespace

Result<std::vector<Miss>> NearestMisses(const CheckBasis& basis, const CheckAnswer& answer, const std::vector<Witness>& ways,
                                        EvidenceList& evidence) {
  Misses misses(basis, evidence);
  Status status;
  const bool possible = basis.held.may.Meets(basis.frame.Window());
  if (possible) {
    status = AddDoubtsOfWays(basis, answer, ways, misses);
    if (status) status = AddFromGrants(basis, true, true, misses);
  } else {
    status = AddEndedAndNotBegun(basis, misses);
    if (status) status = AddObstaclesOnPaper(basis, misses);
    const bool on_paper = basis.evaluation.OnPaper(basis.ref, basis.asked).Meets(basis.frame.Window());
    if (status) status = AddFromGrants(basis, false, on_paper, misses);
    if (status) status = AddDeniedAssumptions(basis, misses);
    AddNarrowPermissions(basis, misses);
    AddMissingMemberships(basis, misses);
  }
  if (status && answer.head.before_record) status = AddBeforeRecord(basis, misses);
  if (!status) return tl::unexpected<Error>(status.error());
  return misses.Ranked();
}

}  // namespace tenure::authority
