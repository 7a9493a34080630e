#pragma once
// Changes of one second, in the order in which they must have happened.
//
// CloudTrail times have whole seconds, and neither files, nor arrays, nor event ids are in causal order. Between seconds the time
// decides. Within one: what is created, granted, ended and deleted comes in that order, unless the thing stood before the second;
// then what ends it comes first. Whether it stood is told by the changes before, else by the numbers of beginnings and ends within
// the second, else by the next change after it, else by the record (`Recorded`). What none of them tells is taken not to have stood.
// What is left is decided by the record's own sequence (policy versions) and then by the event id, so the order never rests on
// the order of files. Thread safety: one thread at a time.
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "connect/standing.h"
#include "tenure/event.h"
#include "tenure/result.h"

namespace tenure::connect {

// Where the events came from, for refusals.
struct Origin {
  std::int32_t file = 0;    // index into the summary's list of files
  std::int64_t record = 0;  // from 1
};

enum class CausalRank : std::uint8_t { kCreate, kGrant, kRevoke, kDelete };

// One CloudTrail record that changes something: its events in their own order, and what they begin and end.
struct ChangeRecord {
  EffectiveTime time;
  CausalRank rank = CausalRank::kGrant;
  std::int64_t sequence = 0;
  std::string event_id;
  Origin origin;
  std::vector<Event> events;
  std::vector<Change> changes;
  std::size_t bytes = 0;  // about
};

// Events of the record, by key, those of one key by time and order of record; see cloudtrail.h. May be empty: nothing recorded is known.
using Recorded = std::function<Result<std::vector<Event>>(const std::vector<std::string>& keys)>;

class CausalOrder {
 public:
  static constexpr std::size_t kTangleMax = 512;  // records of one second that share subjects; more are ordered by rank alone

  explicit CausalOrder(Recorded recorded) : recorded_(std::move(recorded)) {}

  // Sorts, and takes what the records change as done. Records of later calls count as later where their time is equal.
  // Errors: only what Recorded returned.
  Status Arrange(std::vector<ChangeRecord>& records);
  // Ends that were never seen, in the order of the deletions; bounded by kLostEndsMax.
  static constexpr std::size_t kLostEndsMax = 10'000;
  const std::vector<LostEnd>& LostEnds() const { return lost_ends_; }
  bool Full() const { return standing_.Full(); }

 private:
  Status ArrangeSecond(std::span<ChangeRecord> second, std::span<const ChangeRecord> later);
  Status ArrangeTangle(std::span<ChangeRecord> tangle, std::span<const ChangeRecord> later);
  void Done(const ChangeRecord& record);

  Recorded recorded_;
  Standing standing_;
  std::vector<LostEnd> lost_ends_;
};

}  // namespace tenure::connect
