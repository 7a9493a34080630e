#pragma once
// What both kinds of view share: the record itself, who is named, horizons, open taints.
#include <map>
#include <memory>
#include <optional>

#include "history/folder.h"
#include "history/settlement.h"
#include "history/views.h"

namespace tenure::history {

class ViewBase : public FactView {
 public:
  ViewBase(std::shared_ptr<const Rows> rows, const PositionVector& v, bool current, const std::vector<std::string>& correctors)
      : rows_(std::move(rows)),
        vector_(v),
        settlement_(*rows_, &vector_, correctors),
        folder_(*rows_, current ? nullptr : &vector_, &settlement_) {}

  const PositionVector& Vector() const override { return vector_; }
  Result<bool> CanBeAssumed(std::string_view ref) override;
  Status EachIdentity(std::string_view after, const std::function<bool(const std::string&)>& each) override;
  Status EachRole(std::string_view after, const std::function<bool(const std::string&)>& each) override;
  Result<IdentityDetails> Details(std::string_view ref, EffectiveTime t) override;
  Result<std::vector<std::string>> LinkedWith(std::string_view ref, EffectiveTime t) override;
  Result<std::vector<StoryItem>> Story(std::string_view ref) override;
  Result<std::vector<OwnEvent>> EventsAbout(std::string_view ref) override;
  Result<std::vector<OwnEvent>> UsesVia(std::string_view ref) override;
  Result<std::vector<OwnEvent>> EventsOfType(EventType type) override;
  Result<std::vector<StoryItem>> EventsWithin(Interval window, const std::function<bool(const EventMeta&)>& wanted) override;
  const std::vector<Taint>& Taints() override { return *taints_; }
  Result<std::optional<EffectiveTime>> Horizon(Topic plane) override;
  Result<EventMeta> Meta(const Position& position) override;

  Status LoadTaints();  // once, before the view is handed out

 protected:
  Result<std::optional<StoredRecord>> Record(const Position& position);
  Status EachMentioned(char kind, std::string_view after, const std::function<bool(const std::string&)>& each);
  Result<bool> IsNamed(char kind, const std::string& ref);
  // By an event in force that names ref outside of facts about it, and that `counts`.
  Result<bool> IsMentioned(char kind, const std::string& ref, const std::function<bool(EventType)>& counts);
  // Is it the canonical copy of an event in force?
  Result<bool> Counts(const StoredEvent& event);
  // Those events, of the types that `counts`, until `each` gives false.
  Status EachMention(char kind, const std::string& ref, const std::function<bool(EventType)>& counts,
                     const std::function<bool(StoredEvent&)>& each);
  Status AddStory(const FactKey& fact, std::map<Moment, StoryItem>& into);
  Result<StoryItem> Told(const Moment& at);
  Result<StoryItem> ToldOf(StoredEvent event);
  Status Adopt(std::vector<Taint> taints);

  std::shared_ptr<const Rows> rows_;
  PositionVector vector_;
  Settlement settlement_;
  Folder folder_;
  std::shared_ptr<const std::vector<Taint>> taints_ = std::make_shared<std::vector<Taint>>();
};

}  // namespace tenure::history
