#include "governance/found.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace tenure::governance {

std::string OrderOf(const Finding& f) {
  std::string key;
  key += static_cast<char>('z' - static_cast<int>(InfoOf(f.rule).severity));
  key.append(InfoOf(f.rule).name).append(1, '\0').append(f.subject).append(1, '\0').append(f.about).append(1, '\0');
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
  if (parts_ && subject.lives.size() == 1)
    return AddAll(rule, subject, about, set.Clip(subject.lives.front()), doubt, evidence, text);
  AddAll(rule, subject, about, set, doubt, evidence, text);
}

void Found::AddAll(Rule rule, const Subject& subject, const std::string& about, const IntervalSet& set, const IntervalSet& doubt,
                   const EvidenceIn& evidence, const std::string& text) {
  if (!wanted_.Wants(rule) || (!parts_ && !wanted_.frame->Meets(set))) return;
  if (doubt.Empty()) {
    for (const Interval& span : set.Parts()) AddRow(rule, subject, about, span, true, evidence, text);
    return;
  }
  const IntervalSet certain = set.Minus(doubt), possible = set.Intersect(doubt);
  for (const Interval& span : certain.Parts()) AddRow(rule, subject, about, span, true, evidence, text);
  for (const Interval& span : possible.Parts()) AddRow(rule, subject, about, span, false, evidence, text);
}

void Found::EndParts() {
  parts_ = false;
  const auto less = [](const Made& a, const Made& b) {
    return std::tie(a.row.rule, a.row.about, a.row.span) < std::tie(b.row.rule, b.row.about, b.row.span);
  };
  std::sort(made_.begin(), made_.end(), less);
  for (std::size_t i = 0; i < made_.size();) {
    Made& first = made_[i];
    for (++i; i < made_.size(); ++i) {
      const Made& next = made_[i];
      const bool goes_on = next.row.rule == first.row.rule && next.row.about == first.row.about &&
                           next.row.certain == first.row.certain && next.row.span.from == first.row.span.until;
      if (!goes_on) break;
      first.row.span.until = next.row.span.until;
      first.evidence.insert(first.evidence.end(), next.evidence.begin(), next.evidence.end());
    }
    Send(std::move(first.row), [&] { return first.evidence; }, first.text);
  }
  made_.clear();
}

void Found::Send(Finding finding, const std::function<std::vector<Position>()>& evidence, const std::string& text) {
  if (!wanted_.frame->Meets(IntervalSet(finding.span))) return;
  out_.Add(std::move(finding), [&](Finding& row) {
    row.text = InfoOf(row.rule).title;
    if (!text.empty()) row.text.append(": ").append(text);
    row.evidence = evidence();
    if (row.evidence.size() > kEvidenceMax) row.evidence.resize(kEvidenceMax);
  });
}

void Found::AddRow(Rule rule, const Subject& subject, const std::string& about, const Interval& span, bool certain,
                   const EvidenceIn& evidence, const std::string& text) {
  Finding row{rule, subject.ref, about, span, certain, {}, {}};
  if (parts_) made_.push_back({std::move(row), evidence(span), text});
  else Send(std::move(row), [&] { return evidence(span); }, text);
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

IntervalSet DoubtOf(Surroundings& around, const Subject& subject, const std::string& grant) {
  IntervalSet doubt = subject.doubtful;
  if (around.Taints().Empty()) return doubt;
  for (const auto& [span, role] : TermsOf(subject, grant))
    if (!role.empty()) doubt = doubt.Union(around.Taints().Doubtful(Topic::kAccess, role).Clip(span));
  return doubt;
}

}  // namespace tenure::governance
