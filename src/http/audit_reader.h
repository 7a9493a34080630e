#pragma once
// The audit, read from its end backwards: the newest first, page by page, beside whoever writes it.
// Thread safety: free functions.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "event/json_reader.h"
#include "tenure/result.h"
#include "tenure/time.h"

namespace tenure::http {

// "2026-11-26" -> DIR/2026-11-26.ndjson.
std::string AuditFile(const std::string& directory, const std::string& day);
// Of which there is a file, oldest first.
std::vector<std::string> AuditDays(const std::string& directory);

struct AuditQuestion {
  std::optional<EffectiveTime> from, to;  // from <= time < to
  std::string who, question;              // empty = any
  std::int64_t limit = 100;
  std::string cursor;                  // of the page before; empty = the newest
  std::int64_t bytes_max = 256 << 20;  // read for one page, which may then hold less than it could
};
struct AuditRow {
  std::string line;       // as it stands in the file
  event::JsonValue json;  // the same, read
};
struct AuditAnswer {
  std::vector<AuditRow> rows;   // newest first
  std::int64_t unreadable = 0;  // lines on the way that are no JSON, such as what a crash cut off
  std::string next;             // cursor; empty = last page
};

// Errors: cursor_malformed, when_empty (kCaller: from is not before to); audit_not_readable (kFault). Without a directory there are no rows.
Result<AuditAnswer> ReadAudit(const std::string& directory, const AuditQuestion& question);

// {"question":"audit","results":[…],"unreadable":0,"next":…}: the lines as they stand in the files.
std::string ToJson(const AuditAnswer& answer);

}  // namespace tenure::http
