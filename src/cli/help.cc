#include "cli/help.h"

#include <algorithm>

#include "cli/terminal.h"
#include "cli/text.h"

namespace tenure::cli {
namespace {

constexpr std::size_t kLeft = 24;

// The name on the left, what it means wrapped on the right; a long name has a line of its own.
std::string TwoColumns(const std::string& name, const std::string& meaning) {
  std::string text = Pad("  " + name, kLeft);
  const bool alone = Width(text) > kLeft - 1 && text.back() != ' ';
  if (alone) text += "\n" + std::string(kLeft, ' ');
  bool first = true;
  for (const std::string& line : Wrap(meaning, kColumns - kLeft)) {
    text += (first ? "" : std::string(kLeft, ' ')) + line + "\n";
    first = false;
  }
  return text;
}

}  // namespace

std::string HelpFormatter::make_description(const CLI::App* app) const {
  std::string text;
  for (const std::string& line : Wrap(app->get_description(), kColumns)) text += line + "\n";
  return text;
}

std::string HelpFormatter::make_usage(const CLI::App* app, std::string name) const {
  std::string text = "\nUsage: " + (name.empty() ? app->get_name() : name);
  for (const CLI::Option* option : app->get_options([](const CLI::Option* o) { return o->get_positional(); })) {
    const std::string word = option->get_name(true) + (option->get_expected_max() > 1 ? "..." : "");
    text += option->get_required() ? " " + word : " [" + word + "]";
  }
  if (!app->get_subcommands([](const CLI::App*) { return true; }).empty())
    text += app->get_require_subcommand_min() > 0 ? " COMMAND" : " [COMMAND]";
  return text + " [OPTIONS]\n";
}

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
  std::string name = option->get_name(is_positional, true);
  for (std::size_t comma = 0; (comma = name.find(',', comma)) != std::string::npos; comma += 2) name.replace(comma, 1, ", ");
  const std::string takes = option->get_type_size() == 0 ? "" : option->get_type_name();
  if (!is_positional && !takes.empty()) name += " " + takes.substr(0, takes.find(':'));
  return TwoColumns(name, option->get_description());
}

// Lines that begin with a space are commands to copy and stay whole.
std::string HelpFormatter::make_footer(const CLI::App* app) const {
  std::string footer = app->get_footer(), text;
  if (app->get_parent() != nullptr)
    footer += (footer.empty() ? "" : "\n\n") + std::string("--data DIR and --wide: see tenure --help");
  for (std::size_t begin = 0; begin < footer.size();) {
    const std::size_t end = std::min(footer.find('\n', begin), footer.size());
    const std::string line = footer.substr(begin, end - begin);
    if (line.empty() || line.front() == ' ') {
      text += "\n" + line;
    } else {
      for (const std::string& part : Wrap(line, kColumns)) text += "\n" + part;
    }
    begin = end + 1;
  }
  return text.empty() ? text : text + "\n";
}

std::string HelpFormatter::make_subcommand(const CLI::App* sub) const {
  return TwoColumns(sub->get_name(), sub->get_description());
}

}  // namespace tenure::cli
