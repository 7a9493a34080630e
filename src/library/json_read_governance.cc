// findings.
#include "governance/rules.h"
#include "library/answer_reader.h"
#include "library/json_read.h"

namespace tenure::library {
namespace {

using Value = AnswerReader::Value;

Severity ReadSeverity(AnswerReader& in, const Value& value) {
  return static_cast<Severity>(in.OneOf(value, "severity", {"low", "medium", "high", "critical"}));
}

Interval ReadSpan(AnswerReader& in, const Value& value, std::string_view from, std::string_view until) {
  return {in.Time(value, from).value_or(kAlways), in.Time(value, until).value_or(kForever)};
}

FindingRow ReadFinding(AnswerReader& in, const Value& value) {
  FindingRow row;
  row.rule = in.Word(value, "rule");
  row.severity = ReadSeverity(in, value);
  row.subject = in.Text(value, "subject");
  row.about = in.Text(value, "about");
  row.span = ReadSpan(in, value, "since", "until");
  row.certain = in.OneOf(value, "status", {"possible", "certain"}) == 1;
  row.excused = in.OneOf(value, "state", {"open", "excused"}) == 1;
  for (const Value& excuse : in.Array(value, "excused"))
    row.excuses.push_back({in.Text(excuse, "exception"),
                           in.Text(excuse, "approver"),
                           in.Text(excuse, "reason"),
                           ReadSpan(in, excuse, "from", "until"),
                           {}});
  row.text = in.Text(value, "text");
  row.would_end = in.Text(value, "would_end");
  row.controls = in.Texts(value, "controls");
  row.evidence = in.Evidence(value);
  return row;
}

std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

}  // namespace

Status FromJson(std::string_view json, FindingsAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("findings");
  answer.asked.rules = Split(in.Text(in.Root(), "rule"));
  answer.asked.least = ReadSeverity(in, in.Root());
  answer.asked.subject = answer.head.subject;
  answer.policy = in.Word(in.Root(), "policy");
  answer.total = in.Number(in.Root(), "total");
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadFinding(in, row));
  return in.Outcome();
}

}  // namespace tenure::library
