// Check with one place left open: candidates that could make it a yes, in byte order, each held to the decision itself.
#include <functional>
#include <optional>
#include <set>

#include "authority/cursor.h"
#include "authority/decide.h"
#include "authority/evaluation.h"
#include "authority/head.h"
#include "authority/holders.h"
#include "authority/questions.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::GrantPiece;
using history::RoleState;

const std::vector<Topic> kPlanes{Topic::kIdentity, Topic::kAccess};
// Candidates that one page decides about; then it ends, full or not.
constexpr std::int64_t kDecidedMax = 10'000;

// The question with its open place filled.
struct Filled {
  std::string subject;
  Asked asked;
};
Filled Fill(const PermittedQuestion& question, const std::string& candidate) {
  Filled filled{question.subject, {question.action, question.resource}};
  if (question.open == OpenPlace::kSubject) filled.subject = candidate;
  else if (question.open == OpenPlace::kResource) filled.asked.resource = candidate;
  else filled.asked.action = candidate;
  return filled;
}

Status CheckQuestion(const PermittedQuestion& question) {
  const Filled filled = Fill(question, question.open == OpenPlace::kAction     ? "a"
                                       : question.open == OpenPlace::kResource ? "*"
                                                                               : "");
  if (question.open != OpenPlace::kSubject)
    if (auto s = CheckSubject(filled.subject); !s) return s;
  return CheckAsked(filled.asked);
}

// What is asked, for cursors.
QuestionKey KeyOf(const PermittedQuestion& question) {
  const Filled filled = Fill(question, "");
  return {"permitted",           std::to_string(static_cast<int>(question.open)),         filled.subject, filled.asked.action,
          filled.asked.resource, question.open == OpenPlace::kAction ? "" : question.type};
}

// One page of those candidates that are permitted. They come in byte order.
class PageOfPermitted {
 public:
  PageOfPermitted(history::FactView& view, const PermittedQuestion& question, EffectiveTime t, const Page& page,
                  std::string after)
      : view_(view), question_(question), t_(t), limit_(page.limit), last_(std::move(after)) {}

  const std::string& After() const { return last_; }
  // False when no more are wanted.
  bool Take(const std::string& candidate) {
    if (candidate <= last_) return true;
    if (decided_ == kDecidedMax) return more_ = true, false;
    ++decided_;
    const Filled filled = Fill(question_, candidate);
    const auto decision = Decide(view_, filled.subject, filled.asked.action, filled.asked.resource, t_);
    if (!decision && decision.error().blame != Blame::kCaller) {  // a name that no question can hold is permitted nothing
      fault_ = decision.error();
      return false;
    }
    const bool yes = decision && *decision == Decision::kYes;
    if (yes && static_cast<std::int64_t>(rows_.size()) == limit_) return more_ = true, false;
    if (yes) rows_.push_back(candidate);
    last_ = candidate;
    return true;
  }

  const std::optional<Error>& Fault() const { return fault_; }
  bool More() const { return more_; }
  std::vector<std::string> Rows() { return std::move(rows_); }

 private:
  history::FactView& view_;
  const PermittedQuestion& question_;
  const EffectiveTime t_;
  const std::int64_t limit_;
  std::string last_;  // where the next page goes on
  std::int64_t decided_ = 0;
  bool more_ = false;
  std::vector<std::string> rows_;
  std::optional<Error> fault_;
};

bool BeginsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

// Every identity of the type, one by one.
void TakeAll(Reading& reading, const std::string& prefix, PageOfPermitted& page) {
  if (page.After().empty()) {
    reading.EachIdentity(prefix, [&](const std::string& ref) { return page.Take(ref); });
    return;
  }
  const auto status = reading.View().EachIdentity(
      page.After(), [&](const std::string& ref) { return BeginsWith(ref, prefix) && page.Take(ref); });
  if (!status) reading.Keep(status.error());
}

// Who holds it by a way without everyone:* is found from the grants. Others, and groups, can only be asked for one by one.
void TakeSubjects(Reading& reading, const PermittedQuestion& question, PageOfPermitted& page) {
  Evaluation evaluation(reading, Everyone::kLeftOut);
  const std::string prefix = question.type + ':';
  const HolderSets holders = Holders(evaluation).OfAuthority({question.action, question.resource});
  const auto certain = [&](const auto& holder) { return reading.Meets(holder->second.must); };
  const auto everyone = holders.find(event::kEveryone);
  const bool anybody = everyone != holders.end() && certain(everyone) && !BeginsWith(event::kEveryone, prefix);
  if (anybody || event::IsGroup(prefix)) return TakeAll(reading, prefix, page);
  for (auto it = holders.lower_bound(prefix); it != holders.end() && BeginsWith(it->first, prefix); ++it)
    if (certain(it) && !page.Take(it->first)) return;
}

// Each permission in force on the ways that reach the subject, with the scope that it is given in.
void EachPermission(Evaluation& evaluation, const std::string& subject,
                    const std::function<void(const Permission&, const std::string& scope)>& each) {
  Reading& reading = evaluation.Read();
  const auto all = [&](const std::vector<Permission>& permissions, const GrantPiece& grant) {
    for (const auto& permission : permissions)
      if (reading.Spend(1) && permission.effect == Effect::kAllow) each(permission, grant.terms.scope);
  };
  for (const auto& [identity, acting] : evaluation.WhomItActsAs(subject))
    for (const auto& [principal, label] : evaluation.ClosureOf(identity))
      for (const auto& grant : reading.GrantsOf(principal)) {
        if (grant.terms.role.empty()) all(grant.terms.permissions, grant);
        else
          for (const auto& piece : reading.Role(grant.terms.role))
            if (piece.state == RoleState::kDefined) all(*piece.permissions, grant);
      }
}

std::set<std::string> ResourcesSpelled(Evaluation& evaluation, const PermittedQuestion& question) {
  std::set<std::string> spelled;
  const std::string prefix = question.type + ':';
  EachPermission(evaluation, question.subject, [&](const Permission& permission, const std::string& scope) {
    const auto add = [&](const std::string& name) {
      if (!BeginsWith(name, prefix) || event::HasWildcard(name)) return;
      const Asked asked{question.action, name};
      if (PermissionCovers(permission, asked) && ScopeCovers(scope, asked)) spelled.insert(name);
    };
    add(scope);
    for (const auto& name : permission.resources) add(name);
  });
  return spelled;
}

std::set<std::string> ActionsSpelled(Evaluation& evaluation, const PermittedQuestion& question) {
  std::set<std::string> spelled;
  EachPermission(evaluation, question.subject, [&](const Permission& permission, const std::string& scope) {
    for (const auto& name : permission.actions) {
      const Asked asked{name, question.resource};
      if (!event::HasWildcard(name) && PermissionCovers(permission, asked) && ScopeCovers(scope, asked)) spelled.insert(name);
    }
  });
  return spelled;
}

void TakeSpelled(Reading& reading, const PermittedQuestion& question, PageOfPermitted& page) {
  Evaluation evaluation(reading, Everyone::kCounts);
  const auto spelled =
      question.open == OpenPlace::kResource ? ResourcesSpelled(evaluation, question) : ActionsSpelled(evaluation, question);
  for (auto it = spelled.upper_bound(page.After()); it != spelled.end(); ++it)
    if (!page.Take(*it)) return;
}

}  // namespace

Result<PermittedAnswer> Permitted(history::FactView& view, const PermittedQuestion& question, const When& when,
                                  const Page& asked_page) {
  if (auto s = CheckQuestion(question); !s) return tl::unexpected<Error>(s.error());
  const QuestionKey key = KeyOf(question);
  auto place = PlaceOf(key, when, asked_page);
  if (!place) return tl::unexpected<Error>(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected<Error>(frame.error());
  if (!frame->AtMoment()) return Fail("when_not_moment", "a window was given", "ask about one moment", Blame::kCaller);

  const bool of_all = question.open == OpenPlace::kSubject;
  PermittedAnswer answer{HeadOf("permitted", of_all ? "" : question.subject, *frame), question, {}};
  const TaintIndex taints(view.Taints());
  Work work;
  Reading reading(view, frame->Window(), Unseen::kCounted, taints, work);
  PageOfPermitted page(view, question, frame->Begin(), asked_page, place->last);
  if (of_all) TakeSubjects(reading, question, page);
  else TakeSpelled(reading, question, page);
  if (reading.Fault()) return tl::unexpected<Error>(*reading.Fault());
  if (page.Fault()) return tl::unexpected<Error>(*page.Fault());
  if (page.More()) answer.head.next = WriteCursor(key, {frame->ToWhen(), page.After()});
  answer.rows = page.Rows();
  NoteTaints(view.Taints(), kPlanes, frame->Window(), answer.head);
  NoteLimit(work.Reached(), answer.head);
  auto before = BeforeRecord(view, kPlanes, frame->Begin());
  if (!before) return tl::unexpected<Error>(before.error());
  answer.head.before_record = *before;
  return answer;
}

}  // namespace tenure::authority
