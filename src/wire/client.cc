#include "wire/client.h"

#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace tenure::wire {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kConnectWithin{5'000}, kSlice{100};
constexpr milliseconds kSilenceMost{45'000};  // three heartbeats of a stream
constexpr std::uint64_t kBodyBytesMax = 256u << 20;
constexpr std::uint32_t kFieldsBytesMax = 64u << 10;
constexpr std::size_t kTokenBytesLeast = 16;  // a shorter one stands in texts by chance

Error Unreachable(const ServerUrl& url, const std::string& why) {
  return {"server_unreachable", url.ToString() + " can't be reached: " + why,
          "check the address, and that tenure serve runs there", Blame::kUnavailable};
}

Error TooLate(milliseconds within) {
  return {"server_timeout", "the server has not answered within " + std::to_string(within.count() / 1000) + " s",
          "ask again, or wait longer with --timeout", Blame::kUnavailable};
}

bool IsHttpError(const error_code& error) { return error.category() == make_error_code(http::error::bad_method).category(); }

// Why the answer that was waited for didn't come whole.
Error Broken(const error_code& error, milliseconds within) {
  if (error == asio::error::timed_out) return TooLate(within);
  if (error == http::error::body_limit || error == http::error::header_limit || error == http::error::buffer_overflow)
    return {"server_answer_too_large", "the answer is larger than anything that tenure answers",
            "check that it is a tenure service", Blame::kFault};
  if (IsHttpError(error) && error != http::error::end_of_stream && error != http::error::partial_message)
    return {"server_answer_malformed", "the answer is no HTTP/1.1: " + error.message(),
            "check that --server names a tenure service", Blame::kFault};
  return {"server_answer_cut", "the connection ended before the answer did", "ask again in a moment", Blame::kUnavailable};
}

std::string TypeIn(std::string_view field) {
  std::string type(field.substr(0, field.find(';')));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return type;
}

template <class Message>
Reply HeadOf(const Message& message) {
  Reply reply;
  reply.status = static_cast<int>(message.result_int());
  reply.content_type = TypeIn(message[http::field::content_type]);
  reply.retry_after = std::string(message[http::field::retry_after]);
  reply.location = std::string(message[http::field::location]);
  return reply;
}

// Runs one asynchronous operation after the other, each until it ends, its time is over, or nobody waits for it any more.
class Waiting {
 public:
  explicit Waiting(asio::io_context& io) : io_(io) {}
  void Until(Clock::time_point deadline) { deadline_ = deadline; }
  void WhileAsked(const std::function<bool()>* go_on) { go_on_ = go_on; }

  // begin(done) starts it, done(error) is its handler, cancel() ends it early. asio::error::timed_out, or operation_aborted.
  template <class Begin, class Cancel>
  error_code For(Begin&& begin, Cancel&& cancel) {
    struct {
      bool ended = false;
      error_code error;
    } outcome;
    begin([&outcome](const error_code& error) { outcome = {true, error}; });
    error_code ended_by;
    while (!outcome.ended) {
      io_.restart();
      io_.run_one_for(std::clamp(std::chrono::duration_cast<milliseconds>(deadline_ - Clock::now()), milliseconds(1), kSlice));
      if (outcome.ended || ended_by) continue;
      if (Clock::now() >= deadline_) ended_by = asio::error::timed_out;
      else if (go_on_ != nullptr && !(*go_on_)()) ended_by = asio::error::operation_aborted;
      if (ended_by) cancel();
    }
    return ended_by ? ended_by : outcome.error;
  }

 private:
  asio::io_context& io_;
  Clock::time_point deadline_;
  const std::function<bool()>* go_on_ = nullptr;
};

using Bytes = std::function<bool(std::string_view)>;

// A connection that is open, for one request. Stream: tcp::socket, or TLS over it.
template <class Stream>
class Talk {
 public:
  Talk(Stream& stream, Waiting& waiting, milliseconds within) : stream_(stream), waiting_(waiting), within_(within) {}

  // A server that refuses early answers before the whole body is taken; so its answer is looked for even then.
  Status Write(http::request<http::string_body>& message) {
    const error_code error =
        Run([&](auto done) { http::async_write(stream_, message, [done](const error_code& e, std::size_t) { done(e); }); });
    if (error == asio::error::timed_out) return tl::unexpected<Error>(TooLate(within_));
    sent_ = !error;
    return {};
  }

  Result<Reply> ReadWhole() {
    http::response_parser<http::string_body> parser;
    Limit(parser, kBodyBytesMax);
    const error_code error = Run(
        [&](auto done) { http::async_read(stream_, buffer_, parser, [done](const error_code& e, std::size_t) { done(e); }); });
    if (error) return tl::unexpected<Error>(Lost(error));
    Reply reply = HeadOf(parser.get());
    reply.body = std::move(parser.get().body());
    return reply;
  }

  Result<Reply> ReadStream(const std::string& type, const Bytes& take) {
    http::response_parser<http::buffer_body> parser;
    Limit(parser, boost::none);
    error_code error = Run([&](auto done) {
      http::async_read_header(stream_, buffer_, parser, [done](const error_code& e, std::size_t) { done(e); });
    });
    if (error) return tl::unexpected<Error>(Lost(error));
    Reply reply = HeadOf(parser.get());
    const bool streams = reply.status == 200 && reply.content_type == type;
    std::array<char, 16 << 10> chunk;
    while (!parser.is_done()) {
      parser.get().body() = {chunk.data(), chunk.size(), true};
      if (streams) waiting_.Until(Clock::now() + kSilenceMost);
      error = Run([&](auto done) {
        http::async_read_some(stream_, buffer_, parser, [done](const error_code& e, std::size_t) { done(e); });
      });
      if (error == http::error::need_buffer) error = {};
      const std::string_view got(chunk.data(), chunk.size() - parser.get().body().size);
      if (streams && !got.empty() && !take(got)) return reply;
      if (!streams) reply.body += got;
      if (error == asio::error::operation_aborted) return reply;
      if (reply.body.size() > kBodyBytesMax) error = http::error::body_limit;
      if (error) return tl::unexpected<Error>(streams && error == asio::error::timed_out ? Silent() : Lost(error));
    }
    return reply;
  }

 private:
  template <class Parser, class Bytes>
  static void Limit(Parser& parser, Bytes bytes) {
    parser.header_limit(kFieldsBytesMax);
    parser.body_limit(bytes);
  }

  template <class Begin>
  error_code Run(Begin&& begin) {
    return waiting_.For(begin, [&] {
      error_code ignored;
      boost::beast::get_lowest_layer(stream_).cancel(ignored);
    });
  }

  Error Lost(const error_code& error) const {
    if (sent_ || IsHttpError(error)) return Broken(error, within_);
    return {"server_unreachable", "the connection was lost while the request was being sent", "try again in a moment",
            Blame::kUnavailable};
  }
  static Error Silent() {
    return {"server_answer_cut", "the server has been silent for " + std::to_string(kSilenceMost.count() / 1000) + " s",
            "ask again in a moment", Blame::kUnavailable};
  }

  Stream& stream_;
  Waiting& waiting_;
  const milliseconds within_;
  boost::beast::flat_buffer buffer_;
  bool sent_ = false;
};

class BeastClient : public Client {
 public:
  explicit BeastClient(const ServerAccess& access) : access_(access) {}

  Status LoadTrust() {
    if (!access_.url.tls) return {};
    trust_.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                       ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    trust_.set_verify_mode(ssl::verify_peer);
    error_code error;
    if (access_.ca_file.empty()) trust_.set_default_verify_paths(error);
    else trust_.load_verify_file(access_.ca_file, error);
    if (!error) return {};
    return Fail("server_ca", "the CA \"" + access_.ca_file + "\" can't be used: " + error.message(),
                "give a PEM file that you may read", Blame::kCaller);
  }

  Result<Reply> Send(const Request& request) override {
    return Exchange(request, nullptr, [](auto& talk) { return talk.ReadWhole(); });
  }

  Result<Reply> Stream(const Request& request, const Bytes& take, const std::function<bool()>& go_on) override {
    return Exchange(request, &go_on, [&](auto& talk) {
      return talk.ReadStream(request.accept, [&](std::string_view bytes) { return take(bytes); });
    });
  }

 private:
  template <class Read>
  Result<Reply> Exchange(const Request& request, const std::function<bool()>* go_on, Read&& read) {
    asio::io_context io;
    Waiting waiting(io);
    waiting.WhileAsked(go_on);
    tcp::socket socket(io);
    if (auto s = Connect(io, waiting, socket); !s) return tl::unexpected<Error>(s.error());
    Result<Reply> reply;
    if (access_.url.tls) {
      ssl::stream<tcp::socket&> secured(socket, trust_);
      if (auto s = Secure(waiting, secured); !s) return tl::unexpected<Error>(s.error());
      reply = Converse(secured, waiting, request, read);
    } else {
      reply = Converse(socket, waiting, request, read);
    }
    if (!reply || !RepeatsToken(*reply)) return reply;
    return Fail("server_repeats_token", "the answer holds the token that was sent, and isn't shown",
                "check that --server names a tenure service", Blame::kFault);
  }

  Status Connect(asio::io_context& io, Waiting& waiting, tcp::socket& socket) {
    waiting.Until(Clock::now() + kConnectWithin);
    tcp::resolver resolver(io);
    tcp::resolver::results_type found;
    error_code error = waiting.For(
        [&](auto done) {
          resolver.async_resolve(access_.url.host, std::to_string(access_.url.port),
                                 [&, done](const error_code& e, tcp::resolver::results_type all) {
                                   found = std::move(all);
                                   done(e);
                                 });
        },
        [&] { resolver.cancel(); });
    if (error) return tl::unexpected<Error>(Unreachable(access_.url, error.message()));
    const auto elsewhere = [](const auto& entry) { return !entry.endpoint().address().is_loopback(); };
    if (!access_.token.empty() && !access_.url.tls && std::any_of(found.begin(), found.end(), elsewhere))
      return InTheClear(access_.url);
    error = waiting.For(
        [&](auto done) { asio::async_connect(socket, found, [done](const error_code& e, const tcp::endpoint&) { done(e); }); },
        [&] {
          error_code ignored;
          socket.close(ignored);
        });
    if (error) return tl::unexpected<Error>(Unreachable(access_.url, error.message()));
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    return {};
  }

  template <class Secured>
  Status Secure(Waiting& waiting, Secured& stream) {
    SSL* connection = stream.native_handle();
    const std::string& host = access_.url.host;
    error_code is_name;
    asio::ip::make_address(host, is_name);
    X509_VERIFY_PARAM* expected = SSL_get0_param(connection);
    if (is_name) {
      SSL_set_tlsext_host_name(connection, host.c_str());
      X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
      X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size());
    } else {
      X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str());
    }
    waiting.Until(Clock::now() + kConnectWithin);
    const error_code error = waiting.For(
        [&](auto done) { stream.async_handshake(ssl::stream_base::client, [done](const error_code& e) { done(e); }); },
        [&] {
          error_code ignored;
          stream.next_layer().cancel(ignored);
        });
    if (!error) return {};
    const long verified = SSL_get_verify_result(connection);
    if (verified != X509_V_OK)
      return Fail("server_tls", "the certificate of " + host + " isn't accepted: " + X509_verify_cert_error_string(verified),
                  "name the CA that issued it with --server-ca FILE, and the host as the certificate does", Blame::kUnavailable);
    return Fail("server_tls", "no TLS with " + access_.url.ToString() + ": " + error.message(),
                "check that it listens with TLS, else write http://", Blame::kUnavailable);
  }

  template <class Stream, class Read>
  Result<Reply> Converse(Stream& stream, Waiting& waiting, const Request& request, Read& read) {
    http::request<http::string_body> message(http::string_to_verb(request.method), access_.url.prefix + request.target, 11);
    message.set(http::field::host, access_.url.HostField());
    message.set(http::field::user_agent, "tenure");
    message.set(http::field::accept, request.accept);
    message.set(http::field::connection, "close");
    if (!access_.token.empty()) message.set(http::field::authorization, "Bearer " + access_.token);
    if (!request.last_event_id.empty()) message.set("Last-Event-ID", request.last_event_id);
    if (!request.content_type.empty()) message.set(http::field::content_type, request.content_type);
    message.body() = request.body;
    message.prepare_payload();
    waiting.Until(Clock::now() + access_.timeout);
    Talk<Stream> talk(stream, waiting, access_.timeout);
    if (auto s = talk.Write(message); !s) return tl::unexpected<Error>(s.error());
    return read(talk);
  }

  bool RepeatsToken(const Reply& reply) const {
    return HoldsToken(access_, reply.body) || HoldsToken(access_, reply.location) || HoldsToken(access_, reply.content_type);
  }

 public:
  static tl::unexpected<Error> InTheClear(const ServerUrl& url) {
    return Fail("server_token_in_the_clear", "a token would go to " + url.host + " over plain http, for all to read",
                "write https://, or leave the token out", Blame::kCaller);
  }

 private:
  const ServerAccess access_;
  ssl::context trust_{ssl::context::tls_client};
};

}  // namespace

Result<std::unique_ptr<Client>> Client::Make(const ServerAccess& access) {
  if (!access.token.empty() && !access.url.tls && !access.url.IsLoopback()) return BeastClient::InTheClear(access.url);
  if (!access.url.tls && !access.ca_file.empty())
    return Fail("server_ca", "a CA is named, and " + access.url.ToString() + " has no certificate",
                "write https://, or leave it out", Blame::kCaller);
  auto client = std::make_unique<BeastClient>(access);
  if (auto s = client->LoadTrust(); !s) return tl::unexpected<Error>(s.error());
  return client;
}

bool HoldsToken(const ServerAccess& access, std::string_view text) {
  return access.token.size() >= kTokenBytesLeast && text.find(access.token) != std::string_view::npos;
}

bool MayHaveArrived(const Error& error) {
  constexpr std::array<std::string_view, 5> kAfterwards = {"server_timeout", "server_answer_cut", "server_answer_too_large",
                                                           "server_answer_malformed", "server_repeats_token"};
  return std::find(kAfterwards.begin(), kAfterwards.end(), error.code) != kAfterwards.end();
}

}  // namespace tenure::wire
