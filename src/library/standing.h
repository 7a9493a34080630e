#pragma once
// Where the record stands: its size, how far it is projected, its digests, what is open.
#include "library/open_record.h"
#include "tenure/answer.h"

namespace tenure::library {

// Everything of the answer but its head. Thread safety: one thread.
Status DescribeRecord(const OpenRecord& record, StatusAnswer& answer);

}  // namespace tenure::library
