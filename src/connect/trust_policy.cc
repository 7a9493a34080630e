#include "connect/trust_policy.h"

#include <algorithm>
#include <array>

#include "connect/policy_document.h"
#include "connect/record_json.h"
#include "event/reference.h"

namespace tenure::connect {
namespace {

constexpr std::string_view kAssumeRole = "sts:assumerole", kWithSaml = "sts:assumerolewithsaml",
                           kWithWebIdentity = "sts:assumerolewithwebidentity";
constexpr std::array<std::string_view, 3> kWaysToAssume = {kAssumeRole, kWithSaml, kWithWebIdentity};

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

// Which calls a statement is about.
class Actions {
 public:
  explicit Actions(const Json& statement) : patterns_(Strings(Member(statement, "Action"))) {
    if (patterns_.empty()) {
      patterns_ = Strings(Member(statement, "NotAction"));
      negated_ = !patterns_.empty();
    }
    for (auto& p : patterns_) p = Lower(std::move(p));
  }
  bool Covers(std::string_view action) const {
    const bool named = std::ranges::any_of(patterns_, [&](const std::string& p) { return event::Matches(p, action); });
    return named != negated_;
  }
  bool CoverAnyWayToAssume() const {
    return std::ranges::any_of(kWaysToAssume, [this](std::string_view way) { return Covers(way); });
  }

 private:
  std::vector<std::string> patterns_;
  bool negated_ = false;
};

// A principal of a statement, the call by which it would assume the role, and what leaves it open.
struct Principal {
  std::string reference;
  std::string_view way = kAssumeRole;
  std::string doubt;
};

Principal AccountPrincipal(std::string_view id, const IamAccount& own) {
  if (id != own.id) return {External(id), kAssumeRole, {}};
  return {std::string(event::kEveryone), kAssumeRole, "account " + own.id + " leaves it to its own policies"};
}

bool IsAccountId(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Principal AwsPrincipal(const std::string& name, const IamAccount& own) {
  if (name == "*") return {std::string(event::kEveryone), kAssumeRole, {}};
  if (IsAccountId(name)) return AccountPrincipal(name, own);
  const auto arn = ParseArn(name);
  if (arn && arn->service == "iam" && arn->resource == "root") return AccountPrincipal(arn->account, own);
  const auto identity = IdentityOfArn(name);
  if (!identity) return {External(name), kAssumeRole, {}};  // the id of something deleted, a federated session
  const std::string session = SessionOfArn(name);
  return {*identity, kAssumeRole, session.empty() ? std::string() : "only in the session " + session};
}

Principal FederatedPrincipal(const std::string& provider) {
  const bool saml = provider.find(":saml-provider/") != std::string::npos;
  return {External(ProviderName(provider)), saml ? kWithSaml : kWithWebIdentity, {}};
}

std::vector<Principal> PrincipalsOf(const Json& statement, const IamAccount& own) {
  std::vector<Principal> principals;
  const Json given = Member(statement, "Principal");
  for (const auto& name : Strings(given)) principals.push_back(AwsPrincipal(name, own));
  for (const auto& [kind, names] : given.Members())
    for (const auto& name : Strings(names)) {
      if (kind == "AWS") principals.push_back(AwsPrincipal(name, own));
      else if (kind == "Federated") principals.push_back(FederatedPrincipal(name));
      else principals.push_back({External(name), kAssumeRole, {}});
    }
  if (principals.empty())
    principals.push_back({std::string(event::kEveryone), kAssumeRole, "the statement says whom it is not about, or nobody"});
  return principals;
}

void AddDoubt(std::string& condition, const std::string& doubt) {
  if (doubt.empty()) return;
  if (!condition.empty()) condition += "; ";
  condition += doubt;
}

void AddStatement(std::vector<TrustGrant>& trust, const Json& statement, const IamAccount& own) {
  const std::string effect = Text(statement, "Effect");
  const Actions actions(statement);
  if (!actions.CoverAnyWayToAssume()) return;
  const bool deny = effect == "Deny";
  for (const auto& principal : PrincipalsOf(statement, own)) {
    TrustGrant grant{principal.reference, ConditionText(statement), deny};
    AddDoubt(grant.condition, principal.doubt);
    if (effect != "Deny" && effect != "Allow") AddDoubt(grant.condition, "the statement has no effect that can be read");
    if (deny && !actions.Covers(principal.way)) AddDoubt(grant.condition, "only some ways to assume the role are denied");
    if (std::ranges::find(trust, grant) == trust.end()) trust.push_back(std::move(grant));
  }
}

}  // namespace

std::vector<TrustGrant> TrustOf(std::string_view document, const IamAccount& account) {
  const std::string text = PolicyText(document);
  const auto parsed = event::JsonValue::Parse(text);
  if (!parsed || !HasStatements(*parsed)) return {{std::string(event::kEveryone), "the trust policy cannot be read", false}};
  std::vector<TrustGrant> trust;
  for (const auto& statement : StatementsOf(*parsed)) AddStatement(trust, statement, account);
  return trust;
}

}  // namespace tenure::connect
