#pragma once
// What rules find of one subject: each set of time becomes rows, a row a stretch that is all certain or all possible.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "authority/frame.h"
#include "governance/rules.h"
#include "governance/subject.h"

namespace tenure::governance {

inline constexpr std::size_t kEvidenceMax = 32;  // events of one finding

struct Finding {
  Rule rule;
  std::string subject, about;
  Interval span;
  bool certain;
  std::vector<Position> evidence;
  std::string text;
};

// Which rules are asked for, and in which window. Plain values; `frame` outlives it.
struct Wanted {
  std::uint64_t rules = ~std::uint64_t{0};  // a bit each
  const authority::Frame* frame = nullptr;
  bool Wants(Rule rule) const { return (rules >> static_cast<unsigned>(rule) & 1) != 0; }
};

// Bytes that sort as the rows are shown: by severity, rule, subject, about and beginning.
std::string OrderOf(const Finding& finding);

// The first rows after a place, and how many there are in all: memory is that of a page, however many are found.
class FirstRows {
 public:
  FirstRows(std::string after, std::int64_t limit)
      : after_(std::move(after)), limit_(static_cast<std::size_t>(std::min(limit, kRowsMax))) {}
  static constexpr std::int64_t kRowsMax = std::int64_t{1} << 40;
  // `make` gives the rest of a row that is kept.
  void Add(Finding row, const std::function<void(Finding&)>& make);
  std::int64_t Total() const { return total_; }
  // In order, one more than the limit if there are more.
  std::vector<Finding> Take();

 private:
  void Prune();
  struct Ordered {
    std::string order;
    Finding row;
  };
  std::string after_, worst_;  // nothing beyond worst_ is kept; "" = no bound yet
  std::size_t limit_;
  std::int64_t total_ = 0;
  std::vector<Ordered> rows_;
};

class Found {
 public:
  Found(const Wanted& wanted, FirstRows& out) : wanted_(wanted), out_(out) {}
  bool Wants(Rule rule) const { return wanted_.Wants(rule); }
  template <class... Rules>
  bool WantsAny(Rules... rules) const {
    return (wanted_.Wants(rules) || ...);
  }

  using EvidenceIn = std::function<std::vector<Position>(const Interval&)>;
  // `set`: when the rule holds; `doubt`: where that is only possible. Keeps what the question asks for.
  void Add(Rule rule, const Subject& subject, const std::string& about, const IntervalSet& set, const IntervalSet& doubt,
           const EvidenceIn& evidence, const std::string& text);

  // In between come the lives of one subject, one after the other: what goes on from one into the next is one row.
  void BeginParts() { parts_ = true; }
  void EndParts();

 private:
  void AddAll(Rule rule, const Subject& subject, const std::string& about, const IntervalSet& set, const IntervalSet& doubt,
              const EvidenceIn& evidence, const std::string& text);
  void Send(Finding finding, const std::function<std::vector<Position>()>& evidence, const std::string& text);
  void AddRow(Rule rule, const Subject& subject, const std::string& about, const Interval& span, bool certain,
              const EvidenceIn& evidence, const std::string& text);
  const Wanted& wanted_;
  FirstRows& out_;
  struct Made {
    Finding row;
    std::vector<Position> evidence;
    std::string text;
  };
  bool parts_ = false;
  std::vector<Made> made_;
};

// The issues that gave a grant its terms in a span, and what ended it there.
Found::EvidenceIn EvidenceOf(const Grant& grant);
// "grant g-17 of role:db-admin on bucket:prod".
std::string NameOf(const Grant& grant);
// Where the roles of a grant's terms are in doubt, and the subject itself.
IntervalSet DoubtOf(Surroundings& around, const Subject& subject, const std::string& grant);

// The rules, by what they look at. Each reads what it needs from the subject and its surroundings. Errors: of the view.
Status JudgeExistence(Surroundings& around, const Subject& subject, Found& found);
Status JudgeCredentials(Surroundings& around, const Subject& subject, Found& found);
Status JudgeGrants(Surroundings& around, const Subject& subject, Found& found);
Status JudgeApprovals(Surroundings& around, const Subject& subject, Found& found);
Status JudgeUses(Surroundings& around, const Subject& subject, Found& found);
Status JudgeEvents(Surroundings& around, const Subject& subject, Found& found);
// Of all subjects, or of the one that is named, at once.
Status JudgeDuties(Surroundings& around, const std::string& only, Found& found);

}  // namespace tenure::governance
