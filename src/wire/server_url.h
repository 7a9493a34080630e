#pragma once
// Where a service is: `http://127.0.0.1:7070`, `https://tenure.example`, `https://proxy.example/tenure`.
// Plain values, free functions, safe from any thread.
#include <cstdint>
#include <string>
#include <string_view>

#include "tenure/result.h"

namespace tenure::wire {

struct ServerUrl {
  bool tls = false;
  std::string host;  // a name or an address, IPv6 without brackets
  std::uint16_t port = 0;
  std::string prefix;  // before every path; "" or "/tenure"

  std::string HostField() const;  // of a request: host, and the port where it isn't the scheme's own
  std::string ToString() const;
  // Whether the name can only mean this machine: an address of it, or localhost.
  bool IsLoopback() const;
};

// server_url_malformed (kCaller). A URL with a user or a password is refused without being repeated.
Result<ServerUrl> ParseServerUrl(std::string_view text);

}  // namespace tenure::wire
