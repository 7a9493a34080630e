#pragma once
// Errors as RFC 9457 problem details: what happened (`type` and `code`, stable for ever), where (`field`), and what to do (`hint`).
// Thread safety: free functions over plain values.
#include <string>
#include <string_view>

#include "http/message.h"
#include "tenure/tenure.h"

namespace tenure::http {

// The status that an error of the library means; 401 and 403 for not_authenticated and not_authorised.
int StatusOf(const Error& error);

// `field`: the parameter, header or member that is wrong; empty = none. 503 and 429 carry Retry-After.
Response Problem(const Error& error, std::string_view field = {});
Response Problem(int status, const Error& error, std::string_view field = {});

// What was refused of an append: the same, with `violations` of {line, code, reason, hint}, and the whole `report` as the command line
// prints it.
Response Refused(int status, const Error& error, const AppendReport& report);

}  // namespace tenure::http
