// A cursor over a batch's own writes moves as one over the rows that a commit leaves.
#include "history/overlay.h"

#include <gtest/gtest.h>

#include <random>

namespace tenure::history {
namespace {

class MapCursor : public Cursor {
 public:
  explicit MapCursor(const std::map<std::string, std::string>& rows) : rows_(rows), at_(rows.end()) {}
  void Seek(std::string_view key) override { at_ = rows_.lower_bound(std::string(key)); }
  void SeekForPrev(std::string_view key) override {
    at_ = rows_.upper_bound(std::string(key));
    Prev();
  }
  void Next() override { ++at_; }
  void Prev() override { at_ = at_ == rows_.begin() ? rows_.end() : std::prev(at_); }
  bool Valid() const override { return at_ != rows_.end(); }
  std::string_view Key() const override { return at_->first; }
  std::string_view Value() const override { return at_->second; }
  Status Health() const override { return {}; }

 private:
  const std::map<std::string, std::string>& rows_;
  std::map<std::string, std::string>::const_iterator at_;
};

std::string KeyOf(unsigned n) { return std::string(1 + n % 3, static_cast<char>('a' + n / 3 % 8)); }

std::string Here(const Cursor& c) { return c.Valid() ? std::string(c.Key()) + "=" + std::string(c.Value()) : "-"; }

TEST(Overlay, ACursorMovesAsOverTheRowsThatACommitLeaves) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    std::map<std::string, std::string> base, right;
    for (unsigned i = random() % 12; i > 0; --i) base[KeyOf(random())] = "base";
    Overlay overlay;
    for (unsigned i = random() % 12; i > 0; --i) {
      const std::string key = KeyOf(random());
      if (random() % 3 == 0) overlay.Delete(key);
      else overlay.Put(key, "over");
    }
    right = base;
    for (const auto& [key, value] : overlay.All()) {
      if (value) right[std::string(key)] = *value;
      else right.erase(std::string(key));
    }
    const auto cursor = CursorOver(overlay, std::make_unique<MapCursor>(base));
    MapCursor expected(right);
    bool placed = false;
    for (int move = 0; move < 40; ++move) {
      const std::string key = KeyOf(random());
      const unsigned which = random() % 4;
      if (which == 0 || !placed || !expected.Valid()) cursor->Seek(key), expected.Seek(key), placed = true;
      else if (which == 1) cursor->SeekForPrev(key), expected.SeekForPrev(key);
      else if (which == 2) cursor->Next(), expected.Next();
      else cursor->Prev(), expected.Prev();
      ASSERT_EQ(Here(*cursor), Here(expected)) << seed << " move " << move;
    }
  }
}

}  // namespace
}  // namespace tenure::history
