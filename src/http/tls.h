#pragma once
// TLS of the server, and who a client certificate says that the client is. Private to src/http.
#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "http/server.h"

namespace tenure::http {

// TLS 1.2 and later. With a client CA a client may show a certificate; one that does not verify ends the handshake.
// Errors (kCaller): serve_tls, naming the file.
Result<std::unique_ptr<boost::asio::ssl::context>> MakeTlsContext(const TlsFiles& files);

// The SPIFFE ID among the alternative names, else the subject as RFC 2253 writes it; empty where no certificate was shown, and for one
// with several SPIFFE IDs.
std::string NameInCertificate(SSL* connection);

}  // namespace tenure::http
