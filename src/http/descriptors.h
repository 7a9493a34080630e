#pragma once
// How many connections the limit on open files leaves room for.
#include <cstdint>

namespace tenure::http {

// Raises this process's limit as far as it may and as `wanted` connections need, beside the files of the record; how many there is
// room for then, at most `wanted`. So that no flood of connections keeps the record from opening a file.
std::int64_t RoomForConnections(std::int64_t wanted);

}  // namespace tenure::http
