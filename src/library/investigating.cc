#include "library/investigating.h"

#include "investigation/blast_radius.h"
#include "investigation/replay.h"
#include "library/arn.h"

namespace tenure::library {
namespace {

Ask During(const Ask& ask, const Interval& window) {
  Ask during = ask;
  during.when = {};
  if (ask.page.cursor.empty()) during.when.during = window;
  return during;
}

}  // namespace

Result<ReachAnswer> BlastRadius(OpenRecord& record, const ReachQuestion& asked, const Ask& ask) {
  ReachQuestion question = asked;
  question.ref = NormaliseReference(asked.ref);
  return Answer<ReachAnswer>(record, During(ask, asked.window),
                             {"blast_radius", question.ref, question.credential, std::to_string(question.depth)},
                             [&](history::FactView& view, const When& when, const Page& page) {
                               if (when.during) question.window = *when.during;
                               return investigation::BlastRadius(view, question, page, IdentityOfActor);
                             });
}

Result<ReplayAnswer> Replay(OpenRecord& record, const ReplayQuestion& asked, const Ask& ask) {
  ReplayQuestion question = asked;
  question.subject = NormaliseReference(asked.subject);
  return Answer<ReplayAnswer>(record, During(ask, asked.window), {"replay", question.subject},
                              [&](history::FactView& view, const When& when, const Page& page) -> Result<ReplayAnswer> {
                                if (when.during) question.window = *when.during;
                                if (ask.without.empty()) return investigation::Replay(view, nullptr, question, page);
                                auto on_record = record.model->View(OnRecord(view.Vector()));
                                if (!on_record) return tl::unexpected<Error>(on_record.error());
                                return investigation::Replay(view, on_record->get(), question, page);
                              });
}

}  // namespace tenure::library
