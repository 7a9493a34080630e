#pragma once
// An organisation that is fit to be audited: people and machines who do everything in time, and among them sins that are known
// beforehand, each with its rule of docs/reference/findings.md and its exact stretch of time.
//
// It is a script, not a life: what it plants is computed from its own plan ("left at X, revoked at Y"), never by looking at events.
// - `during` is the time that the planted list speaks of: of the stretches of any rule but implausible_time that meet it, the list names
//   each one whole, and no others. Before it the organisation is being built: what was noticed then has run out when it begins. The
//   hygiene is kept up to its end, where the stream ends; a record that hears nothing more sees everybody grow dormant after it.
// - implausible_time holds from when the record learned an event, which no script can know: its stretches are given relative to that
//   moment, and there are no others at any time, as long as the record's clock is beyond the end of the stream.
// - `policy` must be in force: it names the organisation's systems, its roles on demand and its separate duties, and leaves every
//   threshold as it is by default.
// - Clean, nothing is planted: then no rule holds at any moment of `during`, though much comes within a microsecond of holding.
// Everything is a function of the options alone, on any machine. Names and ids are shared with other seeds and with the organisation
// of organisation.h: append each to a data directory of its own.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tenure/event.h"
#include "tenure/time.h"

namespace tenure::connect {

struct AuditedOptions {
  std::uint64_t seed = 1;
  bool clean = false;  // without the sins
};

// What a perfect auditor finds.
struct PlantedFinding {
  std::string rule, subject;
  std::string about;      // empty where the rule is about the subject as such
  Interval span;          // whole; an end of kForever: nothing ends it
  bool possible = false;  // as far as is known; else it is certain
  bool excused = false;   // a live exception covers all of it that lies in `during`
  // Of implausible_time: it begins when the record learns the event that `about` names, and span.from says nothing. It ends at
  // span.until, or, if that is kForever, so long after its beginning:
  bool from_recorded = false;
  std::int64_t lasts_us = 0;
};

struct AuditedOrganisation {
  Interval during;
  std::string policy;         // JSON, as `--policy` takes it
  std::vector<Event> events;  // in the order of telling, a few thousand; built from structs, as Generate gives them
  std::vector<PlantedFinding> planted;
};

AuditedOrganisation MakeAudited(const AuditedOptions& options);

// The planted list as a JSON document, a finding a line (docs/reference/cli.md).
std::string PlantedJson(const AuditedOptions& options, const AuditedOrganisation& organisation);

}  // namespace tenure::connect
