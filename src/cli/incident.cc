#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <sstream>

#include "cli/answer_text.h"
#include "cli/commands.h"
#include "cli/moment.h"
#include "cli/question.h"
#include "cli/text.h"
#include "event/clock.h"
#include "library/incidents.h"

namespace tenure::cli {
namespace {

using Words = std::vector<std::string>;

struct IncidentCommand {
  std::string name, at, subject, as_known_at;
  Words questions;
  bool json = false;
};

// As a shell would: blanks part words, quotes keep them together.
Result<Words> Split(const std::string& line) {
  Words words;
  std::string word;
  bool open = false;
  char quote = 0;
  for (const char c : line) {
    if (quote != 0) {
      if (c == quote) quote = 0;
      else word += c;
    } else if (c == '\'' || c == '"') {
      quote = c, open = true;
    } else if (c == ' ') {
      if (open) words.push_back(std::exchange(word, {}));
      open = false;
    } else {
      word += c, open = true;
    }
  }
  if (quote != 0)
    return Fail("incident_question_malformed", "a quote of \"" + line + "\" isn't closed", "close it", Blame::kCaller);
  if (open) words.push_back(word);
  return words;
}

// As a shell takes it.
std::string Quoted(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
  });
  if (plain) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string(R"('\'')") : std::string(1, c);
  return quoted + '\'';
}

std::string Joined(const Words& words) {
  std::string line = "tenure";
  for (const std::string& word : words) line += ' ' + Quoted(word);
  return line;
}

// Whoever opened an incident may not have the colleague who asks it read or write files: a policy would be sent to the server.
Status CheckTouchesNoFile(const Words& words) {
  for (const std::string& word : words)
    if (word == "--policy" || word.starts_with("--policy=") || word.starts_with("--chart=") || word.ends_with(".svg"))
      return Fail("incident_question_malformed", Joined(words) + ": " + word + " reads or writes a file of whoever asks",
                  "leave it out; the policy in force is kept with the incident", Blame::kCaller);
  return {};
}

// The question as a command that is ready to run. Only questions about who existed and held what are kept: they can be asked as known.
Status Prepare(Invocation& invocation, Words words) {
  if (auto s = CheckTouchesNoFile(words); !s) return s;
  CLI::App app("a question of an incident", "tenure");
  app.require_subcommand(1);
  for (auto* add : {AddIdentities, AddShow, AddWhat, AddWho, AddCheck, AddFindings, AddWhyHeld, AddControls, AddReview,
                    AddBlastRadius, AddReplay, AddTimeline, AddDiff})
    add(app, invocation);
  const std::string line = Joined(words);
  std::reverse(words.begin(), words.end());
  try {
    app.parse(std::move(words));
  } catch (const CLI::Error& error) {
    return Fail("incident_question_malformed", line + ": " + error.what(),
                "give each question as one argument, such as 'what user:mallory'", Blame::kCaller);
  }
  return {};
}

bool Has(const Words& words, std::initializer_list<std::string_view> options) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::any_of(options.begin(), options.end(),
                       [&](std::string_view option) { return word == option || word.rfind(std::string(option) + '=', 0) == 0; });
  });
}

// At the moment and as known, unless it says otherwise itself.
Words Fixed(const Incident& incident, Words words, bool json) {
  const std::string command = words.empty() ? "" : words.front();
  const bool has_moment = command != "blast-radius" && command != "replay" && !Has(words, {"--from", "--known-from"});
  if (has_moment && !Has(words, {"--as-of", "--during"}))
    words.insert(words.end(), {"--as-of", event::FormatTime(incident.at.us)});
  if (!Has(words, {"--as-known-at", "--known-from"})) words.insert(words.end(), {"--as-known-at", incident.position});
  if (json && !Has(words, {"--json", "--csv", "--sarif", "--chart"})) words.emplace_back("--json");
  return words;
}

Result<Incident> Read(const Invocation& invocation, const std::string& name) {
  auto record = invocation.Reach();
  if (!record) return tl::unexpected<Error>(record.error());
  return (*record)->ReadIncident(name);
}

// What is asked of a subject if nothing else is.
std::vector<Words> QuestionsAbout(const std::string& subject, EffectiveTime at) {
  return {{"show", subject},
          {"what", subject, "--on-paper"},
          {"timeline", subject},
          {"blast-radius", subject, "--from", event::FormatTime(at.us)}};
}

Result<Exit> Open(Invocation& invocation, const IncidentCommand& command) {
  auto at = ParseMoment("--at", command.at, invocation.now);
  if (!at) return tl::unexpected<Error>(at.error());
  Incident incident{command.name, *at, {}, {}, {}};
  if (!command.subject.empty()) incident.questions = QuestionsAbout(command.subject, *at);
  for (const std::string& line : command.questions) {
    auto words = Split(line);
    if (!words) return tl::unexpected<Error>(words.error());
    incident.questions.push_back(std::move(*words));
  }
  if (auto s = library::CheckIncident(incident); !s) return tl::unexpected<Error>(s.error());
  incident.position = "now";  // stands for what it will be
  for (const Words& words : incident.questions)
    if (auto s = Prepare(invocation, Fixed(incident, words, true)); !s) return tl::unexpected<Error>(s.error());
  auto record = invocation.Reach();
  if (!record) return tl::unexpected<Error>(record.error());
  auto kept = (*record)->OpenIncident(std::move(incident));
  if (!kept) return tl::unexpected<Error>(kept.error());
  if (command.json) invocation.terminal.Line(library::ToJson(*kept));
  else
    invocation.terminal.Line("opened " + kept->name + " with " +
                             Count(static_cast<std::int64_t>(kept->questions.size()), "question", "questions") +
                             "; anybody with this " + (invocation.served ? "server" : "directory") +
                             " asks them again with: tenure incident ask " + kept->name);
  return Exit::kOk;
}

Result<Exit> List(Invocation& invocation, const IncidentCommand&) {
  auto record = invocation.Reach();
  if (!record) return tl::unexpected<Error>(record.error());
  auto names = (*record)->Incidents();
  if (!names) return tl::unexpected<Error>(names.error());
  for (const std::string& name : *names) invocation.terminal.Line(Escape(name));
  return Exit::kOk;
}

Result<Exit> Show(Invocation& invocation, const IncidentCommand& command) {
  auto incident = Read(invocation, command.name);
  if (!incident) return tl::unexpected<Error>(incident.error());
  if (command.json) {
    invocation.terminal.Line(library::ToJson(*incident));
    return Exit::kOk;
  }
  Terminal& out = invocation.terminal;
  out.Line(out.Paint(Ink::kBold, incident->name) + " as of " + At(incident->at.us));
  for (const Words& words : incident->questions) out.Line("  " + Escape(Joined(words)));
  return Exit::kOk;
}

// One after the other; unknown if one of them is.
Result<Exit> AskAll(Invocation& invocation, const IncidentCommand& command) {
  auto incident = Read(invocation, command.name);
  if (!incident) return tl::unexpected<Error>(incident.error());
  const EffectiveTime now = invocation.now;
  invocation.policy = incident->policy;
  Exit exit = Exit::kOk;
  for (const Words& words : incident->questions) {
    invocation.now = incident->at;  // what a question calls now
    const auto prepared = Prepare(invocation, Fixed(*incident, words, command.json));
    if (!prepared) return tl::unexpected<Error>(prepared.error());
    if (!command.json) invocation.terminal.Line(invocation.terminal.Paint(Ink::kCyan, "$ " + Escape(Joined(words))));
    const auto run = invocation.run;
    auto ended = run();
    if (!ended) return ended;
    if (*ended == Exit::kUnknown) exit = Exit::kUnknown;
    if (!command.json) invocation.terminal.Line();
  }
  invocation.now = now;
  return exit;
}

}  // namespace

void AddIncident(CLI::App& app, Invocation& invocation) {
  auto* sub = app.add_subcommand("incident", "A named set of questions, to be asked again at the same moment and as known");
  sub->require_subcommand(1);
  auto command = std::make_shared<IncidentCommand>();
  const auto part = [&](const char* name, const char* about, Result<Exit> (*run)(Invocation&, const IncidentCommand&)) {
    auto* one = sub->add_subcommand(name, about);
    one->callback(
        [&invocation, command, run] { invocation.run = [&invocation, command, run] { return run(invocation, *command); }; });
    return one;
  };
  auto* open = part("open", "Keeps questions, with the moment and what is on record now", Open);
  open->add_option("NAME", command->name, "Its name")->required();
  open->add_option("QUESTION", command->questions, "Each as one argument: 'what user:mallory'");
  open->add_option("--at", command->at, "The moment that it is about")->type_name("T")->required();
  open->add_option("--subject", command->subject, "Also who it is, what it held, its story and its blast radius")
      ->type_name("REF");
  open->add_flag("--json", command->json, "What is kept, as one line of JSON");
  part("list", "The names of what is kept", List);
  auto* show = part("show", "The questions of one", Show);
  auto* ask = part("ask", "Asks them again: the same answers, whatever was recorded since", AskAll);
  for (CLI::App* one : {show, ask}) {
    one->add_option("NAME", command->name, "Its name")->required();
    one->add_flag("--json", command->json, "As JSON, a line each");
  }
  for (CLI::App* one : sub->get_subcommands({})) one->fallthrough();
  sub->footer(
      "Example: what a colleague is to see as well\n"
      "  tenure incident open mallory-may --at 2026-05-01T09:12:00Z --subject user:mallory \"who '*' '*'\"\n"
      "  tenure incident ask mallory-may");
}

}  // namespace tenure::cli
