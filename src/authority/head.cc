#include "authority/head.h"

#include <algorithm>

#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::IntervalSet;

void Consult(Consulted& consulted, Topic plane, const std::string& key, const IntervalSet& when) {
  if (when.Empty() || key.empty()) return;
  auto& all = consulted[{plane, key}];
  all = all.Union(when);
}

void ConsultGrants(Consulted& consulted, Reading& reading, const std::string& principal, const IntervalSet& reached) {
  for (const auto& grant : reading.GrantsOf(principal)) {
    const IntervalSet live = reached.Clip(grant.live);
    Consult(consulted, Topic::kAccess, grant.terms.role, live);
    if (grant.terms.kind == "delegated") Consult(consulted, Topic::kIdentity, grant.terms.delegator, live);
  }
}

void Note(const history::Taint& taint, AnswerHead& head) {
  head.complete = false;
  const std::string topic(TopicName(taint.topic));
  for (const auto& shown : head.taints)
    if (shown.position == taint.position && shown.topic == topic && shown.key == taint.key)
      return;  // known to both sides of a diff
  head.taints.push_back({topic, taint.key, taint.range, taint.position, taint.reason});
}

}  // namespace

Status CheckSubject(std::string_view ref) {
  auto status = event::CheckIdentity(ref);
  if (!status) status.error().blame = Blame::kCaller;
  return status;
}

Status CheckAsked(const Asked& asked) {
  if (asked.action.empty())
    return Fail("action_empty", "the question names no action", "name one, or * for everything", Blame::kCaller);
  if (asked.resource == "*") return {};
  const bool typed = asked.resource.find(':') != std::string::npos;
  auto status = event::CheckReference(typed ? asked.resource : "resource:" + asked.resource);
  if (!status) status.error().blame = Blame::kCaller, status.error().reason = "resource: " + status.error().reason;
  return status;
}

AnswerHead HeadOf(std::string_view question, std::string_view subject, const Frame& frame) {
  AnswerHead head;
  head.question = question;
  head.subject = subject;
  head.when = frame.ToWhen();
  return head;
}

Result<bool> BeforeRecord(history::FactView& view, const std::vector<Topic>& planes, EffectiveTime t) {
  for (const Topic plane : planes) {
    auto horizon = view.Horizon(plane);
    if (!horizon) return tl::unexpected<Error>(horizon.error());
    if (!*horizon || t < **horizon) return true;
  }
  return false;
}

Consulted ConsultedFor(Evaluation& evaluation, std::string_view ref) {
  Consulted consulted;
  Reading& reading = evaluation.Read();
  for (const auto& [identity, acting] : evaluation.WhomItActsAs(ref)) {
    const IntervalSet& as = acting.as.may;
    for (const auto& [principal, label] : evaluation.ClosureOf(identity)) {
      const IntervalSet reached = as.Intersect(label.deny.may);
      Consult(consulted, Topic::kAccess, principal, reached);
      if (principal != event::kEveryone) Consult(consulted, Topic::kIdentity, principal, reached);
      ConsultGrants(consulted, reading, principal, reached);
    }
  }
  return consulted;
}

void NoteTaints(const std::vector<history::Taint>& open, const Consulted& consulted, const Interval& window, AnswerHead& head) {
  for (const auto& taint : open) {
    const IntervalSet range = IntervalSet(taint.range).Clip(window);
    const bool hit = std::any_of(consulted.begin(), consulted.end(), [&](const auto& one) {
      const auto& [plane, key] = one.first;
      return plane == taint.topic && (taint.key.empty() || taint.key == key) && !one.second.Intersect(range).Empty();
    });
    if (hit) Note(taint, head);
  }
}

void NoteTaints(const std::vector<history::Taint>& open, const std::vector<Topic>& planes, const Interval& window,
                AnswerHead& head) {
  for (const auto& taint : open)
    if (std::find(planes.begin(), planes.end(), taint.topic) != planes.end() && IntervalSet(taint.range).Meets(window))
      Note(taint, head);
}

void NoteLimit(bool reached, AnswerHead& head) {
  if (!reached) return;
  head.complete = false;
  head.limits.emplace_back(kEdgesVisitedLimit);
}

}  // namespace tenure::authority
