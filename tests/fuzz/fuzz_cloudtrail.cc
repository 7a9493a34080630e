// The record scanner and the mapper on any bytes: no crash, no hang, the same outcome however the bytes are cut, and nothing handed
// over that the codec would not take.
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "connect/cloudtrail.h"
#include "connect/record_scanner.h"
#include "event/codec.h"
#include "fuzz/fuzzing.h"

namespace {

using tenure::Event;
using tenure::fuzz::Must;
namespace connect = tenure::connect;

std::vector<std::int64_t> Scan(std::string_view text, std::size_t piece) {
  std::vector<std::int64_t> told;
  connect::RecordScanner scanner(
      4096,
      [&](std::int64_t number, std::string_view record) {
        told.push_back(number);
        told.push_back(static_cast<std::int64_t>(record.size()));
        return tenure::Status{};
      },
      [&](std::int64_t number, const tenure::Error&) { told.push_back(-number); });
  for (std::size_t at = 0; at < text.size(); at += piece) Must(scanner.Feed(text.substr(at, piece)).has_value());
  scanner.Finish();
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tenure::fuzz::TextOf(data, size);
  Must(Scan(text, size + 1) == Scan(text, 3));

  std::vector<Event> record;
  connect::CloudTrailOptions options;
  options.recorded = [&](const std::vector<std::string>&) { return tenure::Result<std::vector<Event>>(record); };
  connect::CloudTrailImport import(options, [&](std::vector<Event>&& batch) {
    for (auto& event : batch) {
      tenure::event::Decoder decoder;
      const auto again = decoder.Decode(tenure::event::Encode(event));
      Must(again.has_value() && again->content_hash == event.content_hash);
      record.push_back(std::move(event));
    }
    return tenure::Result<connect::BatchOutcome>(connect::BatchOutcome{});
  });
  Must(import.AddText("fuzz", text).has_value());
  Must(import.Finish().has_value());
  const auto& summary = import.Summary();
  Must(summary.events == static_cast<std::int64_t>(record.size()));
  return 0;
}
