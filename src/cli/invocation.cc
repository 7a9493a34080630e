#include "cli/invocation.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "library/policy_file.h"
#include "wire/served_record.h"

namespace tenure::cli {
namespace {

using Properties = std::vector<std::pair<std::string, std::string>>;

// The value is not repeated: it may be a password.
Status AddProperty(const std::string& text, const std::string& from, Properties& properties) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    return Fail("usage", from + " is not NAME=VALUE", "such as bootstrap.servers=kafka:9092", Blame::kCaller);
  properties.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  return {};
}

Status AddFile(const std::string& path, Properties& properties) {
  std::ifstream file(path);
  if (!file)
    return Fail("input_not_readable", "\"" + path + "\" can't be read: " + std::strerror(errno),
                "name a file of NAME=VALUE lines", Blame::kCaller);
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.find_first_not_of(" \t") == std::string::npos || line[line.find_first_not_of(" \t")] == '#') continue;
    if (auto s = AddProperty(line, "line " + std::to_string(number) + " of " + path, properties); !s) return s;
  }
  return {};
}

// All that is in the file; never repeated.
Result<std::string> ReadDoorKey(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  if (!file || !(bytes << file.rdbuf()))
    return Fail("door_key_not_readable", "\"" + path + "\" can't be read, or is empty",
                "name a file of at least 32 random bytes: openssl rand -out FILE 32", Blame::kCaller);
  std::string key = bytes.str();
  if (key.size() >= kDoorKeyBytesMin) return key;
  return Fail("door_key_short", "\"" + path + "\" has " + std::to_string(key.size()) + " bytes",
              "name a file of at least 32 random bytes: openssl rand -out FILE 32", Blame::kCaller);
}

std::string FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Result<std::unique_ptr<library::Record>> Local(Result<std::unique_ptr<Tenure>> tenure) {
  if (!tenure) return tl::unexpected<Error>(tenure.error());
  return std::make_unique<library::LocalRecord>(std::move(*tenure));
}

}  // namespace

Status Invocation::SettleKafka() {
  Properties properties;
  std::istringstream words(FromEnvironment("TENURE_KAFKA"));
  for (std::string word; words >> word;)
    if (auto s = AddProperty(word, "a word of TENURE_KAFKA", properties); !s) return s;
  if (!kafka_config.empty())
    if (auto s = AddFile(kafka_config, properties); !s) return s;
  for (const auto& property : kafka_properties)
    if (auto s = AddProperty(property, "what --kafka is given", properties); !s) return s;
  if (properties.empty()) {
    if (topic_prefix.empty() && accept.empty() && door_key_file.empty()) return {};
    return Fail("kafka_not_named", "--topic-prefix, --accept and --door-key are about a log on Kafka, and no brokers are named",
                "--kafka bootstrap.servers=HOST:PORT", Blame::kCaller);
  }
  kafka = KafkaSettings{std::move(properties), topic_prefix, accept, {}};
  const std::string key_file = door_key_file.empty() ? FromEnvironment("TENURE_DOOR_KEY_FILE") : door_key_file;
  if (key_file.empty()) return {};
  auto key = ReadDoorKey(key_file);
  if (!key) return tl::unexpected<Error>(key.error());
  kafka->door_key = std::move(*key);
  return {};
}

Result<std::string> Invocation::PolicyGiven(const std::string& file) const {
  return file.empty() ? policy : library::ReadPolicyFile(file);
}

Result<std::unique_ptr<library::Record>> Invocation::Reach() const {
  if (reach) return reach();
  if (served) return wire::ServedRecord::Make(*served);
  return Local(OpenToRead());
}

Result<std::unique_ptr<library::Record>> Invocation::ReachToWrite(bool create, std::vector<std::string> correctors) const {
  if (!served) return Local(OpenToWrite(create, std::move(correctors)));
  if (!correctors.empty())
    return Fail("server_has_correctors", "--corrector is about a new data directory, and a server has one",
                "leave it out; tenure serve --corrector SOURCE makes one", Blame::kCaller);
  return wire::ServedRecord::Make(*served);
}

Result<std::unique_ptr<Tenure>> Invocation::OpenToRead() const {
  OpenOptions options;
  options.data_dir = data_dir;
  options.memory_bytes = memory_mib << 20;
  options.kafka = kafka;
  options.now = [moment = now] { return moment; };
  return Tenure::Open(options);
}

Result<std::unique_ptr<Tenure>> Invocation::OpenToRebuild() const {
  OpenOptions options;
  options.data_dir = data_dir;
  options.memory_bytes = memory_mib << 20;
  options.write = true;
  options.rebuild = true;
  options.kafka = kafka;
  options.now = [moment = now] { return moment; };
  return Tenure::Open(options);
}

Result<std::unique_ptr<Tenure>> Invocation::OpenToWrite(bool create, std::vector<std::string> correctors) const {
  ProgressLine progress("projecting", "records");
  OpenOptions options;
  options.data_dir = data_dir;
  options.memory_bytes = memory_mib << 20;
  options.write = true;
  options.create = create;
  options.correctors = std::move(correctors);
  options.kafka = kafka;
  options.now = [moment = now] { return moment; };
  options.progress = [&progress](std::int64_t done, std::int64_t to_do) { progress(done, to_do); };
  return Tenure::Open(options);
}

Exit ExitOf(const Error& error) {
  switch (error.blame) {
    case Blame::kCaller:
      return Exit::kUsage;
    case Blame::kInput:
      return Exit::kNo;
    case Blame::kFault:
    case Blame::kUnavailable:
      return Exit::kFault;
  }
  return Exit::kFault;
}

}  // namespace tenure::cli
