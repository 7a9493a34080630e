// What a reference holds, put together from all ways and grants.
#include "authority/diff.h"

#include <fmt/format.h>

#include "event/reference.h"

namespace tenure::authority {
namespace {

std::string Join(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : ",") + part;
  return out;
}

std::string InWords(const Permission& p) {
  return fmt::format("{}{} on {}{}", p.not_actions ? "not " : "", Join(p.actions), p.not_resources ? "not " : "",
                     Join(p.resources));
}

std::string InWords(const std::vector<Permission>& permissions, Effect effect) {
  std::string words;
  for (const auto& p : permissions)
    if (p.effect == effect) words += (words.empty() ? "" : "; ") + InWords(p);
  return words;
}

}  // namespace

std::set<std::string> WordsOf(const std::vector<Permission>& permissions, Effect effect) {
  std::set<std::string> words;
  for (const auto& p : permissions)
    if (p.effect == effect) words.insert((effect == Effect::kDeny ? "deny " : "") + InWords(p));
  return words;
}

// An undefined role counts as what it may turn out to give. An amended grant is held under the terms of each moment.
Holdings HoldingsOf(Evaluation& evaluation, const std::string& ref) {
  Holdings holdings;
  EachGiven(evaluation, ref, [&](const Given& given) {
    if (given.set.may.Empty()) return;
    const auto& terms = given.grant.terms;
    const Effect effect = given.effect == RowEffect::kDeny ? Effect::kDeny : Effect::kAllow;
    const std::string what = terms.role.empty() ? InWords(terms.permissions, effect) : terms.role;
    Holding& holding = holdings[{(effect == Effect::kDeny ? "deny " : "") + what, terms.scope}];
    holding.may = holding.may.Union(given.set.may);
    holding.rows.insert({given.grant.grant, given.effect, given.grant.principal});
    holding.role = terms.role;
    holding.effect = effect;
  });
  return holdings;
}

std::vector<std::string> SubjectsOf(Reading& reading, const std::string& ref) {
  if (!ref.empty()) return {ref};
  std::vector<std::string> subjects{std::string(event::kEveryone)};
  reading.EachIdentity("", [&](const std::string& identity) {
    if (!event::IsGroup(identity)) subjects.push_back(identity);
    return true;
  });
  return subjects;
}

}  // namespace tenure::authority
