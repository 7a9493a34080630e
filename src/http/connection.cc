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

#include "http/alarm.h"
#include "http/framing.h"
#include "http/held.h"
#include "http/parameters.h"
#include "http/problem.h"
#include "http/tokens.h"

namespace tenure::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using boost::system::error_code;
using std::chrono::milliseconds;

using Parser = wire::request_parser<wire::string_body>;

constexpr std::size_t kRequestIdBytesMax = 128, kDrainedBytesMax = 256 << 20, kPathBytesTold = 2048, kMethodBytesTold = 32;
// Beside the head, what is read ahead: chunk sizes and trailers must fit, however long they are made.
constexpr std::size_t kReadAheadBytes = 128 << 10;
// Bodies up to this are read from anybody and parsed where they were read; larger ones only from who is let in.
constexpr std::size_t kSmallBodyBytes = 64 << 10;
constexpr milliseconds kDrainFor{2'000}, kLookAgain{20}, kTurnAwayFor{500};

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
                      std::all_of(sent->begin(), sent->end(), [](char c) { return c > ' ' && c < 0x7f; }) && !HoldsSecret(*sent);
  return usable ? *sent : NewRequestId();
}

Request HeadOf(const Parser& parser, const Peer& peer) {
  const auto& message = parser.get();
  Request request;
  request.method = std::string(message.method_string());
  const std::string target(message.target());
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) request.query = target.substr(question + 1);
  for (const auto& field : message) request.fields.push_back({std::string(field.name_string()), std::string(field.value())});
  request.peer = peer;
  request.id = RequestIdOf(request);
  return request;
}

// HTTP/1.0 knows no interim answer.
bool ExpectsContinue(const Parser& parser) {
  return parser.get().version() >= 11 && beast::iequals(parser.get()[wire::field::expect], "100-continue");
}

Error TooBusy(std::string reason) { return {"too_busy", std::move(reason), "send it again in a moment", Blame::kUnavailable}; }

// Whether the first line of what came is a whole one, "METHOD TARGET HTTP/2.0", but for a version that is none of ours.
bool SpeaksAnotherVersion(std::string_view came) {
  const std::string_view line = came.substr(0, came.find("\r\n"));
  if (std::count(line.begin(), line.end(), ' ') != 2) return false;
  const std::string_view version = line.substr(line.rfind(' ') + 1);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return version.size() == 8 && version.starts_with("HTTP/") && digit(version[5]) && version[6] == '.' && digit(version[7]);
}

// What can be said of a request that could not be read; nothing to a peer that just left.
std::optional<Error> ReasonOf(const error_code& error, const Parser& parser, std::string_view came) {
  const bool head = parser.is_header_done();
  if (error == wire::error::header_limit && parser.get().target().empty())
    return Error{"target_too_long", "the URL is too long", "ask for less at once, or send it in a body", Blame::kCaller};
  if (error == wire::error::header_limit || (error == wire::error::buffer_overflow && !head))
    return Error{"fields_too_large", "the request's head is too large", "send fewer or shorter fields", Blame::kCaller};
  if (error == wire::error::body_limit)
    return Error{"body_too_large", "the body is too large", "send it in parts; see docs/reference/http.md", Blame::kCaller};
  if (error == wire::error::bad_version && SpeaksAnotherVersion(came))
    return Error{"version_unknown", "that version of HTTP is not spoken here", "speak HTTP/1.1", Blame::kCaller};
  if (error == wire::error::end_of_stream || error == wire::error::partial_message) return std::nullopt;
  if (error.category() != make_error_code(wire::error::bad_method).category()) return std::nullopt;
  return Error{"request_malformed", "the request is no HTTP/1.1: " + error.message(), "see RFC 9112", Blame::kCaller};
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

std::string TextOf(const wire::response<wire::empty_body>& message) {
  std::string text = "HTTP/1.1 " + std::to_string(message.result_int()) + ' ';
  text.append(message.reason()).append("\r\n");
  for (const auto& field : message) text.append(field.name_string()).append(": ").append(field.value()).append("\r\n");
  return text.append("\r\n");
}

// A whole URL may name a password, and somebody will put a secret into a path.
std::string PathToTell(const std::string& path) {
  if (path.empty() || path.front() != '/') return {};
  const auto decoded = Decoded(path);
  if (decoded && HoldsSecret(*decoded)) return "[masked]";
  return path.substr(0, kPathBytesTold);
}

template <class Stream>
class Talk {
 public:
  Talk(Stream& stream, Conversation& all, Session& session, Peer peer)
      : stream_(stream),
        all_(all),
        session_(session),
        peer_(std::move(peer)),
        alarm_(beast::get_lowest_layer(stream)),
        buffer_(static_cast<std::size_t>(all.limits.fields_bytes) + kReadAheadBytes),
        body_(all.bodies_bytes),
        answer_(all.answers_bytes) {}

  asio::awaitable<void> Run() {
    while (true) {
      Parser parser;
      parser.header_limit(static_cast<std::uint32_t>(all_.limits.fields_bytes));
      parser.body_limit(static_cast<std::uint64_t>(all_.limits.body_bytes));
      auto request = co_await ReadRequest(parser);
      if (!request) break;
      begun_ = std::chrono::steady_clock::now();
      const bool old = parser.get().version() < 11;
      const bool wants_more = parser.get().keep_alive();
      request->body = std::move(parser.get().body());
      Response response = co_await Respond(*request);
      request->body.clear();
      request->body.shrink_to_fit();
      body_.Set(0);
      if (response.stream) {
        std::int64_t bytes = 0;
        const bool whole = co_await WriteStream(*request, response, old, bytes);
        Tell(*request, response, bytes, whole);
        break;
      }
      const bool keep = wants_more && !all_.draining;
      if (old && keep) response.fields.push_back({"Connection", "keep-alive"});
      answer_.Set(response.body.size());
      const bool whole = co_await WriteWhole(*request, response, keep);
      answer_.Set(0);
      if (!whole || !keep) break;
    }
    co_await End();
  }

 private:
  // The head is read, looked at, and only then the body. Nothing = this was the last, and what there was to say about it is said.
  asio::awaitable<std::optional<Request>> ReadRequest(Parser& parser) {
    session_.waiting = buffer_.size() == 0;
    const auto unread = co_await Within(all_.limits.read_timeout_ms, parser, [&](error_code& error) -> asio::awaitable<void> {
      co_await wire::async_read_header(stream_, buffer_, parser, Into(error));
    });
    session_.waiting = false;
    if (unread) co_return co_await Refuse(Nameless(), *unread);
    Request request = HeadOf(parser, peer_);
    if (auto wrong = WrongFraming(request.fields, parser.get().version() % 10))
      co_return co_await Refuse(request, Problem(*wrong));
    if (parser.is_done()) co_return request;
    if (ExpectsContinue(parser) || parser.content_length().value_or(kSmallBodyBytes + 1) > kSmallBodyBytes)
      if (auto refused = all_.router.Admit(request)) co_return co_await Refuse(request, *refused);
    const auto broken = co_await Within(all_.limits.body_timeout_ms, parser,
                                        [&](error_code& error) -> asio::awaitable<void> { co_await ReadBody(parser, error); });
    if (broken) co_return co_await Refuse(request, *broken);
    if (!parser.is_done()) co_return co_await Refuse(request, Turned("bytes", "too much is being read at once"));
    co_return request;
  }

  asio::awaitable<void> ReadBody(Parser& parser, error_code& error) {
    if (ExpectsContinue(parser)) {
      wire::response<wire::empty_body> go_on(wire::status::continue_, 11);
      co_await wire::async_write(stream_, go_on, Into(error));
    }
    parser.eager(true);
    while (!error && !parser.is_done()) {
      co_await wire::async_read_some(stream_, buffer_, parser, Into(error));
      const std::size_t bytes = parser.get().body().size();
      if (bytes > kSmallBodyBytes && body_.Set(bytes) > all_.limits.held_bytes) co_return;
    }
  }

  // The time runs while `read(error)` does. What can be said of it if it failed; a response of status 0 if there is nothing to say.
  template <class Read>
  asio::awaitable<std::optional<Response>> Within(std::int64_t ms, const Parser& parser, Read read) {
    error_code error;
    alarm_.Set(ms);
    co_await read(error);
    const bool late = alarm_.Stop();
    if (!error) co_return std::nullopt;
    Response nothing;
    nothing.status = 0;
    if (late && (parser.got_some() || buffer_.size() > 0))
      co_return Problem(
          Error{"request_too_slow", "the request did not come within the time", "send it in one go", Blame::kCaller});
    if (late) co_return nothing;
    const auto data = buffer_.data();
    const auto reason = ReasonOf(error, parser, {static_cast<const char*>(data.data()), data.size()});
    if (reason) co_return Problem(*reason);
    co_return nothing;
  }

  // A request of which nothing could be read.
  Request Nameless() const {
    Request request;
    request.id = NewRequestId();
    request.peer = peer_;
    return request;
  }

  asio::awaitable<std::optional<Request>> Refuse(const Request& request, const Response& response) {
    if (response.status == 0) co_return std::nullopt;
    begun_ = std::chrono::steady_clock::now();
    co_await WriteWhole(request, response, false);
    co_await Drain();
    co_return std::nullopt;
  }

  Response Turned(const char* why, std::string reason) {
    all_.metrics.Turned(why);
    return Problem(503, TooBusy(std::move(reason)));
  }

  // Waits for what the question is to know, if it says so.
  asio::awaitable<Response> Respond(Request& request) {
    Response response = co_await AnswerNow(request);
    if (response.awaits.empty()) co_return response;
    request.caller = response.caller;
    request.waited = true;
    if (all_.waiting.fetch_add(1) < all_.limits.in_flight) {
      const auto deadline = std::chrono::steady_clock::now() + response.patience;
      asio::steady_timer pause(co_await asio::this_coro::executor);
      error_code error;
      while (!all_.draining && std::chrono::steady_clock::now() < deadline && !all_.router.IsThere(response)) {
        pause.expires_after(kLookAgain);
        co_await pause.async_wait(Into(error));
      }
    }
    all_.waiting.fetch_sub(1);
    co_return co_await AnswerNow(request);
  }

  asio::awaitable<Response> AnswerNow(const Request& request) {
    const Route* route = all_.router.Find(request);
    const bool quick = route == nullptr || (route->quick && request.body.size() <= kSmallBodyBytes);
    if (quick) co_return all_.router.Answer(request);
    if (all_.in_flight.fetch_add(1) >= all_.limits.in_flight) {
      all_.in_flight.fetch_sub(1);
      co_return Turned("in_flight", "too many questions are being answered");
    }
    Response response = co_await asio::co_spawn(
        all_.workers.get_executor(), [&]() -> asio::awaitable<Response> { co_return AnswerOnWorker(request); },
        asio::use_awaitable);
    all_.in_flight.fetch_sub(1);
    co_return response;
  }

  // Looked at here, and not where the request was read: many may have been read before the first answer was made.
  Response AnswerOnWorker(const Request& request) {
    if (all_.answers_bytes > all_.limits.held_bytes) return Turned("bytes", "too many answers are still to be read");
    Response response = all_.router.Answer(request);
    answer_.Set(response.body.size());
    return response;
  }

  asio::awaitable<bool> Write(const Request& request, const Response& response, bool keep) {
    wire::response<wire::empty_body> message;
    FillHead(message, response, request.id, keep);
    if (response.status != 304) message.content_length(response.body.size());
    const bool with_body = request.method != "HEAD" && response.status != 304;
    const std::string head = TextOf(message);
    co_return co_await WriteBytes(head, with_body ? std::string_view(response.body) : std::string_view());
  }

  // What the socket takes at once needs no time limit and nothing to wait for.
  asio::awaitable<bool> WriteBytes(std::string_view head, std::string_view body) {
    error_code error;
    if constexpr (std::is_same_v<Stream, PlainStream>) {
      const std::size_t taken = stream_.socket().write_some(std::array{asio::buffer(head), asio::buffer(body)}, error);
      if (error && error != asio::error::would_block) co_return false;
      body.remove_prefix(taken - std::min(taken, head.size()));
      head.remove_prefix(std::min(taken, head.size()));
      if (head.empty() && body.empty()) co_return true;
    }
    ExpireAfter(all_.limits.body_timeout_ms);
    co_await asio::async_write(stream_, std::array{asio::buffer(head), asio::buffer(body)}, Into(error));
    co_return !error;
  }

  // And tells of it.
  asio::awaitable<bool> WriteWhole(const Request& request, const Response& response, bool keep) {
    const bool whole = co_await Write(request, response, keep);
    Tell(request, response, request.method == "HEAD" ? 0 : static_cast<std::int64_t>(response.body.size()), whole);
    co_return whole;
  }

  void Tell(const Request& request, const Response& response, std::int64_t bytes, bool whole) const {
    if (!all_.access) return;
    all_.access({request.id, request.method.substr(0, kMethodBytesTold), PathToTell(request.path), std::string(response.route),
                 response.status, std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count(), bytes, whole,
                 response.caller_name, request.peer.address});
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
    ExpireAfter(all_.limits.body_timeout_ms);
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
    ExpireAfter(all_.limits.body_timeout_ms);
    co_await asio::async_write(stream_, wire::make_chunk_last(), Into(error));
    co_return !error;
  }

  asio::awaitable<bool> WriteChunk(const std::string& chunk, bool old) {
    error_code error;
    ExpireAfter(all_.limits.body_timeout_ms);
    if (old) co_await asio::async_write(stream_, asio::buffer(chunk), Into(error));
    else co_await asio::async_write(stream_, wire::make_chunk(asio::buffer(chunk)), Into(error));
    co_return !error;
  }

  // So that a refusal is read before the connection is reset under what is still being sent.
  asio::awaitable<void> Drain() {
    error_code error;
    beast::get_lowest_layer(stream_).socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
    std::array<char, 8192> scratch;
    ExpireAfter(kDrainFor.count());
    for (std::size_t taken = 0; !error && taken < kDrainedBytesMax;)
      taken += co_await beast::get_lowest_layer(stream_).async_read_some(asio::buffer(scratch), Into(error));
  }

  asio::awaitable<void> End() {
    error_code error;
    ExpireAfter(kDrainFor.count());
    if constexpr (std::is_same_v<Stream, TlsStream>) co_await stream_.async_shutdown(Into(error));
    beast::get_lowest_layer(stream_).socket().shutdown(asio::ip::tcp::socket::shutdown_both, error);
  }

  void ExpireAfter(std::int64_t ms) { beast::get_lowest_layer(stream_).expires_after(milliseconds(ms)); }

  Stream& stream_;
  Conversation& all_;
  Session& session_;
  const Peer peer_;
  std::chrono::steady_clock::time_point begun_;  // the request at hand was read
  Alarm alarm_;
  beast::flat_buffer buffer_;
  Held body_, answer_;
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

// What was sent meanwhile is read past for a moment, else the reset would take the answer with it.
asio::awaitable<void> TurnAway(PlainStream& stream, Conversation& all) {
  all.metrics.Turned("connections");
  error_code error;
  wire::response<wire::string_body> message;
  const Response response =
      Problem(503, Error{"too_busy", "too many connections are open", "connect again in a moment", Blame::kUnavailable});
  FillHead(message, response, {}, false);
  message.body() = response.body;
  message.prepare_payload();
  stream.expires_after(kTurnAwayFor);
  co_await wire::async_write(stream, message, Into(error));
  if (!error) stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  std::array<char, 1024> scratch;
  while (!error) co_await stream.async_read_some(asio::buffer(scratch), Into(error));
}

}  // namespace tenure::http
