// blast_radius, replay.
#include <charconv>

#include "library/answer_reader.h"
#include "library/json_read.h"

namespace tenure::library {
namespace {

using Value = AnswerReader::Value;

UseCount ReadCount(AnswerReader& in, const Value& row, std::string_view name) {
  const Value value = in.Object(row, name);
  return {in.Number(value, "count"), in.Time(value, "first"), in.Time(value, "last")};
}

void ReadAuthority(AnswerReader& in, const Value& value, ReachRow& row) {
  row.role = in.TextOrNull(value, "role");
  if (row.role.empty()) row.permissions = in.Permissions(value);
  row.scope = in.Text(value, "scope");
  row.effect = in.Effect(value);
  row.grant_kind = in.Text(value, "kind");
  row.grant = in.Text(value, "grant");
  row.granted_to = in.Text(value, "granted_to");
  row.denies_apply = !in.Words(value, "because").empty();
  row.used = ReadCount(in, value, "used");
  row.used_apart = ReadCount(in, value, "used_apart");
}

void ReadUse(AnswerReader& in, const Value& value, ReachRow& row) {
  row.ref = in.Text(value, "ref");
  row.action = in.Text(value, "action");
  row.resource = in.TextOrNull(value, "resource");
  row.outcome = in.Word(value, "outcome");
  row.credential = in.TextOrNull(value, "credential");
  row.via = in.Texts(value, "via");
  row.used = ReadCount(in, value, "used");
  row.used_apart = ReadCount(in, value, "used_apart");
}

ReachRow ReadReach(AnswerReader& in, const Value& value) {
  ReachRow row;
  row.kind = static_cast<ReachKind>(in.OneOf(value, "reach", {"identity", "authority", "made", "use"}));
  row.span = {in.Time(value, "at").value_or(kAlways), in.Time(value, "until").value_or(kForever)};
  row.who = in.Text(value, "who");
  row.as = in.Text(value, "as");
  row.certain = in.Status(value) == RowStatus::kEffective;
  if (row.kind == ReachKind::kAuthority) ReadAuthority(in, value, row);
  if (row.kind == ReachKind::kUse) ReadUse(in, value, row);
  if (row.kind == ReachKind::kMade) {
    row.ref = in.Text(value, "ref");
    row.change = in.Text(value, "change");
    row.followed = in.Flag(value, "followed");
  }
  if (row.kind == ReachKind::kIdentity || row.kind == ReachKind::kAuthority) row.path = in.Path(value);
  else row.evidence = in.Evidence(value);
  return row;
}

ReplayState ReadState(AnswerReader& in, const Value& step, std::string_view name) {
  const Value value = in.Object(step, name);
  return {in.WordOrNull(value, "status"), in.Number(value, "effective"), in.Number(value, "possible")};
}

ReplayStep ReadStep(AnswerReader& in, const Value& value) {
  ReplayStep step{ReadState(in, value, "before"), ReadState(in, value, "after"), {}};
  for (const Value& change : in.Array(value, "changes"))
    step.changes.push_back({in.OneOf(change, "change", {"lost", "gained"}) == 1,
                            in.Text(change, in.Has(change, "role") ? "role" : "permission"), in.TextOrNull(change, "scope")});
  return step;
}

ReplayRow ReadReplay(AnswerReader& in, const Value& value) {
  ReplayRow row;
  row.time = in.TimeThere(value, "time");
  row.recorded_at = {in.TimeThere(value, "recorded_at").us};
  row.change = in.Text(value, "change");
  row.ref = in.Text(value, "ref");
  row.subject = in.Text(value, "subject");
  row.left_out = in.OneOf(value, "state", {"in_force", "left_out"}) == 1;
  row.step = ReadStep(in, value);
  if (in.Has(value, "on_record")) row.on_record = ReadStep(in, in.Object(value, "on_record"));
  row.evidence = in.Evidence(value);
  return row;
}

}  // namespace

Status FromJson(std::string_view json, ReachAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("blast_radius");
  answer.asked.ref = answer.head.subject;
  answer.asked.window = answer.head.when.during.value_or(Interval{});
  answer.asked.credential = in.TextOrNull(in.Root(), "credential");
  const std::string depth = in.Word(in.Root(), "depth");
  const auto [end, error] = std::from_chars(depth.data(), depth.data() + depth.size(), answer.asked.depth);
  if (error != std::errc{} || end != depth.data() + depth.size()) in.Refuse("depth");
  answer.total = in.Number(in.Root(), "total");
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadReach(in, row));
  return in.Outcome();
}

Status FromJson(std::string_view json, ReplayAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("replay");
  answer.asked.subject = answer.head.subject;
  answer.asked.window = answer.head.when.during.value_or(Interval{});
  answer.total = in.Number(in.Root(), "total");
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadReplay(in, row));
  return in.Outcome();
}

}  // namespace tenure::library
