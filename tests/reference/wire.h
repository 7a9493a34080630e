#pragma once
// Events as CloudEvents JSON, written anew for tests: an independent witness of the codec. Valid UTF-8 in, one line out.
#include <map>
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
// The top-level members of a JSON object text, names and values as written; none of an empty text.
std::map<std::string, std::string> MembersOfObject(std::string_view object);
// RFC 7396. The result's names are in byte order; texts without needless spaces stay so.
std::string MergedJson(const std::string& target, const std::string& patch);

}  // namespace tenure::reference
