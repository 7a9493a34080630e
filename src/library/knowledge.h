#pragma once
// What a question's as_known_at resolves to: a position vector, the view over it, and what the answer's head says of it.
// Errors (kCaller): token_malformed, token_other_log, token_other_config; (kUnavailable): position_not_projected.
#include <memory>
#include <optional>
#include <string>

#include "history/facts.h"
#include "library/open_record.h"
#include "tenure/answer.h"

namespace tenure::library {

struct Knowledge {
  PositionVector vector;
  std::optional<RecordedTime> time;  // K if one was given, else the greatest recorded time in the vector
  bool closed = true;
  bool before_first = false;           // nothing is known yet at that K
  std::vector<TopicPartition> unread;  // partitions of the planes that hold records of which none is projected
  std::string token;
};

Result<Knowledge> ResolveKnowledge(OpenRecord& record, const AsKnownAt& as_known_at);

// Everything of the head that the questions themselves can't know. before_record is only ever raised.
Status FillHead(OpenRecord& record, const Knowledge& knowledge, AnswerHead& head);

}  // namespace tenure::library
