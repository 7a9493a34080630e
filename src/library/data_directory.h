#pragma once
// The data directory: where the log and the read model lie, and the one small file that fixes what they mean.
//
//   DIR/tenure.json        format version and fold configuration, written once at creation (docs/formats/data-directory.md)
//   DIR/log                the embedded log, unless the record is on Kafka
//   DIR/log-seen.json      of a record on Kafka: where its log ended when the projector last looked
//   DIR/tokens.json        who may ask and append over HTTP; may stand before the first record
//   DIR/policy.json        by what findings judge, if not by the default
//   DIR/incidents          questions that are kept to be asked again, a file each
//   DIR/audit              what was asked over HTTP
//   DIR/model              the read model; DIR/model.rebuilding and DIR/model.old exist only during a swap
//   DIR/verify-<pid>-<n>   a model that `verify` is building
//   DIR/restoring          what `restore` is making; without meaning once tenure.json is there
// Errors: data_not_found, data_not_tenure, data_format_unknown, data_other_correctors, data_io.
// Thread safety: plain values and free functions; the writer alone calls FinishSwap, SwapModel and RemoveLeftovers.
#include <optional>
#include <string>
#include <vector>

#include "projection/read_model.h"
#include "tenure/result.h"

namespace tenure::library {

struct DataDirectory {
  std::string path;
  projection::FoldConfig config;
  std::optional<std::string> topic_prefix;  // of a record on Kafka; none: the embedded log

  std::string Log() const { return path + "/log"; }
  std::string LogSeen() const { return path + "/log-seen.json"; }
  std::string Model() const { return path + "/model"; }
  std::string ModelRebuilding() const { return path + "/model.rebuilding"; }
  std::string ModelOld() const { return path + "/model.old"; }
  std::string Policy() const { return path + "/policy.json"; }
  std::string Incidents() const { return path + "/incidents"; }
  std::string Audit() const { return path + "/audit"; }
  std::string Restoring() const { return path + "/restoring"; }
};

// Reads DIR/tenure.json. A directory that isn't there, or is empty, is data_not_found with what to do.
Result<DataDirectory> FindDataDirectory(const std::string& path);

// The same, but makes it where there is none. Correctors count only then; if they are given for a directory that exists they
// must be its own. With a topic prefix (it may be empty) its record is on Kafka.
Result<DataDirectory> FindOrCreateDataDirectory(const std::string& path, std::vector<std::string> correctors,
                                                std::optional<std::string> topic_prefix = {});

// For what may stand before the first record: the folder of a data directory, made empty where there is none.
// Errors: data_not_tenure, data_io.
Status FindOrMakeFolder(const std::string& path);

// Written beside and renamed, so that a crash leaves the old file or the new one, whole. `private_to_owner`: only the user whom the
// folder belongs to reads it, also when root has written it.
Status WriteDurably(const std::string& path, const std::string& text, bool private_to_owner = false);

// A swap is two renames: model -> model.old, model.rebuilding -> model; then model.old is removed. Whatever instant a crash
// picks, FinishSwap (called on every opening for writing) leaves one whole model under its name.
Status SwapModel(const DataDirectory& dir);
Status FinishSwap(const DataDirectory& dir);

// Removes what `verify` processes that no longer run left behind, and a `restore` that was killed at its very end.
void RemoveLeftovers(const DataDirectory& dir);

// A fresh folder for a model that verify builds: below the data directory, else below the system's temporary directory.
Result<std::string> ScratchFolder(const DataDirectory& dir);

}  // namespace tenure::library
