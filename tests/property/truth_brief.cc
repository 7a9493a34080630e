// Brief answers are the full ones without their explanations, whichever engine gives them.
#include <algorithm>

#include "authority/brief.h"
#include "property/truth_questions.h"

namespace tenure::property {
namespace {

std::string Text(const Position& p) {
  return std::string(TopicName(p.topic)) + "/" + std::to_string(p.partition) + "/" + std::to_string(p.offset);
}
std::string Text(const BriefHead& head) {
  return std::string(head.complete ? "" : " incomplete") + (head.before_record ? " before record" : "");
}
std::string Text(const AnswerHead& head) { return Text(BriefHead{head.complete, head.before_record, {}}); }

// A way has evidence; and where the full answer shows the way of this moment (not an earlier stretch of the same one) and no other, both
// engines tell of it.
std::string EvidenceDiffers(std::vector<Position> pages, std::vector<Position> window, const std::vector<PathStep>& path,
                            bool more, const AnswerHead& head) {
  if (path.empty()) return pages.empty() && window.empty() ? "" : ": evidence without a way";
  // Behind a taint there may be no way at this moment, though there is one at others.
  if (pages.empty() || window.empty()) return head.complete ? ": no evidence" : "";
  const auto shown = [&](const Position& position) {
    for (const PathStep& step : path)
      for (const std::int32_t index : step.evidence)
        if (head.evidence.at(static_cast<std::size_t>(index)).position == position) return true;
    return false;
  };
  if (more || !std::all_of(window.begin(), window.end(), shown)) return {};
  std::sort(pages.begin(), pages.end()), std::sort(window.begin(), window.end());
  pages.erase(std::unique(pages.begin(), pages.end()), pages.end());
  return pages == window ? "" : ": evidence " + Text(pages.front()) + "..., by window " + Text(window.front()) + "...";
}

std::string CheckBriefDiffers(Asked a) {
  const Question q = SomeQuestion(a.history, a.random);
  const std::string what = "brief check " + q.ref + " " + q.action + " " + q.resource + " at " + std::to_string(q.time.us);
  const auto full = authority::Check(a.view, q.ref, q.action, q.resource, {q.time, std::nullopt}, false);
  if (!full) return what + ": " + full.error().ToString();
  std::vector<Position> evidence[2];
  for (const bool by_window : {false, true}) {
    const auto brief = by_window ? authority::CheckByWindow(a.view, q.ref, {q.action, q.resource}, q.time)
                                 : authority::CheckBriefly(a.view, q.ref, {q.action, q.resource}, q.time);
    const std::string engine = what + (by_window ? " by window" : "");
    if (!brief) return engine + ": " + brief.error().ToString();
    if (brief->decision != full->result.decision)
      return engine + ": " + std::to_string(static_cast<int>(brief->decision)) + ", full " +
             std::to_string(static_cast<int>(full->result.decision));
    if (Text(brief->head) != Text(full->head)) return engine + ":" + Text(brief->head) + ", full" + Text(full->head);
    evidence[by_window] = brief->evidence;
  }
  const auto differs = EvidenceDiffers(evidence[0], evidence[1], full->result.path, full->result.more_paths, full->head);
  return differs.empty() ? "" : what + differs;
}

std::string WhatBriefDiffers(Asked a) {
  const auto& ref = OneOf(TheUniverse().everyone, a.random);
  const EffectiveTime t = SomeTime(a.history, a.random);
  const std::string what = "brief what " + ref + " at " + std::to_string(t.us);
  const auto full = authority::What(a.view, ref, false, {t, std::nullopt}, {1000, ""});
  if (!full) return what + ": " + full.error().ToString();
  const auto line = [](const auto& r) {
    return r.grant + " to " + r.granted_to + " " + std::to_string(static_cast<int>(r.effect)) + " status " +
           std::to_string(static_cast<int>(r.status)) + " " + r.role + " on " + r.scope + "; ";
  };
  std::vector<BriefAuthorityRow> rows[2];
  for (const bool by_window : {false, true}) {
    const auto brief = by_window ? authority::WhatByWindow(a.view, ref, t) : authority::WhatBriefly(a.view, ref, t);
    const std::string engine = what + (by_window ? " by window" : "");
    if (!brief) return engine + ": " + brief.error().ToString();
    std::string got = Text(brief->head) + " ", want = Text(full->head) + " ";
    for (const auto& r : brief->rows) got += line(r);
    for (const auto& r : full->rows) want += line(r);
    if (got != want) return engine + ":" + got + "full:" + want;
    for (std::size_t i = 0; i < brief->rows.size(); ++i) {
      const auto& row = full->rows[i];
      const Interval granted = brief->rows[i].granted;
      if (!granted.Contains(t) || row.granted.empty() || granted.from < row.granted.front().from ||
          row.granted.front().until < granted.until)
        return engine + ": granted otherwise: " + row.grant;
    }
    rows[by_window] = brief->rows;
  }
  for (std::size_t i = 0; i < full->rows.size(); ++i) {
    const auto& row = full->rows[i];
    const auto differs = EvidenceDiffers(rows[0][i].evidence, rows[1][i].evidence, row.path, row.more_paths, full->head);
    if (!differs.empty()) return what + " " + row.grant + differs;
  }
  return {};
}

std::string WhoBriefDiffers(Asked a) {
  const Question q = SomeQuestion(a.history, a.random);
  WhoQuestion question{q.action, q.resource, "", ""};
  switch (a.random() % 6) {
    case 0:
      question = {"*", "*", "", ""};
      break;
    case 1:
      question = {"", "", OneOf(TheUniverse().roles, a.random), ""};
      break;
    case 2:
      question = {"", "", "", OneOf(TheUniverse().groups, a.random)};
      break;
    default:
      break;
  }
  const std::string what = "brief who " + question.action + " " + question.resource + question.role + question.member_of +
                           " at " + std::to_string(q.time.us);
  const auto full = authority::Who(a.view, question, {q.time, std::nullopt}, {1000, ""});
  if (!full) return what + ": " + full.error().ToString();
  std::vector<BriefHolder> rows[2];
  for (const bool by_window : {false, true}) {
    const auto brief =
        by_window ? authority::WhoByWindow(a.view, question, q.time) : authority::WhoBriefly(a.view, question, q.time);
    const std::string engine = what + (by_window ? " by window" : "");
    if (!brief) return engine + ": " + brief.error().ToString();
    std::string got = Text(brief->head) + " ", want = Text(full->head) + " ";
    for (const auto& r : brief->rows) got += r.principal + " " + std::to_string(static_cast<int>(r.status)) + "; ";
    for (const auto& r : full->rows) want += r.principal + " " + std::to_string(static_cast<int>(r.status)) + "; ";
    if (got != want) return engine + ":" + got + "full:" + want;
    rows[by_window] = brief->rows;
  }
  for (std::size_t i = 0; i < full->rows.size(); ++i) {
    const auto& row = full->rows[i];
    const auto differs = EvidenceDiffers(rows[0][i].evidence, rows[1][i].evidence, row.path, row.more_paths, full->head);
    if (!differs.empty()) return what + " " + row.principal + differs;
  }
  return {};
}

std::string ExistedBriefDiffers(Asked a) {
  const EffectiveTime t = SomeTime(a.history, a.random);
  const std::string what = "brief existed at " + std::to_string(t.us);
  const auto full = authority::Identities(a.view, {.type = "", .status = "active", .owner = ""}, {t, std::nullopt}, {1000, ""});
  if (!full) return what + ": " + full.error().ToString();
  const std::string after = a.random() % 2 == 0 || full->rows.empty() ? "" : full->rows[a.random() % full->rows.size()].ref;
  const std::int64_t limit = static_cast<std::int64_t>(a.random() % 5);
  const auto brief = authority::ExistedBriefly(a.view, t, limit, after);
  if (!brief) return what + ": " + brief.error().ToString();
  std::string got = Text(brief->head) + " " + std::to_string(brief->count) + ": ";
  std::string want = Text(full->head) + " " + std::to_string(full->rows.size()) + ": ";
  for (const auto& row : brief->rows) got += row.ref + (row.evidence.empty() ? " without evidence; " : "; ");
  std::int64_t left = limit;
  for (const auto& row : full->rows)
    if (row.ref > after && left-- > 0) want += row.ref + "; ";
  return got == want ? "" : what + " after '" + after + "':" + got + "full:" + want;
}

}  // namespace

std::string BriefDiffers(Asked a) {
  for (auto* question :
       {CheckBriefDiffers, CheckBriefDiffers, CheckBriefDiffers, WhatBriefDiffers, WhoBriefDiffers, ExistedBriefDiffers})
    if (const auto differs = question(a); !differs.empty()) return differs;
  return {};
}

}  // namespace tenure::property
