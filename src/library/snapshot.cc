#include "library/snapshot.h"

#include <optional>
#include <utility>

#include "authority/brief.h"
#include "authority/decide.h"
#include "library/arn.h"
#include "library/asking.h"

namespace tenure::library {
namespace {

class OneView : public Snapshot {
 public:
  OneView(std::unique_ptr<history::FactView> view, AnswerHead head) : view_(std::move(view)), head_(std::move(head)) {}

  const AnswerHead& Head() const override { return head_; }
  Result<BriefCheck> Check(const std::string& ref, const std::string& action, const std::string& resource) override {
    return Headed(authority::CheckBriefly(*view_, NormaliseReference(ref), {action, resource}, Time()));
  }
  Result<BriefWhat> What(const std::string& ref) override {
    return Headed(authority::WhatBriefly(*view_, NormaliseReference(ref), Time()));
  }
  Result<BriefWho> Who(const WhoQuestion& asked) override {
    WhoQuestion question = asked;
    question.member_of = NormaliseReference(question.member_of);
    return Headed(authority::WhoBriefly(*view_, question, Time()));
  }
  Result<BriefExistence> Existed(std::int64_t limit, const std::string& after) override {
    if (limit < 0)
      return Fail("limit_out_of_range", "a list of " + std::to_string(limit) + " identities", "ask for 0 or more",
                  Blame::kCaller);
    return Headed(authority::ExistedBriefly(*view_, Time(), limit, after));
  }
  Result<Decision> Decide(const std::string& ref, const std::string& action, const std::string& resource) override {
    return authority::Decide(*view_, NormaliseReference(ref), action, resource, Time());
  }

 private:
  EffectiveTime Time() const { return *head_.when.as_of; }
  // What the snapshot itself knows, on top of what the question found.
  template <class Brief>
  Result<Brief> Headed(Result<Brief> answer) const {
    if (!answer) return answer;
    answer->head.complete = answer->head.complete && head_.complete;
    answer->head.before_record = answer->head.before_record || head_.before_record;
    return answer;
  }

  const std::unique_ptr<history::FactView> view_;
  const AnswerHead head_;
};

}  // namespace

Result<std::unique_ptr<Snapshot>> MakeSnapshot(OpenRecord& record, const Ask& ask) {
  if (ask.when.during) return Fail("when_not_moment", "a window was given", "ask about one moment", Blame::kCaller);
  auto asked = BeginAsking(record, Ask{ask.when, ask.as_known_at, {}, ask.without}, {"decide"});
  if (!asked) return tl::unexpected<Error>(asked.error());
  auto view = ViewFor(record, *asked);
  if (!view) return tl::unexpected<Error>(view.error());
  AnswerHead head;
  head.question = "decide";
  head.when = asked->when;
  head.known_time = asked->knowledge.time;
  head.token = asked->knowledge.token;
  head.closed = asked->knowledge.closed;
  head.without = asked->without;
  head.before_record = asked->knowledge.before_first;
  for (const TopicPartition& where : asked->knowledge.unread)
    if (where.topic == Topic::kIdentity || where.topic == Topic::kAccess) head.unread.push_back(where);
  head.complete = head.unread.empty();
  return std::unique_ptr<Snapshot>(std::make_unique<OneView>(std::move(*view), std::move(head)));
}

}  // namespace tenure::library
