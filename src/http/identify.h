#pragma once
// Who is let in: by a token, by a client certificate, or, while there is neither, by being on this machine.
//
// Tokens and client map are read again within a moment after they change. A file that can't be read lets nobody in. Once there was a
// token or a map, nobody is let in without for as long as this process lives.
// Thread safety: any call from any thread.
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "http/client_map.h"
#include "http/message.h"
#include "http/rate_limit.h"
#include "http/tokens.h"
#include "http/watched_file.h"

namespace tenure::http {

// Why a request isn't answered: a credential_* or not_authenticated (401), too_many_requests (429), credentials_not_readable (503).
struct Refusal {
  Refusal(Error why, int seconds = 0) : error(std::move(why)), retry_after_s(seconds) {}  // NOLINT(google-explicit-constructor)
  Error error;
  int retry_after_s;             // 0 = nothing is said
  std::string name, credential;  // of a caller that was verified and is let in no more, for the audit
};

struct DoorOptions {
  std::string tokens_path;             // REQUIRED; the file may come later
  std::string client_map_path;         // empty: certificates mean nothing
  std::function<EffectiveTime()> now;  // REQUIRED; by which tokens expire
  // By which files are looked at again and limits count; default the steady clock.
  std::function<std::chrono::steady_clock::time_point()> clock;
  std::function<void(const Error&)> say;  // told when a file can't be read, once for each time that it changed
};

class Doorkeeper {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // Errors: a file can't be read or understood.
  static Result<std::unique_ptr<Doorkeeper>> Open(DoorOptions options);

  // Counts against the limits.
  tl::expected<Caller, Refusal> Admit(const Request& request);

  // Nobody is let in for being on this machine alone.
  bool Closed() const { return closed_; }

 private:
  struct Known {
    std::map<std::string, Token, std::less<>> tokens;
    ClientMap clients;
    std::optional<Error> trouble;
  };

  explicit Doorkeeper(DoorOptions options);
  Moment At() const { return options_.clock ? options_.clock() : std::chrono::steady_clock::now(); }
  std::shared_ptr<const Known> Look(Moment at);
  std::optional<Error> TroubleWith(const Token& token) const;
  tl::expected<Caller, Refusal> AdmitToken(const Request& request, const std::string& field, const Known& known, Moment at);
  tl::expected<Caller, Refusal> AdmitCertificate(const std::string& certificate, const Known& known, Moment at);
  tl::expected<Caller, Refusal> Failed(const Request& request, Error error, Moment at);
  std::optional<Refusal> TooMany(const Caller& caller, const Rights& rights, Moment at);
  bool StillHas(const std::string& credential, Scope scope);
  // Of this token at this address, so that guessing from there doesn't lock it out.
  bool WasHere(const std::string& id, const std::string& network) const;

  const DoorOptions options_;
  std::atomic<bool> closed_ = false;
  mutable std::mutex mutex_;
  WatchedFile tokens_file_, map_file_;
  std::shared_ptr<const Known> known_;
  std::map<std::string, std::string> last_network_;  // by the token's id
  RateLimit requests_, failures_;
};

}  // namespace tenure::http
