// Brief answers: of check, what, who and identities.
#include "library/answer_reader.h"
#include "library/json_read.h"

namespace tenure::library {
namespace {

using Value = AnswerReader::Value;

BriefAuthorityRow ReadAuthority(AnswerReader& in, const Value& value) {
  BriefAuthorityRow row;
  row.role = in.TextOrNull(value, "role");
  row.scope = in.Text(value, "scope");
  row.effect = in.Effect(value);
  row.grant = in.Text(value, "grant");
  row.granted_to = in.Text(value, "granted_to");
  row.status = in.Status(value);
  const auto granted = in.Intervals(value, "granted");
  if (granted.size() == 1) row.granted = granted.front();
  else in.Refuse("granted");
  row.evidence = in.Places(value);
  return row;
}

}  // namespace

Status FromJson(std::string_view json, BriefCheckAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.BriefHead("check");
  answer.action = in.Text(in.Root(), "action");
  answer.resource = in.Text(in.Root(), "resource");
  const Value result = OnlyResult(in);
  answer.decision = in.Decision(result, "decision");
  answer.evidence = in.Places(result);
  return in.Outcome();
}

Status FromJson(std::string_view json, BriefWhatAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.BriefHead("what");
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadAuthority(in, row));
  return in.Outcome();
}

Status FromJson(std::string_view json, BriefWhoAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.BriefHead("who");
  answer.asked = in.AskedWho();
  for (const Value& row : in.Array(in.Root(), "results"))
    answer.rows.push_back({in.Text(row, "principal"), in.Status(row), in.Places(row)});
  return in.Outcome();
}

Status FromJson(std::string_view json, BriefIdentitiesAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.BriefHead("identities");
  answer.total = in.Number(in.Root(), "total");
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back({in.Text(row, "ref"), in.Places(row)});
  return in.Outcome();
}

}  // namespace tenure::library
