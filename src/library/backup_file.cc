#include "library/backup_file.h"

#include "event/clock.h"
#include "event/codec.h"
#include "event/json_reader.h"
#include "event/running_hash.h"
#include "library/json_parts.h"

namespace tenure::library {
namespace {

// The hash covers the bytes of the member "backup" as they are written, so a reader first takes these apart, then reads them.
constexpr std::string_view kBefore = R"({"backup":)", kBetween = R"(,"sha256":")", kAfter = "\"}\n";
constexpr std::size_t kHexBytes = 64;

tl::unexpected<Error> Damaged(const std::string& reason) {
  return Fail("backup_damaged", std::string(kBackupFile) + " is not as it was written: " + reason, "take another backup",
              Blame::kFault);
}

Result<std::string_view> Body(std::string_view text) {
  const std::size_t around = kBefore.size() + kBetween.size() + kHexBytes + kAfter.size();
  if (text.size() < around || text.substr(0, kBefore.size()) != kBefore || text.substr(text.size() - kAfter.size()) != kAfter)
    return Damaged("it is cut off or something else");
  const std::string_view body = text.substr(kBefore.size(), text.size() - around);
  const std::string_view rest = text.substr(kBefore.size() + body.size());
  const std::string_view hash = rest.substr(kBetween.size(), kHexBytes);
  if (rest.substr(0, kBetween.size()) != kBetween || hash != event::HexOf(event::Sha256(body)))
    return Damaged("its hash is another");
  return body;
}

void WriteEnd(event::JsonWriter& w, const BackupContent& content) {
  w.Key("end");
  w.BeginArray();
  for (const auto& [where, next] : content.end) {
    w.BeginObject();
    Member(w, "topic", TopicName(where.topic));
    Member(w, "partition", std::int64_t{where.partition});
    Member(w, "next", next);
    w.EndObject();
  }
  w.EndArray();
}

void WriteFiles(event::JsonWriter& w, const std::vector<BackedUpFile>& files) {
  w.Key("files");
  w.BeginArray();
  for (const BackedUpFile& file : files) {
    w.BeginObject();
    Member(w, "path", file.path);
    Member(w, "bytes", file.bytes);
    Member(w, "sha256", file.sha256);
    w.EndObject();
  }
  w.EndArray();
}

std::string Text(const event::JsonValue& object, std::string_view name) {
  const auto member = object.Get(name);
  return member ? member->AsString() : std::string();
}

std::int64_t Number(const event::JsonValue& object, std::string_view name) {
  const auto member = object.Get(name);
  return member ? member->AsInt().value_or(-1) : -1;
}

std::optional<std::int64_t> Moment(const event::JsonValue& object, std::string_view name) {
  const auto time = event::ParseRfc3339(Text(object, name));
  return time ? std::optional(time->us) : std::nullopt;
}

std::vector<event::JsonValue> Items(const event::JsonValue& object, std::string_view name) {
  const auto member = object.Get(name);
  return member ? member->Items() : std::vector<event::JsonValue>();
}

bool ReadEnd(const event::JsonValue& json, BackupContent& content) {
  for (const auto& item : Items(json, "end")) {
    bool known = false;
    for (int t = 0; t <= kPlaneTopics; ++t) {
      const auto topic = static_cast<Topic>(t);
      if (TopicName(topic) != Text(item, "topic")) continue;
      content.end.push_back({{topic, static_cast<std::int32_t>(Number(item, "partition"))}, Number(item, "next")});
      known = true;
    }
    if (!known) return false;
  }
  return true;
}

// Paths come from outside: none may lead out of the backup.
bool StaysInside(const std::string& path) {
  if (path.empty() || path.front() == '/' || path.find('\0') != std::string::npos) return false;
  const std::string framed = "/" + path + "/";
  return framed.find("/../") == std::string::npos && framed.find("/./") == std::string::npos &&
         framed.find("//") == std::string::npos;
}

}  // namespace

void WriteContent(event::JsonWriter& w, const BackupContent& content) {
  MemberTime(w, "made_at", content.made_at.us);
  Member(w, "made_by", content.made_by);
  Member(w, "label", content.label);
  Member(w, "log_id", content.log_id);
  Member(w, "token", content.token);
  if (content.recorded_until) MemberTime(w, "recorded_until", content.recorded_until->us);
  else MemberOrNull(w, "recorded_until", "");
  Member(w, "records", content.records);
  Member(w, "bytes", content.bytes);
  WriteEnd(w, content);
  Member(w, "digest", content.digest);
  w.Key("tables");
  w.BeginArray();
  for (const TableDigest& table : content.tables) {
    w.BeginObject();
    Member(w, "name", table.name);
    Member(w, "digest", table.live);
    w.EndObject();
  }
  w.EndArray();
}

std::string WriteBackupFile(const BackupFile& file) {
  event::JsonWriter w;
  w.BeginObject();
  Member(w, "format", std::int64_t{kBackupFormat});
  WriteContent(w, file.content);
  WriteFiles(w, file.files);
  w.EndObject();
  const std::string body = w.Take();
  return std::string(kBefore) + body + std::string(kBetween) + event::HexOf(event::Sha256(body)) + std::string(kAfter);
}

Result<BackupFile> ReadBackupFile(std::string_view text) {
  auto body = Body(text);
  if (!body) return tl::unexpected<Error>(body.error());
  auto json = event::JsonValue::Parse(*body);
  if (!json || !json->IsObject()) return Damaged("it is no JSON");
  const std::int64_t format = Number(*json, "format");
  if (format != kBackupFormat)
    return Fail(
        "backup_format_unknown",
        "the backup has format " + std::to_string(format) + ", this version of tenure knows " + std::to_string(kBackupFormat),
        "restore it with the version of tenure that made it, or a newer one", Blame::kFault);
  BackupFile file;
  BackupContent& content = file.content;
  content.made_at = EffectiveTime{Moment(*json, "made_at").value_or(0)};
  content.made_by = Text(*json, "made_by");
  content.label = Text(*json, "label");
  content.log_id = Text(*json, "log_id");
  content.token = Text(*json, "token");
  if (const auto until = Moment(*json, "recorded_until")) content.recorded_until = RecordedTime{*until};
  content.records = Number(*json, "records");
  content.bytes = Number(*json, "bytes");
  content.digest = Text(*json, "digest");
  for (const auto& item : Items(*json, "tables")) content.tables.push_back({Text(item, "name"), Text(item, "digest"), {}, {}});
  for (const auto& item : Items(*json, "files"))
    file.files.push_back({Text(item, "path"), Number(item, "bytes"), Text(item, "sha256")});
  if (!ReadEnd(*json, content)) return Damaged("it names a topic that isn't known");
  for (const BackedUpFile& one : file.files)
    if (!StaysInside(one.path)) return Damaged("a file's path leads out of the backup");
  return file;
}

}  // namespace tenure::library
