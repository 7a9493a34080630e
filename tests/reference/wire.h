#pragma once
// Events as CloudEvents JSON, written anew for tests: an independent witness of the codec. Valid UTF-8 in, one line out.
#include <optional>
#include <string>
#include <string_view>

#include "tenure/event.h"

namespace tenure::reference {

// "tenure.grant.issued.v1"
std::string_view TypeNameOf(EventType type);
// `data` of an event, members in alphabetical order, no spaces.
std::string DataJson(const Payload& payload);
// The event in structured mode. `data_json` is written as it is when present.
std::string EventJson(const Event& event);
// Equal for equal content (type, subject, time, data, extensions but recordedtime), different otherwise; not the log's SHA-256.
Hash256 PlainContentHash(const Event& event);

std::string TimeText(EffectiveTime time);       // 2023-07-10T09:00:00Z, fraction digits as needed
std::string JsonString(std::string_view text);  // quoted and escaped
// The text of a top-level member of a JSON object text, as written; nothing if absent (or if `object` is empty).
std::optional<std::string> MemberOfObject(std::string_view object, std::string_view name);

}  // namespace tenure::reference
