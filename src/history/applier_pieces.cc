// Folding again what the batch touched, and keeping the pieces.
#include <algorithm>

#include "history/applier.h"
#include "history/interval_rows.h"
#include "history/pages.h"

namespace tenure::history {

// `value`: the piece packed.
void Applier::WritePiece(const FactKey& fact, const Piece& piece, const std::string& value, bool put) {
  const Interval span = SpanOf(piece);
  const std::string rest = FactRest(fact);
  const auto write = [&](Family family, const std::string& prefix) {
    const std::string key = IntervalKey(prefix, span, rest);
    if (put) batch_.Put(family, key, value);
    else batch_.Delete(family, key);
    touched_.insert(Pages::KeyOf(family, prefix));
  };
  write(Family::kSubject, SubjectPrefix(fact.subject, fact.kind));
  for (const auto& object : ObjectsOfPiece(piece)) write(Family::kObject, ObjectPrefix(object));
  auto& digest = digests_[static_cast<std::size_t>(Table::kIntervals)];
  if (put) digest.Add(IntervalTuple(fact, piece));
  else digest.Subtract(IntervalTuple(fact, piece));
}

Status Applier::Refold(const FactKey& fact, EffectiveTime changed) {
  auto now = refolder_->Fold(fact, changed);
  if (!now) return tl::unexpected(now.error());
  if (auto s = ReplacePieces(fact, *now); !s) return s;
  if (fact.kind == FactKind::kIdentity || fact.kind == FactKind::kRole) return KeepIncarnations(fact, now->incarnations);
  return {};
}

// Only pieces that differ are written, so an event in order rewrites at most the last one and adds one.
Status Applier::ReplacePieces(const FactKey& fact, const Refolded& now) {
  std::vector<LeafPiece> fresh;
  fresh.reserve(now.pieces.size());
  for (const auto& p : now.pieces) fresh.push_back({SpanOf(p), PackPiece(p)});
  auto before = facts_.ReplacePieces(fact, now.from, fresh);
  if (!before) return tl::unexpected(before.error());
  std::size_t same = 0;
  for (const auto& old : *before) {
    while (same < fresh.size() && fresh[same].span.from < old.span.from) {
      WritePiece(fact, now.pieces[same], fresh[same].value, true);
      ++same;
    }
    if (same < fresh.size() && fresh[same] == old) {
      ++same;
      continue;
    }
    auto gone = UnpackPiece(fact, old.span, old.value);
    if (!gone) return tl::unexpected(gone.error());
    WritePiece(fact, *gone, old.value, false);
  }
  for (; same < fresh.size(); ++same) WritePiece(fact, now.pieces[same], fresh[same].value, true);
  return {};
}

Status Applier::KeepIncarnations(const FactKey& fact, const Incarnations& now) {
  const bool is_role = fact.kind == FactKind::kRole;
  auto kept = is_role ? folder_->OfRole(fact.subject) : folder_->OfIdentity(fact.subject);
  if (!kept) return tl::unexpected(kept.error());
  if (now == *kept) return {};
  const std::string key = IncarnationsKey(fact.subject);
  if (now.Plain()) batch_.Delete(Family::kMeta, key);
  else batch_.Put(Family::kMeta, key, PackIncarnations(now));
  folder_->Forget(fact.subject);
  return is_role ? SpreadRole(fact.subject) : SpreadIdentity(fact.subject);
}

void Applier::Dirty(const FactKey& fact, EffectiveTime changed) {
  auto [it, first] = dirty_.try_emplace(fact, changed);
  if (!first) it->second = std::min(it->second, changed);
}

Status Applier::SpreadIdentity(const std::string& ref) {
  for (const auto kind : {FactKind::kCredential, FactKind::kGrant, FactKind::kMembership}) {
    auto facts = folder_->FactsOfKind(ref, kind);
    if (!facts) return tl::unexpected(facts.error());
    for (const auto& f : *facts) Dirty(f, kAlways);
  }
  auto members = folder_->FactsUnder({ObjectSide::kGroup, ref});
  if (!members) return tl::unexpected(members.error());
  for (const auto& f : *members) Dirty(f, kAlways);
  return {};
}

Status Applier::SpreadRole(const std::string& role) {
  auto facts = folder_->FactsUnder({ObjectSide::kRole, role});
  if (!facts) return tl::unexpected(facts.error());
  for (const auto& f : *facts)
    if (f.kind == FactKind::kGrant) Dirty(f, kAlways);
  return {};
}

// What is over stays so. A grant that was issued once asks the new revokes alone, and only those that can speak of it: it would have
// ended before them if an earlier one did.
Status Applier::SpreadTo(const GrantPiece& grant, const FactKey& revoked, const RevokesChanged& revokes) {
  const FactKey fact{grant.principal, FactKind::kGrant, grant.grant};
  auto whole = facts_.Whole(fact);
  if (!whole) return tl::unexpected(whole.error());
  if (*whole == nullptr || (*whole)->events.size() != 1) return Dirty(fact, kAlways), Status();
  if (grant.terms.role == revoked.object && revokes.SpeaksOf(grant.terms.scope)) only_revoked_.emplace(fact, *revokes.since);
  return {};
}

// A new revoke by role shortens only what lives after it, and may become the named end of what ends with it (so the window begins
// just before); one that went may lengthen any grant of the principal.
Status Applier::SpreadRoleRevoke(const FactKey& fact, const RevokesChanged& revokes) {
  if (!revokes.since) {
    auto grants = folder_->FactsOfKind(fact.subject, FactKind::kGrant);
    if (!grants) return tl::unexpected(grants.error());
    for (const auto& f : *grants) Dirty(f, kAlways);
    return {};
  }
  Status spread;
  auto s = EachInterval(batch_, Family::kSubject, SubjectPrefix(fact.subject, FactKind::kGrant),
                        {EffectiveTime{revokes.since->us - 1}, kForever},
                        [&](Interval span, std::string_view rest, std::string_view value) {
                          auto grant = ParseFactRest(rest);
                          if (!grant) return true;
                          auto piece = UnpackPiece(*grant, span, value);
                          spread = piece ? SpreadTo(std::get<GrantPiece>(*piece), fact, revokes) : tl::unexpected(piece.error());
                          return spread.has_value();
                        });
  return s ? spread : s;
}

// Identity and role facts come first: the others read the incarnations that are kept there.
Status Applier::RefoldAll() {
  const auto has_incarnations = [](const FactKey& f) { return f.kind == FactKind::kIdentity || f.kind == FactKind::kRole; };
  std::vector<std::pair<FactKey, EffectiveTime>> first;  // they may add others
  for (const auto& [fact, changed] : dirty_)
    if (has_incarnations(fact)) first.emplace_back(fact, changed);
  for (const auto& [fact, changed] : first)
    if (auto s = Refold(fact, changed); !s) return s;
  for (const auto& [fact, revokes] : role_revokes_)
    if (auto s = SpreadRoleRevoke(fact, revokes); !s) return s;
  for (const auto& [fact, changed] : dirty_)
    if (!has_incarnations(fact))
      if (auto s = Refold(fact, changed); !s) return s;
  for (const auto& [fact, since] : only_revoked_) {
    if (dirty_.contains(fact)) continue;
    auto now = refolder_->FoldRevoked(fact, since);
    if (!now) return tl::unexpected(now.error());
    if (auto s = ReplacePieces(fact, *now); !s) return s;
  }
  return {};
}

}  // namespace tenure::history
