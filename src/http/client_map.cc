#include "http/client_map.h"

#include "http/rights_json.h"

namespace tenure::http {
namespace {

using event::JsonValue;

tl::unexpected<Error> Malformed(const std::string& reason) {
  return Fail("client_map_malformed", reason, "see docs/formats/access.md", Blame::kCaller);
}

Result<MappedClient> ReadClient(const std::string& certificate, const JsonValue& json) {
  if (certificate.empty()) return Malformed("a client has an empty name");
  if (!json.IsObject()) return Malformed("\"" + certificate + "\" is no object");
  MappedClient client;
  for (const auto& [name, value] : json.Members()) {
    if (name == "name") {
      client.name = value.AsString();
      if (!IsCallerName(client.name)) return Malformed("\"" + certificate + "\": " + value.Dump() + " can't be a caller's name");
      continue;
    }
    auto read = ReadRightsMember(name, value, client.rights);
    if (!read) return Malformed("\"" + certificate + "\": " + read.error().reason + "; " + read.error().hint);
    if (!*read) return Malformed("\"" + certificate + "\" has an unknown member \"" + name + "\"");
  }
  if (auto allowed = CheckRights(client.rights); !allowed) return Malformed("\"" + certificate + "\": " + allowed.error().reason);
  if (client.name.empty()) client.name = certificate;
  return client;
}

}  // namespace

Result<ClientMap> ReadClientMap(std::string_view text) {
  auto json = JsonValue::Parse(text);
  if (!json || !json->IsObject()) return Malformed("it is no JSON object");
  const auto format = json->Get("format"), clients = json->Get("clients");
  if (!format || format->AsInt() != 1)
    return Fail("client_map_format_unknown", "it has not \"format\": 1", "this version of tenure knows no other", Blame::kCaller);
  if (!clients || !clients->IsObject() || json->Members().size() != 2)
    return Malformed("it is more, or less, than {\"format\": 1, \"clients\": {…}}");
  ClientMap map;
  for (const auto& [certificate, value] : clients->Members()) {
    auto client = ReadClient(certificate, value);
    if (!client) return tl::unexpected<Error>(client.error());
    if (!map.emplace(certificate, std::move(*client)).second) return Malformed("\"" + certificate + "\" stands twice");
  }
  return map;
}

}  // namespace tenure::http
