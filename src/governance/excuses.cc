#include "governance/excuses.h"

#include <algorithm>

namespace tenure::governance {
namespace {

// An exception is a register: what was said last of it holds, until it expires.
struct Said {
  EffectiveTime time;
  Position position;
  const ExceptionGranted* granted;  // nullptr: revoked
};

}  // namespace

std::map<std::string, std::vector<Excuse>> ExcusesIn(const std::vector<history::OwnEvent>& events) {
  std::map<std::string, std::vector<Said>> said;
  for (const auto& event : events) {
    if (const auto* granted = std::get_if<ExceptionGranted>(&event.payload))
      said[granted->exception].push_back({event.time, event.position, granted});
    if (const auto* revoked = std::get_if<ExceptionRevoked>(&event.payload))
      said[revoked->exception].push_back({event.time, event.position, nullptr});
  }
  std::map<std::string, std::vector<Excuse>> out;
  for (const auto& [exception, all] : said)
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].granted == nullptr) continue;
      const EffectiveTime next = i + 1 < all.size() ? all[i + 1].time : kForever;
      const Interval span{all[i].time, std::min(all[i].granted->expires_at, next)};
      if (span.from < span.until)
        out[all[i].granted->rule].push_back({exception, all[i].granted->approver, all[i].granted->reason, span, all[i].position});
    }
  for (auto& [rule, excuses] : out)
    std::sort(excuses.begin(), excuses.end(), [](const Excuse& a, const Excuse& b) { return a.span < b.span; });
  return out;
}

std::vector<Excuse> ExcusesFor(const std::map<std::string, std::vector<Excuse>>& excuses, const std::string& rule,
                               const Interval& span) {
  std::vector<Excuse> out;
  const auto it = excuses.find(rule);
  if (it == excuses.end()) return out;
  for (const Excuse& excuse : it->second)
    if (excuse.span.from < span.until && span.from < excuse.span.until) out.push_back(excuse);
  return out;
}

}  // namespace tenure::governance
