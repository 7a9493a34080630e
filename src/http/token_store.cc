// tokens.json as a file: read, and changed under a lock on its directory.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "event/codec.h"
#include "http/rights_json.h"
#include "http/tokens.h"
#include "library/data_directory.h"

namespace tenure::http {
namespace {

constexpr std::size_t kIdBytes = 6, kSecretBytes = 32;

// Held by whoever changes the tokens, so that of two changes none is lost.
class DirectoryLock {
 public:
  explicit DirectoryLock(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    while (fd_ >= 0 && ::flock(fd_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~DirectoryLock() {
    if (fd_ >= 0) ::close(fd_);
  }
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  const int fd_;
};

std::string RandomHex(std::size_t bytes) {
  std::array<unsigned char, kSecretBytes> random{};
  if (::getentropy(random.data(), bytes) != 0) throw std::runtime_error("the system gives no random bytes");
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) {
    text += kHex[random[i] >> 4];
    text += kHex[random[i] & 15];
  }
  return text;
}

Status Save(const std::string& data_dir, const std::vector<Token>& tokens) {
  return library::WriteDurably(TokensPath(data_dir), WriteTokens(tokens), true);
}

bool NamesAnId(const std::string& name) { return ReadShownToken("tenure_" + name + "_" + std::string(64, '0')).has_value(); }

}  // namespace

Result<std::vector<Token>> ListTokens(const std::string& data_dir) {
  const std::string path = TokensPath(data_dir);
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT) return std::vector<Token>();
    return Fail("tokens_not_readable", "\"" + path + "\" can't be read: " + std::strerror(errno),
                "run it as the user whom the data directory belongs to", Blame::kFault);
  }
  std::ostringstream text;
  text << file.rdbuf();
  auto tokens = ReadTokens(text.str());
  if (!tokens) tokens.error().reason = path + ": " + tokens.error().reason;
  return tokens;
}

Result<NewToken> CreateToken(const std::string& data_dir, const std::string& name, Rights rights, EffectiveTime now,
                             EffectiveTime expires) {
  if (auto allowed = CheckRights(rights); !allowed) return tl::unexpected<Error>(allowed.error());
  if (expires <= now) return Fail("token_expires_past", "the token would have expired already", "--expires 90d", Blame::kCaller);
  if (!name.empty() && (!IsCallerName(name) || NamesAnId(name)))
    return Fail("token_name_malformed", "\"" + name + "\" can't be a token's name",
                "give one of at most 128 bytes that is no id of a token, such as hr-connector", Blame::kCaller);
  if (auto made = library::FindOrMakeFolder(data_dir); !made) return tl::unexpected<Error>(made.error());
  const DirectoryLock lock(data_dir);
  auto tokens = ListTokens(data_dir);
  if (!tokens) return tl::unexpected<Error>(tokens.error());
  Token token;
  do token.id = RandomHex(kIdBytes);
  while (std::any_of(tokens->begin(), tokens->end(), [&](const Token& other) { return other.id == token.id; }));
  const std::string text = "tenure_" + token.id + "_" + RandomHex(kSecretBytes);
  const std::string only_source = rights.sources.size() == 1 ? *rights.sources.begin() : "";
  token.name = !name.empty() ? name : IsCallerName(only_source) ? only_source : "token-" + token.id;
  token.hash = event::Sha256(text);
  token.rights = std::move(rights);
  token.created = EffectiveTime{now.us - now.us % 1'000'000};
  token.expires = expires;
  tokens->push_back(token);
  if (auto saved = Save(data_dir, *tokens); !saved) return tl::unexpected<Error>(saved.error());
  return NewToken{std::move(token), text};
}

Result<std::vector<Token>> RevokeTokens(const std::string& data_dir, const std::string& name_or_id, EffectiveTime now) {
  const DirectoryLock lock(data_dir);
  auto tokens = ListTokens(data_dir);
  if (!tokens) return tokens;
  std::vector<Token> revoked;
  bool found = false;
  for (Token& token : *tokens) {
    if (token.id != name_or_id && token.name != name_or_id) continue;
    found = true;
    if (token.revoked) continue;
    token.revoked = now;
    revoked.push_back(token);
  }
  if (!found)
    return Fail("token_not_found", "no token has the name or id \"" + name_or_id + "\"", "tenure token list", Blame::kCaller);
  if (revoked.empty()) return revoked;
  if (auto saved = Save(data_dir, *tokens); !saved) return tl::unexpected<Error>(saved.error());
  return revoked;
}

}  // namespace tenure::http
