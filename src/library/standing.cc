#include "library/standing.h"

#include <filesystem>

namespace tenure::library {
namespace {

std::int64_t BytesBelow(const std::string& folder) {
  std::int64_t bytes = 0;
  std::error_code ec;
  for (std::filesystem::recursive_directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    std::error_code gone;  // a file that a compaction removes meanwhile counts nothing
    const auto size = it->is_regular_file(gone) ? it->file_size(gone) : 0;
    if (!gone) bytes += static_cast<std::int64_t>(size);
  }
  return bytes;
}

}  // namespace

Status DescribeRecord(const OpenRecord& record, StatusAnswer& answer) {
  answer.log_id = record.log->Id();
  answer.log_kind = record.dir.topic_prefix ? "kafka" : "embedded";
  answer.digest = record.model->DigestLabel();
  const auto counts = record.model->Count();
  answer.events = counts.events;
  answer.identities = counts.identities;
  answer.size_bytes = BytesBelow(record.dir.path);
  const PositionVector projected = record.model->Projected();
  for (const auto& [where, next] : projected.next) answer.projected.emplace_back(where, next);
  auto end = record.log->End();
  if (!end) return tl::unexpected<Error>(end.error());
  for (const auto& [where, next] : end->next)
    if (static_cast<int>(where.topic) < kPlaneTopics) answer.end.emplace_back(where, next);
  auto letters = record.model->DeadLetters(projected);
  if (!letters) return tl::unexpected<Error>(letters.error());
  for (const auto& letter : *letters) {
    if (letter.state != "open") continue;
    ++(letter.reason == "conflict" ? answer.conflicts_open : answer.dead_letters_open);
  }
  for (const auto& [name, digest] : record.model->Digests()) answer.tables.push_back({name, digest, "", {}});
  return {};
}

}  // namespace tenure::library
