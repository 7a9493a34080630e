#pragma once
// Whether a command asks a server or works on a data directory, and how it gets to the server.
#include "cli/invocation.h"

namespace tenure::cli {

// --server, --server-ca, --token-file, --timeout.
void DeclareServer(CLI::App& app, Invocation& invocation);

// Sets invocation.served if the record is behind a server: one that --server names, or TENURE_SERVER where neither a directory nor
// brokers are named. The token is that in --token-file, else TENURE_TOKEN; it is never told to anybody but the server.
// Errors (kCaller): server_not_supported (a command that works beside the record alone), server_and_data, server_not_named,
// server_url_malformed, server_token, timeout_malformed.
Status SettleServer(const CLI::App& app, Invocation& invocation);

}  // namespace tenure::cli
