#pragma once
// What current belief says under one key, decoded: of a subject its life, memberships, grants and, if it is a role, permissions; or of
// a role or anchor its grants; or of a group its members. Rows are small: texts lie together, references are numbers (names.h), and
// what few rows have lies apart. Immutable once it is filled.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "history/facts.h"
#include "history/names.h"
#include "history/rows.h"

namespace tenure::history {

// Rows by class of length and end, as they lie in the read model, so that a moment finds its own without passing the others.
template <class Row>
class Section {
 public:
  void Add(std::uint8_t cls, Interval span, Row row) {
    if (classes_.empty() || classes_.back().cls != cls) classes_.push_back({cls, static_cast<std::uint32_t>(rows_.size())});
    spans_.push_back(span);
    rows_.push_back(std::move(row));
  }
  // each(index): those that overlap the window, until it returns false.
  template <class F>
  void Each(Interval window, F&& each) const {
    // What ends where the window begins lies outside; what is open ends nowhere.
    const EffectiveTime first{window.from == kForever ? window.from.us : window.from.us + 1};
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      const std::size_t end = c + 1 < classes_.size() ? classes_[c + 1].begin : rows_.size();
      const EffectiveTime last = LastEnd(classes_[c].cls, window.until);
      for (std::size_t i = FirstEndingAt(classes_[c].begin, end, first); i < end && spans_[i].until <= last; ++i)
        if (spans_[i].from < window.until && !each(i)) return;
    }
  }
  // each(index): the same among some rows, in order, that [first, last) names by `row`.
  template <class It, class RowOf, class F>
  void EachOf(It first, It last, const RowOf& row, Interval window, F&& each) const {
    for (std::size_t c = 0; c < classes_.size() && first != last; ++c) {
      const std::size_t end = c + 1 < classes_.size() ? classes_[c + 1].begin : rows_.size();
      const auto next = std::lower_bound(first, last, end, [&](const auto& one, std::size_t value) { return row(one) < value; });
      const EffectiveTime latest = LastEnd(classes_[c].cls, window.until);
      auto it = std::upper_bound(first, next, window.from,
                                 [&](EffectiveTime t, const auto& one) { return t < spans_[row(one)].until; });
      for (; it != next && spans_[row(*it)].until <= latest; ++it)
        if (spans_[row(*it)].from < window.until) each(row(*it));
      first = next;
    }
  }
  std::size_t Size() const { return rows_.size(); }
  bool Empty() const { return rows_.empty(); }
  const Interval& Span(std::size_t i) const { return spans_[i]; }
  const Row& At(std::size_t i) const { return rows_[i]; }
  std::size_t SizeBytes() const {
    return spans_.capacity() * sizeof(Interval) + rows_.capacity() * sizeof(Row) + classes_.capacity() * sizeof(Class);
  }
  void Shrink() { spans_.shrink_to_fit(), rows_.shrink_to_fit(), classes_.shrink_to_fit(); }

 private:
  struct Class {
    std::uint8_t cls;
    std::uint32_t begin;
  };
  std::size_t FirstEndingAt(std::size_t begin, std::size_t end, EffectiveTime first) const {
    const auto from = spans_.begin() + static_cast<std::ptrdiff_t>(begin), to = spans_.begin() + static_cast<std::ptrdiff_t>(end);
    return static_cast<std::size_t>(
        std::lower_bound(from, to, first, [](const Interval& span, EffectiveTime t) { return span.until < t; }) - spans_.begin());
  }
  std::vector<Interval> spans_;
  std::vector<Row> rows_;
  std::vector<Class> classes_;
};

inline constexpr Position kNoPosition{Topic::kIdentity, 0, -1};
inline constexpr std::uint32_t kNothing = std::numeric_limits<std::uint32_t>::max();

// What of a grant's terms most grants haven't.
struct GrantExtra {
  std::string kind, condition, delegator;  // kind: only one that has no number
  std::vector<Permission> permissions;     // of an inline grant
  OptionalTime not_before;
};

class Page {
 public:
  struct Identity {
    OptionalTime expires_at;
    std::int32_t incarnation;
    std::uint32_t causes, texts;  // where they begin
    IdentityStatus status;
    bool registered_and_not_retired, boundary;
  };
  struct Grant {
    Position issued, ended_by;   // ended_by: kNoPosition if nothing did
    EffectiveTime expires_at;    // kForever if none is set: no event's time reaches it
    NameId principal, role;      // role: kNoName if it is inline
    std::uint32_t grant, scope;  // texts, where they begin
    std::uint32_t extra;         // kNothing
    std::uint8_t kind, ended_how;
  };
  struct Membership {
    Position added, ended_by;
    NameId member, group;
    std::uint8_t ended_how;
  };

  Section<Identity> identities;
  Section<Grant> grants;
  Section<Membership> memberships;
  Section<RolePiece> roles;
  bool any_inline = false;  // some grant has no role
  bool assume = false;      // some permission of the role, at some time, gives `assume`

  std::string_view GrantId(std::size_t i) const { return Text(grants.At(i).grant, grants.At(i).scope); }
  std::string_view Scope(std::size_t i) const {
    return Text(grants.At(i).scope, i + 1 < grants.Size() ? grants.At(i + 1).grant : static_cast<std::uint32_t>(texts_.size()));
  }
  // nullptr: it has nothing that isn't in its row.
  const GrantExtra* Extra(std::size_t i) const {
    const std::uint32_t extra = grants.At(i).extra;
    return extra == kNothing ? nullptr : &extras_[extra];
  }
  bool Delegated(std::size_t i) const;
  // Whether EachScopedAt may be asked: a page of few grants is quicker read through.
  bool KnowsScopes() const { return !by_scope_.empty(); }
  // each(i): the grants that hold at t with a scope of this anchor (AnchorOf); others may come too.
  template <class F>
  void EachScopedAt(std::string_view anchor, EffectiveTime t, F&& each) const {
    const std::size_t hash = std::hash<std::string_view>{}(anchor);
    const auto less = [](const Scoped& scoped, std::size_t value) { return scoped.hash < value; };
    const auto first = std::lower_bound(by_scope_.begin(), by_scope_.end(), hash, less);
    auto last = first;
    while (last != by_scope_.end() && last - first <= kReadThrough && last->hash == hash) ++last;
    if (last - first <= kReadThrough) {
      for (auto it = first; it != last; ++it)
        if (grants.Span(it->row).Contains(t)) each(it->row);
      return;
    }
    // Of one anchor they lie as in the section, so a long past is passed over as it is there.
    last = std::upper_bound(first, by_scope_.end(), hash,
                            [](std::size_t value, const Scoped& scoped) { return value < scoped.hash; });
    const auto row = [](const Scoped& scoped) { return scoped.row; };
    grants.EachOf(first, last, row, {t, {t.us + 1}}, each);
  }

  // The rows as pieces. REQUIRED: those of the names that the page was filled with.
  IdentityPiece IdentityAt(std::size_t i) const;
  GrantPiece GrantAt(std::size_t i, const Names& names) const;
  MembershipPiece MembershipAt(std::size_t i, const Names& names) const;
  // Of an identity at a moment; kUnrecorded where nothing speaks of it.
  std::optional<std::size_t> IdentityIndexAt(EffectiveTime t) const;
  std::vector<Position> CausesOf(std::size_t identity) const;

  // Adds one row of the read model; rows come in the order of their keys. Errors: model_corrupt.
  Status Add(const IntervalParts& row, std::string_view value, Names& names);
  void Finish();
  // One row for t alone: a copy of another page's of the same names, or what a piece says. REQUIRED: all rows are for one t.
  void TakeGrant(const Page& from, std::size_t i, EffectiveTime t);
  void TakeMembership(const Page& from, std::size_t i, EffectiveTime t);
  void Take(const IdentityPiece& piece, EffectiveTime t);
  void Take(const RolePiece& piece, EffectiveTime t);
  // A row whose span means nothing, to be taken from. Gives where it is.
  std::uint32_t File(GrantPiece piece, Names& names);
  std::uint32_t File(const MembershipPiece& piece, Names& names);
  std::size_t Rows() const { return identities.Size() + grants.Size() + memberships.Size() + roles.Size(); }
  std::size_t SizeBytes() const;

 private:
  static constexpr std::ptrdiff_t kReadThrough = 32;
  struct Scoped {
    std::size_t hash;
    std::uint32_t row;
  };
  std::string_view Text(std::uint32_t begin, std::uint32_t end) const { return {texts_.data() + begin, end - begin}; }
  void AddGrant(const IntervalParts& row, GrantPiece piece, Names& names);
  void AddIdentity(const IntervalParts& row, const IdentityPiece& piece);

  std::string texts_;  // grants: each its id and its scope; identities: owner, environment and name, each after its length
  std::vector<Position> causes_;
  std::vector<GrantExtra> extras_;
  std::vector<Scoped> by_scope_;
};

}  // namespace tenure::history
