#include "connect/generate/audited_organisation.h"

#include <array>
#include <utility>

#include "connect/generate/audited/diligence.h"
#include "connect/generate/audited/sins.h"
#include "event/json_writer.h"

namespace tenure::connect {
namespace {

using namespace generate;  // NOLINT(google-build-using-namespace): this file is that folder's front

void TellTheDiligence(Company& company) {
  FoundCompany(company);
  LiveWell(company);
  LeaveInTime(company);
  RotateInTime(company);
  UseInTime(company);
  GiveProperly(company);
  GiveForAWhile(company);
  ShareNothing(company);
  TrustWithCare(company);
  KeepTheRecordClean(company);
}

// Each sin once or twice, in an order of the seed's.
void TellTheSins(Company& company) {
  std::vector<Sin> sins;
  for (const auto& some : {SinsOfLeaving(), SinsOfCredentials(), SinsOfDisuse(), SinsOfGiving(), SinsOfPrivilege(),
                           SinsOfAWhile(), SinsOfSharing(), SinsOfTheRecord()})
    for (const Sin sin : some) sins.insert(sins.end(), static_cast<std::size_t>(company.Count(1, 2)), sin);
  for (std::size_t left = sins.size(); left > 1; --left)
    std::swap(sins[left - 1], sins[static_cast<std::size_t>(company.Count(0, static_cast<std::int64_t>(left) - 1))]);
  for (const Sin sin : sins) sin(company);
}

// Every system but the console, which belongs to nobody.
std::string PolicyJson() {
  event::JsonWriter json;
  json.BeginObject();
  json.Key("configured_sources");
  json.BeginArray();
  for (int system = 0; system < kSystems; ++system)
    if (static_cast<System>(system) != System::kConsole) json.String(SourceOf(static_cast<System>(system)));
  json.String("*.pipelines.example");
  json.EndArray();
  json.Key("jit_roles");
  json.BeginArray();
  json.String("role:on-demand-*");
  json.EndArray();
  json.Key("separation_of_duties");
  json.Raw(R"([{"name":"books","left":{"role":"role:book-keeper"},"right":{"role":"role:book-checker"}},)"
           R"({"name":"payments","left":{"action":"payment:Create","resource":"ledger:payments"},)"
           R"("right":{"action":"payment:Approve","resource":"ledger:payments"}},)"
           R"({"name":"invoices","left":{"action":"invoice:Enter","resource":"ledger:invoices"},)"
           R"("right":{"action":"invoice:Pay","resource":"ledger:invoices"}}])");
  json.EndObject();
  return json.Take();
}

void WriteEnds(event::JsonWriter& json, const PlantedFinding& planted) {
  json.Key("since");
  if (planted.from_recorded) json.String("recorded");
  else json.Time(planted.span.from);
  json.Key("until");
  if (planted.lasts_us > 0) json.String("recorded+" + std::to_string(planted.lasts_us / kSecond) + "s");
  else json.Time(planted.span.until);
}

std::string RowJson(const PlantedFinding& planted) {
  event::JsonWriter json;
  json.BeginObject();
  json.Key("rule");
  json.String(planted.rule);
  json.Key("subject");
  json.String(planted.subject);
  json.Key("about");
  if (planted.about.empty()) json.Null();
  else json.String(planted.about);
  WriteEnds(json, planted);
  json.Key("status");
  json.String(planted.possible ? "possible" : "certain");
  json.Key("state");
  json.String(planted.excused ? "excused" : "open");
  json.EndObject();
  return json.Take();
}

}  // namespace

AuditedOrganisation MakeAudited(const AuditedOptions& options) {
  Company company(options.seed);
  TellTheDiligence(company);
  if (!options.clean) TellTheSins(company);
  AuditedOrganisation organisation = std::move(company).Finish();
  organisation.policy = PolicyJson();
  return organisation;
}

std::string PlantedJson(const AuditedOptions& options, const AuditedOrganisation& organisation) {
  event::JsonWriter head;
  head.BeginObject();
  head.Key("seed");
  head.Raw(std::to_string(options.seed));
  head.Key("clean");
  head.Bool(options.clean);
  head.Key("during");
  head.BeginObject();
  head.Key("from");
  head.Time(organisation.during.from);
  head.Key("until");
  head.Time(organisation.during.until);
  head.EndObject();
  std::string text = head.Take() + ",\n\"planted\":[";
  for (const PlantedFinding& planted : organisation.planted)
    text += (&planted == &organisation.planted.front() ? "\n" : ",\n") + RowJson(planted);
  return text + "]}\n";
}

}  // namespace tenure::connect
