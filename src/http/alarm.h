#pragma once
// A time limit on reading that leaves the connection open. Private to connection.cc.
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <memory>

namespace tenure::http {

// Breaks off what a stream is reading once the time is up, so that its peer can be told why; the stream's own time limit would close it.
// Thread safety: used on the stream's event loop only, and ends before the stream does.
class Alarm {
 public:
  Alarm(boost::beast::tcp_stream& stream, std::int64_t ms) : state_(std::make_shared<State>(stream)) {
    stream.expires_never();
    Ring(state_, std::chrono::milliseconds(ms));
  }
  ~Alarm() {
    state_->stream = nullptr;
    state_->timer.cancel();
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  bool Rang() const { return state_->rang; }

 private:
  static constexpr std::chrono::milliseconds kRingAgain{50};

  struct State {
    explicit State(boost::beast::tcp_stream& s) : stream(&s), timer(s.get_executor()) {}
    boost::beast::tcp_stream* stream;  // nullptr = the alarm is gone
    boost::asio::steady_timer timer;
    bool rang = false;
  };

  // Again and again: between two reads there is nothing to break off.
  static void Ring(const std::shared_ptr<State>& state, std::chrono::milliseconds after) {
    state->timer.expires_after(after);
    state->timer.async_wait([state](const boost::system::error_code& error) {
      if (error || state->stream == nullptr) return;
      state->rang = true;
      state->stream->cancel();
      Ring(state, kRingAgain);
    });
  }

  const std::shared_ptr<State> state_;
};

}  // namespace tenure::http
