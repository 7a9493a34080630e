#include "history/bulk_fold.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "event/codec.h"
#include "history/bulk_table.h"
#include "history/folder.h"
#include "history/interval_rows.h"
#include "history/prepared.h"
#include "history/refolder.h"

namespace tenure::history {
namespace {

constexpr std::size_t kMomentBytes = 8 + 8 + 13;

tl::unexpected<Error> Unreadable() {
  return Fail("model_corrupt", "a sorted event can't be read", "run again: what it was made of is read anew", Blame::kFault);
}

std::vector<const Run*> RunsOf(const Runs& runs, std::initializer_list<Sorted> which) {
  std::vector<const Run*> out;
  for (const auto one : which)
    for (const auto& run : Of(runs, one)) out.push_back(&run);
  return out;
}

// What folds ask of other facts: incarnations, and the revokes by role of the subject at hand.
class Asked : public Rows {
 public:
  explicit Asked(const PackedIncarnations& incarnations) : incarnations_(incarnations) {}
  Result<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    const auto& rows = family == Family::kMeta ? incarnations_ : revokes_;
    const auto at = rows.find(key);
    return at == rows.end() ? std::nullopt : std::optional(at->second);
  }
  std::unique_ptr<Cursor> Scan(Family) const override { return nullptr; }

  void Forget() { revokes_.clear(); }
  void Add(std::string fact_prefix, const Leaf& leaf) { revokes_.emplace(std::move(fact_prefix), PackLeaf(leaf)); }

 private:
  const PackedIncarnations& incarnations_;
  PackedIncarnations revokes_;
};

// The events of one fact after another.
class Facts {
 public:
  Facts(const FoldInput& input, const std::vector<const Run*>& runs, const std::string& from, const std::string& until)
      : flags_(input.flags), merge_(runs, from, until) {}

  // False: there are no more, or what Health says.
  bool Next() {
    events_.clear();
    if (!merge_.Valid()) return false;
    if (merge_.Key().size() < kMomentBytes) {
      broken_ = true;
      return false;
    }
    prefix_ = merge_.Key().substr(0, merge_.Key().size() - kMomentBytes);
    while (merge_.Valid() && merge_.Key().size() == prefix_.size() + kMomentBytes && merge_.Key().starts_with(prefix_)) {
      Reader tail(merge_.Key().substr(prefix_.size()));
      const Moment at = tail.AtMoment();
      if (events_.empty() || events_.back().at != at)
        events_.push_back({at, flags_.Of(at.order.position), std::string(merge_.Value())});
      merge_.Next();
    }
    return true;
  }
  void SkipTo(std::string_view key) { merge_.SkipTo(key); }
  bool AtPrefix(std::string_view prefix) const { return merge_.Valid() && merge_.Key().starts_with(prefix); }
  Status Health() const {
    if (broken_) return Unreadable();
    return merge_.Health();
  }
  const std::string& Prefix() const { return prefix_; }
  std::vector<LeafEvent>& Events() { return events_; }

 private:
  const FlagsByPosition& flags_;
  RunMerge merge_;
  std::string prefix_;
  std::vector<LeafEvent> events_;
  bool broken_ = false;
};

Result<std::vector<Assertion>> InForce(const std::vector<LeafEvent>& events) {
  std::vector<Assertion> out;
  for (const auto& e : events) {
    if (!(e.flags & kInForceFlag)) continue;
    auto payload = event::UnpackPayload(e.payload);
    if (!payload) return tl::unexpected(payload.error());
    out.push_back({e.at, std::move(*payload)});
  }
  return out;
}

class PartFold {
 public:
  PartFold(const FoldInput& input, const std::string& from, const std::string& until, const std::string& prefix)
      : input_(input),
        facts_(input, RunsOf(input.state.runs, {Sorted::kBeings, Sorted::kRevokes, Sorted::kFacts}), from, until),
        revokes_(input, RunsOf(input.state.runs, {Sorted::kRevokes}), from, until),
        asked_(input.incarnations),
        objects_(prefix + "objects", input.budget_bytes),
        fact_rows_(input.database, Family::kFact, prefix + "fact"),
        piece_rows_(input.database, Family::kPiece, prefix + "piece"),
        subject_rows_(input.database, Family::kSubject, prefix + "subject"),
        checkpoint_rows_(input.database, Family::kMeta, prefix + "meta") {}

  Result<FoldedPart> Fold() {
    while (facts_.Next())
      if (auto s = One(); !s) return tl::unexpected(s.error());
    if (auto s = facts_.Health(); !s) return tl::unexpected(s.error());
    if (auto s = FlushSubject(); !s) return tl::unexpected(s.error());
    FoldedPart out;
    auto runs = objects_.Finish();
    if (!runs) return tl::unexpected(runs.error());
    Of(out.runs, Sorted::kObjects) = std::move(*runs);
    for (auto* rows : {&fact_rows_, &piece_rows_, &subject_rows_, &checkpoint_rows_}) {
      auto tables = rows->Finish();
      if (!tables) return tl::unexpected(tables.error());
      std::move(tables->begin(), tables->end(), std::back_inserter(out.tables));
    }
    out.digests = digests_;
    return out;
  }

 private:
  Status One() {
    const auto fact = ParseFactRest(facts_.Prefix());
    if (!fact) return Unreadable();
    if (!folder_ || fact->subject != subject_)
      if (auto s = Begin(fact->subject); !s) return s;
    if (fact->kind == FactKind::kGrant && !revokes_read_)
      if (auto s = ReadRevokes(); !s) return s;
    auto& events = facts_.Events();
    if (auto s = PutRight(*fact, events); !s) return s;
    if (auto s = Link(*fact, events); !s) return s;
    Leaf first;
    const bool has_pieces = Foldable(fact->kind) && fact->kind != FactKind::kRoleRevoke;
    if (has_pieces)
      if (auto s = MakePieces(*fact, events, first); !s) return s;
    return WriteLeaves(*fact, events, std::move(first));
  }

  Status Begin(const std::string& subject) {
    if (auto s = FlushSubject(); !s) return s;
    subject_ = subject;
    asked_.Forget();
    revokes_read_ = false;
    folder_.emplace(asked_, nullptr, nullptr);
    return {};
  }
  // They come after the grants that ask for them.
  Status ReadRevokes() {
    revokes_read_ = true;
    const std::string prefix = FactPrefix(subject_, FactKind::kRoleRevoke);
    revokes_.SkipTo(prefix);
    while (revokes_.AtPrefix(prefix) && revokes_.Next())
      asked_.Add(revokes_.Prefix(), {false, false, std::move(revokes_.Events()), {}});
    return revokes_.Health();
  }

  // The scattering took each event for plain and the only one of its time.
  Status PutRight(const FactKey& fact, const std::vector<LeafEvent>& events) {
    auto& digest = digests_[static_cast<std::size_t>(Table::kAssertions)];
    for (std::size_t i = 0, end = 0; i < events.size(); i = end) {
      bool plain = true;
      for (; end < events.size() && events[end].at.time == events[i].at.time; ++end)
        plain = plain && events[end].flags == kPlainFlags;
      if (plain && (end - i == 1 || !Foldable(fact.kind))) continue;
      std::uint64_t rank = 0;
      for (std::size_t k = i; k < end; ++k) {
        auto stored = StoredAt(events[k].at.order.position);
        if (!stored) return tl::unexpected(stored.error());
        const NameHash name = HashOf(stored->meta.name);
        digest.Subtract(AssertionTuple(fact, events[k].at.time, name, stored->content, 0, true));
        if (!(events[k].flags & kCanonicalFlag)) continue;
        const bool in_force = (events[k].flags & kInForceFlag) != 0;
        digest.Add(AssertionTuple(fact, events[k].at.time, name, stored->content, rank++, in_force));
      }
    }
    return {};
  }
  Result<StoredEvent> StoredAt(const Position& position) {
    if (!records_) {
      std::vector<TableFile> records;
      for (const auto& table : input_.state.tables)
        if (table.family == Family::kRecord) records.push_back(table);
      auto rows = input_.database.Reading(records);
      if (!rows) return tl::unexpected(rows.error());
      records_ = std::move(*rows);
    }
    auto record = ReadRecord(*records_, position);
    if (!record) return tl::unexpected(record.error());
    auto* stored = *record ? std::get_if<StoredEvent>(&**record) : nullptr;
    if (stored == nullptr) return Unreadable();
    return std::move(*stored);
  }

  // A fact is filed under what its key names, and under the role or the anchors of each of a grant's terms.
  Status Link(const FactKey& fact, const std::vector<LeafEvent>& events) {
    if (fact.kind != FactKind::kGrant && fact.kind != FactKind::kMembership && fact.kind != FactKind::kRoleRevoke) return {};
    std::set<ObjectKey> objects;
    for (const auto& e : events) {
      auto payload = event::UnpackPayload(e.payload);
      if (!payload) return tl::unexpected(payload.error());
      for (auto& object : ObjectsOf(*payload)) objects.insert(std::move(object));
      if (fact.kind != FactKind::kGrant) break;
    }
    for (const auto& object : objects)
      if (auto s = objects_.Add(LinkKey(object, fact), ""); !s) return s;
    return {};
  }

  Status MakePieces(const FactKey& fact, const std::vector<LeafEvent>& events, Leaf& first) {
    auto asserted = InForce(events);
    if (!asserted) return tl::unexpected(asserted.error());
    auto pieces = folder_->FoldEvents(fact, *asserted);
    if (!pieces) return tl::unexpected(pieces.error());
    for (const auto& piece : *pieces) {
      first.pieces.push_back({SpanOf(piece), PackPiece(piece)});
      if (auto s = FilePiece(fact, piece, first.pieces.back().value); !s) return s;
    }
    LeaveOutLastTime(*asserted);
    auto checkpoint = CheckpointAfter(*folder_, fact, std::nullopt, *asserted, *pieces, input_.checkpoint_every);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    first.checkpoint = checkpoint->has_value();
    return *checkpoint ? checkpoint_rows_.Put(CheckpointKey(fact), PackCheckpoint(**checkpoint)) : Status();
  }

  Status FilePiece(const FactKey& fact, const Piece& piece, const std::string& value) {
    const Interval span = SpanOf(piece);
    const std::string rest = FactRest(fact);
    if (const std::string prefix = SubjectPrefix(fact.subject, fact.kind); prefix != of_subject_prefix_) {
      if (auto s = FlushSubject(); !s) return s;
      of_subject_prefix_ = prefix;
    }
    of_subject_.emplace_back(IntervalKey(of_subject_prefix_, span, rest), value);
    for (const auto& object : ObjectsOfPiece(piece))
      if (auto s = objects_.Add(IntervalKey(ObjectPrefix(object), span, rest), value); !s) return s;
    digests_[static_cast<std::size_t>(Table::kIntervals)].Add(IntervalTuple(fact, piece));
    return {};
  }
  // Pieces of one subject and kind come fact by fact, and are filed by their ends.
  Status FlushSubject() {
    std::sort(of_subject_.begin(), of_subject_.end());
    for (const auto& [key, value] : of_subject_)
      if (auto s = subject_rows_.Put(key, value); !s) return s;
    of_subject_.clear();
    return {};
  }

  Status WriteLeaves(const FactKey& fact, std::vector<LeafEvent>& events, Leaf first) {
    const auto begins = [](const LeafEvent& e) { return BeginsLeaf(e.at.order); };
    auto end = std::find_if(events.begin() + 1, events.end(), begins);
    first.more = end != events.end();
    std::vector<LeafPiece> pieces;
    if (first.more) pieces = std::exchange(first.pieces, {});
    first.events.assign(std::make_move_iterator(events.begin()), std::make_move_iterator(end));
    if (auto s = fact_rows_.Put(facts_.Prefix(), PackLeaf(first)); !s) return s;
    while (end != events.end()) {
      const auto begin = end;
      end = std::find_if(begin + 1, events.end(), begins);
      const Leaf later{false, false, {std::make_move_iterator(begin), std::make_move_iterator(end)}, {}};
      if (auto s = fact_rows_.Put(LeafKey(fact, later.events.front().at), PackLeaf(later)); !s) return s;
    }
    for (const auto& piece : pieces)
      if (auto s = piece_rows_.Put(PieceKey(fact, piece.span.from), PackPieceRow(piece)); !s) return s;
    return {};
  }

  const FoldInput& input_;
  Facts facts_, revokes_;
  Asked asked_;
  std::optional<Folder> folder_;  // of the subject at hand
  std::string subject_;
  bool revokes_read_ = false;
  std::unique_ptr<Rows> records_;
  RunSorter objects_;
  RollingTable fact_rows_, piece_rows_, subject_rows_, checkpoint_rows_;
  std::string of_subject_prefix_;
  std::vector<std::pair<std::string, std::string>> of_subject_;
  Digests digests_{};
};

}  // namespace

Result<PackedIncarnations> LoadIncarnations(const FoldInput& input) {
  PackedIncarnations out;
  Facts facts(input, RunsOf(input.state.runs, {Sorted::kBeings}), "", "");
  while (facts.Next()) {
    const auto fact = ParseFactRest(facts.Prefix());
    if (!fact) return Unreadable();
    auto asserted = InForce(facts.Events());
    if (!asserted) return tl::unexpected(asserted.error());
    const auto found = fact->kind == FactKind::kRole ? IncarnationsOfRole(*asserted) : IncarnationsOfIdentity(*asserted);
    if (!found.Plain()) out.emplace(IncarnationsKey(fact->subject), PackIncarnations(found));
  }
  if (auto health = facts.Health(); !health) return tl::unexpected(health.error());
  return out;
}

Result<FoldedPart> FoldPart(const FoldInput& input, const std::string& from, const std::string& until,
                            const std::string& prefix) {
  return PartFold(input, from, until, prefix).Fold();
}

std::string BeginOfSubject(std::string_view fact_key) { return FactPrefix(Reader(fact_key).Text()); }

}  // namespace tenure::history
