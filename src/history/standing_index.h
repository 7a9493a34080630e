#pragma once
// What questions about everybody start from, kept in memory and made anew only where a batch touched it: which roles there are, and in
// the order of references who was active when.
//
// Of the latest state alone: a reader of an older one gets nothing, and asks the view. Built by the first question that needs it.
// Thread safety: any call from any thread; Begin by the writer alone.
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "history/directory.h"
#include "history/pages.h"

namespace tenure::history {

// Roles that events define, retire or grant, or did: more than the view lists, never fewer. In no order.
struct RoleList {
  std::vector<NameId> roles;
  std::vector<NameId> assume;  // whose permissions, at some time, give `assume`; ascending
  bool any_inline = false;     // there may be grants without a role
};

class StandingIndex {
 public:
  explicit StandingIndex(Pages& pages) : pages_(pages) {}

  // nullptr: the state is not the latest.
  Result<std::shared_ptr<const RoleList>> Roles(const Rows& rows, std::int64_t epoch);

  Result<std::shared_ptr<const Directory>> Identities(const Rows& rows, std::int64_t epoch);

  // As Pages::Begin, and called before it can be seen.
  void Begin(std::int64_t epoch, const std::unordered_set<std::string>* touched);

 private:
  struct Touched {
    std::int64_t epoch;
    std::string ref;
  };
  Status ReadRoles(const Rows& rows, std::int64_t epoch, RoleList& list);
  Status AddRole(const Rows& rows, std::int64_t epoch, const std::string& role, RoleList& list);
  // Takes out of `waiting` what was touched up to `epoch`.
  static std::vector<std::string> TakeUpTo(std::vector<Touched>& waiting, std::int64_t epoch);

  static Result<std::vector<Standing>> ReadStandings(Cursor& cursor, const std::string& ref);
  static Result<std::vector<Directory::Entry>> ReadIdentities(const Rows& rows, Names& names);
  void Keep(std::shared_ptr<const Directory> identities);

  Pages& pages_;
  std::mutex mutex_;
  std::int64_t epoch_ = 0;  // the latest
  std::int64_t roles_epoch_ = -1;
  std::shared_ptr<const RoleList> roles_;
  std::vector<Touched> touched_roles_;
  bool inline_touched_ = false;
  std::int64_t identities_epoch_ = -1;
  std::shared_ptr<const Directory> identities_;
  std::vector<Touched> touched_identities_;
};

}  // namespace tenure::history
