#include "event/canonical.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "event/few.h"
#include "event/json_writer.h"

namespace tenure::event {
namespace {

using simdjson::dom::element_type;

// ECMAScript Number::toString: shortest digits that read back, exponent form outside [1e-6, 1e21).
void AppendNumber(std::string& out, double d) {
  if (d == 0) {
    out.push_back('0');  // -0 too
    return;
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, std::fabs(d), std::chars_format::scientific).ptr;
  std::string mantissa;
  const char* p = digits;
  for (; p < end && *p != 'e'; ++p)
    if (*p != '.') mantissa.push_back(*p);
  int exponent = 0;  // from_chars takes no '+'; to_chars ends without a NUL, so nothing may read past `end`
  std::from_chars(p + (p[1] == '+' ? 2 : 1), end, exponent);
  while (mantissa.size() > 1 && mantissa.back() == '0') mantissa.pop_back();
  const int k = static_cast<int>(mantissa.size()), n = exponent + 1;
  if (d < 0) out.push_back('-');
  if (k <= n && n <= 21) {
    out += mantissa + std::string(static_cast<std::size_t>(n - k), '0');
  } else if (0 < n && n <= 21) {
    out += mantissa.substr(0, static_cast<std::size_t>(n)) + "." + mantissa.substr(static_cast<std::size_t>(n));
  } else if (-6 < n && n <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-n), '0') + mantissa;
  } else {
    out.push_back(mantissa[0]);
    if (k > 1) out += "." + mantissa.substr(1);
    out += "e";
    out += n - 1 < 0 ? "-" : "+";
    out += std::to_string(std::abs(n - 1));
  }
}

// Integers that a double holds exactly are their own shortest text.
void AppendInteger(std::string& out, std::int64_t n) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (-kExact <= n && n <= kExact) out += std::to_string(n);
  else AppendNumber(out, static_cast<double>(n));
}

// Keys sort by UTF-16 code units: as bytes do, but that what lies above the BMP (lead byte F0..) comes before U+E000..U+FFFF.
bool KeyLess(std::string_view a, std::string_view b) {
  const auto [pa, pb] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (pa == a.end() || pb == b.end()) return a.size() < b.size();
  const auto ua = static_cast<unsigned char>(*pa), ub = static_cast<unsigned char>(*pb);
  if (ua >= 0xee && ub >= 0xee && (ua >= 0xf0) != (ub >= 0xf0)) return ua >= 0xf0;
  return ua < ub;
}

class Canonical {
 public:
  Canonical(std::string& out, bool first_counts) : out_(out), first_counts_(first_counts) {}

  CanonicalFault Value(simdjson::dom::element value, int depth) {
    switch (value.type()) {
      case element_type::OBJECT:
        return Object(value.get_object().value_unsafe(), depth);
      case element_type::ARRAY:
        return Array(value.get_array().value_unsafe(), depth);
      case element_type::STRING:
        AppendJsonString(out_, value.get_string().value_unsafe());
        break;
      case element_type::BOOL:
        out_ += value.get_bool().value_unsafe() ? "true" : "false";
        break;
      case element_type::NULL_VALUE:
        out_ += "null";
        break;
      case element_type::INT64:
        AppendInteger(out_, value.get_int64().value_unsafe());
        break;
      case element_type::UINT64:
        AppendNumber(out_, static_cast<double>(value.get_uint64().value_unsafe()));
        break;
      case element_type::DOUBLE:
        AppendNumber(out_, value.get_double().value_unsafe());
        break;
    }
    return CanonicalFault::kNone;
  }

  CanonicalFault Object(simdjson::dom::object object, int depth) {
    if (depth == kJsonDepthMax) return CanonicalFault::kTooDeep;
    struct Member {
      std::string_view key;
      simdjson::dom::element value;
      std::size_t at;  // of two of one name the first comes first
    };
    Few<Member, 16> members;
    for (const auto member : object) members.push_back({member.key, member.value, members.size()});
    std::sort(members.begin(), members.end(),
              [](const Member& a, const Member& b) { return a.key == b.key ? a.at < b.at : KeyLess(a.key, b.key); });
    out_.push_back('{');
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0 && members[i].key == members[i - 1].key) {
        if (first_counts_) continue;
        return CanonicalFault::kMemberTwice;
      }
      if (i > 0) out_.push_back(',');
      AppendJsonString(out_, members[i].key);
      out_.push_back(':');
      if (const auto fault = Value(members[i].value, depth + 1); fault != CanonicalFault::kNone) return fault;
    }
    out_.push_back('}');
    return CanonicalFault::kNone;
  }

 private:
  CanonicalFault Array(simdjson::dom::array array, int depth) {
    if (depth == kJsonDepthMax) return CanonicalFault::kTooDeep;
    out_.push_back('[');
    bool first = true;
    for (const auto item : array) {
      if (!first) out_.push_back(',');
      first = false;
      if (const auto fault = Value(item, depth + 1); fault != CanonicalFault::kNone) return fault;
    }
    out_.push_back(']');
    return CanonicalFault::kNone;
  }

  std::string& out_;
  bool first_counts_;
};

}  // namespace

CanonicalFault AppendCanonical(std::string& out, simdjson::dom::element value) { return Canonical(out, false).Value(value, 0); }
CanonicalFault AppendCanonical(std::string& out, simdjson::dom::object object) { return Canonical(out, false).Object(object, 0); }
bool AppendCanonicalFirst(std::string& out, simdjson::dom::element value) {
  return Canonical(out, true).Value(value, 0) == CanonicalFault::kNone;
}

}  // namespace tenure::event
