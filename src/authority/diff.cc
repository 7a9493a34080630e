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

using history::RolePiece;
using history::RoleState;

const std::vector<Topic> kPlanes{Topic::kIdentity, Topic::kAccess};

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

bool Gives(const RolePiece& piece, Effect effect, const std::string& words) {
  return piece.state == RoleState::kDefined && WordsOf(*piece.permissions, effect).contains(words);
}

// Of a role held at both moments, the permissions that its definition has at one of them alone.
class DefinitionComparison {
 public:
  DefinitionComparison(const std::string& ref, const HoldingKey& key, const Holding& holding,
                       const std::vector<RolePiece>& pieces, ChangeFinder& finder)
      : ref_(ref), key_(key), holding_(holding), pieces_(pieces), finder_(finder) {}

  // An undefined role may give anything: of that nothing is gained or lost by defining it.
  void Compare(EffectiveTime from, EffectiveTime to, std::vector<Change>& changes) {
    const std::size_t before = At(from), after = At(to);
    if (before == after || before == pieces_.size() || after == pieces_.size()) return;
    for (std::size_t i : {before, after})
      if (pieces_[i].state != RoleState::kDefined) return;
    const auto then = WordsOf(*pieces_[before].permissions, holding_.effect),
               now = WordsOf(*pieces_[after].permissions, holding_.effect);
    for (const auto& words : now)
      if (!then.contains(words)) changes.push_back(Gained(words, after, holding_.may.At(to)->from));
    for (const auto& words : then)
      if (!now.contains(words)) changes.push_back(Lost(words, before, holding_.may.At(from)->until));
  }

 private:
  std::size_t At(EffectiveTime t) const {
    std::size_t i = 0;
    while (i < pieces_.size() && !pieces_[i].span.Contains(t)) ++i;
    return i;
  }
  Change Gained(const std::string& words, std::size_t i, EffectiveTime held_from) {
    while (i > 0 && Gives(pieces_[i - 1], holding_.effect, words)) --i;
    const EffectiveTime defined = pieces_[i].span.from;
    if (defined < held_from)
      return ChangeOf(ref_, "gained", {words, key_.scope}, held_from, finder_.OfBegin(holding_, held_from));
    return ChangeOf(ref_, "gained", {words, key_.scope}, defined, Redefined(pieces_[i]));
  }
  Change Lost(const std::string& words, std::size_t i, EffectiveTime held_until) {
    while (i + 1 < pieces_.size() && Gives(pieces_[i + 1], holding_.effect, words)) ++i;
    const EffectiveTime defined = pieces_[i].span.until;
    if (held_until < defined) return ChangeOf(ref_, "lost", {words, key_.scope}, held_until, finder_.OfEnd(holding_, held_until));
    return ChangeOf(ref_, "lost", {words, key_.scope}, defined, Redefined(pieces_[i + 1]));
  }
  Cause Redefined(const RolePiece& piece) const {
    const bool retired = piece.state == RoleState::kRetired;
    const auto& position = retired ? piece.retired_by : piece.defined_by;
    return {holding_.role + (retired ? " retired" : " defined anew"),
            position ? std::vector<Position>{*position} : std::vector<Position>{}, holding_.role};
  }

  const std::string& ref_;
  const HoldingKey& key_;
  const Holding& holding_;
  const std::vector<RolePiece>& pieces_;
  ChangeFinder& finder_;
};

void Compare(Evaluation& evaluation, const std::string& ref, const Holdings& holdings, EffectiveTime from, EffectiveTime to,
             Everyone everyone, std::vector<Change>& changes) {
  ChangeFinder finder(evaluation, ref, everyone);
  for (const auto& [key, holding] : holdings) {
    const auto before = holding.may.At(from), after = holding.may.At(to);
    if (!before && after) changes.push_back(ChangeOf(ref, "gained", key, after->from, finder.OfBegin(holding, after->from)));
    if (before && !after) changes.push_back(ChangeOf(ref, "lost", key, before->until, finder.OfEnd(holding, before->until)));
    if (before && after && !holding.role.empty())
      DefinitionComparison(ref, key, holding, evaluation.Read().Role(holding.role), finder).Compare(from, to, changes);
  }
}

// Bytes that sort as the time, then the cause, then whom and what it is about.
std::string PageKeyOf(std::optional<EffectiveTime> at, const DiffRow& row) {
  std::string key;
  const std::uint64_t time = static_cast<std::uint64_t>(at.value_or(EffectiveTime{}).us) ^ (std::uint64_t{1} << 63);
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(time >> shift & 255);
  for (const auto* part : {&row.cause, &row.ref, &row.role, &row.scope, &row.change}) key += *part + '\0';
  return key;
}

}  // namespace

Change ChangeOf(const std::string& ref, const char* change, const HoldingKey& key, std::optional<EffectiveTime> at,
                std::optional<Cause> cause) {
  Change out{{ref, change, key.role, key.scope, at, cause ? cause->change : "", {}}, {}, {}};
  if (cause) out.evidence = std::move(cause->evidence);
  out.page_key = PageKeyOf(at, out.row);
  return out;
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
  DiffAnswer answer{.head = HeadOf("diff", ref, *frame), .rows = {}};
  answer.head.when = place->when;

  const TaintIndex none({});  // a taint makes rows possible and adds none
  Work work;
  const Everyone everyone = ref.empty() ? Everyone::kLeftOut : Everyone::kCounts;
  Reading reading(view, frame->Window(), Unseen::kIgnored, none, work);
  Evaluation evaluation(reading, everyone);
  std::vector<Change> changes;
  for (const auto& subject : SubjectsOf(reading, std::string(ref)))
    Compare(evaluation, subject, HoldingsOf(evaluation, subject), from, to, everyone, changes);
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
