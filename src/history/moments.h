#pragma once
// Current belief as pages: what FactView tells in pieces, for those who ask about one moment and need no copies.
#include <memory>
#include <string>
#include <string_view>

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
  virtual const Names& AllNames() const = 0;
  // nullptr: what is read is no longer the latest, and only the view can tell.
  virtual Result<std::shared_ptr<const RoleList>> Roles() = 0;
  virtual Result<std::shared_ptr<const Directory>> Identities() = 0;
};

}  // namespace tenure::history
