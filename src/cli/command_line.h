#pragma once
// The whole command line of `tenure`, as CLI11 knows it.

#include "tenure/result.h"

namespace CLI {
class App;
}

namespace tenure::cli {

struct Invocation;

inline constexpr const char* kAbout = "tenure — who existed and who held what authority at any moment, and on whose word.";

// All options and commands. The command that was named sets invocation.run when the app has parsed.
void DeclareCommandLine(CLI::App& app, Invocation& invocation);

// What CLI11 takes and a record can't. Errors (kCaller): argument_empty, argument_not_utf8.
Status CheckArguments(const CLI::App& app);

}  // namespace tenure::cli
