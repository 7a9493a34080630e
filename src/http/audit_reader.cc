#include "http/audit_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

#include "event/clock.h"
#include "event/json_writer.h"

namespace tenure::http {
namespace {

constexpr std::string_view kSuffix = ".ndjson";
constexpr std::int64_t kBlockBytes = 256 << 10, kLineBytesMax = 1 << 20;
constexpr std::size_t kDayLetters = 10;

bool IsDay(std::string_view text) {
  if (text.size() != kDayLetters) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  return true;
}

// The lines of a file from a place backwards. What stands behind the last line feed is being written, and is no line yet.
class LinesBackwards {
 public:
  LinesBackwards(const std::string& path, std::optional<std::int64_t> end)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), error_(fd_ < 0 ? errno : 0) {
    struct stat there{};
    if (fd_ < 0 || ::fstat(fd_, &there) != 0) return;
    begin_ = end ? std::min<std::int64_t>(*end, there.st_size) : there.st_size;
    skip_ = !end;
  }
  ~LinesBackwards() {
    if (fd_ >= 0) ::close(fd_);
  }
  LinesBackwards(const LinesBackwards&) = delete;
  LinesBackwards& operator=(const LinesBackwards&) = delete;

  int Error() const { return error_; }
  std::int64_t BytesRead() const { return read_; }
  // Where the line that was given last begins: a reader that is made with it goes on before that line.
  std::int64_t Place() const { return begin_ + static_cast<std::int64_t>(held_.size()); }

  std::optional<std::string> Next() {
    while (true) {
      // held_ ends with the line feed of the line to give, or with what is no line yet.
      const std::size_t body = held_.empty() ? 0 : held_.size() - (skip_ ? 0 : 1);
      const auto feed = held_.empty() || body == 0 ? std::string::npos : held_.rfind('\n', body - 1);
      if (feed != std::string::npos || (begin_ == 0 && !held_.empty())) {
        const std::size_t from = feed == std::string::npos ? 0 : feed + 1;
        std::string line = held_.substr(from, body - from);
        held_.resize(from);
        if (!std::exchange(skip_, false)) return line;
        continue;
      }
      if (begin_ == 0 || !ReadBlock()) return std::nullopt;
    }
  }

 private:
  bool ReadBlock() {
    const std::int64_t size = std::min(kBlockBytes, begin_);
    std::string block(static_cast<std::size_t>(size), '\0');
    if (::pread(fd_, block.data(), block.size(), begin_ - size) != size) {
      error_ = errno != 0 ? errno : EIO;
      return false;
    }
    begin_ -= size;
    read_ += size;
    if (static_cast<std::int64_t>(held_.size()) > kLineBytesMax) held_.assign(1, '\n');  // no line of ours: its end is dropped
    held_.insert(0, block);
    return true;
  }

  const int fd_;
  int error_;
  std::int64_t begin_ = 0, read_ = 0;  // of held_ in the file
  std::string held_;
  bool skip_ = false;
};

struct Place {
  std::string day;
  std::int64_t offset = 0;
};

Result<std::optional<Place>> ReadCursor(const std::string& cursor) {
  if (cursor.empty()) return std::optional<Place>();
  Place place{cursor.substr(0, kDayLetters), 0};
  const char* const end = cursor.data() + cursor.size();
  const char* const number = cursor.data() + std::min(cursor.size(), kDayLetters + 1);
  const auto [stop, error] = std::from_chars(number, end, place.offset);
  if (IsDay(place.day) && cursor.size() > kDayLetters && cursor[kDayLetters] == '@' && error == std::errc{} && stop == end &&
      place.offset >= 0)
    return std::optional(std::move(place));
  return Fail("cursor_malformed", "\"" + cursor + "\" is no cursor of the audit", "give the `next` of the page before",
              Blame::kCaller);
}

std::string MemberText(std::string_view name, const std::string& value) {
  std::string text = "\"" + std::string(name) + "\":";
  event::AppendJsonString(text, value);
  return text;
}

class Filter {
 public:
  explicit Filter(const AuditQuestion& question)
      : question_(question), who_(MemberText("who", question.who)), asked_(MemberText("question", question.question)) {}

  bool Takes(const std::string& line) const {  // before it is read, which costs much more
    return (question_.who.empty() || line.find(who_) != std::string::npos) &&
           (question_.question.empty() || line.find(asked_) != std::string::npos);
  }
  bool Takes(const event::JsonValue& json) const {
    const auto text = [&](const char* name) {
      const auto member = json.Get(name);
      return member ? member->AsString() : std::string();
    };
    if (!question_.who.empty() && text("who") != question_.who) return false;
    if (!question_.question.empty() && text("question") != question_.question) return false;
    if (!question_.from && !question_.to) return true;
    const auto time = event::ParseRfc3339(text("time"));
    return time && (!question_.from || *time >= *question_.from) && (!question_.to || *time < *question_.to);
  }
  // Whether a day can hold anything.
  bool TakesDay(const std::string& day) const {
    return (!question_.from || day >= event::FormatTime(question_.from->us).substr(0, kDayLetters)) &&
           (!question_.to || day <= event::FormatTime(question_.to->us).substr(0, kDayLetters));
  }

 private:
  const AuditQuestion& question_;
  const std::string who_, asked_;
};

// Adds a line to the answer. False: the page is full, and the line is the next page's.
bool Take(std::string line, const Filter& filter, std::int64_t limit, AuditAnswer& answer) {
  if (line.empty() || !filter.Takes(line)) return true;
  auto json = event::JsonValue::Parse(line);
  if (!json || !json->IsObject()) {
    ++answer.unreadable;
    return true;
  }
  if (!filter.Takes(*json)) return true;
  if (static_cast<std::int64_t>(answer.rows.size()) == limit) return false;
  answer.rows.push_back({std::move(line), std::move(*json)});
  return true;
}

}  // namespace

std::string AuditFile(const std::string& directory, const std::string& day) {
  return directory + "/" + day + std::string(kSuffix);
}

std::vector<std::string> AuditDays(const std::string& directory) {
  std::vector<std::string> days;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ec)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(kSuffix) && IsDay(std::string_view(name).substr(0, name.size() - kSuffix.size())))
      days.push_back(name.substr(0, kDayLetters));
  }
  std::sort(days.begin(), days.end());
  return days;
}

Result<AuditAnswer> ReadAudit(const std::string& directory, const AuditQuestion& question) {
  if (question.from && question.to && *question.to <= *question.from)
    return Fail("when_empty", "from is not before to", "give an earlier from, or a later to", Blame::kCaller);
  auto place = ReadCursor(question.cursor);
  if (!place) return tl::unexpected<Error>(place.error());
  if (::access(directory.c_str(), R_OK | X_OK) != 0 && errno != ENOENT)
    return Fail("audit_not_readable", directory + ": " + std::strerror(errno),
                "ask as the user whom the data directory belongs to", Blame::kFault);
  AuditAnswer answer;
  const Filter filter(question);
  std::int64_t bytes = 0, seen = 0;
  auto days = AuditDays(directory);
  std::reverse(days.begin(), days.end());
  for (const std::string& day : days) {
    if (!filter.TakesDay(day) || (*place && day > (*place)->day)) continue;
    const bool here = *place && day == (*place)->day;
    LinesBackwards lines(AuditFile(directory, day), here ? std::optional((*place)->offset) : std::nullopt);
    while (auto line = lines.Next()) {
      const std::int64_t after = lines.Place() + static_cast<std::int64_t>(line->size()) + 1;
      const bool enough = seen > 0 && bytes + lines.BytesRead() > question.bytes_max;
      if (!enough && Take(std::move(*line), filter, question.limit, answer)) {
        ++seen;
        continue;
      }
      answer.next = day + "@" + std::to_string(after);
      return answer;
    }
    if (lines.Error() != 0 && lines.Error() != ENOENT)
      return Fail("audit_not_readable", AuditFile(directory, day) + ": " + std::strerror(lines.Error()),
                  "ask as the user whom the data directory belongs to", Blame::kFault);
    bytes += lines.BytesRead();
  }
  return answer;
}

std::string ToJson(const AuditAnswer& answer) {
  event::JsonWriter w;
  w.BeginObject();
  w.Key("question");
  w.String("audit");
  w.Key("results");
  w.BeginArray();
  for (const AuditRow& row : answer.rows) w.Raw(row.line);
  w.EndArray();
  w.Key("unreadable");
  w.Int(answer.unreadable);
  w.Key("next");
  if (answer.next.empty()) w.Null();
  else w.String(answer.next);
  w.EndObject();
  return w.Take();
}

}  // namespace tenure::http
