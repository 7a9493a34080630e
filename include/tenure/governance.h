#pragma once
// What is wrong with who existed and what they held, as values. What each rule says is in docs/reference/findings.md.
#include <cstdint>
#include <string>
#include <vector>

#include "tenure/answer.h"
#include "tenure/time.h"

namespace tenure {

enum class Severity : std::uint8_t { kLow, kMedium, kHigh, kCritical };

struct FindingsQuestion {
  std::vector<std::string> rules;   // names; empty = all
  Severity least = Severity::kLow;  // and above
  std::string subject;              // empty = everybody
  std::string policy;               // JSON; empty = that of the data directory, or the default
};
// A live exception that meets a finding, and the stretch in which it does.
struct Excuse {
  std::string exception, approver, reason;
  Interval span;
  Position granted;
};
struct FindingRow {
  std::string rule;
  Severity severity = Severity::kLow;
  std::string subject, about;
  Interval span;         // whole; an end of kForever: nothing known ends it
  bool certain = true;   // false: a key that it rests on is in doubt
  bool excused = false;  // at T, or over all that the window shows of it
  std::vector<Excuse> excuses;
  std::string text, would_end;
  std::vector<std::string> controls;
  EvidenceIndex evidence;
};
struct FindingsAnswer {
  AnswerHead head;
  FindingsQuestion asked;
  std::string policy;      // SHA-256 of the policy in force, in hex
  std::int64_t total = 0;  // rows on all pages
  std::vector<FindingRow> rows;
};

}  // namespace tenure
