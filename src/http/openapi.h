#pragma once
// schemas/openapi.yaml as it was when this was built.
#include <string>

namespace tenure::http {

const std::string& OpenapiDocument();

}  // namespace tenure::http
