#include "history/refolder.h"

#include <algorithm>

namespace tenure::history {
namespace {

// The moments up to `at`, and the later ones.
std::vector<Moment> UpTo(EffectiveTime at, std::vector<Moment> moments, const std::vector<Moment>& later) {
  std::erase_if(moments, [&](const Moment& m) { return at < m.time; });
  moments.insert(moments.end(), later.begin(), later.end());
  return moments;
}

// Which issue a revoke by role, or a new incarnation of the role, speaks of hangs on all terms before it. A grant under either is
// folded whole: few grants are issued often, and those mostly inline.
Result<bool> RolesAreSimple(Folder& folder, const std::string& principal, const Checkpoint* before,
                            const std::vector<Assertion>& events) {
  std::set<std::string> roles = RolesOf(events);
  if (before != nullptr) {
    const auto& named = std::get<StillSpeaking>(before->left).roles;
    roles.insert(named.begin(), named.end());
  }
  for (const auto& role : roles) {
    auto incarnations = folder.OfRole(role);
    if (!incarnations) return tl::unexpected(incarnations.error());
    if (!incarnations->Plain()) return false;
    auto revoked = folder.Exists({principal, FactKind::kRoleRevoke, role});
    if (!revoked) return revoked;
    if (*revoked) return false;
  }
  return true;
}

}  // namespace

void LeaveOutLastTime(std::vector<Assertion>& events) {
  if (events.empty()) return;
  const EffectiveTime last = events.back().at.time;
  std::erase_if(events, [&](const Assertion& a) { return a.at.time == last; });
}

Result<std::optional<Checkpoint>> CheckpointAfter(Folder& folder, const FactKey& fact, const std::optional<Checkpoint>& before,
                                                  const std::vector<Assertion>& events, const std::vector<Piece>& pieces,
                                                  std::size_t checkpoint_every) {
  if (events.size() < checkpoint_every) return std::nullopt;
  if (fact.kind == FactKind::kGrant) {
    auto simple = RolesAreSimple(folder, fact.subject, before ? &*before : nullptr, events);
    if (!simple) return tl::unexpected(simple.error());
    if (!*simple) return std::nullopt;
  }
  std::vector<Moment> begins;
  if (fact.kind != FactKind::kIdentity && fact.kind != FactKind::kRole) {
    auto around = folder.OfIdentity(fact.subject);
    if (!around) return tl::unexpected(around.error());
    begins = std::move(around->begins);
  }
  return Covering(fact, before, events, begins, pieces);
}

Result<std::optional<Checkpoint>> Refolder::Kept(const FactKey& fact) {
  auto has_one = facts_.HasCheckpoint(fact);
  if (!has_one) return tl::unexpected(has_one.error());
  if (!*has_one) return std::nullopt;
  auto bytes = batch_.Get(Family::kMeta, CheckpointKey(fact));
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return std::nullopt;
  auto kept = UnpackCheckpoint(fact, **bytes);
  if (!kept) return tl::unexpected(kept.error());
  return std::move(*kept);
}

Result<Refolded> Refolder::Fold(const FactKey& fact, EffectiveTime changed) {
  auto kept = Kept(fact);
  if (!kept) return tl::unexpected(kept.error());
  std::optional<Checkpoint> before;
  std::vector<Assertion> events;
  if (*kept && (*kept)->at < changed) {
    // All events of its time lie before a checkpoint, so the fold goes on with the next tick.
    auto later = folder_.Load(fact, EffectiveTime{(*kept)->at.us + 1});
    if (!later) return tl::unexpected(later.error());
    auto may = MayResume(fact, **kept, *later);
    if (!may) return tl::unexpected(may.error());
    if (*may) before = *kept, events = std::move(*later), ++resumed_[static_cast<std::size_t>(fact.kind)];
  }
  if (!before) {
    auto all = folder_.Load(fact);
    if (!all) return tl::unexpected(all.error());
    events = std::move(*all);
  }
  auto out = FoldFrom(fact, before, events);
  if (!out) return out;
  if (auto s = Keep(fact, kept->has_value(), before, std::move(events), out->pieces); !s) return tl::unexpected(s.error());
  return out;
}

Result<Refolded> Refolder::FoldRevoked(const FactKey& grant, EffectiveTime since) {
  auto events = folder_.Load(grant);
  if (!events) return tl::unexpected(events.error());
  auto pieces = folder_.FoldEvents(grant, *events, since);
  if (!pieces) return tl::unexpected(pieces.error());
  Refolded out;
  out.pieces = std::move(*pieces);
  return out;
}

// Incarnations around a fact need no look here: a batch that changes one folds every fact in it from the beginning.
Result<bool> Refolder::MayResume(const FactKey& fact, const Checkpoint& from, const std::vector<Assertion>& events) {
  if (fact.kind == FactKind::kIdentity) return PastStands(fact, from, events);
  if (fact.kind == FactKind::kGrant) return RolesAreSimple(folder_, fact.subject, &from, events);
  return true;
}

// A first registration says what was before it, too, so the past changes when one comes or goes. The piece there tells what was said.
Result<bool> Refolder::PastStands(const FactKey& identity, const Checkpoint& from, const std::vector<Assertion>& events) {
  if (std::get<IdentityRegisters>(from.left).life != IdentityRegisters::Life::kNone) return true;
  auto there = facts_.PieceAt(identity, from.from);
  if (!there) return tl::unexpected(there.error());
  if (!*there) return false;
  auto piece = UnpackPiece(identity, (*there)->span, (*there)->value);
  if (!piece) return tl::unexpected(piece.error());
  return std::get<IdentityPiece>(*piece).status == BeforeFirst(events);
}

Result<Refolded> Refolder::FoldFrom(const FactKey& fact, const std::optional<Checkpoint>& before,
                                    const std::vector<Assertion>& events) {
  Refolded out;
  if (!before && events.empty()) return out;
  if (before) out.from = before->from;
  if (fact.kind == FactKind::kIdentity) {
    const auto left = before ? std::get<IdentityRegisters>(before->left) : IdentityRegisters{};
    auto pieces = FoldIdentity(events, left, before ? before->at : kAlways);
    pieces.front().span.from = out.from;
    out.pieces = AsPieces(std::move(pieces));
    out.incarnations = IncarnationsOfIdentity(events, left);
  } else if (fact.kind == FactKind::kRole) {
    const auto left = before ? std::get<RolePiece>(before->left) : UndefinedRole();
    out.pieces = AsPieces(FoldRole(events, left));
    out.incarnations = IncarnationsOfRole(events, left);
  } else {
    auto speaking = before ? std::get<StillSpeaking>(before->left).events : std::vector<Assertion>{};
    speaking.insert(speaking.end(), events.begin(), events.end());
    auto pieces = folder_.FoldEvents(fact, speaking);
    if (!pieces) return tl::unexpected(pieces.error());
    out.pieces = std::move(*pieces);
    std::erase_if(out.pieces, [&](const Piece& p) { return SpanOf(p).from < out.from; });
    return out;
  }
  if (!before) return out;
  auto kept = fact.kind == FactKind::kRole ? folder_.OfRole(fact.subject) : folder_.OfIdentity(fact.subject);
  if (!kept) return tl::unexpected(kept.error());
  out.incarnations = {UpTo(before->at, std::move(kept->begins), out.incarnations.begins),
                      UpTo(before->at, std::move(kept->ends_all), out.incarnations.ends_all)};
  return out;
}

Status Refolder::Keep(const FactKey& fact, bool had_one, const std::optional<Checkpoint>& before, std::vector<Assertion> events,
                      const std::vector<Piece>& pieces) {
  LeaveOutLastTime(events);
  if (before && events.size() < checkpoint_every_) return {};
  auto checkpoint = CheckpointAfter(folder_, fact, before, events, pieces, checkpoint_every_);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  if (*checkpoint) {
    batch_.Put(Family::kMeta, CheckpointKey(fact), PackCheckpoint(**checkpoint));
    return facts_.NoteCheckpoint(fact, true);
  }
  if (!had_one) return {};
  batch_.Delete(Family::kMeta, CheckpointKey(fact));
  return facts_.NoteCheckpoint(fact, false);
}

}  // namespace tenure::history
