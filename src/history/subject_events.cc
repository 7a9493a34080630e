#include "history/subject_events.h"

#include <algorithm>
#include <utility>

#include "event/codec.h"
#include "history/fact_reader.h"

namespace tenure::history {
namespace {

using Spans = std::vector<std::pair<Interval, std::uint32_t>>;

constexpr FactKind kKindsRead[] = {FactKind::kIdentity, FactKind::kRole, FactKind::kGrant, FactKind::kRoleRevoke,
                                   FactKind::kMembership};

Interval TermsOf(const Moment& at, const OptionalTime& not_before, const OptionalTime& expires_at) {
  return {std::max(at.time, not_before.value_or(at.time)), expires_at.value_or(kForever)};
}

Section<std::uint32_t> SectionOf(Spans spans) {
  std::sort(spans.begin(), spans.end(), [](const auto& a, const auto& b) {
    return std::tuple(ClassOf(a.first), a.first.until, a.first.from, a.second) <
           std::tuple(ClassOf(b.first), b.first.until, b.first.from, b.second);
  });
  Section<std::uint32_t> section;
  for (const auto& [span, fact] : spans) section.Add(ClassOf(span), span, fact);
  section.Shrink();
  return section;
}

}  // namespace

// Fills one object from the rows.
class SubjectEvents::Reading {
 public:
  Reading(const Rows& rows, Settlement& settlement, Names& names, SubjectEvents& into)
      : rows_(rows), settlement_(settlement), names_(names), into_(into) {}

  Status Read(std::string_view ref) {
    FactReader reader(rows_);
    for (const FactKind kind : kKindsRead) {
      const auto take = [&](const FactKey& fact, const EventSeen& event) -> Result<bool> {
        if (auto s = Take(fact, event); !s) return tl::unexpected(s.error());
        return ++taken_ <= kSubjectEventsMax;
      };
      if (auto s = reader.EachUnder(FactPrefix(ref, kind), take); !s) return s;
      if (taken_ <= kSubjectEventsMax) continue;
      into_ = SubjectEvents();
      into_.too_many_ = true;
      return {};
    }
    File();
    return {};
  }

 private:
  Status Take(const FactKey& fact, const EventSeen& event) {
    auto payload = event::UnpackPayload(event.payload);
    if (!payload) return tl::unexpected(payload.error());
    auto contest = ContestOf(event);
    if (!contest) return tl::unexpected(contest.error());
    switch (fact.kind) {
      case FactKind::kIdentity:
        into_.retired_ = into_.retired_ || std::holds_alternative<IdentityRetired>(*payload);
        into_.told_bytes_ += event.payload.size();
        into_.identity_.push_back({{event.at, std::move(*payload)}, *contest, (event.flags & kInForceFlag) != 0});
        break;
      case FactKind::kRole:
        into_.told_bytes_ += 2 * event.payload.size();
        if (std::holds_alternative<RoleRetired>(*payload)) into_.role_retired_ = true;
        else Define(event.at, *contest, std::move(*payload));
        break;
      case FactKind::kRoleRevoke: {
        auto& revoke = std::get<GrantRevoked>(*payload);
        into_.role_revokes_.push_back({event.at, *contest, names_.Add(revoke.role), std::move(revoke.scope)});
        break;
      }
      default:
        Hold(fact, event.at, *contest, *payload);
    }
    return {};
  }

  void Define(const Moment& at, std::uint32_t contest, Payload payload) {
    RolePiece piece = UndefinedRole();
    Advance(piece, {{at, std::move(payload)}});
    for (const auto& permission : *piece.permissions) into_.assume_ = into_.assume_ || NamesAssume(permission);
    into_.role_.push_back({at, contest, std::move(piece)});
  }

  void Hold(const FactKey& fact, const Moment& at, std::uint32_t contest, Payload& payload) {
    if (into_.facts_.empty() || fact_ != fact) {
      const auto begin = static_cast<std::uint32_t>(into_.events_.size());
      into_.facts_.push_back({fact.kind, begin, begin});
      fact_ = fact;
    }
    Event event{at, contest, kNothing, {}};
    if (auto* issue = std::get_if<GrantIssued>(&payload)) {
      event.terms = TermsOf(at, issue->not_before, issue->expires_at);
      GrantPiece piece;
      piece.principal = fact.subject, piece.grant = fact.object;
      piece.terms = {issue->role,      issue->permissions, issue->scope,      issue->kind,
                     issue->condition, issue->delegator,   issue->not_before, issue->expires_at};
      piece.issued = at.order.position;
      event.row = into_.rows_.File(std::move(piece), names_);
    } else if (auto* added = std::get_if<MembershipAdded>(&payload)) {
      event.terms = TermsOf(at, added->not_before, added->expires_at);
      MembershipPiece piece;
      piece.member = fact.subject, piece.group = fact.object;
      piece.added = at.order.position;
      event.row = into_.rows_.File(piece, names_);
    }
    into_.events_.push_back(event);
    ++into_.facts_.back().end;
  }

  // kNothing: uncontested.
  Result<std::uint32_t> ContestOf(const EventSeen& event) {
    if (!(event.flags & kContestedFlag)) return kNothing;
    auto record = ReadRecord(rows_, event.at.order.position);
    if (!record) return tl::unexpected(record.error());
    const auto* stored = *record ? std::get_if<StoredEvent>(&**record) : nullptr;
    if (stored == nullptr)
      return Fail("model_corrupt", "an event row of the read model cannot be read", "run `tenure rebuild`", Blame::kFault);
    Contest contest{HashOf(stored->meta.name), std::nullopt};
    auto plain = PlainlyRetracted(contest.name);
    if (!plain) return tl::unexpected(plain.error());
    if (*plain) {
      auto by = settlement_.TakenOutBy(contest.name);
      if (!by) return tl::unexpected(by.error());
      contest.gone_by = std::move(*by);
    }
    into_.contests_.push_back(std::move(contest));
    return static_cast<std::uint32_t>(into_.contests_.size()) - 1;
  }

  // One copy, and those who want it out have one each that nobody wants out: whether it stands hangs on which are known, and no more.
  Result<bool> PlainlyRetracted(const NameHash& name) {
    auto row = settlement_.Row(name);
    if (!row) return tl::unexpected(row.error());
    if (row->copies.size() != 1) return false;
    for (const auto& by : row->retractors) {
      auto of = settlement_.Row(by);
      if (!of) return tl::unexpected(of.error());
      if (of->copies.size() != 1 || !of->retractors.empty()) return false;
      // It may itself count only while something else isn't known.
      auto elsewhere = settlement_.MayBeOnWrongTopic(of->copies.front());
      if (!elsewhere) return elsewhere;
      if (*elsewhere) return false;
    }
    return true;
  }

  // By what a fact is found: what is found may not hold, and nothing that holds is missed.
  void File() {
    FileKind(FactKind::kGrant, into_.grants_);
    FileKind(FactKind::kMembership, into_.memberships_);
    const Permission subtree;
    for (std::uint32_t i = 0; i < into_.facts_.size(); ++i)
      for (std::uint32_t e = into_.facts_[i].begin; e < into_.facts_[i].end && into_.facts_[i].kind == FactKind::kGrant; ++e)
        if (const std::uint32_t row = into_.events_[e].row; row != kNothing)
          into_.by_scope_.emplace_back(std::hash<std::string_view>{}(AnchorOf(subtree, into_.rows_.Scope(row))), i);
    std::sort(into_.by_scope_.begin(), into_.by_scope_.end());
    into_.by_scope_.erase(std::unique(into_.by_scope_.begin(), into_.by_scope_.end()), into_.by_scope_.end());
    into_.by_scope_.shrink_to_fit();
    into_.events_.shrink_to_fit(), into_.facts_.shrink_to_fit(), into_.contests_.shrink_to_fit();
    std::vector<Assertion> standing;
    for (const auto& told : into_.identity_)
      if (told.stands) standing.push_back(told.assertion);
    if (!standing.empty()) into_.identity_of_all_ = FoldIdentity(standing);
  }

  void FileKind(FactKind kind, Found& found) {
    Spans in_time, in_log;
    const auto where = into_.events_.empty() ? TopicPartition{} : into_.events_.front().at.order.position.Where();
    const bool one_log = std::all_of(into_.events_.begin(), into_.events_.end(),
                                     [&](const Event& e) { return e.at.order.position.Where() == where; });
    for (std::uint32_t i = 0; i < into_.facts_.size(); ++i) {
      if (into_.facts_[i].kind != kind) continue;
      if (one_log) FileFact(i, in_time, in_log);
      else found.always.push_back(i);
    }
    found.in_time = SectionOf(std::move(in_time));
    found.in_log = SectionOf(std::move(in_log));
    found.always.shrink_to_fit();
  }

  void FileFact(std::uint32_t index, Spans& in_time, Spans& in_log) const {
    const Event* ends = nullptr;
    for (std::uint32_t i = into_.facts_[index].end; i-- > into_.facts_[index].begin;) {
      const Event& event = into_.events_[i];
      if (event.row != kNothing) {
        Interval holds = event.terms;
        if (ends != nullptr) {
          holds.until = std::min(holds.until, ends->at.time);
          const Interval known{{event.at.order.position.offset}, {ends->at.order.position.offset}};
          if (known.from < known.until) in_log.emplace_back(known, index);
        }
        if (holds.from < holds.until) in_time.emplace_back(holds, index);
      }
      if (event.contest == kNothing) ends = &event;
    }
  }

  const Rows& rows_;
  Settlement& settlement_;
  Names& names_;
  SubjectEvents& into_;
  FactKey fact_;  // of the last event
  std::size_t taken_ = 0;
};

// One question.
class SubjectEvents::Asking {
 public:
  Asking(const SubjectEvents& of, const Knowledge& knowledge, EffectiveTime t)
      : of_(of), knowledge_(knowledge), t_(t), next_(knowledge.v.Next(where_)) {}

  Result<std::shared_ptr<const Page>> Life() {
    if (of_.too_many_ || of_.role_retired_) return nullptr;
    page_->any_inline = of_.rows_.any_inline;
    if (auto s = NoteStanding(); !s) return tl::unexpected(s.error());
    AddIdentity();
    if (auto s = AddRole(); !s) return tl::unexpected(s.error());
    return With(AddHeld(of_.memberships_));
  }

  Result<std::shared_ptr<const Page>> Grants(const std::vector<std::string>* anchors) {
    if (of_.too_many_) return nullptr;
    if (of_.retired_)  // else grants hang on nothing that the identity says
      if (auto s = NoteStanding(); !s) return tl::unexpected(s.error());
    if (anchors == nullptr) return With(AddHeld(of_.grants_));
    std::vector<std::uint32_t> facts;
    for (const auto& anchor : *anchors) {
      const std::size_t hash = std::hash<std::string_view>{}(anchor);
      auto it = std::lower_bound(of_.by_scope_.begin(), of_.by_scope_.end(), std::pair(hash, std::uint32_t{0}));
      for (; it != of_.by_scope_.end() && it->first == hash; ++it) {
        if (facts.size() == kReadThrough) return With(AddHeld(of_.grants_));  // a long past: what holds is fewer
        facts.push_back(it->second);
      }
    }
    return With(AddEach(std::move(facts)));
  }

 private:
  static constexpr std::size_t kReadThrough = 64;

  Result<std::shared_ptr<const Page>> With(const Status& done) {
    if (!done) return tl::unexpected(done.error());
    if (!ordinary_) return nullptr;
    return page_;
  }

  Result<bool> Stands(const Moment& at, std::uint32_t contest) {
    if (!Knows(at.order.position)) return false;
    if (contest == kNothing) return true;
    const Contest& of = of_.contests_[contest];
    if (of.gone_by) return std::none_of(of.gone_by->begin(), of.gone_by->end(), [&](const Position& p) { return Knows(p); });
    auto copy = knowledge_.settlement.Canonical(of.name);
    if (!copy) return tl::unexpected(copy.error());
    if (!*copy || (*copy)->order.position != at.order.position) return false;
    return knowledge_.settlement.InForce(of.name);
  }

  // Of the identity's events.
  Status NoteStanding() {
    for (const auto& told : of_.identity_) {
      auto stands = Stands(told.assertion.at, told.contest);
      if (!stands) return tl::unexpected(stands.error());
      if (*stands) standing_.push_back(&told.assertion);
      if (*stands == told.stands) continue;
      as_of_all_ = false;
      if (told.assertion.at.time <= t_) as_of_all_before_ = false;
    }
    if (!of_.retired_) return {};
    const Incarnations incarnations = IncarnationsOfIdentity(Standing());
    ordinary_ = incarnations.begins.empty();
    ends_all_ = incarnations.ends_all;
    std::erase_if(ends_all_, [&](const Moment& m) { return t_ < m.time; });
    return {};
  }

  std::vector<Assertion> Standing() const {
    std::vector<Assertion> events;
    for (const auto* assertion : standing_) events.push_back(*assertion);
    return events;
  }

  // REQUIRED: NoteStanding.
  void AddIdentity() {
    if (standing_.empty()) return;
    const IdentityPiece* now = PieceAt(of_.identity_of_all_);
    // What stands before an identity's first life event is said by that one, which comes later.
    const bool begun = now != nullptr && now->status != IdentityStatus::kAbsent && now->status != IdentityStatus::kUnrecorded;
    std::vector<IdentityPiece> folded;
    if (!as_of_all_ && !(as_of_all_before_ && begun)) {
      folded = FoldIdentity(Standing());
      now = PieceAt(folded);
    }
    if (now != nullptr) page_->Take(*now, t_);
  }

  const IdentityPiece* PieceAt(const std::vector<IdentityPiece>& pieces) const {
    for (const auto& piece : pieces)
      if (piece.span.Contains(t_)) return &piece;
    return nullptr;
  }

  // REQUIRED: the role is never retired.
  Status AddRole() {
    page_->assume = of_.assume_;
    for (auto told = of_.role_.rbegin(); told != of_.role_.rend(); ++told) {
      if (t_ < told->at.time) continue;
      auto stands = Stands(told->at, told->contest);
      if (!stands) return tl::unexpected(stands.error());
      if (!*stands) continue;
      page_->Take(told->piece, t_);
      return {};
    }
    return {};
  }

  Status AddHeld(const Found& found) {
    std::vector<std::uint32_t> facts = found.always;
    found.in_time.Each({t_, {t_.us + 1}}, [&](std::size_t i) { return facts.push_back(found.in_time.At(i)), true; });
    const std::int64_t next = of_.events_.empty() ? 0 : Next(of_.events_.front().at.order.position.Where());
    if (next > 0)  // known to have begun, and not known to have ended
      found.in_log.Each({{next - 1}, {next}}, [&](std::size_t i) { return facts.push_back(found.in_log.At(i)), true; });
    return AddEach(std::move(facts));
  }

  Status AddEach(std::vector<std::uint32_t> facts) {
    std::sort(facts.begin(), facts.end());
    facts.erase(std::unique(facts.begin(), facts.end()), facts.end());
    Status status;
    for (std::size_t i = 0; i < facts.size() && status && ordinary_; ++i) status = Add(of_.facts_[facts[i]]);
    return status;
  }

  std::int64_t Next(const TopicPartition& where) {
    if (!(where == where_)) next_ = knowledge_.v.Next(where_ = where);
    return next_;
  }
  bool Knows(const Position& position) { return position.offset < Next(position.Where()); }

  Status Add(const Fact& fact) {
    first_ = last_ = nullptr;
    for (std::uint32_t i = fact.begin; i < fact.end && of_.events_[i].at.time <= t_; ++i) {
      const Event& event = of_.events_[i];
      auto stands = Stands(event.at, event.contest);
      if (!stands) return tl::unexpected(stands.error());
      if (!*stands) continue;
      if (event.row == kNothing && fact.kind == FactKind::kGrant) return {};  // it never comes back
      if (first_ == nullptr) first_ = &event;
      last_ = &event;
    }
    if (last_ == nullptr || last_->row == kNothing || !last_->terms.Contains(t_)) return {};
    return fact.kind == FactKind::kGrant ? AddGrant(fact) : AddMembership();
  }

  bool EndedSince(const Event& event) const {
    return std::any_of(ends_all_.begin(), ends_all_.end(), [&](const Moment& m) { return event.at < m; });
  }

  Status AddMembership() {
    if (auto s = Look(of_.rows_.memberships.At(last_->row).group); !s || !ordinary_) return s;
    if (!EndedSince(*last_)) page_->TakeMembership(of_.rows_, last_->row, t_);
    return {};
  }

  Status AddGrant(const Fact& fact) {
    if (const NameId role = of_.rows_.grants.At(last_->row).role; role != kNoName)
      if (auto s = Look(role); !s || !ordinary_) return s;
    if (EndedSince(*first_)) return {};
    auto revoked = RevokedByRole(fact);
    if (!revoked) return tl::unexpected(revoked.error());
    if (!*revoked) page_->TakeGrant(of_.rows_, last_->row, t_);
    return {};
  }

  // An incarnation of the role or group may end it, or save it from what ended others.
  Status Look(NameId other) {
    auto never = knowledge_.never_retired(other);
    if (!never) return tl::unexpected(never.error());
    ordinary_ = *never;
    return {};
  }

  // By one that speaks of the terms that were the last before it.
  Result<bool> RevokedByRole(const Fact& fact) {
    for (const auto& revoke : of_.role_revokes_) {
      if (t_ < revoke.at.time || revoke.at < first_->at) continue;
      auto stands = Stands(revoke.at, revoke.contest);
      if (!stands) return stands;
      if (!*stands) continue;
      const Event* before = nullptr;
      for (std::uint32_t i = fact.begin; i < fact.end && of_.events_[i].at < revoke.at; ++i) {
        auto issued = Stands(of_.events_[i].at, of_.events_[i].contest);
        if (!issued) return issued;
        if (*issued) before = &of_.events_[i];
      }
      if (before == nullptr) continue;
      if (of_.rows_.grants.At(before->row).role == revoke.role && revoke.at.time < before->terms.until &&
          (!revoke.scope || *revoke.scope == of_.rows_.Scope(before->row)))
        return true;
    }
    return false;
  }

  const SubjectEvents& of_;
  const Knowledge& knowledge_;
  const EffectiveTime t_;
  TopicPartition where_;  // of the last that was asked about
  std::int64_t next_;
  bool ordinary_ = true;
  std::vector<const Assertion*> standing_;           // of the identity's events
  bool as_of_all_ = true, as_of_all_before_ = true;  // the same as in the knowledge of everything; those up to t
  std::vector<Moment> ends_all_;                     // up to t
  const Event *first_ = nullptr, *last_ = nullptr;
  std::shared_ptr<Page> page_ = std::make_shared<Page>();
};

Result<std::shared_ptr<const SubjectEvents>> SubjectEvents::Read(const Rows& rows, std::string_view ref, Settlement& settlement,
                                                                 Names& names) {
  auto events = std::make_shared<SubjectEvents>();
  if (auto s = Reading(rows, settlement, names, *events).Read(ref); !s) return tl::unexpected(s.error());
  return events;
}

Result<std::shared_ptr<const Page>> SubjectEvents::LifeAt(const Knowledge& knowledge, EffectiveTime t) const {
  return Asking(*this, knowledge, t).Life();
}

Result<std::shared_ptr<const Page>> SubjectEvents::GrantsAt(const Knowledge& knowledge, EffectiveTime t,
                                                            const std::vector<std::string>* anchors) const {
  return Asking(*this, knowledge, t).Grants(anchors);
}

std::size_t SubjectEvents::SizeBytes() const {
  std::size_t bytes = sizeof(SubjectEvents) + rows_.SizeBytes() + told_bytes_ + events_.capacity() * sizeof(Event) +
                      facts_.capacity() * sizeof(Fact) + by_scope_.capacity() * sizeof(by_scope_.front()) +
                      identity_.capacity() * sizeof(Told) + role_.capacity() * sizeof(Defined) +
                      role_revokes_.capacity() * sizeof(RoleRevoked) + identity_of_all_.capacity() * sizeof(IdentityPiece);
  for (const Found* found : {&grants_, &memberships_})
    bytes += found->in_time.SizeBytes() + found->in_log.SizeBytes() + found->always.capacity() * sizeof(std::uint32_t);
  for (const auto& contest : contests_)
    bytes += sizeof(Contest) + (contest.gone_by ? contest.gone_by->capacity() * sizeof(Position) : 0);
  return bytes;
}

}  // namespace tenure::history
