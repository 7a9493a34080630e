#pragma once
// Who is meant by the actor that the producer of an event claims. Producers write it in their own words, an AWS ARN among them.
#include <functional>
#include <string>

namespace tenure::governance {

// As a reference; the text itself where nothing better is known. An empty function takes each as it is claimed.
using ActorOf = std::function<std::string(const std::string&)>;

}  // namespace tenure::governance
