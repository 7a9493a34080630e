#include "library/projecting.h"

#include <algorithm>
#include <chrono>

namespace tenure::library {
namespace {

std::int64_t Beyond(const PositionVector& from, const PositionVector& to) {
  std::int64_t records = 0;
  for (const auto& [where, next] : to.next)
    if (static_cast<int>(where.topic) < kPlaneTopics) records += std::max<std::int64_t>(0, next - from.Next(where));
  return records;
}

RecordedTime ClockNow() {
  using namespace std::chrono;
  return RecordedTime{duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

Result<Tenure::Projecting> Look(OpenRecord& record) {
  const RecordedTime looked_at = ClockNow();
  const PositionVector before = record.model->Projected();
  auto applied = projection::CatchUp(*record.model, *record.log, {}, &record.places);
  if (!applied) return tl::unexpected<Error>(applied.error());
  const auto projecting = [&](const PositionVector& end, const PositionVector& stable) {
    const PositionVector projected = record.model->Projected();
    return Tenure::Projecting{Beyond(before, projected), Beyond(projected, end), Beyond(stable, end), {}};
  };
  if (record.dir.topic_prefix) {
    auto seen = record.RememberLog(looked_at, true);
    if (!seen) return tl::unexpected<Error>(seen.error());
    return projecting(seen->end, seen->stable);
  }
  auto end = record.log->End();
  if (!end) return tl::unexpected<Error>(end.error());
  return projecting(*end, *end);
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
