#include "library/evidence_files.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "event/clock.h"
#include "event/codec.h"
#include "event/json_reader.h"
#include "event/json_writer.h"
#include "event/running_hash.h"
#include "event/schemas.h"
#include "event/signature.h"
#include "library/json_parts.h"

namespace tenure::library {
namespace {

using event::JsonValue;
using event::JsonWriter;

tl::unexpected<Error> Changed(const char* file, const std::string& what) {
  return Fail("evidence_file_changed", std::string(file) + " " + what, "ask whoever made the pack for it anew", Blame::kInput);
}

Result<JsonValue> ParseObject(const char* file, std::string_view text) {
  auto json = JsonValue::Parse(text);
  if (!json || !json->IsObject()) return Changed(file, "is not a JSON object");
  const auto format = json->Get("format");
  const auto number = format ? format->AsInt() : std::nullopt;
  if (!number) return Changed(file, "names no format");
  if (*number != kEvidenceFormat)
    return Fail(
        "evidence_format_unknown",
        "the pack has format " + std::to_string(*number) + ", this version of tenure knows " + std::to_string(kEvidenceFormat),
        "check it with the version of tenure that made it, or a newer one", Blame::kFault);
  return json;
}

std::string TextOf(const JsonValue& object, std::string_view name) {
  const auto member = object.Get(name);
  return member ? member->AsString() : "";
}

std::int64_t NumberOf(const JsonValue& object, std::string_view name) {
  const auto member = object.Get(name);
  return member ? member->AsInt().value_or(-1) : -1;
}

std::vector<std::string> TextsOf(const JsonValue& object, std::string_view name) {
  std::vector<std::string> texts;
  if (const auto member = object.Get(name))
    for (const JsonValue& item : member->Items()) texts.push_back(item.AsString());
  return texts;
}

// What is no UTF-8 stands in base64, under a name that says so.
void MemberBytes(JsonWriter& w, const std::string& name, const std::string& bytes) {
  if (event::IsUtf8(bytes)) Member(w, name, bytes);
  else Member(w, name + "_base64", event::ToBase64(bytes));
}

std::optional<std::string> BytesOf(const JsonValue& object, const std::string& name) {
  if (const auto member = object.Get(name)) return member->IsString() ? std::optional(member->AsString()) : std::nullopt;
  return event::FromBase64(TextOf(object, name + "_base64"));
}

void WriteRecord(std::string& out, const KeptRecord& record) {
  JsonWriter w(record.value.size() + record.value.size() / 4 + 256);
  w.BeginObject();
  MemberPosition(w, record.position);
  Member(w, "stamp_us", record.stamp.us);
  MemberTime(w, "recorded_at", record.recorded.us);
  MemberBytes(w, "key", record.key);
  if (record.verified_writer.empty()) MemberOrNull(w, "verified_writer", {});
  else MemberBytes(w, "verified_writer", record.verified_writer);
  MemberBytes(w, "value", record.value);
  w.EndObject();
  out += w.Take();
  out += '\n';
}

std::optional<Topic> TopicNamed(std::string_view name) {
  for (int i = 0; i < kPlaneTopics; ++i)
    if (TopicName(static_cast<Topic>(i)) == name) return static_cast<Topic>(i);
  return std::nullopt;
}

std::optional<KeptRecord> ReadRecord(std::string_view line) {
  auto json = JsonValue::Parse(line);
  if (!json || !json->IsObject()) return std::nullopt;
  const auto topic = TopicNamed(TextOf(*json, "topic"));
  const std::int64_t partition = NumberOf(*json, "partition"), offset = NumberOf(*json, "offset");
  const auto stamp = json->Get("stamp_us");
  const auto recorded = event::ParseRfc3339(TextOf(*json, "recorded_at"));
  auto key = BytesOf(*json, "key"), value = BytesOf(*json, "value");
  const auto writer = json->Get("verified_writer");
  auto verified = writer && writer->IsNull() ? std::optional(std::string{}) : BytesOf(*json, "verified_writer");
  if (!topic || partition < 0 || partition > std::numeric_limits<std::int32_t>::max() || offset < 0 || !stamp ||
      !stamp->AsInt() || !recorded || !key || !value || !verified)
    return std::nullopt;
  return KeptRecord{{*topic, static_cast<std::int32_t>(partition), offset},
                    RecordedTime{*stamp->AsInt()},
                    RecordedTime{recorded->us},
                    std::move(*key),
                    std::move(*value),
                    std::move(*verified)};
}

bool InManifest(const std::string& name) { return name != kManifestFile && name != kSignatureFile && name != kSignerFile; }

std::string WriteEntries(const std::vector<ManifestEntry>& entries) {
  JsonWriter w;
  w.BeginObject();
  Member(w, "format", kEvidenceFormat);
  w.Key("files");
  w.BeginArray();
  for (const ManifestEntry& entry : entries) {
    w.BeginObject();
    Member(w, "file", entry.file);
    Member(w, "bytes", entry.bytes);
    Member(w, "sha256", entry.sha256);
    w.EndObject();
  }
  w.EndArray();
  w.EndObject();
  return w.Take() + "\n";
}

}  // namespace

std::string WriteQuestion(const EvidenceQuestion& question) {
  JsonWriter w;
  w.BeginObject();
  Member(w, "format", kEvidenceFormat);
  Member(w, "arguments", question.arguments);
  MemberTime(w, "moment", question.moment.us);
  Member(w, "position", question.token);
  MemberRaw(w, "policy", question.policy);
  w.EndObject();
  return w.Take() + "\n";
}

Result<EvidenceQuestion> ReadQuestion(std::string_view text) {
  auto json = ParseObject(kQuestionFile, text);
  if (!json) return tl::unexpected<Error>(json.error());
  EvidenceQuestion question;
  question.arguments = TextsOf(*json, "arguments");
  const auto moment = event::ParseRfc3339(TextOf(*json, "moment"));
  const auto policy = json->Get("policy");
  if (!moment || !policy || !policy->IsObject() || question.arguments.empty())
    return Changed(kQuestionFile, "is not as tenure writes it");
  question.moment = *moment;
  question.token = TextOf(*json, "position");
  question.policy = policy->Dump();
  if (WriteQuestion(question) != text) return Changed(kQuestionFile, "is not as tenure writes it");
  return question;
}

std::string WriteFold(const KnownRecord& known) {
  JsonWriter w;
  w.BeginObject();
  Member(w, "format", kEvidenceFormat);
  Member(w, "log_id", known.log_id);
  Member(w, "correctors", known.correctors);
  Member(w, "digest", known.digest);
  if (known.topic_prefix) Member(w, "topic_prefix", *known.topic_prefix);
  else MemberOrNull(w, "topic_prefix", {});
  w.EndObject();
  return w.Take() + "\n";
}

Result<KnownRecord> ReadFold(std::string_view text) {
  auto json = ParseObject(kFoldFile, text);
  if (!json) return tl::unexpected<Error>(json.error());
  KnownRecord known;
  known.log_id = TextOf(*json, "log_id");
  known.correctors = TextsOf(*json, "correctors");
  known.digest = TextOf(*json, "digest");
  if (const auto prefix = json->Get("topic_prefix"); prefix && prefix->IsString()) known.topic_prefix = prefix->AsString();
  const bool sorted = std::is_sorted(known.correctors.begin(), known.correctors.end());
  if (!sorted || WriteFold(known) != text) return Changed(kFoldFile, "is not as tenure writes it");
  return known;
}

std::string WriteEvents(const std::vector<KeptRecord>& records) {
  std::string out;
  for (const KeptRecord& record : records) WriteRecord(out, record);
  return out;
}

Result<std::vector<KeptRecord>> ReadEvents(std::string_view text) {
  std::vector<KeptRecord> records;
  std::string again;
  for (std::int64_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return Changed(kEventsFile, "ends within a line");
    auto record = ReadRecord(text.substr(0, end));
    again.clear();
    if (record) WriteRecord(again, *record);
    if (again != text.substr(0, end + 1))
      return Changed(kEventsFile, "line " + std::to_string(number) + " is not as tenure writes it");
    records.push_back(std::move(*record));
    text.remove_prefix(end + 1);
  }
  return records;
}

std::vector<ZippedFile> SchemaFiles() {
  std::vector<ZippedFile> files;
  for (const std::string_view name : event::SchemaNames())
    files.push_back({kSchemaFolder + std::string(name) + ".json", std::string(event::SchemaText(name))});
  return files;
}

std::string WriteManifest(const std::vector<ZippedFile>& files) {
  std::vector<ManifestEntry> entries;
  for (const ZippedFile& file : files)
    if (InManifest(file.name))
      entries.push_back({file.name, event::HexOf(event::Sha256(file.bytes)), static_cast<std::int64_t>(file.bytes.size())});
  std::sort(entries.begin(), entries.end(), [](const ManifestEntry& a, const ManifestEntry& b) { return a.file < b.file; });
  return WriteEntries(entries);
}

Result<std::vector<ManifestEntry>> ReadManifest(std::string_view text) {
  auto json = ParseObject(kManifestFile, text);
  if (!json) return tl::unexpected<Error>(json.error());
  std::vector<ManifestEntry> entries;
  if (const auto files = json->Get("files"))
    for (const JsonValue& item : files->Items())
      entries.push_back({TextOf(item, "file"), TextOf(item, "sha256"), NumberOf(item, "bytes")});
  const auto rises = [](const ManifestEntry& a, const ManifestEntry& b) { return !(a.file < b.file); };
  const bool rising = std::adjacent_find(entries.begin(), entries.end(), rises) == entries.end();
  if (!rising || WriteEntries(entries) != text) return Changed(kManifestFile, "is not as tenure writes it");
  for (const ManifestEntry& entry : entries)
    if (!InManifest(entry.file)) return Changed(kManifestFile, "names itself or its signature");
  return entries;
}

}  // namespace tenure::library
