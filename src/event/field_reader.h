#pragma once
// JSON `data` into a typed payload: the strict half of decoding. Not thread safe.
#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/canonical.h"
#include "event/few.h"
#include "event/fields.h"
#include "tenure/result.h"

namespace tenure::event {

// One object's members, each taken once; what is left over at the end is unknown. The first problem is kept, the rest is skipped.
class FieldReader {
 public:
  // Refuses duplicate members.
  explicit FieldReader(simdjson::dom::object object);

  void Str(const char* name, std::string& to, bool required = false, Kind kind = kText);
  void OptStr(const char* name, std::optional<std::string>& to);
  void NullStr(const char* name, Settable<std::string>& to);  // required, null = nobody
  void SetStr(const char* name, Settable<std::string>& to);
  void SetTime(const char* name, Settable<EffectiveTime>& to);
  void Time(const char* name, OptionalTime& to);
  void MustTime(const char* name, EffectiveTime& to);
  void Bool(const char* name, bool& to);
  void OptBool(const char* name, std::optional<bool>& to);
  void Int(const char* name, std::int64_t& to);
  void Json(const char* name, std::string& to, bool null_clears);
  void Strs(const char* name, std::vector<std::string>& to, Kind kind = kText);
  void UseOutcome(const char* name, Outcome& to);
  void Name(const char* name, EventName& to);
  void Scope(const char* name, ReviewScope& to);
  void DeadLetter(DeadLetterResolved& to);
  void Permissions(const char* name, std::vector<Permission>& to, bool required);

  bool Has(const char* name) const;
  void Refuse(std::string code, std::string reason, std::string hint);
  // After the last field: leftovers that are not x_ are refused, with the nearest known name.
  Status Done();

 private:
  struct Member {
    std::string_view key;
    simdjson::dom::element value;
    bool taken;
  };
  const simdjson::dom::element* Take(const char* name);
  const simdjson::dom::element* TakeSet(const char* name, bool required);  // refuses null
  bool Text(const char* name, simdjson::dom::element value, std::string& to, Kind kind);
  bool Moment(const char* name, simdjson::dom::element value, EffectiveTime& to);
  void CheckText(const char* name, const std::string& text, Kind kind);
  void Type(const char* name, const char* wanted);
  void Fault(const char* name, CanonicalFault fault);
  void Patterns(const char* plain, const char* negated, bool& is_negated, std::vector<std::string>& to);
  Permission OnePermission();

  Few<Member, 16> members_;
  Few<const char*, 24> known_;  // the names that were asked for
  std::optional<Error> problem_;
};

}  // namespace tenure::event
