#pragma once
// A log and its read model, opened together: what every question and every append works on.
//
// Opening for reading opens the model before the log, so the log is never seen shorter than what the model has projected.
// Opening for writing takes the log's lock first, finishes a half swap, then catches the model up. On Kafka, where others write too,
// the directory's own lock keeps a second projector out, and one who rebuilds; the topics and the places read to are checked first.
// Thread safety: one thread.
#include <functional>
#include <memory>
#include <optional>

#include "library/data_directory.h"
#include "library/log_seen.h"
#include "log/log.h"
#include "log/writer_lock.h"
#include "projection/read_model.h"
#include "tenure/tenure.h"

namespace tenure::library {

struct OpenRecord {
  DataDirectory dir;
  bool write = false;
  std::optional<log::WriterLock> lock;  // of the directory itself, where the log is on Kafka and has none
  std::function<EffectiveTime()> now;
  std::size_t memory_bytes = kMemoryBytes;
  bool shared = false;  // log and model are a writer's in this process: they are always as new as can be
  std::shared_ptr<log::Log> log;
  std::optional<RecordedTime> log_seen;  // the log is what the projector of a record on Kafka last saw of it, at that time
  std::shared_ptr<projection::ReadModel> model;  // null until Rebuild when it was opened for that
  projection::PlacesGuard places;

  static Result<OpenRecord> Open(const OpenOptions& options);
  // For questions on another thread, over the same log and model.
  OpenRecord Share() const;
  Status Refresh();
  // Opens DIR/model; used on opening and after a swap.
  Status OpenModel();
  // Projects what the log holds; on Kafka those who ask without it are told where it ended. Returns the log's ends at the beginning.
  struct CaughtUp {
    std::int64_t records = 0;  // projected
    log::Ends ends;
  };
  Result<CaughtUp> CatchUp(const Progress& progress, bool announce_dead_letters = false);
  std::string Token(const PositionVector& v, const std::vector<TopicPartition>& unread = {}) const;

 private:
  Status OpenForWriting(const OpenOptions& options);
  Status OpenForReading(const OpenOptions& options);
  Status OpenKafka(const OpenOptions& options);
  Status OpenOnceForReading(const OpenOptions& options);
  Status OpenEmbeddedForReading();
  mutable std::optional<std::pair<PositionVector, std::string>> last_token_;
  Status RememberLog(RecordedTime looked_at, const log::Ends& ends, bool announce_dead_letters) const;
};

}  // namespace tenure::library
