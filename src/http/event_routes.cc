// /v1/events: adding to the record, and reading it as pages (JSON), as a stream of lines (NDJSON) or as server-sent events.
#include <algorithm>
#include <set>
#include <sstream>

#include "event/binary_mode.h"
#include "event/codec.h"
#include "http/asking.h"
#include "library/json.h"

namespace tenure::http {
namespace {

constexpr std::size_t kChunkBytes = 64 << 10;
// Of one request: each has its line in the answer.
constexpr std::size_t kEventsMax = 100'000;
constexpr std::int64_t kFirstLineMost = 1'000'000'000'000;
constexpr std::string_view kNdjson = "application/x-ndjson", kEventStream = "text/event-stream", kJson = "application/json";

// --- reading

// What Accept asks for: the first of the three that it names; lines if it leaves the choice.
std::string_view FormOf(const Request& request) {
  const std::string* accept = request.Find("accept");
  if (accept == nullptr) return kNdjson;
  for (const std::string_view form : {kEventStream, kJson, kNdjson})
    if (accept->find(form) != std::string::npos) return form;
  return accept->find("*/*") != std::string::npos ? kNdjson : std::string_view();
}

bool IsOfAPage(std::string_view parameter) {
  return parameter == "limit" || parameter == "cursor" || parameter == "as_known_at" || parameter == "at_least" ||
         parameter == "wait" || parameter == "max_lag";
}

class EventStream : public Stream {
 public:
  EventStream(Service::Asker asker, std::unique_ptr<EventFeed> feed, bool as_events, bool follow)
      : asker_(std::move(asker)), feed_(std::move(feed)), as_events_(as_events), follow_(follow) {}

  Result<std::optional<std::string>> More() override {
    std::string chunk;
    while (chunk.size() < kChunkBytes) {
      auto row = feed_->Next();
      if (!row) return tl::unexpected<Error>(row.error());
      if (!row->has_value()) break;
      ++rows_;
      if (as_events_) chunk += "id: " + feed_->Reached() + "\nevent: event\ndata: ";
      chunk += library::ToJson(**row) + (as_events_ ? "\n\n" : "\n");
    }
    if (chunk.empty() && !follow_) return std::optional<std::string>();
    return std::optional(std::move(chunk));
  }
  bool Endless() const override { return follow_; }
  // The id makes a resumed stream go on here, and not before all that didn't match.
  std::string Heartbeat() const override { return as_events_ ? "id: " + feed_->Reached() + "\n: alive\n\n" : "\n"; }
  std::int64_t Rows() const override { return rows_; }

 private:
  Service::Asker asker_;  // outlives the feed
  std::unique_ptr<EventFeed> feed_;
  const bool as_events_, follow_;
  std::int64_t rows_ = 0;
};

Response Streamed(Call& call, const EventsQuestion& question, bool as_events) {
  auto follow = call.parameters.TakeFlag("follow");
  if (!follow) return Problem(follow.error(), "follow");
  std::string after = call.parameters.Take("after");
  if (const std::string* last = call.request.Find("last-event-id"); last != nullptr && as_events) after = *last;
  library::WrittenAsk written;
  written.as_of = call.parameters.Take("as_of");
  written.during = call.parameters.Take("during");
  if (auto all = call.parameters.AllTaken(); !all) {
    Error error = all.error();
    if (IsOfAPage(FieldOf(error))) error.hint = "a stream has no pages: for those send Accept: application/json";
    return Problem(error, FieldOf(error));
  }
  auto ask = library::ReadAsk(written, library::Spelling::kParameters, call.now);
  if (!ask) return Problem(ask.error(), FieldOf(ask.error()));
  auto asker = call.service.Borrow();
  auto feed = asker->Feed(question, ask->when, after);
  if (!feed) return Problem(feed.error(), feed.error().code.rfind("token_", 0) == 0 ? "after" : "type");
  Response response;
  response.content_type = as_events ? kEventStream : kNdjson;
  response.fields.push_back({"Cache-Control", "no-store"});
  response.question = "events";
  response.when = ask->when;
  response.position = (*feed)->Reached();
  response.stream = std::make_unique<EventStream>(std::move(asker), std::move(*feed), as_events, *follow || as_events);
  return response;
}

Response Events(Call& call) {
  EventsQuestion question;
  question.source = call.parameters.Take("source");
  question.type = call.parameters.Take("type");
  question.subject = call.parameters.Take("subject");
  question.actor = call.parameters.Take("actor");
  const std::string_view form = FormOf(call.request);
  if (form.empty())
    return Problem(Error{"not_acceptable", "events come as JSON, NDJSON or server-sent events",
                         "send Accept: application/json, application/x-ndjson or text/event-stream", Blame::kCaller},
                   "Accept");
  if (form != kJson) return Streamed(call, question, form == kEventStream);
  return Answered(
      call, [&](Tenure& tenure, const Ask& ask) { return tenure.Events(question, ask); },
      [](const EventsAnswer& answer) {
        return std::pair(library::ToJson(answer), static_cast<std::int64_t>(answer.rows.size()));
      },
      Back::kGranted);
}

// --- adding

event::Headers HeadersOf(const Request& request) {
  event::Headers headers;
  for (const Field& field : request.fields) headers.emplace_back(field.name, field.value);
  return headers;
}

// The events of the body as structured JSON texts; a problem if the body is none.
struct Body {
  std::vector<std::string> texts;
  bool lines = false;  // texts is empty: the body is NDJSON
  std::optional<Response> problem;
};

Response TooMany() {
  return Problem(Error{"batch_too_large", "more than " + std::to_string(kEventsMax) + " events are too many for one request",
                       "send them in parts", Blame::kCaller});
}

Body Read(const Request& request) {
  const std::string type = request.ContentType();
  const auto headers = HeadersOf(request);
  if (type == "application/cloudevents+json") return {{request.body}, false, {}};
  if (type == kNdjson || type == "application/ndjson") {
    if (std::count(request.body.begin(), request.body.end(), '\n') > static_cast<std::ptrdiff_t>(kEventsMax))
      return {{}, true, TooMany()};
    return {{}, true, {}};
  }
  if (type == "application/cloudevents-batch+json") {
    auto elements = event::ElementsOf(request.body);
    if (elements && elements->size() > kEventsMax) return {{}, false, TooMany()};
    if (elements) return {std::move(*elements), false, {}};
    return {{},
            false,
            Problem(422, Error{"batch_malformed", "the body can't be read as a JSON array",
                               "send an array of CloudEvents, in well-formed JSON"})};
  }
  if (event::IsBinaryMode(headers, event::Carrier::kHttp)) {
    auto text = event::FromBinaryMode(headers, request.body, event::Carrier::kHttp);
    if (text) return {{std::move(*text)}, false, {}};
    return {{}, false, Problem(text.error())};
  }
  return {{},
          false,
          Problem(Error{"media_type_unsupported", type.empty() ? "the request says no Content-Type" : "Content-Type is " + type,
                        "send application/cloudevents+json, application/cloudevents-batch+json or application/x-ndjson, or an "
                        "event in binary mode (ce-specversion, ce-id, …)",
                        Blame::kCaller},
                  "Content-Type")};
}

bool AllRefusedAs(const AppendReport& report, std::string_view code) {
  return std::all_of(report.answer.events.begin(), report.answer.events.end(),
                     [&](const AppendedEvent& e) { return e.error && e.error->code == code; });
}

Response Outcome(const AppendReport& report, bool partial) {
  const AppendAnswer& answer = report.answer;
  if (report.fault) return Problem(*report.fault);
  const bool some_in = answer.appended + answer.duplicates > 0;
  if (answer.refused + answer.conflicts == 0 || (partial && some_in)) return Json(library::ToJson(report), 202);
  const std::string counts = std::to_string(answer.refused) + " refused, " + std::to_string(answer.conflicts) + " in conflict";
  const std::string hint = report.batches > 0 && !partial
                               ? "the batches of 10,000 before the first with something wrong are in the record"
                           : partial ? "nothing was appended: correct what is listed"
                                     : "nothing was appended: correct what is listed, or send the rest with ?partial=true";
  if (AllRefusedAs(report, "not_authorised"))
    return Refused(403, {"not_authorised", counts, "use the token of that source's producer", Blame::kCaller}, report);
  if (answer.refused == 0) return Refused(409, {"event_conflict", counts, hint}, report);
  return Refused(422, {"events_refused", counts, hint}, report);
}

// For the audit: which events somebody sent, whether they were taken or not.
class Attempted {
 public:
  void Add(const AppendCandidate& event) {
    if (events_++ == 0) first_ = event.name.id;
    if (sources_.size() < kToldMost) sources_.insert(event.name.source);
    topics_.insert(TopicName(event.topic));
  }
  std::vector<Field> Told() const {
    if (events_ == 0) return {};
    return {
        {"events", std::to_string(events_)}, {"sources", Joined(sources_)}, {"topics", Joined(topics_)}, {"first_id", first_}};
  }

 private:
  static constexpr std::size_t kToldMost = 16;
  template <class Texts>
  static std::string Joined(const Texts& texts) {
    std::string all;
    for (const auto& text : texts) all.append(all.empty() ? "" : ", ").append(text);
    return all;
  }

  std::int64_t events_ = 0;
  std::string first_;
  std::set<std::string> sources_;
  std::set<std::string_view> topics_;
};

Response Append(Call& call) {
  if (auto may = MayAppendAny(call.caller); !may) return Problem(may.error());
  auto partial = call.parameters.TakeFlag("partial");
  if (!partial) return Problem(partial.error(), "partial");
  auto first_line = call.parameters.TakeNumber("first_line", 1, 1, kFirstLineMost);
  if (!first_line) return Problem(first_line.error(), "first_line");
  if (auto all = call.parameters.AllTaken(); !all) return Problem(all.error(), FieldOf(all.error()));
  Body body = Read(call.request);
  if (body.problem) return std::move(*body.problem);
  AppendOptions options;
  options.partial = *partial;
  options.list_all = true;
  options.first_line = *first_line;
  options.verified_writer = call.caller.name;
  Attempted attempted;
  options.allow = [&](const AppendCandidate& event) {
    attempted.Add(event);
    return MayAppend(call.caller, event);
  };
  auto report = call.service.Write([&](Tenure& writer) {
    if (!body.lines) return writer.AppendTexts(body.texts, options);
    std::istringstream lines(call.request.body);
    return writer.Append(lines, options);
  });
  if (!report) return Problem(report.error());
  call.service.Counts().Appended(report->answer);
  Response response = Outcome(*report, *partial);
  response.asked = attempted.Told();
  response.rows = report->answer.appended + report->answer.duplicates;
  response.position = report->answer.token;
  return response;
}

}  // namespace

std::vector<Route> EventRoutes() {
  return {{"GET", "/v1/events", Scope::kEvents, Events, false, "events"},
          {"POST", "/v1/events", Scope::kNone, Append, false, "append"}};
}

}  // namespace tenure::http
