#pragma once
// One CloudTrail record, mapped: what it changes, that a power was used, or nothing.
//
// The mapping is a function of the record alone, so the same record gives the same events in every import. Events are complete
// (checked by the codec, hashed); a record of which one event fails is refused as a whole. The mapping in full:
// docs/reference/cloudtrail.md. Thread safety: one thread a mapper.
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "connect/causal_order.h"
#include "connect/iam_change.h"
#include "tenure/event.h"
#include "tenure/result.h"

namespace tenure::connect {

inline constexpr std::string_view kCloudTrailSourcePrefix = "aws.cloudtrail/";

struct Ignored {
  std::string kind;
};
struct MappedRecord {
  std::variant<Ignored, Event, ChangeRecord> what;  // Event: an access.used
  std::vector<Remark> remarks;
  std::string managed_policy;  // see IamChange
  EffectiveTime time;
};

class RecordMapper {
 public:
  // usage false: calls that change nothing are ignored under "usage".
  explicit RecordMapper(bool usage) : usage_(usage) {}
  // Errors: json_malformed, record_incomplete (no id, time, account or name), event_* and reference_* of the codec.
  Result<MappedRecord> Map(std::string_view record_json) const;

 private:
  struct Call;
  Result<MappedRecord> MapUsage(const Call& call) const;
  static Result<MappedRecord> MapChange(const Call& call, IamChangeMaker maker);
  const bool usage_;
};

// The event with `members` added to its data, completed anew. Values are text.
Result<Event> CompleteWith(Event event, const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace tenure::connect
