#pragma once
// The record itself, as rows: events in order of record, and dead letters.
//
// Events are read from the log up to a vector, merged over partitions by (recorded, topic, partition, offset), and filtered; a
// record that can't be read as an event is listed too, as a dead letter. Errors: faults of log and model. Thread safety: one thread.
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "event/codec.h"
#include "library/asking.h"
#include "library/open_record.h"
#include "tenure/answer.h"

namespace tenure::library {

class EventLister {
 public:
  // Rows below `until`, from `from` on (inclusive, per partition).
  EventLister(const OpenRecord& record, EventsQuestion question, When when, PositionVector from, PositionVector until);

  // The next matching row, or nothing at the end. State of an event is its state in `until`.
  Result<std::optional<EventRow>> Next();
  // Where a later lister goes on: everything before it was returned or didn't match.
  const PositionVector& Reached() const { return reached_; }
  // Goes on to a later end (following a log that grows).
  void Extend(PositionVector until) { until_ = std::move(until); }

 private:
  struct Head {
    log::Record record;
    RecordedTime recorded;
  };
  Status Fill(const TopicPartition& where);
  Result<std::optional<Head>> Pop();
  bool Matches(const log::Record& record);
  bool InTime(std::optional<EffectiveTime> time) const;

  const OpenRecord& record_;
  EventsQuestion question_;
  When when_;
  PositionVector reached_, read_, until_;
  std::map<TopicPartition, std::deque<Head>> buffers_;
  event::Decoder decoder_;
};

// One page of events. `filtered`: the first page was asked with a moment or window, which then keeps events out; the cursor
// carries that on. Errors beside faults: cursor_malformed (kCaller).
Status ListEvents(const OpenRecord& record, const Asked& asked, const EventsQuestion& question, bool filtered,
                  EventsAnswer& answer);

// Errors (kCaller): event_type_unknown, token_*.
Result<std::unique_ptr<EventFeed>> MakeFeed(OpenRecord& record, const EventsQuestion& question, const When& when,
                                            const std::string& after);

// One page of dead letters, oldest position first; the evidence of a resolution goes into the answer's head.
Status ListDeadLetters(const OpenRecord& record, const Asked& asked, DeadLettersAnswer& answer);

// event_type_unknown (kCaller): a filter that nothing could ever pass.
Status CheckEventsQuestion(const EventsQuestion& question);

}  // namespace tenure::library
