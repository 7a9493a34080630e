#include "authority/existence.h"

#include "authority/reading.h"
#include "authority/reasons.h"
#include "event/reference.h"

namespace tenure::authority {
namespace {

std::optional<std::string> Some(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

}  // namespace

std::string ShownStatus(const history::IdentityPiece& piece, bool before_record) {
  const bool unknown = before_record && piece.status == history::IdentityStatus::kAbsent;
  return std::string(StatusWord(unknown ? history::IdentityStatus::kUnrecorded : piece.status));
}

Result<IdentityRow> RowOf(history::FactView& view, const std::string& ref, const history::IdentityPiece& piece,
                          const std::vector<Position>& setters, const Frame& frame, const TaintIndex& taints, bool before_record,
                          EvidenceList& evidence) {
  Work work;
  Reading reading(view, frame.AtMoment() ? Interval{} : frame.Window(), Unseen::kIgnored, taints, work);
  const history::TimeSet active = reading.Active(ref);
  if (reading.Fault()) return tl::unexpected<Error>(*reading.Fault());
  IdentityRow row;
  row.ref = ref;
  row.type = event::TypeOf(ref);
  row.status = ShownStatus(piece, before_record);
  row.owner = Some(piece.owner);
  row.environment = Some(piece.environment);
  row.display_name = Some(piece.display_name);
  row.incarnation = piece.incarnation;
  row.active = frame.Shown(active.must);
  row.possibly_active = frame.Shown(active.Possibly());
  std::vector<Position> causes = piece.causes;
  causes.insert(causes.end(), setters.begin(), setters.end());
  auto index = evidence.Add(causes);
  if (!index) return tl::unexpected<Error>(index.error());
  row.evidence = std::move(*index);
  return row;
}

}  // namespace tenure::authority
