#pragma once
// Answers from their JSON: the opposite of json.h. ToJson(FromJson(x)) == x for every answer of this version.
//
// The text comes from another process and is trusted in nothing: an index that points nowhere, a number out of range, a word with
// control characters in it is refused as a missing member is. Members that aren't known are skipped.
// Not in the JSON, and left empty: `known_before` of a difference, `clock_behind` of a status.
// Error of all: answer_malformed (kFault). Free functions, safe from any thread.
#include <string_view>

#include "tenure/tenure.h"

namespace tenure::library {

Status FromJson(std::string_view json, IdentitiesAnswer& answer);
Status FromJson(std::string_view json, ShowAnswer& answer);
Status FromJson(std::string_view json, WhatAnswer& answer);
Status FromJson(std::string_view json, WhoAnswer& answer);
Status FromJson(std::string_view json, CheckAnswer& answer);
Status FromJson(std::string_view json, BriefCheckAnswer& answer);
Status FromJson(std::string_view json, BriefWhatAnswer& answer);
Status FromJson(std::string_view json, BriefWhoAnswer& answer);
Status FromJson(std::string_view json, BriefIdentitiesAnswer& answer);
Status FromJson(std::string_view json, FindingsAnswer& answer);
Status FromJson(std::string_view json, WhyHeldAnswer& answer);
Status FromJson(std::string_view json, ControlsAnswer& answer);
Status FromJson(std::string_view json, ReviewsAnswer& answer);
Status FromJson(std::string_view json, ReviewAnswer& answer);
Status FromJson(std::string_view json, UnreviewedAnswer& answer);
Status FromJson(std::string_view json, ReachAnswer& answer);
Status FromJson(std::string_view json, ReplayAnswer& answer);
Status FromJson(std::string_view json, TimelineAnswer& answer);
Status FromJson(std::string_view json, DiffAnswer& answer);
Status FromJson(std::string_view json, EventsAnswer& answer);
Status FromJson(std::string_view json, EventRow& row);
Status FromJson(std::string_view json, DeadLettersAnswer& answer);
Status FromJson(std::string_view json, VerifyAnswer& answer);
Status FromJson(std::string_view json, StatusAnswer& answer);
Status FromJson(std::string_view json, AppendAnswer& answer);
Status FromJson(std::string_view json, AppendReport& report);

}  // namespace tenure::library
