#pragma once
// Names that never repeat: each is a function of the seed and a serial number. None of them is one of the cast's (cast.h).
#include <cstdint>
#include <string>
#include <string_view>

namespace tenure::connect::generate {

std::string PersonName(std::uint64_t seed, std::int64_t serial);  // "ana.lind"; from the 2,305th on "ana.lind.2"
std::string TeamName(std::int64_t serial);                        // "search"; from the 25th on "search-2"
std::string AccountNumber(std::int64_t serial);                   // twelve digits
// "ana.lind" -> "Ana Lind".
std::string DisplayName(std::string_view person);

}  // namespace tenure::connect::generate
