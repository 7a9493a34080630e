#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/invocation.h"
#include "cli/schemas.h"
#include "cli/text.h"

namespace tenure::cli {
namespace {

Result<Exit> RunSchema(Invocation& invocation, const std::string& type) {
  if (type.empty()) {
    for (const Schema& schema : Schemas()) invocation.terminal.Line(schema.name);
    return Exit::kOk;
  }
  for (const Schema& schema : Schemas()) {
    const std::string_view name = schema.name;
    const bool short_name = name.size() > 10 && name.substr(0, 7) == "tenure." && type == name.substr(7, name.size() - 10);
    if (type != name && !short_name) continue;
    invocation.terminal.Write(schema.text);
    if (!schema.text.empty() && schema.text.back() != '\n') invocation.terminal.Line();
    return Exit::kOk;
  }
  return Fail("schema_unknown", "there is no event type \"" + type + "\"", "tenure schema lists them", Blame::kCaller);
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
