// Property: no text harms the Decoder, and what it takes it means: a text that was damaged byte by byte is refused with a reason, or
// comes back from encoding as the same event. TENURE_SEED=n replays one case; TENURE_CASES says how many to make.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "event/binary_mode.h"
#include "event/codec.h"
#include "event/secrets.h"

namespace tenure::event {
namespace {

using Random = std::mt19937_64;

std::vector<std::string> Corpus() {
  std::ifstream in(TENURE_CORPUS "/v1.ndjson");
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// One wound: a byte changed, a piece cut out, doubled, or taken from another place.
void Damage(std::string& text, Random& random) {
  static const std::string kSharp = "{}[]\",:\\u0nx.eE-+ \x01\x7f\xc3\xed\xf0\xff";
  const std::size_t at = random() % text.size(), length = 1 + random() % std::min<std::size_t>(24, text.size() - at);
  switch (random() % 4) {
    case 0:
      text[at] = random() % 2 == 0 ? kSharp[random() % kSharp.size()] : static_cast<char>(random());
      return;
    case 1:
      text.erase(at, length);
      break;
    case 2:
      text.insert(at, text.substr(at, length));
      break;
    default:
      text.replace(at, length, text.substr(random() % text.size(), length));
      break;
  }
  if (text.empty()) text = "{";
}

std::uint64_t Setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(HostileEvents, AreRefusedWithAReasonOrMeanWhatTheySay) {
  const std::uint64_t first = Setting("TENURE_SEED", 1), count = std::getenv("TENURE_SEED") ? 1 : Setting("TENURE_CASES", 40'000);
  const auto corpus = Corpus();
  Decoder decoder;
  std::uint64_t taken = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SCOPED_TRACE("TENURE_SEED=" + std::to_string(seed));
    Random random(seed);
    std::string text = corpus[random() % corpus.size()];
    for (auto n = 1 + random() % 2; n > 0; --n) Damage(text, random);
    decoder.SalvageFrom(text);
    MaskSecrets(text);
    const auto event = decoder.Decode(text);
    if (!event) {
      ASSERT_TRUE(event.error().code.starts_with("event_") && !event.error().reason.empty() && !event.error().hint.empty())
          << text;
      continue;
    }
    ++taken;
    const auto again = decoder.Decode(Encode(*event));
    ASSERT_TRUE(again) << again.error().ToString() << "\n" << text;
    ASSERT_EQ(again->content_hash, event->content_hash) << text;
    ASSERT_EQ(again->name, event->name) << text;
    const auto payload = UnpackPayload(PackPayload(event->payload));
    ASSERT_TRUE(payload && PackPayload(*payload) == PackPayload(event->payload)) << text;
    const auto binary = ToBinaryMode(text, Carrier::kHttp);
    ASSERT_TRUE(binary) << binary.error().ToString() << "\n" << text;
    const auto carried = FromBinaryMode(binary->headers, binary->body, Carrier::kHttp);
    ASSERT_TRUE(carried) << text;
    const auto arrived = decoder.Decode(*carried);
    ASSERT_TRUE(arrived) << arrived.error().ToString() << "\n" << text;
    ASSERT_EQ(arrived->content_hash, event->content_hash) << text;
  }
  std::printf("cases: %llu from seed %llu, %llu taken\n", static_cast<unsigned long long>(count),
              static_cast<unsigned long long>(first), static_cast<unsigned long long>(taken));
  EXPECT_TRUE(count < 1000 || taken > count / 40) << "hardly any damaged text is an event: the property says little";
}

}  // namespace
}  // namespace tenure::event
