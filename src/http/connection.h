#pragma once
// One connection: requests read one after the other within limits, and their answers written. Private to src/http; Boost.Beast is known
// here, in server.cc and in client.cc alone.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <functional>

#include "http/server.h"

namespace tenure::http {

// What the connections of a server share.
struct Conversation {
  const Router& router;
  Metrics& metrics;
  const ServerLimits limits;
  boost::asio::thread_pool& workers;
  const AccessSink access;
  std::atomic<int> in_flight = 0, waiting = 0;
  std::atomic<std::int64_t> bodies_bytes = 0, answers_bytes = 0;  // held for the connections, see ServerLimits::held_bytes
  std::atomic<bool> draining = false;
};

// What the server needs of a connection to end it: while it only waits for a request it may be closed, which does nothing if one is there.
struct Session {
  bool waiting = true;
  std::function<void()> close;
};

using PlainStream = boost::beast::tcp_stream;
using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

// Until either side ends it. The handshake, for TLS, is done.
boost::asio::awaitable<void> Converse(PlainStream& stream, Conversation& all, Session& session, Peer peer);
boost::asio::awaitable<void> Converse(TlsStream& stream, Conversation& all, Session& session, Peer peer);
// Says that there is no room, and ends.
boost::asio::awaitable<void> TurnAway(PlainStream& stream, Conversation& all);

}  // namespace tenure::http
