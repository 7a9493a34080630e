#include <map>

#include "authority/evidence.h"
#include "authority/existence.h"
#include "authority/head.h"
#include "authority/questions.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

using history::CredentialPiece;
using history::IdentityPiece;
using history::IntervalSet;

bool Overlaps(const Interval& a, const Interval& b) { return a.from < b.until && b.from < a.until; }

// The values shown are those of the last moment.
IdentityPiece LastPiece(const std::vector<IdentityPiece>& pieces, const Frame& frame) {
  IdentityPiece last;
  for (const auto& piece : pieces)
    if (Overlaps(piece.span, frame.Window())) last = piece;
  return last;
}

// Live somewhere in the window; a taint or lying before the record takes the certainty from either answer.
Decision LiveOf(const std::vector<const CredentialPiece*>& pieces, const IntervalSet& doubtful, const Frame& frame,
                bool before_record) {
  bool live = false, certain = false;
  for (const auto* piece : pieces) {
    const IntervalSet span = IntervalSet(piece->span).Clip(frame.Window());
    live = live || piece->live;
    certain = certain || (piece->live && !span.Minus(doubtful).Empty());
  }
  if (certain) return Decision::kYes;
  const bool doubt = live || before_record || frame.Meets(doubtful);
  return doubt ? Decision::kUnknown : Decision::kNo;
}

Result<std::vector<CredentialRow>> CredentialsOf(history::FactView& view, std::string_view ref, const Frame& frame,
                                                 const TaintIndex& taints, bool before_record, EvidenceList& evidence) {
  auto pieces = view.Credentials(ref, frame.Window());
  if (!pieces) return tl::unexpected<Error>(pieces.error());
  std::map<std::string, std::vector<const CredentialPiece*>> by_name;
  for (const auto& piece : *pieces)
    if (Overlaps(piece.span, frame.Window())) by_name[piece.credential].push_back(&piece);
  std::vector<CredentialRow> rows;
  for (const auto& [credential, stretches] : by_name) {
    const CredentialPiece& last = *stretches.back();
    CredentialRow row{
        credential,          last.kind,        LiveOf(stretches, taints.Doubtful(Topic::kIdentity, ref), frame, before_record),
        last.not_before,     last.expires_at,  last.fingerprint,
        last.compromised_at, last.replaced_by, {}};
    auto index = evidence.Add(last.causes);
    if (!index) return tl::unexpected<Error>(index.error());
    row.evidence = std::move(*index);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

Result<ShowAnswer> Show(history::FactView& view, std::string_view ref, const When& when) {
  if (auto s = CheckSubject(ref); !s) return tl::unexpected<Error>(s.error());
  auto frame = Frame::Of(when);
  if (!frame) return tl::unexpected<Error>(frame.error());
  ShowAnswer answer{HeadOf("show", ref, *frame), {}, {}, {}, {}};
  auto before = BeforeRecord(view, {Topic::kIdentity}, frame->Begin());
  if (!before) return tl::unexpected<Error>(before.error());
  answer.head.before_record = *before;
  const TaintIndex taints(view.Taints());
  EvidenceList evidence(view);
  auto pieces = view.Identity(ref, frame->Window());
  if (!pieces) return tl::unexpected<Error>(pieces.error());
  auto details = view.Details(ref, frame->Last());
  if (!details) return tl::unexpected<Error>(details.error());
  auto row = RowOf(view, std::string(ref), LastPiece(*pieces, *frame), details->setters, *frame, taints, *before, evidence);
  if (!row) return tl::unexpected<Error>(row.error());
  answer.identity = std::move(*row);
  auto credentials = CredentialsOf(view, ref, *frame, taints, *before, evidence);
  if (!credentials) return tl::unexpected<Error>(credentials.error());
  answer.credentials = std::move(*credentials);
  answer.attributes = std::move(details->attributes);
  auto linked = view.LinkedWith(ref, frame->Last());
  if (!linked) return tl::unexpected<Error>(linked.error());
  answer.linked = std::move(*linked);
  NoteTaints(view.Taints(), Consulted{{{Topic::kIdentity, std::string(ref)}, IntervalSet::All()}}, frame->Window(), answer.head);
  answer.head.evidence = evidence.Take();
  return answer;
}

}  // namespace tenure::authority
