#pragma once
// A log's own testimony: a read model is built of nothing but the log, and what it says of itself is taken down. For backups.
#include "projection/read_model.h"
#include "tenure/backup.h"

namespace tenure::library {

// Fills what the log in the folder gives: id, token, end, records, and the digests of a read model, which is built in `model` (not
// there yet) and stays. Errors: log_*, model_*.
Status ProveLog(const std::string& log, const std::string& model, const projection::FoldConfig& config, const Progress& progress,
                BackupContent& content);

}  // namespace tenure::library
