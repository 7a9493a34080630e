#pragma once
// Requests and responses as plain values: all that handlers see of HTTP. No socket and no third party is known here.
// Thread safety: plain values.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenure/answer.h"
#include "tenure/result.h"

namespace tenure::http {

struct Caller;

struct Field {
  std::string name, value;
};
// As names of fields are compared: without case.
bool EqualNames(std::string_view a, std::string_view b);

// Who sent a request, as far as the connection tells.
struct Peer {
  std::string address;
  std::string network;  // the address, of IPv6 its first 64 bits: what one client has
  bool loopback = false;
  std::string certificate;  // the verified client certificate's SPIFFE ID, else its subject; empty = none
  bool encrypted = false;   // by TLS
};

struct Request {
  std::string method;  // upper case
  std::string path;    // as sent, without the query
  std::string query;   // as sent, without the "?"
  std::vector<Field> fields;
  std::string body;
  std::string id;  // X-Request-ID as sent if it is printable and short, else made here
  Peer peer;
  std::shared_ptr<const Caller> caller;  // once somebody has looked at who asks; else that is still to be done
  bool waited = false;                   // for the position that the question is to know; it is answered as things are now

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
  // How many results it has given so far.
  virtual std::int64_t Rows() const { return 0; }
};

struct Response {
  // Of the one who asked, for the log: set by the router.
  std::string_view route;
  std::string caller_name;

  int status = 200;
  std::string content_type = "application/json";
  std::vector<Field> fields;
  std::string body;
  std::unique_ptr<Stream> stream;  // instead of a body

  // Instead of an answer: the record isn't where the question wants it. It is to be asked again, as `waited` and by this caller, once
  // the position is reached, and after `patience` at the latest.
  std::string awaits;
  std::chrono::milliseconds patience{0};
  std::shared_ptr<const Caller> caller;

  // For metrics and the audit, which count and don't read bodies.
  std::string question;  // "check", "who", …; empty = no question
  std::int64_t rows = 0;
  std::string code;                        // of a problem
  std::vector<Field> asked;                // the question's parameters that are not in the URL
  When when;                               // that was asked about; neither is set where no moment is
  std::optional<RecordedTime> known_time;  // as known when
  std::string position;
};

Response Json(std::string body, int status = 200);

}  // namespace tenure::http
