#include "event/running_hash.h"

#include <openssl/evp.h>

#include <fmt/format.h>

namespace tenure::event {

struct RunningHash::State {
  State() { EVP_DigestInit_ex(context, EVP_sha256(), nullptr); }
  ~State() { EVP_MD_CTX_free(context); }
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

RunningHash::RunningHash() : state_(std::make_unique<State>()) {}
RunningHash::~RunningHash() = default;

void RunningHash::Add(std::string_view bytes) { EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()); }

Hash256 RunningHash::Finish() {
  Hash256 hash{};
  EVP_DigestFinal_ex(state_->context, hash.data(), nullptr);
  return hash;
}

std::string HexOf(const Hash256& hash) {
  std::string text;
  for (const auto byte : hash) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace tenure::event
