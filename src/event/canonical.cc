#include "event/canonical.h"

#include <algorithm>
#include <charconv>
#include <cmath>

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
  const int exponent = std::atoi(p + 1);
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

// Keys sort by UTF-16 code units: as bytes do, but that what lies above the BMP (lead byte F0..) comes before U+E000..U+FFFF.
bool KeyLess(std::string_view a, std::string_view b) {
  const auto [pa, pb] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (pa == a.end() || pb == b.end()) return a.size() < b.size();
  const auto ua = static_cast<unsigned char>(*pa), ub = static_cast<unsigned char>(*pb);
  if (ua >= 0xee && ub >= 0xee && (ua >= 0xf0) != (ub >= 0xf0)) return ua >= 0xf0;
  return ua < ub;
}

bool AppendArray(std::string& out, simdjson::dom::array array, int depth) {
  out.push_back('[');
  bool first = true;
  for (const auto item : array) {
    if (!first) out.push_back(',');
    first = false;
    if (!AppendCanonical(out, item, depth + 1)) return false;
  }
  out.push_back(']');
  return true;
}

}  // namespace

bool AppendCanonical(std::string& out, simdjson::dom::object object, int depth) {
  std::vector<simdjson::dom::key_value_pair> members;
  for (const auto member : object) members.push_back(member);
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return KeyLess(a.key, b.key); });
  out.push_back('{');
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out.push_back(',');
    AppendJsonString(out, members[i].key);
    out.push_back(':');
    if (!AppendCanonical(out, members[i].value, depth + 1)) return false;
  }
  out.push_back('}');
  return true;
}

bool AppendCanonical(std::string& out, simdjson::dom::element value, int depth) {
  if (depth > kJsonDepthMax) return false;
  switch (value.type()) {
    case element_type::OBJECT: return AppendCanonical(out, value.get_object().value_unsafe(), depth);
    case element_type::ARRAY: return AppendArray(out, value.get_array().value_unsafe(), depth);
    case element_type::STRING: AppendJsonString(out, value.get_string().value_unsafe()); return true;
    case element_type::BOOL: out += value.get_bool().value_unsafe() ? "true" : "false"; return true;
    case element_type::NULL_VALUE: out += "null"; return true;
    case element_type::INT64: AppendNumber(out, static_cast<double>(value.get_int64().value_unsafe())); return true;
    case element_type::UINT64: AppendNumber(out, static_cast<double>(value.get_uint64().value_unsafe())); return true;
    case element_type::DOUBLE: {
      const double d = value.get_double().value_unsafe();
      if (!std::isfinite(d)) return false;
      AppendNumber(out, d);
      return true;
    }
  }
  return false;
}

}  // namespace tenure::event
