#include "library/mirroring.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "event/codec.h"
#include "library/ordered_sending.h"
#include "library/record_in_order.h"

namespace tenure::library {
namespace {

constexpr std::size_t kListedMax = 1'000;

std::int64_t RecordsBelow(const PositionVector& v) {
  std::int64_t records = 0;
  for (const auto& [where, next] : v.next)
    if (static_cast<int>(where.topic) < kPlaneTopics) records += next;
  return records;
}

log::NewRecord ToSend(log::Record record) {
  return {record.position.topic, std::move(record.key), std::move(record.value), std::move(record.verified_writer)};
}

class Copying {
 public:
  Copying(const OpenRecord& source, OpenRecord& target, OrderedSending sending)
      : source_(source), target_(target), sending_(std::move(sending)) {}

  Status Run(const Progress& progress) {
    if (auto s = Learn(); !s) return s;
    const PositionVector until = source_.model->Projected();
    const std::int64_t to_do = RecordsBelow(until);
    RecordInOrder records(*source_.log, until);
    for (std::int64_t done = 0;; ++done) {
      auto record = records.Next();
      if (!record) return tl::unexpected<Error>(record.error());
      if (progress && (done % 1000 == 0 || !*record)) progress(done, to_do);
      if (!*record) return sending_.Flush();
      if (auto s = Take(std::move(**record)); !s) return s;
    }
  }

  MirrorReport Report(const Status& ran) {
    Status done = ran;
    if (Status proved = Prove(); done) done = proved;
    if (!done) report_.fault = done.error();
    return std::move(report_);
  }

 private:
  // The dead letters of the source, and how often the target holds each that is open there: they have no name to be found by.
  Status Learn() {
    auto letters = source_.model->DeadLetters(source_.model->Projected());
    if (!letters) return tl::unexpected<Error>(letters.error());
    for (auto& letter : *letters) letters_.emplace(letter.position, std::move(letter));
    if (letters_.empty()) return {};
    auto there = target_.model->DeadLetters(target_.model->Projected());
    if (!there) return tl::unexpected<Error>(there.error());
    for (const auto& letter : *there) {
      auto record = target_.log->At(letter.position);
      if (!record) return tl::unexpected<Error>(record.error());
      ++letters_there_[{letter.position.topic, projection::HashOfRecord(*record)}];
    }
    return {};
  }

  Status Take(log::Record record) {
    if (const auto letter = letters_.find(record.position); letter != letters_.end())
      return TakeLetter(letter->second, std::move(record));
    auto event = decoder_.Decode(record.value);
    if (!event) {
      Error error = event.error();
      error.blame = Blame::kFault;
      error.hint = "its read model takes this record for an event: tenure rebuild makes it anew from the log";
      return tl::unexpected<Error>(error);
    }
    if (event->Type() == EventType::kDeadLetterResolved) return LeaveOut(record.position, "resolution");
    return TakeEvent(*event, std::move(record));
  }

  Status TakeLetter(const projection::ModelDeadLetter& letter, log::Record record) {
    if (letter.state != "open") return LeaveOut(record.position, letter.reason);
    ++report_.dead_letters;
    auto& there = letters_there_[{record.position.topic, projection::HashOfRecord(record)}];
    if (there == 0) return sending_.AddAlone(ToSend(std::move(record)));
    --there;
    ++report_.already;
    return {};
  }

  Status TakeEvent(const Event& event, log::Record record) {
    auto first = source_.model->Find(event.name);
    if (!first) return tl::unexpected<Error>(first.error());
    auto there = target_.model->Find(event.name);
    if (!there) return tl::unexpected<Error>(there.error());
    const bool copy = *first && (*first)->position != record.position;  // of an event that is in the source, with equal content
    if (!*there && !copy) return sending_.Add(BatchOrder::TiesOf(event), ToSend(std::move(record)));
    if (copy || (*there)->content == event.content_hash) {
      ++report_.already;
      return {};
    }
    ++report_.differing;
    if (report_.differences.size() < kListedMax) report_.differences.push_back({event.name, record.position, (*there)->position});
    return {};
  }

  Status LeaveOut(const Position& position, const std::string& reason) {
    ++report_.left_out;
    if (report_.omissions.size() < kListedMax) report_.omissions.push_back({position, reason});
    return {};
  }

  // Projects what was copied, and holds the two read models against each other.
  Status Prove() {
    report_.copied = sending_.Sent();
    if (auto s = target_.CatchUp({}); !s) return tl::unexpected<Error>(s.error());
    report_.token = target_.Token(target_.model->Projected());
    auto end = source_.log->End();
    if (!end) return tl::unexpected<Error>(end.error());
    report_.behind = RecordsBelow(*end) - RecordsBelow(source_.model->Projected());
    report_.equal = source_.model->Digests() == target_.model->Digests();
    if (report_.equal) return {};
    auto same = OnlyOrderDiffers();
    if (!same) return tl::unexpected<Error>(same.error());
    return *same ? tl::unexpected<Error>(OrderLost()) : Status{};
  }

  Result<bool> OnlyOrderDiffers() const {
    auto letters = target_.model->DeadLetters(target_.model->Projected());
    if (!letters) return tl::unexpected<Error>(letters.error());
    return letters->empty() && letters_.empty() && report_.differing == 0 && report_.left_out == 0 &&
           source_.model->Count().events == target_.model->Count().events;
  }

  Error OrderLost() const {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(sending_.FellBackBy()).count();
    return {"mirror_order_lost",
            "all events are there, and the read models differ: events of one effective time were recorded in another order" +
                (ms > 0 ? ", and the clocks of the brokers differ by " + std::to_string(ms) + " ms" : std::string()),
            "copy into new topics (--topic-prefix) before others write, and set the brokers' clocks right before that",
            Blame::kInput};
  }

  const OpenRecord& source_;
  OpenRecord& target_;
  OrderedSending sending_;
  event::Decoder decoder_;
  std::map<Position, projection::ModelDeadLetter> letters_;
  std::map<std::pair<Topic, Hash256>, std::int64_t> letters_there_;
  MirrorReport report_;
};

Status CheckSource(const OpenRecord& source) {
  if (!source.dir.topic_prefix) return {};
  return Fail("mirror_source_on_kafka", "the record of \"" + source.dir.path + "\" is on Kafka already",
              "name a directory with an embedded log", Blame::kCaller);
}

Status CheckCorrectors(const OpenRecord& source, const OpenRecord& target) {
  if (source.dir.config.correctors == target.dir.config.correctors) return {};
  return Fail("data_other_correctors",
              "\"" + target.dir.path + "\" was made with other correctors than \"" + source.dir.path + "\"",
              "name another directory with --to: it is made with the same correctors", Blame::kCaller);
}

}  // namespace

Result<MirrorReport> CopyRecord(const OpenRecord& source, OpenRecord& target, const Progress& progress) {
  auto sending = OrderedSending::To(*target.log, false);
  if (!sending) return tl::unexpected<Error>(sending.error());
  Copying copying(source, target, std::move(*sending));
  const Status ran = copying.Run(progress);
  return copying.Report(ran);
}

}  // namespace tenure::library

namespace tenure {

Result<MirrorReport> Mirror(const MirrorOptions& options) {
  OpenOptions from;
  from.data_dir = options.from_dir;
  from.now = options.now;
  auto source = library::OpenRecord::Open(from);
  if (!source) return tl::unexpected<Error>(source.error());
  if (auto s = library::CheckSource(*source); !s) return tl::unexpected<Error>(s.error());
  OpenOptions to;
  to.data_dir = options.to_dir;
  to.write = to.create = true;
  to.correctors = source->dir.config.correctors;
  to.kafka = options.kafka;
  to.now = options.now;
  to.progress = options.projecting;
  auto target = library::OpenRecord::Open(to);
  if (!target) return tl::unexpected<Error>(target.error());
  if (auto s = library::CheckCorrectors(*source, *target); !s) return tl::unexpected<Error>(s.error());
  return library::CopyRecord(*source, *target, options.copying);
}

}  // namespace tenure
