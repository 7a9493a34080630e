#pragma once
// What a request asks for: a path and its query, percent-encoded.
// Thread safety: plain values.
#include <string>
#include <string_view>

#include "tenure/answer.h"

namespace tenure::wire {

// All but RFC 3986's unreserved bytes as %XX.
std::string Encoded(std::string_view text);

class Target {
 public:
  explicit Target(std::string path) : text_(std::move(path)) {}
  Target& Add(std::string_view name, std::string_view value);  // an empty value is left out
  Target& AddFlag(std::string_view name, bool value);          // so is false
  Target& Add(std::string_view name, EffectiveTime time);
  Target& Add(const When& when);
  Target& Add(const EventsQuestion& question);
  Target& AddKnowledge(std::string_view name, const AsKnownAt& knowledge);
  // Moment, knowledge, page, what is left out.
  Target& Add(const Ask& ask);
  const std::string& Text() const { return text_; }

 private:
  std::string text_;
  bool any_ = false;
};

}  // namespace tenure::wire
