#pragma once
// For tests of findings: a log by hand, a policy, and what one rule finds.
#include <string>

#include "reference/asking.h"
#include "reference/findings.h"
#include "reference/wire.h"

namespace tenure::reference {

class FindingsAsking : public Asking {
 protected:
  // "user:a g1 10:00/07-11T09:00", an open end as "…", "?" behind what is only possible. Dates are of 2023; that of 07-10 is left out.
  std::vector<std::string> Found(const std::string& rule) {
    std::vector<std::string> rows;
    for (const Finding& finding : Findings(Now(), policy))
      if (finding.rule == rule)
        rows.push_back(finding.subject + " " + (finding.about.empty() ? "" : finding.about + " ") + Text(finding.span) +
                       (finding.certain ? "" : "?"));
    return rows;
  }
  static std::string Text(const Interval& span) { return Text(span.from) + "/" + Text(span.until); }
  static std::string Text(EffectiveTime time) {
    if (time == kAlways || time == kForever) return "…";
    std::string text = TimeText(time);
    text.pop_back();
    if (text.ends_with(":00")) text.erase(text.size() - 3);
    for (const std::string beginning : {"2023-07-10T", "2023-"})
      if (text.starts_with(beginning)) text.erase(0, beginning.size());
    return text;
  }
  // From that time on whatever is said of the key on the plane is in doubt.
  void GivenADoubt(const std::string& key, std::string_view time, Topic topic = Topic::kAccess) {
    log.AppendUnreadable(topic, key, {EventType::kGrantIssued, builders::At(time), key, false});
  }

  Policy policy;
};

}  // namespace tenure::reference
