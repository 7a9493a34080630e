#include "library/log_seen.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "event/json_reader.h"
#include "event/json_writer.h"
#include "library/data_directory.h"

namespace tenure::library {
namespace {

constexpr std::int64_t kClockDistanceUs = 5'000'000;

tl::unexpected<Error> Corrupt(const std::string& path) {
  return Fail("data_file_corrupt", path + " can't be read as what it is", "remove it; `tenure run` writes it anew",
              Blame::kFault);
}

void Write(event::JsonWriter& w, const char* name, const PositionVector& vector) {
  w.Key(name);
  w.BeginArray();
  for (const auto& [where, next] : vector.next) {
    w.BeginObject();
    w.Key("topic");
    w.String(TopicName(where.topic));
    w.Key("partition");
    w.Int(where.partition);
    w.Key("next");
    w.Int(next);
    w.EndObject();
  }
  w.EndArray();
}

std::optional<Topic> TopicNamed(const std::string& name) {
  for (int t = 0; t <= kPlaneTopics; ++t)
    if (TopicName(static_cast<Topic>(t)) == name) return static_cast<Topic>(t);
  return std::nullopt;
}

bool ReadVector(const event::JsonValue& json, const char* name, PositionVector& vector) {
  const auto list = json.Get(name);
  if (!list || !list->IsArray()) return false;
  for (const auto& item : list->Items()) {
    const auto topic = item.Get("topic"), partition = item.Get("partition"), next = item.Get("next");
    const auto which = topic ? TopicNamed(topic->AsString()) : std::nullopt;
    const auto number = partition ? partition->AsInt() : std::nullopt, offset = next ? next->AsInt() : std::nullopt;
    if (!which || !number || !offset) return false;
    vector.next[{*which, static_cast<std::int32_t>(*number)}] = *offset;
  }
  return true;
}

class Seen : public log::Log {
 public:
  explicit Seen(LogSeen seen) : seen_(std::move(seen)) {}
  const std::string& Id() const override { return seen_.log_id; }
  bool HasOneWriter() const override { return false; }
  Result<log::Appended> Append(const std::vector<log::NewRecord>&) override { return NotAtHand(); }
  Result<std::vector<TopicPartition>> Partitions() const override {
    std::vector<TopicPartition> partitions;
    for (const auto& [where, next] : seen_.end.next) partitions.push_back(where);
    return partitions;
  }
  Result<PositionVector> End() const override { return seen_.end; }
  Result<log::Ends> BothEnds() const override { return log::Ends{seen_.end, seen_.stable}; }
  Result<std::vector<log::Record>> Read(const TopicPartition&, std::int64_t, std::size_t) const override { return NotAtHand(); }
  Result<log::Record> At(const Position&) const override { return NotAtHand(); }
  Result<PositionVector> AtTime(RecordedTime) const override { return NotAtHand(); }
  // All that was there long enough after k is known.
  Result<bool> IsClosed(RecordedTime k, const PositionVector& known) const override {
    return k.us < seen_.looked_at.us - kClockDistanceUs && known.Covers(seen_.end);
  }

 private:
  static tl::unexpected<Error> NotAtHand() {
    return Fail("log_not_at_hand", "this needs the records themselves, and they are on Kafka",
                "name the brokers: --kafka bootstrap.servers=HOST:PORT (or TENURE_KAFKA)", Blame::kCaller);
  }
  const LogSeen seen_;
};

}  // namespace

Result<LogSeen> ReadLogSeen(const std::string& path) {
  std::ifstream in(path);
  if (!in)
    return Fail("data_not_found", "nothing of this record has been projected into the data directory yet",
                "tenure run --kafka bootstrap.servers=HOST:PORT projects it", Blame::kCaller);
  std::ostringstream text;
  text << in.rdbuf();
  const auto json = event::JsonValue::Parse(text.str());
  if (!json) return Corrupt(path);
  LogSeen seen;
  const auto id = json->Get("log_id"), at = json->Get("looked_at_us");
  if (!id || !id->IsString() || !at || !at->AsInt()) return Corrupt(path);
  seen.log_id = id->AsString();
  seen.looked_at = RecordedTime{*at->AsInt()};
  if (!ReadVector(*json, "end", seen.end) || !ReadVector(*json, "stable", seen.stable) ||
      !ReadVector(*json, "announced", seen.announced))
    return Corrupt(path);
  return seen;
}

Status WriteLogSeen(const std::string& path, const LogSeen& seen) {
  event::JsonWriter w;
  w.BeginObject();
  w.Key("log_id");
  w.String(seen.log_id);
  w.Key("looked_at_us");
  w.Int(seen.looked_at.us);
  Write(w, "end", seen.end);
  Write(w, "stable", seen.stable);
  Write(w, "announced", seen.announced);
  w.EndObject();
  return WriteDurably(path, w.Take() + "\n");
}

std::unique_ptr<log::Log> SeenLog(LogSeen seen) { return std::make_unique<Seen>(std::move(seen)); }

}  // namespace tenure::library
