#pragma once
// What a batch has written so far, over the rows that it began with.
//
// In key order, so that a commit writes sorted rows. A cursor over both sees writes made after it was opened, once it moves.
// Thread safety: one thread.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "history/database.h"

namespace tenure::history {

// By key: the value written last, or nothing where the row was deleted.
using Overlay = std::map<std::string, std::optional<std::string>, std::less<>>;

// `base` is a cursor of the rows beneath. The overlay outlives the cursor.
std::unique_ptr<Cursor> CursorOver(const Overlay& overlay, std::unique_ptr<Cursor> base);

}  // namespace tenure::history
