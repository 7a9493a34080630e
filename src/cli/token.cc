// Who may use the service: tokens made, listed and revoked in the data directory, which the service sees at once.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/invocation.h"
#include "cli/moment.h"
#include "cli/table.h"
#include "cli/text.h"
#include "event/json_writer.h"
#include "http/rights_json.h"
#include "http/tokens.h"
#include "library/written_ask.h"

namespace tenure::cli {
namespace {

struct CreateCommand {
  std::string name, expires = "90d";
  std::vector<std::string> planes, sources, scopes;
  std::int64_t rate = 0;
  bool json = false;
};

// "90d" from now, a time, or "never".
Result<EffectiveTime> ReadExpiry(const std::string& text, EffectiveTime now) {
  if (text == "never") return kForever;
  now.us -= now.us % 1'000'000;
  const bool length = text.find_first_not_of("0123456789") == text.size() - 1;
  return library::ReadMoment("--expires", length ? "now+" + text : text, now);
}

http::Rights RightsOf(const CreateCommand& command) {
  http::Rights rights;
  for (const std::string& scope : command.scopes) rights.scopes.insert(*http::ScopeFromName(scope));
  for (const std::string& plane : command.planes) rights.planes.insert(*http::PlaneFromName(plane));
  rights.sources.insert(command.sources.begin(), command.sources.end());
  rights.rate_per_second = command.rate;
  return rights;
}

std::string StateOf(const http::Token& token, EffectiveTime now) {
  if (token.revoked) return "revoked";
  return token.expires <= now ? "expired" : "live";
}

void WriteToken(event::JsonWriter& w, const http::Token& token, EffectiveTime now) {
  w.Key("id");
  w.String(token.id);
  w.Key("name");
  w.String(token.name);
  http::WriteRightsMembers(w, token.rights);
  w.Key("created");
  w.Time(token.created);
  w.Key("expires");
  w.Time(token.expires);
  w.Key("revoked");
  if (token.revoked) w.Time(*token.revoked);
  else w.Null();
  w.Key("state");
  w.String(StateOf(token, now));
}

std::string ExpiryText(const http::Token& token, EffectiveTime now) {
  if (token.expires == kForever) return "never";
  return At(token.expires.us) + " (" + Distance(token.expires.us, now.us) + ")";
}

Result<Exit> Create(Invocation& invocation, const CreateCommand& command) {
  auto expires = ReadExpiry(command.expires, invocation.now);
  if (!expires) return tl::unexpected<Error>(expires.error());
  auto made = http::CreateToken(invocation.data_dir, command.name, RightsOf(command), invocation.now, *expires);
  if (!made) {
    if (made.error().code == "rights_malformed")
      made.error().hint = "append: --plane PLANE --source SOURCE; ask: --scope ask, history, events, govern or operate";
    return tl::unexpected<Error>(made.error());
  }
  const http::Token& token = made->token;
  if (command.json) {
    event::JsonWriter w;
    w.BeginObject();
    w.Key("token");
    w.String(made->text);
    WriteToken(w, token, invocation.now);
    w.EndObject();
    invocation.terminal.Line(w.Take());
    return Exit::kOk;
  }
  invocation.terminal.Line(made->text);
  invocation.terminal.Note("\"" + Escape(token.name) + "\" may " + Escape(http::DescribeRights(token.rights)));
  invocation.terminal.Note("expires " + ExpiryText(token, invocation.now) + "; revoke it with: tenure token revoke " + token.id);
  invocation.terminal.Note("The token is shown this once: keep it where only its user reads it.");
  return Exit::kOk;
}

Result<Exit> List(Invocation& invocation, bool json) {
  auto tokens = http::ListTokens(invocation.data_dir);
  if (!tokens) return tl::unexpected<Error>(tokens.error());
  if (json) {
    event::JsonWriter w;
    w.BeginObject();
    w.Key("tokens");
    w.BeginArray();
    for (const http::Token& token : *tokens) {
      w.BeginObject();
      WriteToken(w, token, invocation.now);
      w.EndObject();
    }
    w.EndArray();
    w.EndObject();
    invocation.terminal.Line(w.Take());
    return Exit::kOk;
  }
  if (tokens->empty()) invocation.terminal.Line("there are no tokens; tenure token create makes one");
  Table table({{"ID"}, {"NAME", true}, {"MAY", true, 16}, {"EXPIRES", true, 10}, {"STATE"}});
  for (const http::Token& token : *tokens) {
    const std::string state = StateOf(token, invocation.now);
    const std::string expires = token.expires == kForever ? "never" : At(token.expires.us);
    table.Add({token.id, token.name, http::DescribeRights(token.rights), expires, state},
              state == "live" ? Ink::kPlain : Ink::kDim);
  }
  table.Print(invocation.terminal, invocation.wide);
  return Exit::kOk;
}

Result<Exit> Revoke(Invocation& invocation, const std::string& name) {
  auto revoked = http::RevokeTokens(invocation.data_dir, name, invocation.now);
  if (!revoked) return tl::unexpected<Error>(revoked.error());
  if (revoked->empty()) invocation.terminal.Line("\"" + Escape(name) + "\" was revoked before");
  for (const http::Token& token : *revoked) invocation.terminal.Line("revoked " + token.id + " \"" + Escape(token.name) + "\"");
  return Exit::kOk;
}

void AddCreate(CLI::App& token, Invocation& invocation) {
  auto* sub = token.add_subcommand("create", "Make a token and print it, this once");
  auto command = std::make_shared<CreateCommand>();
  sub->add_option("--name", command->name, "Whose it is; kept with each event as verified_writer (default: the source)")
      ->type_name("NAME");
  sub->add_option("--plane", command->planes, "May append to this plane: identity, access, governance, usage (may be repeated)")
      ->type_name("PLANE")
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"identity", "access", "governance", "usage"}));
  sub->add_option("--source", command->sources, "... events of this source, and of no other (may be repeated)")
      ->type_name("SOURCE")
      ->allow_extra_args(false);
  sub->add_option("--scope", command->scopes,
                  "ask (about now), history (about any time), events (read the record), govern (resolve, retract what others "
                  "said), operate (metrics, verify, audit); may be repeated")
      ->type_name("SCOPE")
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"ask", "history", "events", "govern", "operate"}));
  sub->add_option("--expires", command->expires, "In so long (90d), at a time, or never (90d)")->type_name("90d|TIME|never");
  sub->add_option("--rate", command->rate, "At most so many requests a second, twice as many at once (no limit)")
      ->type_name("PER_SECOND")
      ->check(CLI::Range(std::int64_t{1}, http::kRateMost));
  sub->add_flag("--json", command->json, "The token and what it may as one line of JSON");
  sub->footer(
      "Examples\n  tenure token create --plane identity --source hr.example --expires 90d\n"
      "  tenure token create --name siem --scope events --expires never");
  sub->callback([&invocation, command] { invocation.run = [&invocation, command] { return Create(invocation, *command); }; });
}

}  // namespace

void AddToken(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("token", "Who may use the service: make, list and revoke tokens");
  sub->require_subcommand(1);
  AddCreate(*sub, invocation);
  auto* list = sub->add_subcommand("list", "All that were made, and what they may; secrets are not kept");
  auto json = std::make_shared<bool>(false);
  list->add_flag("--json", *json, "The list as one line of JSON");
  list->callback([&invocation, json] { invocation.run = [&invocation, json] { return List(invocation, *json); }; });
  auto* revoke = sub->add_subcommand("revoke", "End one at once, by its id, or all of a name");
  auto name = std::make_shared<std::string>();
  revoke->add_option("NAME", *name, "Name, or id as listed")->required();
  revoke->footer("Example\n  tenure token revoke hr.example");
  revoke->callback([&invocation, name] { invocation.run = [&invocation, name] { return Revoke(invocation, *name); }; });
  for (CLI::App* below : sub->get_subcommands({})) below->fallthrough();
}

}  // namespace tenure::cli
