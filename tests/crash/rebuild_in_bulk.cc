// Rebuilds the read model of a data directory as `tenure rebuild` does far behind, with runs and parts so small that a few records make
// many; says the digests.
//
//   rebuild_in_bulk DATA   into DATA/model.bulk
#include <cstdio>
#include <string>

#include "log/embedded.h"
#include "projection/read_model.h"

int main(int argc, char** argv) {
  using namespace tenure;
  if (argc != 2) return 2;
  const std::string data = argv[1];
  log::EmbeddedOptions where;
  where.directory = data + "/log";
  where.read_only = true;
  const auto log = log::EmbeddedLog::Open(where);
  if (!log) return std::fprintf(stderr, "%s\n", log.error().ToString().c_str()), 1;
  projection::ModelOptions how;
  how.directory = data + "/model.bulk";
  how.log_id = (*log)->Id();
  how.bulk_from = 1;
  how.bulk.sort_bytes = 20'000;
  how.bulk.part_bytes = 2'000;
  const auto model = projection::Rebuild(how, **log, *(*log)->End());
  if (!model) return std::fprintf(stderr, "%s\n", model.error().ToString().c_str()), 1;
  for (const auto& [table, digest] : (*model)->Digests()) std::printf("%s %s\n", table.c_str(), digest.c_str());
  return 0;
}
