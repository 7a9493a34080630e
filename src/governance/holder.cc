// One principal's grants, memberships and credentials over all of time.
#include <algorithm>

#include "event/reference.h"
#include "governance/holdings.h"

namespace tenure::governance {
namespace {

using history::Moment;
using history::OwnEvent;

constexpr const char *kGrant = "grant", *kGroup = "group", *kCredential = "credential";

Moment MomentOf(const OwnEvent& event) { return {event.time, {event.recorded, event.position}}; }

bool Gives(const OwnEvent& event, const HoldingId& of) {
  if (const auto* issue = std::get_if<GrantIssued>(&event.payload))
    return of.kind == kGrant && issue->principal == of.principal && issue->grant == of.id;
  if (const auto* added = std::get_if<MembershipAdded>(&event.payload))
    return of.kind == kGroup && added->member == of.principal && added->group == of.id;
  if (const auto* issued = std::get_if<CredentialIssued>(&event.payload))
    return of.kind == kCredential && issued->identity == of.principal && issued->credential == of.id;
  const auto* rotated = std::get_if<CredentialRotated>(&event.payload);
  return rotated != nullptr && of.kind == kCredential && rotated->identity == of.principal && rotated->replaced_by == of.id;
}

// An end of the credential's own.
bool EndsCredential(const OwnEvent& event, const HoldingId& of) {
  if (const auto* revoked = std::get_if<CredentialRevoked>(&event.payload))
    return revoked->identity == of.principal && revoked->credential == of.id;
  if (const auto* rotated = std::get_if<CredentialRotated>(&event.payload))
    return rotated->identity == of.principal && rotated->credential == of.id;
  const auto* retired = std::get_if<IdentityRetired>(&event.payload);
  return retired != nullptr && retired->identity == of.principal && retired->ends_all;
}

}  // namespace

Status Holder::ReadGrants(Parts& parts) {
  auto pieces = view_.GrantsOf(principal_, {});
  if (!pieces) return tl::unexpected(pieces.error());
  for (auto& piece : *pieces)
    parts[piece.grant].push_back(
        {piece.live, piece.issued, piece.ended_by, std::move(piece.terms.role), std::move(piece.terms.scope)});
  return {};
}

Status Holder::ReadGroups(Parts& parts) {
  auto pieces = view_.GroupsOf(principal_, {});
  if (!pieces) return tl::unexpected(pieces.error());
  for (const auto& piece : *pieces) parts[piece.group].push_back({piece.live, piece.added, piece.ended_by, "", ""});
  return {};
}

// What stands at the beginning of what isn't live any more and did not before: a new issue, or the first end.
Result<std::optional<Position>> Holder::CredentialEndedBy(const history::CredentialPiece& live,
                                                          const history::CredentialPiece& after) {
  if (live.expires_at == live.span.until) return std::nullopt;
  if (after.causes.front() != live.causes.front()) return after.causes.front();
  for (std::size_t i = live.causes.size(); i < after.causes.size(); ++i) {
    auto meta = view_.Meta(after.causes[i]);
    if (!meta) return tl::unexpected(meta.error());
    if (meta->type != EventType::kCredentialCompromised) return after.causes[i];
  }
  return std::nullopt;
}

Status Holder::ReadCredentials(Parts& parts) {
  auto pieces = view_.Credentials(principal_, {});
  if (!pieces) return tl::unexpected(pieces.error());
  for (std::size_t i = 0; i < pieces->size(); ++i) {
    const auto& piece = (*pieces)[i];
    if (!piece.live || piece.causes.empty()) continue;
    Part part{piece.span, piece.causes.front(), std::nullopt, "", ""};
    const bool followed = i + 1 < pieces->size() && (*pieces)[i + 1].credential == piece.credential &&
                          (*pieces)[i + 1].span.from == piece.span.until;
    if (followed && !(*pieces)[i + 1].live && !(*pieces)[i + 1].causes.empty()) {
      auto by = CredentialEndedBy(piece, (*pieces)[i + 1]);
      if (!by) return tl::unexpected(by.error());
      part.ended_by = *by;
    } else {
      part.ended_with_life = piece.expires_at != piece.span.until;
    }
    parts[piece.credential].push_back(std::move(part));
  }
  return {};
}

Result<const Holder::Parts*> Holder::PartsOf(const std::string& kind) {
  const auto known = parts_.find(kind);
  if (known != parts_.end()) return &known->second;
  Parts parts;
  const Status read = kind == kGrant ? ReadGrants(parts) : kind == kGroup ? ReadGroups(parts) : ReadCredentials(parts);
  if (!read) return tl::unexpected(read.error());
  return &parts_.emplace(kind, std::move(parts)).first->second;
}

// --- existences

Result<std::int32_t> Holder::Existence(const std::string& ref, EffectiveTime t) {
  if (ref == event::kEveryone) return 1;
  auto life = lives_.find(ref);
  if (life == lives_.end()) {
    auto pieces = view_.Identity(ref, {});
    if (!pieces) return tl::unexpected(pieces.error());
    life = lives_.emplace(ref, std::move(*pieces)).first;
  }
  const auto after = std::upper_bound(life->second.begin(), life->second.end(), t,
                                      [](EffectiveTime time, const auto& piece) { return time < piece.span.from; });
  return after == life->second.begin() ? 1 : std::prev(after)->incarnation;
}

Result<bool> Holder::SameExistence(const HoldingId& of, EffectiveTime a, EffectiveTime b) {
  for (const std::string* ref : {&principal_, &of.id}) {
    if (ref == &of.id && of.kind != kGroup) continue;
    auto one = Existence(*ref, a), other = Existence(*ref, b);
    if (!one) return tl::unexpected(one.error());
    if (!other) return tl::unexpected(other.error());
    if (*one != *other) return false;
  }
  return true;
}

Result<const std::vector<OwnEvent>*> Holder::EventsOf(const std::string& ref) {
  auto known = events_.find(ref);
  if (known == events_.end()) {
    auto events = view_.EventsAbout(ref);
    if (!events) return tl::unexpected(events.error());
    known = events_.emplace(ref, std::move(*events)).first;
  }
  return &known->second;
}

// A registration after a retirement begins another.
Result<const Holder::Begins*> Holder::BeginsOf(const std::string& ref) {
  const auto known = begins_.find(ref);
  if (known != begins_.end()) return &known->second;
  auto events = EventsOf(ref);
  if (!events) return tl::unexpected(events.error());
  Begins begins;
  bool retired = false;
  for (const OwnEvent& event : **events) {
    if (const auto* gone = std::get_if<IdentityRetired>(&event.payload); gone && gone->identity == ref) retired = true;
    const auto* registered = std::get_if<IdentityRegistered>(&event.payload);
    if (registered == nullptr || registered->identity != ref) continue;
    if (retired) begins.push_back(MomentOf(event));
    retired = false;
  }
  return &begins_.emplace(ref, std::move(begins)).first->second;
}

Result<bool> Holder::SaidOf(const std::string& ref, EffectiveTime being, const Moment& moment) {
  auto begins = BeginsOf(ref);
  if (!begins) return tl::unexpected(begins.error());
  const auto number = [&](auto is_in) { return std::count_if((*begins)->begin(), (*begins)->end(), is_in); };
  return number([&](const Moment& begin) { return begin <= moment; }) ==
         number([&](const Moment& begin) { return begin.time <= being; });
}

Result<std::vector<Holder::Stretch>> Holder::StretchesOf(const HoldingId& of, EffectiveTime being) {
  auto parts = PartsOf(of.kind);
  if (!parts) return tl::unexpected(parts.error());
  std::vector<Stretch> out;
  const auto known = (*parts)->find(of.id);
  if (known == (*parts)->end()) return out;
  for (const Part& part : known->second) {
    auto same = SameExistence(of, part.span.from, being);
    if (!same) return tl::unexpected(same.error());
    if (!*same) continue;
    const bool goes_on = !out.empty() && out.back().span.until == part.span.from;
    if (goes_on) out.back().span.until = part.span.until, out.back().last = &part;
    else out.push_back({part.span, &part});
  }
  return out;
}

// --- what is held

Status Holder::AddAt(const std::string& kind, EffectiveTime t, std::vector<Holding>& out) {
  auto parts = PartsOf(kind);
  if (!parts) return tl::unexpected(parts.error());
  for (const auto& [id, of_it] : **parts) {
    const auto part = std::find_if(of_it.begin(), of_it.end(), [&](const Part& p) { return p.span.Contains(t); });
    if (part == of_it.end()) continue;
    Holding holding{{principal_, kind, id}, part->role, part->scope, part->span.from, part->given_by};
    for (auto before = part; before != of_it.begin() && std::prev(before)->span.until == before->span.from; --before) {
      auto same = SameExistence(holding.of, std::prev(before)->span.from, t);
      if (!same) return tl::unexpected(same.error());
      if (!*same) break;
      holding.since = std::prev(before)->span.from;
    }
    out.push_back(std::move(holding));
  }
  return {};
}

Result<std::vector<Holding>> Holder::At(EffectiveTime t) {
  std::vector<Holding> out;
  for (const char* kind : {kCredential, kGrant, kGroup})
    if (auto s = AddAt(kind, t, out); !s) return tl::unexpected(s.error());
  return out;
}

Result<std::vector<Holding>> Holder::GrantsAt(EffectiveTime t) {
  std::vector<Holding> out;
  if (auto s = AddAt(kGrant, t, out); !s) return tl::unexpected(s.error());
  return out;
}

// --- what became of it

Result<bool> Holder::Holds(const HoldingId& of, EffectiveTime being, EffectiveTime t) {
  auto stretches = StretchesOf(of, being);
  if (!stretches) return tl::unexpected(stretches.error());
  return std::any_of(stretches->begin(), stretches->end(), [&](const Stretch& stretch) { return stretch.span.Contains(t); });
}

// The registration, unless at its time the credential had an end of its own, or was issued anew.
Result<std::optional<Position>> Holder::EndedWithLife(const HoldingId& of, EffectiveTime at) {
  auto events = EventsOf(principal_);
  if (!events) return tl::unexpected(events.error());
  auto begins = BeginsOf(principal_);
  if (!begins) return tl::unexpected(begins.error());
  const auto begin = std::find_if((*begins)->begin(), (*begins)->end(), [&](const Moment& m) { return m.time == at; });
  if (begin == (*begins)->end()) return std::nullopt;
  std::optional<Position> issued, ended;
  for (const OwnEvent& event : **events) {
    if (event.time != at || *begin <= MomentOf(event)) continue;
    if (Gives(event, of)) issued = event.position;
    else if (!ended && EndsCredential(event, of)) ended = event.position;
  }
  return issued ? issued : ended ? ended : begin->order.position;
}

Result<std::optional<Sequel>> Holder::EndBy(const HoldingId& of, EffectiveTime being, EffectiveTime t) {
  auto stretches = StretchesOf(of, being);
  if (!stretches) return tl::unexpected(stretches.error());
  const Stretch* last = nullptr;
  for (const Stretch& stretch : *stretches)
    if (stretch.span.until <= t) last = &stretch;
  if (last == nullptr) return std::nullopt;
  Sequel end{last->span.until, last->last->ended_by};
  if (!last->last->ended_with_life) return end;
  auto by = EndedWithLife(of, end.at);
  if (!by) return tl::unexpected(by.error());
  end.by = *by;
  return end;
}

Result<std::optional<Sequel>> Holder::GivenWithin(const Holding& holding, EffectiveTime being, EffectiveTime from,
                                                  EffectiveTime t) {
  auto events = EventsOf(principal_);
  if (!events) return tl::unexpected(events.error());
  const HoldingId& of = holding.of;
  for (const OwnEvent& event : **events) {
    if (event.time < from || t < event.time || !Gives(event, of) || event.position == holding.given_by) continue;
    auto said = SaidOf(principal_, being, MomentOf(event));
    if (said && *said && of.kind == kGroup) said = SaidOf(of.id, being, MomentOf(event));
    if (!said) return tl::unexpected(said.error());
    if (*said) return Sequel{event.time, event.position};
  }
  return std::nullopt;
}

}  // namespace tenure::governance
