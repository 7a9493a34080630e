// blast_radius, replay.
#include "library/json.h"
#include "library/json_parts.h"

namespace tenure::library {
namespace {

constexpr std::string_view kReach[] = {"identity", "authority", "made", "use"};

void MemberCount(JsonWriter& w, std::string_view name, const UseCount& count) {
  w.Key(name);
  w.BeginObject();
  Member(w, "count", count.count);
  MemberTime(w, "first", count.first);
  MemberTime(w, "last", count.last);
  w.EndObject();
}

void WriteAuthority(JsonWriter& w, const ReachRow& row) {
  MemberOrNull(w, "role", row.role);
  if (row.role.empty()) MemberRaw(w, "permissions", ToJson(row.permissions));
  Member(w, "scope", row.scope);
  Member(w, "effect", EffectName(row.effect));
  Member(w, "kind", row.grant_kind);
  Member(w, "grant", row.grant);
  Member(w, "granted_to", row.granted_to);
  Member(w, "because", row.denies_apply ? std::vector<std::string>{"denies_apply"} : std::vector<std::string>{});
  MemberCount(w, "used", row.used);
  MemberCount(w, "used_apart", row.used_apart);
}

void WriteUse(JsonWriter& w, const ReachRow& row) {
  Member(w, "ref", row.ref);
  Member(w, "action", row.action);
  MemberOrNull(w, "resource", row.resource);
  Member(w, "outcome", row.outcome);
  MemberOrNull(w, "credential", row.credential);
  Member(w, "via", row.via);
  MemberCount(w, "used", row.used);
  MemberCount(w, "used_apart", row.used_apart);
}

void WriteReach(JsonWriter& w, const ReachRow& row) {
  Member(w, "reach", kReach[static_cast<std::size_t>(row.kind)]);
  MemberTime(w, "at", OptionalTime(row.span.from));
  MemberTime(w, "until", OptionalTime(row.span.until));
  Member(w, "who", row.who);
  Member(w, "as", row.as);
  Member(w, "status", StatusName(row.certain ? RowStatus::kEffective : RowStatus::kPossible));
  if (row.kind == ReachKind::kAuthority) WriteAuthority(w, row);
  if (row.kind == ReachKind::kUse) WriteUse(w, row);
  if (row.kind == ReachKind::kMade) {
    Member(w, "ref", row.ref);
    Member(w, "change", row.change);
    MemberBool(w, "followed", row.followed);
  }
  if (row.kind == ReachKind::kIdentity || row.kind == ReachKind::kAuthority) Member(w, "path", row.path);
  else Member(w, "evidence", row.evidence);
}

void MemberState(JsonWriter& w, std::string_view name, const ReplayState& state) {
  w.Key(name);
  w.BeginObject();
  MemberOrNull(w, "status", state.status);
  Member(w, "effective", state.effective);
  Member(w, "possible", state.possible);
  w.EndObject();
}

void WriteStep(JsonWriter& w, const ReplayStep& step) {
  MemberState(w, "before", step.before);
  MemberState(w, "after", step.after);
  w.Key("changes");
  w.BeginArray();
  for (const ReplayChange& change : step.changes) {
    w.BeginObject();
    Member(w, "change", change.gained ? "gained" : "lost");
    Member(w, change.role.rfind("role:", 0) == 0 ? "role" : "permission", change.role);
    MemberOrNull(w, "scope", change.scope);
    w.EndObject();
  }
  w.EndArray();
}

void WriteReplay(JsonWriter& w, const ReplayRow& row) {
  MemberTime(w, "time", row.time.us);
  MemberTime(w, "recorded_at", row.recorded_at.us);
  Member(w, "change", row.change);
  Member(w, "ref", row.ref);
  Member(w, "subject", row.subject);
  Member(w, "state", row.left_out ? "left_out" : "in_force");
  WriteStep(w, row.step);
  if (row.on_record) {
    w.Key("on_record");
    w.BeginObject();
    WriteStep(w, *row.on_record);
    w.EndObject();
  }
  Member(w, "evidence", row.evidence);
}

}  // namespace

std::string ToJson(const ReachAnswer& answer) {
  JsonWriter w;
  const std::string depth = std::to_string(answer.asked.depth);
  OpenAnswer(w, answer.head, {{"credential", answer.asked.credential}, {"depth", depth}});
  Member(w, "total", answer.total);
  Results(w, answer.rows, [&](const ReachRow& row) { WriteReach(w, row); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const ReplayAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head);
  Member(w, "total", answer.total);
  Results(w, answer.rows, [&](const ReplayRow& row) { WriteReplay(w, row); });
  CloseAnswer(w, answer.head);
  return w.Take();
}

}  // namespace tenure::library
