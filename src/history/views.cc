#include "history/views.h"

#include <algorithm>
#include <tuple>

#include "history/fold.h"
#include "history/moments.h"
#include "history/view_base.h"

namespace tenure::history {
namespace {

bool Overlaps(Interval a, Interval b) { return a.from < b.until && b.from < a.until; }

// What an identity that no event speaks of looks like, for all of time.
IdentityPiece Unheard() { return {}; }

// Everything projected: reads intervals, never events.
class CurrentView : public ViewBase, public Moments {
 public:
  CurrentView(CurrentState state, const PositionVector& v, const std::vector<std::string>& correctors)
      : ViewBase(state.rows, v, true, correctors), state_(std::move(state)) {}

  Moments* ByPages() override { return this; }
  Result<std::shared_ptr<const Page>> PageAt(PageOf of, std::string_view ref, EffectiveTime t) override {
    return ReadPage(of, ref, {t, {t.us + 1}});
  }
  const Names& AllNames() const override { return state_.pages->AllNames(); }
  Result<std::shared_ptr<const RoleList>> Roles() override { return state_.index->Roles(*rows_, state_.epoch); }
  Result<std::shared_ptr<const Directory>> Identities() override { return state_.index->Identities(*rows_, state_.epoch); }

  // Once, before the view is handed out.
  Status Remember() {
    const std::lock_guard lock(state_.memo->mutex);
    if (!state_.memo->taints) {
      if (auto s = LoadTaints(); !s) return s;
      state_.memo->taints = taints_;
    }
    taints_ = state_.memo->taints;
    return {};
  }
  Result<OptionalTime> Horizon(Topic plane) override {
    const std::lock_guard lock(state_.memo->mutex);
    auto& kept = state_.memo->horizons[static_cast<std::size_t>(plane)];
    if (!kept) {
      auto found = ViewBase::Horizon(plane);
      if (!found) return found;
      kept = *found;
    }
    return *kept;
  }
  Result<std::vector<IdentityPiece>> Identity(std::string_view ref, Interval w) override {
    auto page = ReadPage(PageOf::kSubject, ref, w);
    if (!page) return tl::unexpected(page.error());
    std::vector<IdentityPiece> out;
    (*page)->identities.Each(w, [&](std::size_t i) {
      out.push_back((*page)->IdentityAt(i));
      return true;
    });
    Sort(out);
    if (out.empty()) out.push_back(Unheard());
    return out;
  }
  Result<std::vector<RolePiece>> Role(std::string_view role, Interval w) override {
    auto page = ReadPage(PageOf::kSubject, role, w);
    if (!page) return tl::unexpected(page.error());
    std::vector<RolePiece> out;
    (*page)->roles.Each(w, [&](std::size_t i) {
      out.push_back((*page)->roles.At(i));
      return true;
    });
    Sort(out);
    if (out.empty()) out.push_back(UndefinedRole());
    return out;
  }
  Result<std::vector<GrantPiece>> GrantsOf(std::string_view p, Interval w) override { return Grants(PageOf::kSubject, p, w); }
  Result<std::vector<MembershipPiece>> GroupsOf(std::string_view m, Interval w) override {
    return Memberships(PageOf::kSubject, m, w);
  }
  Result<std::vector<CredentialPiece>> Credentials(std::string_view identity, Interval w) override {
    std::vector<std::pair<FactKey, CredentialPiece>> found;
    Status bad;
    const auto read = EachInterval(*rows_, Family::kSubject, SubjectPrefix(identity, FactKind::kCredential), w,
                                   [&](Interval span, std::string_view rest, std::string_view value) {
                                     auto fact = ParseFactRest(rest);
                                     if (!fact) return true;
                                     auto piece = UnpackPiece(*fact, span, value);
                                     if (!piece) bad = tl::unexpected(piece.error());
                                     else if (auto* p = std::get_if<CredentialPiece>(&*piece))
                                       found.emplace_back(std::move(*fact), std::move(*p));
                                     return bad.has_value();
                                   });
    if (!read) return tl::unexpected(read.error());
    if (!bad) return tl::unexpected(bad.error());
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : a.second.span.from < b.second.span.from;
    });
    std::vector<CredentialPiece> out;
    for (auto& [fact, piece] : found) out.push_back(std::move(piece));
    return out;
  }
  Result<std::vector<GrantPiece>> GrantsOfRole(std::string_view role, Interval w) override {
    return Grants(PageOf::kRoleGrants, role, w);
  }
  Result<std::vector<GrantPiece>> GrantsAtAnchor(std::string_view anchor, Interval w) override {
    return Grants(PageOf::kAnchorGrants, anchor, w);
  }
  Result<std::vector<MembershipPiece>> MembersOf(std::string_view group, Interval w) override {
    return Memberships(PageOf::kMembers, group, w);
  }

 private:
  // By fact, then by beginning.
  template <class P>
  static void Sort(std::vector<P>& pieces) {
    std::sort(pieces.begin(), pieces.end(), [](const P& a, const P& b) {
      if constexpr (requires { a.grant; })
        return std::tie(a.principal, a.grant, a.live.from) < std::tie(b.principal, b.grant, b.live.from);
      else if constexpr (requires { a.member; })
        return std::tie(a.member, a.group, a.live.from) < std::tie(b.member, b.group, b.live.from);
      else return a.span.from < b.span.from;
    });
  }
  Result<std::shared_ptr<const Page>> ReadPage(PageOf of, std::string_view ref, Interval w) {
    return state_.pages->Of(*rows_, state_.epoch, of, ref, w);
  }
  Result<std::vector<GrantPiece>> Grants(PageOf of, std::string_view ref, Interval w) {
    auto page = ReadPage(of, ref, w);
    if (!page) return tl::unexpected(page.error());
    std::vector<GrantPiece> out;
    (*page)->grants.Each(w, [&](std::size_t i) {
      out.push_back((*page)->GrantAt(i, state_.pages->AllNames()));
      return true;
    });
    Sort(out);
    return out;
  }
  Result<std::vector<MembershipPiece>> Memberships(PageOf of, std::string_view ref, Interval w) {
    auto page = ReadPage(of, ref, w);
    if (!page) return tl::unexpected(page.error());
    std::vector<MembershipPiece> out;
    (*page)->memberships.Each(w, [&](std::size_t i) {
      out.push_back((*page)->MembershipAt(i, state_.pages->AllNames()));
      return true;
    });
    Sort(out);
    return out;
  }

  const CurrentState state_;
};

// Any knowledge within what is projected: candidates by fact, each folded again inside V.
class PastView : public ViewBase {
 public:
  using ViewBase::ViewBase;

  Result<std::vector<IdentityPiece>> Identity(std::string_view ref, Interval w) override {
    auto pieces = OfFacts<IdentityPiece>({{std::string(ref), FactKind::kIdentity, ""}}, w);
    if (pieces && pieces->empty()) pieces->push_back(Unheard());
    return pieces;
  }
  Result<std::vector<RolePiece>> Role(std::string_view role, Interval w) override {
    auto pieces = OfFacts<RolePiece>({{std::string(role), FactKind::kRole, ""}}, w);
    if (pieces && pieces->empty()) pieces->push_back(UndefinedRole());
    return pieces;
  }
  Result<std::vector<GrantPiece>> GrantsOf(std::string_view p, Interval w) override {
    return OfSubject<GrantPiece>(p, FactKind::kGrant, w);
  }
  Result<std::vector<MembershipPiece>> GroupsOf(std::string_view m, Interval w) override {
    return OfSubject<MembershipPiece>(m, FactKind::kMembership, w);
  }
  Result<std::vector<CredentialPiece>> Credentials(std::string_view i, Interval w) override {
    return OfSubject<CredentialPiece>(i, FactKind::kCredential, w);
  }
  Result<std::vector<GrantPiece>> GrantsOfRole(std::string_view role, Interval w) override {
    auto pieces = OfObject<GrantPiece>({ObjectSide::kRole, std::string(role)}, w);
    // A fact stays filed under every role that its terms ever named.
    if (pieces) std::erase_if(*pieces, [&](const GrantPiece& p) { return p.terms.role != role; });
    return pieces;
  }
  Result<std::vector<GrantPiece>> GrantsAtAnchor(std::string_view anchor, Interval w) override {
    auto pieces = OfObject<GrantPiece>({ObjectSide::kAnchor, std::string(anchor)}, w);
    if (pieces) std::erase_if(*pieces, [&](const GrantPiece& p) { return !FiledUnder(p, anchor); });
    return pieces;
  }
  Result<std::vector<MembershipPiece>> MembersOf(std::string_view group, Interval w) override {
    return OfObject<MembershipPiece>({ObjectSide::kGroup, std::string(group)}, w);
  }

 private:
  static bool FiledUnder(const GrantPiece& p, std::string_view anchor) {
    for (const auto& permission : p.terms.permissions)
      for (const auto& pattern : permission.resources)
        if (AnchorOf(permission, pattern) == anchor) return true;
    return false;
  }
  template <class P>
  Result<std::vector<P>> OfFacts(std::vector<FactKey> facts, Interval w) {
    std::sort(facts.begin(), facts.end());
    std::vector<P> out;
    for (const auto& fact : facts) {
      auto pieces = folder_.Fold(fact);
      if (!pieces) return tl::unexpected(pieces.error());
      for (auto& piece : *pieces)
        if (auto* p = std::get_if<P>(&piece); p && Overlaps(SpanOf(piece), w)) out.push_back(std::move(*p));
    }
    return out;
  }
  template <class P>
  Result<std::vector<P>> OfSubject(std::string_view subject, FactKind kind, Interval w) {
    auto facts = folder_.FactsOfKind(subject, kind);
    if (!facts) return tl::unexpected(facts.error());
    return OfFacts<P>(std::move(*facts), w);
  }
  template <class P>
  Result<std::vector<P>> OfObject(const ObjectKey& object, Interval w) {
    auto facts = folder_.FactsUnder(object);
    if (!facts) return tl::unexpected(facts.error());
    return OfFacts<P>(std::move(*facts), w);
  }
};

}  // namespace

Result<std::unique_ptr<FactView>> MakeCurrentView(const CurrentState& state, const PositionVector& v,
                                                  const std::vector<std::string>& correctors) {
  auto view = std::make_unique<CurrentView>(state, v, correctors);
  if (auto s = view->Remember(); !s) return tl::unexpected(s.error());
  return view;
}

Result<std::unique_ptr<FactView>> MakePastView(std::shared_ptr<const Rows> rows, const PositionVector& v,
                                               const std::vector<std::string>& correctors) {
  auto view = std::make_unique<PastView>(std::move(rows), v, false, correctors);
  if (auto s = view->LoadTaints(); !s) return tl::unexpected(s.error());
  return view;
}

}  // namespace tenure::history
