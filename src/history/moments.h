#pragma once
// Current belief as pages: what FactView tells in pieces, for those who ask about one moment and need no copies.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "history/page.h"
#include "history/pages.h"
#include "history/standing_index.h"

namespace tenure::history {

// Belongs to a view and is used by its thread. Errors: those of the view.
class Moments {
 public:
  virtual ~Moments() = default;
  // Never null. REQUIRED: t before kForever. A page may hold less than all: always what holds at t.
  virtual Result<std::shared_ptr<const Page>> PageAt(PageOf of, std::string_view ref, EffectiveTime t) = 0;
  // What a subject is at t and where it belongs; as PageAt, but rows may be told for t alone, and grants may be missing.
  virtual Result<std::shared_ptr<const Page>> LifeAt(std::string_view ref, EffectiveTime t) {
    return PageAt(PageOf::kSubject, ref, t);
  }
  // The grants of a subject, for t alone maybe; those alone whose scopes have one of the anchors, and maybe others, if anchors are given.
  // `life`: what LifeAt gave.
  virtual Result<std::shared_ptr<const Page>> GrantsAt(std::shared_ptr<const Page> life, std::string_view ref, EffectiveTime t,
                                                       const std::vector<std::string>* anchors) {
    (void)ref, (void)t, (void)anchors;
    return life;
  }
  virtual const Names& AllNames() const = 0;
  // nullptr: what is read is no longer the latest, and only the view can tell.
  virtual Result<std::shared_ptr<const RoleList>> Roles() = 0;
  // Roles of which some definition gives `assume`, ascending; more than that, never fewer. nullptr: as Roles.
  virtual Result<std::shared_ptr<const std::vector<NameId>>> RolesThatAssume() = 0;
  virtual Result<std::shared_ptr<const Directory>> Identities() = 0;
};

}  // namespace tenure::history
