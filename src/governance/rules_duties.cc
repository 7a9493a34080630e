// Separation of duties: who holds both sides of a pair, as `who` says of each.
#include <limits>

#include "authority/gather.h"
#include "authority/questions.h"
#include "governance/found.h"

namespace tenure::governance {
namespace {

using history::TimeSet;

struct Holder {
  TimeSet held;
  std::vector<Position> evidence;
};

Result<std::map<std::string, Holder>> HoldersOf(Surroundings& around, const Duty& duty) {
  const WhoQuestion question{duty.action, duty.resource, duty.role, ""};
  auto answer =
      authority::Who(around.View(), question, {std::nullopt, Interval{}}, {std::numeric_limits<std::int64_t>::max(), ""});
  if (!answer) return tl::unexpected(answer.error());
  std::map<std::string, Holder> out;
  for (const HolderRow& row : answer->rows) {
    Holder holder;
    holder.held.must = authority::UnionOf(row.held);
    holder.held.may = holder.held.must.Union(authority::UnionOf(row.possibly));
    for (const PathStep& step : row.path)
      for (const auto index : step.evidence)
        holder.evidence.push_back(answer->head.evidence[static_cast<std::size_t>(index)].position);
    out.emplace(row.principal, std::move(holder));
  }
  return out;
}

}  // namespace

Status JudgeDuties(Surroundings& around, const std::string& only, Found& found) {
  if (!found.Wants(Rule::kSeparationOfDuties)) return {};
  for (const DutyPair& pair : around.Rules().separation_of_duties) {
    auto left = HoldersOf(around, pair.left);
    if (!left) return tl::unexpected(left.error());
    auto right = HoldersOf(around, pair.right);
    if (!right) return tl::unexpected(right.error());
    for (const auto& [principal, one] : *left) {
      const auto other = right->find(principal);
      if (other == right->end() || (!only.empty() && principal != only)) continue;
      Subject subject;
      subject.ref = principal;
      IntervalSet doubt;
      for (int plane = 0; plane < kPlaneTopics; ++plane)
        doubt = doubt.Union(around.Taints().Doubtful(static_cast<Topic>(plane), principal));
      const TimeSet both = one.held.Intersect(other->second.held).Doubt(doubt);
      auto evidence = one.evidence;
      evidence.insert(evidence.end(), other->second.evidence.begin(), other->second.evidence.end());
      found.Add(
          Rule::kSeparationOfDuties, subject, pair.name, both.may, both.Possibly(), [&](const Interval&) { return evidence; },
          pair.name);
    }
  }
  return {};
}

}  // namespace tenure::governance
