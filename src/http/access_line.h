#pragma once
// What is told of each request when its answer was written, to whoever keeps the service's log.
//
// Holds no secret: no field of the request but its id, no query, no body. Thread safety: plain values.
#include <cstdint>
#include <functional>
#include <string>

namespace tenure::http {

struct AccessLine {
  std::string request_id;  // as in the answer
  std::string method;      // empty: the request could not be read
  std::string path;        // as sent, without query; empty: it could not be read, or is no path
  std::string route;       // "/v1/identities/{ref}"; empty: none
  int status = 0;
  double seconds = 0;      // from the head read to the last byte written
  std::int64_t bytes = 0;  // of the body
  bool whole = true;       // false: the client left, or the time ran out, before the end of the answer
  std::string caller;      // name of the token or certificate; empty: nobody was verified
  std::string remote;      // address
};

// Called on the threads that serve, so it must not block.
using AccessSink = std::function<void(const AccessLine&)>;

}  // namespace tenure::http
