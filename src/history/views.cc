#include "history/views.h"

#include <algorithm>
#include <tuple>

#include "history/fold.h"
#include "history/moments.h"
#include "history/subject_events.h"
#include "history/view_base.h"

namespace tenure::history {
namespace {

bool Overlaps(Interval a, Interval b) { return a.from < b.until && b.from < a.until; }

// What an identity that no event speaks of looks like, for all of time.
IdentityPiece Unheard() { return {}; }

// What questions about one knowledge ask first is found once.
class RememberingView : public ViewBase, public Moments {
 public:
  RememberingView(std::shared_ptr<const Rows> rows, std::shared_ptr<StateMemo> memo, const PositionVector& v, bool current,
                  const std::vector<std::string>& correctors)
      : ViewBase(std::move(rows), v, current, correctors), memo_(std::move(memo)) {}

  Moments* ByPages() override { return this; }
  // Once, before the view is handed out.
  Status Remember() {
    const std::lock_guard lock(memo_->mutex);
    if (!memo_->taints) {
      if (auto s = LoadTaints(); !s) return s;
      memo_->taints = taints_;
    }
    taints_ = memo_->taints;
    return {};
  }
  Result<OptionalTime> Horizon(Topic plane) override {
    const std::lock_guard lock(memo_->mutex);
    auto& kept = memo_->horizons[static_cast<std::size_t>(plane)];
    if (!kept) {
      auto found = ViewBase::Horizon(plane);
      if (!found) return found;
      kept = *found;
    }
    return *kept;
  }

 private:
  const std::shared_ptr<StateMemo> memo_;
};

// Everything projected: reads intervals, never events.
class CurrentView : public RememberingView {
 public:
  CurrentView(CurrentState state, const PositionVector& v, const std::vector<std::string>& correctors)
      : RememberingView(state.rows, state.memo, v, true, correctors), state_(std::move(state)) {}

  Result<std::shared_ptr<const Page>> PageAt(PageOf of, std::string_view ref, EffectiveTime t) override {
    return ReadPage(of, ref, {t, {t.us + 1}});
  }
  const Names& AllNames() const override { return state_.pages->AllNames(); }
  Result<std::shared_ptr<const RoleList>> Roles() override { return state_.index->Roles(*rows_, state_.epoch); }
  Result<std::shared_ptr<const std::vector<NameId>>> RolesThatAssume() override {
    auto roles = Roles();
    if (!roles) return tl::unexpected(roles.error());
    if (!*roles) return nullptr;
    return std::shared_ptr<const std::vector<NameId>>(*roles, &(*roles)->assume);
  }
  Result<std::shared_ptr<const Directory>> Identities() override { return state_.index->Identities(*rows_, state_.epoch); }

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
class PastView : public RememberingView {
 public:
  PastView(PastState state, const PositionVector& v, const std::vector<std::string>& correctors)
      : RememberingView(state.rows, state.memo, v, false, correctors),
        state_(std::move(state)),
        correctors_(correctors),
        knowledge_{vector_, settlement_, [this](NameId id) { return NeverRetired(id); }} {
    folder_.Share(state_.memo->incarnations);
  }

  Result<std::shared_ptr<const Page>> PageAt(PageOf of, std::string_view ref, EffectiveTime) override {
    return state_.pages->OfKnowledge(state_.knowledge, of, ref, [&] { return MakePage(of, ref); });
  }
  Result<std::shared_ptr<const Page>> LifeAt(std::string_view ref, EffectiveTime t) override {
    auto events = EventsOf(ref);
    if (!events) return tl::unexpected(events.error());
    auto page = (*events)->LifeAt(knowledge_, t);
    return page && !*page ? PageAt(PageOf::kSubject, ref, t) : page;
  }
  Result<std::shared_ptr<const Page>> GrantsAt(std::shared_ptr<const Page>, std::string_view ref, EffectiveTime t,
                                               const std::vector<std::string>* anchors) override {
    auto events = EventsOf(ref);
    if (!events) return tl::unexpected(events.error());
    auto page = (*events)->GrantsAt(knowledge_, t, anchors);
    return page && !*page ? PageAt(PageOf::kSubject, ref, t) : page;
  }
  const Names& AllNames() const override { return state_.pages->AllNames(); }
  Result<std::shared_ptr<const RoleList>> Roles() override { return nullptr; }
  Result<std::shared_ptr<const std::vector<NameId>>> RolesThatAssume() override {
    const std::lock_guard lock(state_.memo->mutex);
    auto& kept = state_.memo->roles_that_assume;
    if (kept) return kept;
    auto roles = std::make_shared<std::vector<NameId>>();
    Status bad;
    const auto listed = EachRole("", [&](const std::string& role) {
      auto events = ReadEvents(role);
      if (!events) bad = tl::unexpected(events.error());
      else if ((*events)->MayAssume()) roles->push_back(state_.pages->AllNames().Add(role));
      return bad.has_value();
    });
    if (!listed) return tl::unexpected(listed.error());
    if (!bad) return tl::unexpected(bad.error());
    std::sort(roles->begin(), roles->end());
    return kept = std::move(roles);
  }
  Result<std::shared_ptr<const Directory>> Identities() override { return nullptr; }

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
    auto loaded = folder_.LoadKind(subject, kind);
    if (!loaded) return tl::unexpected(loaded.error());
    std::vector<P> out;
    for (const auto& [fact, events] : *loaded) {
      auto pieces = folder_.FoldEvents(fact, events);
      if (!pieces) return tl::unexpected(pieces.error());
      for (auto& piece : *pieces)
        if (auto* p = std::get_if<P>(&piece); p && Overlaps(SpanOf(piece), w)) out.push_back(std::move(*p));
    }
    return out;
  }
  template <class P>
  Result<std::vector<P>> OfObject(const ObjectKey& object, Interval w) {
    auto facts = folder_.FactsUnder(object);
    if (!facts) return tl::unexpected(facts.error());
    return OfFacts<P>(std::move(*facts), w);
  }

  // A row as the read model would have it.
  struct PageRow {
    FactKind kind;
    std::uint8_t cls;
    Interval span;
    std::string rest, value;
  };

  // All that the knowledge says under one key, as a page of the latest is read.
  Result<std::shared_ptr<Page>> MakePage(PageOf of, std::string_view ref) {
    std::vector<PageRow> rows;
    auto gathered = of == PageOf::kSubject ? GatherOf(ref, rows) : GatherUnder(of, ref, rows);
    if (!gathered) return tl::unexpected(gathered.error());
    std::sort(rows.begin(), rows.end(), [](const PageRow& a, const PageRow& b) {
      return std::tie(a.kind, a.cls, a.span.until, a.span.from, a.rest) <
             std::tie(b.kind, b.cls, b.span.until, b.span.from, b.rest);
    });
    auto page = std::make_shared<Page>();
    for (const auto& row : rows)
      if (auto s = page->Add({row.cls, row.span, row.rest}, row.value, state_.pages->AllNames()); !s)
        return tl::unexpected(s.error());
    page->Finish();
    return page;
  }
  Status GatherOf(std::string_view ref, std::vector<PageRow>& rows) {
    for (const auto kind : {FactKind::kIdentity, FactKind::kRole, FactKind::kGrant, FactKind::kMembership}) {
      auto loaded = folder_.LoadKind(ref, kind);
      if (!loaded) return tl::unexpected(loaded.error());
      for (const auto& [fact, events] : *loaded) {
        auto pieces = folder_.FoldEvents(fact, events);
        if (!pieces) return tl::unexpected(pieces.error());
        for (const auto& piece : *pieces) rows.push_back(RowOf(fact, piece));
      }
    }
    return {};
  }
  Status GatherUnder(PageOf of, std::string_view ref, std::vector<PageRow>& rows) {
    auto facts = folder_.FactsUnder({SideOf(of), std::string(ref)});
    if (!facts) return tl::unexpected(facts.error());
    for (const auto& fact : *facts) {
      auto pieces = folder_.Fold(fact);
      if (!pieces) return tl::unexpected(pieces.error());
      for (const auto& piece : *pieces) {
        const auto* grant = std::get_if<GrantPiece>(&piece);
        if (grant != nullptr && of == PageOf::kRoleGrants && grant->terms.role != ref) continue;
        if (grant != nullptr && of == PageOf::kAnchorGrants && !FiledUnder(*grant, ref)) continue;
        rows.push_back(RowOf(fact, piece));
      }
    }
    return {};
  }
  static PageRow RowOf(const FactKey& fact, const Piece& piece) {
    return {fact.kind, ClassOf(SpanOf(piece)), SpanOf(piece), FactRest(fact), PackPiece(piece)};
  }

  Result<std::shared_ptr<const SubjectEvents>> ReadEvents(std::string_view ref) {
    if (auto kept = state_.pages->EventsOf(state_.epoch, ref)) return kept;
    Settlement of_all(*rows_, nullptr, correctors_);
    auto read = SubjectEvents::Read(*rows_, ref, of_all, state_.pages->AllNames());
    if (read) state_.pages->KeepEvents(state_.epoch, ref, *read);
    return read;
  }
  // One question asks about a subject again and again.
  Result<std::shared_ptr<const SubjectEvents>> EventsOf(std::string_view ref) {
    for (const auto& [subject, events] : asked_)
      if (subject == ref) return events;
    auto events = ReadEvents(ref);
    if (events && asked_.size() < kAskedMax) asked_.emplace_back(ref, *events);
    return events;
  }
  Result<bool> NeverRetired(NameId id) {
    auto events = EventsOf(AllNames().Text(id));
    return events.map([](const auto& of) { return of->NeverRetired(); });
  }

  static constexpr std::size_t kAskedMax = 32;
  std::vector<std::pair<std::string, std::shared_ptr<const SubjectEvents>>> asked_;
  const PastState state_;
  const std::vector<std::string>& correctors_;
  const SubjectEvents::Knowledge knowledge_;
};

}  // namespace

Result<std::unique_ptr<FactView>> MakeCurrentView(const CurrentState& state, const PositionVector& v,
                                                  const std::vector<std::string>& correctors) {
  auto view = std::make_unique<CurrentView>(state, v, correctors);
  if (auto s = view->Remember(); !s) return tl::unexpected(s.error());
  return view;
}

Result<std::unique_ptr<FactView>> MakePastView(const PastState& state, const PositionVector& v,
                                               const std::vector<std::string>& correctors) {
  auto view = std::make_unique<PastView>(state, v, correctors);
  if (auto s = view->Remember(); !s) return tl::unexpected(s.error());
  return view;
}

}  // namespace tenure::history
