#pragma once
// What the door does with a generated event.
#include <gtest/gtest.h>

#include "event/codec.h"
#include "event/secrets.h"

namespace tenure::connect {

// It is taken as it is, and comes back as what it was.
inline void ExpectDecodes(event::Decoder& decoder, const Event& event) {
  const std::string line = event::Encode(event);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const Result<Event> decoded = decoder.Decode(line);
  ASSERT_TRUE(decoded) << decoded.error().ToString() << "\n" << line;
  EXPECT_EQ(decoded->name, event.name);
  EXPECT_EQ(decoded->time, event.time);
  EXPECT_EQ(decoded->Type(), event.Type());
  EXPECT_EQ(decoded->supersedes, event.supersedes);
  EXPECT_FALSE(event::FindSecret(line)) << line;
}

}  // namespace tenure::connect
