#include "connect/generate/audited/company.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "connect/generate/agenda.h"
#include "connect/generate/names.h"
#include "connect/generate/story.h"

namespace tenure::connect::generate {

std::int64_t Company::Length(std::int64_t low_us, std::int64_t high_us) {
  const std::int64_t seconds = random_.Below((high_us - low_us) / kSecond + 1);
  return std::min(low_us + seconds * kSecond + random_.Below(kSecond), high_us);
}

std::string Company::NewPerson() { return "user:" + PersonName(seed_, people_++); }

std::string Company::NewMachine() {
  static constexpr std::array<std::string_view, 8> kJobs{"sync",   "export", "deploy", "billing-run",
                                                         "backup", "triage", "import", "scan"};
  const std::string team = TeamName(random_.Below(24));
  std::string job(random_.Pick(kJobs));
  job += '-' + std::to_string(++machines_);
  switch (random_.Below(3)) {
    case 0:
      return "service_account:" + team + "-" + job;
    case 1:
      return "workload:spiffe://fleet/ns/" + team + "/sa/" + job;
    default:
      return "agent:" + team + "-" + job;
  }
}

std::string Company::NewOutsider() {
  return "external:" + AccountNumber(static_cast<std::int64_t>(seed_ % 1000) * 1000 + outsiders_++);
}
std::string Company::NewGroup() { return "group:" + TeamName(groups_++); }

std::string Company::NewNetwork() {
  const std::int64_t n = networks_++;
  return "10." + std::to_string(n / 250 % 250) + "." + std::to_string(n % 250) + "." + std::to_string(random_.Between(1, 254));
}

std::string Company::NewId(std::string_view prefix) {
  return std::string(prefix) + "-" + std::to_string(++ids_[std::string(prefix)]);
}

Event& Company::Tell(System system, EffectiveTime time, std::string_view actor, Payload payload) {
  told_.push_back({time, Wording(system, time, actor, std::move(payload))});
  return told_.back().event;
}

Event& Company::TellLate(System system, EffectiveTime time, EffectiveTime told_at, Payload payload) {
  Event& event = Tell(system, time, "", std::move(payload));
  told_.back().at = told_at;
  MarkLate(event, told_at);
  return event;
}

PlantedFinding& Company::Plant(std::string_view rule, std::string_view subject, std::string_view about, EffectiveTime since,
                               EffectiveTime until) {
  planted_.push_back(
      {.rule = std::string(rule), .subject = std::string(subject), .about = std::string(about), .span = {since, until}});
  return planted_.back();
}

const std::string& Company::StewardBut(std::string_view other) {
  const std::string* steward = &Steward();
  while (*steward == other) steward = &Steward();
  return *steward;
}

AuditedOrganisation Company::Finish() && {
  Agenda agenda;
  for (Told& told : told_) agenda.Put(told.at, std::move(told.event));
  AuditedOrganisation organisation{.during = {kOpens, kCloses}};
  std::map<std::string, std::int64_t> told;  // by source
  while (!agenda.Empty()) {
    Event event = agenda.Take();
    if (event.name.id.empty()) {
      const std::string& source = event.name.source;
      event.name.id = source.substr(0, source.find('.')) + "-" + std::to_string(++told[source]);
    }
    organisation.events.push_back(std::move(event));
  }
  organisation.planted = std::move(planted_);
  std::sort(organisation.planted.begin(), organisation.planted.end(), [](const PlantedFinding& a, const PlantedFinding& b) {
    return std::tie(a.rule, a.subject, a.about, a.span) < std::tie(b.rule, b.subject, b.about, b.span);
  });
  return organisation;
}

}  // namespace tenure::connect::generate
