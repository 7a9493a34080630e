#include "library/open_record.h"

#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "library/announcing.h"
#include "log/embedded.h"
#include "log/kafka/topics.h"

namespace tenure::library {
namespace {

EffectiveTime SystemNow() {
  using namespace std::chrono;
  return EffectiveTime{duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

bool MayBeSwapping(const DataDirectory& dir) {
  std::error_code ec;
  return std::filesystem::exists(dir.ModelOld(), ec) || std::filesystem::exists(dir.ModelRebuilding(), ec);
}

// A swap that was killed between its renames leaves the old model beside; until a writer ends the swap, readers read that.
std::string ModelToRead(const DataDirectory& dir) {
  std::error_code ec;
  const bool aside = !std::filesystem::exists(dir.Model(), ec) && std::filesystem::exists(dir.ModelOld(), ec);
  return aside ? dir.ModelOld() : dir.Model();
}

// To the log a directory it may not read or write is its caller's choice; to a person who asks or appends it is the machine's state.
Error OfTheMachine(Error error) {
  if (error.code == "log_read_only") error.blame = Blame::kFault;
  return error;
}

// A read model without its log is a record that lost its proof: to begin a new log beside it would hide that.
Status CheckLogNotLost(const DataDirectory& dir) {
  std::error_code ec;
  if (!std::filesystem::exists(dir.Model(), ec) || std::filesystem::exists(dir.Log(), ec)) return {};
  return Fail("data_log_lost", "\"" + dir.path + "\" holds a read model, and its log is gone",
              "restore " + dir.Log() + " from a backup; without it nothing in the read model can be proven", Blame::kFault);
}

// Where the record is was settled when the directory was made.
Status CheckLogKind(const DataDirectory& dir, const OpenOptions& options) {
  if (!dir.topic_prefix && options.kafka)
    return Fail("data_other_log", "\"" + dir.path + "\" holds a record on the embedded log",
                "leave --kafka out, or name another directory with --data", Blame::kCaller);
  if (!dir.topic_prefix) return CheckLogNotLost(dir);
  if (!options.kafka && options.write)
    return Fail("kafka_not_named", "the record of \"" + dir.path + "\" is on Kafka",
                "name the brokers: --kafka bootstrap.servers=HOST:PORT (or TENURE_KAFKA)", Blame::kCaller);
  if (options.kafka && options.kafka->topic_prefix != *dir.topic_prefix)
    return Fail("data_other_log", "\"" + dir.path + "\" was made for topics with the prefix \"" + *dir.topic_prefix + "\"",
                "give --topic-prefix as it was then, or name another directory with --data", Blame::kCaller);
  return {};
}

}  // namespace

Result<OpenRecord> OpenRecord::Open(const OpenOptions& options) {
  OpenRecord record;
  record.write = options.write;
  record.now = options.now ? options.now : SystemNow;
  record.memory_bytes = options.memory_bytes;
  const auto prefix = options.kafka ? std::optional(options.kafka->topic_prefix) : std::nullopt;
  auto dir = options.write && options.create ? FindOrCreateDataDirectory(options.data_dir, options.correctors, prefix)
                                             : FindDataDirectory(options.data_dir);
  if (!dir) return tl::unexpected<Error>(dir.error());
  record.dir = std::move(*dir);
  if (auto s = CheckLogKind(record.dir, options); !s) return tl::unexpected<Error>(s.error());
  const Status opened = options.write ? record.OpenForWriting(options) : record.OpenForReading(options);
  if (!opened) return tl::unexpected<Error>(opened.error());
  return record;
}

Status OpenRecord::OpenKafka(const OpenOptions& options) {
  const std::string& door_key = options.kafka->door_key;
  if (!door_key.empty() && door_key.size() < kDoorKeyBytesMin)
    return Fail("door_key_short", "the door's key has " + std::to_string(door_key.size()) + " bytes",
                "give at least " + std::to_string(kDoorKeyBytesMin) + " random ones", Blame::kCaller);
  log::KafkaOptions how;
  how.properties = options.kafka->properties;
  how.topic_prefix = options.kafka->topic_prefix;
  how.accept = options.kafka->accept;
  how.door_key = door_key;
  how.read_only = !write;
  auto opened = log::KafkaLog::Open(how);
  if (!opened) return tl::unexpected<Error>(opened.error());
  log = std::move(*opened);
  return write ? log::CheckTopics(how) : Status{};
}

Status OpenRecord::OpenForWriting(const OpenOptions& options) {
  if (dir.topic_prefix) {
    auto taken = log::WriterLock::Take(dir.path);
    if (!taken) return tl::unexpected<Error>(OfTheMachine(taken.error()));
    lock = std::move(*taken);
    if (auto s = OpenKafka(options); !s) return s;
  } else {
    log::EmbeddedOptions how;
    how.directory = dir.Log();
    auto opened = log::EmbeddedLog::Open(how);
    if (!opened) return tl::unexpected<Error>(OfTheMachine(opened.error()));
    log = std::move(*opened);
  }
  if (auto s = FinishSwap(dir); !s) return s;
  RemoveLeftovers(dir);
  if (options.rebuild) return {};
  if (auto s = OpenModel(); !s) return s;
  auto caught_up = CatchUp(options.progress);
  if (!caught_up) return tl::unexpected<Error>(caught_up.error());
  return {};
}

Status OpenRecord::OpenForReading(const OpenOptions& options) {
  if (dir.topic_prefix && options.kafka)
    if (auto s = OpenKafka(options); !s) return s;
  // Between the two renames of a swap there is no DIR/model for an instant; a reader that meets it tries again.
  Status opened;
  for (int attempt = 0; attempt < 20; ++attempt) {
    opened = OpenOnceForReading(options);
    if (opened || !MayBeSwapping(dir)) return opened;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return opened;
}

Status OpenRecord::OpenOnceForReading(const OpenOptions& options) {
  if (!dir.topic_prefix) return OpenEmbeddedForReading();
  if (options.kafka) return OpenModel();
  auto seen = ReadLogSeen(dir.LogSeen());
  if (!seen) return tl::unexpected<Error>(seen.error());
  log_seen = seen->looked_at;
  log = SeenLog(std::move(*seen));
  return OpenModel();
}

Status OpenRecord::OpenEmbeddedForReading() {
  log::EmbeddedOptions how;
  how.directory = dir.Log();
  how.read_only = true;
  auto reading = log::EmbeddedLog::Open(how);
  if (!reading) {
    if (reading.error().code != "log_not_found") return tl::unexpected<Error>(OfTheMachine(reading.error()));
    return Fail("data_not_found", "\"" + dir.path + "\" was made but holds no record yet", "tenure append FILE begins one",
                Blame::kCaller);
  }
  log = std::move(*reading);
  if (auto s = OpenModel(); !s) return s;
  return log->Refresh();
}

Status OpenRecord::OpenModel() {
  projection::ModelOptions how;
  how.directory = write ? dir.Model() : ModelToRead(dir);
  how.log_id = log->Id();
  how.config = dir.config;
  how.read_only = !write;
  how.memory_bytes = memory_bytes;
  auto opened = projection::ReadModel::Open(how);
  if (!opened) {
    if (opened.error().code == "model_not_found") {  // there is a log, so this is damage and no wrong path
      opened.error().blame = Blame::kFault;
      opened.error().hint = "tenure rebuild makes it from the log";
    }
    return tl::unexpected<Error>(opened.error());
  }
  model = std::move(*opened);
  return {};
}

Result<OpenRecord::CaughtUp> OpenRecord::CatchUp(const Progress& progress, bool announce_dead_letters) {
  const RecordedTime looked_at{SystemNow().us};  // `now` may be a moment that stands still for the length of a command
  auto ends = log->BothEnds();
  if (!ends) return tl::unexpected<Error>(ends.error());
  auto applied = projection::CatchUp(*model, *log, ends->end, progress, &places);
  if (!applied) return tl::unexpected<Error>(applied.error());
  if (dir.topic_prefix)
    if (auto s = RememberLog(looked_at, *ends, announce_dead_letters); !s) return tl::unexpected<Error>(s.error());
  return CaughtUp{*applied, std::move(*ends)};
}

Status OpenRecord::RememberLog(RecordedTime looked_at, const log::Ends& ends, bool announce_dead_letters) const {
  LogSeen seen{log->Id(), looked_at, ends.end, ends.stable, {}};
  if (auto before = ReadLogSeen(dir.LogSeen())) seen.announced = std::move(before->announced);
  if (announce_dead_letters)
    if (auto s = AnnounceDeadLetters(*model, *log, seen.announced); !s) return s;
  return WriteLogSeen(dir.LogSeen(), seen);
}

OpenRecord OpenRecord::Share() const {
  OpenRecord other;
  other.dir = dir;
  other.shared = true;
  other.now = now;
  other.memory_bytes = memory_bytes;
  other.log = log;
  other.model = model;
  return other;
}

Status OpenRecord::Refresh() {
  if (write || shared) return {};
  if (auto s = model->Refresh(); !s) return s;
  if (!log_seen) return log->Refresh();
  auto seen = ReadLogSeen(dir.LogSeen());
  if (!seen) return tl::unexpected<Error>(seen.error());
  log_seen = seen->looked_at;
  log = SeenLog(std::move(*seen));
  return {};
}

std::string OpenRecord::Token(const PositionVector& v, const std::vector<TopicPartition>& unread) const {
  if (!unread.empty()) return projection::EncodeToken(log->Id(), dir.config, v, unread);
  if (!last_token_ || last_token_->first != v) last_token_ = {v, projection::EncodeToken(log->Id(), dir.config, v, unread)};
  return last_token_->second;
}

}  // namespace tenure::library
