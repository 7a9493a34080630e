#pragma once
// What one reference holds, as `diff` compares it: by role (or permissions) and scope, whatever grant gives it.
#include <map>
#include <string>
#include <vector>

#include "authority/cause.h"
#include "authority/what.h"

namespace tenure::authority {

struct HoldingKey {
  std::string role;  // role, or the permissions in words; a deny begins with "deny "
  std::string scope;
  friend auto operator<=>(const HoldingKey&, const HoldingKey&) = default;
};
struct Holding {
  history::IntervalSet may;  // certain or possible
  std::vector<RowKey> rows;
};
using Holdings = std::map<HoldingKey, Holding>;

Holdings HoldingsOf(const Rows& rows);

// Whom a diff is about: ref, or every identity (no groups) and everyone:*.
std::vector<std::string> SubjectsOf(Reading& reading, const std::string& ref);

// A found change and what orders and pages it.
struct Change {
  DiffRow row;
  std::vector<Position> evidence;
  std::string page_key;
};
// Sorts by page key, and writes one page into the answer.
struct Cursor;
Status WriteChanges(history::FactView& view, std::vector<Change> changes, const std::vector<std::string>& question,
                    const Cursor& place, std::int64_t limit, DiffAnswer& answer);
// Bytes that sort as the time, then the cause, then whom and what it is about.
std::string PageKeyOf(std::optional<EffectiveTime> at, const DiffRow& row);

}  // namespace tenure::authority
