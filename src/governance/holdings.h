#pragma once
// What lies within the scope of a review at one moment. Free functions; errors are those of the view.
#include <string>
#include <vector>

#include "history/facts.h"

namespace tenure::governance {

struct Holding {
  std::string principal;
  std::string kind;  // grant, group, credential
  std::string id;
  std::string role, scope;  // of a grant
  EffectiveTime since;      // when it began to hold, without a break
  std::vector<Position> evidence;
  friend auto operator<=>(const Holding& a, const Holding& b) {
    return std::tie(a.principal, a.kind, a.id) <=> std::tie(b.principal, b.kind, b.id);
  }
  friend bool operator==(const Holding& a, const Holding& b) { return (a <=> b) == 0; }
};

// On paper, whatever anybody's status. A scope with a role or a resource holds grants; one with an owner or with identities all that these
// hold. Several parts narrow each other. In order.
Result<std::vector<Holding>> HoldingsIn(history::FactView& view, const ReviewScope& scope, EffectiveTime t);
// All that one principal holds at t.
Result<std::vector<Holding>> HoldingsOf(history::FactView& view, const std::string& principal, EffectiveTime t);

}  // namespace tenure::governance
