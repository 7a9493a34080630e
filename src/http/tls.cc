#include "http/tls.h"

#include <openssl/x509v3.h>

#include <algorithm>
#include <optional>

namespace tenure::http {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

struct CertificateDeleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct NamesDeleter {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

// Of a certificate with two names nobody can say which is meant: nullopt, as for what is no URI.
std::optional<std::string> SpiffeId(X509* certificate) {
  std::string found;
  const std::unique_ptr<GENERAL_NAMES, NamesDeleter> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const auto* uri = name->d.uniformResourceIdentifier;
    std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                     static_cast<std::size_t>(ASN1_STRING_length(uri)));
    if (text.rfind("spiffe://", 0) != 0) continue;
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (!plain || !found.empty()) return std::nullopt;
    found = std::move(text);
  }
  return found;
}

std::string Subject(X509* certificate) {
  BIO* text = BIO_new(BIO_s_mem());
  X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(text, &bytes);
  std::string subject(bytes, static_cast<std::size_t>(size));
  BIO_free(text);
  return subject;
}

tl::unexpected<Error> Unusable(const std::string& what, const std::string& file, const error_code& error) {
  return Fail("serve_tls", what + " \"" + file + "\" can't be used: " + error.message(),
              "give a PEM file that this process may read", Blame::kCaller);
}

}  // namespace

Result<std::unique_ptr<ssl::context>> MakeTlsContext(const TlsFiles& files) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                       ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  error_code error;
  context->use_certificate_chain_file(files.certificate, error);
  if (error) return Unusable("the certificate", files.certificate, error);
  context->use_private_key_file(files.key, ssl::context::pem, error);
  if (error) return Unusable("the key", files.key, error);
  if (files.client_ca.empty()) return context;
  context->load_verify_file(files.client_ca, error);
  if (error) return Unusable("the clients' CA", files.client_ca, error);
  context->set_verify_mode(ssl::verify_peer);
  // Every connection shows its certificate anew: what was resumed would outlive it.
  SSL_CTX_set_session_cache_mode(context->native_handle(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context->native_handle(), 0);
  return context;
}

std::string NameInCertificate(SSL* connection) {
  const std::unique_ptr<X509, CertificateDeleter> certificate(SSL_get1_peer_certificate(connection));
  if (!certificate || SSL_get_verify_result(connection) != X509_V_OK) return {};
  const auto id = SpiffeId(certificate.get());
  if (!id) return {};
  return id->empty() ? Subject(certificate.get()) : *id;
}

}  // namespace tenure::http
