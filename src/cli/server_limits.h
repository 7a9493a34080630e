#pragma once
// The options of `tenure serve` that bound what clients may take of it.
#include "http/server.h"

namespace CLI {
class App;
}

namespace tenure::cli {

// --max-connections, --max-body, --max-buffered, --max-in-flight, --head-timeout, --body-timeout; what isn't given stays as it is.
// `limits` is to live as long as `command`.
void AddServerLimits(CLI::App& command, http::ServerLimits& limits);

}  // namespace tenure::cli
