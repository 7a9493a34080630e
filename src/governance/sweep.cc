#include "governance/sweep.h"

#include "event/reference.h"

namespace tenure::governance {

Status EachSubject(history::FactView& view, const std::string& only, const std::function<Status(const std::string&)>& each) {
  if (!only.empty()) return each(only);
  if (auto s = each(std::string(event::kEveryone)); !s) return s;
  Status bad;
  const auto next = [&](const std::string& ref) { return (bad = each(ref)).has_value(); };
  if (auto s = view.EachIdentity("", next); !s) return s;
  if (!bad) return bad;
  if (auto s = view.EachRole("", next); !s) return s;
  return bad;
}

}  // namespace tenure::governance
