#pragma once
// What one reference holds, as `diff` compares it: by role (or permissions) and scope, whatever grant gives it. Where a role is held
// on both sides and its definition changed, its permissions are compared one by one.
#include <map>
#include <set>
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
  std::set<RowKey> rows;     // that give it at some moment
  std::string role;          // empty = inline
  Effect effect = Effect::kAllow;
};
using Holdings = std::map<HoldingKey, Holding>;

// What ref holds within the reading's window.
Holdings HoldingsOf(Evaluation& evaluation, const std::string& ref);

// The permissions of one effect in words, one each: "read,list on bucket:a", "deny write on *".
std::set<std::string> WordsOf(const std::vector<Permission>& permissions, Effect effect);

// Whom a diff is about: ref, or every identity (no groups) and everyone:*.
std::vector<std::string> SubjectsOf(Reading& reading, const std::string& ref);

// A found change and what orders and pages it.
struct Change {
  DiffRow row;
  std::vector<Position> evidence;
  std::string page_key;
};
Change ChangeOf(const std::string& ref, const char* change, const HoldingKey& key, std::optional<EffectiveTime> at,
                std::optional<Cause> cause);
// Sorts by page key, and writes one page into the answer.
struct Cursor;
Status WriteChanges(history::FactView& view, std::vector<Change> changes, const std::vector<std::string>& question,
                    const Cursor& place, std::int64_t limit, DiffAnswer& answer);

}  // namespace tenure::authority
