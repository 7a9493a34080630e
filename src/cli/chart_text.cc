#include "cli/chart_text.h"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "cli/moment.h"
#include "cli/text.h"
#include "library/chart_axis.h"
#include "library/chart_cells.h"

namespace tenure::cli {
namespace {

using library::Beyond;
using library::Cell;
using library::Chart;
using library::ChartBar;
using library::ChartRow;
using library::MarkKind;
using library::Sureness;

struct Glyphs {
  const char *certain, *possible, *both, *granted, *event, *gap;
  const char *moment, *moment_above, *moment_below;
  const char *open_left, *open_right, *further_left, *further_right;
  const char *axis, *tick_above, *tick_below, *dots;
};
constexpr Glyphs kUnicode = {"█", "▒", "▓", "░", "•", "!", "│", "▼", "▲", "◂", "▸", "‹", "›", "─", "┬", "┴", "…"};
constexpr Glyphs kAscii = {"#", "~", "+", ".", "*", "!", "|", "v", "^", "<", ">", "-", "-", "-", "+", "+", "..."};

// What shows these eighths of a cell; bit 0 is on the left. Characters fill a cell from the left by eighths, from the right by an eighth or
// a half, so the rest is the nearest. What is not the whole cell and not the beginning of a bar never looks whole: a break stays seen.
const char* BlockOf(std::uint8_t bits) {
  constexpr const char* kFromLeft[] = {"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
  const int first = std::countr_zero(bits), last = 7 - std::countl_zero(bits), count = std::popcount(bits);
  if (first == 0) return kFromLeft[last < 7 || count == 8 ? last : 6];
  if (last - first + 1 > count) return "▐";
  if (last == 7) return count >= 6 ? "█" : count >= 3 ? "▐" : "▕";
  if (count >= 3) return first + last < 7 ? "▌" : "▐";
  return first + last < 5 ? "▎" : first + last > 9 ? "▕" : "┃";
}

struct Drawn {
  const char* glyph;
  Ink ink;
};

class Picture {
 public:
  Picture(Terminal& terminal, const Chart& chart, const ChartStyle& style)
      : terminal_(terminal), chart_(chart), style_(style), glyphs_(style.utf8 ? kUnicode : kAscii) {
    for (const ChartRow& row : chart.rows) labels_.push_back(Shown(row.label));
    std::size_t widest = 0;
    for (const std::string& label : labels_) widest = std::max(widest, Width(label));
    const std::size_t most = std::max<std::size_t>(style.columns * 2 / 5, 8);
    Divide(style.whole_labels ? widest : std::min(widest, most));
    if (const std::size_t context = Width(Context(Axis())); context > label_width_ && context <= most) Divide(context);
  }

  void Print() {
    const bool tall = chart_.rows.size() > 20;
    PrintLabels();
    PrintAxis(glyphs_.tick_above, glyphs_.moment_above);
    for (std::size_t i = 0; i < chart_.rows.size(); ++i) PrintRow(chart_.rows[i], labels_[i]);
    if (tall) {
      PrintAxis(glyphs_.tick_below, glyphs_.moment_below);
      PrintLabels();
    }
    PrintLegend();
    PrintNotes();
  }

 private:
  // Beside the labels: a blank, a cell for arrows, the plot, and a cell for arrows.
  void Divide(std::size_t label_width) {
    label_width_ = label_width;
    const std::size_t beside = label_width + 3;
    plot_width_ = style_.columns > beside + 8 ? style_.columns - beside : 9;
  }
  library::Axis Axis() const { return library::AxisOf(chart_.extent, plot_width_); }
  static std::string Context(const library::Axis& axis) { return axis.context.empty() ? "UTC" : axis.context + " UTC"; }
  std::string Shown(std::string_view text) const { return style_.utf8 ? Escape(text) : library::EscapeBeyondAscii(text); }
  std::size_t Column(EffectiveTime at) const { return library::ColumnOf(at, chart_.extent, plot_width_); }
  // plot_width_: it isn't in the picture.
  std::size_t MomentColumn() const { return chart_.MomentInPicture() ? Column(*chart_.moment) : plot_width_; }
  std::string Left(std::string_view text) const {
    return Pad(ShortenMiddle(text, label_width_, glyphs_.dots), label_width_) + " ";
  }

  // What the labels of the ticks leave out stands on the left, or above them where it has no room there.
  void PrintLabels() {
    const library::Axis axis = Axis();
    const std::string context = Context(axis);
    std::string line = Left(context);
    if (Width(context) > label_width_) {
      terminal_.Line(terminal_.Paint(Ink::kDim, ShortenMiddle(context, style_.columns, glyphs_.dots)));
      line = Left("");
    }
    const std::size_t begin = line.size(), end = begin + plot_width_ + 2;  // ASCII up to here
    for (const library::Tick& tick : axis.ticks) {
      const std::size_t middle = begin + 1 + Column(tick.at), half = tick.label.size() / 2;
      std::size_t at = std::max(middle > half ? middle - half : 0, begin);
      if (at + tick.label.size() > end) at = end > tick.label.size() ? end - tick.label.size() : begin;
      if (at < line.size() + (line.size() > begin ? 1 : 0) || at + tick.label.size() > end) continue;
      line.append(at - line.size(), ' ');
      line += tick.label;
    }
    terminal_.Line(terminal_.Paint(Ink::kDim, line));
  }

  void PrintAxis(const char* tick_glyph, const char* moment_glyph) {
    std::vector<const char*> cells(plot_width_, glyphs_.axis);
    for (const library::Tick& tick : Axis().ticks) cells[Column(tick.at)] = tick_glyph;
    std::string before, after;
    const std::size_t moment = MomentColumn();
    for (std::size_t i = 0; i < plot_width_; ++i)
      if (i != moment) (i < moment ? before : after) += cells[i];
    std::string line = terminal_.Paint(Ink::kDim, Left("") + " " + before);
    if (moment < plot_width_) line += terminal_.Paint(Ink::kRed, moment_glyph) + terminal_.Paint(Ink::kDim, after);
    terminal_.Line(line);
  }

  void PrintRow(const ChartRow& row, const std::string& label) {
    const library::Cells cells = library::CellsOf(row, chart_.extent, plot_width_);
    const std::size_t moment = MomentColumn();
    std::string line = Left(label) + Arrow(cells.left, glyphs_.open_left, glyphs_.further_left, row), run;
    Ink ink = Ink::kPlain;
    const auto flush = [&] {
      if (!run.empty()) line += terminal_.Paint(ink, run);
      run.clear();
    };
    for (std::size_t i = 0; i < plot_width_; ++i) {
      Drawn drawn = Draw(row, cells.cells[i]);
      if (i == moment) drawn = {cells.cells[i].Empty() ? glyphs_.moment : drawn.glyph, Ink::kRed};
      if (drawn.ink != ink) flush();
      ink = drawn.ink;
      run += drawn.glyph;
    }
    flush();
    line += Arrow(cells.right, glyphs_.open_right, glyphs_.further_right, row);
    if (!terminal_.Colour()) line.erase(line.find_last_not_of(' ') + 1);
    terminal_.Line(line);
  }

  std::string Arrow(Beyond side, const char* open, const char* further, const ChartRow& row) const {
    if (side == Beyond::kNo) return " ";
    return terminal_.Paint(InkOf(row, Sureness::kCertain), side == Beyond::kOpen ? open : further);
  }

  static Ink InkOf(const ChartRow& row, Sureness sureness) {
    if (sureness == Sureness::kGranted) return Ink::kDim;
    if (sureness == Sureness::kPossible) return Ink::kYellow;
    return row.deny ? Ink::kRed : Ink::kGreen;
  }

  Drawn Draw(const ChartRow& row, const Cell& cell) const {
    if (cell.gap) return {glyphs_.gap, Ink::kRed};
    if (cell.marks != 0) return {glyphs_.event, Ink::kCyan};
    const unsigned possible = cell.possible & ~static_cast<unsigned>(cell.certain);
    if (cell.certain != 0 && possible != 0) return {glyphs_.both, Ink::kYellow};
    if (cell.certain != 0) return {style_.utf8 ? BlockOf(cell.certain) : glyphs_.certain, InkOf(row, Sureness::kCertain)};
    if (cell.possible != 0) return {glyphs_.possible, Ink::kYellow};
    if (cell.granted != 0) return {glyphs_.granted, Ink::kDim};
    return {" ", Ink::kPlain};
  }

  struct Seen {
    bool certain = false, possible = false, both = false, granted = false, event = false, gap = false;
    bool open_left = false, open_right = false, further = false, cut = false;
  };
  Seen Look() const {
    Seen seen;
    for (const ChartRow& row : chart_.rows) {
      const library::Cells cells = library::CellsOf(row, chart_.extent, plot_width_);
      for (const Cell& cell : cells.cells) {
        seen.both |= cell.certain != 0 && (cell.possible & ~static_cast<unsigned>(cell.certain)) != 0;
        seen.certain |= cell.certain != 0;
        seen.possible |= cell.possible != 0;
        seen.granted |= cell.granted != 0 && cell.certain == 0 && cell.possible == 0;
        seen.event |= cell.marks != 0 && !cell.gap;
        seen.gap |= cell.gap;
      }
      seen.open_left |= cells.left == Beyond::kOpen;
      seen.open_right |= cells.right == Beyond::kOpen;
      seen.further |= cells.left == Beyond::kFurther || cells.right == Beyond::kFurther;
      seen.cut |= std::any_of(row.bars.begin(), row.bars.end(), [&](const ChartBar& bar) { return chart_.CutByWindow(bar); });
    }
    return seen;
  }

  // Only what is in the picture.
  void PrintLegend() {
    const Seen seen = Look();
    std::vector<std::string> items;
    const auto item = [&](bool there, const std::string& glyph, std::string_view meaning) {
      if (there) items.push_back(glyph + " " + std::string(meaning));
    };
    item(seen.certain, glyphs_.certain, "certain");
    item(seen.possible, glyphs_.possible, "possible");
    item(seen.both, glyphs_.both, "both within the cell");
    item(seen.granted, glyphs_.granted, "granted, not held");
    item(seen.event, glyphs_.event, "event");
    item(seen.gap, glyphs_.gap, "evidence gap");
    item(seen.open_left, glyphs_.open_left, "no beginning");
    item(seen.open_right, glyphs_.open_right, "no end");
    item(seen.further, glyphs_.further_right, "ends beyond the picture");
    if (chart_.MomentInPicture()) items.push_back(std::string(glyphs_.moment_above) + " as of " + At(chart_.moment->us));
    else if (chart_.moment) items.emplace_back("the moment asked about lies beyond the picture");
    if (seen.cut) items.emplace_back("what reaches an edge may go on beyond the window");
    std::string line;
    for (const std::string& one : items) {
      if (!line.empty() && Width(line) + 2 + Width(one) > style_.columns) {
        terminal_.Line(terminal_.Paint(Ink::kDim, line));
        line.clear();
      }
      line += (line.empty() ? "" : "  ") + ShortenMiddle(one, style_.columns, glyphs_.dots);
    }
    if (!line.empty()) terminal_.Line(terminal_.Paint(Ink::kDim, line));
  }

  // Ends that nobody told, in words.
  void PrintNotes() {
    constexpr std::size_t kShown = 5;
    std::vector<std::string> gaps;
    for (const ChartRow& row : chart_.rows)
      for (const library::ChartMark& mark : row.marks)
        if (mark.kind == MarkKind::kGap) gaps.push_back(At(mark.at.us) + "  " + mark.text);
    for (std::size_t i = 0; i < gaps.size() && i < kShown; ++i) Note(std::string(glyphs_.gap) + " " + gaps[i], Ink::kYellow);
    if (gaps.size() > kShown)
      Note("  and " + Count(static_cast<std::int64_t>(gaps.size() - kShown), "gap", "gaps") + " more", Ink::kYellow);
  }
  void Note(const std::string& text, Ink ink) {
    for (const std::string& line : Wrap(Shown(text), style_.columns)) terminal_.Line(terminal_.Paint(ink, line));
  }

  Terminal& terminal_;
  const Chart& chart_;
  const ChartStyle& style_;
  const Glyphs& glyphs_;
  std::vector<std::string> labels_;
  std::size_t label_width_ = 0, plot_width_ = 0;
};

}  // namespace

void PrintChart(Terminal& terminal, const Chart& chart, const ChartStyle& style) { Picture(terminal, chart, style).Print(); }

}  // namespace tenure::cli
