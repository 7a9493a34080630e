#include "library/governing.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "governance/findings.h"
#include "governance/rules.h"
#include "library/arn.h"

namespace tenure::library {
namespace {

constexpr std::size_t kPolicyBytesMax = 1u << 20;

// "" where there is none.
Result<std::string> ReadPolicyFile(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT) return std::string{};
    return Fail("data_io", "can't read " + path + ": " + std::strerror(errno), "make it readable", Blame::kFault);
  }
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad() || text.str().size() > kPolicyBytesMax)
    return Fail("policy_malformed", path + " is larger than a policy can be", "1 MiB at most", Blame::kCaller);
  return text.str().empty() ? std::string("{}") : text.str();
}

}  // namespace

Result<governance::Policy> PolicyInForce(const OpenRecord& record, const std::string& given) {
  if (!given.empty()) return governance::ReadPolicy(given);
  auto text = ReadPolicyFile(record.dir.Policy());
  if (!text) return tl::unexpected<Error>(text.error());
  auto policy = governance::ReadPolicy(*text);
  if (!policy) policy.error().reason = record.dir.Policy() + ": " + policy.error().reason;
  return policy;
}

Result<FindingsAnswer> Findings(OpenRecord& record, const FindingsQuestion& asked, const Ask& ask) {
  auto policy = PolicyInForce(record, asked.policy);
  if (!policy) return tl::unexpected<Error>(policy.error());
  FindingsQuestion question = asked;
  question.subject = NormaliseReference(asked.subject);
  std::vector<std::string> key{"findings", question.subject, std::string(governance::SeverityName(question.least)),
                               governance::WritePolicy(*policy)};
  key.insert(key.end(), question.rules.begin(), question.rules.end());
  return Answer<FindingsAnswer>(record, ask, std::move(key), [&](history::FactView& view, const When& when, const Page& page) {
    return governance::Findings(view, question, *policy, when, page);
  });
}

}  // namespace tenure::library
