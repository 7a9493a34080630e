#include "http/connection.h"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <random>

#include "http/problem.h"

namespace tenure::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t kRequestIdBytesMax = 128, kDrainedBytesMax = 1 << 20, kPathBytesTold = 2048, kMethodBytesTold = 32;
constexpr milliseconds kDrainFor{2'000};

auto Into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

std::string NewRequestId() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  constexpr char kHex[] = "0123456789abcdef";
  std::string id;
  for (int word = 0; word < 2; ++word)
    for (std::uint64_t bits = random(), i = 0; i < 16; ++i, bits >>= 4) id += kHex[bits & 15];
  return id;
}

std::string RequestIdOf(const Request& request) {
  const std::string* sent = request.Find("x-request-id");
  const bool usable = sent != nullptr && !sent->empty() && sent->size() <= kRequestIdBytesMax &&
                      std::all_of(sent->begin(), sent->end(), [](char c) { return c > ' ' && c < 0x7f; });
  return usable ? *sent : NewRequestId();
}

Request ToRequest(wire::request<wire::string_body>&& message, const Peer& peer) {
  Request request;
  request.method = std::string(message.method_string());
  const std::string target(message.target());
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) request.query = target.substr(question + 1);
  for (const auto& field : message) request.fields.push_back({std::string(field.name_string()), std::string(field.value())});
  request.body = std::move(message.body());
  request.peer = peer;
  request.id = RequestIdOf(request);
  return request;
}

bool ExpectsContinue(const wire::request<wire::string_body>& message) {
  return beast::iequals(message[wire::field::expect], "100-continue");
}

// What can be said of a request that could not be read; nothing to a peer that just left.
std::optional<Response> ReasonOf(const error_code& error, bool anything_read) {
  if (error == wire::error::header_limit)
    return Problem(Error{"fields_too_large", "the request's head is too large", "send fewer or shorter fields", Blame::kCaller});
  if (error == wire::error::body_limit)
    return Problem(Error{"body_too_large", "the body is too large", "send it in parts; see docs/operating", Blame::kCaller});
  if (error == beast::error::timeout) {
    if (!anything_read) return std::nullopt;
    return Problem(Error{"request_too_slow", "the request did not come within the time", "send it in one go", Blame::kCaller});
  }
  if (error == wire::error::end_of_stream || error == wire::error::partial_message) return std::nullopt;
  if (error.category() != make_error_code(wire::error::bad_method).category()) return std::nullopt;
  return Problem(Error{"request_malformed", "the request is no HTTP/1.1: " + error.message(), "see RFC 9112", Blame::kCaller});
}

template <class Body>
void FillHead(wire::response<Body>& message, const Response& response, const std::string& request_id, bool keep) {
  message.result(static_cast<unsigned>(response.status));
  message.version(11);
  message.keep_alive(keep);
  if (response.status != 304) message.set(wire::field::content_type, response.content_type);
  for (const Field& field : response.fields) message.set(field.name, field.value);
  message.set("X-Content-Type-Options", "nosniff");
  if (!request_id.empty()) message.set("X-Request-ID", request_id);
}

template <class Stream>
class Talk {
 public:
  Talk(Stream& stream, Conversation& all, Session& session, Peer peer)
      : stream_(stream), all_(all), session_(session), peer_(std::move(peer)) {}

  asio::awaitable<void> Run() {
    while (true) {
      wire::request_parser<wire::string_body> parser;
      parser.header_limit(static_cast<std::uint32_t>(all_.limits.fields_bytes));
      parser.body_limit(static_cast<std::uint64_t>(all_.limits.body_bytes));
      if (!co_await ReadRequest(parser)) break;
      begun_ = std::chrono::steady_clock::now();
      const bool old = parser.get().version() < 11;
      const bool wants_more = parser.get().keep_alive();
      const Request request = ToRequest(parser.release(), peer_);
      Response response = co_await Respond(request);
      if (response.stream) {
        std::int64_t bytes = 0;
        const bool whole = co_await WriteStream(request, response, old, bytes);
        Tell(request, response, bytes, whole);
        break;
      }
      const bool keep = wants_more && !all_.draining;
      const bool whole = co_await Write(request, response, keep);
      Tell(request, response, request.method == "HEAD" ? 0 : static_cast<std::int64_t>(response.body.size()), whole);
      if (!whole || !keep) break;
    }
    co_await End();
  }

 private:
  asio::awaitable<bool> ReadRequest(wire::request_parser<wire::string_body>& parser) {
    error_code error;
    Within(all_.limits.read_timeout_ms);
    session_.waiting = buffer_.size() == 0;
    co_await wire::async_read_header(stream_, buffer_, parser, Into(error));
    session_.waiting = false;
    if (!error && ExpectsContinue(parser.get())) {
      wire::response<wire::empty_body> go_on(wire::status::continue_, 11);
      co_await wire::async_write(stream_, go_on, Into(error));
    }
    if (!error) {
      Within(all_.limits.body_timeout_ms);
      co_await wire::async_read(stream_, buffer_, parser, Into(error));
    }
    if (!error) co_return true;
    if (auto reason = ReasonOf(error, parser.got_some() || buffer_.size() > 0)) {
      Within(all_.limits.read_timeout_ms);
      Request unread;
      unread.id = NewRequestId();
      unread.peer = peer_;
      begun_ = std::chrono::steady_clock::now();
      const bool whole = co_await Write(unread, *reason, false);
      Tell(unread, *reason, static_cast<std::int64_t>(reason->body.size()), whole);
      co_await Drain();
    }
    co_return false;
  }

  asio::awaitable<Response> Respond(const Request& request) {
    const Route* route = all_.router.Find(request);
    if (route == nullptr || route->quick) co_return all_.router.Answer(request);
    if (all_.in_flight.fetch_add(1) >= all_.limits.in_flight) {
      all_.in_flight.fetch_sub(1);
      all_.metrics.Turned("in_flight");
      co_return Problem(503,
                        Error{"too_busy", "too many questions are being answered", "ask again in a moment", Blame::kUnavailable});
    }
    Response response = co_await asio::co_spawn(
        all_.workers.get_executor(), [&]() -> asio::awaitable<Response> { co_return all_.router.Answer(request); },
        asio::use_awaitable);
    all_.in_flight.fetch_sub(1);
    co_return response;
  }

  asio::awaitable<bool> Write(const Request& request, const Response& response, bool keep) {
    error_code error;
    Within(all_.limits.body_timeout_ms);
    if (request.method == "HEAD" || response.status == 304) {
      wire::response<wire::empty_body> message;
      FillHead(message, response, request.id, keep);
      if (response.status != 304) message.content_length(response.body.size());
      co_await wire::async_write(stream_, message, Into(error));
    } else {
      wire::response<wire::span_body<const char>> message;
      FillHead(message, response, request.id, keep);
      message.body() = beast::span<const char>(response.body.data(), response.body.size());
      message.prepare_payload();
      co_await wire::async_write(stream_, message, Into(error));
    }
    co_return !error;
  }

  void Tell(const Request& request, const Response& response, std::int64_t bytes, bool whole) const {
    if (!all_.access) return;
    const bool is_path = !request.path.empty() && request.path.front() == '/';  // a whole URL may name a password
    all_.access({request.id, request.method.substr(0, kMethodBytesTold),
                 is_path ? request.path.substr(0, kPathBytesTold) : std::string(), std::string(response.route), response.status,
                 std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count(), bytes, whole, response.caller,
                 request.peer.address});
  }

  // Whether the stream was written to its end. An HTTP/1.0 client knows no chunks: for it the end of the connection is the end. When the
  // service ends, a stream that has no end of its own is ended; another goes on for as long as it is granted, so that a part of it never
  // passes for the whole.
  asio::awaitable<bool> WriteStream(const Request& request, Response& response, bool old, std::int64_t& bytes) {
    error_code error;
    wire::response<wire::empty_body> message;
    FillHead(message, response, request.id, false);
    if (!old) message.chunked(true);
    wire::response_serializer<wire::empty_body> head(message);
    Within(all_.limits.body_timeout_ms);
    co_await wire::async_write_header(stream_, head, Into(error));
    if (error || request.method == "HEAD") co_return !error;
    asio::steady_timer pause(co_await asio::this_coro::executor);
    auto silent_since = std::chrono::steady_clock::now();
    while (!all_.draining || !response.stream->Endless()) {
      auto more = co_await asio::co_spawn(
          all_.workers.get_executor(),
          [&]() -> asio::awaitable<Result<std::optional<std::string>>> { co_return response.stream->More(); },
          asio::use_awaitable);
      if (!more) co_return false;
      if (!more->has_value()) break;
      std::string& chunk = **more;
      const bool silent = chunk.empty();
      const auto now = std::chrono::steady_clock::now();
      if (silent && now - silent_since > milliseconds(all_.limits.heartbeat_ms)) chunk = response.stream->Heartbeat();
      if (!chunk.empty()) {
        silent_since = now;
        if (!co_await WriteChunk(chunk, old)) co_return false;
        bytes += static_cast<std::int64_t>(chunk.size());
      }
      if (!silent) continue;
      pause.expires_after(milliseconds(all_.limits.stream_poll_ms));
      co_await pause.async_wait(Into(error));
    }
    if (old) co_return true;
    Within(all_.limits.body_timeout_ms);
    co_await asio::async_write(stream_, wire::make_chunk_last(), Into(error));
    co_return !error;
  }

  asio::awaitable<bool> WriteChunk(const std::string& chunk, bool old) {
    error_code error;
    Within(all_.limits.body_timeout_ms);
    if (old) co_await asio::async_write(stream_, asio::buffer(chunk), Into(error));
    else co_await asio::async_write(stream_, wire::make_chunk(asio::buffer(chunk)), Into(error));
    co_return !error;
  }

  // So that a refusal is read before the connection is reset under what is still being sent.
  asio::awaitable<void> Drain() {
    error_code error;
    beast::get_lowest_layer(stream_).socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
    std::array<char, 8192> scratch;
    Within(kDrainFor.count());
    for (std::size_t taken = 0; !error && taken < kDrainedBytesMax;)
      taken += co_await beast::get_lowest_layer(stream_).async_read_some(asio::buffer(scratch), Into(error));
  }

  asio::awaitable<void> End() {
    error_code error;
    Within(kDrainFor.count());
    if constexpr (std::is_same_v<Stream, TlsStream>) co_await stream_.async_shutdown(Into(error));
    beast::get_lowest_layer(stream_).socket().shutdown(asio::ip::tcp::socket::shutdown_both, error);
  }

  void Within(std::int64_t ms) { beast::get_lowest_layer(stream_).expires_after(milliseconds(ms)); }

  Stream& stream_;
  Conversation& all_;
  Session& session_;
  const Peer peer_;
  std::chrono::steady_clock::time_point begun_;  // the request at hand was read
  beast::flat_buffer buffer_;
};

}  // namespace

asio::awaitable<void> Converse(PlainStream& stream, Conversation& all, Session& session, Peer peer) {
  Talk<PlainStream> talk(stream, all, session, std::move(peer));
  co_await talk.Run();
}

asio::awaitable<void> Converse(TlsStream& stream, Conversation& all, Session& session, Peer peer) {
  Talk<TlsStream> talk(stream, all, session, std::move(peer));
  co_await talk.Run();
}

asio::awaitable<void> TurnAway(PlainStream& stream, Conversation& all) {
  all.metrics.Turned("connections");
  error_code error;
  wire::response<wire::string_body> message;
  const Response response =
      Problem(503, Error{"too_busy", "too many connections are open", "connect again in a moment", Blame::kUnavailable});
  FillHead(message, response, {}, false);
  message.body() = response.body;
  message.prepare_payload();
  stream.expires_after(kDrainFor);
  co_await wire::async_write(stream, message, Into(error));
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_both, error);
}

}  // namespace tenure::http
