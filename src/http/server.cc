#include "http/server.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <list>
#include <thread>

#include "http/connection.h"
#include "http/descriptors.h"
#include "http/tls.h"

namespace tenure::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds kAcceptAgain{50}, kDrainLook{20}, kLastRequest{500};
constexpr int kHandshakeMs = 10'000;

// A second signal must not end the process abruptly when the server is gone and the record not closed yet: these are never given back.
void KeepSignals() {
  static auto& context = *new asio::io_context;
  static auto& signals = *new asio::signal_set(context, SIGTERM, SIGINT);
  static_cast<void>(signals);
}

Peer PeerAt(asio::ip::address address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  Peer peer{address.to_string(), address.to_string(), address.is_loopback(), {}};
  if (address.is_v6() && !address.is_loopback()) {
    auto bytes = address.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), 0);
    peer.network = asio::ip::address_v6(bytes).to_string();
  }
  return peer;
}

// One thread's event loop, and the connections on it.
struct Loop {
  std::list<Session> sessions;  // touched on the loop only; outlives the connections, which end with the context at the latest
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::thread thread;
};

class BeastServer : public Server {
 public:
  BeastServer(const ServerOptions& options, const Router& router, Metrics& metrics, std::unique_ptr<asio::ssl::context> tls)
      : options_(options),
        tls_(std::move(tls)),
        workers_(ThreadsOf(options)),
        all_{router, metrics, options.limits, workers_, options.access} {
    KeepSignals();
    while (loops_.size() < ThreadsOf(options)) loops_.push_back(std::make_unique<Loop>());
  }

  Status Bind() {
    error_code error;
    const auto address = asio::ip::make_address(options_.address, error);
    if (error)
      return Fail("serve_address", "\"" + options_.address + "\" is no IP address", "give one, such as 127.0.0.1 or ::1",
                  Blame::kCaller);
    const tcp::endpoint endpoint(address, options_.port);
    options_.limits.connections = std::min(options_.limits.connections, RoomForConnections(options_.limits.connections));
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) return {};
    return Fail("serve_address",
                options_.address + ":" + std::to_string(options_.port) + " can't be listened at: " + error.message(),
                "choose another with --listen", Blame::kCaller);
  }

  std::uint16_t Port() const override { return acceptor_.local_endpoint().port(); }

  void Run() override {
    signals_.async_wait([this](const error_code& error, int) {
      if (!error) Stop();
    });
    asio::co_spawn(loops_[0]->context, Accept(), asio::detached);
    for (std::size_t i = 1; i < loops_.size(); ++i)
      loops_[i]->thread = std::thread([loop = loops_[i].get()] { loop->context.run(); });
    loops_[0]->context.run();
    for (auto& loop : loops_)
      if (loop->thread.joinable()) loop->thread.join();
    workers_.join();
  }

  void Stop() override {
    if (all_.draining.exchange(true)) return;
    if (options_.on_drain) options_.on_drain();
    asio::co_spawn(loops_[0]->context, Drain(), asio::detached);
  }

 private:
  static std::size_t ThreadsOf(const ServerOptions& options) {
    if (options.threads > 0) return static_cast<std::size_t>(options.threads);
    return std::max(1U, std::thread::hardware_concurrency());
  }

  static std::vector<std::unique_ptr<Loop>> FirstLoop() {
    std::vector<std::unique_ptr<Loop>> loops;
    loops.push_back(std::make_unique<Loop>());
    return loops;
  }

  asio::awaitable<void> Accept() {
    asio::steady_timer pause(loops_[0]->context);
    while (!all_.draining) {
      Loop& loop = NextLoop();
      tcp::socket socket(loop.context);
      error_code error;
      co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      if (error && all_.draining) co_return;
      if (error) {  // out of file descriptors, mostly
        pause.expires_after(kAcceptAgain);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        continue;
      }
      asio::co_spawn(loop.context, Take(loop, std::move(socket)), asio::detached);
    }
  }

  // Counts a connection for as long as it lives, however it ends.
  class Open {
   public:
    explicit Open(BeastServer& server) : server_(server), before_(server.open_.fetch_add(1)) {
      server_.all_.metrics.Connections(1);
    }
    ~Open() {
      server_.all_.metrics.Connections(-1);
      server_.open_.fetch_sub(1);
    }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    bool HasRoom() const { return before_ < server_.options_.limits.connections; }

   private:
    BeastServer& server_;
    const std::int64_t before_;
  };

  // A stream's place among those of its loop.
  class Entry {
   public:
    template <class Stream>
    Entry(Loop& loop, Stream& stream) : loop_(loop) {
      loop.sessions.push_front({true, [&stream] {
                                  error_code ignored;
                                  auto& socket = boost::beast::get_lowest_layer(stream).socket();
                                  if (socket.available(ignored) == 0) socket.close(ignored);
                                }});
      place_ = loop.sessions.begin();
    }
    ~Entry() { loop_.sessions.erase(place_); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    Session& operator*() const { return *place_; }

   private:
    Loop& loop_;
    std::list<Session>::iterator place_;
  };

  Loop& NextLoop() { return *loops_[next_loop_++ % loops_.size()]; }

  // Connections that the system has made already: their clients may have sent a request.
  void AcceptThoseThatWait() {
    error_code error;
    acceptor_.non_blocking(true, error);
    while (!error) {
      Loop& loop = NextLoop();
      tcp::socket socket(loop.context);
      acceptor_.accept(socket, error);
      if (!error) asio::co_spawn(loop.context, Take(loop, std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> Take(Loop& loop, tcp::socket socket) {
    error_code error;
    const auto remote = socket.remote_endpoint(error);
    if (error) co_return;
    socket.set_option(tcp::no_delay(true), error);
    socket.non_blocking(true, error);  // of what is written without waiting; what waits does so anyway
    Peer peer = PeerAt(remote.address());
    const Open open(*this);
    try {
      if (!open.HasRoom()) {
        PlainStream stream(std::move(socket));
        if (!tls_) co_await TurnAway(stream, all_);
      } else if (tls_) {
        co_await Secure(loop, std::move(socket), std::move(peer));
      } else {
        PlainStream stream(std::move(socket));
        const Entry entry(loop, stream);
        co_await Converse(stream, all_, *entry, std::move(peer));
      }
    } catch (const std::exception&) {  // the connection alone is lost
    }
  }

  asio::awaitable<void> Secure(Loop& loop, tcp::socket socket, Peer peer) {
    TlsStream stream(std::move(socket), *tls_);
    boost::beast::get_lowest_layer(stream).expires_after(milliseconds(kHandshakeMs));
    const Entry entry(loop, stream);
    error_code error;
    co_await stream.async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    peer.certificate = NameInCertificate(stream.native_handle());
    peer.encrypted = true;
    co_await Converse(stream, all_, *entry, std::move(peer));
  }

  void CloseThoseThatWait() {
    for (auto& loop : loops_)
      asio::post(loop->context, [raw = loop.get()] {
        for (Session& session : raw->sessions)
          if (session.waiting) session.close();
      });
  }

  // No new connections. Those that are open may send one more request for a moment, since it may be on its way, and every answer from
  // now on is its connection's last; then those that only wait are closed, and those at work have the time of grace.
  asio::awaitable<void> Drain() {
    error_code error;
    AcceptThoseThatWait();
    acceptor_.close(error);
    const auto begun = std::chrono::steady_clock::now();
    asio::steady_timer pause(loops_[0]->context);
    while (open_ > 0 && std::chrono::steady_clock::now() < begun + milliseconds(options_.limits.shutdown_grace_ms)) {
      if (std::chrono::steady_clock::now() > begun + kLastRequest) CloseThoseThatWait();
      pause.expires_after(kDrainLook);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
    workers_.stop();
    for (auto& loop : loops_) loop->context.stop();
  }

  ServerOptions options_;
  std::unique_ptr<asio::ssl::context> tls_;
  asio::thread_pool workers_;
  Conversation all_;
  std::atomic<std::int64_t> open_ = 0;
  std::size_t next_loop_ = 0;  // touched on the first loop only
  std::vector<std::unique_ptr<Loop>> loops_ = FirstLoop();
  tcp::acceptor acceptor_{loops_[0]->context};
  asio::signal_set signals_{loops_[0]->context, SIGTERM, SIGINT};  // from now on they end it in good order, Run or not yet
};

}  // namespace

Result<std::unique_ptr<Server>> Server::Listen(const ServerOptions& options, const Router& router, Metrics& metrics) {
  std::unique_ptr<asio::ssl::context> tls;
  if (!options.tls.certificate.empty()) {
    auto made = MakeTlsContext(options.tls);
    if (!made) return tl::unexpected<Error>(made.error());
    tls = std::move(*made);
  }
  auto server = std::make_unique<BeastServer>(options, router, metrics, std::move(tls));
  if (auto bound = server->Bind(); !bound) return tl::unexpected<Error>(bound.error());
  return server;
}

}  // namespace tenure::http
