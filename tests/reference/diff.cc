// What was gained and lost between two moments, or by knowing more: what one side may hold and the other may not.
#include <algorithm>

#include "reference/pattern.h"
#include "reference/reference.h"

namespace tenure::reference {
namespace {

std::string Joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

std::string InWords(const Permission& permission) {
  return std::string(permission.not_actions ? "not " : "") + Joined(permission.actions) + " on " +
         (permission.not_resources ? "not " : "") + Joined(permission.resources);
}

std::vector<std::string> InWords(const std::vector<Permission>& permissions, Effect effect) {
  std::vector<std::string> words;
  for (const Permission& permission : permissions)
    if (permission.effect == effect) words.push_back(InWords(permission));
  return words;
}

std::string Listed(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& one : words) text += (text.empty() ? "" : "; ") + one;
  return text;
}

// What differs, `since` telling when what is there on one side alone came or went.
using Since = std::function<EffectiveTime(const std::function<bool(const Holdings&)>&)>;
void AddDifferences(const std::string& ref, bool gained, const Holdings& has, const Holdings& lacks, const Since& since,
                    std::vector<Change>& changes) {
  for (const Holding& holding : has.all) {
    if (!lacks.all.contains(holding)) {
      changes.push_back({ref, gained, holding, since([&](const Holdings& h) { return h.all.contains(holding); })});
      continue;
    }
    if (!has.permissions.contains(holding) || !lacks.permissions.contains(holding)) continue;
    for (const auto& words : has.permissions.at(holding))
      if (!lacks.Gives(holding, words))
        changes.push_back(
            {ref, gained, {words, holding.scope}, since([&](const Holdings& h) { return h.Gives(holding, words); })});
  }
}

}  // namespace

Holdings View::HoldingsAt(const std::string& ref, EffectiveTime t, bool everyone) const {
  Holdings holdings;
  for (const AuthorityKey& key : RowsOn(Side::kMay, ref, t, {false, everyone}, true)) {
    const GrantIssued& terms = *Terms(key.granted_to, key.grant, t);
    const Effect effect = key.effect == RowEffect::kDeny ? Effect::kDeny : Effect::kAllow;
    const std::string before = effect == Effect::kDeny ? "deny " : "";
    const Holding holding{before + (terms.role.empty() ? Listed(InWords(terms.permissions, effect)) : terms.role), terms.scope};
    holdings.all.insert(holding);
    if (terms.role.empty() || RoleAt(terms.role, t).state != RoleRegister::State::kDefined) continue;
    for (const auto& words : InWords(*RoleAt(terms.role, t).permissions, effect))
      holdings.permissions[holding].insert(before + words);
  }
  return holdings;
}

std::vector<std::string> View::SubjectsOfDiff(const std::string& ref) const {
  if (!ref.empty()) return {ref};
  std::vector<std::string> subjects{kEveryone};
  for (const auto& named : Named())
    if (!IsGroup(named)) subjects.push_back(named);
  return subjects;
}

std::vector<Change> View::Diff(const std::string& ref, EffectiveTime from, EffectiveTime to) const {
  std::vector<Change> changes;
  for (const auto& subject : SubjectsOfDiff(ref)) {
    const auto at = [&](EffectiveTime t) { return HoldingsAt(subject, t, !ref.empty()); };
    std::vector<EffectiveTime> between;
    for (EffectiveTime t : Breakpoints())
      if (from < t && t <= to) between.push_back(t);
    const Since begun = [&](const auto& there) {  // the last time at which it came, and was there ever since
      EffectiveTime since = to;
      for (auto t = between.rbegin(); t != between.rend() && there(at(*t)); ++t) since = *t;
      return since;
    };
    const Since ended = [&](const auto& there) {
      return *std::find_if(between.begin(), between.end(), [&](EffectiveTime t) { return !there(at(t)); });
    };
    AddDifferences(subject, true, at(to), at(from), begun, changes);
    AddDifferences(subject, false, at(from), at(to), ended, changes);
  }
  std::sort(changes.begin(), changes.end());
  return changes;
}

std::vector<Change> View::DiffTo(const View& later, const std::string& ref, EffectiveTime t) const {
  std::set<std::string> subjects;
  for (const View* view : {this, &later})
    for (auto& subject : view->SubjectsOfDiff(ref)) subjects.insert(std::move(subject));
  std::vector<Change> changes;
  for (const auto& subject : subjects) {
    const Holdings then = HoldingsAt(subject, t, !ref.empty()), now = later.HoldingsAt(subject, t, !ref.empty());
    const Since here = [&](const auto&) { return t; };
    AddDifferences(subject, true, now, then, here, changes);
    AddDifferences(subject, false, then, now, here, changes);
  }
  std::sort(changes.begin(), changes.end());
  return changes;
}

}  // namespace tenure::reference
