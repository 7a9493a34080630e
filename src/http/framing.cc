#include "http/framing.h"

#include <algorithm>

namespace tenure::http {
namespace {

std::vector<std::string_view> AllOf(const std::vector<Field>& fields, std::string_view name) {
  std::vector<std::string_view> values;
  for (const Field& field : fields)
    if (EqualNames(field.name, name)) values.push_back(field.value);
  return values;
}

Error Doubtful(std::string reason) {
  return {"framing_doubtful", std::move(reason), "say the length of the body once, or send it in chunks", Blame::kCaller};
}

// Of a host with a port, brackets of IPv6 included (RFC 3986); whether the name exists is nobody's concern here.
bool IsHost(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~!$&'()*+,;=:[]%").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<Error> WrongFraming(const std::vector<Field>& fields, int minor) {
  const auto codings = AllOf(fields, "transfer-encoding"), lengths = AllOf(fields, "content-length"),
             hosts = AllOf(fields, "host");
  for (const std::string_view coding : codings)
    if (!EqualNames(coding, "chunked"))
      return Error{"coding_unknown", "Transfer-Encoding is something else than chunked", "send the body as it is, or in chunks",
                   Blame::kCaller};
  if (codings.size() > 1) return Doubtful("Transfer-Encoding is given more than once");
  if (!codings.empty() && !lengths.empty()) return Doubtful("both Transfer-Encoding and Content-Length are given");
  if (!codings.empty() && minor < 1) return Doubtful("HTTP/1.0 has no Transfer-Encoding");
  if (lengths.size() > 1 || (!lengths.empty() && lengths[0].find(',') != std::string_view::npos))
    return Doubtful("Content-Length is given more than once");
  const auto host = [](std::string reason) {
    return Error{"host_malformed", std::move(reason), "send one Host, as in the URL: Host: 127.0.0.1:7070", Blame::kCaller};
  };
  if (hosts.size() > 1) return host("Host is given more than once");
  if (hosts.empty() && minor >= 1) return host("Host is missing");
  if (!hosts.empty() && !IsHost(hosts[0])) return host("Host is no host");
  for (const char* once : {"authorization", "content-type", "content-encoding", "last-event-id"})
    if (AllOf(fields, once).size() > 1)
      return Error{"field_repeated", "\"" + std::string(once) + "\" is given more than once", "give it once", Blame::kCaller};
  return std::nullopt;
}

}  // namespace tenure::http
