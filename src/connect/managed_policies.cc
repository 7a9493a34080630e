#include "connect/managed_policies.h"

#include <string>
#include <utility>
#include <vector>

#include "connect/aws_names.h"

namespace tenure::connect {
namespace {

using Patterns = std::vector<std::string>;

constexpr std::string_view kOnlySomeVersions = "only some versions of this AWS-managed policy hold this";

Permission OnEverything(Effect effect, Patterns actions) {
  Permission p;
  p.effect = effect;
  p.actions = std::move(actions);
  p.resources = {"*"};
  p.covers = Covers::kLiteral;
  return p;
}

Permission Always(Patterns actions) { return OnEverything(Effect::kAllow, std::move(actions)); }

Permission AllBut(Patterns actions) {
  Permission p = Always(std::move(actions));
  p.not_actions = true;
  return p;
}

Permission Sometimes(Patterns actions) {
  Permission p = Always(std::move(actions));
  p.condition = kOnlySomeVersions;
  return p;
}

std::optional<std::vector<Permission>> Content(std::string_view name) {
  if (name == "AdministratorAccess") return {{Always({"*"})}};
  if (name == "AWSDenyAll") return {{OnEverything(Effect::kDeny, {"*"})}};
  if (name == "PowerUserAccess")
    return {{AllBut({"iam:*", "organizations:*", "account:*"}),
             Sometimes({"account:*", "iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:ListRoles",
                        "organizations:DescribeOrganization", "organizations:*"})}};
  if (name == "IAMFullAccess") return {{Always({"iam:*"}), Sometimes({"organizations:Describe*", "organizations:List*"})}};
  if (name == "AmazonS3FullAccess") return {{Always({"s3:*"}), Sometimes({"s3-object-lambda:*"})}};
  if (name == "AmazonS3ReadOnlyAccess")
    return {{Always({"s3:Get*", "s3:List*"}), Sometimes({"s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"})}};
  if (name == "AmazonEC2FullAccess")
    return {{Always({"ec2:*", "elasticloadbalancing:*", "cloudwatch:*", "autoscaling:*"}),
             Sometimes({"iam:CreateServiceLinkedRole"})}};
  if (name == "service-role/AWSLambdaBasicExecutionRole")
    return {{Always({"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"})}};
  return std::nullopt;
}

}  // namespace

std::optional<Event> ManagedPolicyDefinition(std::string_view policy_arn) {
  constexpr std::string_view kResource = "policy/";
  const auto arn = ParseArn(policy_arn);
  if (!arn || arn->service != "iam" || arn->account != "aws" || arn->resource.substr(0, kResource.size()) != kResource)
    return std::nullopt;
  auto permissions = Content(arn->resource.substr(kResource.size()));
  if (!permissions) return std::nullopt;
  Event event;
  event.name = {std::string(kManagedPolicySource), std::string(policy_arn)};
  event.time = EffectiveTime{0};
  event.payload = RoleDefined{PolicyRole(policy_arn), std::move(*permissions), "AWS-managed policy"};
  return event;
}

}  // namespace tenure::connect
