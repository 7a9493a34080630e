#include "authority/reading.h"

#include <utility>

#include "authority/gather.h"
#include "event/reference.h"
#include "history/fold.h"

namespace tenure::authority {
namespace {

using history::IdentityPiece;
using history::IdentityStatus;
using history::IntervalSet;
using history::RolePiece;
using history::RoleState;
using history::TimeSet;

// A text that sorts behind nothing that begins with `prefix` and before `prefix` itself. References are UTF-8, so none holds \xff.
std::string JustBefore(std::string_view prefix) {
  std::string text(prefix);
  if (text.empty()) return text;
  text.back() = static_cast<char>(static_cast<unsigned char>(text.back()) - 1);
  return text + '\xff';
}

TimeSet ActiveOf(const std::vector<IdentityPiece>& pieces) {
  if (pieces.empty()) return TimeSet::Uncertain(IntervalSet::All());
  Gather active;
  for (const auto& piece : pieces) {
    if (piece.status == IdentityStatus::kActive) active.Certain(piece.span);
    if (piece.status == IdentityStatus::kUnrecorded) active.Uncertain(piece.span);
  }
  return active.Done();
}

}  // namespace

template <class Piece, class Read>
const std::vector<Piece>& Reading::Remember(ByText<std::vector<Piece>>& memo, std::string_view key, Read read) {
  if (const auto it = memo.find(key); it != memo.end()) return it->second;
  std::vector<Piece> pieces;
  if (!fault_ && !work_.Reached()) {
    Result<std::vector<Piece>> got = read();
    if (got) pieces = std::move(*got);
    else Keep(got.error());
  }
  work_.Spend(1 + static_cast<std::int64_t>(pieces.size()));
  return memo.emplace(std::string(key), std::move(pieces)).first->second;
}

const std::vector<IdentityPiece>& Reading::Identity(std::string_view ref) {
  return Remember(identities_, ref, [&] { return view_.Identity(ref, window_); });
}
const std::vector<history::GrantPiece>& Reading::GrantsOf(std::string_view principal) {
  return Remember(grants_, principal, [&] { return view_.GrantsOf(principal, window_); });
}
const std::vector<const history::GrantPiece*>& Reading::PiecesOf(std::string_view principal, std::string_view grant) {
  static const std::vector<const history::GrantPiece*> kNone;
  auto grants = pieces_of_grants_.find(principal);
  if (grants == pieces_of_grants_.end()) {
    grants = pieces_of_grants_.try_emplace(std::string(principal)).first;
    for (const auto& piece : GrantsOf(principal)) grants->second[piece.grant].push_back(&piece);
  }
  const auto pieces = grants->second.find(grant);
  return pieces == grants->second.end() ? kNone : pieces->second;
}
const std::vector<history::MembershipPiece>& Reading::GroupsOf(std::string_view member) {
  return Remember(groups_, member, [&] { return view_.GroupsOf(member, window_); });
}
const std::vector<RolePiece>& Reading::Role(std::string_view role) {
  return Remember(roles_, role, [&]() -> Result<std::vector<RolePiece>> {
    auto pieces = view_.Role(role, window_);
    if (pieces && pieces->empty()) pieces->push_back(history::UndefinedRole());
    return pieces;
  });
}
const std::vector<history::GrantPiece>& Reading::GrantsOfRole(std::string_view role) {
  return Remember(role_grants_, role, [&] { return view_.GrantsOfRole(role, window_); });
}
const std::vector<history::GrantPiece>& Reading::GrantsAtAnchor(std::string_view anchor) {
  return Remember(anchored_, anchor, [&] { return view_.GrantsAtAnchor(anchor, window_); });
}
const std::vector<history::MembershipPiece>& Reading::MembersOf(std::string_view group) {
  return Remember(members_, group, [&] { return view_.MembersOf(group, window_); });
}

const TimeSet& Reading::Active(std::string_view ref) {
  if (const auto it = active_.find(ref); it != active_.end()) return it->second;
  TimeSet active = TimeSet::All();
  if (ref != event::kEveryone) {
    active = ActiveOf(Identity(ref));
    const IntervalSet& doubt = Doubtful(Topic::kIdentity, ref);
    if (!doubt.Empty()) active = {active.must.Minus(doubt), active.may.Union(doubt)};
  }
  return active_.emplace(std::string(ref), std::move(active)).first->second;
}

EffectiveTime Reading::IdentityHorizon() {
  if (identity_horizon_) return *identity_horizon_;
  auto horizon = view_.Horizon(Topic::kIdentity);
  if (!horizon) Keep(horizon.error());
  identity_horizon_ = horizon ? horizon->value_or(kForever) : kForever;
  return *identity_horizon_;
}

IntervalSet Reading::Boundary(std::string_view ref) {
  if (ref == event::kEveryone) return {};
  std::vector<Interval> bounded;
  for (const auto& piece : Identity(ref))
    if (piece.boundary) bounded.push_back(piece.span);
  return UnionOf(std::move(bounded));
}

TimeSet Reading::Live(const history::GrantPiece& grant) const {
  return TimeSet::Certain(IntervalSet(grant.live)).Doubt(Doubtful(Topic::kAccess, grant.principal));
}
TimeSet Reading::Live(const history::MembershipPiece& membership) const {
  return TimeSet::Certain(IntervalSet(membership.live)).Doubt(Doubtful(Topic::kAccess, membership.member));
}

void Reading::EachIdentity(std::string_view prefix, const std::function<bool(const std::string&)>& each) {
  const auto status = view_.EachIdentity(JustBefore(prefix), [&](const std::string& ref) {
    return ref.compare(0, prefix.size(), prefix) == 0 && Spend(1) && each(ref);
  });
  if (!status) Keep(status.error());
}

bool Reading::CanBeAssumed(const std::string& ref) {
  if (const auto it = assumable_.find(ref); it != assumable_.end()) return it->second;
  const auto can = view_.CanBeAssumed(ref);
  if (!can) Keep(can.error());
  return assumable_.emplace(ref, can && *can).first->second;
}

bool Reading::IsIdentity(std::string_view ref) {
  bool found = false;
  EachIdentity(ref, [&](const std::string& first) {
    found = first == ref;
    return false;
  });
  return found;
}

void Reading::EachRole(const std::function<bool(const std::string&)>& each) {
  const auto status = view_.EachRole("", [&](const std::string& role) { return Spend(1) && each(role); });
  if (!status) Keep(status.error());
}

}  // namespace tenure::authority
