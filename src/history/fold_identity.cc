#include <algorithm>
#include <map>
#include <set>

#include "event/codec.h"
#include "history/fold.h"

namespace tenure::history {
namespace {

using Registers = IdentityRegisters;
using Life = Registers::Life;

void Clear(Registers& r) {
  Registers fresh;
  fresh.incarnation = r.incarnation + 1;
  r = std::move(fresh);
}

void Apply(Registers& r, const IdentityRegistered& e, const Position& at) {
  if (r.life == Life::kRetired) Clear(r);
  if (r.life != Life::kRegistered) r.life = Life::kRegistered, r.life_by = at;
  if (e.pending) r.pending = *e.pending, r.proofing_by = at;
  if (!e.owner.empty()) r.owner = e.owner;
  if (!e.environment.empty()) r.environment = e.environment;
  if (!e.display_name.empty()) r.display_name = e.display_name;
  if (e.expires_at) r.expires_at = e.expires_at, r.expiry_by = at;
  if (!e.attributes.empty()) r.attributes = event::MergePatch(r.attributes, e.attributes);
}

void Set(std::string& field, const Settable<std::string>& to) {
  if (to.present) field = to.value.value_or("");
}

void Apply(Registers& r, const IdentityUpdated& e, const Position& at) {
  Set(r.environment, e.environment);
  Set(r.display_name, e.display_name);
  if (e.expires_at.present) r.expires_at = e.expires_at.value, r.expiry_by = at;
  if (!e.attributes.empty()) r.attributes = event::MergePatch(r.attributes, e.attributes);
}

void Apply(Registers& r, const Assertion& a) {
  const Position& at = a.at.order.position;
  if (auto* e = std::get_if<IdentityRegistered>(&a.payload)) return Apply(r, *e, at);
  if (auto* e = std::get_if<IdentityUpdated>(&a.payload)) return Apply(r, *e, at);
  if (std::get_if<IdentityProofed>(&a.payload)) r.pending = false, r.proofing_by = at;
  if (auto* e = std::get_if<IdentityOwnerChanged>(&a.payload)) r.owner = e->owner.value.value_or("");
  if (std::get_if<IdentitySuspended>(&a.payload)) r.suspended = true, r.standing_by = at;
  if (std::get_if<IdentityReactivated>(&a.payload)) r.suspended = false, r.standing_by = at;
  if (std::get_if<IdentityRetired>(&a.payload) && r.life != Life::kRetired) r.life = Life::kRetired, r.life_by = at;
}

IdentityStatus StatusAt(const Registers& r, EffectiveTime t, IdentityStatus before_first) {
  if (r.life == Life::kNone) return before_first;
  if (r.life == Life::kRetired) return IdentityStatus::kRetired;
  if (r.expires_at && *r.expires_at <= t) return IdentityStatus::kExpired;
  if (r.suspended) return IdentityStatus::kSuspended;
  if (r.pending) return IdentityStatus::kPending;
  return IdentityStatus::kActive;
}

std::vector<Position> CausesOf(const Registers& r, IdentityStatus status) {
  std::vector<Position> causes;
  const auto add = [&](const std::optional<Position>& p) {
    if (p && std::find(causes.begin(), causes.end(), *p) == causes.end()) causes.push_back(*p);
  };
  add(r.life_by);
  if (status == IdentityStatus::kExpired) add(r.expiry_by);
  if (status == IdentityStatus::kSuspended || status == IdentityStatus::kActive) add(r.standing_by);
  if (status == IdentityStatus::kPending || status == IdentityStatus::kActive) add(r.proofing_by);
  return causes;
}

bool HasBoundary(const std::string& attributes) {
  if (attributes.find("permissions_boundary") == std::string::npos) return false;
  const auto value = event::JsonMember(attributes, "permissions_boundary");
  return !value.empty() && value != "null";
}

IdentityPiece PieceOf(const Registers& r, Interval span, IdentityStatus before_first) {
  IdentityPiece p;
  p.span = span;
  p.status = StatusAt(r, span.from, before_first);
  p.incarnation = r.incarnation;
  p.registered_and_not_retired = r.life == Life::kRegistered;
  p.boundary = HasBoundary(r.attributes);
  p.owner = r.owner, p.environment = r.environment, p.display_name = r.display_name;
  p.expires_at = r.expires_at;
  p.causes = CausesOf(r, p.status);
  return p;
}

void Push(std::vector<IdentityPiece>& pieces, IdentityPiece next) {
  if (next.span.until <= next.span.from) return;
  if (!pieces.empty()) {
    IdentityPiece joined = pieces.back();
    joined.span = next.span;
    if (joined == next) {
      pieces.back().span.until = next.span.until;
      return;
    }
  }
  pieces.push_back(std::move(next));
}

// One stretch without events, cut where the expiry falls inside.
void PushStretch(std::vector<IdentityPiece>& pieces, const Registers& r, Interval span, IdentityStatus before_first) {
  if (r.expires_at && span.from < *r.expires_at && *r.expires_at < span.until) {
    Push(pieces, PieceOf(r, {span.from, *r.expires_at}, before_first));
    span.from = *r.expires_at;
  }
  Push(pieces, PieceOf(r, span, before_first));
}

}  // namespace

IdentityStatus BeforeFirst(const std::vector<Assertion>& events) {
  for (const auto& a : events) {
    if (auto* e = std::get_if<IdentityRegistered>(&a.payload))
      return e->observed ? IdentityStatus::kUnrecorded : IdentityStatus::kAbsent;
    if (std::get_if<IdentityRetired>(&a.payload)) return IdentityStatus::kUnrecorded;
  }
  return IdentityStatus::kUnrecorded;
}

void Advance(IdentityRegisters& registers, const std::vector<Assertion>& events) {
  for (const auto& a : events) Apply(registers, a);
}

std::vector<IdentityPiece> FoldIdentity(const std::vector<Assertion>& events, const IdentityRegisters& left,
                                        EffectiveTime since) {
  std::vector<IdentityPiece> pieces;
  const IdentityStatus before_first = BeforeFirst(events);
  Registers r = left;
  EffectiveTime from = since;
  for (std::size_t i = 0; i < events.size();) {
    const EffectiveTime t = events[i].at.time;
    PushStretch(pieces, r, {from, t}, before_first);
    for (; i < events.size() && events[i].at.time == t; ++i) Apply(r, events[i]);
    from = t;
  }
  PushStretch(pieces, r, {from, kForever}, before_first);
  return pieces;
}

Incarnations IncarnationsOfIdentity(const std::vector<Assertion>& events, const IdentityRegisters& left) {
  Incarnations out;
  Life life = left.life;
  for (const auto& a : events) {
    if (std::get_if<IdentityRegistered>(&a.payload)) {
      if (life == Life::kRetired) out.begins.push_back(a.at);
      life = Life::kRegistered;
    } else if (auto* e = std::get_if<IdentityRetired>(&a.payload)) {
      life = Life::kRetired;
      if (e->ends_all) out.ends_all.push_back(a.at);
    }
  }
  return out;
}

namespace {

// By register: the last event that set it to something.
class Setters {
 public:
  void Note(const Assertion& a) {
    const Position& at = a.at.order.position;
    if (const auto* e = std::get_if<IdentityRegistered>(&a.payload)) {
      if (!e->owner.empty()) by_["owner"] = at;
      if (!e->environment.empty()) by_["environment"] = at;
      if (!e->display_name.empty()) by_["display_name"] = at;
      if (e->expires_at) by_["expires_at"] = at;
      NoteAttributes(e->attributes, at);
    } else if (const auto* u = std::get_if<IdentityUpdated>(&a.payload)) {
      if (u->environment.present) by_["environment"] = at;
      if (u->display_name.present) by_["display_name"] = at;
      if (u->expires_at.present) by_["expires_at"] = at;
      NoteAttributes(u->attributes, at);
    } else if (std::get_if<IdentityOwnerChanged>(&a.payload)) {
      by_["owner"] = at;
    }
  }
  void Clear() { by_.clear(); }
  std::vector<Position> All() const {
    std::set<Position> all;
    for (const auto& [what, position] : by_) all.insert(position);
    return {all.begin(), all.end()};
  }

 private:
  void NoteAttributes(const std::string& patch, const Position& at) {
    if (patch.empty()) return;
    for (const auto& name : event::JsonMemberNames(patch)) by_["attributes." + name] = at;
  }
  std::map<std::string, Position> by_;
};

}  // namespace

IdentityDetails FoldDetails(const std::vector<Assertion>& events, EffectiveTime t) {
  Registers r;
  Setters setters;
  for (const auto& a : events) {
    if (a.at.time > t) break;
    const auto incarnation = r.incarnation;
    Apply(r, a);
    if (r.incarnation != incarnation) setters.Clear();
    setters.Note(a);
  }
  return {r.attributes.empty() ? "{}" : r.attributes, setters.All()};
}

}  // namespace tenure::history
