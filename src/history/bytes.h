#pragma once
// Bytes of keys and values: big-endian and order-preserving in keys, varints and length-prefixed strings in values.
// A Reader never reads past its end: it fails once and stays failed. Formats: docs/formats/model.md.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "history/moment.h"

namespace tenure::history {

class KeyWriter {
 public:
  KeyWriter() { out_.reserve(64); }  // of most keys and values the only allocation
  KeyWriter& Byte(std::uint8_t b) {
    out_.push_back(static_cast<char>(b));
    return *this;
  }
  KeyWriter& Big32(std::uint32_t v) { return Big(v, 4); }
  KeyWriter& Big64(std::uint64_t v) { return Big(v, 8); }
  // Signed, so that bytes sort as numbers do.
  KeyWriter& Time(std::int64_t us) { return Big64(static_cast<std::uint64_t>(us) ^ (1ULL << 63)); }
  // Any bytes, escaped (00 -> 00 FF) and ended by 00 00, so that no text is a prefix of another and order is that of the texts.
  KeyWriter& Text(std::string_view s) {
    for (std::size_t nul = s.find('\0'); nul != std::string_view::npos; nul = s.find('\0')) {
      out_.append(s.substr(0, nul + 1)).push_back(static_cast<char>(0xff));
      s.remove_prefix(nul + 1);
    }
    out_.append(s).append(2, '\0');
    return *this;
  }
  KeyWriter& At(const Position& p) {
    return Byte(static_cast<std::uint8_t>(p.topic))
        .Big32(static_cast<std::uint32_t>(p.partition))
        .Big64(static_cast<std::uint64_t>(p.offset));
  }
  KeyWriter& At(const Moment& m) { return Time(m.time.us).Time(m.order.recorded.us).At(m.order.position); }
  KeyWriter& Raw(std::string_view s) {
    out_.append(s);
    return *this;
  }
  std::string Take() { return std::move(out_); }

 private:
  KeyWriter& Big(std::uint64_t v, int bytes) {
    char big[8];
    for (int i = 0; i < bytes; ++i) big[i] = static_cast<char>(v >> (8 * (bytes - 1 - i)));
    out_.append(big, static_cast<std::size_t>(bytes));
    return *this;
  }
  std::string out_;
};

class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {}
  bool Ok() const { return ok_; }
  bool AtEnd() const { return in_.empty(); }
  std::string_view Rest() const { return in_; }

  std::uint8_t Byte() {
    auto s = Cut(1);
    return s.empty() ? 0 : static_cast<std::uint8_t>(s[0]);
  }
  std::uint64_t Big(int bytes) {
    std::uint64_t v = 0;
    for (char c : Cut(static_cast<std::size_t>(bytes))) v = v << 8 | static_cast<std::uint8_t>(c);
    return v;
  }
  std::int64_t Time() { return static_cast<std::int64_t>(Big(8) ^ (1ULL << 63)); }
  std::string Text() {
    std::string s;
    while (ok_) {
      const auto nul = in_.find('\0');
      s.append(Cut(nul == std::string_view::npos ? in_.size() + 1 : nul));
      Byte();
      if (Byte() == 0) break;
      s.push_back('\0');
    }
    return s;
  }
  Position At() {
    Position p;
    p.topic = static_cast<Topic>(Byte());
    p.partition = static_cast<std::int32_t>(Big(4));
    p.offset = static_cast<std::int64_t>(Big(8));
    return p;
  }
  Moment AtMoment() {
    Moment m;
    m.time.us = Time();
    m.order.recorded.us = Time();
    m.order.position = At();
    return m;
  }
  std::uint64_t Varint() {
    std::uint64_t v = 0;
    for (int shift = 0; shift < 64 && ok_; shift += 7) {
      const std::uint8_t b = Byte();
      v |= static_cast<std::uint64_t>(b & 0x7f) << shift;
      if (!(b & 0x80)) return v;
    }
    ok_ = false;
    return 0;
  }
  std::string Str() { return std::string(View()); }
  std::string_view View() { return Cut(Varint()); }
  std::string_view Cut(std::size_t n) {
    if (!ok_ || n > in_.size()) {
      ok_ = false;
      in_ = {};
      return {};
    }
    auto s = in_.substr(0, n);
    in_.remove_prefix(n);
    return s;
  }
  OptionalTime MaybeTime() { return Byte() ? OptionalTime(EffectiveTime{Time()}) : std::nullopt; }
  std::optional<Position> MaybeAt() { return Byte() ? std::optional<Position>(At()) : std::nullopt; }

 private:
  std::string_view in_;
  bool ok_ = true;
};

// Values share the fixed-width forms of keys and add varints and strings.
class ValueWriter {
 public:
  ValueWriter& Byte(std::uint8_t b) {
    k_.Byte(b);
    return *this;
  }
  ValueWriter& Time(std::int64_t us) {
    k_.Time(us);
    return *this;
  }
  ValueWriter& At(const Position& p) {
    k_.At(p);
    return *this;
  }
  ValueWriter& Varint(std::uint64_t v) {
    for (; v >= 0x80; v >>= 7) k_.Byte(static_cast<std::uint8_t>(v) | 0x80);
    k_.Byte(static_cast<std::uint8_t>(v));
    return *this;
  }
  ValueWriter& Str(std::string_view s) {
    Varint(s.size());
    k_.Raw(s);
    return *this;
  }
  ValueWriter& Raw(std::string_view s) {
    k_.Raw(s);
    return *this;
  }
  ValueWriter& MaybeTime(const OptionalTime& t) {
    Byte(t.has_value());
    if (t) Time(t->us);
    return *this;
  }
  ValueWriter& MaybeAt(const std::optional<Position>& p) {
    Byte(p.has_value());
    if (p) At(*p);
    return *this;
  }
  std::string Take() { return k_.Take(); }

 private:
  KeyWriter k_;
};

}  // namespace tenure::history
