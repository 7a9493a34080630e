#include "governance/findings.h"

#include <algorithm>

#include "authority/cursor.h"
#include "authority/evidence.h"
#include "authority/gather.h"
#include "authority/head.h"
#include "event/reference.h"
#include "governance/excuses.h"
#include "governance/found.h"
#include "governance/sweep.h"

namespace tenure::governance {
namespace {

using authority::Frame;

const std::vector<Topic> kPlanes{Topic::kIdentity, Topic::kAccess, Topic::kGovernance, Topic::kUsage};

Result<std::uint64_t> RulesAsked(const FindingsQuestion& question) {
  std::uint64_t named = question.rules.empty() ? ~std::uint64_t{0} : 0, severe = 0;
  for (const std::string& name : question.rules) {
    const auto rule = RuleNamed(name);
    if (!rule)
      return Fail("rule_unknown", "\"" + name + "\" is no rule", "docs/reference/findings.md lists them", Blame::kCaller);
    named |= std::uint64_t{1} << static_cast<unsigned>(*rule);
  }
  for (const RuleInfo& info : Catalogue())
    if (info.severity >= question.least) severe |= std::uint64_t{1} << static_cast<unsigned>(info.rule);
  return named & severe;
}

Status CheckAbout(std::string_view subject) {
  if (subject.empty() || event::TypeOf(subject) == "role") return subject.empty() ? Status{} : event::CheckReference(subject);
  return authority::CheckSubject(subject);
}

Status Judge(Surroundings& around, const Subject& subject, Found& found) {
  for (const auto judge : {JudgeUses, JudgeEvents})
    if (auto s = judge(around, subject, found); !s) return s;
  const auto of_one_being = [&](const Subject& one) -> Status {
    for (const auto judge : {JudgeExistence, JudgeCredentials, JudgeGrants, JudgeApprovals})
      if (auto s = judge(around, one, found); !s) return s;
    return {};
  };
  if (subject.lives.size() == 1) return of_one_being(subject);
  found.BeginParts();
  const std::vector<LifeParts> lives = PartsOfLives(around.Rules(), subject);
  for (std::size_t life = 0; life < lives.size(); ++life) {
    auto one = LifeOf(around, subject, lives[life], life);
    if (!one) return tl::unexpected(one.error());
    if (auto s = of_one_being(*one); !s) return s;
  }
  found.EndParts();
  return {};
}

bool IsExcused(const Interval& shown, const std::vector<Excuse>& excuses) {
  std::vector<Interval> parts;
  for (const Excuse& excuse : excuses) parts.push_back(excuse.span);
  return authority::UnionOf(std::move(parts)).Covers(shown);
}

class Rows {
 public:
  Rows(history::FactView& view, const Frame& frame) : view_(view), frame_(frame), evidence_(view) {}

  Result<FindingRow> Write(Finding finding) {
    const RuleInfo& info = InfoOf(finding.rule);
    FindingRow row;
    row.rule = info.name;
    row.severity = info.severity;
    row.subject = std::move(finding.subject);
    row.about = std::move(finding.about);
    row.span = finding.span;
    row.certain = finding.certain;
    row.text = std::move(finding.text);
    row.would_end = info.would_end;
    row.controls.assign(info.controls.begin(), info.controls.end());
    auto events = EventsOf(row.subject);
    if (!events) return tl::unexpected(events.error());
    row.excuses = ExcusesFor(ExcusesIn(**events), row.rule, row.span);
    const Interval shown{std::max(row.span.from, frame_.Window().from), std::min(row.span.until, frame_.Window().until)};
    row.excused = IsExcused(shown, row.excuses);
    for (const Excuse& excuse : row.excuses) finding.evidence.push_back(excuse.granted);
    auto evidence = evidence_.Add(finding.evidence);
    if (!evidence) return tl::unexpected(evidence.error());
    row.evidence = std::move(*evidence);
    return row;
  }
  std::vector<Evidence> TakeEvidence() { return evidence_.Take(); }

 private:
  // Rows of one subject stand together within a rule.
  Result<const std::vector<history::OwnEvent>*> EventsOf(const std::string& subject) {
    if (subject != subject_ || !read_) {
      auto events = view_.EventsAbout(subject);
      if (!events) return tl::unexpected(events.error());
      events_ = std::move(*events);
      subject_ = subject;
      read_ = true;
    }
    return &events_;
  }
  history::FactView& view_;
  const Frame& frame_;
  authority::EvidenceList evidence_;
  std::string subject_;
  bool read_ = false;
  std::vector<history::OwnEvent> events_;
};

authority::QuestionKey KeyOf(const FindingsQuestion& question, const std::string& policy) {
  authority::QuestionKey key{"findings", question.subject, std::string(SeverityName(question.least)), policy};
  key.insert(key.end(), question.rules.begin(), question.rules.end());
  return key;
}

}  // namespace

Result<FindingsAnswer> Findings(history::FactView& view, const FindingsQuestion& question, const Policy& policy, const When& when,
                                const Page& page, const ActorOf& actor_of) {
  auto rules = RulesAsked(question);
  if (!rules) return tl::unexpected(rules.error());
  if (auto s = CheckAbout(question.subject); !s) return tl::unexpected(s.error());
  FindingsAnswer answer;
  answer.asked = question;
  answer.policy = HashOf(policy);
  const auto key = KeyOf(question, answer.policy);
  auto place = authority::PlaceOf(key, when, page);
  if (!place) return tl::unexpected(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected(frame.error());
  answer.head = authority::HeadOf("findings", question.subject, *frame);

  const authority::TaintIndex taints(view.Taints());
  Surroundings around(view, policy, taints, actor_of);
  const Wanted wanted{*rules, &*frame};
  FirstRows first(place->last, page.limit);
  Found found(wanted, first);
  const auto judge = [&](const std::string& ref) -> Status {
    auto subject = ReadSubject(around, ref);
    if (!subject) return tl::unexpected(subject.error());
    return Judge(around, *subject, found);
  };
  if (auto s = EachSubject(view, question.subject, judge); !s) return tl::unexpected(s.error());
  if (auto s = JudgeDuties(around, question.subject, found); !s) return tl::unexpected(s.error());

  answer.total = first.Total();
  const std::vector<Finding> all = authority::PageOf(first.Take(), OrderOf, key, *place, page.limit, answer.head.next);
  Rows rows(view, *frame);
  for (const Finding& finding : all) {
    auto row = rows.Write(finding);
    if (!row) return tl::unexpected(row.error());
    answer.rows.push_back(std::move(*row));
  }
  authority::NoteTaints(view.Taints(), kPlanes, frame->Window(), answer.head);
  auto before = authority::BeforeRecord(view, {Topic::kIdentity, Topic::kAccess}, frame->Begin());
  if (!before) return tl::unexpected(before.error());
  answer.head.before_record = *before;
  answer.head.evidence = rows.TakeEvidence();
  return answer;
}

}  // namespace tenure::governance
