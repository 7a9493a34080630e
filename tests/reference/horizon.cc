// How much the record knows: where each plane begins, and which doubts stand open.
#include "reference/pattern.h"
#include "reference/reference.h"

namespace tenure::reference {

// The earliest time of the plane's facts in force.
OptionalTime View::Horizon(Topic plane) const {
  for (const Fact& fact : record_.facts) {
    bool counts = false;
    switch (fact.event->Type()) {
      case EventType::kIdentityRegistered:
      case EventType::kIdentityRetired:
        counts = plane == Topic::kIdentity;
        break;
      case EventType::kGrantIssued:
      case EventType::kGrantRevoked:
      case EventType::kMembershipAdded:
      case EventType::kMembershipRemoved:
        counts = plane == Topic::kAccess;
        break;
      case EventType::kAccessUsed:
        counts = plane == Topic::kUsage;
        break;
      default:
        break;
    }
    if (counts) return fact.moment.time;
  }
  return std::nullopt;
}

bool View::BeforeRecord(const std::set<Topic>& planes, EffectiveTime t) const {
  for (Topic plane : planes)
    if (auto horizon = Horizon(plane); !horizon || t < *horizon) return true;
  return false;
}

std::set<Topic> View::PlanesOf(QuestionKind kind) {
  if (kind == QuestionKind::kShow || kind == QuestionKind::kIdentities) return {Topic::kIdentity};
  return {Topic::kIdentity, Topic::kAccess};
}

bool View::Tainted(Topic plane, const std::string& key, EffectiveTime t) const {
  for (const Taint& taint : record_.taints)
    if (taint.open && taint.topic == plane && (taint.key.empty() || taint.key == key) && taint.range.Contains(t)) return true;
  return false;
}

bool View::Complete(const std::set<Consulted>& consulted, const Interval& window) const {
  for (const Taint& taint : record_.taints)
    for (const Consulted& c : consulted)
      if (taint.open && taint.topic == c.plane && (taint.key.empty() || taint.key == c.key) &&
          !Clip({taint.range}, window).empty())
        return false;
  return true;
}

bool View::CompleteForAny(QuestionKind kind, const Interval& window) const {
  for (const Taint& taint : record_.taints)
    if (taint.open && PlanesOf(kind).contains(taint.topic) && !Clip({taint.range}, window).empty()) return false;
  return true;
}

std::set<Consulted> View::ConsultedBy(const std::string& ref, EffectiveTime t) const {
  constexpr Lens kAsFolded{false, true};
  std::set<Consulted> consulted;
  auto identity = [&](const std::string& key) { consulted.insert({Topic::kIdentity, key}); };
  auto access = [&](const std::string& key) { consulted.insert({Topic::kAccess, key}); };
  for (const auto& as : ActsAs(Side::kPaper, ref, t, kAsFolded))
    for (const auto& principal : DenyReach(Side::kPaper, as, t, kAsFolded)) {
      if (principal != kEveryone) identity(principal);
      access(principal);
      for (const auto& grant : GrantsTo(principal)) {
        if (!Live(principal, grant, t, kAsFolded).may) continue;
        const GrantIssued& terms = *Terms(principal, grant, t);
        if (!terms.role.empty()) access(terms.role);
        if (terms.kind == "delegated") identity(terms.delegator);
      }
    }
  return consulted;
}

}  // namespace tenure::reference
