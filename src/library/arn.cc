#include "library/arn.h"

#include <array>

namespace tenure::library {

std::string NormaliseReference(std::string_view ref) {
  const std::string as_it_is(ref);
  const auto arn = ref.find(":arn:aws");
  if (arn == std::string_view::npos || ref.find(':') != arn) return as_it_is;  // the type ends at the first colon
  const auto iam = ref.find(":iam::", arn);
  const auto account_end = iam == std::string_view::npos ? iam : ref.find(':', iam + 6);
  if (account_end == std::string_view::npos || ref.find(':', arn + 5) != iam) return as_it_is;
  const std::string_view resource = ref.substr(account_end + 1);
  constexpr std::array<std::string_view, 4> kKinds = {"user/", "role/", "group/", "instance-profile/"};
  for (const std::string_view kind : kKinds) {
    if (resource.substr(0, kind.size()) != kind) continue;
    const auto name = resource.rfind('/') + 1;
    if (name == resource.size()) return as_it_is;
    return std::string(ref.substr(0, account_end + 1)) + std::string(kind) + std::string(resource.substr(name));
  }
  return as_it_is;
}

}  // namespace tenure::library
