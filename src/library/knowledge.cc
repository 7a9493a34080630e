#include "library/knowledge.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace tenure::library {
namespace {

constexpr std::int64_t kUsPerSecond = 1'000'000;

// A token of an append that another process has just made may be a moment ahead of the read model: wait a little, then say so.
Status AwaitProjection(OpenRecord& record, const PositionVector& wanted) {
  if (record.model->Projected().Covers(wanted)) return {};
  if (record.write) {
    if (auto done = record.CatchUp({}); !done) return tl::unexpected<Error>(done.error());
  } else {
    for (int attempt = 0; attempt < 10; ++attempt) {
      if (auto s = record.Refresh(); !s) return s;
      if (record.model->Projected().Covers(wanted)) return {};
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  if (record.model->Projected().Covers(wanted)) return {};
  return Fail("position_not_projected", "the read model hasn't reached the position of that token yet",
              "ask again in a moment; tenure status shows how far it is", Blame::kUnavailable);
}

// Whether the log holds records with recorded time <= k that aren't projected yet: then k isn't closed for us.
Result<bool> HoldsUnprojected(const OpenRecord& record, RecordedTime k) {
  const PositionVector projected = record.model->Projected();
  auto end = record.log->End();
  if (!end) return tl::unexpected<Error>(end.error());
  for (const auto& [where, next] : end->next) {
    if (static_cast<int>(where.topic) >= kPlaneTopics || next <= projected.Next(where)) continue;
    auto first = record.log->Read(where, projected.Next(where), 1);
    if (!first) return tl::unexpected<Error>(first.error());
    if (!first->empty() && first->front().stamp <= k) return true;
  }
  return false;
}

// Where others write, a partition may be there that nothing was read of yet.
Result<std::vector<TopicPartition>> Unread(const OpenRecord& record) {
  std::vector<TopicPartition> unread;
  if (record.log->HasOneWriter()) return unread;
  auto ends = record.log->BothEnds();
  if (!ends) return tl::unexpected<Error>(ends.error());
  const PositionVector projected = record.model->Projected();
  for (const auto& [where, next] : ends->stable.next)
    if (static_cast<int>(where.topic) < kPlaneTopics && next > 0 && projected.Next(where) == 0) unread.push_back(where);
  return unread;
}

Result<Knowledge> AtTime(OpenRecord& record, RecordedTime k) {
  Knowledge known;
  auto vector = record.model->VectorAt(k);
  if (!vector) return tl::unexpected<Error>(vector.error());
  known.vector = std::move(*vector);
  known.time = k;
  auto closed = record.log->IsClosed(k, record.model->Projected());
  if (!closed) return tl::unexpected<Error>(closed.error());
  known.closed = *closed;
  if (known.closed) {
    auto open = HoldsUnprojected(record, k);
    if (!open) return tl::unexpected<Error>(open.error());
    known.closed = !*open;
  }
  if (!known.closed) {  // what is closed holds all that was recorded by then
    auto unread = Unread(record);
    if (!unread) return tl::unexpected<Error>(unread.error());
    known.unread = std::move(*unread);
  }
  if (!known.vector.next.empty()) return known;
  auto first = record.model->FirstRecorded();
  if (!first) return tl::unexpected<Error>(first.error());
  known.before_first = !first->has_value() || k < **first;
  return known;
}

Result<Knowledge> AtVector(OpenRecord& record, projection::TokenContent content) {
  Knowledge known;
  auto greatest = record.model->GreatestRecorded(content.vector);
  if (!greatest) return tl::unexpected<Error>(greatest.error());
  known.time = *greatest;
  known.before_first = content.vector.next.empty();
  known.vector = std::move(content.vector);
  known.unread = std::move(content.unread);
  return known;
}

Result<Knowledge> Resolve(OpenRecord& record, const AsKnownAt& as_known_at) {
  if (const auto* k = std::get_if<RecordedTime>(&as_known_at)) return AtTime(record, *k);
  const auto* token = std::get_if<std::string>(&as_known_at);
  if (token == nullptr) {
    auto unread = Unread(record);
    if (!unread) return tl::unexpected<Error>(unread.error());
    return AtVector(record, {record.model->Projected(), std::move(*unread)});
  }
  auto content = projection::DecodeToken(*token, record.log->Id(), record.dir.config);
  if (!content) return tl::unexpected<Error>(content.error());
  if (auto s = AwaitProjection(record, content->vector); !s) return tl::unexpected<Error>(s.error());
  return AtVector(record, std::move(*content));
}

struct Behind {
  std::int64_t records = 0, seconds = 0, unstable = 0;
};

// A projector that has not looked for longer than this isn't at work: what it saw then is no news.
constexpr std::int64_t kSeenLatelyUs = 30 * kUsPerSecond;

// How much of the log isn't projected, and for how long the oldest of it has been waiting.
Result<Behind> HowFarBehind(const OpenRecord& record) {
  Behind behind;
  const PositionVector projected = record.model->Projected();
  auto ends = record.log->BothEnds();
  if (!ends) return tl::unexpected<Error>(ends.error());
  for (const auto& [where, next] : ends->end.next) {
    if (static_cast<int>(where.topic) >= kPlaneTopics || next <= projected.Next(where)) continue;
    behind.records += next - projected.Next(where);
    if (record.log_seen) continue;
    auto first = record.log->Read(where, projected.Next(where), 1);
    if (!first) return tl::unexpected<Error>(first.error());
    if (!first->empty()) behind.seconds = std::max(behind.seconds, (record.now().us - first->front().stamp.us) / kUsPerSecond);
  }
  // What is projected was stable, whatever was heard of it before.
  for (const auto& [where, next] : ends->end.next)
    if (static_cast<int>(where.topic) < kPlaneTopics)
      behind.unstable += std::max<std::int64_t>(0, next - std::max(ends->stable.Next(where), projected.Next(where)));
  if (record.log_seen) {
    const std::int64_t ago_us = record.now().us - record.log_seen->us;
    if (behind.records > 0 || ago_us > kSeenLatelyUs) behind.seconds = ago_us / kUsPerSecond;
  }
  return behind;
}

// Questions about authority are answered from two planes; those about the record itself, and a story, from all.
bool Reads(const std::string& question, Topic plane) {
  if (plane == Topic::kIdentity || plane == Topic::kAccess) return true;
  return question == "timeline" || question == "events" || question == "dead_letters" || question == "status";
}

}  // namespace

Result<Knowledge> ResolveKnowledge(OpenRecord& record, const AsKnownAt& as_known_at) {
  auto known = Resolve(record, as_known_at);
  if (known) known->token = record.Token(known->vector, known->unread);
  return known;
}

Status FillHead(OpenRecord& record, const Knowledge& knowledge, AnswerHead& head) {
  head.known_time = knowledge.time;
  head.token = knowledge.token;
  head.closed = knowledge.closed;
  head.before_record = head.before_record || knowledge.before_first;
  for (const TopicPartition& where : knowledge.unread)
    if (Reads(head.question, where.topic)) head.unread.push_back(where);
  head.complete = head.complete && head.unread.empty();
  auto behind = HowFarBehind(record);
  if (!behind) return tl::unexpected<Error>(behind.error());
  head.behind_records = behind->records;
  head.behind_seconds = behind->seconds;
  head.behind_unstable = behind->unstable;
  return {};
}

}  // namespace tenure::library
