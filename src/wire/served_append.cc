// Appending to a record behind a service: events in requests that it takes, and their reports put together.
#include <algorithm>
#include <istream>
#include <map>

#include "event/codec.h"
#include "event/json_writer.h"
#include "library/appender.h"
#include "library/json_read.h"
#include "library/lines.h"
#include "wire/reply_errors.h"
#include "wire/served_record.h"

namespace tenure::wire {
namespace {

constexpr std::size_t kBodyBytesMax = 60u << 20;       // a service takes 64 MiB
constexpr std::size_t kPartialBatchBytes = 16u << 20;  // as beside the record
constexpr const char* kRefusedByAll = "{}";            // stands for a line that is too long to be sent

// Of a request of which nobody knows what became.
Error Unknown(const Error& error, const char* hint) {
  return {"server_append_unknown", "what was sent may be in the record: " + error.reason, hint, Blame::kUnavailable};
}
constexpr const char* kAgain = "append it again with the same ids; what is there already does no harm";
constexpr const char* kLookFirst = "tenure dead-letters shows whether it is resolved";

// Of a reply that isn't the answer. What the service itself says stands as it is; behind what another says the events may be in.
Error Refusal(const Reply& reply, bool with_token, const char* hint) {
  const Error error = ErrorOf(reply, with_token);
  const bool of_service = error.code.rfind("server_", 0) != 0;
  return !of_service && (reply.status >= 500 || reply.status < 300) ? Unknown(error, hint) : error;
}

// Of a request that got no reply.
Error Lost(const Error& error, const char* hint) { return MayHaveArrived(error) ? Unknown(error, hint) : error; }

// One request: the lines of a part of the input, at the places where they stand in it.
class Part {
 public:
  bool Empty() const { return events_ == 0; }
  std::size_t Events() const { return events_; }
  std::size_t Bytes() const { return body_.size(); }
  // What the body has grown to with that line.
  std::size_t BytesWith(const library::Line& line) const { return body_.size() + Gap(line) + line.text.size() + 1; }

  void Add(library::Line line) {
    body_.append(Gap(line), '\n');
    if (Empty()) first_ = line.number;
    body_ += line.too_long ? kRefusedByAll : line.text;
    body_ += '\n';
    last_ = line.number;
    ++events_;
    if (line.too_long) too_long_.emplace(line.number, library::LineTooLong(line));
  }

  Request ToRequest(bool partial) {
    Target target("/v1/events");
    target.AddFlag("partial", partial).Add("first_line", first_ > 1 ? std::to_string(first_) : "");
    return {.method = "POST", .target = target.Text(), .content_type = "application/x-ndjson", .body = std::move(body_)};
  }

  // The service saw something else in their place.
  void NameTooLong(AppendReport& report) const {
    for (AppendedEvent& event : report.answer.events)
      if (const auto it = too_long_.find(event.line); it != too_long_.end() && event.error) event.error = it->second;
  }

 private:
  std::size_t Gap(const library::Line& line) const { return Empty() ? 0 : static_cast<std::size_t>(line.number - last_ - 1); }

  std::string body_;
  std::int64_t first_ = 1, last_ = 0;
  std::size_t events_ = 0;
  std::map<std::int64_t, Error> too_long_;
};

class Sending {
 public:
  Sending(Client& client, bool with_token, const AppendOptions& options)
      : client_(client), with_token_(with_token), options_(options) {}

  // False: no more is taken.
  bool Add(library::Line line) {
    if (part_.BytesWith(line) > kBodyBytesMax) {
      if (!options_.partial && !part_.Empty()) return Stop(TooLarge());
      if (!Send()) return false;
    }
    ++taken_;
    part_.Add(std::move(line));
    const bool full = part_.Events() >= library::kBatchEventsMax || (options_.partial && part_.Bytes() >= kPartialBatchBytes);
    return full ? Send() : true;
  }

  Result<AppendReport> Finish() {
    const bool stopped = error_ || report_.stopped || report_.fault;
    if (!stopped && (!part_.Empty() || report_.answer.token.empty())) Send();
    if (error_ && report_.answer.token.empty()) return tl::unexpected<Error>(*error_);
    if (error_) report_.fault = *error_;
    return std::move(report_);
  }

 private:
  bool Stop(Error error) {
    error_ = std::move(error);
    return false;
  }

  static Error TooLarge() {
    return {"server_batch_too_large",
            "all or nothing goes to a server in one request of at most " + std::to_string(kBodyBytesMax >> 20) +
                " MiB, and the next 10,000 events are larger",
            "append them with --partial, or in files of fewer events", Blame::kCaller};
  }

  // Also nothing, to be told the position.
  bool Send() {
    Part part = std::move(part_);
    part_ = {};
    auto reply = client_.Send(part.ToRequest(options_.partial));
    if (!reply) return Stop(Lost(reply.error(), kAgain));
    const bool taken = reply->status == 202 && reply->content_type == "application/json";
    const std::string_view json = taken ? std::string_view(reply->body) : ReportIn(*reply);
    if (json.empty()) return Stop(Refusal(*reply, with_token_, kAgain));
    AppendReport report;
    if (auto s = library::FromJson(json, report); !s) return Stop(Unknown(Malformed(s.error()), kAgain));
    part.NameTooLong(report);
    Put(std::move(report));
    if (options_.progress) options_.progress(taken_, 0);
    return !report_.stopped && !report_.fault;
  }

  void Put(AppendReport report) {
    AppendAnswer& all = report_.answer;
    all.token = std::move(report.answer.token);
    all.appended += report.answer.appended;
    all.duplicates += report.answer.duplicates;
    all.conflicts += report.answer.conflicts;
    all.refused += report.answer.refused;
    all.clock_behind = all.clock_behind || report.answer.clock_behind;
    for (AppendedEvent& event : report.answer.events)
      if (event.error || options_.list_all) all.events.push_back(std::move(event));
    report_.batches += report.batches;
    report_.stopped = report.stopped;
    report_.fault = std::move(report.fault);
  }

  Client& client_;
  const bool with_token_;
  const AppendOptions& options_;
  Part part_;
  AppendReport report_;
  std::optional<Error> error_;
  std::int64_t taken_ = 0;
};

std::string ResolutionJson(const DeadLetterResolution& resolution) {
  event::JsonWriter w;
  const auto member = [&w](std::string_view name, std::string_view text) {
    w.Key(name);
    w.String(text);
  };
  w.BeginObject();
  member("topic", TopicName(resolution.position.topic));
  w.Key("partition");
  w.Int(resolution.position.partition);
  w.Key("offset");
  w.Int(resolution.position.offset);
  member("resolution", resolution.replaced_by ? "replaced" : "void");
  if (resolution.replaced_by) {
    w.Key("replaced_by");
    w.BeginObject();
    member("source", resolution.replaced_by->source);
    member("id", resolution.replaced_by->id);
    w.EndObject();
  }
  member("reason", resolution.reason);
  member("actor", resolution.actor);
  w.EndObject();
  return w.Take();
}

}  // namespace

Result<AppendReport> ServedRecord::Append(std::istream& lines, const AppendOptions& options) {
  Sending sending(*client_, !access_.token.empty(), options);
  library::LineReader reader(lines, options.first_line);
  while (auto line = reader.Next())
    if (!sending.Add(std::move(*line))) break;
  return sending.Finish();
}

Result<ImportReport> ServedRecord::ImportCloudTrail(const std::vector<std::string>& paths, const ImportOptions& options) {
  AppendOptions each;
  each.partial = true;
  std::string position;
  library::ImportDoor door;
  door.recorded = [this](const std::vector<std::string>& keys) { return EventsAbout(keys); };
  door.append = [&](const std::vector<Event>& events) {
    Sending sending(*client_, !access_.token.empty(), each);
    for (std::size_t i = 0; i < events.size(); ++i) {
      std::string text = event::Encode(events[i]);
      const auto bytes = static_cast<std::int64_t>(text.size());
      if (!sending.Add({static_cast<std::int64_t>(i) + 1, std::move(text), false, bytes})) break;
    }
    auto report = sending.Finish();
    if (report) position = report->answer.token;
    return report;
  };
  door.position = [&]() -> Result<std::string> {
    if (!position.empty()) return position;
    auto none = Sending(*client_, !access_.token.empty(), each).Finish();
    if (!none) return tl::unexpected<Error>(none.error());
    return none->answer.token;
  };
  auto report = library::ImportCloudTrail(door, paths, options);
  if (report && report->fault && report->answer.token.empty()) return tl::unexpected<Error>(*report->fault);
  return report;
}

Result<AppendReport> ServedRecord::ResolveDeadLetter(const DeadLetterResolution& resolution) {
  auto reply = client_->Send({.method = "POST",
                              .target = "/v1/dead-letters/resolve",
                              .content_type = "application/json",
                              .body = ResolutionJson(resolution)});
  if (!reply) return tl::unexpected<Error>(Lost(reply.error(), kLookFirst));
  AppendReport report;
  const bool taken = reply->status == 202 && reply->content_type == "application/json";
  if (const std::string_view refused = ReportIn(*reply); !taken && !refused.empty()) {
    if (auto s = library::FromJson(refused, report); !s) return tl::unexpected<Error>(Malformed(s.error()));
    return report;
  }
  if (!taken) return tl::unexpected<Error>(Refusal(*reply, !access_.token.empty(), kLookFirst));
  if (auto s = library::FromJson(reply->body, report.answer); !s)
    return tl::unexpected<Error>(Unknown(Malformed(s.error()), kLookFirst));
  return report;
}

}  // namespace tenure::wire
