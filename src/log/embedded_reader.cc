// An embedded log opened beside its writer. A reader is a still picture; Refresh takes a new one.
#include <optional>
#include <utility>

#include "log/acknowledged_mark.h"
#include "log/embedded_base.h"
#include "log/log_database.h"

namespace tenure::log {
namespace {

tl::unexpected<Error> OpenedForReading(const std::string& directory) {
  return Fail("log_read_only", "the log in \"" + directory + "\" was opened for reading", "open it for writing", Blame::kCaller);
}

class EmbeddedReader final : public EmbeddedBase {
 public:
  explicit EmbeddedReader(EmbeddedOptions options) : EmbeddedBase(std::move(options)) {}

  Status TakePicture();

  Status Refresh() override;
  Result<Appended> Append(const std::vector<NewRecord>&) override { return OpenedForReading(options_.directory); }
  Status GuaranteeLaterThan(RecordedTime) override { return OpenedForReading(options_.directory); }
  Result<bool> IsClosed(RecordedTime k, const PositionVector&) const override { return k <= Shown().Closed(); }

 private:
  std::mutex refresh_mutex_;
  std::optional<RecordedTime> seen_mark_;  // as it was just before the picture was taken
};

Status EmbeddedReader::TakePicture() {
  const auto mark = AcknowledgedMark::Get(options_.directory);
  auto database = OpenForReading(options_.directory, options_.env);
  if (!database) return tl::unexpected<Error>(database.error());
  auto head = ReadHead(**database, options_.directory);
  if (!head) return tl::unexpected<Error>(head.error());
  if (auto s = CheckAcknowledged(mark, head->state); !s) return s;
  if (!id_.empty() && id_ != head->id)
    return Fail("log_corrupt", "another log now stands in \"" + options_.directory + "\"", "open it anew", Blame::kFault);
  const std::unique_lock lock(database_mutex_);
  if (id_.empty()) id_ = std::move(head->id);
  database_ = std::move(*database);
  Show(head->state);
  seen_mark_ = mark;
  return {};
}

Status EmbeddedReader::Refresh() {
  const std::lock_guard lock(refresh_mutex_);
  const auto mark = AcknowledgedMark::Get(options_.directory);
  if (mark && mark == seen_mark_) return {};
  return TakePicture();
}

}  // namespace

Result<std::unique_ptr<EmbeddedLog>> OpenReader(EmbeddedOptions options) {
  auto reader = std::make_unique<EmbeddedReader>(std::move(options));
  if (auto s = reader->TakePicture(); !s) return tl::unexpected<Error>(s.error());
  return std::unique_ptr<EmbeddedLog>(std::move(reader));
}

}  // namespace tenure::log
