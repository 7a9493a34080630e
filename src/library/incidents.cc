#include "library/incidents.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>

#include "event/clock.h"
#include "event/json_reader.h"
#include "event/json_writer.h"
#include "library/data_directory.h"

namespace tenure::library {
namespace {

constexpr std::size_t kNameMax = 64, kFileBytesMax = 1u << 20, kQuestionsMax = 100, kWordsMax = 64, kIncidentsMax = 10'000;

tl::unexpected<Error> Malformed(const std::string& reason) {
  return Fail("incident_malformed", reason, "send or keep {incident, at, questions: [[word, …], …]}", Blame::kFault);
}
tl::unexpected<Error> QuestionMalformed(const std::string& reason) {
  return Fail("incident_question_malformed", reason, "give each question as one argument, such as 'what user:mallory'",
              Blame::kCaller);
}

std::string PathOf(const std::string& folder, const std::string& name) { return folder + "/" + name + ".json"; }

}  // namespace

Status CheckIncidentName(const std::string& name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  if (!name.empty() && name.size() <= kNameMax && name.front() != '.' && std::all_of(name.begin(), name.end(), fits)) return {};
  return Fail("incident_name_malformed", "\"" + name + "\" can't name an incident",
              "letters, digits, and - _ . inside; at most " + std::to_string(kNameMax), Blame::kCaller);
}

Status CheckIncident(const Incident& incident) {
  if (auto s = CheckIncidentName(incident.name); !s) return s;
  if (incident.questions.empty())
    return Fail("incident_empty", "no question was given", "give --subject REF, or questions such as 'what user:mallory'",
                Blame::kCaller);
  if (incident.questions.size() > kQuestionsMax)
    return QuestionMalformed("more than " + std::to_string(kQuestionsMax) + " questions");
  for (const auto& words : incident.questions)
    if (words.empty() || words.size() > kWordsMax)
      return QuestionMalformed("a question has no word, or more than " + std::to_string(kWordsMax));
  return {};
}

std::string ToJson(const Incident& incident) {
  event::JsonWriter w;
  w.BeginObject();
  w.Key("incident"), w.String(incident.name);
  w.Key("at"), w.String(event::FormatTime(incident.at.us));
  w.Key("position"), w.String(incident.position);
  w.Key("policy"), incident.policy.empty() ? w.Null() : w.Raw(incident.policy);
  w.Key("questions");
  w.BeginArray();
  for (const auto& question : incident.questions) {
    w.BeginArray();
    for (const std::string& word : question) w.String(word);
    w.EndArray();
  }
  w.EndArray();
  w.EndObject();
  return w.Take();
}

Result<Incident> IncidentFromJson(std::string_view text) {
  const auto json = event::JsonValue::Parse(text);
  if (!json || !json->IsObject()) return Malformed("it is no JSON object");
  constexpr std::array<std::string_view, 5> kKnown = {"incident", "at", "position", "policy", "questions"};
  std::set<std::string> seen;
  for (const auto& [name, value] : json->Members())
    if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end() || !seen.insert(name).second)
      return Malformed("\"" + name + "\" is not known, or stands twice");
  const auto member = [&](std::string_view name) { return json->Get(name).value_or(event::JsonValue()); };
  const auto at = event::ParseRfc3339(member("at").AsString());
  if (!at) return Malformed("at: " + at.error().reason);
  Incident incident{member("incident").AsString(), *at, member("position").AsString(), {}, {}};
  if (const auto policy = member("policy"); policy.IsObject()) incident.policy = policy.Dump();
  if (!member("questions").IsArray()) return Malformed("questions is no list");
  for (const auto& question : member("questions").Items()) {
    std::vector<std::string> words;
    for (const auto& word : question.Items()) {
      if (!word.IsString()) return Malformed("a question holds what is no text");
      words.push_back(word.AsString());
    }
    incident.questions.push_back(std::move(words));
  }
  return incident;
}

Status KeepIncident(const std::string& folder, const Incident& incident) {
  if (auto s = CheckIncident(incident); !s) return s;
  const std::string text = ToJson(incident) + "\n";
  if (text.size() > kFileBytesMax) return QuestionMalformed("the questions are longer than 1 MiB");
  static std::mutex keeping;
  const std::lock_guard lock(keeping);
  auto there = IncidentsIn(folder);
  if (!there) return tl::unexpected<Error>(there.error());
  if (std::binary_search(there->begin(), there->end(), incident.name))
    return Fail("incident_exists", "there is an incident " + incident.name, "choose another name", Blame::kCaller);
  if (there->size() >= kIncidentsMax)
    return Fail("incident_too_many", "there are " + std::to_string(kIncidentsMax) + " incidents", "remove some from " + folder,
                Blame::kCaller);
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  return WriteDurably(PathOf(folder, incident.name), text);
}

Result<std::vector<std::string>> IncidentsIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() == ".json" && CheckIncidentName(name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<Incident> ReadIncidentIn(const std::string& folder, const std::string& name) {
  if (auto s = CheckIncidentName(name); !s) return tl::unexpected<Error>(s.error());
  const std::string path = PathOf(folder, name);
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fail("incident_not_found", "there is no incident " + name, "tenure incident list", Blame::kCaller);
  std::string text(kFileBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  auto incident = text.size() > kFileBytesMax ? Malformed("it is longer than 1 MiB") : IncidentFromJson(text);
  if (incident && (incident->name != name || incident->position.empty() || !CheckIncident(*incident)))
    incident = Malformed("its name, position or questions are not such");
  if (!incident) {
    incident.error().reason = path + " is no incident: " + incident.error().reason;
    incident.error().hint = "open it anew";
  }
  return incident;
}

}  // namespace tenure::library
