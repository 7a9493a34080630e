#include "http/rights_json.h"

#include <algorithm>

#include "event/codec.h"

namespace tenure::http {
namespace {

constexpr std::size_t kNameBytesMax = 128;

tl::unexpected<Error> Malformed(const std::string& reason, const std::string& hint = {}) {
  return Fail("rights_malformed", reason, hint, Blame::kCaller);
}

// Each item of a list of strings, told to `take`, which says whether it knows it.
template <class Take>
Status ReadList(const std::string& name, const event::JsonValue& value, const std::string& hint, Take&& take) {
  if (!value.IsArray()) return Malformed("\"" + name + "\" is no list", hint);
  for (const event::JsonValue& item : value.Items())
    if (!item.IsString() || !take(item.AsString()))
      return Malformed("\"" + name + "\" holds " + (item.IsString() ? "\"" + item.AsString() + "\"" : "what is no string"), hint);
  return {};
}

template <class Insert>
bool Known(const auto& found, Insert&& insert) {
  if (found) insert(*found);
  return found.has_value();
}

template <class List, class NameOfOne>
void WriteList(event::JsonWriter& w, std::string_view name, const List& list, NameOfOne&& name_of) {
  w.Key(name);
  w.BeginArray();
  for (const auto& one : list) w.String(name_of(one));
  w.EndArray();
}

template <class List, class NameOfOne>
std::string Joined(const List& list, NameOfOne&& name_of) {
  std::string text;
  for (const auto& one : list) text += (text.empty() ? "" : ", ") + std::string(name_of(one));
  return text;
}

std::string_view Itself(const std::string& text) { return text; }

}  // namespace

Result<bool> ReadRightsMember(const std::string& name, const event::JsonValue& value, Rights& rights) {
  Status read;
  if (name == "scopes") {
    read = ReadList(name, value, "scopes are ask, history, events, govern, operate", [&](const std::string& text) {
      return Known(ScopeFromName(text), [&](Scope scope) { rights.scopes.insert(scope); });
    });
  } else if (name == "planes") {
    read = ReadList(name, value, "planes are identity, access, governance, usage", [&](const std::string& text) {
      return Known(PlaneFromName(text), [&](Topic plane) { rights.planes.insert(plane); });
    });
  } else if (name == "sources") {
    read = ReadList(name, value, "sources are those of events, as they write them", [&](const std::string& text) {
      if (!text.empty()) rights.sources.insert(text);
      return !text.empty();
    });
  } else if (name == "rate_per_second") {
    const auto rate = value.AsInt();
    if (!rate || *rate < 1 || *rate > kRateMost)
      return Malformed("\"rate_per_second\" is " + value.Dump(), "give a whole number from 1 to " + std::to_string(kRateMost));
    rights.rate_per_second = *rate;
  } else {
    return false;
  }
  if (!read) return tl::unexpected<Error>(read.error());
  return true;
}

void WriteRightsMembers(event::JsonWriter& w, const Rights& rights) {
  WriteList(w, "scopes", rights.scopes, NameOf);
  WriteList(w, "planes", rights.planes, PlaneName);
  WriteList(w, "sources", rights.sources, Itself);
  if (rights.rate_per_second == 0) return;
  w.Key("rate_per_second");
  w.Int(rights.rate_per_second);
}

Status CheckRights(const Rights& rights) {
  if (rights.planes.empty() != rights.sources.empty())
    return Malformed(rights.planes.empty() ? "sources are given and no plane" : "planes are given and no source",
                     "appending is allowed for planes and for sources: give both");
  if (rights.scopes.empty() && rights.planes.empty())
    return Malformed("nothing is allowed", "give scopes, or planes and sources");
  return {};
}

bool IsCallerName(std::string_view name) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !name.empty() && name.size() <= kNameBytesMax && name.front() != ' ' && name.back() != ' ' && event::IsUtf8(name) &&
         std::none_of(name.begin(), name.end(), control);
}

std::string DescribeRights(const Rights& rights) {
  std::string text = Joined(rights.scopes, NameOf);
  if (!rights.planes.empty())
    text +=
        (text.empty() ? "" : "; ") + ("append to " + Joined(rights.planes, PlaneName)) + " for " + Joined(rights.sources, Itself);
  return text;
}

}  // namespace tenure::http
