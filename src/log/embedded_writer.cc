// An embedded log opened for writing: stamps, the batch of each commit, and what happens when the disk fails.
#include <rocksdb/write_batch.h>

#include <filesystem>
#include <utility>

#include "log/acknowledged_mark.h"
#include "log/append_queue.h"
#include "log/disk_error.h"
#include "log/durable_directory.h"
#include "log/embedded_base.h"
#include "log/log_database.h"
#include "log/writer_lock.h"

namespace tenure::log {
namespace {

using Group = AppendQueue::Group;
using Request = AppendQueue::Request;

class EmbeddedWriter final : public EmbeddedBase {
 public:
  EmbeddedWriter(EmbeddedOptions options, WriterLock lock, AcknowledgedMark mark);
  ~EmbeddedWriter() override;
  Status TakeUp();

  Result<Appended> Append(const std::vector<NewRecord>& records) override;
  Result<bool> IsClosed(RecordedTime k, const PositionVector& known) const override;
  Status Refresh() override { return {}; }
  Status GuaranteeLaterThan(RecordedTime k) override;

 private:
  // What would stand in the log after a group.
  struct Draft {
    rocksdb::WriteBatch batch;
    LogState after;
    std::vector<Appended> answers;  // one each request
  };

  void Commit(const Group& group);
  Status WriteDurably(Draft& draft);
  Draft MakeDraft(const Group& group);
  Status SettleFailed(const LogState& wanted, Error cause);
  Status Reopen();

  // The lock is released last, when the database is closed.
  const WriterLock lock_;
  AcknowledgedMark mark_;
  AppendQueue queue_;
  // Touched by the leader of a commit only.
  bool writable_ = false;
  RecordedTime clock_seen_ = kNeverStamped;  // the latest the clock has shown, in this process or by the stamps found
};

Status CheckSizes(const std::vector<NewRecord>& records) {
  if (records.size() > kAppendRecordsMax)
    return Fail("log_batch_too_large",
                "an append of " + std::to_string(records.size()) + " records; at most " + std::to_string(kAppendRecordsMax),
                "append them in several batches", Blame::kCaller);
  for (const NewRecord& record : records) {
    const std::size_t bytes = record.key.size() + record.value.size() + record.verified_writer.size();
    if (bytes > kRecordBytesMax)
      return Fail("log_record_too_large",
                  "a record of " + std::to_string(bytes) + " bytes; at most " + std::to_string(kRecordBytesMax),
                  "make it smaller", Blame::kCaller);
  }
  return {};
}

// One record's row, without copying its value first. The next stamp and offset are taken from `state`.
void PutRecord(const NewRecord& record, RecordedTime now, LogState& state, rocksdb::WriteBatch& batch, Appended& answer) {
  const RecordedTime least{state.Closed().us + 1};
  state.last_stamp = now < least ? least : now;
  const Position position{record.topic, 0, state.Next(record.topic)++};
  const auto key = RecordKey(position);
  const auto head = RecordHead(record, state.last_stamp);
  const rocksdb::Slice key_part(key.data(), key.size());
  const rocksdb::Slice value_parts[] = {{head.data(), head.size()}, record.key, record.verified_writer, record.value};
  batch.Put(rocksdb::SliceParts(&key_part, 1), rocksdb::SliceParts(value_parts, 4));
  answer.positions.push_back(position);
  answer.stamps.push_back(state.last_stamp);
}

EmbeddedWriter::EmbeddedWriter(EmbeddedOptions options, WriterLock lock, AcknowledgedMark mark)
    : EmbeddedBase(std::move(options)),
      lock_(std::move(lock)),
      mark_(std::move(mark)),
      queue_([this](const Group& group) { Commit(group); }) {}

EmbeddedWriter::~EmbeddedWriter() { database_.reset(); }

Status EmbeddedWriter::TakeUp() {
  auto database = OpenForWriting(options_.directory, options_.env);
  if (!database) return tl::unexpected<Error>(database.error());
  auto head = CreateOrReadHead(**database, options_.directory);
  if (!head) return tl::unexpected<Error>(head.error());
  if (auto s = CheckAcknowledged(AcknowledgedMark::Get(options_.directory), head->state); !s) return s;
  database_ = std::move(*database);
  id_ = std::move(head->id);
  clock_seen_ = head->state.Closed();
  writable_ = true;
  Show(head->state);
  // What a crash left unacknowledged is recovered, so durable by now.
  mark_.Set(head->state.Closed());
  return {};
}

Result<Appended> EmbeddedWriter::Append(const std::vector<NewRecord>& records) {
  if (auto s = CheckSizes(records); !s) return tl::unexpected<Error>(s.error());
  if (records.empty()) return Appended{};
  Request request;
  request.records = &records;
  return queue_.Submit(request);
}

Result<bool> EmbeddedWriter::IsClosed(RecordedTime k, const PositionVector&) const {
  if (k <= Shown().Closed()) return true;
  // The question is const, the guarantee that lets us say yes is written down. If the disk refuses, no is the honest answer.
  return const_cast<EmbeddedWriter*>(this)->GuaranteeLaterThan(k).has_value();
}

Status EmbeddedWriter::GuaranteeLaterThan(RecordedTime k) {
  if (k <= Shown().Closed()) return {};
  if (k > options_.now())
    return Fail("log_time_in_future", "a recorded time that the clock hasn't reached can't be closed", "ask for an earlier one",
                Blame::kCaller);
  Request request;
  request.floor = k;
  auto done = queue_.Submit(request);
  if (!done) return tl::unexpected<Error>(done.error());
  return {};
}

void EmbeddedWriter::Commit(const Group& group) {
  Status ready = writable_ ? Status() : Reopen();
  if (ready) {
    Draft draft = MakeDraft(group);
    ready = WriteDurably(draft);
    if (ready)
      for (std::size_t i = 0; i < group.size(); ++i) group[i]->result = std::move(draft.answers[i]);
  }
  if (!ready)
    for (Request* request : group) request->result = tl::unexpected<Error>(ready.error());
}

// Stamps are given here and nowhere else, in the order of the offsets, so order of record is order of append.
EmbeddedWriter::Draft EmbeddedWriter::MakeDraft(const Group& group) {
  Draft draft;
  draft.after = Shown();
  const RecordedTime now = options_.now();
  // Numbering a large batch runs a little ahead of the clock; that isn't the clock's fault, so it is compared with itself.
  const bool clock_behind = now < clock_seen_;
  if (!clock_behind) clock_seen_ = now;
  for (const Request* request : group) {
    Appended& answer = draft.answers.emplace_back();
    answer.clock_behind = clock_behind;
    if (draft.after.floor < request->floor) draft.after.floor = request->floor;
    if (request->records == nullptr) continue;
    answer.positions.reserve(request->records->size());
    answer.stamps.reserve(request->records->size());
    for (const NewRecord& record : *request->records) PutRecord(record, now, draft.after, draft.batch, answer);
  }
  const std::string state = EncodeState(draft.after);
  draft.batch.Put(rocksdb::Slice(kStateKey.data(), kStateKey.size()), state);
  return draft;
}

Status EmbeddedWriter::WriteDurably(Draft& draft) {
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const auto written = database_->Write(durable, &draft.batch);
  if (!written.ok()) {
    writable_ = false;
    if (auto s = SettleFailed(draft.after, DatabaseError(written, "can't append to \"" + options_.directory + "\"")); !s)
      return s;
  }
  Show(draft.after);
  mark_.Set(draft.after.Closed());
  return {};
}

// A write has failed: was the group written all the same? Taking the log up anew tells, since recovery keeps all of it or nothing.
// Nothing: the cause is the whole story. All, and the log is writable, so recovery has made it durable: then it hasn't failed.
Status EmbeddedWriter::SettleFailed(const LogState& wanted, Error cause) {
  const LogState before = Shown();
  const Status reopened = Reopen();
  auto head = database_ ? ReadHead(*database_, options_.directory) : Fail("log_io", "the log can't be opened");
  if (head && head->state == wanted && reopened) return {};
  if (head && head->state == before) return tl::unexpected<Error>(std::move(cause));
  return Fail("log_append_unknown", "whether the records were appended can't be told now: " + cause.reason,
              "append them again with the same source and id once the disk works", Blame::kFault);
}

// Closes the database and opens it again: for writing, or where the disk doesn't let us only for reading, with the error.
Status EmbeddedWriter::Reopen() {
  const std::unique_lock lock(database_mutex_);
  database_.reset();
  auto writing = OpenForWriting(options_.directory, options_.env);
  if (!writing) {
    if (auto reading = OpenForReading(options_.directory, options_.env)) database_ = std::move(*reading);
    return tl::unexpected<Error>(writing.error());
  }
  database_ = std::move(*writing);
  auto head = ReadHead(*database_, options_.directory);
  if (!head) return tl::unexpected<Error>(head.error());
  if (auto s = CheckAcknowledged(Shown().Closed(), head->state); !s) return s;
  Show(head->state);
  mark_.Set(head->state.Closed());
  writable_ = true;
  return {};
}

}  // namespace

Result<std::unique_ptr<EmbeddedLog>> OpenWriter(EmbeddedOptions options) {
  if (auto s = MakeDurableDirectory(options.directory); !s) return tl::unexpected<Error>(s.error());
  auto lock = WriterLock::Take(options.directory);
  if (!lock) return tl::unexpected<Error>(lock.error());
  auto mark = AcknowledgedMark::Open(options.directory);
  if (!mark) return tl::unexpected<Error>(mark.error());
  auto writer = std::make_unique<EmbeddedWriter>(std::move(options), std::move(*lock), std::move(*mark));
  if (auto s = writer->TakeUp(); !s) return tl::unexpected<Error>(s.error());
  return std::unique_ptr<EmbeddedLog>(std::move(writer));
}

}  // namespace tenure::log
