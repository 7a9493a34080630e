#pragma once
// A log and its read model, opened together: what every question and every append works on.
//
// Opening for reading opens the model before the log, so the log is never seen shorter than what the model has projected.
// Opening for writing takes the log's lock first, finishes a half swap, then catches the model up.
// Thread safety: one thread.
#include <functional>
#include <memory>

#include "library/data_directory.h"
#include "log/embedded.h"
#include "projection/read_model.h"
#include "tenure/tenure.h"

namespace tenure::library {

struct OpenRecord {
  DataDirectory dir;
  bool write = false;
  std::function<EffectiveTime()> now;
  std::unique_ptr<log::EmbeddedLog> log;
  std::unique_ptr<projection::ReadModel> model;  // null until Rebuild when it was opened for that

  static Result<OpenRecord> Open(const OpenOptions& options);
  Status Refresh();
  // Opens DIR/model; used on opening and after a swap.
  Status OpenModel();
  Status CatchUp(const Progress& progress);
  std::string Token(const PositionVector& v) const;

 private:
  Status OpenForWriting(const OpenOptions& options);
  Status OpenForReading();
};

}  // namespace tenure::library
