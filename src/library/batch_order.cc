#include "library/batch_order.h"

#include <algorithm>

#include "history/fact_key.h"

namespace tenure::library {
namespace {

std::string TextOf(const EventName& name) { return "event " + std::to_string(name.source.size()) + ":" + name.source + name.id; }

std::vector<std::string> SubjectsOf(const Payload& payload) {
  std::vector<std::string> subjects = history::RolesNamedBy(payload);
  for (auto& fact : history::FactsOf(payload)) subjects.push_back(std::move(fact.subject));
  for (auto& object : history::ObjectsOf(payload))
    if (object.side != history::ObjectSide::kAnchor) subjects.push_back(std::move(object.ref));
  return subjects;
}

}  // namespace

BatchOrder::Ties BatchOrder::TiesOf(const Event& event) {
  std::vector<std::string> ties;
  const std::string time = std::to_string(event.time.us) + " ";
  for (const auto& subject : SubjectsOf(event.payload)) ties.push_back(time + subject);
  const auto* retraction = std::get_if<EventRetracted>(&event.payload);
  if (retraction == nullptr && event.supersedes.empty()) return ties;
  ties.push_back(TextOf(event.name));
  if (retraction != nullptr) ties.push_back(TextOf(retraction->target));
  for (const auto& name : event.supersedes) ties.push_back(TextOf(name));
  return ties;
}

bool BatchOrder::LeavesToChance(const Ties& ties, const std::string& lane) const {
  return std::any_of(ties.begin(), ties.end(), [&](const std::string& tie) {
    const auto other = lanes_.find(tie);
    return other != lanes_.end() && other->second != lane;
  });
}

void BatchOrder::Add(Ties ties, const std::string& lane) {
  for (auto& tie : ties) lanes_.emplace(std::move(tie), lane);
}

}  // namespace tenure::library
