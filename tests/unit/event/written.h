#pragma once
// Events as JSON texts with little typing, and what the Decoder says of them.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "event/codec.h"

namespace tenure::event {

// A structured event of "grant.issued" and the like, its envelope sound; `more` is further attributes: R"("subject":"user:a",)".
inline std::string Written(std::string_view type, std::string_view data, std::string_view more = "") {
  return R"({"specversion":"1.0","source":"s","id":"1","time":"2026-01-05T09:00:00Z",)" + std::string(more) +
         R"("type":"tenure.)" + std::string(type) + R"(.v1","data":)" + std::string(data) + "}";
}

inline Result<Event> Read(std::string_view json) {
  Decoder decoder;
  return decoder.Decode(json);
}

// "" if the text is taken, else the code of the refusal.
inline std::string Code(std::string_view json) {
  const auto event = Read(json);
  return event ? "" : event.error().code;
}

// What a person would see; "" if it is taken.
inline std::string Complaint(std::string_view json) {
  const auto event = Read(json);
  return event ? "" : event.error().ToString();
}

inline Event MustRead(std::string_view json) {
  auto event = Read(json);
  EXPECT_TRUE(event) << event.error().ToString() << "\n" << json;
  return event ? *event : Event{};
}

template <class E>
E DataOf(std::string_view json) {
  const Event event = MustRead(json);
  const E* data = std::get_if<E>(&event.payload);
  EXPECT_NE(data, nullptr) << json;
  return data != nullptr ? *data : E{};
}

}  // namespace tenure::event
