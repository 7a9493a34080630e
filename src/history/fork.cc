#include "history/fork.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "event/codec.h"
#include "history/applier.h"
#include "history/overlay.h"

namespace tenure::history {
namespace {

// After every record of any log.
constexpr RecordedTime kForkRecorded{std::numeric_limits<std::int64_t>::max() - 1};
// Who retracts: an event's source is never empty, so nobody else can speak with this one.
constexpr char kForkSource[] = "";

// A batch that is never committed, and is read from instead.
class ForkedRows : public Batch {
 public:
  explicit ForkedRows(std::shared_ptr<const Rows> beneath) : beneath_(std::move(beneath)) {}

  Result<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    const auto* written = Of(family).Find(key);
    if (written == nullptr) return beneath_->Get(family, key);
    return *written ? std::optional<std::string>(**written) : std::nullopt;
  }
  std::unique_ptr<Cursor> Scan(Family family) const override { return CursorOver(Of(family), beneath_->Scan(family)); }
  void Put(Family family, std::string_view key, std::string_view value) override {
    written_[static_cast<std::size_t>(family)].Put(key, value);
  }
  void Delete(Family family, std::string_view key) override { written_[static_cast<std::size_t>(family)].Delete(key); }
  Status Commit() override { return Fail("model_io", "a fork of the read model is never written", "", Blame::kFault); }

 private:
  const Overlay& Of(Family family) const { return written_[static_cast<std::size_t>(family)]; }

  std::shared_ptr<const Rows> beneath_;
  std::array<Overlay, kFamilyCount> written_;
};

StoredEvent RetractionOf(const EventName& target, const Position& position) {
  StoredEvent event;
  event.meta.name = {kForkSource, target.source + '\n' + target.id};
  event.meta.type = EventType::kEventRetracted;
  event.meta.recorded = kForkRecorded;
  event.meta.position = position;
  event.payload = EventRetracted{target, "", ""};
  return event;
}

}  // namespace

std::vector<std::string> CorrectorsOfForks(std::vector<std::string> correctors) {
  correctors.emplace(correctors.begin(), kForkSource);
  return correctors;
}

Result<std::shared_ptr<const Fork>> Fork::Make(std::shared_ptr<const Rows> rows, bool latest, const PositionVector& v,
                                               const std::vector<EventName>& without, const std::vector<std::string>& correctors,
                                               std::size_t pages_bytes) {
  std::shared_ptr<Fork> fork(new Fork(correctors));
  fork->vector_ = v;
  Settlement known(*rows, &v, correctors);
  std::vector<StoredEvent> retractions;
  for (const EventName& name : without) {
    auto copy = known.Canonical(HashOf(name));
    if (!copy) return tl::unexpected(copy.error());
    if (!*copy)
      return Fail("event_not_known", "no event \"" + name.id + "\" of source \"" + name.source + "\" is known",
                  "name it as the evidence of an answer does; as known then, it may not have been recorded yet", Blame::kCaller);
    const TopicPartition where{(*copy)->order.position.topic, kForkPartition};
    retractions.push_back(RetractionOf(name, {where.topic, where.partition, fork->vector_.next[where]++}));
  }

  auto forked = std::make_shared<ForkedRows>(rows);
  Digests unused{};
  std::unordered_set<std::string> mentioned;
  const auto events = PrepareAll(std::move(retractions));  // outlive the applier
  {
    Applier applier(*forked, correctors, unused, mentioned);
    if (auto s = applier.Expect(events); !s) return tl::unexpected(s.error());
    for (const auto& event : events)
      if (auto s = applier.Add(event); !s) return tl::unexpected(s.error());
    if (auto s = applier.Finish(); !s) return tl::unexpected(s.error());
  }

  auto pages = std::make_shared<Pages>(pages_bytes);
  auto memo = std::make_shared<StateMemo>();
  if (latest) fork->current_ = {forked, pages, std::make_shared<StandingIndex>(*pages), 0, memo};
  else fork->past_ = {forked, pages, 0, pages->NewKnowledge(), memo};
  return fork;
}

Result<std::unique_ptr<FactView>> Fork::View() const {
  return current_.rows ? MakeCurrentView(current_, vector_, correctors_) : MakePastView(past_, vector_, correctors_);
}

}  // namespace tenure::history
