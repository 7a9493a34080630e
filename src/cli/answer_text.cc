#include "cli/answer_text.h"

#include <algorithm>

#include "cli/moment.h"
#include "cli/text.h"
#include "cli/warnings.h"
#include "event/codec.h"

namespace tenure::cli {
namespace {

// "tenure.grant.issued.v1" is "grant.issued" to a person.
std::string ShortType(EventType type) {
  const std::string_view name = event::TypeName(type);
  return std::string(name.substr(7, name.size() - 10));
}

std::string KnownText(const AnswerHead& head, std::int64_t now_us) {
  if (!head.known_time) return "known: nothing";
  std::string text = "known as of " + At(head.known_time->us) + " (" + Distance(head.known_time->us, now_us) + ")";
  return head.closed ? text : text + ", not closed: more may still be recorded";
}

}  // namespace

std::string Fit(const Invocation& invocation, std::string_view text, std::size_t used_columns) {
  return invocation.wide ? std::string(text) : ShortenMiddle(text, kColumns > used_columns ? kColumns - used_columns : 12);
}

std::vector<std::string> Prose(const Invocation& invocation, std::string_view text, std::size_t width) {
  const std::string safe = Escape(text);
  if (invocation.wide) return {safe};
  std::string fitted;
  for (std::size_t begin = 0; begin < safe.size();) {
    const std::size_t end = std::min(safe.find(' ', begin), safe.size());
    fitted += (fitted.empty() ? "" : " ") + ShortenMiddle(std::string_view(safe).substr(begin, end - begin), width);
    begin = end + 1;
  }
  return Wrap(fitted, width);
}

std::string Place(const Position& position) {
  return std::string(TopicName(position.topic)) + "/" + std::to_string(position.partition) + "@" +
         std::to_string(position.offset);
}

std::string Numbers(const EvidenceIndex& evidence) {
  std::string text;
  for (const std::int32_t i : evidence) text += "[" + std::to_string(i) + "]";
  return text;
}

std::string Joined(const std::vector<std::string>& words, std::string_view by) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(by)) + word;
  return text;
}

std::string WhenText(const When& when) {
  if (when.during && when.during->until == kForever) return "from " + At(when.during->from.us) + " on";
  if (when.during) return "during " + At(when.during->from.us) + " until " + At(when.during->until.us);
  return when.as_of ? "as of " + At(when.as_of->us) : "";
}

std::string_view StatusWord(RowStatus status) {
  switch (status) {
    case RowStatus::kEffective:
      return "effective";
    case RowStatus::kPossible:
      return "possible";
    case RowStatus::kOnPaper:
      return "on paper";
  }
  return "";
}

Ink StatusInk(RowStatus status) {
  return status == RowStatus::kEffective ? Ink::kGreen : status == RowStatus::kPossible ? Ink::kYellow : Ink::kDim;
}

void PrintHeading(Invocation& invocation, const QuestionOptions& options, std::string_view answer, Ink ink,
                  const AnswerHead& head) {
  Terminal& out = invocation.terminal;
  for (const std::string& line : invocation.wide ? std::vector<std::string>{Escape(answer)} : Wrap(Escape(answer), kColumns))
    out.Line(out.Paint(ink, line));
  if (head.when.as_of)
    out.Line(out.Paint(Ink::kDim, WhenText(head.when) + " (" + Distance(head.when.as_of->us, invocation.now.us) + ")"));
  else if (head.when.during) out.Line(out.Paint(Ink::kDim, WhenText(head.when)));
  for (const std::string& line : Wrap(KnownText(head, invocation.now.us), kColumns)) out.Line(out.Paint(Ink::kDim, line));
  PrintWarnings(invocation, options, head);
}

void PrintEvidence(Invocation& invocation, const AnswerHead& head) {
  if (head.evidence.empty()) return;
  Terminal& out = invocation.terminal;
  out.Line();
  out.Line(out.Paint(Ink::kBold, "evidence"));
  for (std::size_t i = 0; i < head.evidence.size(); ++i) {
    const Evidence& e = head.evidence[i];
    const std::string number = "[" + std::to_string(i) + "]";
    const std::string pad(number.size() + 3, ' ');
    out.Line("  " + number + " " + At(e.time.us) + "  " + ShortType(e.type));
    out.Line(out.Paint(
        Ink::kDim, pad + Fit(invocation, "by " + (e.claimed_actor.empty() ? "an actor it doesn't name" : Escape(e.claimed_actor)),
                             pad.size())));
    // Whole, since it is what one copies.
    const std::string id = "event " + Escape(e.name.id), source = " of " + Escape(e.name.source);
    if (pad.size() + Width(id + source) <= kColumns || invocation.wide) {
      out.Line(out.Paint(Ink::kDim, pad + id + source));
    } else {
      out.Line(out.Paint(Ink::kDim, pad + id));
      out.Line(out.Paint(Ink::kDim, pad + Fit(invocation, source.substr(1), pad.size())));
    }
    if (invocation.wide)
      out.Line(out.Paint(Ink::kDim, pad + "recorded " + At(e.recorded_at.us) + " at " + Place(e.position) +
                                        (e.control_owner.empty() ? "" : ", control owned by " + Escape(e.control_owner))));
  }
}

void PrintNext(Invocation& invocation, const AnswerHead& head) {
  if (head.next.empty()) return;
  invocation.terminal.Line();
  invocation.terminal.Line("There is more. Ask again with --cursor " + head.next);
}

void PrintPath(Invocation& invocation, const std::vector<PathStep>& path, bool more_paths, std::string_view indent) {
  Terminal& out = invocation.terminal;
  std::string lead(indent);
  for (const PathStep& step : path) {
    const char* verb = step.kind == StepKind::kMemberOf  ? "member of "
                       : step.kind == StepKind::kAssumes ? "assumes "
                                                         : "granted ";
    const std::string numbers = step.evidence.empty() ? "" : " " + Numbers(step.evidence);
    const std::string line = lead + "└─ " + verb;
    out.Line(line + Fit(invocation, Escape(step.ref), Width(line) + Width(numbers)) + out.Paint(Ink::kCyan, numbers));
    lead = step.kind == StepKind::kGranted ? std::string(indent) : lead + "   ";  // a grant ends a witness; the next begins anew
  }
  if (more_paths) out.Line(out.Paint(Ink::kDim, std::string(indent) + "   and by other paths"));
}

void PrintIntervals(Invocation& invocation, const std::vector<Interval>& held, const std::vector<Interval>& possibly,
                    std::string_view indent) {
  Terminal& out = invocation.terminal;
  for (const Interval& one : held) out.Line(std::string(indent) + "held      " + Span(one));
  for (const Interval& one : possibly) out.Line(std::string(indent) + "possibly  " + Span(one));
}

}  // namespace tenure::cli
