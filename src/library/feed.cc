// Events that go on for as long as somebody listens.
#include "library/listing.h"

namespace tenure::library {
namespace {

class Feed : public EventFeed {
 public:
  Feed(OpenRecord& record, const EventsQuestion& question, const When& when, const PositionVector& from)
      : record_(record), lister_(record, question, when, from, record.model->Projected()) {}

  Result<std::optional<EventRow>> Next() override {
    auto row = lister_.Next();
    if (!row || row->has_value()) return row;
    if (auto s = record_.Refresh(); !s) return tl::unexpected<Error>(s.error());
    lister_.Extend(record_.model->Projected());
    return lister_.Next();
  }
  std::string Reached() const override { return record_.Token(lister_.Reached()); }

 private:
  OpenRecord& record_;
  EventLister lister_;
};

}  // namespace

Result<std::unique_ptr<EventFeed>> MakeFeed(OpenRecord& record, const EventsQuestion& question, const When& when,
                                            const std::string& after) {
  if (auto s = CheckEventsQuestion(question); !s) return tl::unexpected<Error>(s.error());
  PositionVector from;
  if (!after.empty()) {
    auto content = projection::DecodeToken(after, record.log->Id(), record.dir.config);
    if (!content) return tl::unexpected<Error>(content.error());
    from = std::move(content->vector);
    if (!record.model->Projected().Covers(from))
      return Fail("position_not_projected", "the read model hasn't reached the position to go on from yet",
                  "ask again in a moment; where the record was restored from a backup, go on from a token that is older than it",
                  Blame::kUnavailable);
  }
  return std::make_unique<Feed>(record, question, when, from);
}

}  // namespace tenure::library
