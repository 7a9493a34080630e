#include "http/identify.h"

#include <algorithm>

#include "event/clock.h"
#include "http/on_this_machine.h"

namespace tenure::http {
namespace {

using Admitted = tl::expected<Caller, Refusal>;

// Ten wrong credentials at once from one address, then one every six seconds.
constexpr Rate kFailures{1.0 / 6, 10};
constexpr std::string_view kToken = "token ", kCertificate = "certificate ";

Error Unauthenticated(std::string code, std::string reason, std::string hint) {
  return {std::move(code), std::move(reason), std::move(hint), Blame::kCaller};
}

Error TooManyRequests(const std::string& what) {
  return {"too_many_requests", what, "send again after the time that Retry-After says", Blame::kUnavailable};
}

// Of `Bearer TOKEN`, the scheme in any case.
std::optional<std::string_view> BearerIn(std::string_view field) {
  constexpr std::string_view kScheme = "bearer ";
  const auto equal = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  if (field.size() < kScheme.size() ||
      !std::equal(kScheme.begin(), kScheme.end(), field.begin(), [&](char b, char a) { return equal(a, b); }))
    return std::nullopt;
  field.remove_prefix(kScheme.size());
  while (!field.empty() && field.front() == ' ') field.remove_prefix(1);
  return field;
}

}  // namespace

Doorkeeper::Doorkeeper(DoorOptions options)
    : options_(std::move(options)), tokens_file_(options_.tokens_path), map_file_(options_.client_map_path) {}

Result<std::unique_ptr<Doorkeeper>> Doorkeeper::Open(DoorOptions options) {
  std::unique_ptr<Doorkeeper> made(new Doorkeeper(std::move(options)));
  const auto known = made->Look(made->At());
  if (known->trouble) return tl::unexpected<Error>(*known->trouble);
  return made;
}

std::shared_ptr<const Doorkeeper::Known> Doorkeeper::Look(Moment at) {
  const std::lock_guard lock(mutex_);
  const bool tokens_changed = tokens_file_.Look(at), map_changed = map_file_.Look(at);
  if (!tokens_changed && !map_changed) return known_;
  auto known = std::make_shared<Known>();
  const auto failed = [&](Error error, const WatchedFile& file) {
    if (error.reason.find(file.Path()) == std::string::npos) error.reason = file.Path() + ": " + error.reason;
    if (!known->trouble) known->trouble = std::move(error);
  };
  const auto& tokens = tokens_file_.Text();
  if (!tokens) failed(tokens.error(), tokens_file_);
  if (tokens && *tokens) {
    auto read = ReadTokens(**tokens);
    if (!read) failed(read.error(), tokens_file_);
    else
      for (Token& token : *read) known->tokens.emplace(token.id, std::move(token));
  }
  const auto& map = map_file_.Text();
  const bool mapped = !options_.client_map_path.empty();
  if (!map) failed(map.error(), map_file_);
  else if (mapped && !*map)
    failed({"file_not_readable", "there is no such file", "name the file of the clients", Blame::kCaller}, map_file_);
  else if (mapped) {
    auto read = ReadClientMap(**map);
    if (!read) failed(read.error(), map_file_);
    else known->clients = std::move(*read);
  }
  if (mapped || known->trouble || !known->tokens.empty()) closed_ = true;
  if (known->trouble && options_.say) options_.say(*known->trouble);
  known_ = std::move(known);
  return known_;
}

Admitted Doorkeeper::Admit(const Request& request) {
  const Moment at = At();
  const auto known = Look(at);
  if (known->trouble)
    return tl::unexpected<Refusal>(Error{"credentials_not_readable", "the service can't read who may use it",
                                         "nobody is let in until that is mended; its output says what is wrong",
                                         Blame::kUnavailable});
  if (const std::string* field = request.Find("authorization")) return AdmitToken(request, *field, *known, at);
  if (!request.peer.certificate.empty() && !options_.client_map_path.empty())
    return AdmitCertificate(request.peer.certificate, *known, at);
  if (closed_)
    return tl::unexpected<Refusal>(Unauthenticated("not_authenticated", "no token was sent",
                                                   "send Authorization: Bearer TOKEN; tenure token create makes one"));
  if (auto why = NotOnThisMachine(request); !why.empty())
    return tl::unexpected<Refusal>(Unauthenticated("not_authenticated", "there are no tokens, and " + why,
                                                   "make a token and send it: tenure token create --scope ask"));
  Caller caller;
  caller.everything = true;
  caller.still = [this](Scope) {
    Look(At());
    return !Closed();
  };
  return caller;
}

Admitted Doorkeeper::Failed(const Request& request, Error error, Moment at) {
  failures_.Take(request.peer.network, kFailures, at);
  return tl::unexpected<Refusal>(std::move(error));
}

bool Doorkeeper::WasHere(const std::string& id, const std::string& network) const {
  const std::lock_guard lock(mutex_);
  const auto last = last_network_.find(id);
  return last != last_network_.end() && last->second == network;
}

std::optional<Error> Doorkeeper::TroubleWith(const Token& token) const {
  if (token.revoked)
    return Unauthenticated("credential_revoked",
                           "the token \"" + token.name + "\" was revoked at " + event::FormatTime(token.revoked->us),
                           "use another: tenure token create");
  if (token.expires <= options_.now())
    return Unauthenticated("credential_expired",
                           "the token \"" + token.name + "\" expired at " + event::FormatTime(token.expires.us),
                           "use another: tenure token create");
  return std::nullopt;
}

Admitted Doorkeeper::AdmitToken(const Request& request, const std::string& field, const Known& known, Moment at) {
  const auto text = BearerIn(field);
  const auto shown = text ? ReadShownToken(*text) : std::nullopt;
  if (const int wait = failures_.Wait(request.peer.network, kFailures, at); wait > 0)
    if (!shown || !WasHere(shown->id, request.peer.network))
      return tl::unexpected<Refusal>(Refusal(TooManyRequests("too many wrong credentials came from this address"), wait));
  if (!text)
    return Failed(request,
                  Unauthenticated("credential_unknown", "the credential is no bearer token", "send Authorization: Bearer TOKEN"),
                  at);
  const Token nobody;
  const auto found = shown ? known.tokens.find(shown->id) : known.tokens.end();
  const Token& token = found == known.tokens.end() ? nobody : found->second;
  if (!shown || !IsSame(token, *shown) || found == known.tokens.end())
    return Failed(request, Unauthenticated("credential_unknown", "the token is not known here", "check that it was copied whole"),
                  at);
  if (auto trouble = TroubleWith(token)) {
    auto failed = Failed(request, std::move(*trouble), at);
    failed.error().name = token.name;
    failed.error().credential = std::string(kToken) + token.id;
    return failed;
  }
  Caller caller = CallerOf(token.name, std::string(kToken) + token.id, token.rights);
  if (auto too_many = TooMany(caller, token.rights, at)) return tl::unexpected<Refusal>(std::move(*too_many));
  {
    const std::lock_guard lock(mutex_);
    last_network_[token.id] = request.peer.network;
  }
  caller.still = [this, credential = caller.credential](Scope scope) { return StillHas(credential, scope); };
  return caller;
}

Admitted Doorkeeper::AdmitCertificate(const std::string& certificate, const Known& known, Moment at) {
  const auto found = known.clients.find(certificate);
  if (found == known.clients.end())
    return tl::unexpected<Refusal>(Unauthenticated("credential_unknown",
                                                   "the certificate of \"" + certificate + "\" means nobody here",
                                                   "add it to the client map, or send a token"));
  const MappedClient& client = found->second;
  Caller caller = CallerOf(client.name, std::string(kCertificate) + certificate, client.rights);
  if (auto too_many = TooMany(caller, client.rights, at)) return tl::unexpected<Refusal>(std::move(*too_many));
  caller.still = [this, credential = caller.credential](Scope scope) { return StillHas(credential, scope); };
  return caller;
}

std::optional<Refusal> Doorkeeper::TooMany(const Caller& caller, const Rights& rights, Moment at) {
  if (rights.rate_per_second == 0) return std::nullopt;
  const auto rate = static_cast<double>(rights.rate_per_second);
  const int wait = requests_.Take(caller.credential, {rate, 2 * rate}, at);
  if (wait == 0) return std::nullopt;
  return Refusal(
      TooManyRequests("\"" + caller.name + "\" may send " + std::to_string(rights.rate_per_second) + " requests a second"), wait);
}

bool Doorkeeper::StillHas(const std::string& credential, Scope scope) {
  const auto known = Look(At());
  if (known->trouble) return false;
  if (credential.starts_with(kToken)) {
    const auto token = known->tokens.find(credential.substr(kToken.size()));
    return token != known->tokens.end() && !TroubleWith(token->second) && CallerOf({}, {}, token->second.rights).May(scope);
  }
  const auto client = known->clients.find(credential.substr(kCertificate.size()));
  return client != known->clients.end() && CallerOf({}, {}, client->second.rights).May(scope);
}

}  // namespace tenure::http
