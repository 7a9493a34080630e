#pragma once
// Times for people, as the library shows them.
#include "library/shown_time.h"

namespace tenure::cli {

using library::At;
using library::Distance;
using library::Length;
using library::Span;

}  // namespace tenure::cli
