#include "library/verification.h"

#include <filesystem>
#include <utility>

namespace tenure::library {
namespace {

constexpr std::size_t kDifferencesNamed = 20;

projection::ModelOptions FreshModel(const OpenRecord& record, std::string folder) {
  projection::ModelOptions how;
  how.directory = std::move(folder);
  how.log_id = record.log->Id();
  how.config = record.dir.config;
  return how;
}

Status CompareTables(const projection::ReadModel& live, const projection::ReadModel& rebuilt, VerifyAnswer& answer) {
  const auto ours = live.Digests(), theirs = rebuilt.Digests();
  for (std::size_t i = 0; i < ours.size() || i < theirs.size(); ++i) {
    TableDigest table;
    table.name = i < ours.size() ? ours[i].first : theirs[i].first;
    if (i < ours.size()) table.live = ours[i].second;
    if (i < theirs.size()) table.rebuilt = theirs[i].second;
    if (table.live != table.rebuilt) {
      answer.equal = false;
      auto differs = live.Compare(rebuilt, table.name, kDifferencesNamed);
      if (!differs) return tl::unexpected<Error>(differs.error());
      table.differs = std::move(*differs);
    }
    answer.tables.push_back(std::move(table));
  }
  return {};
}

}  // namespace

Status VerifyModel(OpenRecord& record, const Progress& progress, VerifyAnswer& answer) {
  auto folder = ScratchFolder(record.dir);
  if (!folder) return tl::unexpected<Error>(folder.error());
  Status compared;
  {
    auto rebuilt = projection::Rebuild(FreshModel(record, *folder), *record.log, record.model->Projected(), progress);
    compared = rebuilt ? CompareTables(*record.model, **rebuilt, answer) : tl::unexpected<Error>(rebuilt.error());
  }
  std::error_code ignored;  // a folder that stays behind is removed by the next writer
  std::filesystem::remove_all(*folder, ignored);
  return compared;
}

Result<std::int64_t> RebuildModel(OpenRecord& record, const Progress& progress) {
  auto end = record.log->End();
  if (!end) return tl::unexpected<Error>(end.error());
  std::int64_t records = 0;
  PositionVector until;  // tenure.dead-letter is never projected
  for (const auto& [where, next] : end->next) {
    if (static_cast<int>(where.topic) >= kPlaneTopics) continue;
    until.next[where] = next;
    records += next;
  }
  {
    auto rebuilt = projection::Rebuild(FreshModel(record, record.dir.ModelRebuilding()), *record.log, until, progress);
    if (!rebuilt) return tl::unexpected<Error>(rebuilt.error());
  }  // closed before it moves
  record.model.reset();
  if (auto s = SwapModel(record.dir); !s) return tl::unexpected<Error>(s.error());
  if (auto s = record.OpenModel(); !s) return tl::unexpected<Error>(s.error());
  return records;
}

}  // namespace tenure::library
