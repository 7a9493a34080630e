#include "library/proof.h"

#include "log/embedded.h"

namespace tenure::library {

Status ProveLog(const std::string& log, const std::string& model, const projection::FoldConfig& config, const Progress& progress,
                BackupContent& content) {
  log::EmbeddedOptions how;
  how.directory = log;
  how.read_only = true;
  auto opened = log::EmbeddedLog::Open(how);
  if (!opened) return tl::unexpected<Error>(opened.error());
  auto end = (*opened)->End();
  if (!end) return tl::unexpected<Error>(end.error());
  PositionVector projected;  // tenure.dead-letter never is
  content.records = 0;
  content.end.clear();
  for (const auto& [where, next] : end->next) {
    content.end.emplace_back(where, next);
    content.records += next;
    if (static_cast<int>(where.topic) < kPlaneTopics) projected.next[where] = next;
  }
  projection::ModelOptions fresh;
  fresh.directory = model;
  fresh.log_id = content.log_id = (*opened)->Id();
  fresh.config = config;
  auto built = projection::Rebuild(fresh, **opened, projected, progress);
  if (!built) return tl::unexpected<Error>(built.error());
  content.token = projection::EncodeToken(content.log_id, config, projected);
  auto greatest = (*built)->GreatestRecorded(projected);
  if (!greatest) return tl::unexpected<Error>(greatest.error());
  content.recorded_until = *greatest;
  content.digest = (*built)->DigestLabel();
  content.tables.clear();
  for (auto& [name, digest] : (*built)->Digests()) content.tables.push_back({name, digest, {}, {}});
  return {};
}

}  // namespace tenure::library
