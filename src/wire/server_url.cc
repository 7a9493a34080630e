#include "wire/server_url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace tenure::wire {
namespace {

constexpr std::size_t kHostBytesMax = 253, kUrlBytesMax = 2048;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool IsAlphanumeric(char c) { return (c >= '0' && c <= '9') || (Lower(c) >= 'a' && Lower(c) <= 'z'); }

tl::unexpected<Error> Malformed(const std::string& reason) {
  return Fail("server_url_malformed", "the server's URL " + reason,
              "write --server http://127.0.0.1:7070, or https://HOST[:PORT]", Blame::kCaller);
}

bool IsV6(const std::string& address) {
  in6_addr bytes;
  return ::inet_pton(AF_INET6, address.c_str(), &bytes) == 1;
}

bool IsV4(const std::string& address) {
  in_addr bytes;
  return ::inet_pton(AF_INET, address.c_str(), &bytes) == 1;
}

bool IsHostName(std::string_view host) {
  if (host.empty() || host.size() > kHostBytesMax || host.front() == '.' || host.front() == '-') return false;
  return std::all_of(host.begin(), host.end(), [](char c) { return IsAlphanumeric(c) || c == '.' || c == '-' || c == '_'; });
}

bool IsPrefix(std::string_view path) {
  return std::all_of(path.begin(), path.end(),
                     [](char c) { return IsAlphanumeric(c) || std::string_view("/-._~").find(c) != std::string_view::npos; });
}

// "HOST", "HOST:PORT", "[V6]", "[V6]:PORT"
Status ReadAuthority(std::string_view text, ServerUrl& url) {
  std::string_view port;
  if (text.substr(0, 1) == "[") {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return Malformed("has a [ without ]");
    url.host = std::string(text.substr(1, close - 1));
    if (!IsV6(url.host)) return Malformed("has no IPv6 address in its [ ]");
    port = text.substr(close + 1);
  } else {
    url.host = std::string(text.substr(0, text.find(':')));
    if (!IsHostName(url.host)) return Malformed("names no host");
    port = text.substr(url.host.size());
  }
  url.port = url.tls ? 443 : 80;
  if (port.empty()) return {};
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data() + 1, port.data() + port.size(), number);
  if (port.front() != ':' || error != std::errc{} || end != port.data() + port.size() || number == 0 || number > 65'535)
    return Malformed("has a port that is no number from 1 to 65535");
  url.port = static_cast<std::uint16_t>(number);
  return {};
}

}  // namespace

std::string ServerUrl::HostField() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (tls ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

std::string ServerUrl::ToString() const { return (tls ? "https://" : "http://") + HostField() + prefix; }

bool ServerUrl::IsLoopback() const { return host == "localhost" || host == "::1" || (IsV4(host) && host.rfind("127.", 0) == 0); }

Result<ServerUrl> ParseServerUrl(std::string_view text) {
  if (text.size() > kUrlBytesMax) return Malformed("is too long");
  ServerUrl url;
  const auto slashes = text.find("://");
  std::string scheme(text.substr(0, slashes == std::string_view::npos ? 0 : slashes));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(), Lower);
  if (scheme != "http" && scheme != "https") return Malformed("begins with neither http:// nor https://");
  url.tls = scheme == "https";
  std::string_view rest = text.substr(slashes + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos)
    return Malformed("holds a user or a password; a token comes from TENURE_TOKEN or --token-file");
  if (auto s = ReadAuthority(authority, url); !s) return tl::unexpected<Error>(s.error());
  std::transform(url.host.begin(), url.host.end(), url.host.begin(), Lower);
  rest.remove_prefix(authority.size());
  if (!IsPrefix(rest)) return Malformed("has more than a path behind its host");
  while (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  url.prefix = std::string(rest);
  return url;
}

}  // namespace tenure::wire
