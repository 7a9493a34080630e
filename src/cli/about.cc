#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/invocation.h"
#include "event/schemas.h"

namespace tenure::cli {
namespace {

Result<Exit> RunSchema(Invocation& invocation, const std::string& type) {
  if (type.empty()) {
    for (const std::string_view name : event::SchemaNames()) invocation.terminal.Line(name);
    return Exit::kOk;
  }
  const std::string_view text = event::SchemaText(type);
  if (text.empty())
    return Fail("schema_unknown", "there is no event type \"" + type + "\"", "tenure schema lists them", Blame::kCaller);
  invocation.terminal.Write(text);
  if (text.back() != '\n') invocation.terminal.Line();
  return Exit::kOk;
}

}  // namespace

void AddVersion(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("version", "The version of this binary");
  sub->callback([&invocation] {
    invocation.run = [&invocation]() -> Result<Exit> {
      invocation.terminal.Line("tenure " TENURE_VERSION);
      return Exit::kOk;
    };
  });
}

void AddSchema(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("schema", "The JSON Schema of an event type's data; without TYPE, the list of types");
  auto type = std::make_shared<std::string>();
  sub->add_option("TYPE", *type, "grant.issued, or its full name tenure.grant.issued.v1");
  sub->footer("Example\n  tenure schema grant.issued");
  sub->callback([&invocation, type] { invocation.run = [&invocation, type] { return RunSchema(invocation, *type); }; });
}

}  // namespace tenure::cli
