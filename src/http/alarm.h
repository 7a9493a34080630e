#pragma once
// A time limit on reading that leaves the connection open. Private to connection.cc.
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <memory>
#include <optional>

namespace tenure::http {

// Breaks off what a stream is reading once the time is up, so that its peer can be told why; the stream's own time limit would close it.
// One for a connection: its timer is left to run from request to request, and looks at the limit at hand when it ends.
// Thread safety: used on the stream's event loop only, and ends before the stream does.
class Alarm {
 public:
  explicit Alarm(boost::beast::tcp_stream& stream) : state_(std::make_shared<State>(stream)) {}
  ~Alarm() {
    state_->stream = nullptr;
    state_->timer.cancel();
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  void Set(std::int64_t ms) {
    state_->stream->expires_never();
    state_->rang = false;
    state_->limit = Clock::now() + std::chrono::milliseconds(ms);
    if (!state_->looks_at || *state_->looks_at > *state_->limit) Look(state_, *state_->limit);
  }
  // Whether it rang.
  bool Stop() {
    state_->limit.reset();
    return state_->rang;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kRingAgain{50};

  struct State {
    explicit State(boost::beast::tcp_stream& s) : stream(&s), timer(s.get_executor()) {}
    boost::beast::tcp_stream* stream;  // nullptr = the alarm is gone
    boost::asio::steady_timer timer;
    std::optional<Clock::time_point> limit, looks_at;  // when it is to ring, when the timer ends
    bool rang = false;
  };

  static void Look(const std::shared_ptr<State>& state, Clock::time_point at) {
    state->looks_at = at;
    state->timer.expires_at(at);
    state->timer.async_wait([state](const boost::system::error_code& error) {
      if (error || state->stream == nullptr) return;
      state->looks_at.reset();
      if (!state->limit) return;
      if (Clock::now() < *state->limit) return Look(state, *state->limit);
      state->rang = true;
      state->stream->cancel();
      Look(state, Clock::now() + kRingAgain);  // again and again: between two reads there is nothing to break off
    });
  }

  const std::shared_ptr<State> state_;
};

}  // namespace tenure::http
