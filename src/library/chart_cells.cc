#include "library/chart_cells.h"

#include <algorithm>
#include <array>

namespace tenure::library {
namespace {

constexpr std::size_t kEighths = 8;
__extension__ using Wide = unsigned __int128;  // microseconds of millennia times eighths

// An extent cut into `count` equal parts, whose bounds need not be whole microseconds.
class Scale {
 public:
  Scale(const Interval& extent, std::size_t count)
      : extent_(extent), length_(static_cast<std::uint64_t>(extent.until.us - extent.from.us)), count_(count) {}

  // The part that a moment lies in.
  std::size_t PartOf(EffectiveTime at) const {
    if (at <= extent_.from) return 0;
    if (at >= extent_.until) return count_ - 1;
    return static_cast<std::size_t>(Since(at) * count_ / length_);
  }
  // The last part that lies before a moment at least in part.
  std::size_t LastBefore(EffectiveTime at) const {
    if (at <= extent_.from) return 0;
    if (at >= extent_.until) return count_ - 1;
    return static_cast<std::size_t>((Since(at) * count_ - 1) / length_);
  }

 private:
  Wide Since(EffectiveTime at) const { return static_cast<std::uint64_t>(at.us - extent_.from.us); }

  Interval extent_;
  std::uint64_t length_;
  std::size_t count_;
};

std::uint8_t& BitsOf(Cell& cell, Sureness sureness) {
  return sureness == Sureness::kCertain ? cell.certain : sureness == Sureness::kPossible ? cell.possible : cell.granted;
}

void Set(Cells& row, Sureness sureness, std::size_t eighth) {
  std::uint8_t& bits = BitsOf(row.cells[eighth / kEighths], sureness);
  bits = static_cast<std::uint8_t>(bits | 1U << eighth % kEighths);
}

bool IsSet(Cells& row, Sureness sureness, std::size_t eighth) {
  return (BitsOf(row.cells[eighth / kEighths], sureness) >> eighth % kEighths & 1U) != 0;
}

void Fill(Cells& row, const Scale& scale, const ChartBar& bar) {
  const std::size_t first = scale.PartOf(bar.span.from), last = scale.LastBefore(bar.span.until);
  for (std::size_t eighth = first; eighth <= last; ++eighth) {
    if (eighth % kEighths == 0 && last - eighth >= kEighths) {
      BitsOf(row.cells[eighth / kEighths], bar.sureness) = 0xFF;
      eighth += kEighths - 1;
    } else {
      Set(row, bar.sureness, eighth);
    }
  }
}

// A break too short for an eighth of its own takes the one in which it begins.
void ShowBreak(Cells& row, const Scale& scale, Sureness sureness, EffectiveTime end, EffectiveTime begin) {
  const std::size_t first = scale.PartOf(end), last = scale.LastBefore(begin);
  for (std::size_t eighth = first; eighth <= last; ++eighth)
    if (!IsSet(row, sureness, eighth)) return;
  std::uint8_t& bits = BitsOf(row.cells[first / kEighths], sureness);
  const auto rest = static_cast<std::uint8_t>(bits & ~(1U << first % kEighths));
  if (rest != 0) bits = rest;
}

bool Meets(const ChartBar& bar, const Interval& extent) { return bar.span.from < extent.until && extent.from < bar.span.until; }

void Widen(Beyond& side, bool open, bool further) {
  side = std::max(side, open ? Beyond::kOpen : further ? Beyond::kFurther : Beyond::kNo);
}

}  // namespace

std::size_t ColumnOf(EffectiveTime at, const Interval& extent, std::size_t columns) { return Scale(extent, columns).PartOf(at); }

Cells CellsOf(const ChartRow& row, const Interval& extent, std::size_t columns) {
  Cells out;
  out.cells.resize(columns);
  const Scale scale(extent, columns * kEighths);
  std::array<OptionalTime, 3> ends;  // of the bars so far, by sureness
  for (const ChartBar& bar : row.bars) {
    Widen(out.left, bar.span.from == kAlways, bar.span.from < extent.from);
    Widen(out.right, bar.span.until == kForever, extent.until < bar.span.until);
    if (Meets(bar, extent)) Fill(out, scale, bar);
  }
  for (const ChartBar& bar : row.bars) {
    OptionalTime& end = ends[static_cast<std::size_t>(bar.sureness)];
    if (end && *end < bar.span.from && extent.from <= *end && bar.span.from < extent.until)
      ShowBreak(out, scale, bar.sureness, *end, bar.span.from);
    end = std::max(end.value_or(bar.span.until), bar.span.until);
  }
  for (const ChartMark& mark : row.marks) {
    if (mark.at < extent.from || extent.until < mark.at) {
      Widen(mark.at < extent.from ? out.left : out.right, false, true);
      continue;
    }
    const std::size_t eighth = scale.PartOf(mark.at);
    Cell& cell = out.cells[eighth / kEighths];
    cell.marks = static_cast<std::uint8_t>(cell.marks | 1U << eighth % kEighths);
    cell.gap = cell.gap || mark.kind == MarkKind::kGap;
  }
  return out;
}

}  // namespace tenure::library
