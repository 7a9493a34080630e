#include "library/arn.h"

#include "connect/aws_names.h"

namespace tenure::library {

std::string NormaliseReference(std::string_view ref) {
  const auto colon = ref.find(':');  // where the type ends
  if (colon == std::string_view::npos || ref.substr(colon + 1, 4) != "arn:") return std::string(ref);
  return std::string(ref.substr(0, colon + 1)) + connect::WithoutPath(ref.substr(colon + 1));
}

std::string IdentityOfActor(const std::string& claimed) {
  return connect::IdentityOfArn(claimed).value_or(NormaliseReference(claimed));
}

}  // namespace tenure::library
