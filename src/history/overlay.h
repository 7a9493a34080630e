#pragma once
// What a batch has written so far, over the rows that it began with.
//
// In key order, so that a commit writes sorted rows. Its bytes lie in one arena: they come cheaply and go all at once. A cursor over both
// sees writes made after it was opened, once it moves. Thread safety: one thread writes; many may read what is no longer written to.
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string_view>

#include "history/database.h"

namespace tenure::history {

class Overlay {
 public:
  // By key: the value written last, or nothing where the row was deleted.
  using Rows = std::pmr::map<std::string_view, std::optional<std::string_view>>;

  Overlay() : rows_(&arena_) {}
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  void Put(std::string_view key, std::string_view value) { Write(key, Kept(value)); }
  void Delete(std::string_view key) { Write(key, std::nullopt); }
  const Rows& All() const { return rows_; }
  // What it says of a key; null: nothing.
  const std::optional<std::string_view>* Find(std::string_view key) const {
    const auto it = rows_.find(key);
    return it == rows_.end() ? nullptr : &it->second;
  }

 private:
  std::string_view Kept(std::string_view bytes);
  void Write(std::string_view key, std::optional<std::string_view> value);

  std::pmr::monotonic_buffer_resource arena_;
  Rows rows_;
};

// `base` is a cursor of the rows beneath. The overlay outlives the cursor.
std::unique_ptr<Cursor> CursorOver(const Overlay& overlay, std::unique_ptr<Cursor> base);

}  // namespace tenure::history
