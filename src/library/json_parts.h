#pragma once
// The parts of which answers' JSON is made. Each writes one member of the object that is open in the writer.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/json_writer.h"
#include "tenure/answer.h"

namespace tenure::library {

using event::JsonWriter;

void Member(JsonWriter& w, std::string_view name, std::string_view value);
void Member(JsonWriter& w, std::string_view name, std::int64_t value);
void MemberBool(JsonWriter& w, std::string_view name, bool value);
void MemberOrNull(JsonWriter& w, std::string_view name, std::string_view value);  // empty = null
void MemberOptional(JsonWriter& w, std::string_view name, const std::optional<std::string>& value);
void MemberTime(JsonWriter& w, std::string_view name, std::int64_t us);
void MemberTime(JsonWriter& w, std::string_view name, const OptionalTime& time);  // absent or unbounded = null
void MemberRaw(JsonWriter& w, std::string_view name, std::string_view json);      // JSON text as it is
void Member(JsonWriter& w, std::string_view name, const std::vector<std::string>& values);
void Member(JsonWriter& w, std::string_view name, const std::vector<Interval>& intervals);  // [{from,until}]
void Member(JsonWriter& w, std::string_view name, const EvidenceIndex& evidence);
void Member(JsonWriter& w, std::string_view name, const std::vector<PathStep>& path);
void MemberPosition(JsonWriter& w, const Position& position);  // topic, partition, offset
void MemberError(JsonWriter& w, const Error& error);           // code, reason, hint

void WriteAuthorityRow(JsonWriter& w, const AuthorityRow& row);  // its members

std::string_view EffectName(RowEffect effect);
std::string_view DecisionName(Decision decision);

// {"question":…,…,"before_record":… — what stands before `results`. `asked` writes the question's own arguments after subject.
// A brief answer says so, and has no taints.
enum class Detail : std::uint8_t { kFull, kBrief };
using Arguments = std::vector<std::pair<std::string_view, std::string_view>>;
Arguments ArgumentsOf(const WhoQuestion& asked);
void OpenAnswer(JsonWriter& w, const AnswerHead& head, const Arguments& asked = {}, Detail detail = Detail::kFull);
// "evidence":[…],"next":…}
void CloseAnswer(JsonWriter& w, const AnswerHead& head);

// Where the events of a brief answer stand, each once; rows point at them by index.
class Places {
 public:
  void Index(JsonWriter& w, const std::vector<Position>& evidence);  // a row's member `evidence`
  void CloseAnswer(JsonWriter& w, const AnswerHead& head) const;

 private:
  std::vector<Position> all_;
  std::map<Position, std::int64_t> index_;
};

// "name":[ each row ]
template <class All, class F>
void Rows(JsonWriter& w, std::string_view name, const All& rows, F&& write) {
  w.Key(name);
  w.BeginArray();
  for (const auto& row : rows) {
    w.BeginObject();
    write(row);
    w.EndObject();
  }
  w.EndArray();
}
template <class All, class F>
void Results(JsonWriter& w, const All& rows, F&& write) {
  Rows(w, "results", rows, std::forward<F>(write));
}

}  // namespace tenure::library
