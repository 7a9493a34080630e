#pragma once
// One request and its answer, over TCP or TLS, each on a connection of its own, in bounded time and memory.
//
// Errors, each before anything of an answer is believed:
//   server_unreachable    kUnavailable  no such name, refused, silent, or lost before the whole request was sent
//   server_tls            kUnavailable  no TLS, or a certificate that isn't trusted or is another host's
//   server_timeout        kUnavailable  the whole request was sent, and its answer did not come within the time
//   server_answer_cut     kUnavailable  likewise, and the connection ended before the answer did
//   server_answer_too_large, server_answer_malformed (no HTTP), server_repeats_token   kFault
// None of them holds the token. Thread safety: one thread at a time.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tenure/result.h"
#include "wire/server_url.h"

namespace tenure::wire {

struct ServerAccess {
  ServerUrl url;
  std::string token;                           // empty = none is sent
  std::string ca_file;                         // PEM; of https. Empty = those that the system trusts
  std::chrono::milliseconds timeout{300'000};  // for a whole answer
  std::function<void(const Error&)> say;       // of what is tried again; may be empty
};

struct Request {
  std::string method = "GET", target, accept = "application/json";
  std::string content_type, body;  // of a POST
  std::string last_event_id;
};

struct Reply {
  int status = 0;
  std::string content_type;  // lower case, without parameters
  std::string retry_after, location, body;
};

class Client {
 public:
  // Errors (kCaller): server_token_in_the_clear: a token, no TLS, and another machine; server_ca.
  static Result<std::unique_ptr<Client>> Make(const ServerAccess& access);
  virtual ~Client() = default;

  virtual Result<Reply> Send(const Request& request) = 0;

  // An answer that doesn't end: if it is 200 and of the type that `request` accepts, its bytes go to `take` as they come, until
  // `take` or `go_on` returns false, or it ends; then the reply has no body. Any other answer is returned whole. A silence
  // of three heartbeats is server_answer_cut.
  virtual Result<Reply> Stream(const Request& request, const std::function<bool(std::string_view)>& take,
                               const std::function<bool()>& go_on) = 0;
};

// Whether a text that the server sent holds the token, which then must not be shown.
bool HoldsToken(const ServerAccess& access, std::string_view text);

// Whether the server may have got, and acted on, the request that ended so.
bool MayHaveArrived(const Error& error);

}  // namespace tenure::wire
