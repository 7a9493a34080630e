#include <algorithm>
#include <optional>

#include "authority/brief.h"
#include "authority/cursor.h"
#include "authority/evidence.h"
#include "authority/existence.h"
#include "authority/head.h"
#include "authority/questions.h"
#include "authority/reasons.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::IdentityPiece;

bool Fits(const IdentitiesQuestion& question, const IdentityPiece& piece, bool before_record) {
  if (question.status.empty() ? !piece.registered_and_not_retired : question.status != ShownStatus(piece, before_record))
    return false;
  if (!question.owner.empty() && piece.owner != question.owner) return false;
  return !question.unowned || piece.owner.empty();
}

// The last piece in the window that answers the question.
const IdentityPiece* LastFitting(const std::vector<IdentityPiece>& pieces, const IdentitiesQuestion& question, const Frame& frame,
                                 bool before_record) {
  const IdentityPiece* last = nullptr;
  for (const auto& piece : pieces)
    if (piece.span.from < frame.Window().until && frame.Window().from < piece.span.until && Fits(question, piece, before_record))
      last = &piece;
  return last;
}

Status CheckQuestion(const IdentitiesQuestion& question) {
  constexpr std::string_view kStatuses[] = {"active", "pending", "suspended", "expired", "retired", "absent", "unrecorded"};
  if (!question.status.empty() && std::find(std::begin(kStatuses), std::end(kStatuses), question.status) == std::end(kStatuses))
    return Fail("status_unknown", "\"" + question.status + "\" is no status",
                "one of active, pending, suspended, expired, retired, absent, unrecorded", Blame::kCaller);
  if (!question.type.empty() && !event::CheckReference(question.type + ":x"))
    return Fail("type_malformed", "\"" + question.type + "\" is no type", "lower-case letters, digits and _: service_account",
                Blame::kCaller);
  if (question.unowned && !question.owner.empty())
    return Fail("owner_and_unowned", "an owner and unowned were both asked for", "give one of them", Blame::kCaller);
  return {};
}

}  // namespace

Result<IdentitiesAnswer> Identities(history::FactView& view, const IdentitiesQuestion& question, const When& when,
                                    const Page& page) {
  if (auto s = CheckQuestion(question); !s) return tl::unexpected<Error>(s.error());
  const QuestionKey key{"identities", question.type, question.status, question.owner, question.unowned ? "unowned" : ""};
  auto place = PlaceOf(key, when, page);
  if (!place) return tl::unexpected<Error>(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected<Error>(frame.error());
  IdentitiesAnswer answer{HeadOf("identities", "", *frame), {}};
  auto before = BeforeRecord(view, {Topic::kIdentity}, frame->Begin());
  if (!before) return tl::unexpected<Error>(before.error());
  answer.head.before_record = *before;

  const TaintIndex taints(view.Taints());
  Work work;
  Reading reading(view, frame->Window(), Unseen::kIgnored, taints, work);
  EvidenceList evidence(view);
  std::optional<Error> fault;
  // References of one type lie together, so the others are never read. One row more than the page tells whether another page follows.
  const std::string prefix = question.type.empty() ? "" : question.type + ":";
  std::string last_given;
  const auto status = view.EachIdentity(std::max(place->last, prefix), [&](const std::string& ref) {
    if (ref.compare(0, prefix.size(), prefix) != 0 || !reading.Spend(1)) return false;
    auto pieces = view.Identity(ref, frame->Window());
    if (!pieces) return fault = pieces.error(), false;
    const IdentityPiece* piece = LastFitting(*pieces, question, *frame, *before);
    if (piece == nullptr) return true;
    if (static_cast<std::int64_t>(answer.rows.size()) == page.limit) {
      answer.head.next = WriteCursor(key, {place->when, last_given});
      return false;
    }
    // The values shown are those of the piece's last moment in the window.
    auto details = view.Details(ref, std::min(frame->Last(), EffectiveTime{piece->span.until.us - 1}));
    if (!details) return fault = details.error(), false;
    auto row = RowOf(view, ref, *piece, details->setters, *frame, taints, *before, evidence);
    if (!row) return fault = row.error(), false;
    answer.rows.push_back(std::move(*row));
    last_given = ref;
    return true;
  });
  if (!status) return tl::unexpected<Error>(status.error());
  if (fault) return tl::unexpected<Error>(*fault);
  NoteTaints(view.Taints(), {Topic::kIdentity}, frame->Window(), answer.head);
  NoteLimit(work.Reached(), answer.head);
  answer.head.evidence = evidence.Take();
  return answer;
}

Result<BriefExistence> ExistedByWindow(history::FactView& view, EffectiveTime t, std::int64_t limit, std::string_view after) {
  auto frame = Frame::Of({t, std::nullopt});
  if (!frame) return tl::unexpected<Error>(frame.error());
  BriefExistence answer;
  AnswerHead head;
  Work work;
  std::optional<Error> fault;
  const auto status = view.EachIdentity("", [&](const std::string& ref) {
    if (!work.Spend(1)) return false;
    auto pieces = view.Identity(ref, frame->Window());
    if (!pieces) return fault = pieces.error(), false;
    for (const auto& piece : *pieces) {
      if (!piece.span.Contains(t) || piece.status != history::IdentityStatus::kActive) continue;
      ++answer.count;
      if (ref > after && static_cast<std::int64_t>(answer.rows.size()) < limit) answer.rows.push_back({ref, piece.causes});
    }
    return true;
  });
  if (!status) return tl::unexpected<Error>(status.error());
  if (fault) return tl::unexpected<Error>(*fault);
  NoteTaints(view.Taints(), {Topic::kIdentity}, frame->Window(), head);
  NoteLimit(work.Reached(), head);
  auto before = BeforeRecord(view, {Topic::kIdentity}, t);
  if (!before) return tl::unexpected<Error>(before.error());
  head.before_record = *before;
  answer.head = BriefOf(std::move(head));
  return answer;
}

}  // namespace tenure::authority
