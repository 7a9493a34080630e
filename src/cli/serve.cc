// The service: projector and HTTP API in one process.
#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <memory>

#include "cli/asking_in_words.h"
#include "cli/commands.h"
#include "cli/invocation.h"
#include "cli/server_limits.h"
#include "cli/service_log.h"
#include "event/signature.h"
#include "http/identify.h"
#include "http/server.h"
#include "library/written_ask.h"

namespace tenure::cli {
namespace {

struct ServeCommand {
  std::string listen = "127.0.0.1:7070", log, client_map, audit = "on", audit_retention = "90d";
  std::vector<std::string> correctors;
  std::string evidence_key_file;
  http::ServiceOptions service;
  http::ServerOptions server;
  std::string log_format = "text", log_level = "info";
};

// The system's clock: tokens expire while the command runs.
EffectiveTime Now() {
  using namespace std::chrono;
  return EffectiveTime{duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

ServiceLogOptions LogOptions(const ServeCommand& command) {
  ServiceLogOptions options;
  options.json = command.log_format == "json";
  const std::string names[] = {"debug", "info", "warning", "error", "off"};
  for (int i = 0; i < 5; ++i)
    if (command.log_level == names[i]) options.level = static_cast<LogLevel>(i);
  return options;
}

// What happens while it serves is told to the log, which outlives the service and its server.
void TellOf(ServeCommand& command, ServiceLog& log) {
  command.service.on_trouble = [&log](const std::string& trouble) {
    if (trouble.empty()) log.Say(LogLevel::kInfo, "following again");
    else log.Say(LogLevel::kError, "following failed", {{"reason", trouble}});
  };
  command.server.access = [&log](const http::AccessLine& line) { log.Access(line); };
  command.server.on_drain = [&log] {
    log.Say(LogLevel::kInfo, "ending", {{"reason", "asked to end; requests under way are finished"}});
  };
}

// "127.0.0.1:7070", "[::1]:7070", ":7070".
Status ReadListen(const std::string& text, http::ServerOptions& options) {
  const auto colon = text.rfind(':');
  unsigned port = 0;
  const char* begin = text.data() + (colon == std::string::npos ? text.size() : colon + 1);
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), port);
  if (colon == std::string::npos || error != std::errc{} || end != text.data() + text.size() || port > 65'535)
    return Fail("listen_malformed", "\"" + text + "\" is no address with a port", "write --listen 127.0.0.1:7070",
                Blame::kCaller);
  options.port = static_cast<std::uint16_t>(port);
  std::string address = text.substr(0, colon);
  if (address.size() >= 2 && address.front() == '[' && address.back() == ']') address = address.substr(1, address.size() - 2);
  options.address = address.empty() ? "127.0.0.1" : address;
  return {};
}

Status CheckLog(const Invocation& invocation, const std::string& log) {
  if (log.empty() || (log == "kafka") == invocation.kafka.has_value()) return {};
  return Fail("data_other_log",
              log == "kafka" ? "--log kafka, and no brokers are named" : "--log embedded, and brokers are named",
              log == "kafka" ? "--kafka bootstrap.servers=HOST:PORT" : "leave --kafka out", Blame::kCaller);
}

// "90d", "12w", "forever".
Status ReadRetention(const std::string& text, int& days) {
  if (text == "forever") {
    days = 0;
    return {};
  }
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error != std::errc{} || number < 1 || number > 36'500 || (unit != "d" && unit != "w"))
    return Fail("audit_retention_malformed", "\"" + text + "\" is no time to keep the audit",
                "write --audit-retention 90d, 52w or forever", Blame::kCaller);
  days = number * (unit == "w" ? 7 : 1);
  return {};
}

bool IsLoopback(const std::string& address) { return address == "::1" || address.rfind("127.", 0) == 0; }

Result<std::unique_ptr<http::Doorkeeper>> OpenDoor(Invocation& invocation, const ServeCommand& command, ServiceLog& log) {
  const http::TlsFiles& tls = command.server.tls;
  if (tls.certificate.empty() != tls.key.empty() || (tls.certificate.empty() && !tls.client_ca.empty()))
    return Fail("serve_tls", "a certificate, its key, or both are missing", "give --tls-cert FILE and --tls-key FILE",
                Blame::kCaller);
  if (!command.client_map.empty() && command.server.tls.client_ca.empty())
    return Fail("serve_client_map", "--client-map is given and no CA that vouches for the clients", "give --client-ca FILE too",
                Blame::kCaller);
  http::DoorOptions options;
  options.tokens_path = http::TokensPath(invocation.data_dir);
  options.client_map_path = command.client_map;
  options.now = Now;
  options.say = [&log](const Error& error) { log.Say(LogLevel::kError, "nobody is let in", error); };
  auto door = http::Doorkeeper::Open(std::move(options));
  if (door && !(*door)->Closed() && !IsLoopback(command.server.address))
    return Fail("serve_open_to_all", "there are no tokens, and " + command.server.address + " can be reached from other machines",
                "make a token first (tenure token create), or give --client-map, or listen at 127.0.0.1", Blame::kCaller);
  return door;
}

void Greet(Invocation& invocation, const ServeCommand& command, const http::Server& server, const http::Doorkeeper& door) {
  const bool v6 = command.server.address.find(':') != std::string::npos;
  const std::string address = v6 ? "[" + command.server.address + "]" : command.server.address;
  const bool tls = !command.server.tls.certificate.empty();
  invocation.terminal.Line("tenure answers at " + std::string(tls ? "https://" : "http://") + address + ":" +
                           std::to_string(server.Port()));
  if (!door.Closed())
    invocation.terminal.Line("there are no tokens: everybody on this machine may do everything, until tenure token create");
  if (!tls && !IsLoopback(command.server.address))
    invocation.terminal.Line("without TLS (--tls-cert, --tls-key) tokens and answers travel in the clear");
  if (!command.server.tls.client_ca.empty() && command.client_map.empty())
    invocation.terminal.Line("without --client-map a client's certificate lets nobody in");
  invocation.terminal.Flush();
}

Result<Exit> Serve(Invocation& invocation, ServeCommand& command) {
  if (auto s = ReadListen(command.listen, command.server); !s) return tl::unexpected<Error>(s.error());
  if (auto s = library::CheckLag(command.service.max_lag, library::Spelling::kOptions); !s)
    return tl::unexpected<Error>(s.error());
  if (auto s = CheckLog(invocation, command.log); !s) return tl::unexpected<Error>(s.error());
  command.service.record.data_dir = invocation.data_dir;
  command.service.record.memory_bytes = invocation.memory_mib << 20;
  command.service.record.kafka = invocation.kafka;
  command.service.record.correctors = command.correctors;
  command.service.audit.required = command.audit == "required";
  command.service.ask_in_words = AskInWords;
  command.service.made_by = kMadeBy;
  auto key = ReadPem(command.evidence_key_file);
  if (!key) return tl::unexpected<Error>(key.error());
  if (!key->empty())
    if (auto signer = event::PublicPemOfPrivate(*key); !signer)
      return Fail("evidence_key_malformed", signer.error().reason, signer.error().hint, Blame::kCaller);
  command.service.evidence_key_pem = std::move(*key);
  if (auto s = ReadRetention(command.audit_retention, command.service.audit.retention_days); !s)
    return tl::unexpected<Error>(s.error());
  ServiceLog log(LogOptions(command));
  TellOf(command, log);
  auto door = OpenDoor(invocation, command, log);
  if (!door) return tl::unexpected<Error>(door.error());
  log.Say(LogLevel::kInfo, "starting", {{"version", TENURE_VERSION}, {"data", invocation.data_dir}});
  auto service = http::Service::Open(command.service);
  if (!service) return tl::unexpected<Error>(service.error());
  (*service)->Counts().ReadDroppedLines([&log] { return log.Dropped(); });
  const http::Router router(**service, [&](const http::Request& request) { return (*door)->Admit(request); });
  auto server = http::Server::Listen(command.server, router, (*service)->Counts());
  if (!server) return tl::unexpected<Error>(server.error());
  Greet(invocation, command, **server, **door);
  log.Say(LogLevel::kInfo, "serving", {{"address", command.server.address}, {"port", std::to_string((*server)->Port())}});
  (*server)->Run();
  log.Say(LogLevel::kInfo, "ended");
  invocation.terminal.Line("ended");
  return Exit::kOk;
}

}  // namespace

void AddServe(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("serve", "Answer over HTTP, and follow the log: one process, until it is ended (SIGTERM)");
  auto command = std::make_shared<ServeCommand>();
  sub->add_option("--listen", command->listen, "Address and port (127.0.0.1:7070); port 0 takes one that is free")
      ->type_name("ADDRESS:PORT");
  sub->add_option("--log", command->log, "embedded or kafka, to be told if the directory or the brokers say otherwise")
      ->check(CLI::IsMember({"embedded", "kafka"}));
  sub->add_option("--max-lag", command->service.max_lag, "Not ready when further behind the log: 100 (records), 30s, 5m")
      ->type_name("LAG");
  sub->add_option("--threads", command->server.threads, "Threads for connections, and as many for questions (one a core)")
      ->check(CLI::Range(1, 1024));
  sub->add_option("--tls-cert", command->server.tls.certificate, "Certificate chain, PEM")->type_name("FILE");
  sub->add_option("--tls-key", command->server.tls.key, "Its key, PEM")->type_name("FILE");
  sub->add_option("--client-ca", command->server.tls.client_ca, "Clients may show a certificate of this CA")->type_name("FILE");
  sub->add_option("--client-map", command->client_map, "Who those clients are, and what they may (docs/formats/access.md)")
      ->type_name("FILE");
  sub->add_option("--audit", command->audit, "on, or required: answer nothing that can't be recorded (on)")
      ->check(CLI::IsMember({"on", "required"}));
  sub->add_option("--audit-retention", command->audit_retention, "How long the audit is kept: 90d, 52w, forever (90d)")
      ->type_name("TIME");
  sub->add_option("--evidence-key", command->evidence_key_file, "Sign evidence packs with this Ed25519 private key (PEM)")
      ->type_name("FILE");
  AddServerLimits(*sub, command->server.limits);
  sub->add_option("--log-format", command->log_format, "Of the lines on standard error: text or json (text)")
      ->check(CLI::IsMember({"text", "json"}));
  sub->add_option("--log-level", command->log_level, "The least that is written: debug, info, warning, error, off (info)")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}));
  sub->add_option("--corrector", command->correctors,
                  "With a new data directory: a source whose retractions count for any event (fixed for ever; may be repeated)")
      ->type_name("SOURCE");
  sub->footer("Example\n  tenure serve --data /var/lib/tenure\n  curl 'http://127.0.0.1:7070/v1/status'");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return Serve(invocation, *command); }; });
}

}  // namespace tenure::cli
