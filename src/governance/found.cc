#include "governance/found.h"

#include <algorithm>

#include <fmt/format.h>

namespace tenure::governance {

std::string OrderOf(const Finding& f) {
  std::string key;
  key += static_cast<char>('z' - static_cast<int>(InfoOf(f.rule).severity));
  key += static_cast<char>('A' + static_cast<int>(f.rule));
  key.append(f.subject).append(1, '\0').append(f.about).append(1, '\0');
  const auto from = static_cast<std::uint64_t>(f.span.from.us) ^ (std::uint64_t{1} << 63);
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(from >> shift & 255);
  return key;
}

void FirstRows::Add(Finding row, const std::function<void(Finding&)>& make) {
  ++total_;
  std::string order = OrderOf(row);
  if (order <= after_ || (!worst_.empty() && worst_ < order)) return;
  make(row);
  rows_.push_back({std::move(order), std::move(row)});
  if (rows_.size() > 2 * limit_ + 1024) Prune();
}

void FirstRows::Prune() {
  const auto less = [](const Ordered& a, const Ordered& b) { return a.order < b.order; };
  if (rows_.size() <= limit_ + 1) return std::sort(rows_.begin(), rows_.end(), less);
  std::nth_element(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(limit_), rows_.end(), less);
  rows_.resize(limit_ + 1);
  worst_ = rows_.back().order;
}

std::vector<Finding> FirstRows::Take() {
  Prune();
  std::sort(rows_.begin(), rows_.end(), [](const Ordered& a, const Ordered& b) { return a.order < b.order; });
  std::vector<Finding> out;
  for (Ordered& one : rows_) out.push_back(std::move(one.row));
  return out;
}

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
  out_.Add({rule, subject.ref, about, span, certain, {}, {}}, [&](Finding& row) {
    row.text = InfoOf(rule).title;
    if (!text.empty()) row.text.append(": ").append(text);
    row.evidence = evidence(span);
    if (row.evidence.size() > kEvidenceMax) row.evidence.resize(kEvidenceMax);
  });
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
