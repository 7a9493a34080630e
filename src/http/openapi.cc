#include "http/openapi.h"

#include <string_view>

namespace tenure::http {

namespace {

constexpr std::string_view kPieces[] = {
#include "embedded_openapi.inc"
};

}  // namespace

const std::string& OpenapiDocument() {
  static const std::string document = [] {
    std::string whole;
    for (const std::string_view piece : kPieces) whole += piece;
    return whole;
  }();
  return document;
}

}  // namespace tenure::http
