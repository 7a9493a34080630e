#include "connect/generate/names.h"

#include <array>

namespace tenure::connect::generate {
namespace {

constexpr std::array<std::string_view, 48> kGiven{
    "ana",   "ben",  "chidi", "dora",  "elias", "farah", "gita",  "hugo",  "ida",   "jun",  "kofi", "lea",
    "malik", "nora", "oleg",  "paula", "quinn", "rosa",  "samir", "tala",  "uma",   "vera", "wei",  "xenia",
    "yara",  "zeno", "aiko",  "bruno", "celia", "diego", "emma",  "felix", "greta", "hana", "ivan", "jana",
    "karl",  "luis", "mina",  "nils",  "olga",  "pavel", "rene",  "sofia", "timo",  "ursa", "vito", "willa"};
constexpr std::array<std::string_view, 48> kFamily{
    "abel",   "berg",  "costa", "diaz",  "evans", "fink",   "gupta", "horn",   "ito",    "jansen", "kaya",  "lind",
    "moreau", "novak", "okoye", "park",  "quist", "rossi",  "sato",  "tran",   "ulrich", "vogel",  "weber", "xu",
    "yilmaz", "zhou",  "arora", "blom",  "conti", "duval",  "engel", "flores", "grant",  "hall",   "ivers", "joshi",
    "klein",  "lopez", "mann",  "nowak", "olsen", "petrov", "reyes", "singh",  "toth",   "ueda",   "varga", "wolf"};
constexpr std::array<std::string_view, 24> kTeams{"payments",  "search",  "orders", "billing", "catalog",  "fraud",
                                                  "logistics", "pricing", "mobile", "web",     "data",     "identity",
                                                  "support",   "growth",  "ads",    "risk",    "claims",   "fleet",
                                                  "returns",   "loyalty", "media",  "partner", "treasury", "insights"};

void AppendCycle(std::string& name, std::int64_t cycle, char separator) {
  if (cycle > 0) name += separator + std::to_string(cycle + 1);
}

}  // namespace

std::string PersonName(std::uint64_t seed, std::int64_t serial) {
  constexpr std::uint64_t kNames = kGiven.size() * kFamily.size();
  constexpr std::uint64_t kStride = 997;  // shares no factor with the count: every name comes once in a cycle
  const std::uint64_t number = (seed % kNames + static_cast<std::uint64_t>(serial) % kNames * kStride) % kNames;
  std::string name(kGiven[number / kFamily.size()]);
  name += '.';
  name += kFamily[number % kFamily.size()];
  AppendCycle(name, serial / static_cast<std::int64_t>(kNames), '.');
  return name;
}

std::string TeamName(std::int64_t serial) {
  std::string name(kTeams[static_cast<std::size_t>(serial) % kTeams.size()]);
  AppendCycle(name, serial / static_cast<std::int64_t>(kTeams.size()), '-');
  return name;
}

std::string AccountNumber(std::int64_t serial) {
  // The stride shares no factor with the count of numbers, so none comes twice before all have come.
  constexpr std::int64_t kFirst = 100'000'000'000, kNumbers = 900'000'000'000, kStride = 7'368'787;
  return std::to_string(kFirst + serial * kStride % kNumbers);
}

std::string DisplayName(std::string_view person) {
  std::string shown;
  bool begins = true;
  for (const char c : person) {
    const bool letter = c >= 'a' && c <= 'z';
    shown += c == '.' ? ' ' : begins && letter ? static_cast<char>(c - 'a' + 'A') : c;
    begins = c == '.';
  }
  return shown;
}

}  // namespace tenure::connect::generate
