#include "connect/record_scanner.h"

#include <array>

namespace tenure::connect {
namespace {

constexpr std::string_view kWrapperKey = "Records";
constexpr std::size_t kKeyBytesKept = 16;  // enough to tell the wrapper's key from others

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Bytes at which something may change.
constexpr std::array<bool, 256> TableOf(std::string_view bytes) {
  std::array<bool, 256> table{};
  for (const char c : bytes) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr auto kMattersOutside = TableOf("\"{}[]:,\n"), kMattersInString = TableOf("\"\\"),
               kMattersInLineString = TableOf("\"\\\n");

bool IsByteOrderMark(char c) { return c == '\xEF' || c == '\xBB' || c == '\xBF'; }

}  // namespace

Status RecordScanner::Feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t run = place_ == Place::kRecord ? RunLength(bytes) : 0;
    if (run > 0) {
      Keep(bytes.substr(0, run));
      line_began_ = false;
      bytes.remove_prefix(run);
      continue;
    }
    if (auto ok = Step(bytes.front()); !ok) return ok;
    bytes.remove_prefix(1);
  }
  return {};
}

// How many bytes at the front only have to be kept: most of a record is the inside of its strings.
std::size_t RecordScanner::RunLength(std::string_view bytes) const {
  if (escaped_ || (in_string_ && MayBeKey())) return 0;
  const auto& matters = !in_string_ ? kMattersOutside : from_list_ ? kMattersInString : kMattersInLineString;
  std::size_t run = 0;
  while (run < bytes.size() && !matters[static_cast<unsigned char>(bytes[run])]) ++run;
  return run;
}

void RecordScanner::Finish() {
  const bool whole = place_ == Place::kTop || place_ == Place::kBadLine;
  if (!whole) {
    const std::string where = place_ == Place::kRecord ? "in the middle of record " + std::to_string(number_ + 1)
                                                       : "in its list, after record " + std::to_string(number_);
    Refuse("file_truncated", "the file ends " + where, "fetch the file again; the records before are taken");
  }
  place_ = Place::kTop;
}

Status RecordScanner::Step(char c) {
  switch (place_) {
    case Place::kRecord:
      return InRecord(c);
    case Place::kTop:
      AtTop(c);
      break;
    case Place::kElements:
      InElements(c);
      break;
    case Place::kOddValue:
      OddValue(c);
      break;
    case Place::kAfterList:
      AfterList(c);
      break;
    case Place::kBadLine:
      if (c == '\n') place_ = Place::kTop;
      break;
  }
  return {};
}

void RecordScanner::AtTop(char c) {
  if (IsSpace(c) || c == ',' || c == '\x1E' || (number_ == 0 && IsByteOrderMark(c))) return;
  if (c == '{') return Begin(false);
  if (c == '[') {
    in_wrapper_ = false;
    place_ = Place::kElements;
    return;
  }
  Refuse("json_malformed", std::string("there is no record where one should begin, but the byte '") + c + "'",
         "CloudTrail files are JSON: {\"Records\":[…]}, an array of records, or one record a line");
  place_ = Place::kBadLine;
}

void RecordScanner::InElements(char c) {
  if (IsSpace(c) || c == ',') return;
  if (c == '{') return Begin(true);
  if (c == ']') {
    depth_ = 1;
    in_string_ = escaped_ = false;
    place_ = in_wrapper_ ? Place::kAfterList : Place::kTop;
    return;
  }
  Refuse("record_not_object", "an element of the list is no JSON object", "");
  depth_ = 0;
  in_string_ = escaped_ = false;
  place_ = Place::kOddValue;
  OddValue(c);
}

void RecordScanner::Begin(bool from_list) {
  place_ = Place::kRecord;
  from_list_ = from_list;
  in_string_ = escaped_ = line_began_ = false;
  depth_ = 1;
  record_bytes_ = 0;
  record_.clear();
  key_.clear();
  value_of_.clear();
  Keep("{");
}

// A line's end inside a string, or an object that begins a line inside an unfinished one, shows that a line of JSON Lines was cut.
Status RecordScanner::InRecord(char c) {
  if (!from_list_) {
    if (c == '\n' && in_string_) {
      RefuseBrokenLine();
      place_ = Place::kTop;
      return {};
    }
    if (c == '{' && line_began_ && value_of_.empty()) {
      RefuseBrokenLine();
      Begin(false);
      return {};
    }
    line_began_ = c == '\n';
  }
  Keep({&c, 1});
  if (in_string_) {
    if (MayBeKey() && c != '"') key_ += c;
    InString(c);
    return {};
  }
  return InNested(c);
}

Status RecordScanner::InNested(char c) {
  switch (c) {
    case '"':
      in_string_ = true;
      key_.clear();
      return {};
    case '{':
      ++depth_;
      return {};
    case '[':
      if (depth_ == 1 && !from_list_ && value_of_ == kWrapperKey) {
        in_wrapper_ = true;
        place_ = Place::kElements;
        return {};
      }
      ++depth_;
      return {};
    case '}':
    case ']':
      return --depth_ == 0 ? EndRecord() : Status{};
    default:
      NoteKey(c);
      return {};
  }
}

void RecordScanner::NoteKey(char c) {
  if (depth_ != 1 || from_list_) return;
  if (c == ':') value_of_ = key_;
  if (c == ',') value_of_.clear();
}

Status RecordScanner::EndRecord() {
  place_ = from_list_ ? Place::kElements : Place::kTop;
  if (record_bytes_ > record_bytes_max_) {
    Refuse("record_too_large",
           "the record has " + std::to_string(record_bytes_) + " bytes, the limit is " + std::to_string(record_bytes_max_), "");
    return {};
  }
  ++number_;
  return on_record_(number_, record_);
}

void RecordScanner::OddValue(char c) {
  if (InString(c)) return;
  if (c == '{' || c == '[') ++depth_;
  if (c == '}' || c == ']') --depth_;
  if (depth_ > 0) return;
  if (depth_ < 0) {
    place_ = Place::kElements;
    return InElements(']');
  }
  if (c == ',') place_ = Place::kElements;
}

void RecordScanner::AfterList(char c) {
  if (InString(c)) return;
  if (c == '{' || c == '[') ++depth_;
  if (c == '}' || c == ']') --depth_;
  if (depth_ == 0) place_ = Place::kTop;
}

// Takes the byte if it belongs to a string, its quotes included.
bool RecordScanner::InString(char c) {
  if (!in_string_) return in_string_ = c == '"';
  if (escaped_) escaped_ = false;
  else if (c == '\\') escaped_ = true;
  else if (c == '"') in_string_ = false;
  return true;
}

void RecordScanner::Keep(std::string_view bytes) {
  record_bytes_ += bytes.size();
  if (record_bytes_ <= record_bytes_max_) record_ += bytes;
  else record_.clear();
}

bool RecordScanner::MayBeKey() const { return !from_list_ && depth_ == 1 && key_.size() < kKeyBytesKept; }

void RecordScanner::RefuseBrokenLine() {
  Refuse("json_malformed", "the record ends before its closing brace", "the lines before and after it are taken");
}

void RecordScanner::Refuse(const char* code, std::string reason, std::string hint) {
  ++number_;
  on_refused_(number_, Error{code, std::move(reason), std::move(hint), Blame::kInput});
}

}  // namespace tenure::connect
