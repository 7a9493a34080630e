#include "governance/found.h"

#include <algorithm>

#include <fmt/format.h>

namespace tenure::governance {

void Found::Add(Rule rule, const Subject& subject, const std::string& about, const IntervalSet& set, const IntervalSet& doubt,
                const EvidenceIn& evidence, const std::string& text) {
  if (!wanted_.Wants(rule) || !wanted_.frame->Meets(set)) return;
  if (doubt.Empty()) {
    for (const Interval& span : set.Parts()) AddRow(rule, subject, about, span, true, evidence, text);
    return;
  }
  const IntervalSet certain = set.Minus(doubt), possible = set.Intersect(doubt);
  for (const Interval& span : certain.Parts()) AddRow(rule, subject, about, span, true, evidence, text);
  for (const Interval& span : possible.Parts()) AddRow(rule, subject, about, span, false, evidence, text);
}

void Found::AddRow(Rule rule, const Subject& subject, const std::string& about, const Interval& span, bool certain,
                   const EvidenceIn& evidence, const std::string& text) {
  if (!wanted_.frame->Meets(IntervalSet(span))) return;
  std::string told(InfoOf(rule).title);
  if (!text.empty()) told.append(": ").append(text);
  std::vector<Position> positions = evidence(span);
  if (positions.size() > kEvidenceMax) positions.resize(kEvidenceMax);
  out_.push_back({rule, subject.ref, about, span, certain, std::move(positions), std::move(told)});
}

Found::EvidenceIn EvidenceOf(const Grant& grant) {
  return [&grant](const Interval& span) {
    std::vector<Position> out;
    for (const history::GrantPiece* piece : grant.pieces) {
      if (span.until <= piece->live.from || piece->live.until < span.from) continue;
      out.push_back(piece->issued);
      if (piece->ended_by && piece->live.until == span.until) out.push_back(*piece->ended_by);
    }
    if (out.empty()) out.push_back(grant.pieces.front()->issued);
    return out;
  };
}

std::string NameOf(const Grant& grant) {
  const history::GrantTerms& terms = grant.pieces.back()->terms;
  const std::string role = terms.role.empty() ? "permissions of its own" : terms.role;
  return fmt::format("grant {} of {} on {}", grant.id, role, terms.scope);
}

IntervalSet DoubtOf(Surroundings& around, const Subject& subject, const Grant& grant) {
  IntervalSet doubt = subject.doubtful;
  if (around.Taints().Empty()) return doubt;
  for (const history::GrantPiece* piece : grant.pieces)
    if (!piece->terms.role.empty())
      doubt = doubt.Union(around.Taints().Doubtful(Topic::kAccess, piece->terms.role).Clip(piece->live));
  return doubt;
}

}  // namespace tenure::governance
