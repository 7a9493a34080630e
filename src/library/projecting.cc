#include "library/projecting.h"

#include <algorithm>

namespace tenure::library {
namespace {

std::int64_t Beyond(const PositionVector& from, const PositionVector& to) {
  std::int64_t records = 0;
  for (const auto& [where, next] : to.next)
    if (static_cast<int>(where.topic) < kPlaneTopics) records += std::max<std::int64_t>(0, next - from.Next(where));
  return records;
}

Result<Tenure::Projecting> Look(OpenRecord& record) {
  const PositionVector before = record.model->Projected();
  auto caught_up = record.CatchUp({}, true);
  if (!caught_up) return tl::unexpected<Error>(caught_up.error());
  const PositionVector projected = record.model->Projected();
  const log::Ends& ends = caught_up->ends;
  return Tenure::Projecting{Beyond(before, projected), Beyond(projected, ends.end), Beyond(ends.stable, ends.end), {}};
}

}  // namespace

Result<Tenure::Projecting> ProjectOnce(OpenRecord& record) {
  auto look = Look(record);
  if (look || look.error().blame != Blame::kUnavailable) return look;
  Tenure::Projecting trouble;
  trouble.trouble = look.error();
  return trouble;
}

}  // namespace tenure::library
