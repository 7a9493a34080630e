#pragma once
// Three-valued logic, as a pair: what must hold and what may hold, must implying may. Plain values.

namespace tenure::reference {

enum class Tri { kNo, kMaybe, kYes };

struct Truth {
  bool must = false, may = false;
  friend bool operator==(const Truth&, const Truth&) = default;
};
inline constexpr Truth kNo{false, false}, kMaybe{false, true}, kYes{true, true};

inline Truth When(bool fact) { return {fact, fact}; }
inline Truth operator&&(Truth a, Truth b) { return {a.must && b.must, a.may && b.may}; }
inline Truth operator||(Truth a, Truth b) { return {a.must || b.must, a.may || b.may}; }
// allow \ deny: must = allow.must \ deny.may, may = allow.may \ deny.must.
inline Truth Without(Truth allow, Truth deny) { return {allow.must && !deny.may, allow.may && !deny.must}; }
inline Truth Doubted(Truth a) { return {false, a.may}; }
inline Tri ToTri(Truth a) { return a.must ? Tri::kYes : a.may ? Tri::kMaybe : Tri::kNo; }

}  // namespace tenure::reference
