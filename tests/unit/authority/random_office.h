#pragma once
// Random small organisations over the fake view: groups in circles, denies, conditions, assumptions, statuses, windows, taints.
#include <random>

#include "unit/authority/fake_view.h"

namespace tenure::authority::test {

using history::IdentityStatus;

// A random organisation: groups in circles, denies, conditions, assumptions, statuses, windows.
class RandomOffice : public FakeView {
 public:
  explicit RandomOffice(unsigned seed) : random_(seed) {
    for (int i = 0; i < 6; ++i) AddIdentity("user:u" + std::to_string(i));
    for (int i = 0; i < 5; ++i) AddIdentity("group:g" + std::to_string(i));
    for (int i = 0; i < 3; ++i)
      Role("role:r" + std::to_string(i), {Some(), Some()}, {kAlways, At(20)})
          .Role("role:r" + std::to_string(i), {Some()}, Since(20));
    for (int i = 0; i < 8; ++i) Member(Any(), "group:g" + std::to_string(Below(5)), SomeSpan());
    for (int i = 0; i < 8; ++i) {
      const std::string name = "g" + std::to_string(i);
      auto& grant = Below(3) == 0 ? Inline(name, Any(), {Some()}, SomeSpan())
                                  : Grant(name, Any(), "role:r" + std::to_string(Below(4)), SomeSpan());
      if (Below(6) == 0) grant.terms.condition = "c";
      if (Below(4) == 0) grant.terms.scope = Below(2) ? "bucket:a" : "user:*";
      if (Below(6) == 0) grant.terms.kind = "delegated", grant.terms.delegator = "user:u0";
    }
    if (Below(2) == 0) return;
    Taint(Below(2) ? Topic::kIdentity : Topic::kAccess, Below(8) == 0 ? "" : Any(), SomeSpan());
    if (Below(2) == 0) Taint(Topic::kAccess, "role:r" + std::to_string(Below(4)), SomeSpan());
  }
  // Every identity that a question may be about, groups left out.
  static std::vector<std::string> Subjects() {
    return {"everyone:*", "external:x", "user:u0", "user:u1", "user:u2", "user:u3", "user:u4", "user:u5"};
  }

 private:
  int Below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  Interval SomeSpan() {
    const int from = Below(30);
    return Below(3) == 0 ? Since(from) : Span(from, from + 1 + Below(20));
  }
  std::string Any() {
    const int n = Below(13);
    return n < 6     ? "user:u" + std::to_string(n)
           : n < 11  ? "group:g" + std::to_string(n - 6)
           : n == 11 ? "everyone:*"
                     : "external:x";
  }
  void AddIdentity(const std::string& ref) {
    const int cut = Below(40);
    Status(ref, {kAlways, At(cut)}, IdentityStatus::kActive, Below(8) == 0);
    Status(ref, Since(cut),
           Below(3)   ? IdentityStatus::kActive
           : Below(2) ? IdentityStatus::kSuspended
                      : IdentityStatus::kUnrecorded);
  }
  Permission Some() {
    Permission p = Below(3) == 0 ? Deny({Below(2) ? "*" : "read"}, {"*"})
                                 : Allow({Below(2) ? "read" : "assume"}, {Below(2) ? "*" : "user:u" + std::to_string(Below(6))});
    if (p.effect == Effect::kAllow && p.actions[0] == "read") p.resources = {"bucket:*"};
    if (Below(6) == 0) p.condition = "c";
    return p;
  }
  std::mt19937 random_;
};

}  // namespace tenure::authority::test
