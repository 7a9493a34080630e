#include "log/kafka/partition_stream.h"

#include <chrono>
#include <memory>

namespace tenure::log {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPollMs = 100;
constexpr int kTailFirstMs = 20;  // at such an end, before the broker is asked whether it holds more
constexpr int kTailMs = 250;      // how long to wait at an end that has been told of, when the broker holds more
constexpr std::size_t kTakenAtOnce = 2'000;

class Messages {
 public:
  explicit Messages(std::size_t most) : messages_(most) {}
  ~Messages() {
    for (std::size_t i = 0; i < count_; ++i) rd_kafka_message_destroy(messages_[i]);
  }
  void Consume(rd_kafka_topic_t* topic, std::int32_t partition, int wait_ms) {
    // A batch waits until it is full; so one is waited for, and what is there beside it taken.
    messages_[0] = rd_kafka_consume(topic, partition, wait_ms);
    if (messages_[0] == nullptr) return;
    count_ = 1;
    if (messages_.size() == 1) return;
    const ssize_t more = rd_kafka_consume_batch(topic, partition, 0, messages_.data() + 1, messages_.size() - 1);
    if (more > 0) count_ += static_cast<std::size_t>(more);
  }
  std::size_t Size() const { return count_; }
  const rd_kafka_message_t& operator[](std::size_t i) const { return *messages_[i]; }

 private:
  std::vector<rd_kafka_message_t*> messages_;
  std::size_t count_ = 0;
};

}  // namespace

PartitionStream::~PartitionStream() {
  if (started_) rd_kafka_consume_stop(topic_, partition_);
}

std::string PartitionStream::Name() const { return std::string(rd_kafka_topic_name(topic_)) + "/" + std::to_string(partition_); }

Result<PartitionStream::Watermarks> PartitionStream::Ask() const {
  Watermarks marks;
  if (auto low = AskFor(RD_KAFKA_OFFSET_BEGINNING, marks.low); !low) return tl::unexpected<Error>(low.error());
  if (auto high = AskFor(RD_KAFKA_OFFSET_END, marks.high); !high) return tl::unexpected<Error>(high.error());
  return marks;
}

// Not by rd_kafka_query_watermark_offsets, which asks the leader that died until it is back, whatever its timeout.
Status PartitionStream::AskFor(std::int64_t which, std::int64_t& offset) const {
  const std::unique_ptr<rd_kafka_topic_partition_list_t, decltype(&rd_kafka_topic_partition_list_destroy)> list(
      rd_kafka_topic_partition_list_new(1), rd_kafka_topic_partition_list_destroy);
  auto& one = *rd_kafka_topic_partition_list_add(list.get(), rd_kafka_topic_name(topic_), partition_);
  const auto code = AskAgain(timeout_ms_, [&](int attempt_ms) {
    one.offset = which;
    auto asked = rd_kafka_offsets_for_times(asker_.Get(), list.get(), attempt_ms);
    if (asked == RD_KAFKA_RESP_ERR_NO_ERROR) asked = one.err;
    return OfKnownPartition(asked);
  });
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected<Error>(client_.ErrorOf(code, "asking for the ends of " + Name()));
  offset = one.offset;
  return {};
}

Status PartitionStream::Seek(std::int64_t offset) {
  auto marks = Ask();
  if (!marks) return tl::unexpected<Error>(marks.error());
  if (offset > marks->high)
    return Fail("log_offset_out_of_range",
                Name() + " ends at " + std::to_string(marks->high) + ", before " + std::to_string(offset), "", Blame::kCaller);
  if (offset < marks->low)
    return Fail(
        "log_truncated",
        Name() + " begins at " + std::to_string(marks->low) + "; the records from " + std::to_string(offset) + " on are gone",
        "restore the topic, or rebuild from what is left", Blame::kFault);
  if (started_) rd_kafka_consume_stop(topic_, partition_);
  started_ = false;
  if (rd_kafka_consume_start(topic_, partition_, offset) != 0)
    return tl::unexpected<Error>(client_.ErrorOf(rd_kafka_last_error(), "reading " + Name()));
  started_ = true;
  next_ = offset;
  end_seen_ = -1;
  return {};
}

bool PartitionStream::Expect(std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  return offset < 0 || (started_ && next_ == offset) || Seek(offset).has_value();
}

Status PartitionStream::TakeOne(const rd_kafka_message_t& message, Slice& slice, std::size_t& bytes, bool& ended) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    end_seen_ = next_ = slice.next = message.offset;
    ended = true;
    return {};
  }
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) client_.Events().Disturbed();
  if (PassesByItself(message.err)) return {};  // only the deadline ends the wait
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    started_ = false;
    rd_kafka_consume_stop(topic_, partition_);
    return tl::unexpected<Error>(client_.ErrorOf(message.err, "reading " + Name()));
  }
  auto record = to_record_(message);
  if (!record) return tl::unexpected<Error>(record.error());
  bytes += record->key.size() + record->value.size();
  slice.records.push_back(std::move(*record));
  next_ = slice.next = message.offset + 1;
  return {};
}

Status PartitionStream::Take(std::size_t max_records, int wait_ms, Slice& slice, bool& ended) {
  Messages messages(std::min(max_records - slice.records.size(), kTakenAtOnce));
  messages.Consume(topic_, partition_, wait_ms);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < messages.Size(); ++i)
    if (auto taken = TakeOne(messages[i], slice, bytes, ended); !taken) {
      // What came after it in this batch is consumed and not kept: the next read begins anew behind what was.
      if (started_) rd_kafka_consume_stop(topic_, partition_);
      started_ = false;
      return taken;
    }
  return {};
}

Result<Slice> PartitionStream::Read(std::int64_t offset, std::size_t max_records) {
  const std::lock_guard lock(mutex_);
  Slice slice{{}, offset};
  if (offset < 0) return Fail("log_offset_out_of_range", "offset " + std::to_string(offset) + " is negative", "", Blame::kCaller);
  if (!started_ || next_ != offset) {
    if (auto sought = Seek(offset); !sought) return tl::unexpected<Error>(sought.error());
  }
  if (max_records == 0) return slice;
  auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms_);
  if (end_seen_ == offset) {
    bool ended = false;
    if (auto taken = Take(max_records, kTailFirstMs, slice, ended); !taken) return tl::unexpected<Error>(taken.error());
    if (!slice.records.empty()) return slice;
    std::int64_t high = 0;
    if (auto asked = AskFor(RD_KAFKA_OFFSET_END, high); !asked) return tl::unexpected<Error>(asked.error());
    if (high <= offset) return slice;
    deadline = Clock::now() + std::chrono::milliseconds(kTailMs);
  }
  const bool tail = end_seen_ == offset;
  for (bool ended = false; !ended && slice.records.empty();) {
    if (auto taken = Take(max_records, kPollMs, slice, ended); !taken) {
      if (slice.records.empty()) return tl::unexpected<Error>(taken.error());
      break;  // it comes again with the next read
    }
    if (slice.records.empty() && !ended && Clock::now() > deadline) {
      if (tail) break;
      return tl::unexpected<Error>(client_.ErrorOf(RD_KAFKA_RESP_ERR__TIMED_OUT, "reading " + Name()));
    }
  }
  return slice;
}

}  // namespace tenure::log
