#pragma once
// Reads the members of which answers' JSON is made (json_parts.h writes them), and remembers the first that isn't as documented.
//
// Whatever was wrong, each call gives a value, so a reader goes through a whole answer and asks for the Outcome once. A value of it
// means nothing when the outcome is an error. Thread safety: one thread.
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/json_reader.h"
#include "tenure/answer.h"

namespace tenure::library {

class AnswerReader {
 public:
  using Value = event::JsonValue;

  explicit AnswerReader(std::string_view json);
  const Value& Root() const { return root_; }
  tenure::Status Outcome() const;  // answer_malformed (kFault)
  void Refuse(std::string_view member);

  bool Has(const Value& in, std::string_view name) const { return in.Get(name).has_value(); }
  Value Object(const Value& in, std::string_view name);
  std::vector<Value> Array(const Value& in, std::string_view name);

  // Text is what the record holds, any UTF-8; a word is ours: printable ASCII, so it may be shown as it is.
  std::string Text(const Value& in, std::string_view name);
  std::string TextOrNull(const Value& in, std::string_view name);  // null = empty
  std::optional<std::string> OptionalText(const Value& in, std::string_view name);
  std::vector<std::string> Texts(const Value& in, std::string_view name);
  std::string Word(const Value& in, std::string_view name);
  std::string WordOrNull(const Value& in, std::string_view name);
  std::vector<std::string> Words(const Value& in, std::string_view name);
  // Which of these words it is.
  std::size_t OneOf(const Value& in, std::string_view name, std::initializer_list<std::string_view> words);

  bool Flag(const Value& in, std::string_view name);
  std::int64_t Number(const Value& in, std::string_view name);  // 0 to 2^53
  OptionalTime Time(const Value& in, std::string_view name);    // null = none
  EffectiveTime TimeThere(const Value& in, std::string_view name);
  tenure::Interval Interval(const Value& in);  // from, until; null = unbounded
  std::vector<tenure::Interval> Intervals(const Value& in, std::string_view name);
  tenure::Position Position(const Value& in);
  TopicPartition Where(const Value& in);
  // Of an error object: code, reason, hint. Its blame is kInput.
  Error ErrorIn(const Value& in);

  RowStatus Status(const Value& in);
  RowEffect Effect(const Value& in);
  tenure::Decision Decision(const Value& in, std::string_view name);
  std::vector<Permission> Permissions(const Value& in);  // its member `permissions`
  WhoQuestion AskedWho();                                // beside the answer's head

  // {"question":…, …, "evidence":[…],"next":…}; evidence and paths that are read afterwards point into it.
  AnswerHead Head(std::string_view question);
  EvidenceIndex Evidence(const Value& in);  // its member `evidence`
  // The same of a brief answer, whose evidence is places alone.
  AnswerHead BriefHead(std::string_view question);
  std::vector<tenure::Position> Places(const Value& in);  // those its member `evidence` points at
  std::vector<PathStep> Path(const Value& in);

 private:
  AnswerHead HeadOfAny(std::string_view question);
  std::optional<Value> Member(const Value& in, std::string_view name);
  TaintShown Taint(const Value& in);
  tenure::Evidence EvidenceRow(const Value& in);

  Value root_;
  std::size_t evidence_ = 0;
  std::vector<tenure::Position> places_;
  std::optional<std::string> wrong_;
};

// The one result of an answer that has exactly one.
AnswerReader::Value OnlyResult(AnswerReader& in);
// A row of `what`, which is part of others, too.
AuthorityRow ReadAuthorityRow(AnswerReader& in, const AnswerReader::Value& value);

}  // namespace tenure::library
