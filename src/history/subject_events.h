#pragma once
// All events of one subject, decoded, to whatever knowledge they belong: from them the page (page.h) of any knowledge at one moment is
// made without a row being read.
//
// A grant or membership holds at t in a knowledge V only if V has a beginning whose end lies after t, or which V lacks. Both are found by a
// search, and each found is then held against V by itself. What depends on more than the moment's own past, as incarnations do, is left to the fold (nullptr). Source: ADR 0009.
// Immutable once read. Thread safety: any call from any thread.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "history/database.h"
#include "history/fold.h"
#include "history/page.h"
#include "history/settlement.h"

namespace tenure::history {

// What has more events is folded each time.
inline constexpr std::size_t kSubjectEventsMax = 131'072;

class SubjectEvents {
 public:
  // One knowledge, and what it says of what lies outside of the subject.
  struct Knowledge {
    const PositionVector& v;
    Settlement& settlement;  // of v
    std::function<Result<bool>(NameId)>
        never_retired;  // an identity or role: in no knowledge it has an incarnation but the first
  };

  // Never null. `settlement`: of everything in `rows`.
  static Result<std::shared_ptr<const SubjectEvents>> Read(const Rows& rows, std::string_view ref, Settlement& settlement,
                                                           Names& names);

  // What holds at t in that knowledge, as rows for t alone; nullptr: only a fold can tell. REQUIRED: t before kForever.
  // Life, role and memberships; `any_inline` is that of grants.
  Result<std::shared_ptr<const Page>> LifeAt(const Knowledge& knowledge, EffectiveTime t) const;
  // Grants; those alone whose scopes have one of the anchors (AnchorOf), and maybe others, if anchors are given.
  Result<std::shared_ptr<const Page>> GrantsAt(const Knowledge& knowledge, EffectiveTime t,
                                               const std::vector<std::string>* anchors) const;
  // Of any definition ever, as Page::assume.
  bool MayAssume() const { return assume_ || too_many_; }
  // In every knowledge it has one incarnation, and nothing ends what it holds.
  bool NeverRetired() const { return !retired_ && !role_retired_ && !too_many_; }
  std::size_t SizeBytes() const;

 private:
  // Whether an event stands hangs on others.
  struct Contest {
    NameHash name;
    std::optional<std::vector<Position>> gone_by;  // any of these takes it out, and that is all; nothing: the settlement is asked
  };
  struct Event {
    Moment at;
    std::uint32_t contest;  // kNothing: it stands where it is known
    std::uint32_t row;      // of a beginning: where in rows_; kNothing: an end
    Interval terms;         // of a beginning: when it holds if nothing ends it
  };
  struct Fact {
    FactKind kind;
    std::uint32_t begin, end;  // in events_, ascending
  };
  struct Told {
    Assertion assertion;
    std::uint32_t contest;
    bool stands;  // in the knowledge of everything
  };
  struct Defined {
    Moment at;
    std::uint32_t contest;
    RolePiece piece;  // of that definition
  };
  struct RoleRevoked {
    Moment at;
    std::uint32_t contest;
    NameId role;
    std::optional<std::string> scope;
  };
  // Facts of one kind, by what they are found by: a beginning and what ends it, which is the next event that nobody contests.
  struct Found {
    Section<std::uint32_t> in_time;     // where it holds, if both are known
    Section<std::uint32_t> in_log;      // the offsets from the one to the other
    std::vector<std::uint32_t> always;  // all facts, where offsets don't compare
  };
  class Reading;
  class Asking;

  bool too_many_ = false;      // and then there is nothing else
  bool retired_ = false;       // some event says so of the identity
  bool role_retired_ = false;  // or of the role
  std::size_t told_bytes_ = 0;
  bool assume_ = false;  // as Page::assume
  Page rows_;            // a row for each beginning of a grant or membership; their spans mean nothing
  std::vector<Event> events_;
  std::vector<Fact> facts_;
  std::vector<Contest> contests_;
  std::vector<Told> identity_;
  std::vector<IdentityPiece> identity_of_all_;  // folded, of everything that stands
  std::vector<Defined> role_;
  std::vector<RoleRevoked> role_revokes_;
  Found grants_, memberships_;
  std::vector<std::pair<std::size_t, std::uint32_t>> by_scope_;  // hash of an anchor, and a grant's fact; sorted
};

}  // namespace tenure::history
