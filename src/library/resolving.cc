#include "library/resolving.h"

#include <algorithm>
#include <utility>

#include "event/codec.h"

namespace tenure::library {

Result<Event> MakeResolution(const OpenRecord& record, const DeadLetterResolution& resolution) {
  const Position& at = resolution.position;
  const std::string where =
      std::string(TopicName(at.topic)) + "/" + std::to_string(at.partition) + "@" + std::to_string(at.offset);
  if (resolution.reason.empty())
    return Fail("dead_letter_reason_missing", "no reason was given", "say why with --reason \"...\"", Blame::kCaller);
  auto letters = record.model->DeadLetters(record.model->Projected());
  if (!letters) return tl::unexpected<Error>(letters.error());
  const auto letter = std::find_if(letters->begin(), letters->end(), [&](const auto& one) { return one.position == at; });
  if (letter == letters->end() || letter->state != "open")
    return Fail("dead_letter_unknown", "no open dead letter or conflict stands at " + where, "tenure dead-letters lists them",
                Blame::kCaller);
  DeadLetterResolved data;
  data.position = at;
  data.resolution = resolution.replaced_by ? Resolution::kReplaced : Resolution::kVoid;
  data.replaced_by = resolution.replaced_by;
  data.reason = resolution.reason;
  Event event;
  event.name.source = resolution.source;
  event.time = record.now();
  event.name.id = "resolve:" + where + ":" + (data.replaced_by ? data.replaced_by->source + ":" + data.replaced_by->id : "void") +
                  ":" + std::to_string(event.time.us);
  event.payload = std::move(data);
  event.authid = resolution.actor;
  if (!resolution.actor.empty()) event.authtype = "user";
  return event::Complete(std::move(event));
}

}  // namespace tenure::library
