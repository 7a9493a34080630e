#include "history/digest.h"

namespace tenure::history {
namespace {

std::array<std::uint64_t, 4> WordsOf(const Hash256& h) {
  std::array<std::uint64_t, 4> w{};
  for (std::size_t i = 0; i < 32; ++i) w[3 - i / 8] = w[3 - i / 8] << 8 | h[i];
  return w;
}

void AddWords(std::array<std::uint64_t, 4>& a, const std::array<std::uint64_t, 4>& b) {
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::uint64_t with_carry = b[i] + carry;
    const bool wrapped = with_carry < carry;
    a[i] += with_carry;
    carry = static_cast<std::uint64_t>(wrapped || a[i] < with_carry);
  }
}

// Two's complement: a - b = a + ~b + 1.
std::array<std::uint64_t, 4> Negative(std::array<std::uint64_t, 4> w) {
  for (auto& x : w) x = ~x;
  AddWords(w, {1, 0, 0, 0});
  return w;
}

}  // namespace

void Digest::Add(const Hash256& tuple) { AddWords(words_, WordsOf(tuple)); }
void Digest::Subtract(const Hash256& tuple) { AddWords(words_, Negative(WordsOf(tuple))); }
void Digest::Add(const Digest& other) { AddWords(words_, other.words_); }
void Digest::Subtract(const Digest& other) { AddWords(words_, Negative(other.words_)); }

std::string Digest::Bytes() const {
  std::string out;
  for (int word = 3; word >= 0; --word)
    for (int byte = 7; byte >= 0; --byte) out.push_back(static_cast<char>(words_[static_cast<std::size_t>(word)] >> (8 * byte)));
  return out;
}

Digest Digest::FromBytes(std::string_view b) {
  Digest d;
  if (b.size() != 32) return d;
  Hash256 h{};
  for (std::size_t i = 0; i < 32; ++i) h[i] = static_cast<std::uint8_t>(b[i]);
  d.Add(h);
  return d;
}

std::string Digest::Hex() const {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (char c : Bytes()) {
    out.push_back(kHex[static_cast<std::uint8_t>(c) >> 4]);
    out.push_back(kHex[static_cast<std::uint8_t>(c) & 15]);
  }
  return out;
}

}  // namespace tenure::history
