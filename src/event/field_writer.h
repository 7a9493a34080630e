#pragma once
// A typed payload into JSON `data`. What is absent in the struct is left out. Not thread safe.
#include "event/clock.h"
#include "event/fields.h"
#include "event/json_writer.h"

namespace tenure::event {

class FieldWriter {
 public:
  explicit FieldWriter(JsonWriter& w) : w_(w) {}

  void Str(const char* n, const std::string& s, bool = false, Kind = kText) {
    if (!s.empty()) Text(n, s);
  }
  void OptStr(const char* n, const std::optional<std::string>& s) {
    if (s) Text(n, *s);
  }
  void NullStr(const char* n, const Settable<std::string>& s) { SetStr(n, s); }
  void SetStr(const char* n, const Settable<std::string>& s) {
    if (s.present) s.value ? Text(n, *s.value) : Null(n);
  }
  void SetTime(const char* n, const Settable<EffectiveTime>& t) {
    if (t.present) t.value ? Moment(n, *t.value) : Null(n);
  }
  void Time(const char* n, const OptionalTime& t) {
    if (t) Moment(n, *t);
  }
  void MustTime(const char* n, EffectiveTime t) {
    if (t != kAlways) Moment(n, t);
  }
  void Bool(const char* n, bool b) {
    if (b) w_.Key(n), w_.Bool(b);
  }
  void OptBool(const char* n, const std::optional<bool>& b) {
    if (b) w_.Key(n), w_.Bool(*b);
  }
  void Int(const char* n, std::int64_t i) { w_.Key(n), w_.Int(i); }
  void Json(const char* n, const std::string& s, bool) {
    if (!s.empty()) w_.Key(n), w_.Raw(s);
  }
  void Strs(const char* n, const std::vector<std::string>& v, Kind = kText) {
    if (v.empty()) return;
    w_.Key(n), w_.BeginArray();
    for (const auto& s : v) w_.String(s);
    w_.EndArray();
  }
  void UseOutcome(const char* n, Outcome o) {
    if (o != Outcome::kUnsaid) Text(n, o == Outcome::kAllowed ? "allowed" : "denied");
  }
  void Name(const char* n, const EventName& e) {
    w_.Key(n), w_.BeginObject();
    Text("source", e.source), Text("id", e.id);
    w_.EndObject();
  }
  void Scope(const char* n, ReviewScope& s) {
    w_.Key(n), w_.BeginObject();
    Fields(*this, s);
    w_.EndObject();
  }
  void DeadLetter(const DeadLetterResolved& e) {
    if (e.position.offset >= 0) {
      Text("topic", std::string(TopicName(e.position.topic)));
      Int("partition", e.position.partition), Int("offset", e.position.offset);
    }
    if (e.resolution != Resolution::kUnsaid) Text("resolution", e.resolution == Resolution::kReplaced ? "replaced" : "void");
    if (e.replaced_by) Name("replaced_by", *e.replaced_by);
  }
  void Permissions(const char* n, const std::vector<Permission>& v, bool required) {
    if (v.empty() && !required) return;
    w_.Key(n), w_.BeginArray();
    for (const auto& p : v) {
      w_.BeginObject();
      Text("effect", p.effect == Effect::kAllow ? "allow" : "deny");
      Strs(p.not_actions ? "not_actions" : "actions", p.actions);
      Strs(p.not_resources ? "not_resources" : "resources", p.resources);
      if (p.covers == Covers::kLiteral) Text("covers", "literal");
      Str("condition", p.condition);
      w_.EndObject();
    }
    w_.EndArray();
  }

 private:
  void Text(const char* n, const std::string& s) { w_.Key(n), w_.String(s); }
  void Moment(const char* n, EffectiveTime t) { Text(n, FormatTime(t.us)); }
  void Null(const char* n) { w_.Key(n), w_.Null(); }
  JsonWriter& w_;
};

}  // namespace tenure::event
