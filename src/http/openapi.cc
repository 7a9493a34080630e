#include "http/openapi.h"

namespace tenure::http {

const std::string& OpenapiDocument() {
  static const std::string document =
#include "embedded_openapi.inc"
      ;
  return document;
}

}  // namespace tenure::http
