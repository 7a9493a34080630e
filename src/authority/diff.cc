#include "authority/diff.h"

#include <algorithm>

#include <fmt/format.h>

#include "authority/cursor.h"
#include "authority/evidence.h"
#include "authority/head.h"
#include "authority/questions.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::IntervalSet;

const std::vector<Topic> kPlanes{Topic::kIdentity, Topic::kAccess};

std::string Join(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : ",") + part;
  return out;
}

std::string WordsOf(const std::vector<Permission>& permissions, Effect effect) {
  std::string words;
  for (const auto& p : permissions) {
    if (p.effect != effect) continue;
    words += fmt::format("{}{}{} on {}{}", words.empty() ? "" : "; ", p.not_actions ? "not " : "", Join(p.actions),
                         p.not_resources ? "not " : "", Join(p.resources));
  }
  return words;
}

// Undefined roles count as what they may turn out to give.
HoldingKey KeyOf(const RowKey& key, const history::GrantPiece& piece) {
  const bool deny = key.effect == RowEffect::kDeny;
  const std::string& role = piece.terms.role;
  const std::string what = role.empty() ? WordsOf(piece.terms.permissions, deny ? Effect::kDeny : Effect::kAllow) : role;
  return {(deny ? "deny " : "") + what, piece.terms.scope};
}

// Where one reference's holding began (or ended), and by what.
class ChangeFinder {
 public:
  ChangeFinder(Evaluation& evaluation, std::string ref, Everyone everyone)
      : evaluation_(evaluation), ref_(std::move(ref)), everyone_(everyone) {}

  std::optional<Cause> OfBegin(const Holding& holding, EffectiveTime at) { return Find(holding, at, true); }
  std::optional<Cause> OfEnd(const Holding& holding, EffectiveTime at) { return Find(holding, at, false); }

 private:
  std::optional<Cause> Find(const Holding& holding, EffectiveTime at, bool begins) {
    const EffectiveTime inside{begins ? at.us : at.us - 1};
    for (const auto& row : holding.rows) {
      WitnessSearch search(evaluation_, ref_, Goal{std::nullopt, RowGoal{row.granted_to, row.grant, row.effect}, {}, {}},
                           everyone_);
      const auto way = search.At(inside, Sure::kMay);
      if (!way) continue;
      auto cause = begins ? CauseOfBegin(evaluation_, *way, at, Sure::kMay) : CauseOfEnd(evaluation_, *way, at, Sure::kMay);
      if (cause) return cause;
    }
    return std::nullopt;
  }

  Evaluation& evaluation_;
  std::string ref_;
  Everyone everyone_;
};

Change ChangeOf(const std::string& ref, const char* change, const HoldingKey& key, EffectiveTime at, std::optional<Cause> cause) {
  Change out{{ref, change, key.role, key.scope, at, cause ? cause->change : "", {}}, {}, {}};
  if (cause) out.evidence = std::move(cause->evidence);
  out.page_key = PageKeyOf(at, out.row);
  return out;
}

void Compare(Evaluation& evaluation, const std::string& ref, const Holdings& holdings, EffectiveTime from, EffectiveTime to,
             Everyone everyone, std::vector<Change>& changes) {
  ChangeFinder finder(evaluation, ref, everyone);
  for (const auto& [key, holding] : holdings) {
    const auto before = holding.may.At(from), after = holding.may.At(to);
    if (!before && after) changes.push_back(ChangeOf(ref, "gained", key, after->from, finder.OfBegin(holding, after->from)));
    if (before && !after) changes.push_back(ChangeOf(ref, "lost", key, before->until, finder.OfEnd(holding, before->until)));
  }
}

}  // namespace

Holdings HoldingsOf(const Rows& rows) {
  Holdings holdings;
  for (const auto& [key, row] : rows) {
    if (row.set.may.Empty()) continue;
    Holding& holding = holdings[KeyOf(key, *row.piece)];
    holding.may = holding.may.Union(row.set.may);
    holding.rows.push_back(key);
  }
  return holdings;
}

std::vector<std::string> SubjectsOf(Reading& reading, const std::string& ref) {
  if (!ref.empty()) return {ref};
  std::vector<std::string> subjects{std::string(event::kEveryone)};
  reading.EachIdentity("", [&](const std::string& identity) {
    if (!event::IsGroup(identity)) subjects.push_back(identity);
    return true;
  });
  return subjects;
}

std::string PageKeyOf(std::optional<EffectiveTime> at, const DiffRow& row) {
  std::string key;
  const std::uint64_t time = static_cast<std::uint64_t>(at.value_or(EffectiveTime{}).us) ^ (std::uint64_t{1} << 63);
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(time >> shift & 255);
  for (const auto* part : {&row.cause, &row.ref, &row.role, &row.scope, &row.change}) key += *part + '\0';
  return key;
}

Status WriteChanges(history::FactView& view, std::vector<Change> changes, const std::vector<std::string>& question,
                    const Cursor& place, std::int64_t limit, DiffAnswer& answer) {
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.page_key < b.page_key; });
  changes = PageOf(std::move(changes), [](const Change& c) { return c.page_key; }, question, place, limit, answer.head.next);
  EvidenceList evidence(view);
  for (auto& change : changes) {
    auto whom = ByWhom(view, change.evidence);
    if (!whom) return tl::unexpected<Error>(whom.error());
    if (!whom->empty()) change.row.cause += " " + *whom;
    auto index = evidence.Add(change.evidence);
    if (!index) return tl::unexpected<Error>(index.error());
    change.row.evidence = std::move(*index);
    answer.rows.push_back(std::move(change.row));
  }
  answer.head.evidence = evidence.Take();
  return {};
}

Result<DiffAnswer> DiffEffective(history::FactView& view, std::string_view ref, EffectiveTime from, EffectiveTime to,
                                 const Page& page) {
  if (!ref.empty())
    if (auto s = CheckSubject(ref); !s) return tl::unexpected<Error>(s.error());
  if (to <= from)
    return Fail("diff_order", "the second moment doesn't lie after the first", "give --from before --to", Blame::kCaller);
  const QuestionKey key{"diff", std::string(ref)};
  auto place = PlaceOf(key, When{std::nullopt, Interval{from, to}}, page);
  if (!place) return tl::unexpected<Error>(place.error());
  if (place->when.during) from = place->when.during->from, to = place->when.during->until;
  auto frame = Frame::Of({std::nullopt, Interval{from, {to.us + 1}}});
  if (!frame) return tl::unexpected<Error>(frame.error());
  DiffAnswer answer{HeadOf("diff", ref, *frame), {}};
  answer.head.when = place->when;

  const TaintIndex taints(view.Taints());
  Work work;
  const Everyone everyone = ref.empty() ? Everyone::kLeftOut : Everyone::kCounts;
  Reading reading(view, frame->Window(), Unseen::kIgnored, taints, work);
  Evaluation evaluation(reading, everyone);
  std::vector<Change> changes;
  for (const auto& subject : SubjectsOf(reading, std::string(ref)))
    Compare(evaluation, subject, HoldingsOf(RowsOf(evaluation, subject, *frame)), from, to, everyone, changes);
  if (reading.Fault()) return tl::unexpected<Error>(*reading.Fault());
  if (auto s = WriteChanges(view, std::move(changes), key, *place, page.limit, answer); !s)
    return tl::unexpected<Error>(s.error());
  NoteTaints(view.Taints(), kPlanes, frame->Window(), answer.head);
  NoteLimit(work.Reached(), answer.head);
  auto before = BeforeRecord(view, kPlanes, from);
  if (!before) return tl::unexpected<Error>(before.error());
  answer.head.before_record = *before;
  return answer;
}

}  // namespace tenure::authority
