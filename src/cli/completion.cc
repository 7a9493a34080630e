#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/invocation.h"
#include "cli/text.h"

namespace tenure::cli {
namespace {

// What can follow a command; read from the commands themselves, so that it can't fall behind.
struct Completable {
  std::string name, about;
  std::vector<std::string> options, subcommands;
};

std::vector<std::string> OptionsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::vector<Completable> Commands(const CLI::App& app) {
  std::vector<Completable> commands;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    Completable one{sub->get_name(), sub->get_description(), OptionsOf(*sub), {}};
    for (const CLI::App* below : sub->get_subcommands([](const CLI::App*) { return true; }))
      one.subcommands.push_back(below->get_name());
    commands.push_back(std::move(one));
  }
  return commands;
}

std::string Words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string Quoted(std::string text) {
  for (std::size_t at = 0; (at = text.find('\'', at)) != std::string::npos; at += 4) text.replace(at, 1, "'\\''");
  return "'" + text + "'";
}

std::string Bash(const CLI::App& app) {
  std::string names, cases;
  for (const Completable& command : Commands(app)) {
    names += (names.empty() ? "" : " ") + command.name;
    cases += "    " + command.name + ") words=\"" + Words(command.subcommands) + " " + Words(command.options) + "\" ;;\n";
  }
  return "_tenure() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} words=\"\" word command=\"\"\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case $word in -*) ;; *) command=$word; break ;; esac\n"
         "  done\n"
         "  case $command in\n" +
         cases + "    *) words=\"" + names + " " + Words(OptionsOf(app)) +
         "\" ;;\n"
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F _tenure tenure\n";
}

std::string Zsh(const CLI::App& app) {
  std::string described, cases;
  for (const Completable& command : Commands(app)) {
    described += "    " + Quoted(command.name + ":" + command.about) + "\n";
    std::vector<std::string> words = command.subcommands;
    words.insert(words.end(), command.options.begin(), command.options.end());
    cases += "    " + command.name + ") compadd -- " + Words(words) + " ;;\n";
  }
  return "#compdef tenure\n"
         "_tenure() {\n"
         "  local -a commands\n"
         "  commands=(\n" +
         described +
         "  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe command commands\n"
         "    compadd -- " +
         Words(OptionsOf(app)) +
         "\n"
         "    return\n"
         "  fi\n"
         "  case ${words[2]} in\n" +
         cases +
         "  esac\n"
         "  _files\n"
         "}\n"
         "compdef _tenure tenure\n";
}

std::string Fish(const CLI::App& app) {
  std::string text = "complete -c tenure -n __fish_use_subcommand -f\n";
  for (const std::string& option : OptionsOf(app))
    text += "complete -c tenure -n __fish_use_subcommand -l " + option.substr(2) + "\n";
  for (const Completable& command : Commands(app)) {
    text += "complete -c tenure -n __fish_use_subcommand -a " + command.name + " -d " + Quoted(command.about) + "\n";
    const std::string here = "complete -c tenure -n '__fish_seen_subcommand_from " + command.name + "'";
    for (const std::string& below : command.subcommands) text += here + " -a " + below + "\n";
    for (const std::string& option : command.options) text += here + " -l " + option.substr(2) + "\n";
  }
  return text;
}

}  // namespace

void AddCompletion(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("completion", "A completion script for your shell");
  auto shell = std::make_shared<std::string>();
  sub->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  sub->footer("Examples\n  source <(tenure completion bash)\n  tenure completion fish > ~/.config/fish/completions/tenure.fish");
  sub->callback([&app, &invocation, shell] {
    invocation.run = [&app, &invocation, shell]() -> Result<Exit> {
      invocation.terminal.Write(*shell == "bash" ? Bash(app) : *shell == "zsh" ? Zsh(app) : Fish(app));
      return Exit::kOk;
    };
  });
}

}  // namespace tenure::cli
