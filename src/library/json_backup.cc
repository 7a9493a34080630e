// backup, restore.
#include "library/backup_file.h"
#include "library/json.h"
#include "library/json_parts.h"

namespace tenure::library {

std::string ToJson(const BackupContent& content) {
  JsonWriter w;
  w.BeginObject();
  WriteContent(w, content);
  w.EndObject();
  return w.Take();
}

std::string ToJson(const RestoreReport& report) {
  JsonWriter w;
  w.BeginObject();
  WriteContent(w, report.content);
  MemberBool(w, "digests_compared", report.digests_compared);
  w.EndObject();
  return w.Take();
}

}  // namespace tenure::library
