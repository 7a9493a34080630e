// What changed between two moments, and by knowing more.
#include <algorithm>

#include "property/truth_questions.h"

namespace tenure::property {
namespace {

std::string LineOf(const std::string& ref, bool gained, const std::string& what, const std::string& scope,
                   std::optional<EffectiveTime> at) {
  return ref + (gained ? " gained " : " lost ") + what + " on " + scope + (at ? " at " + std::to_string(at->us) : "");
}

std::string RowsDiffer(const std::string& what, const DiffAnswer& answer, const std::vector<reference::Change>& want,
                       bool with_times) {
  std::vector<std::string> got, wanted;
  for (const auto& row : answer.rows) got.push_back(LineOf(row.ref, row.change == "gained", row.role, row.scope, row.at));
  for (const auto& change : want)
    wanted.push_back(LineOf(change.ref, change.gained, change.what.what, change.what.scope,
                            with_times ? std::optional(change.at) : std::nullopt));
  return Apart(what, std::move(got), std::move(wanted));
}

std::string SomebodyOrAll(Random& random) { return random() % 3 == 0 ? "" : OneOf(TheUniverse().everyone, random); }

// The knowledge that a record ends: what was known before, and of the rest all up to it in the order of record.
PositionVector UpTo(const History& history, const PositionVector& before, const reference::Entry& last, bool itself) {
  PositionVector known = before;
  for (const Record& record : history.records) {
    const auto order = reference::OrderOf(record.entry), end = reference::OrderOf(last);
    if (order > end || (order == end && !itself)) continue;
    auto& next = known.next[record.entry.position.Where()];
    next = std::max(next, record.entry.position.offset + 1);
  }
  return known;
}

// The last event of a row's evidence was not known before, and with it, as the records came, the row came to be.
std::string CauseDiffers(const DiffAnswer& answer, const DiffRow& row, Asked before, const reference::Reference& reference,
                         EffectiveTime t, const std::string& ref) {
  const std::string whose = row.ref + " " + row.change + " " + row.role + " on " + row.scope + ": " + row.cause;
  if (row.evidence.empty()) return "no event behind " + whose;
  const Position position = answer.head.evidence.at(static_cast<std::size_t>(row.evidence.back())).position;
  if (before.view.Vector().Holds(position)) return "known before: " + whose;
  const auto& records = before.history.records;
  const auto record = std::find_if(records.begin(), records.end(), [&](const Record& r) { return r.entry.position == position; });
  const auto rows = [&](bool itself) {
    const reference::View then = reference.At(UpTo(before.history, before.view.Vector(), record->entry, itself));
    const auto changes = before.judge.DiffTo(then, ref, t);
    return std::count_if(changes.begin(), changes.end(), [&](const reference::Change& c) {
      return c.ref == row.ref && c.gained == (row.change == "gained") && c.what.what == row.role && c.what.scope == row.scope;
    });
  };
  // A permission of a redefined role and an inline grant may read the same.
  return rows(true) > rows(false) ? "" : "not by that event: " + whose;
}

}  // namespace

std::string DiffDiffers(Asked a) {
  const std::string ref = SomebodyOrAll(a.random);
  EffectiveTime from = SomeTime(a.history, a.random), to = SomeTime(a.history, a.random);
  if (to < from) std::swap(from, to);
  if (from == to) return {};
  const std::string what = "diff " + ref + " from " + std::to_string(from.us) + " to " + std::to_string(to.us);
  const auto answer = authority::DiffEffective(a.view, ref, from, to, {1000, ""});
  if (!answer) return what + ": " + answer.error().ToString();
  if (auto differs = RowsDiffer(what, *answer, a.judge.Diff(ref, from, to), true); !differs.empty()) return differs;
  for (const auto& row : answer->rows)
    if (row.cause.empty() || row.evidence.empty())
      return what + ": no cause of " + row.ref + " " + row.change + " " + row.role + ": " + row.cause;
  return {};
}

std::string DiffKnownDiffers(Asked before, history::FactView& after, const projection::ReadModel& model,
                             const reference::Reference& reference) {
  const std::string ref = SomebodyOrAll(before.random);
  const EffectiveTime t = SomeTime(before.history, before.random);
  const std::string what = "diff between knowledges " + ref + " at " + std::to_string(t.us) + ": ";
  const auto latest = model.GreatestRecorded(after.Vector());
  const authority::Knowledges between{[&](const PositionVector& v) { return model.View(v); },
                                      [&](RecordedTime k) { return model.VectorAt(k); }, latest->value_or(RecordedTime{})};
  const auto answer = authority::DiffKnown(before.view, after, ref, {t, std::nullopt}, {1000, ""}, &between);
  if (!answer) return what + answer.error().ToString();
  const auto want = before.judge.DiffTo(reference.At(reference.Everything()), ref, t);
  if (auto differs = RowsDiffer(what, *answer, want, false); !differs.empty()) return differs;
  if (answer->rows.empty()) return {};
  const auto& row = answer->rows[before.random() % answer->rows.size()];
  const std::string differs = CauseDiffers(*answer, row, before, reference, t, ref);
  return differs.empty() ? "" : what + differs;
}

}  // namespace tenure::property
