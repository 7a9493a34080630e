#pragma once
// Incidents in a folder, a file each: docs/reference/investigation.md. Thread safety: any thread; two processes that keep the same name at
// once keep one of them.
#include <string>
#include <string_view>
#include <vector>

#include "tenure/investigation.h"
#include "tenure/result.h"

namespace tenure::library {

// Errors (kCaller): incident_name_malformed.
Status CheckIncidentName(const std::string& name);
// Of what is to be kept, but for its position and policy. Errors (kCaller): as Tenure::OpenIncident.
Status CheckIncident(const Incident& incident);

std::string ToJson(const Incident& incident);
// Whatever a file, a request or an answer holds; position and policy may be missing. Errors (kFault): incident_malformed.
Result<Incident> IncidentFromJson(std::string_view text);

Status KeepIncident(const std::string& folder, const Incident& incident);
Result<std::vector<std::string>> IncidentsIn(const std::string& folder);
Result<Incident> ReadIncidentIn(const std::string& folder, const std::string& name);

}  // namespace tenure::library
