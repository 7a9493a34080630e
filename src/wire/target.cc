#include "wire/target.h"

#include "event/clock.h"
#include "library/written_ask.h"

namespace tenure::wire {

std::string Encoded(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    const auto byte = static_cast<unsigned char>(c);
    if (letter || c == '-' || c == '.' || c == '_' || c == '~') out += c;
    else out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

Target& Target::Add(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  text_ += any_ ? '&' : '?';
  text_ += std::string(name) + '=' + Encoded(value);
  any_ = true;
  return *this;
}

Target& Target::AddFlag(std::string_view name, bool value) { return Add(name, value ? "true" : ""); }

Target& Target::Add(std::string_view name, EffectiveTime time) { return Add(name, event::FormatTime(time.us)); }

Target& Target::Add(const EventsQuestion& question) {
  Add("source", question.source).Add("type", question.type);
  return Add("subject", question.subject).Add("actor", question.actor);
}

Target& Target::Add(const When& when) {
  if (when.as_of) Add("as_of", *when.as_of);
  if (when.during) Add("during", event::FormatTime(when.during->from.us) + "/" + event::FormatTime(when.during->until.us));
  return *this;
}

Target& Target::AddKnowledge(std::string_view name, const AsKnownAt& knowledge) {
  if (const auto* time = std::get_if<RecordedTime>(&knowledge)) return Add(name, event::FormatTime(time->us));
  if (const auto* token = std::get_if<std::string>(&knowledge)) return Add(name, *token);
  return *this;
}

Target& Target::Add(const Ask& ask) {
  Add(ask.when).AddKnowledge("as_known_at", ask.as_known_at).Add("cursor", ask.page.cursor);
  for (const EventName& name : ask.without) Add("without", library::WriteEventName(name));
  return ask.page.limit == Page{}.limit ? *this : Add("limit", std::to_string(ask.page.limit));
}

}  // namespace tenure::wire
