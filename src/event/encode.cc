// An Event as one line of structured-mode JSON.
#include "event/codec.h"
#include "event/envelope.h"
#include "event/field_writer.h"

namespace tenure::event {
namespace {

void WriteData(JsonWriter& w, const Event& event) {
  w.Key("data");
  if (!event.data_json.empty()) return w.Raw(event.data_json);
  w.BeginObject();
  FieldWriter fields(w);
  // The table takes mutable references; writing changes nothing.
  std::visit([&](auto& e) { Fields(fields, e); }, const_cast<Payload&>(event.payload));
  w.EndObject();
}

}  // namespace

std::string Encode(const Event& event) {
  JsonWriter w;
  const auto add = [&](const char* name, std::string_view value) {
    if (!value.empty()) w.Key(name), w.String(value);
  };
  w.BeginObject();
  add("specversion", "1.0");
  add("source", event.name.source), add("id", event.name.id);
  add("type", TypeName(event.Type())), add("time", FormatTime(event.time.us));
  add("subject", event.subject.value_or(""));
  add("authtype", event.authtype), add("authid", event.authid), add("controlowner", event.controlowner);
  add("correlationid", event.correlationid), add("causationid", event.causationid), add("recordedtime", event.recordedtime);
  if (!event.supersedes.empty()) add("supersedes", SupersedesText(event.supersedes));
  WriteData(w, event);
  w.EndObject();
  return w.Take();
}

Result<Event> Complete(Event event) {
  Decoder decoder;
  return decoder.Decode(Encode(event));
}

}  // namespace tenure::event
