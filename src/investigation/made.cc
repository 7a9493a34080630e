#include "investigation/made.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace tenure::investigation {
namespace {

std::string MadeBy(const Payload& payload) {
  if (const auto* e = std::get_if<IdentityRegistered>(&payload)) return e->observed ? std::string() : e->identity;
  if (const auto* e = std::get_if<CredentialIssued>(&payload)) return e->identity;
  if (const auto* e = std::get_if<CredentialRotated>(&payload)) return e->identity;
  return {};
}

struct Doer {
  const Reach* reach;
  bool itself;
};

// By itself at any time; as another while it could.
const Doer* DoerAt(const std::vector<Doer>& doers, const std::string& actor, EffectiveTime t) {
  const auto did = std::find_if(doers.begin(), doers.end(), [&](const Doer& doer) {
    if (!doer.reach->Window().Contains(t)) return false;
    return doer.itself || doer.reach->Identities().at(actor).may.Contains(t);
  });
  return did == doers.end() ? nullptr : &*did;
}

}  // namespace

Result<std::vector<Deed>> DeedsOf(history::FactView& view, const std::vector<const Reach*>& reaches, const ActorOf& actor_of,
                                  std::set<Position>& told) {
  std::unordered_map<std::string, std::vector<Doer>> doers;
  Interval window{kForever, kAlways};
  for (const Reach* reach : reaches) {
    doers[reach->Who()].push_back({reach, true});
    for (const auto& [as, set] : reach->Identities())
      if (as != reach->Who()) doers[as].push_back({reach, false});
    window = {std::min(window.from, reach->Window().from), std::max(window.until, reach->Window().until)};
  }
  std::unordered_map<std::string, std::string> actors;  // as claimed
  const auto actor = [&](const std::string& claimed) -> const std::string& {
    const auto known = actors.find(claimed);
    return known != actors.end() ? known->second : actors.emplace(claimed, actor_of(claimed)).first->second;
  };
  const auto wanted = [&](const history::EventMeta& meta) {
    return meta.type != EventType::kAccessUsed && !meta.claimed_actor.empty() && !told.contains(meta.position) &&
           doers.contains(actor(meta.claimed_actor));
  };
  auto items = view.EventsWithin(window, wanted);
  if (!items) return tl::unexpected<Error>(items.error());
  std::vector<Deed> deeds;
  for (auto& item : *items) {
    if (item.state != history::EventState::kInForce) continue;
    const std::string& as = actor(item.meta.claimed_actor);
    const Doer* doer = DoerAt(doers.at(as), as, item.meta.time);
    if (doer == nullptr) continue;
    told.insert(item.meta.position);
    Deed deed{std::move(item), doer->reach->Who(), as, doer->itself, {}};
    deed.makes = MadeBy(deed.item.payload);
    deeds.push_back(std::move(deed));
  }
  return deeds;
}

}  // namespace tenure::investigation
