#include "history/fold.h"
#include "history/spans.h"

namespace tenure::history {
namespace {

// The first end of everything after `added`, inside the span.
std::optional<Moment> EndOfAll(const std::vector<Moment>& ends_all, const Moment& added, const Span& span) {
  const auto it = std::upper_bound(ends_all.begin(), ends_all.end(), added);
  if (it == ends_all.end() || !span.Holds(*it)) return std::nullopt;
  return *it;
}

MembershipPiece Stretch(const Assertion& a, const Assertion* next, const Span& span, const std::vector<Moment>& ends_all) {
  const auto& terms = std::get<MembershipAdded>(a.payload);
  MembershipPiece p;
  p.live = {std::max(a.at.time, terms.not_before.value_or(a.at.time)), kForever};
  p.added = a.at.order.position;
  const auto lower = [&](EffectiveTime at, std::optional<Position> by, const char* how) {
    if (at < p.live.until) p.live.until = at, p.ended_by = by, p.ended_how = how;
  };
  // At one moment its own terms come first: what had an end of its own is no evidence gap.
  if (terms.expires_at) lower(*terms.expires_at, std::nullopt, "expired");
  if (next != nullptr)
    lower(next->at.time, next->at.order.position, std::holds_alternative<MembershipAdded>(next->payload) ? "readded" : "removed");
  if (const auto end = EndOfAll(ends_all, a.at, span)) lower(end->time, end->order.position, "retired");
  if (span.end) lower(span.end->time, span.end->order.position, "reincarnated");
  return p;
}

}  // namespace

std::vector<MembershipPiece> FoldMembership(const std::string& member, const std::string& group,
                                            const std::vector<Assertion>& events, const Incarnations& of_member,
                                            const Incarnations& of_group) {
  std::vector<MembershipPiece> out;
  const auto ends_all = Together(of_member.ends_all, of_group.ends_all);
  for (const auto& [span, inside] : CutBySpans(events, Together(of_member.begins, of_group.begins))) {
    for (std::size_t i = 0; i < inside.size(); ++i) {
      if (!std::holds_alternative<MembershipAdded>(inside[i]->payload)) continue;
      MembershipPiece p = Stretch(*inside[i], i + 1 < inside.size() ? inside[i + 1] : nullptr, span, ends_all);
      if (p.live.until <= p.live.from) continue;
      p.member = member, p.group = group;
      out.push_back(std::move(p));
    }
  }
  return out;
}

}  // namespace tenure::history
