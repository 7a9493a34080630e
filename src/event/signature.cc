#include "event/signature.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstdint>
#include <memory>

namespace tenure::event {
namespace {

struct Freeing {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Bio = std::unique_ptr<BIO, Freeing>;
using Key = std::unique_ptr<EVP_PKEY, Freeing>;
using Context = std::unique_ptr<EVP_MD_CTX, Freeing>;

constexpr std::size_t kPemBytesMax = 16 * 1024;

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

int NoPassphrase(char*, int, int, void*) { return -1; }

tl::unexpected<Error> Malformed(const char* what) {
  ERR_clear_error();
  return Fail("key_malformed", std::string("that is no PEM of an Ed25519 ") + what + " key",
              "openssl genpkey -algorithm ed25519 -out KEY, openssl pkey -in KEY -pubout -out PUBLIC", Blame::kCaller);
}

using Reading = EVP_PKEY*(BIO*, EVP_PKEY**, pem_password_cb*, void*);

Result<Key> ReadKey(std::string_view pem, Reading* read, const char* what) {
  if (pem.empty() || pem.size() > kPemBytesMax) return Malformed(what);
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(bio ? read(bio.get(), nullptr, NoPassphrase, nullptr) : nullptr);
  if (!key || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519) return Malformed(what);
  return key;
}

Result<std::string> WritePublic(Result<Key> key) {
  if (!key) return tl::unexpected<Error>(key.error());
  const Bio bio(BIO_new(BIO_s_mem()));
  char* text = nullptr;
  if (!bio || PEM_write_bio_PUBKEY(bio.get(), key->get()) != 1) return Malformed("public");
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace

Result<std::string> SignEd25519(std::string_view private_pem, std::string_view bytes) {
  auto key = ReadKey(private_pem, PEM_read_bio_PrivateKey, "private");
  if (!key) return tl::unexpected<Error>(key.error());
  const Context context(EVP_MD_CTX_new());
  std::string signature(64, '\0');
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key->get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, Bytes(bytes), bytes.size()) != 1 ||
      size != signature.size())
    return Malformed("private");
  return signature;
}

Result<bool> VerifyEd25519(std::string_view public_pem, std::string_view bytes, std::string_view signature) {
  auto key = ReadKey(public_pem, PEM_read_bio_PUBKEY, "public");
  if (!key) return tl::unexpected<Error>(key.error());
  const Context context(EVP_MD_CTX_new());
  if (!context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key->get()) != 1) return Malformed("public");
  const bool holds = EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(bytes), bytes.size()) == 1;
  ERR_clear_error();
  return holds;
}

Result<std::string> PublicPemOfPrivate(std::string_view private_pem) {
  return WritePublic(ReadKey(private_pem, PEM_read_bio_PrivateKey, "private"));
}

Result<std::string> PublicPem(std::string_view public_pem) {
  return WritePublic(ReadKey(public_pem, PEM_read_bio_PUBKEY, "public"));
}

std::string ToBase64(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) bits = bits << 8 | (j < n ? Bytes(bytes)[i + j] : 0U);
    for (std::size_t j = 0; j < 4; ++j) text.push_back(j <= n ? kAlphabet[bits >> (18 - 6 * j) & 63] : '=');
  }
  return text;
}

std::optional<std::string> FromBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.empty()) return std::string{};
  std::string bytes(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), Bytes(text), static_cast<int>(text.size())) < 0) {
    ERR_clear_error();
    return std::nullopt;
  }
  for (std::size_t i = 1; i <= 2 && text[text.size() - i] == '='; ++i) bytes.pop_back();
  if (ToBase64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace tenure::event
