#include "library/governing.h"

#include <unistd.h>

#include <memory>

#include "governance/chain.h"
#include "governance/controls.h"
#include "governance/findings.h"
#include "governance/reviews.h"
#include "governance/rules.h"
#include "library/arn.h"
#include "library/policy_file.h"

namespace tenure::library {

using history::FactView;

Result<governance::Policy> PolicyInForce(const OpenRecord& record, const std::string& given) {
  if (!given.empty()) return governance::ReadPolicy(given);
  const std::string path = record.dir.Policy();
  auto text = ReadPolicyFile(access(path.c_str(), F_OK) == 0 ? path : "");
  if (!text) return tl::unexpected<Error>(text.error());
  auto policy = governance::ReadPolicy(*text);
  if (!policy) policy.error().reason = path + ": " + policy.error().reason;
  return policy;
}

Result<FindingsAnswer> Findings(OpenRecord& record, const FindingsQuestion& asked, const Ask& ask) {
  auto policy = PolicyInForce(record, asked.policy);
  if (!policy) return tl::unexpected<Error>(policy.error());
  FindingsQuestion question = asked;
  question.subject = NormaliseReference(asked.subject);
  std::vector<std::string> key{"findings", question.subject, std::string(governance::SeverityName(question.least)),
                               governance::WritePolicy(*policy)};
  key.insert(key.end(), question.rules.begin(), question.rules.end());
  return Answer<FindingsAnswer>(record, ask, std::move(key), [&](FactView& view, const When& when, const Page& page) {
    return governance::Findings(view, question, *policy, when, page, IdentityOfActor);
  });
}

Result<WhyHeldAnswer> WhyHeld(OpenRecord& record, const WhyHeldQuestion& asked, const Ask& ask) {
  WhyHeldQuestion question = asked;
  question.ref = NormaliseReference(asked.ref);
  return Answer<WhyHeldAnswer>(
      record, ask, {"why_held", question.ref, question.role, question.action, question.resource},
      [&](FactView& view, const When& when, const Page& page) { return governance::WhyHeld(view, question, when, page); });
}

Result<ControlsAnswer> Controls(OpenRecord& record, const std::string& given, const Ask& ask) {
  auto policy = PolicyInForce(record, given);
  if (!policy) return tl::unexpected<Error>(policy.error());
  return Answer<ControlsAnswer>(record, ask, {"controls", governance::WritePolicy(*policy)},
                                [&](FactView& view, const When& when, const Page& page) {
                                  return governance::Controls(view, *policy, when, page, IdentityOfActor);
                                });
}

namespace {

governance::Past PastOf(OpenRecord& record) {
  auto unread = std::make_shared<std::vector<TopicPartition>>();
  const auto by = [&record, unread](RecordedTime time) -> Result<PositionVector> {
    auto knowledge = ResolveKnowledge(record, time);
    if (!knowledge) return tl::unexpected<Error>(knowledge.error());
    *unread = std::move(knowledge->unread);
    return std::move(knowledge->vector);
  };
  const auto of = [&record, unread](const PositionVector& vector) -> Result<governance::KnownThen> {
    auto view = record.model->View(vector);
    if (!view) return tl::unexpected<Error>(view.error());
    return governance::KnownThen{std::move(*view), record.Token(vector, *unread)};
  };
  return {by, of};
}

}  // namespace

Result<ReviewsAnswer> Reviews(OpenRecord& record, const Ask& ask) {
  return Answer<ReviewsAnswer>(record, ask, {"reviews"}, [&](FactView& view, const When& when, const Page& page) {
    return governance::Reviews(view, when, page, PastOf(record));
  });
}

Result<ReviewAnswer> Review(OpenRecord& record, const std::string& review, const Ask& ask) {
  return Answer<ReviewAnswer>(record, ask, {"review", review}, [&](FactView& view, const When& when, const Page& page) {
    return governance::Review(view, review, when, page, PastOf(record));
  });
}

Result<UnreviewedAnswer> Unreviewed(OpenRecord& record, const Ask& ask) {
  return Answer<UnreviewedAnswer>(record, ask, {"unreviewed"}, [&](FactView& view, const When& when, const Page& page) {
    return governance::Unreviewed(view, when, page);
  });
}

}  // namespace tenure::library
