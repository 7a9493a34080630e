#pragma once
// The CloudEvents envelope around `data`: its attributes, read and held to the rules that need no knowledge of the type.
//
// The views point into the parsed document and live as long as it. Not thread safe.
#include <simdjson.h>

#include <optional>
#include <string_view>
#include <vector>

#include "tenure/event.h"
#include "tenure/result.h"

namespace tenure::event {

// An attribute that is absent is an empty view; none is empty on the wire.
struct Envelope {
  std::string_view specversion, source, id, type, time, subject;
  std::string_view authtype, authid, controlowner, correlationid, causationid, recordedtime, supersedes, contenttype;
  std::optional<simdjson::dom::object> data;
};

// Errors: event_attribute_*, event_data_*, event_specversion, event_content_type.
Result<Envelope> ReadEnvelope(simdjson::dom::object root);
// The names in `supersedes`, in their order; empty if the attribute is absent. Error: event_supersedes. The parser is another than
// the one whose document the envelope points into.
Result<std::vector<EventName>> ReadSupersedes(const Envelope& envelope, simdjson::dom::parser& parser);
// The attribute `supersedes` as tenure writes it, and as it enters the content hash: white space and the order of members mean nothing.
std::string SupersedesText(const std::vector<EventName>& names);

}  // namespace tenure::event
