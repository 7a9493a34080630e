#include "http/on_this_machine.h"

#include <algorithm>

namespace tenure::http {
namespace {

// "localhost:7070" -> "localhost", "[::1]:7070" -> "::1".
std::string NameIn(std::string_view host) {
  if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
  return std::string(host.substr(0, host.find(':')));
}

bool IsOfThisMachine(const std::string& name) {
  const bool address = name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string::npos;
  return address || name == "::1" || name == "localhost" || name.ends_with(".localhost");
}

// Names that somebody else can make lead here have dots in them.
bool MayLeadElsewhere(const std::string& name) { return name.find('.') != std::string::npos && !IsOfThisMachine(name); }

}  // namespace

std::string NotOnThisMachine(const Request& request) {
  if (!request.peer.loopback) return "the request comes from another machine";
  for (const char* passed_on : {"forwarded", "x-forwarded-for", "via"})
    if (request.Find(passed_on) != nullptr) return "a proxy has passed the request on (" + std::string(passed_on) + ")";
  if (const std::string* host = request.Find("host"); host != nullptr && MayLeadElsewhere(NameIn(*host)))
    return "the request is for another host than this machine (Host)";
  if (const std::string* origin = request.Find("origin")) {
    const auto slashes = origin->find("://");
    if (slashes == std::string::npos || !IsOfThisMachine(NameIn(std::string_view(*origin).substr(slashes + 3))))
      return "a page of elsewhere sends the request (Origin)";
  }
  return {};
}

}  // namespace tenure::http
