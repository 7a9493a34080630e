#include "connect/aws_names.h"

#include <array>

namespace tenure::connect {
namespace {

constexpr std::array<std::string_view, 4> kNamedWithoutPath = {"user/", "role/", "group/", "instance-profile/"};

bool StartsWith(std::string_view text, std::string_view beginning) { return text.substr(0, beginning.size()) == beginning; }

std::string Joined(std::string_view a, std::string_view b, std::string_view c = {}) {
  std::string out;
  out.reserve(a.size() + b.size() + c.size());
  return out.append(a).append(b).append(c);
}

std::string_view NextPart(std::string_view& rest) {
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos) return {};
  const auto part = rest.substr(0, colon);
  rest.remove_prefix(colon + 1);
  return part;
}

}  // namespace

std::optional<Arn> ParseArn(std::string_view text) {
  if (!StartsWith(text, "arn:")) return std::nullopt;
  std::string_view rest = text.substr(4);
  Arn arn;
  for (std::string_view* part : {&arn.partition, &arn.service, &arn.region, &arn.account}) {
    if (rest.find(':') == std::string_view::npos) return std::nullopt;
    *part = NextPart(rest);
  }
  arn.resource = rest;
  if (arn.partition.empty() || arn.service.empty() || arn.resource.empty()) return std::nullopt;
  return arn;
}

std::string WithoutPath(std::string_view text) {
  const auto arn = ParseArn(text);
  if (!arn || arn->service != "iam") return std::string(text);
  for (const std::string_view kind : kNamedWithoutPath) {
    if (!StartsWith(arn->resource, kind)) continue;
    const auto name = arn->resource.substr(arn->resource.rfind('/') + 1);
    return Joined(text.substr(0, text.size() - arn->resource.size()), kind, name);
  }
  return std::string(text);
}

std::string_view PartitionOfRegion(std::string_view region) {
  if (StartsWith(region, "cn-")) return "aws-cn";
  if (StartsWith(region, "us-gov-")) return "aws-us-gov";
  return "aws";
}

std::string IamAccount::NamedArn(std::string_view kind, std::string_view name) const {
  return "arn:" + partition + ":iam::" + id + ":" + Joined(kind, "/", name);
}

std::string IamAccount::PolicyArn(std::string_view path, std::string_view name) const {
  std::string inside(path.empty() ? "/" : path);
  if (inside.back() != '/') inside += '/';
  return "arn:" + partition + ":iam::" + id + ":policy" + Joined(inside, name);
}

std::string External(std::string_view name) { return Joined("external:", name); }

std::optional<std::string> IdentityOfArn(std::string_view text) {
  const auto arn = ParseArn(text);
  if (!arn || arn->account.empty()) return std::nullopt;
  const auto resource = arn->resource;
  if (arn->service == "sts" && StartsWith(resource, "assumed-role/")) {
    const auto role = resource.substr(13, resource.find('/', 13) - 13);
    return IamAccount{std::string(arn->partition), std::string(arn->account)}.Role(role);
  }
  if (arn->service != "iam") return std::nullopt;
  if (resource == "root") return Joined("user:", text);
  if (StartsWith(resource, "user/")) return "user:" + WithoutPath(text);
  if (StartsWith(resource, "role/")) return "service_account:" + WithoutPath(text);
  if (StartsWith(resource, "group/")) return "group:" + WithoutPath(text);
  if (StartsWith(resource, "instance-profile/")) return "workload:" + WithoutPath(text);
  return std::nullopt;
}

std::string SessionOfArn(std::string_view text) {
  const auto arn = ParseArn(text);
  if (!arn || arn->service != "sts" || !StartsWith(arn->resource, "assumed-role/")) return {};
  const auto slash = arn->resource.find('/', 13);
  return slash == std::string_view::npos ? std::string() : std::string(arn->resource.substr(slash + 1));
}

std::string_view ProviderName(std::string_view provider) {
  const auto arn = ParseArn(provider);
  if (!arn) return provider;
  for (const std::string_view kind : {"saml-provider/", "oidc-provider/"})
    if (StartsWith(arn->resource, kind)) return arn->resource.substr(kind.size());
  return provider;
}

std::string_view ArnOf(std::string_view reference) { return reference.substr(reference.find(':') + 1); }
std::string PolicyRole(std::string_view policy_arn) { return Joined("role:", policy_arn); }
std::string PolicyVersionRole(std::string_view policy_arn, std::string_view version) {
  return Joined("role:", policy_arn, "/version/").append(version);
}
std::string InlineRole(std::string_view identity, std::string_view policy_name) {
  return Joined("role:", ArnOf(identity), "/inline/").append(policy_name);
}
std::string TrustRole(std::string_view role_identity) { return Joined("role:", ArnOf(role_identity), "/trust"); }
std::string TrustDenyRole(std::string_view role_identity) { return Joined("role:", ArnOf(role_identity), "/trust/deny"); }
std::string InstanceProfileRole(std::string_view role_identity) {
  return Joined("role:", ArnOf(role_identity), "/instance-profile");
}

}  // namespace tenure::connect
