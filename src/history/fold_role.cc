#include "history/fold.h"

namespace tenure::history {
namespace {

struct State {
  RoleState state = RoleState::kUndefined;
  std::int32_t incarnation = 1;
  bool ever_defined = false;
  std::shared_ptr<const std::vector<Permission>> permissions = std::make_shared<std::vector<Permission>>();
  std::optional<Position> defined_by, retired_by;
};

void Apply(State& s, const Assertion& a) {
  if (auto* e = std::get_if<RoleDefined>(&a.payload)) {
    if (s.state == RoleState::kRetired) ++s.incarnation;
    s.state = RoleState::kDefined;
    s.ever_defined = true;
    s.permissions = std::make_shared<std::vector<Permission>>(e->permissions);
    s.defined_by = a.at.order.position;
    s.retired_by.reset();
  } else if (std::get_if<RoleRetired>(&a.payload)) {
    s.state = RoleState::kRetired;
    s.retired_by = a.at.order.position;
  }
}

void Push(std::vector<RolePiece>& pieces, const State& s, Interval span) {
  if (span.until <= span.from) return;
  pieces.push_back({span, s.state, s.incarnation, s.ever_defined, s.permissions, s.defined_by, s.retired_by});
}

}  // namespace

std::vector<RolePiece> FoldRole(const std::vector<Assertion>& events) {
  std::vector<RolePiece> pieces;
  State s;
  EffectiveTime from = kAlways;
  for (std::size_t i = 0; i < events.size();) {
    const EffectiveTime t = events[i].at.time;
    Push(pieces, s, {from, t});
    for (; i < events.size() && events[i].at.time == t; ++i) Apply(s, events[i]);
    from = t;
  }
  Push(pieces, s, {from, kForever});
  return pieces;
}

Incarnations IncarnationsOfRole(const std::vector<Assertion>& events) {
  Incarnations out;
  bool retired = false;
  for (const auto& a : events) {
    if (std::get_if<RoleDefined>(&a.payload)) {
      if (retired) out.begins.push_back(a.at);
      retired = false;
    } else if (std::get_if<RoleRetired>(&a.payload)) {
      retired = true;
    }
  }
  return out;
}

}  // namespace tenure::history
