#include "library/data_file.h"

#include "event/json_reader.h"
#include "event/json_writer.h"

namespace tenure::library {
namespace {

tl::unexpected<Error> Corrupt(std::string reason) {
  return Fail("data_file_corrupt", std::move(reason),
              "restore it from a backup of the data directory; without it the log can't be read", Blame::kFault);
}

}  // namespace

Result<DataFile> ReadDataFile(std::string_view text) {
  auto json = event::JsonValue::Parse(text);
  if (!json || !json->IsObject()) return Corrupt("it is not a JSON object");
  const auto format = json->Get("format");
  const auto number = format ? format->AsInt() : std::nullopt;
  if (!number) return Corrupt("it names no format");
  if (*number != kDataFormat && *number != kKafkaFormat)
    return Fail("data_format_unknown",
                "it has format " + std::to_string(*number) + ", this version of tenure knows " + std::to_string(kDataFormat) +
                    " and " + std::to_string(kKafkaFormat),
                "use the version of tenure that made it, or a newer one", Blame::kFault);
  DataFile file;
  file.format = static_cast<int>(*number);
  for (const auto& [name, value] : json->Members()) {
    if (name == "format") continue;
    if (name == "topic_prefix" && file.format == kKafkaFormat && value.IsString()) {
      file.topic_prefix = value.AsString();
      continue;
    }
    if (name != "correctors" || !value.IsArray())
      return Corrupt("it holds \"" + name + "\", which format " + std::to_string(file.format) + " doesn't know");
    for (const event::JsonValue& item : value.Items()) {
      if (!item.IsString()) return Corrupt("a corrector is not a string");
      file.correctors.push_back(item.AsString());
    }
  }
  return file;
}

std::string WriteDataFile(const DataFile& file) {
  event::JsonWriter w;
  w.BeginObject();
  w.Key("format");
  w.Int(file.format);
  w.Key("correctors");
  w.BeginArray();
  for (const std::string& corrector : file.correctors) w.String(corrector);
  w.EndArray();
  if (file.format == kKafkaFormat) {
    w.Key("topic_prefix");
    w.String(file.topic_prefix);
  }
  w.EndObject();
  return w.Take() + "\n";
}

}  // namespace tenure::library
