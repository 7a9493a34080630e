#include "history/checkpoint.h"

#include <algorithm>
#include <set>

#include "event/codec.h"
#include "history/spans.h"

namespace tenure::history {
namespace {

using Events = std::vector<Assertion>;

bool Issues(const Assertion& a) { return std::holds_alternative<GrantIssued>(a.payload); }

// First issue (a retirement that ends all asks when the grant began), first revoke, last issue. Ascending.
Events SpeakingOfGrant(const Events& events) {
  const auto first = std::find_if(events.begin(), events.end(), Issues);
  const auto revoke = std::find_if_not(events.begin(), events.end(), Issues);
  const auto last = std::find_if(events.rbegin(), events.rend(), Issues);
  Events out;
  for (auto it = events.begin(); it != events.end(); ++it)
    if (it == first || it == revoke || (last != events.rend() && it == last.base() - 1)) out.push_back(*it);
  return out;
}

bool SetsKind(const Assertion& a) { return std::holds_alternative<CredentialIssued>(a.payload); }

// From the last beginning on, and the issue that gave the kind: a rotation carries none.
Events SpeakingOfCredential(const std::string& credential, const Events& events) {
  const auto begins = [&](const Assertion& a) {
    const auto* rotated = std::get_if<CredentialRotated>(&a.payload);
    return SetsKind(a) || (rotated != nullptr && rotated->replaced_by == credential);
  };
  const auto beginning = std::find_if(events.rbegin(), events.rend(), begins);
  if (beginning == events.rend()) return events;
  const auto kind = std::find_if(beginning, events.rend(), SetsKind);
  Events out;
  if (kind != events.rend() && kind != beginning) out.push_back(*kind);
  out.insert(out.end(), beginning.base() - 1, events.end());
  return out;
}

StillSpeaking Speaking(const FactKey& fact, StillSpeaking left, const Events& events, const std::vector<Moment>& begins) {
  std::set<std::string> roles = RolesOf(events);
  roles.insert(left.roles.begin(), left.roles.end());
  Events all = std::move(left.events);
  all.insert(all.end(), events.begin(), events.end());
  // What an earlier incarnation was told is over.
  const Span span = SpanAt(begins, all.back().at);
  std::erase_if(all, [&](const Assertion& a) { return !span.Holds(a.at); });
  if (fact.kind == FactKind::kMembership) all = {all.back()};
  else if (fact.kind == FactKind::kGrant) all = SpeakingOfGrant(all);
  else all = SpeakingOfCredential(fact.object, all);
  return {std::move(all), {roles.begin(), roles.end()}};
}

}  // namespace

Checkpoint Covering(const FactKey& fact, const std::optional<Checkpoint>& before, const Events& events,
                    const std::vector<Moment>& begins, const std::vector<Piece>& pieces) {
  Checkpoint out{events.back().at.time, events.back().at.time, {}};
  if (fact.kind == FactKind::kIdentity) {
    auto registers = before ? std::get<IdentityRegisters>(before->left) : IdentityRegisters{};
    Advance(registers, events);
    out.left = std::move(registers);
    // Equal stretches are one piece, so the one that is cut here may have begun long ago.
    for (const auto& p : pieces)
      if (SpanOf(p).Contains(out.at)) out.from = SpanOf(p).from;
  } else if (fact.kind == FactKind::kRole) {
    auto role = before ? std::get<RolePiece>(before->left) : UndefinedRole();
    Advance(role, events);
    role.span = {out.at, kForever};
    out.left = std::move(role);
  } else {
    out.left = Speaking(fact, before ? std::get<StillSpeaking>(before->left) : StillSpeaking{}, events, begins);
  }
  return out;
}

namespace {

struct PackLeft {
  ValueWriter& w;
  void operator()(const StillSpeaking& s) const {
    w.Varint(s.events.size());
    for (const auto& a : s.events)
      w.Time(a.at.time.us).Time(a.at.order.recorded.us).At(a.at.order.position).Str(event::PackPayload(a.payload));
    for (const auto& role : s.roles) w.Str(role);
  }
  void operator()(const IdentityRegisters& r) const {
    w.Byte(static_cast<std::uint8_t>(r.life)).Byte(static_cast<std::uint8_t>(r.suspended | r.pending << 1));
    w.MaybeTime(r.expires_at).Str(r.owner).Str(r.environment).Str(r.display_name).Str(r.attributes);
    w.Varint(static_cast<std::uint64_t>(r.incarnation));
    w.MaybeAt(r.life_by).MaybeAt(r.standing_by).MaybeAt(r.proofing_by).MaybeAt(r.expiry_by);
  }
  void operator()(const RolePiece& p) const { w.Raw(PackPiece(p)); }
};

IdentityRegisters TakeRegisters(Reader& r) {
  IdentityRegisters out;
  out.life = static_cast<IdentityRegisters::Life>(r.Byte());
  const auto flags = r.Byte();
  out.suspended = flags & 1;
  out.pending = flags & 2;
  out.expires_at = r.MaybeTime();
  out.owner = r.Str();
  out.environment = r.Str();
  out.display_name = r.Str();
  out.attributes = r.Str();
  out.incarnation = static_cast<std::int32_t>(r.Varint());
  out.life_by = r.MaybeAt();
  out.standing_by = r.MaybeAt();
  out.proofing_by = r.MaybeAt();
  out.expiry_by = r.MaybeAt();
  return out;
}

Result<StillSpeaking> TakeSpeaking(Reader& r) {
  StillSpeaking out;
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) {
    const Moment at = r.AtMoment();
    auto payload = event::UnpackPayload(r.View());
    if (!payload) return tl::unexpected(payload.error());
    out.events.push_back({at, std::move(*payload)});
  }
  while (r.Ok() && !r.AtEnd()) out.roles.push_back(r.Str());
  return out;
}

}  // namespace

std::string PackCheckpoint(const Checkpoint& checkpoint) {
  ValueWriter w;
  w.Time(checkpoint.at.us).Time(checkpoint.from.us);
  std::visit(PackLeft{w}, checkpoint.left);
  return w.Take();
}

Result<Checkpoint> UnpackCheckpoint(const FactKey& fact, std::string_view value) {
  Reader r(value);
  Checkpoint out;
  out.at.us = r.Time();
  out.from.us = r.Time();
  if (fact.kind == FactKind::kIdentity) {
    out.left = TakeRegisters(r);
  } else if (fact.kind == FactKind::kRole) {
    auto piece = UnpackPiece(fact, {out.at, kForever}, r.Rest());
    if (!piece) return tl::unexpected(piece.error());
    out.left = std::get<RolePiece>(std::move(*piece));
  } else {
    auto speaking = TakeSpeaking(r);
    if (!speaking) return tl::unexpected(speaking.error());
    out.left = std::move(*speaking);
  }
  if (!r.Ok())
    return Fail("model_corrupt", "a checkpoint of the read model cannot be read", "run `tenure rebuild`", Blame::kFault);
  return out;
}

}  // namespace tenure::history
