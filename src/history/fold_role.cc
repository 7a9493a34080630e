#include "history/fold.h"

namespace tenure::history {
namespace {

void Apply(RolePiece& s, const Assertion& a) {
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

void Push(std::vector<RolePiece>& pieces, RolePiece s, EffectiveTime until) {
  s.span.until = until;
  if (s.span.from < until) pieces.push_back(std::move(s));
}

}  // namespace

RolePiece UndefinedRole() {
  RolePiece p;
  p.permissions = std::make_shared<std::vector<Permission>>();
  return p;
}

void Advance(RolePiece& role, const std::vector<Assertion>& events) {
  for (const auto& a : events) Apply(role, a);
}

std::vector<RolePiece> FoldRole(const std::vector<Assertion>& events, RolePiece left) {
  std::vector<RolePiece> pieces;
  for (std::size_t i = 0; i < events.size();) {
    const EffectiveTime t = events[i].at.time;
    Push(pieces, left, t);
    for (; i < events.size() && events[i].at.time == t; ++i) Apply(left, events[i]);
    left.span.from = t;
  }
  Push(pieces, std::move(left), kForever);
  return pieces;
}

Incarnations IncarnationsOfRole(const std::vector<Assertion>& events, const RolePiece& left) {
  Incarnations out;
  bool retired = left.state == RoleState::kRetired;
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
