// The event codec on any bytes: no crash; what is read is written and read again as the same event with the same content hash, and
// survives the read model's packing; what is not read has a code, a reason and something to do, and can be salvaged.
#include <string>

#include "event/codec.h"
#include "event/door.h"
#include "fuzz/fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenure;
  using fuzz::Must;
  const std::string_view text = fuzz::TextOf(data, size);
  event::Decoder decoder;
  const auto read = decoder.Decode(text);
  if (!read) {
    const Error& error = read.error();
    Must(!error.code.empty() && !error.reason.empty() && error.blame == Blame::kInput);
    decoder.SalvageFrom(text);
    Must(!event::ReadAtDoor(text, decoder).has_value());
    return 0;
  }
  const std::string again = event::Encode(*read);
  event::Decoder second;
  const auto reread = second.Decode(again);
  Must(reread.has_value());
  Must(reread->content_hash == read->content_hash && reread->name == read->name);
  const std::string packed = event::PackPayload(read->payload);
  const auto unpacked = event::UnpackPayload(packed);
  Must(unpacked.has_value() && event::PackPayload(*unpacked) == packed);
  Must(!event::KeyOf(*read).empty());
  return 0;
}
