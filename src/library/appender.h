#pragma once
// The door of the record: events go in by batches, each all or nothing, or each event on its own (partial).
//
// A batch is up to 10,000 events. When it is whole, every event is decoded, checked at the door (event/door.h; of a large batch on a
// second thread as well), given its topic, and looked up: a name that the record (or the batch) already holds is a duplicate when the
// content is equal, else a conflict. After each batch the read model is caught up, so the next lookup sees it. Only the first import into an
// empty record, if it is long, is written to the log alone, and the read model is made from there at the end, which is faster.
//
// A retraction goes to its target's topic. The target is looked up in the record and in the batch; of a target nobody has seen yet
// the line must say it in the extension attribute `tenuretopic`, else it is event_retraction_target_unknown.
// Thread safety: one thread.
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "event/codec.h"
#include "library/open_record.h"
#include "library/ordered_sending.h"
#include "library/unprojected.h"
#include "projection/bulk.h"
#include "tenure/tenure.h"

namespace tenure::library {

inline constexpr std::size_t kBatchEventsMax = 10'000;

class Appender {
 public:
  Appender(OpenRecord& record, const AppendOptions& options);

  // One structured CloudEvent. `line` is its number for the answer. False: no more is taken (a batch was refused, or a fault).
  bool Add(std::string json, std::int64_t line);
  // An event built from a struct.
  bool Add(const Event& event, std::int64_t line);
  // A line that can't even be given to the decoder.
  bool AddRefused(Error error, std::int64_t line);
  AppendReport Finish();

 private:
  struct Candidate {
    std::int64_t line = 0;
    std::string json;
    Event event;                 // without data_json; nothing if it can't be read, nor once the read model has it
    std::optional<Topic> topic;  // a retraction's is found with the whole batch in hand
    BatchOrder::Ties ties;       // on a log that others write to
    std::string key;
    std::optional<Error> error;
    std::optional<Position> first;    // of the copy that the record holds
    std::optional<std::size_t> twin;  // the copy earlier in this batch
    AppendState state = AppendState::kAppended;
  };

  // Names of the events of a batch, as they stand there.
  struct HashOfName {
    std::size_t operator()(const EventName* name) const;
  };
  struct SameName {
    bool operator()(const EventName* a, const EventName* b) const { return *a == *b; }
  };

  bool Take(Candidate candidate);
  void ExamineAll();
  void Examine(Candidate& candidate, event::Decoder& decoder) const;
  bool Flush();
  Status Settle();
  void SettleCopy(Candidate& candidate, std::size_t index, const std::optional<projection::ReadModel::Known>& known);
  Status SettleTopic(Candidate& candidate);
  Status SettleSuperseded(Candidate& candidate);
  Result<std::optional<Topic>> TopicOf(const EventName& name);
  void Ask(Candidate& candidate) const;
  static AppendCandidate ToAsk(const Candidate& candidate);  // REQUIRED: it has a topic
  bool Refuses() const;
  Result<std::vector<std::optional<projection::ReadModel::Known>>> KnownOf(const std::vector<const EventName*>& names) const;
  Status PutOffProjecting();
  Status PutOff(std::vector<log::NewRecord>& records, const std::vector<std::size_t>& whose, const log::Appended& appended);
  std::vector<history::Incoming> ToIncoming(std::vector<log::NewRecord>& records, const std::vector<std::size_t>& whose,
                                            const log::Appended& appended);
  Status CatchUp();
  Status Write();
  Status Learn(std::vector<log::NewRecord>& records, const std::vector<std::size_t>& whose, const log::Appended& appended);
  Result<log::Appended> AppendInOrder(const std::vector<log::NewRecord>& records, const std::vector<std::size_t>& whose);
  void Tell(bool written);

  OpenRecord& record_;
  AppendOptions options_;
  std::vector<Candidate> batch_;
  std::size_t batch_bytes_ = 0;
  std::unordered_map<const EventName*, std::size_t, HashOfName, SameName> in_batch_;  // name -> its first readable copy in batch_
  AppendReport report_;
  std::optional<OrderedSending> sending_;  // on such a log
  std::unique_ptr<projection::LoadingAhead> loading_;
  std::optional<Unprojected> unprojected_;  // while a first import is only written to the log: it is loaded at the end
  bool retracts_unseen_ = false;  // an event of this batch retracts one that hasn't come: the model has to be asked from now on
  PositionVector in_log_;         // ends of what this object appended
  std::int64_t taken_ = 0;
};

}  // namespace tenure::library
