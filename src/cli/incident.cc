#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "cli/answer_text.h"
#include "cli/commands.h"
#include "cli/moment.h"
#include "cli/question.h"
#include "cli/text.h"
#include "event/clock.h"
#include "event/json_reader.h"
#include "event/json_writer.h"
#include "library/data_directory.h"

namespace tenure::cli {
namespace {

constexpr std::size_t kNameMax = 64, kFileBytesMax = 1u << 20;

using Words = std::vector<std::string>;

// What is asked again: the questions, the moment that is `now` for them, and what was on record.
struct Incident {
  std::string name, position;
  EffectiveTime at;
  std::vector<Words> questions;
};

struct IncidentCommand {
  std::string name, at, subject, as_known_at;
  Words questions;
  bool json = false;
};

Status CheckName(const std::string& name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  if (!name.empty() && name.size() <= kNameMax && name.front() != '.' && std::all_of(name.begin(), name.end(), fits)) return {};
  return Fail("incident_name_malformed", "\"" + name + "\" can't name an incident",
              "letters, digits, and - _ . inside; at most " + std::to_string(kNameMax), Blame::kCaller);
}

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

std::string Joined(const Words& words) {
  std::string line = "tenure";
  for (const std::string& word : words) {
    const bool plain = word.find_first_of(" *'\"{}$") == std::string::npos;
    line += ' ' + (plain ? word : '\'' + word + '\'');
  }
  return line;
}

// The question as a command that is ready to run. Only questions about who existed and held what are kept: they can be asked as known.
Status Prepare(Invocation& invocation, Words words) {
  CLI::App app("a question of an incident", "tenure");
  app.require_subcommand(1);
  for (auto* add :
       {AddIdentities, AddShow, AddWhat, AddWho, AddCheck, AddFindings, AddBlastRadius, AddReplay, AddTimeline, AddDiff})
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

Result<std::string> FolderOf(const Invocation& invocation) {
  auto dir = library::FindDataDirectory(invocation.data_dir);
  if (!dir) return tl::unexpected<Error>(dir.error());
  return dir->Incidents();
}

std::string ToJson(const Incident& incident) {
  event::JsonWriter w;
  w.BeginObject();
  w.Key("incident"), w.String(incident.name);
  w.Key("at"), w.String(event::FormatTime(incident.at.us));
  w.Key("position"), w.String(incident.position);
  w.Key("questions");
  w.BeginArray();
  for (const Words& question : incident.questions) {
    w.BeginArray();
    for (const std::string& word : question) w.String(word);
    w.EndArray();
  }
  w.EndArray();
  w.EndObject();
  return w.Take();
}

std::optional<Incident> FromJson(const std::string& text) {
  const auto json = event::JsonValue::Parse(text);
  if (!json || !json->IsObject()) return std::nullopt;
  const auto member = [&](std::string_view name) { return json->Get(name).value_or(event::JsonValue()); };
  const auto at = event::ParseRfc3339(member("at").AsString());
  Incident incident{member("incident").AsString(), member("position").AsString(), at.value_or(EffectiveTime{}), {}};
  for (const auto& question : member("questions").Items()) {
    Words words;
    for (const auto& word : question.Items()) words.push_back(word.AsString());
    incident.questions.push_back(std::move(words));
  }
  if (!at || !CheckName(incident.name) || incident.position.empty() || incident.questions.empty()) return std::nullopt;
  return incident;
}

Result<Incident> Read(const Invocation& invocation, const std::string& name) {
  if (auto s = CheckName(name); !s) return tl::unexpected<Error>(s.error());
  auto folder = FolderOf(invocation);
  if (!folder) return tl::unexpected<Error>(folder.error());
  const std::string path = *folder + "/" + name + ".json";
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fail("incident_not_found", "there is no incident " + name, "tenure incident list", Blame::kCaller);
  std::string text(kFileBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  auto incident = FromJson(text);
  if (text.size() > kFileBytesMax || !incident)
    return Fail("incident_malformed", path + " is no incident", "open it anew", Blame::kFault);
  return *incident;
}

// What is asked of a subject if nothing else is.
std::vector<Words> QuestionsAbout(const std::string& subject, EffectiveTime at) {
  return {{"show", subject},
          {"what", subject, "--on-paper"},
          {"timeline", subject},
          {"blast-radius", subject, "--from", event::FormatTime(at.us)}};
}

Result<Exit> Open(Invocation& invocation, const IncidentCommand& command) {
  if (auto s = CheckName(command.name); !s) return tl::unexpected<Error>(s.error());
  auto at = ParseMoment("--at", command.at, invocation.now);
  if (!at) return tl::unexpected<Error>(at.error());
  Incident incident{command.name, {}, *at, {}};
  if (!command.subject.empty()) incident.questions = QuestionsAbout(command.subject, *at);
  for (const std::string& line : command.questions) {
    auto words = Split(line);
    if (!words) return tl::unexpected<Error>(words.error());
    incident.questions.push_back(std::move(*words));
  }
  if (incident.questions.empty())
    return Fail("incident_empty", "no question was given", "give --subject REF, or questions such as 'what user:mallory'",
                Blame::kCaller);
  auto tenure = invocation.OpenToRead();
  if (!tenure) return tl::unexpected<Error>(tenure.error());
  auto position = (*tenure)->Position();
  if (!position) return tl::unexpected<Error>(position.error());
  incident.position = std::move(*position);
  for (const Words& words : incident.questions)
    if (auto s = Prepare(invocation, Fixed(incident, words, true)); !s) return tl::unexpected<Error>(s.error());

  auto folder = FolderOf(invocation);
  if (!folder) return tl::unexpected<Error>(folder.error());
  const std::string path = *folder + "/" + incident.name + ".json";
  std::error_code failed;
  if (std::filesystem::exists(path, failed))
    return Fail("incident_exists", "there is an incident " + incident.name, "choose another name", Blame::kCaller);
  std::filesystem::create_directories(*folder, failed);
  if (auto s = library::WriteDurably(path, ToJson(incident) + "\n"); !s) return tl::unexpected<Error>(s.error());
  if (command.json) invocation.terminal.Line(ToJson(incident));
  else
    invocation.terminal.Line("opened " + incident.name + " with " +
                             Count(static_cast<std::int64_t>(incident.questions.size()), "question", "questions") +
                             "; anybody with this directory asks them again with: tenure incident ask " + incident.name);
  return Exit::kOk;
}

Result<Exit> List(Invocation& invocation, const IncidentCommand&) {
  auto folder = FolderOf(invocation);
  if (!folder) return tl::unexpected<Error>(folder.error());
  Words names;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(*folder, failed))
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) invocation.terminal.Line(Escape(name));
  return Exit::kOk;
}

Result<Exit> Show(Invocation& invocation, const IncidentCommand& command) {
  auto incident = Read(invocation, command.name);
  if (!incident) return tl::unexpected<Error>(incident.error());
  if (command.json) {
    invocation.terminal.Line(ToJson(*incident));
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
