#pragma once
// Subjects one after the other: everyone, every identity and every role that a knowledge names.
#include <functional>
#include <string>

#include "history/facts.h"

namespace tenure::governance {

// Or the one that is asked about. An error of `each` ends it and is returned; so is one of the view.
Status EachSubject(history::FactView& view, const std::string& only, const std::function<Status(const std::string&)>& each);

}  // namespace tenure::governance
