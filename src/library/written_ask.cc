#include "library/written_ask.h"

#include <charconv>

#include "event/clock.h"
#include "event/json_reader.h"
#include "event/json_writer.h"

namespace tenure::library {
namespace {

struct Lag {
  bool records = true;  // else seconds
  std::int64_t most = 0;
};

std::optional<Lag> ParseLag(std::string_view text) {
  Lag lag;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), lag.most);
  if (error != std::errc{} || lag.most < 0) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit.empty()) return lag;
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {{"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}};
  for (const auto& [name, seconds] : kUnits)
    if (unit == name && lag.most <= 1'000'000'000) return Lag{false, lag.most * seconds};
  return std::nullopt;
}

// A token is anything that doesn't look like a time; a time that is wrong must be told as one.
bool LooksLikeTime(std::string_view text) {
  if (text.substr(0, 3) == "now") return true;
  constexpr std::string_view kShape = "0000-00-00";
  if (text.size() < kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i)
    if (kShape[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != '-') return false;
  return true;
}

std::string Named(std::string_view option, Spelling spelling) {
  std::string name(option);
  if (spelling == Spelling::kOptions) return "--" + name;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}

Result<Interval> ReadWindow(const std::string& name, const std::string& text, EffectiveTime now) {
  const auto slash = text.find('/');
  if (slash == std::string::npos)
    return Fail("during_malformed", "\"" + text + "\" is not a window",
                "write " + name + " FROM/UNTIL, such as 2023-07-10/2023-07-11", Blame::kCaller);
  auto from = ReadMoment(name, text.substr(0, slash), now);
  if (!from) return tl::unexpected<Error>(from.error());
  auto until = ReadMoment(name, text.substr(slash + 1), now);
  if (!until) return tl::unexpected<Error>(until.error());
  return Interval{*from, *until};
}

}  // namespace

Result<EffectiveTime> ReadMoment(const std::string& name, const std::string& text, EffectiveTime now) {
  auto time = event::ParseQuestionTime(text, now);
  if (time) return time;
  Error error = time.error();
  error.reason = name + " " + error.reason;
  error.blame = Blame::kCaller;
  return tl::unexpected<Error>(error);
}

Result<EventName> ReadEventName(const std::string& name, const std::string& text) {
  std::optional<EventName> event;
  if (!text.empty() && text.front() == '{') {
    const auto json = event::JsonValue::Parse(text);
    const auto source = json && json->IsObject() ? json->Get("source") : std::nullopt;
    const auto id = json && json->IsObject() ? json->Get("id") : std::nullopt;
    if (source && id && source->IsString() && id->IsString()) event = EventName{source->AsString(), id->AsString()};
  } else if (const auto comma = text.find(','); comma != std::string::npos && text.find(',', comma + 1) == std::string::npos) {
    event = EventName{text.substr(0, comma), text.substr(comma + 1)};
  }
  if (event && !event->source.empty() && !event->id.empty()) return *event;
  return Fail("event_name_malformed", name + " \"" + text + "\" names no event",
              "write " + name + R"( SOURCE,ID; where one of them holds a comma, {"source":"...","id":"..."})", Blame::kCaller);
}

std::string WriteEventName(const EventName& event) {
  const auto plain = [](const std::string& text) { return text.find(',') == std::string::npos; };
  if (plain(event.source) && plain(event.id) && event.source.front() != '{') return event.source + ',' + event.id;
  event::JsonWriter w;
  w.BeginObject();
  w.Key("source"), w.String(event.source);
  w.Key("id"), w.String(event.id);
  w.EndObject();
  return w.Take();
}

Result<AsKnownAt> ReadKnowledge(const std::string& name, const std::string& text, EffectiveTime now) {
  if (text.empty()) return AsKnownAt{};
  if (!LooksLikeTime(text)) return AsKnownAt{text};
  auto time = ReadMoment(name, text, now);
  if (!time) return tl::unexpected<Error>(time.error());
  return AsKnownAt{RecordedTime{time->us}};
}

Status CheckBrief(const GivenBeside& beside, Spelling spelling) {
  for (const auto& [name, given] : beside)
    if (given)
      return Fail("detail_too_brief", "a brief answer can't tell what " + Named(name, spelling) + " asks for",
                  "leave it out, or ask for the full answer", Blame::kCaller);
  return {};
}

Status CheckBrief(const IdentitiesQuestion& question, Spelling spelling) {
  const GivenBeside beside = {
      {"type", !question.type.empty()}, {"owner", !question.owner.empty()}, {"unowned", question.unowned}};
  if (auto s = CheckBrief(beside, spelling); !s) return s;
  if (question.status == "active") return {};
  return Fail(
      "detail_too_brief", "a brief answer lists the identities that were active, and no others",
      "ask with " + Named("status", spelling) + (spelling == Spelling::kOptions ? " " : "=") + "active, or for the full answer",
      Blame::kCaller);
}

Status CheckLag(const std::string& max_lag, Spelling spelling) {
  if (max_lag.empty() || ParseLag(max_lag)) return {};
  return Fail("max_lag_malformed", "\"" + max_lag + "\" is not a lag",
              "write records (" + Named("max-lag", spelling) + " 0) or a time (30s, 5m, 2h)", Blame::kCaller);
}

Result<Ask> ReadAsk(const WrittenAsk& written, Spelling spelling, EffectiveTime now) {
  Ask ask;
  if (!written.as_of.empty()) {
    auto time = ReadMoment(Named("as-of", spelling), written.as_of, now);
    if (!time) return tl::unexpected<Error>(time.error());
    ask.when.as_of = *time;
  }
  if (!written.during.empty()) {
    auto window = ReadWindow(Named("during", spelling), written.during, now);
    if (!window) return tl::unexpected<Error>(window.error());
    ask.when.during = *window;
  }
  auto knowledge = ReadKnowledge(Named("as-known-at", spelling), written.as_known_at, now);
  if (!knowledge) return tl::unexpected<Error>(knowledge.error());
  ask.as_known_at = std::move(*knowledge);
  if (auto s = CheckLag(written.max_lag, spelling); !s) return tl::unexpected<Error>(s.error());
  ask.page = {written.limit, written.cursor};
  for (const std::string& text : written.without) {
    auto name = ReadEventName(Named("without", spelling), text);
    if (!name) return tl::unexpected<Error>(name.error());
    ask.without.push_back(std::move(*name));
  }
  return ask;
}

Result<DiffQuestion> ReadDiff(const WrittenDiff& diff, const Ask& ask, Spelling spelling, EffectiveTime now) {
  const auto named = [&](const char* option) { return Named(option, spelling); };
  const bool effective = !diff.from.empty() && !diff.to.empty(), known = !diff.known_from.empty() && !diff.known_to.empty();
  const bool some_effective = !diff.from.empty() || !diff.to.empty();
  const bool some_known = !diff.known_from.empty() || !diff.known_to.empty();
  const bool without = !some_effective && !some_known && !ask.without.empty();
  if (without) return DiffQuestion{diff.ref, std::nullopt, {}, {}, true};
  if (effective == known || (effective && some_known) || (known && some_effective))
    return Fail("diff_malformed", "a difference has two sides",
                "give " + named("from") + " and " + named("to") + ", or " + named("known-from") + " and " + named("known-to") +
                    ", or " + named("without"),
                Blame::kCaller);
  if (known) {
    if (!std::holds_alternative<std::monostate>(ask.as_known_at))
      return Fail("diff_malformed", named("as-known-at") + " has no meaning between two knowledges", "leave it out",
                  Blame::kCaller);
    auto before = ReadKnowledge(named("known-from"), diff.known_from, now);
    if (!before) return tl::unexpected<Error>(before.error());
    auto after = ReadKnowledge(named("known-to"), diff.known_to, now);
    if (!after) return tl::unexpected<Error>(after.error());
    return DiffQuestion{diff.ref, std::nullopt, std::move(*before), std::move(*after)};
  }
  if (ask.when.as_of || ask.when.during)
    return Fail("diff_malformed", named("as-of") + " and " + named("during") + " have no meaning between two moments",
                "leave them out", Blame::kCaller);
  auto from = ReadMoment(named("from"), diff.from, now);
  if (!from) return tl::unexpected<Error>(from.error());
  auto to = ReadMoment(named("to"), diff.to, now);
  if (!to) return tl::unexpected<Error>(to.error());
  return DiffQuestion{diff.ref, Interval{*from, *to}, {}, {}};
}

Result<DiffAnswer> AnswerDiff(Tenure& tenure, const DiffQuestion& question, const Ask& ask) {
  if (question.without) return tenure.DiffWithout(question.ref, ask);
  if (question.moments) return tenure.DiffEffective(question.ref, question.moments->from, question.moments->until, ask);
  return tenure.DiffKnown(question.ref, question.known_from, question.known_to, ask);
}

bool TooFarBehind(const AnswerHead& head, std::string_view max_lag) {
  const auto lag = ParseLag(max_lag);
  return lag && (lag->records ? head.behind_records : head.behind_seconds) > lag->most;
}

}  // namespace tenure::library
