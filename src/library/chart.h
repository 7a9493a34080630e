#pragma once
// An answer over time, as rows of bars below one axis: what both drawings (chart_svg.h, and the command line's) are made of. Labels and
// texts are the record's own: whoever draws escapes them. Plain values and pure functions.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "event/json_reader.h"
#include "tenure/event.h"
#include "tenure/time.h"

namespace tenure::library {

inline constexpr std::size_t kChartRowsMax = 1'000;

// Ascending: where bars overlap, the surer one is seen. kGranted: a grant's own life, whatever became of what it gives.
enum class Sureness : std::uint8_t { kGranted, kPossible, kCertain };

struct ChartBar {
  Interval span;  // not empty; either end may be open
  Sureness sureness = Sureness::kCertain;
};

// One moment: an event, something used, or an end that nobody told.
enum class MarkKind : std::uint8_t { kEvent, kUse, kGap };
struct ChartMark {
  EffectiveTime at;
  MarkKind kind = MarkKind::kEvent;
  std::string text;
};

struct ChartRow {
  std::string label, about;  // about: what the label leaves out
  bool deny = false;
  std::vector<ChartBar> bars;  // by beginning
  std::vector<ChartMark> marks;
};

struct Chart {
  std::string title;
  std::vector<ChartRow> rows;       // each with a bar or a mark
  std::int64_t rows_left_out = 0;   // of those that the answer holds or counts
  bool more_pages = false;          // the answer is one page
  OptionalTime moment;              // the one asked about
  std::optional<Interval> window;   // or the window, which cuts what reaches beyond it
  std::vector<std::string> doubts;  // what makes it less than the whole answer, in words
  Interval extent;                  // what there is to see; bounded and not empty. Of no meaning without rows.

  bool MomentInPicture() const;
  // It may go on beyond the window, which the answer doesn't tell.
  bool CutByWindow(const ChartBar& bar) const;
};

// `answer`: the whole JSON object of an answer. What has no time in it makes no row.
Chart ChartOf(const event::JsonValue& answer, std::size_t rows_max = kChartRowsMax);

std::string_view SurenessWord(Sureness sureness);

}  // namespace tenure::library
