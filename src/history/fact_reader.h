#pragma once
// The events of facts as they lie in leaves, in order.
//
// A short fact is one get; a long one is read from the leaf where the asked-for time lies. Thread safety: one thread.
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "history/database.h"
#include "history/leaf.h"

namespace tenure::history {

class FactReader {
 public:
  // `rows` outlives this object.
  explicit FactReader(const Rows& rows) : rows_(rows) {}

  using Each = std::function<Status(const EventSeen&)>;
  using EachOfMany = std::function<Result<bool>(const FactKey&, const EventSeen&)>;

  // Ascending, of times from `from` on and before `until` (kForever: to the end). Errors: of `each`, of the rows.
  Status EachEvent(const FactKey& fact, EffectiveTime from, EffectiveTime until, const Each& each);
  // Of all facts under a prefix of their keys (FactPrefix), fact by fact, until `each` gives false.
  Status EachUnder(std::string_view prefix, const EachOfMany& each);
  // Is there any event of it, standing or not?
  Result<bool> Exists(const FactKey& fact) const;

 private:
  Cursor& LeafCursor();

  const Rows& rows_;
  std::unique_ptr<Cursor> cursor_;
};

}  // namespace tenure::history
