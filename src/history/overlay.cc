#include "history/overlay.h"

#include <cstring>
#include <string>
#include <utility>

namespace tenure::history {
namespace {

class OverCursor : public Cursor {
 public:
  OverCursor(const Overlay::Rows& overlay, std::unique_ptr<Cursor> base) : overlay_(overlay), base_(std::move(base)) {}

  void Seek(std::string_view key) override {
    base_->Seek(key);
    over_ = overlay_.lower_bound(key);
    backwards_ = false;
    SettleForwards();
  }
  void SeekForPrev(std::string_view key) override {
    base_->SeekForPrev(key);
    auto after = overlay_.upper_bound(key);
    over_ = after == overlay_.begin() ? overlay_.end() : std::prev(after);
    backwards_ = true;
    SettleBackwards();
  }
  void Next() override {
    if (backwards_) {  // the two do not stand side by side
      Seek(std::string(Key()) + '\0');
      return;
    }
    if (at_base_) base_->Next();
    else Pass();
    SettleForwards();
  }
  void Prev() override {
    const std::string here(Key());
    base_->SeekForPrev(here);
    if (base_->Valid() && base_->Key() == here) base_->Prev();
    const auto after = overlay_.lower_bound(here);
    over_ = after == overlay_.begin() ? overlay_.end() : std::prev(after);
    backwards_ = true;
    SettleBackwards();
  }
  bool Valid() const override { return valid_; }
  std::string_view Key() const override { return at_base_ ? base_->Key() : over_->first; }
  std::string_view Value() const override { return at_base_ ? base_->Value() : *over_->second; }
  Status Health() const override { return base_->Health(); }

 private:
  // Past the overlay's row, and the one it hides.
  void Pass() {
    if (base_->Valid() && base_->Key() == over_->first) base_->Next();
    ++over_;
  }
  void SettleForwards() {
    for (;;) {
      const bool over = over_ != overlay_.end(), base = base_->Valid();
      valid_ = over || base;
      at_base_ = base && (!over || base_->Key() < over_->first);
      if (!valid_ || at_base_ || over_->second) return;
      Pass();
    }
  }
  void SettleBackwards() {
    const bool over = over_ != overlay_.end(), base = base_->Valid();
    valid_ = over || base;
    at_base_ = base && (!over || over_->first < base_->Key());
    if (!valid_ || at_base_ || over_->second) return;
    // A deleted row: on to the one before it in either.
    const std::string_view deleted = over_->first;
    while (base_->Valid() && base_->Key() >= deleted) base_->Prev();
    over_ = over_ == overlay_.begin() ? overlay_.end() : std::prev(over_);
    SettleBackwards();
  }

  const Overlay::Rows& overlay_;
  std::unique_ptr<Cursor> base_;
  Overlay::Rows::const_iterator over_;
  bool at_base_ = false, valid_ = false, backwards_ = false;
};

}  // namespace

std::string_view Overlay::Kept(std::string_view bytes) {
  if (bytes.empty()) return {};
  auto* kept = static_cast<char*>(arena_.allocate(bytes.size(), 1));
  std::memcpy(kept, bytes.data(), bytes.size());
  return {kept, bytes.size()};
}

void Overlay::Write(std::string_view key, std::optional<std::string_view> value) {
  const auto it = rows_.lower_bound(key);
  if (it != rows_.end() && it->first == key) it->second = value;
  else rows_.emplace_hint(it, Kept(key), value);
}

std::unique_ptr<Cursor> CursorOver(const Overlay& overlay, std::unique_ptr<Cursor> base) {
  return std::make_unique<OverCursor>(overlay.All(), std::move(base));
}

}  // namespace tenure::history
