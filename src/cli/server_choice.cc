#include "cli/server_choice.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace tenure::cli {
namespace {

constexpr std::size_t kTokenBytesMax = 8192;

std::string FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool IsOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool GoesOverTheWire(std::string_view command) {
  return IsOneOf(command, {"identities", "show",   "what",         "who",    "check",    "findings", "why-held",
                           "controls",   "review", "blast-radius", "replay", "evidence", "incident", "timeline",
                           "diff",       "events", "dead-letters", "status", "verify",   "append",   "import"});
}

// What needs no record, and what needs brokers alone.
bool NeedsNoRecord(std::string_view command) {
  return IsOneOf(command, {"version", "schema", "generate", "completion", "topics"});
}

// The first of these options that is given.
std::string GivenOf(const CLI::App& app, std::initializer_list<const char*> options) {
  for (const char* option : options)
    if (app.get_option(option)->count() > 0) return option;
  return {};
}

tl::unexpected<Error> NotSupported(const std::string& command, const std::string& named_by) {
  return Fail("server_not_supported",
              "tenure " + command + " works where the data directory is, and " + named_by + " names a server",
              NeedsNoRecord(command) ? "leave --server out" : "name the directory with --data DIR", Blame::kCaller);
}

// The URL of the server to ask; empty = none is asked.
Result<std::string> ChosenServer(const CLI::App& app, const Invocation& invocation) {
  const std::string command = app.get_subcommands().front()->get_name();
  const std::string local = GivenOf(app, {"--data", "--kafka", "--kafka-config", "--topic-prefix", "--accept", "--door-key"});
  if (!invocation.server.empty()) {
    if (!GoesOverTheWire(command)) return NotSupported(command, "--server");
    if (local.empty()) return invocation.server;
    return Fail("server_and_data", "--server and " + local + " are two records", "give one of them", Blame::kCaller);
  }
  const std::string server = FromEnvironment("TENURE_SERVER");
  if (server.empty() || !local.empty() || NeedsNoRecord(command)) return std::string();
  if (GoesOverTheWire(command)) return server;
  if (FromEnvironment("TENURE_DATA").empty()) return NotSupported(command, "TENURE_SERVER");
  return std::string();
}

// The value is never repeated.
Result<std::string> ReadToken(const std::string& path) {
  std::string token = FromEnvironment("TENURE_TOKEN");
  const std::string from = path.empty() ? "TENURE_TOKEN" : "\"" + path + "\"";
  if (!path.empty()) {
    std::ifstream file(path, std::ios::binary);
    token.assign(kTokenBytesMax + 2, '\0');
    file.read(token.data(), static_cast<std::streamsize>(token.size()));
    if (!file && !file.eof())
      return Fail("server_token", from + " can't be read: " + std::strerror(errno), "name a file that holds the token",
                  Blame::kCaller);
    token.resize(static_cast<std::size_t>(file.gcount()));
    while (!token.empty() && std::strchr(" \t\r\n", token.back()) != nullptr) token.pop_back();
    if (token.empty()) return Fail("server_token", from + " is empty", "name a file that holds the token", Blame::kCaller);
  }
  const bool visible = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (visible && token.size() <= kTokenBytesMax) return token;
  return Fail("server_token", "what " + from + " holds is no token", "give the token alone, as tenure token create printed it",
              Blame::kCaller);
}

// "90", "90s", "5m", "1h".
Result<std::chrono::milliseconds> ReadTimeout(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const std::int64_t seconds = unit.empty() || unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (error == std::errc{} && number >= 1 && seconds > 0 && number <= 86'400 / seconds)
    return std::chrono::milliseconds(number * seconds * 1000);
  return Fail("timeout_malformed", "\"" + text + "\" is no time to wait", "write --timeout 30s, 5m or 1h (1 s to 24 h)",
              Blame::kCaller);
}

}  // namespace

void DeclareServer(CLI::App& app, Invocation& invocation) {
  app.add_option("--server", invocation.server, "Ask the tenure serve there instead of a directory (default: $TENURE_SERVER)")
      ->type_name("URL");
  app.add_option("--server-ca", invocation.server_ca, "Of https: the CA to trust, PEM (default: those that the system trusts)")
      ->type_name("FILE");
  app.add_option("--token-file", invocation.token_file, "Holds the token for the server (default: the token is $TENURE_TOKEN)")
      ->type_name("FILE");
  app.add_option("--timeout", invocation.timeout, "How long to wait for a server's answer (default 5m)")->type_name("TIME");
}

Status SettleServer(const CLI::App& app, Invocation& invocation) {
  auto server = ChosenServer(app, invocation);
  if (!server) return tl::unexpected<Error>(server.error());
  if (server->empty()) {
    const std::string about_server = GivenOf(app, {"--server-ca", "--token-file", "--timeout"});
    if (about_server.empty()) return {};
    return Fail("server_not_named", about_server + " is about a server, and none is asked", "name it with --server URL",
                Blame::kCaller);
  }
  wire::ServerAccess access;
  auto url = wire::ParseServerUrl(*server);
  if (!url) return tl::unexpected<Error>(url.error());
  access.url = std::move(*url);
  auto token = ReadToken(invocation.token_file);
  if (!token) return tl::unexpected<Error>(token.error());
  access.token = std::move(*token);
  auto timeout = ReadTimeout(invocation.timeout);
  if (!timeout) return tl::unexpected<Error>(timeout.error());
  access.timeout = *timeout;
  access.ca_file = invocation.server_ca;
  access.say = [&terminal = invocation.terminal](const Error& error) { terminal.Complain(error); };
  invocation.served = std::move(access);
  return {};
}

}  // namespace tenure::cli
