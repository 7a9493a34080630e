#pragma once
// Answers as JSON, exactly in the shape of docs/reference/json.md: one compact line, members in the documented order, every
// documented member present (null where there is nothing). The command line and the HTTP server print these bytes and no others.
//
// Events and dead letters are shown with whatever looks like a secret masked. Free functions, safe from any thread.
#include <string>
#include <string_view>
#include <vector>

#include "tenure/answer.h"
#include "tenure/backup.h"
#include "tenure/tenure.h"

namespace tenure::library {

std::string ToJson(const IdentitiesAnswer& answer);
std::string ToJson(const ShowAnswer& answer);
std::string ToJson(const WhatAnswer& answer);
std::string ToJson(const WhoAnswer& answer);
std::string ToJson(const BriefCheckAnswer& answer);
std::string ToJson(const BriefWhatAnswer& answer);
std::string ToJson(const BriefWhoAnswer& answer);
std::string ToJson(const BriefIdentitiesAnswer& answer);
std::string ToJson(const CheckAnswer& answer);
// The same, flat, as an object to be put into another: decision and because in `reason`, beside held, evidence and the rest.
std::string ToExplanation(const CheckAnswer& answer);
std::string ToHead(const AnswerHead& head);  // what stands before an answer's results, as an object
std::string ToJson(const FindingsAnswer& answer);
std::string ToJson(const WhyHeldAnswer& answer);
std::string ToJson(const ControlsAnswer& answer);
std::string ToJson(const ReviewsAnswer& answer);
std::string ToJson(const ReviewAnswer& answer);
std::string ToJson(const UnreviewedAnswer& answer);
std::string ToJson(const ReachAnswer& answer);
std::string ToJson(const ReplayAnswer& answer);
std::string ToJson(const TimelineAnswer& answer);
std::string ToJson(const DiffAnswer& answer);
std::string ToJson(const EventsAnswer& answer);
std::string ToJson(const EventRow& row);  // one row of the above, for NDJSON
std::string ToJson(const DeadLettersAnswer& answer);
std::string ToJson(const VerifyAnswer& answer);
std::string ToJson(const StatusAnswer& answer);
std::string ToJson(const std::vector<Permission>& permissions);  // of an inline grant, the array alone
std::string ToJson(const AppendAnswer& answer);
std::string ToJson(const AppendReport& report);
std::string ToJson(const ImportReport& report);
std::string ToJson(const MirrorReport& report);
std::string ToJson(const BackupContent& content);
std::string ToJson(const RestoreReport& report);

// "effective", "possible", "on_paper".
std::string_view StatusName(RowStatus status);

}  // namespace tenure::library
