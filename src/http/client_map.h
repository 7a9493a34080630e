#pragma once
// Who the clients are that show a certificate: their SPIFFE ID or subject, and what they may do. Format: docs/formats/access.md.
// Thread safety: plain values and free functions.
#include <map>
#include <string>
#include <string_view>

#include "http/caller.h"

namespace tenure::http {

struct MappedClient {
  std::string name;  // as verified_writer; the certificate's own where the file gives none
  Rights rights;
};
// By the certificate's name: "spiffe://prod/ns/hr/sa/connector", or the subject as RFC 2253 writes it.
using ClientMap = std::map<std::string, MappedClient, std::less<>>;

// Errors (kCaller): client_map_malformed, with the client that is wrong; client_map_format_unknown.
Result<ClientMap> ReadClientMap(std::string_view text);

}  // namespace tenure::http
