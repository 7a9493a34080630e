#pragma once
// Requests and responses as plain values: all that handlers see of HTTP. No socket and no third party is known here.
// Thread safety: plain values.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenure/result.h"

namespace tenure::http {

struct Field {
  std::string name, value;
};

// Who sent a request, as far as the connection tells.
struct Peer {
  std::string address;
  bool loopback = false;
  std::string certificate;  // the verified client certificate's SPIFFE ID, else its subject; empty = none
};

struct Request {
  std::string method;  // upper case
  std::string path;    // as sent, without the query
  std::string query;   // as sent, without the "?"
  std::vector<Field> fields;
  std::string body;
  std::string id;  // X-Request-ID as sent if it is printable and short, else made here
  Peer peer;

  // The field's value, names compared without case; nullptr where there is none, the first where it is repeated.
  const std::string* Find(std::string_view name) const;
  // The media type of Content-Type, lower case and without parameters; empty = none.
  std::string ContentType() const;
};

// A body that is made while it is sent.
class Stream {
 public:
  virtual ~Stream() = default;
  // What there is now; empty = nothing yet, ask again in a while. nullopt = the end; an error breaks the connection off, so that what
  // was sent can't pass for the whole. Called by one thread at a time.
  virtual Result<std::optional<std::string>> More() = 0;
  // Whether it waits for more when there is nothing, so that only its reader or the service ends it.
  virtual bool Endless() const { return false; }
  // Sent when there has been nothing for a while: means nothing to who reads the stream.
  virtual std::string Heartbeat() const = 0;
};

struct Response {
  // Of the one who asked, for the log: set by the router.
  std::string_view route;
  std::string caller;

  int status = 200;
  std::string content_type = "application/json";
  std::vector<Field> fields;
  std::string body;
  std::unique_ptr<Stream> stream;  // instead of a body

  // For metrics and the audit, which count and don't read bodies.
  std::string question;  // "check", "who", …; empty = no question
  std::int64_t rows = 0;
};

Response Json(std::string body, int status = 200);

}  // namespace tenure::http
