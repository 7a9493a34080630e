#pragma once
// What a server's answer says went wrong, as the error that the same command would have had beside the record.
// Thread safety: free functions over plain values.
#include <string_view>

#include "tenure/result.h"
#include "wire/client.h"

namespace tenure::wire {

// Of a reply that isn't the answer: its problem details, with code, reason and hint as the server's library gave them, and the blame that
// its status means. What isn't tenure's: server_redirects, server_unavailable, server_answer_malformed.
// `with_token`: whether one was sent, for what a 401 is to be met with.
Error ErrorOf(const Reply& reply, bool with_token);

// The `report` of a problem (an append of which something was refused), as it is written; empty if there is none.
std::string_view ReportIn(const Reply& reply);

// answer_malformed of library/json_read.h, in the name of the server.
Error Malformed(const Error& error);

}  // namespace tenure::wire
