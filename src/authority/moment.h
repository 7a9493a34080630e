#pragma once
// The engine of evaluation.h at a single moment, over pages: a set of time is then no more than whether the moment lies in it.
//
// It knows what is ordinary. Where a consulted key is in doubt, or an identity may act as another, it says so (Exact) and what it has
// found counts for nothing: the whole engine is asked instead. One object a question. Not thread safe.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authority/id_map.h"
#include "authority/permissions.h"
#include "authority/reading.h"
#include "authority/taints.h"
#include "history/moments.h"
#include "tenure/answer.h"

namespace tenure::authority {

// Whether the moment lies outside of may, between the two, or in must. Union is the greater, intersection the less.
enum class Level : std::uint8_t { kNever, kMay, kMust };

using PagePtr = std::shared_ptr<const history::Page>;

// A principal whose grants reach the subject.
struct Reached {
  PagePtr page;
  std::string_view ref;
  Level allow = Level::kNever;         // as Label.allow; deny and reach are certain
  std::int32_t from = -1;              // the one through which, in the closure; -1: the subject itself, and everyone:*
  Position by = history::kNoPosition;  // the membership that did it
};

// What a role is at the moment.
struct RoleNow {
  PagePtr page;
  const history::RolePiece* piece = nullptr;  // nullptr: nothing is recorded of it
  bool Undefined() const { return piece == nullptr || piece->state == history::RoleState::kUndefined; }
  bool Defined() const { return piece != nullptr && piece->state == history::RoleState::kDefined; }
};

struct SidesNow {
  Level allow = Level::kNever, deny = Level::kNever;
};

class Moment {
 public:
  Moment(history::Moments& moments, const TaintIndex& taints, EffectiveTime t, Work& work)
      : moments_(moments), taints_(taints), t_(t), work_(work) {}

  bool Exact() const { return exact_; }
  void Inexact() { exact_ = false; }
  const std::optional<Error>& Fault() const { return fault_; }
  const TaintIndex& Taints() const { return taints_; }
  bool Tainted() const { return !taints_.Empty(); }
  bool Spend(std::int64_t edges) { return work_.Spend(edges) && !fault_; }
  EffectiveTime Time() const { return t_; }
  Interval Window() const { return {t_, {t_.us + 1}}; }
  const history::Names& Names() const { return moments_.AllNames(); }
  history::Moments& Source() { return moments_; }
  void Keep(const Error& fault) {
    if (!fault_) fault_ = fault;
  }

  // Never null; empty after a fault.
  PagePtr PageAt(history::PageOf of, std::string_view ref);
  PagePtr LifeAt(std::string_view ref);
  // As Moments::GrantsAt.
  PagePtr GrantsAt(const Reached& reached, const std::vector<std::string>* anchors);
  // A doubted key makes the moment inexact.
  void Consult(Topic plane, std::string_view ref);

  static Level ActiveOn(const history::Page& page, EffectiveTime t);
  static bool BoundaryOn(const history::Page& page, EffectiveTime t);
  Level Active(std::string_view ref);

  // The subject first, then everyone:*, then all groups that either reaches (closure.cc at the moment). Pages are those of LifeAt.
  std::vector<Reached> ClosureOf(std::string_view ref, PagePtr page);

  const RoleNow& Role(history::NameId role);
  // Of a role, scope left aside. `asked` is one thing for the whole life of the object.
  const SidesNow& OfRole(history::NameId role, const Asked& asked);
  // What a grant live at the moment gives about what is asked (grants.cc at the moment).
  SidesNow OfGrant(const history::Page& page, std::size_t grant, const Asked& asked);
  // Whether it lets its holder act as somebody.
  bool MayAssume(const history::Page& page, std::size_t grant);
  // Its condition unevaluated.
  static bool Conditional(const history::Page& page, std::size_t grant);
  Level Delegation(const history::Page& page, std::size_t grant);

  // The events of one way: a grant, its role's definition, and the memberships that lead to `at`.
  std::vector<Position> EvidenceOf(const std::vector<Reached>& closure, std::size_t at, std::size_t grant);
  void AddGrantEvidence(const history::Page& page, std::size_t grant, std::vector<Position>& evidence);

 private:
  PagePtr Kept(Result<PagePtr> page);
  struct RoleMemo {
    std::optional<RoleNow> now;
    std::optional<SidesNow> sides;  // about the one thing that is asked
  };
  history::Moments& moments_;
  const TaintIndex& taints_;
  const EffectiveTime t_;
  Work& work_;
  bool exact_ = true;
  std::optional<Error> fault_;
  IdMap<std::int32_t> role_index_;  // 1 + where in roles_
  std::vector<std::unique_ptr<RoleMemo>> roles_;
  RoleMemo& Memo(history::NameId role);
};

}  // namespace tenure::authority
