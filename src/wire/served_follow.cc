// Following a record behind a service: server-sent events, gone on with where a connection was lost.
#include <algorithm>
#include <chrono>
#include <thread>

#include "library/json_read.h"
#include "wire/event_stream.h"
#include "wire/reply_errors.h"
#include "wire/served_record.h"

namespace tenure::wire {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPauseFirst{1'000}, kPauseMost{30'000}, kSlice{50};

const Error kEnded{"server_answer_cut", "the server has ended the stream", "", Blame::kUnavailable};

// False when nobody waits any more.
bool Pause(milliseconds length, const std::function<bool()>& go_on) {
  const auto until = std::chrono::steady_clock::now() + length;
  while (go_on()) {
    if (std::chrono::steady_clock::now() >= until) return true;
    std::this_thread::sleep_for(kSlice);
  }
  return false;
}

Error Again(const Error& error) { return {error.code, error.reason, "it is tried again, and goes on where it was", error.blame}; }

}  // namespace

tenure::Status ServedRecord::Follow(const EventsQuestion& question, const Ask& ask,
                                    const std::function<bool(const EventRow&)>& each, const std::function<bool()>& go_on) {
  Request request{.target = Target("/v1/events").Add(question).Add(ask.when).Text(), .accept = "text/event-stream"};
  bool wanted = true, began = false, told = false;
  std::optional<Error> wrong;
  milliseconds pause = kPauseFirst;
  while (go_on()) {
    EventStream events([&](const std::string& data) {
      EventRow row;
      if (HoldsToken(access_, data))
        wrong = Error{"server_repeats_token", "an event holds the token that was sent", "", Blame::kFault};
      else if (auto read = library::FromJson(data, row); !read) wrong = Malformed(read.error());
      wanted = !wrong && each(row);
      return wanted;
    });
    const auto take = [&](std::string_view bytes) {
      began = true, told = false, pause = kPauseFirst;
      return events.Add(bytes);
    };
    const auto ended = client_->Stream(request, take, go_on);
    if (events.TooLong()) wrong = Malformed({"", "a line of the stream is longer than any event", "", Blame::kFault});
    if (wrong) return tl::unexpected<Error>(*wrong);
    if (!wanted || !go_on()) return {};
    if (!events.Reached().empty()) request.last_event_id = events.Reached();
    const bool streamed = ended && ended->status == 200 && ended->content_type == request.accept;
    const Error error = streamed ? kEnded : ended ? ErrorOf(*ended, !access_.token.empty()) : ended.error();
    began = began || streamed;
    if (!began || error.blame != Blame::kUnavailable) return tl::unexpected<Error>(error);
    if (!told && access_.say) access_.say(Again(error));
    told = true;
    if (!Pause(pause, go_on)) break;
    pause = std::min(pause * 2, kPauseMost);
  }
  return {};
}

}  // namespace tenure::wire
