#pragma once
// Which event, by being recorded, made the difference between two knowledges.
//
// Knowledge grows from `before` to `after` one record at a time, in the order of record. The event looked for is the one with which
// what is asked (say, whether somebody holds something) came to be what it is in `after`. It is found by halving: first among the
// events that are likely, then, if it is none of them, among all. Errors are faults of the store.
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "history/facts.h"
#include "tenure/position.h"
#include "tenure/result.h"

namespace tenure::authority {

// Knowledges between two, made on demand.
struct Knowledges {
  std::function<Result<std::unique_ptr<history::FactView>>(const PositionVector&)> view;
  std::function<Result<PositionVector>(RecordedTime)> known_at;  // the records with recorded time <= K
  RecordedTime latest;                                           // of all records of the later knowledge
};

class TriggerSearch {
 public:
  // True where a view says what the later one says.
  using Changed = std::function<Result<bool>(history::FactView&)>;

  // REQUIRED: after covers before. All must outlive the search.
  TriggerSearch(const Knowledges& knowledges, const PositionVector& before, const PositionVector& after)
      : knowledges_(knowledges), before_(before), after_(after) {}

  // Nothing if it cannot be told. Candidates: in any order; those known before are passed over.
  Result<std::optional<Position>> Find(const std::vector<history::EventMeta>& candidates, const Changed& changed);

 private:
  struct Place {  // in the order of record
    RecordedTime recorded;
    Position position;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  // before, and of after every record up to the place (without the record itself).
  Result<PositionVector> UpTo(const Place& place, bool itself);
  Result<PositionVector> UpTo(RecordedTime k);
  Result<bool> Holds(const Result<PositionVector>& vector, const Changed& changed);
  Result<std::optional<Position>> FindBetween(RecordedTime from, RecordedTime to, const Changed& changed);

  const Knowledges& knowledges_;
  const PositionVector &before_, &after_;
};

}  // namespace tenure::authority
