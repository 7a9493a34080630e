#pragma once
// Sockets: connections are taken, requests read within limits, answers written, and everything ended in good order.
//
// Each thread has an event loop of its own and the connections that fell to it. Quick routes are answered on it, others on worker
// threads, so that a long question holds up nobody's heartbeat. Boost.Beast is known to server.cc alone.
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/access_line.h"
#include "http/router.h"

namespace tenure::http {

struct ServerLimits {
  std::int64_t connections = 12'000;  // or fewer: as the limit on open files has room for
  std::int64_t body_bytes = 64 << 20;
  std::int64_t fields_bytes = 32 << 10;
  int read_timeout_ms = 30'000;   // for a whole request head, idle time before it included
  int body_timeout_ms = 120'000;  // for a body, and for a client to take an answer
  int in_flight = 256;            // questions on worker threads, those that wait for one included
  // Of large bodies being read, and as many of answers being written: beyond it, what would add to them is turned away.
  std::int64_t held_bytes = 512 << 20;
  int stream_poll_ms = 200;        // how often a stream looks for more
  int heartbeat_ms = 15'000;       // a silent stream shows that it lives
  int shutdown_grace_ms = 10'000;  // for requests under way when the end is asked for
};

struct TlsFiles {
  std::string certificate, key;  // PEM; empty = no TLS
  std::string client_ca;         // clients may then show a certificate, which is verified against it
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 7070;  // 0 = any that is free
  int threads = 0;            // 0 = as many as the machine has cores
  TlsFiles tls;
  ServerLimits limits;
  AccessSink access;               // told of each request; may be empty
  std::function<void()> on_drain;  // told once when the end was asked for; may be empty
};

class Server {
 public:
  // Listens at once. Errors: serve_address (kCaller): the address can't be parsed or bound; serve_tls (kCaller): the files can't be used.
  static Result<std::unique_ptr<Server>> Listen(const ServerOptions& options, const Router& router, Metrics& metrics);
  virtual ~Server() = default;

  virtual std::uint16_t Port() const = 0;
  // Serves until SIGTERM, SIGINT, or Stop from any thread. Requests under way are finished, for as long as the limits grant.
  virtual void Run() = 0;
  virtual void Stop() = 0;
};

}  // namespace tenure::http
