#pragma once
// Which request heads are taken at all: those of which no other reader on the way could think that they end elsewhere, or are for
// somebody else (RFC 9112, sections 3.2, 6.1 and 6.3). Stricter than the RFC where a client of good will never goes.
//
// Thread safety: a free function.
#include <optional>
#include <vector>

#include "http/message.h"

namespace tenure::http {

// Why the head is refused; nothing if it is taken. `minor` is the version's: HTTP/1.minor. Refused are
//   - coding_unknown: a Transfer-Encoding other than `chunked`;
//   - framing_doubtful: it with Content-Length, twice or in HTTP/1.0; Content-Length twice or as a list;
//   - host_malformed: in HTTP/1.1 no Host, or in any version two of them, or one that is no host;
//   - field_repeated: Authorization, Content-Type, Content-Encoding or Last-Event-ID twice, of which one reader takes the first, another
//     the last.
// After any of them the connection ends: where the next request begins can't be known.
std::optional<Error> WrongFraming(const std::vector<Field>& fields, int minor);

}  // namespace tenure::http
