#pragma once
// A FactView over pieces that a test states itself, and builders that state them in a line each.
//
// Times are small numbers of seconds; the record begins at second 0 unless a test says otherwise. Each fact gets a position and a
// meta of its own (source "test", id "e<n>"), so that evidence can be asked for. What is not stated is as the contract of FactView
// says: an identity without pieces is unrecorded, a role without pieces undefined.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "event/reference.h"
#include "history/facts.h"

namespace tenure::authority::test {

constexpr EffectiveTime At(std::int64_t seconds) { return {seconds * 1'000'000}; }
constexpr Interval Span(std::int64_t from, std::int64_t until) { return {At(from), At(until)}; }
constexpr Interval Since(std::int64_t from) { return {At(from), kForever}; }

// Builders of permissions.
inline Permission Allow(std::vector<std::string> actions, std::vector<std::string> resources) {
  Permission p;
  p.actions = std::move(actions);
  p.resources = std::move(resources);
  return p;
}
inline Permission Deny(std::vector<std::string> actions, std::vector<std::string> resources) {
  Permission p = Allow(std::move(actions), std::move(resources));
  p.effect = Effect::kDeny;
  return p;
}
inline Permission If(Permission p, std::string condition) {
  p.condition = std::move(condition);
  return p;
}
inline Permission Literal(Permission p) {
  p.covers = Covers::kLiteral;
  return p;
}
inline Permission AllBut(Permission p, bool actions, bool resources) {
  p.not_actions = actions;
  p.not_resources = resources;
  return p;
}

class FakeView : public history::FactView {
 public:
  FakeView() { horizons_ = {{Topic::kIdentity, At(0)}, {Topic::kAccess, At(0)}}; }

  // --- building
  // Active over all of time, unless stretches are stated. Stretches must cover all of time.
  FakeView& Active(const std::string& ref) { return Status(ref, Interval{}, history::IdentityStatus::kActive); }
  FakeView& Status(const std::string& ref, Interval span, history::IdentityStatus status, bool boundary = false) {
    history::IdentityPiece piece;
    piece.span = span;
    piece.status = status;
    piece.boundary = boundary;
    piece.registered_and_not_retired = status != history::IdentityStatus::kAbsent &&
                                       status != history::IdentityStatus::kUnrecorded &&
                                       status != history::IdentityStatus::kRetired;
    piece.causes = {NewPosition(Topic::kIdentity, span.from, ref)};
    identities_[ref].push_back(piece);
    return *this;
  }
  history::IdentityPiece& Piece(const std::string& ref) { return identities_[ref].back(); }

  history::GrantPiece& Grant(const std::string& grant, const std::string& to, const std::string& role, Interval live = {}) {
    history::GrantPiece piece;
    piece.principal = to;
    piece.grant = grant;
    piece.live = live;
    piece.terms.role = role;
    piece.terms.scope = "*";
    piece.terms.kind = "standing";
    piece.issued = NewPosition(Topic::kAccess, live.from, to);
    if (live.until != kForever) {
      piece.ended_how = "revoked";
      piece.ended_by = NewPosition(Topic::kAccess, live.until, to);
    }
    grants_.push_back(std::make_unique<history::GrantPiece>(piece));
    return *grants_.back();
  }
  history::GrantPiece& Inline(const std::string& grant, const std::string& to, std::vector<Permission> permissions,
                              Interval live = {}) {
    auto& piece = Grant(grant, to, "", live);
    piece.terms.permissions = std::move(permissions);
    return piece;
  }
  FakeView& Member(const std::string& member, const std::string& group, Interval live = {}) {
    history::MembershipPiece piece;
    piece.member = member;
    piece.group = group;
    piece.live = live;
    piece.added = NewPosition(Topic::kAccess, live.from, member);
    if (live.until != kForever) {
      piece.ended_how = "removed";
      piece.ended_by = NewPosition(Topic::kAccess, live.until, member);
    }
    memberships_.push_back(piece);
    return *this;
  }
  FakeView& Role(const std::string& role, std::vector<Permission> permissions, Interval span = {}) {
    return RoleState(role, history::RoleState::kDefined, span, std::move(permissions));
  }
  FakeView& RoleState(const std::string& role, history::RoleState state, Interval span,
                      std::vector<Permission> permissions = {}) {
    history::RolePiece piece;
    piece.span = span;
    piece.state = state;
    piece.ever_defined = state == history::RoleState::kDefined || !permissions.empty();
    piece.permissions = std::make_shared<const std::vector<Permission>>(std::move(permissions));
    if (state != history::RoleState::kUndefined) piece.defined_by = NewPosition(Topic::kAccess, span.from, role);
    if (state == history::RoleState::kRetired) piece.retired_by = piece.defined_by;
    roles_[role].push_back(piece);
    return *this;
  }
  history::CredentialPiece& Credential(const std::string& of, const std::string& credential, Interval span, bool live) {
    history::CredentialPiece piece;
    piece.credential = credential;
    piece.span = span;
    piece.live = live;
    piece.kind = "access_key";
    piece.causes = {NewPosition(Topic::kIdentity, span.from, of)};
    return credentials_.emplace(of, piece)->second;
  }
  void ForgetTaints() { taints_.clear(); }
  FakeView& Taint(Topic plane, const std::string& key, Interval range) {
    taints_.push_back({plane, key, range, {plane, 7, static_cast<std::int64_t>(taints_.size())}, "event_field_unknown"});
    return *this;
  }
  FakeView& Horizon(Topic plane, std::optional<EffectiveTime> t) {
    horizons_[plane] = t;
    return *this;
  }
  history::StoryItem& Told(const std::string& about, EffectiveTime t, Payload payload) {
    history::StoryItem item;
    item.meta = metas_[NewPosition(Topic::kAccess, t, about)];
    item.payload = std::move(payload);
    stories_[about].push_back(std::make_unique<history::StoryItem>(item));
    return *stories_[about].back();
  }
  FakeView& Known(PositionVector v) {
    vector_ = std::move(v);
    return *this;
  }
  history::EventMeta& MetaOf(const Position& position) { return metas_[position]; }

  // --- FactView
  const PositionVector& Vector() const override { return vector_; }
  Result<std::vector<history::IdentityPiece>> Identity(std::string_view ref, Interval window) override {
    auto pieces = Overlapping(Find(identities_, ref), window, [](const auto& p) { return p.span; });
    if (pieces.empty()) pieces.emplace_back();
    return pieces;
  }
  Result<std::vector<history::GrantPiece>> GrantsOf(std::string_view principal, Interval window) override {
    if (broken) return Fail("model_io", "the disk is gone", "", Blame::kFault);
    return Grants(window, [&](const auto& g) { return g.principal == principal; });
  }
  Result<std::vector<history::MembershipPiece>> GroupsOf(std::string_view member, Interval window) override {
    return Memberships(window, [&](const auto& m) { return m.member == member; });
  }
  Result<std::vector<history::CredentialPiece>> Credentials(std::string_view identity, Interval window) override {
    std::vector<history::CredentialPiece> all;
    const auto [begin, end] = credentials_.equal_range(std::string(identity));
    for (auto it = begin; it != end; ++it) all.push_back(it->second);
    return Overlapping(all, window, [](const auto& p) { return p.span; });
  }
  Result<std::vector<history::RolePiece>> Role(std::string_view role, Interval window) override {
    return Overlapping(Find(roles_, role), window, [](const auto& p) { return p.span; });
  }
  Result<std::vector<history::GrantPiece>> GrantsOfRole(std::string_view role, Interval window) override {
    return Grants(window, [&](const auto& g) { return g.terms.role == role; });
  }
  Result<std::vector<history::GrantPiece>> GrantsAtAnchor(std::string_view anchor, Interval window) override {
    return Grants(window, [&](const auto& g) {
      for (const auto& permission : g.terms.permissions)
        for (const auto& pattern : permission.resources)
          if (g.terms.role.empty() && history::AnchorOf(permission, pattern) == anchor) return true;
      return false;
    });
  }
  Result<std::vector<history::MembershipPiece>> MembersOf(std::string_view group, Interval window) override {
    return Memberships(window, [&](const auto& m) { return m.group == group; });
  }
  Result<bool> CanBeAssumed(std::string_view ref) override {
    bool named = false;
    auto health = EachIdentity("", [&](const std::string& name) { return !(named = name == ref); });
    if (!health) return tl::unexpected<Error>(health.error());
    return named;
  }
  tenure::Status EachIdentity(std::string_view after, const std::function<bool(const std::string&)>& each) override {
    std::set<std::string> names;
    for (const auto& [ref, pieces] : identities_) names.insert(ref);
    for (const auto& grant : grants_) {
      names.insert(grant->principal);
      if (!grant->terms.delegator.empty()) names.insert(grant->terms.delegator);
    }
    for (const auto& m : memberships_) names.insert(m.member), names.insert(m.group);
    names.erase(std::string(event::kEveryone));
    return Each(names, after, each);
  }
  tenure::Status EachRole(std::string_view after, const std::function<bool(const std::string&)>& each) override {
    std::set<std::string> names;
    for (const auto& [role, pieces] : roles_) names.insert(role);
    for (const auto& grant : grants_)
      if (!grant->terms.role.empty()) names.insert(grant->terms.role);
    return Each(names, after, each);
  }
  Result<history::IdentityDetails> Details(std::string_view, EffectiveTime) override { return history::IdentityDetails{}; }
  Result<std::vector<std::string>> LinkedWith(std::string_view, EffectiveTime) override { return std::vector<std::string>{}; }
  Result<std::vector<history::OwnEvent>> EventsAbout(std::string_view) override { return std::vector<history::OwnEvent>{}; }
  Result<std::vector<history::OwnEvent>> EventsOfType(EventType) override { return std::vector<history::OwnEvent>{}; }
  Result<std::vector<history::StoryItem>> EventsWithin(Interval, const std::function<bool(const history::EventMeta&)>&) override {
    return std::vector<history::StoryItem>{};
  }
  Result<std::vector<history::OwnEvent>> UsesVia(std::string_view) override { return std::vector<history::OwnEvent>{}; }
  Result<std::vector<history::StoryItem>> Story(std::string_view ref) override {
    std::vector<history::StoryItem> items;
    if (const auto it = stories_.find(std::string(ref)); it != stories_.end())
      for (const auto& item : it->second) items.push_back(*item);
    std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.meta.time < b.meta.time; });
    return items;
  }
  const std::vector<history::Taint>& Taints() override { return taints_; }
  Result<std::optional<EffectiveTime>> Horizon(Topic plane) override { return horizons_[plane]; }
  Result<history::EventMeta> Meta(const Position& position) override {
    const auto it = metas_.find(position);
    if (it == metas_.end()) return Fail("model_corrupt", "no such position", "", Blame::kFault);
    return it->second;
  }

  bool broken = false;

 private:
  template <class Map>
  static typename Map::mapped_type Find(const Map& map, std::string_view key) {
    const auto it = map.find(std::string(key));
    return it == map.end() ? typename Map::mapped_type{} : it->second;
  }
  template <class Piece, class SpanOf>
  static std::vector<Piece> Overlapping(std::vector<Piece> pieces, Interval window, SpanOf span_of) {
    std::erase_if(pieces, [&](const Piece& p) { return span_of(p).until <= window.from || window.until <= span_of(p).from; });
    std::stable_sort(pieces.begin(), pieces.end(),
                     [&](const Piece& a, const Piece& b) { return span_of(a).from < span_of(b).from; });
    return pieces;
  }
  template <class Fits>
  Result<std::vector<history::GrantPiece>> Grants(Interval window, Fits fits) {
    std::vector<history::GrantPiece> all;
    for (const auto& grant : grants_)
      if (fits(*grant)) all.push_back(*grant);
    return Overlapping(std::move(all), window, [](const auto& p) { return p.live; });
  }
  template <class Fits>
  Result<std::vector<history::MembershipPiece>> Memberships(Interval window, Fits fits) {
    std::vector<history::MembershipPiece> all;
    for (const auto& m : memberships_)
      if (fits(m)) all.push_back(m);
    return Overlapping(std::move(all), window, [](const auto& p) { return p.live; });
  }
  static tenure::Status Each(const std::set<std::string>& names, std::string_view after,
                             const std::function<bool(const std::string&)>& each) {
    for (auto it = names.upper_bound(std::string(after)); it != names.end(); ++it)
      if (!each(*it)) break;
    return {};
  }
  Position NewPosition(Topic topic, EffectiveTime t, const std::string& key) {
    const Position position{topic, 0, next_offset_++};
    history::EventMeta meta;
    meta.name = {"test", "e" + std::to_string(position.offset)};
    meta.time = t;
    meta.recorded = {position.offset};
    meta.position = position;
    meta.claimed_actor = "user:boss";
    meta.key = key;
    metas_[position] = meta;
    return position;
  }

  PositionVector vector_;
  std::int64_t next_offset_ = 0;
  std::map<std::string, std::vector<history::IdentityPiece>> identities_;
  std::vector<std::unique_ptr<history::GrantPiece>> grants_;
  std::vector<history::MembershipPiece> memberships_;
  std::map<std::string, std::vector<history::RolePiece>> roles_;
  std::multimap<std::string, history::CredentialPiece> credentials_;
  std::vector<history::Taint> taints_;
  std::map<Topic, std::optional<EffectiveTime>> horizons_;
  std::map<std::string, std::vector<std::unique_ptr<history::StoryItem>>> stories_;
  std::map<Position, history::EventMeta> metas_;
};

}  // namespace tenure::authority::test
