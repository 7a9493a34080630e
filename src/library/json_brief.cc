// Brief answers: of check, what, who and identities.
#include "library/json.h"
#include "library/json_parts.h"

namespace tenure::library {
namespace {

constexpr std::size_t kCheckBytes = 1024;

}  // namespace

std::string ToJson(const BriefCheckAnswer& answer) {
  JsonWriter w(kCheckBytes);
  OpenAnswer(w, answer.head, {{"action", answer.action}, {"resource", answer.resource}}, Detail::kBrief);
  Places places;
  w.Key("results");
  w.BeginArray();
  w.BeginObject();
  Member(w, "decision", DecisionName(answer.decision));
  places.Index(w, answer.evidence);
  w.EndObject();
  w.EndArray();
  places.CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const BriefWhatAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head, {}, Detail::kBrief);
  Places places;
  Results(w, answer.rows, [&](const BriefAuthorityRow& row) {
    MemberOrNull(w, "role", row.role);
    Member(w, "scope", row.scope);
    Member(w, "effect", EffectName(row.effect));
    Member(w, "grant", row.grant);
    Member(w, "granted_to", row.granted_to);
    Member(w, "status", StatusName(row.status));
    Member(w, "granted", std::vector<Interval>{row.granted});
    places.Index(w, row.evidence);
  });
  places.CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const BriefWhoAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head, ArgumentsOf(answer.asked), Detail::kBrief);
  Places places;
  Results(w, answer.rows, [&](const BriefHolder& row) {
    Member(w, "principal", row.principal);
    Member(w, "status", StatusName(row.status));
    places.Index(w, row.evidence);
  });
  places.CloseAnswer(w, answer.head);
  return w.Take();
}

std::string ToJson(const BriefIdentitiesAnswer& answer) {
  JsonWriter w;
  OpenAnswer(w, answer.head, {}, Detail::kBrief);
  Member(w, "total", answer.total);
  Places places;
  Results(w, answer.rows, [&](const BriefIdentity& row) {
    Member(w, "ref", row.ref);
    places.Index(w, row.evidence);
  });
  places.CloseAnswer(w, answer.head);
  return w.Take();
}

}  // namespace tenure::library
