// The door by batches: what is decoded there is what a rebuild reads, and who decodes makes no difference.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "conformance/temporary_directory.h"
#include "connect/generate/organisation.h"
#include "event/codec.h"
#include "history/database.h"
#include "tenure/tenure.h"

namespace tenure {
namespace {

// Every type, and of an organisation enough for a second thread, with what a door refuses among them.
std::vector<std::string> Texts(std::int64_t events = 2'500) {
  std::vector<std::string> texts;
  std::ifstream corpus(TENURE_CORPUS "/v1.ndjson");
  for (std::string line; std::getline(corpus, line);) texts.push_back(line);
  EXPECT_GT(texts.size(), 29U);
  connect::GenerateOptions options;
  options.events = events;
  EXPECT_TRUE(connect::Generate(options, [&](const Event& event) -> Status {
    texts.push_back(event::Encode(event));
    const std::size_t n = texts.size();
    if (n % 50 == 0) texts.push_back(texts[n / 2]);  // again
    if (n % 70 == 0) texts.push_back(R"({"specversion":"1.0","id":")" + std::to_string(n) + "\"}");
    if (n % 90 == 0) texts.push_back("not JSON");
    if (n % 110 == 0) {
      Event other = event;
      other.time.us += 1;
      texts.push_back(event::Encode(other));  // a conflict
    }
    return {};
  }));
  return texts;
}

std::unique_ptr<Tenure> Create(const std::string& directory) {
  OpenOptions options;
  options.data_dir = directory;
  options.write = options.create = true;
  return *Tenure::Open(options);
}

AppendOptions Partial() {
  AppendOptions options;
  options.partial = options.list_all = true;
  return options;
}

// What became of each line, but for where it stands.
std::vector<std::string> Told(const AppendAnswer& answer) {
  std::vector<std::string> told;
  for (const AppendedEvent& event : answer.events)
    told.push_back(std::to_string(static_cast<int>(event.state)) + " " + (event.error ? event.error->code : ""));
  return told;
}

// Every record as the read model keeps it.
std::vector<std::pair<std::string, std::string>> KeptRecords(const std::string& data) {
  history::DatabaseOptions options;
  options.directory = data + "/model";
  options.read_only = true;
  const auto database = *history::Database::Open(options);
  const auto rows = database->NewSnapshot();
  std::vector<std::pair<std::string, std::string>> kept;
  const auto row = rows->Scan(history::Family::kRecord);
  for (row->Seek(""); row->Valid(); row->Next()) kept.emplace_back(row->Key(), row->Value());
  return kept;
}

TEST(Appending, WhatTheDoorDecodedIsWhatARebuildReads) {
  const log::TemporaryDirectory folder;
  const std::string data = folder.In("data");
  std::int64_t appended = 0;
  {
    AppendOptions options = Partial();
    options.verified_writer = "user:door";
    const auto tenure = Create(data);
    const auto report = tenure->AppendTexts(Texts(), options);
    ASSERT_TRUE(report);
    ASSERT_FALSE(report->fault);
    appended = report->answer.appended;
    const auto verified = tenure->Verify({});  // against a model built from the log's own bytes
    ASSERT_TRUE(verified);
    EXPECT_TRUE(verified->equal);
  }
  const auto learned = KeptRecords(data);
  ASSERT_EQ(static_cast<std::int64_t>(learned.size()), appended);
  OpenOptions options;
  options.data_dir = data;
  options.write = options.rebuild = true;
  ASSERT_TRUE((*Tenure::Open(options))->Rebuild({}));
  EXPECT_EQ(KeptRecords(data), learned);
}

// A first import of many batches is loaded in bulk at its end; in parts that are shorter than a batch each is applied.
TEST(Appending, ALongFirstImportIsWhatItsPartsAre) {
  const auto texts = Texts(30'000);
  const log::TemporaryDirectory folder;
  const auto at_once = Create(folder.In("at once")), in_parts = Create(folder.In("in parts"));
  const auto report = at_once->AppendTexts(texts, Partial());
  ASSERT_TRUE(report);
  ASSERT_FALSE(report->fault);
  ASSERT_GT(report->batches, 2);
  EXPECT_FALSE(std::filesystem::exists(folder.In("at once") + "/model/bulk"));
  std::vector<std::string> told;
  constexpr std::size_t kPart = 7'000;
  for (std::size_t begin = 0; begin < texts.size(); begin += kPart) {
    const auto end = std::min(begin + kPart, texts.size());
    const auto part = in_parts->AppendTexts(
        {texts.begin() + static_cast<std::ptrdiff_t>(begin), texts.begin() + static_cast<std::ptrdiff_t>(end)}, Partial());
    ASSERT_TRUE(part);
    const auto of_part = Told(part->answer);
    told.insert(told.end(), of_part.begin(), of_part.end());
  }
  EXPECT_EQ(Told(report->answer), told);
  const auto loaded = at_once->Status(), applied = in_parts->Status();
  ASSERT_TRUE(loaded);
  ASSERT_TRUE(applied);
  EXPECT_EQ(loaded->events, applied->events);
  EXPECT_EQ(loaded->identities, applied->identities);
  for (std::size_t i = 0; i < loaded->tables.size(); ++i) EXPECT_EQ(loaded->tables[i].live, applied->tables[i].live);
  const auto verified = at_once->Verify({});
  ASSERT_TRUE(verified);
  EXPECT_TRUE(verified->equal);
  ASSERT_TRUE(at_once->AppendTexts({texts.begin(), texts.begin() + 100}, Partial()));  // and goes on
}

// A retraction of what hasn't come, and its target on another topic: from there on the model is asked again.
TEST(Appending, AFirstImportThatRetractsTheUnseenIsToldWhatItsPartsAre) {
  auto texts = Texts(35'000);
  const std::string early = R"({"specversion":"1.0","source":"test","id":"early","type":"tenure.event.retracted.v1",)"
                            R"("time":"2026-01-12T00:00:00Z","tenuretopic":"tenure.access",)"
                            R"("data":{"target":{"source":"test","id":"late"},"key":"user:late","reason":"typing error"}})";
  const std::string late = R"({"specversion":"1.0","source":"test","id":"late","type":"tenure.identity.registered.v1",)"
                           R"("time":"2026-01-11T00:00:00Z","data":{"identity":"user:late"}})";
  texts.insert(texts.begin() + 11'000, early);
  texts.insert(texts.begin() + 21'000, late);
  texts.insert(texts.begin() + 31'000, early);
  const log::TemporaryDirectory folder;
  const auto at_once = Create(folder.In("at once")), in_parts = Create(folder.In("in parts"));
  const auto report = at_once->AppendTexts(texts, Partial());
  ASSERT_TRUE(report);
  ASSERT_FALSE(report->fault);
  std::vector<std::string> told;
  const std::vector<std::size_t> cuts{0, 9'000, 9'999, 10'000, 15'000, 20'000, 25'000, 30'000, texts.size()};
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    const auto part = in_parts->AppendTexts(
        {texts.begin() + static_cast<std::ptrdiff_t>(cuts[i]), texts.begin() + static_cast<std::ptrdiff_t>(cuts[i + 1])},
        Partial());
    ASSERT_TRUE(part);
    const auto of_part = Told(part->answer);
    told.insert(told.end(), of_part.begin(), of_part.end());
  }
  EXPECT_EQ(Told(report->answer), told);
}

TEST(Appending, ManyAtOnceAreToldWhatEachIsToldAlone) {
  const auto texts = Texts();
  const log::TemporaryDirectory folder;
  const auto at_once = Create(folder.In("at once")), alone = Create(folder.In("alone"));
  const auto report = at_once->AppendTexts(texts, Partial());
  ASSERT_TRUE(report);
  std::vector<std::string> told;
  for (std::size_t begin = 0; begin < texts.size(); begin += 50) {  // too few for a second thread
    const auto end = std::min(begin + 50, texts.size());
    const auto part = alone->AppendTexts(
        {texts.begin() + static_cast<std::ptrdiff_t>(begin), texts.begin() + static_cast<std::ptrdiff_t>(end)}, Partial());
    ASSERT_TRUE(part);
    for (auto& one : Told(part->answer)) told.push_back(std::move(one));
  }
  EXPECT_EQ(Told(report->answer), told);
  EXPECT_GT(report->answer.refused, 50);
  EXPECT_GT(report->answer.duplicates, 40);
  EXPECT_GT(report->answer.conflicts, 10);
  EXPECT_EQ(at_once->Status()->events, alone->Status()->events);
}

TEST(Appending, OneRefusalInALargeBatchKeepsAllOut) {
  auto texts = Texts();
  std::erase_if(texts, [](const std::string& text) { return !event::Decoder().Decode(text); });
  texts.resize(1'000);
  texts[700] = "not JSON";
  const log::TemporaryDirectory folder;
  const auto tenure = Create(folder.In("data"));
  std::string lines;
  for (const auto& text : texts) lines += text + "\n";
  std::istringstream stream(lines);
  const auto report = tenure->Append(stream, {});
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->stopped);
  EXPECT_EQ(report->answer.appended, 0);
  const auto refused = std::find_if(report->answer.events.begin(), report->answer.events.end(), [](const AppendedEvent& event) {
    return event.state == AppendState::kRefused && event.line == 701;
  });
  ASSERT_NE(refused, report->answer.events.end());
  EXPECT_EQ(refused->error->code, "event_not_json");
  EXPECT_EQ(tenure->Status()->events, 0);
}

}  // namespace
}  // namespace tenure
