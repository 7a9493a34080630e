// findings, why_held, controls, reviews, review, unreviewed.
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

ChainStep ReadStep(AnswerReader& in, const Value& value) {
  ChainStep step;
  step.part = static_cast<ChainPart>(
      in.OneOf(value, "part", {"request", "decision", "issue", "change", "use", "review", "exception", "end"}));
  step.what = in.Word(value, "what");
  step.at = in.Time(value, "at");
  step.until = in.Time(value, "until");
  step.by = in.TextOrNull(value, "by");
  step.count = in.Number(value, "count");
  step.text = in.Text(value, "text");
  step.evidence = in.Evidence(value);
  return step;
}

ChainRow ReadChain(AnswerReader& in, const Value& value) {
  ChainRow row;
  row.authority = ReadAuthorityRow(in, value);
  for (const Value& step : in.Array(value, "chain")) row.steps.push_back(ReadStep(in, step));
  for (const Value& gap : in.Array(value, "gaps"))
    row.gaps.push_back({in.Word(gap, "gap"), in.Text(gap, "text"), in.Evidence(gap)});
  return row;
}

ControlRow ReadControl(AnswerReader& in, const Value& value) {
  ControlRow row;
  row.plane = in.Word(value, "plane");
  row.source = in.Text(value, "source");
  row.control_owner = in.TextOrNull(value, "control_owner");
  row.verified_writer = in.TextOrNull(value, "verified_writer");
  row.actor = in.TextOrNull(value, "actor");
  row.events = in.Number(value, "events");
  row.identities = in.Number(value, "identities");
  row.credentials = in.Number(value, "credentials");
  row.roles = in.Number(value, "roles");
  row.grants = in.Number(value, "grants");
  row.memberships = in.Number(value, "memberships");
  row.ended = in.Number(value, "ended");
  row.first = in.TimeThere(value, "first");
  row.last = in.TimeThere(value, "last");
  row.marks = in.Words(value, "marks");
  row.bundled = in.Texts(value, "bundled");
  row.bundled_count = in.Number(value, "bundled_count");
  row.evidence = in.Evidence(value);
  return row;
}

ReviewSummary ReadSummary(AnswerReader& in, const Value& value) {
  ReviewSummary review;
  review.review = in.Text(value, "review");
  review.reviewer = in.TextOrNull(value, "reviewer");
  const Value scope = in.Object(value, "scope");
  review.role = in.TextOrNull(scope, "role");
  review.resource = in.TextOrNull(scope, "resource");
  review.owner = in.TextOrNull(scope, "owner");
  review.identities = in.Texts(scope, "identities");
  review.as_of = in.TimeThere(value, "as_of");
  review.opened_at = in.TimeThere(value, "opened_at");
  review.due_at = in.Time(value, "due_at");
  review.closed_at = in.Time(value, "closed_at");
  review.position = in.Word(value, "position");
  review.holdings = in.Number(value, "holdings");
  review.decided = in.Number(value, "decided");
  review.kept = in.Number(value, "kept");
  review.revoked = in.Number(value, "revoked");
  review.changed = in.Number(value, "changed");
  review.overdue = in.Number(value, "overdue");
  review.not_carried_out = in.Number(value, "not_carried_out");
  review.evidence = in.Evidence(value);
  return review;
}

HoldingRow ReadHeld(AnswerReader& in, const Value& value) {
  HoldingRow row;
  row.principal = in.Text(value, "principal");
  row.kind = in.Word(value, "kind");
  row.holding = in.Text(value, "holding");
  row.role = in.TextOrNull(value, "role");
  row.scope = in.TextOrNull(value, "scope");
  row.since = in.Time(value, "since");
  row.open_days = in.Number(value, "open_days");
  row.evidence = in.Evidence(value);
  return row;
}

HoldingRow ReadHolding(AnswerReader& in, const Value& value) {
  HoldingRow row = ReadHeld(in, value);
  row.decision = in.WordOrNull(value, "decision");
  row.decided_at = in.Time(value, "decided_at");
  row.reviewer = in.TextOrNull(value, "reviewer");
  row.reason = in.TextOrNull(value, "reason");
  row.state = in.Word(value, "state");
  row.carried_out_at = in.Time(value, "carried_out_at");
  return row;
}

}  // namespace

Status FromJson(std::string_view json, WhyHeldAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("why_held");
  answer.asked.ref = answer.head.subject;
  if (in.Has(in.Root(), "role")) {
    answer.asked.role = in.Text(in.Root(), "role");
  } else {
    answer.asked.action = in.Text(in.Root(), "action");
    answer.asked.resource = in.Text(in.Root(), "resource");
  }
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadChain(in, row));
  return in.Outcome();
}

Status FromJson(std::string_view json, ControlsAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("controls");
  answer.policy = in.Word(in.Root(), "policy");
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadControl(in, row));
  return in.Outcome();
}

Status FromJson(std::string_view json, ReviewsAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("reviews");
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadSummary(in, row));
  return in.Outcome();
}

Status FromJson(std::string_view json, ReviewAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("review");
  answer.review = ReadSummary(in, in.Object(in.Root(), "review"));
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadHolding(in, row));
  return in.Outcome();
}

Status FromJson(std::string_view json, UnreviewedAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("unreviewed");
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadHeld(in, row));
  return in.Outcome();
}

Status FromJson(std::string_view json, FindingsAnswer& answer) {
  AnswerReader in(json);
  answer.head = in.Head("findings");
  answer.asked.rules = governance::SplitRules(in.TextOrNull(in.Root(), "rule"));
  answer.asked.least = ReadSeverity(in, in.Root());
  answer.asked.subject = answer.head.subject;
  answer.policy = in.Word(in.Root(), "policy");
  answer.total = in.Number(in.Root(), "total");
  for (const Value& row : in.Array(in.Root(), "results")) answer.rows.push_back(ReadFinding(in, row));
  return in.Outcome();
}

}  // namespace tenure::library
