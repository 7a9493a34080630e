#include "library/chart_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "library/chart_axis.h"
#include "library/shown_text.h"
#include "library/shown_time.h"

namespace tenure::library {
namespace {

// In pixels; a character of the style's font is never wider than kCharacter on average.
constexpr int kWidth = 1000, kLeft = 330, kRight = 980, kRowHeight = 24, kBarHeight = 16, kLine = 18;
constexpr double kCharacter = 7.0, kLeastBar = 1.5;
constexpr std::size_t kLabelColumns = 44;
constexpr std::size_t kBarsMax = 2'000;  // of one row; what lies closer than a pixel is drawn as one then

constexpr std::string_view kStyle =
    "<style>.tenure-chart{font:12px system-ui,\"DejaVu "
    "Sans\",sans-serif;print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    ".tenure-chart text{fill:#111}.tenure-chart .c-title{font-size:15px;font-weight:600}.tenure-chart .c-dim{fill:#555}"
    ".tenure-chart .c-doubt{fill:#92400e}.tenure-chart .c-tick{stroke:#ccc}.tenure-chart .c-row{stroke:#eee}"
    ".tenure-chart .c-certain{fill:#14532d}.tenure-chart .c-deny.c-certain{fill:#7f1d1d}"
    ".tenure-chart .c-possible{fill:url(#tenure-hatch);stroke:#92400e}"
    ".tenure-chart .c-granted{fill:#fff;stroke:#555;stroke-dasharray:3 2}"
    ".tenure-chart .c-event,.tenure-chart .c-use{fill:#1e3a8a}.tenure-chart .c-gap{fill:#b91c1c}"
    ".tenure-chart .c-moment{stroke:#b91c1c;stroke-width:1.5;stroke-dasharray:6 3}"
    ".tenure-chart .c-inside{fill:#fff;font-size:11px;pointer-events:none}"
    ".tenure-chart .c-ground{fill:#fff;pointer-events:none}.tenure-chart .c-small{font-size:11px;pointer-events:none}</style>\n";
constexpr std::string_view kHatch =
    "<defs><pattern id=\"tenure-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
    "<rect width=\"6\" height=\"6\" fill=\"#fef3c7\"/><rect width=\"2\" height=\"6\" fill=\"#92400e\"/></pattern></defs>\n";

std::string_view ClassOf(Sureness sureness) {
  return sureness == Sureness::kCertain ? "c-certain" : sureness == Sureness::kPossible ? "c-possible" : "c-granted";
}

class Drawing {
 public:
  Drawing(const Chart& chart, SvgPlace place) : chart_(chart), place_(place) {}

  std::string Done() {
    if (place_ == SvgPlace::kFile) {
      Text(8, y_ + 16, Html(ShortenMiddle(Escape(chart_.title), 130)), "c-title");
      y_ += 26;
      Text(8, y_ + 12, Html(WhenText()), "c-dim");
      y_ += kLine + 4;
    }
    if (chart_.rows.empty()) {
      Text(8, y_ + 14, "Nothing to draw: the answer has no rows with a time in them.", "");
      y_ += kLine + 8;
    } else {
      DrawPlot();
      DrawLegend();
    }
    DrawNotes();
    return Opening() + std::string(kStyle) + std::string(kHatch) + body_ + "</svg>\n";
  }

 private:
  template <class... Args>
  void Put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(body_), format, std::forward<Args>(args)...);
  }
  // `markup`: escaped already.
  void Text(double x, double y, std::string_view markup, std::string_view of_class, std::string_view anchor = "start") {
    Put("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\" text-anchor=\"{}\">{}</text>\n", x, y, of_class, anchor, markup);
  }

  std::string WhenText() const {
    if (chart_.moment) return "as of " + At(chart_.moment->us);
    if (chart_.window) return "during " + Span(*chart_.window);
    return "";
  }

  std::string Opening() const {
    const std::string size = place_ == SvgPlace::kFile ? fmt::format(" width=\"{}\" height=\"{}\"", kWidth, y_ + 8) : "";
    std::string out = place_ == SvgPlace::kFile ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" : "";
    out += fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"tenure-chart\" viewBox=\"0 0 {} {}\"{} role=\"img\" "
        "aria-label=\"{}\">\n",
        kWidth, y_ + 8, size, Html(chart_.title));
    out += "<title>" + Html(chart_.title) + "</title>\n";
    if (place_ == SvgPlace::kFile) out += "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
    return out;
  }

  double X(EffectiveTime at) const {
    const EffectiveTime inside = std::clamp(at, chart_.extent.from, chart_.extent.until);
    const auto since = static_cast<double>(inside.us - chart_.extent.from.us);
    return kLeft + since / static_cast<double>(chart_.extent.until.us - chart_.extent.from.us) * (kRight - kLeft);
  }

  void DrawPlot() {
    const int top = y_ + 22, bottom = top + kRowHeight * static_cast<int>(chart_.rows.size()) + 4;
    const Axis axis = AxisOf(chart_.extent, static_cast<std::size_t>((kRight - kLeft) / kCharacter));
    Text(kLeft - 60, y_ + 14, axis.context.empty() ? "UTC" : Html(axis.context + " UTC"), "c-dim", "end");
    for (const Tick& tick : axis.ticks) {
      const double x = X(tick.at), half = static_cast<double>(tick.label.size()) * kCharacter / 2;
      Put("<line x1=\"{0:.2f}\" x2=\"{0:.2f}\" y1=\"{1}\" y2=\"{2}\" class=\"c-tick\"/>", x, top - 4, bottom);
      Text(std::clamp(x, kLeft - 45 + half, kWidth - 4 - half), y_ + 14, Html(tick.label), "c-dim", "middle");
    }
    int y = top;
    for (const ChartRow& row : chart_.rows) {
      DrawRow(row, y);
      y += kRowHeight;
    }
    if (chart_.MomentInPicture())
      Put("<line x1=\"{0:.2f}\" x2=\"{0:.2f}\" y1=\"{1}\" y2=\"{2}\" class=\"c-moment\"><title>as of {3}</title></line>\n",
          X(*chart_.moment), top - 6, bottom, At(chart_.moment->us));
    y_ = bottom;
  }

  void DrawRow(const ChartRow& row, int y) {
    Put("<line x1=\"8\" x2=\"{}\" y1=\"{}\" y2=\"{}\" class=\"c-row\"/>", kRight, y + kRowHeight - 1, y + kRowHeight - 1);
    const std::string whole = Html(row.label + (row.about.empty() ? "" : ", " + row.about));
    Put("<text x=\"8\" y=\"{}\">{}<title>{}</title></text>\n", y + 16, Html(ShortenMiddle(Escape(row.label), kLabelColumns)),
        whole);
    for (const Sureness sureness : {Sureness::kGranted, Sureness::kPossible, Sureness::kCertain})
      for (const auto& [bar, stretches] : BarsOf(row, sureness)) DrawBar(row, bar, stretches, y + 3, whole);
    for (const ChartMark& mark : row.marks) DrawMark(mark, y + 3);
  }

  // Those of one sureness, each with how many stretches it stands for.
  std::vector<std::pair<ChartBar, int>> BarsOf(const ChartRow& row, Sureness sureness) const {
    std::vector<std::pair<ChartBar, int>> bars;
    const bool many = row.bars.size() > kBarsMax;
    for (const ChartBar& bar : row.bars) {
      if (bar.sureness != sureness) continue;
      if (many && !bars.empty() && X(bar.span.from) - X(bars.back().first.span.until) < 1) {
        ChartBar& last = bars.back().first;
        last.span.until = std::max(last.span.until, bar.span.until);
        ++bars.back().second;
      } else {
        bars.emplace_back(bar, 1);
      }
    }
    return bars;
  }

  void DrawBar(const ChartRow& row, const ChartBar& bar, int stretches, int y, const std::string& whole) {
    const double from = X(bar.span.from), until = X(bar.span.until), wide = std::max(until - from, kLeastBar);
    const double x = std::min(from, kRight - wide);
    const std::string kind = std::string(ClassOf(bar.sureness)) + (row.deny ? " c-deny" : "");
    const std::string told = stretches == 1 ? Span(bar.span) : fmt::format("{} stretches, {}", stretches, Span(bar.span));
    Put("<rect x=\"{:.3f}\" y=\"{}\" width=\"{:.3f}\" height=\"{}\" class=\"{}\"><title>{}: {}, {}</title></rect>", x, y, wide,
        kBarHeight, kind, whole, SurenessWord(bar.sureness), told);
    DrawEnds(bar, y, kind);
    DrawInside(bar, x, wide, y);
    body_ += '\n';
  }

  // Without an end: an arrow. With one that isn't in the picture: a slash.
  void DrawEnds(const ChartBar& bar, int y, const std::string& kind) {
    const int middle = y + kBarHeight / 2, low = y + kBarHeight;
    if (bar.span.from == kAlways)
      Put("<path d=\"M{0} {1}L{2} {3}L{0} {4}Z\" class=\"{5}\"/>", kLeft, y, kLeft - 10, middle, low, kind);
    else if (bar.span.from < chart_.extent.from)
      Put("<path d=\"M{0} {1}l-6 {2}h3l6 -{2}Z\" class=\"{3}\"/>", kLeft - 4, y, kBarHeight, kind);
    if (bar.span.until == kForever)
      Put("<path d=\"M{0} {1}L{2} {3}L{0} {4}Z\" class=\"{5}\"/>", kRight, y, kRight + 10, middle, low, kind);
    else if (chart_.extent.until < bar.span.until)
      Put("<path d=\"M{0} {1}l-6 {2}h3l6 -{2}Z\" class=\"{3}\"/>", kRight + 9, y, kBarHeight, kind);
  }

  void DrawInside(const ChartBar& bar, double x, double wide, int y) {
    if (bar.sureness == Sureness::kGranted) return;  // what is surer may lie over it
    const bool bounded = bar.span.from != kAlways && bar.span.until != kForever;
    const bool certain = bar.sureness == Sureness::kCertain;
    constexpr double kSmaller = 6.4;  // a character of this text
    std::string text(certain ? "" : SurenessWord(bar.sureness));
    if (bounded && certain)
      text = Length(bar.span.until.us - bar.span.from.us) + (chart_.CutByWindow(bar) ? " in the window" : "");
    else if (certain) text = bar.span.until == kForever ? "no end" : "no beginning";
    const double text_width = static_cast<double>(Width(text)) * kSmaller;
    if (text_width + 8 >= wide) return;
    const double middle = x + wide / 2;
    if (!certain)  // a pattern is no ground to read on
      Put("<rect x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"12\" class=\"c-ground\"/>", middle - text_width / 2 - 3, y + 2,
          text_width + 6);
    Text(middle, y + 12, Html(text), certain ? "c-inside" : "c-small", "middle");
  }

  void DrawMark(const ChartMark& mark, int y) {
    if (mark.at < chart_.extent.from || chart_.extent.until < mark.at) return;
    const char* kind = mark.kind == MarkKind::kGap ? "c-gap" : mark.kind == MarkKind::kUse ? "c-use" : "c-event";
    Put("<rect x=\"{:.3f}\" y=\"{}\" width=\"2\" height=\"{}\" class=\"{}\"><title>{}, {}</title></rect>\n", X(mark.at) - 1, y,
        kBarHeight, kind, Html(mark.text), At(mark.at.us));
    if (mark.kind == MarkKind::kGap) Text(X(mark.at) + 3, y + 12, "!", "c-gap");
  }

  void DrawLegend() {
    double x = 8;
    int y = y_ + 8;
    const auto item = [&](std::string_view shape, std::string_view text) {
      const double wide = 26 + static_cast<double>(Width(text)) * kCharacter + 16;
      if (x + wide > kWidth) x = 8, y += kLine;
      Put("<g transform=\"translate({:.1f} {})\">{}</g>", x, y, shape);
      Text(x + 26, y + 12, text, "c-dim");
      x += wide;
    };
    for (const Sureness sureness : {Sureness::kCertain, Sureness::kPossible, Sureness::kGranted})
      if (HasBar([&](const ChartBar& bar) { return bar.sureness == sureness; }))
        item(fmt::format("<rect width=\"20\" height=\"14\" class=\"{}\"/>", ClassOf(sureness)),
             sureness == Sureness::kGranted ? "granted, not held" : SurenessWord(sureness));
    if (std::any_of(chart_.rows.begin(), chart_.rows.end(), [](const ChartRow& row) { return row.deny; }))
      item("<rect width=\"20\" height=\"14\" class=\"c-certain c-deny\"/>", "a deny");
    if (HasBar([](const ChartBar& bar) { return bar.span.from == kAlways || bar.span.until == kForever; }))
      item("<path d=\"M4 0L14 7L4 14Z\" class=\"c-certain\"/>", "no end, or no beginning");
    if (HasBar([&](const ChartBar& bar) { return IsCut(bar); }))
      item("<path d=\"M12 0l-6 14h3l6 -14Z\" class=\"c-certain\"/>", "ends beyond the picture");
    if (HasMark(MarkKind::kEvent) || HasMark(MarkKind::kUse))
      item("<rect x=\"9\" width=\"2\" height=\"14\" class=\"c-event\"/>", "event");
    if (HasMark(MarkKind::kGap))
      item("<rect x=\"9\" width=\"2\" height=\"14\" class=\"c-gap\"/>", "evidence gap: an end that nobody told");
    if (chart_.MomentInPicture()) item("<line x1=\"10\" x2=\"10\" y2=\"14\" class=\"c-moment\"/>", "the moment asked about");
    body_ += '\n';
    y_ = y + kLine + 2;
  }
  template <class Is>
  bool HasBar(Is is) const {
    return std::any_of(chart_.rows.begin(), chart_.rows.end(),
                       [&](const ChartRow& row) { return std::any_of(row.bars.begin(), row.bars.end(), is); });
  }
  bool HasMark(MarkKind kind) const {
    return std::any_of(chart_.rows.begin(), chart_.rows.end(), [&](const ChartRow& row) {
      return std::any_of(row.marks.begin(), row.marks.end(), [&](const ChartMark& mark) { return mark.kind == kind; });
    });
  }
  bool IsCut(const ChartBar& bar) const {
    return (bar.span.until != kForever && chart_.extent.until < bar.span.until) ||
           (bar.span.from != kAlways && bar.span.from < chart_.extent.from);
  }

  void DrawNotes() {
    const auto note = [&](const std::string& text, std::string_view of_class) {
      Text(8, y_ + 14, Html(ShortenMiddle(Escape(text), 150)), of_class);
      y_ += kLine;
    };
    if (chart_.rows_left_out > 0) note(fmt::format("and {} more rows", chart_.rows_left_out), "");
    if (chart_.moment && !chart_.MomentInPicture() && !chart_.rows.empty())
      note("The moment asked about lies beyond the picture.", "c-dim");
    if (HasBar([&](const ChartBar& bar) { return chart_.CutByWindow(bar); }))
      note("What reaches an edge may go on beyond the window.", "c-dim");
    if (chart_.more_pages) note("This is one page of the answer; more follows it.", "");
    for (const std::string& doubt : chart_.doubts) note(doubt, "c-doubt");
  }

  const Chart& chart_;
  const SvgPlace place_;
  int y_ = 0;
  std::string body_;
};

}  // namespace

std::string ChartSvg(const Chart& chart, SvgPlace place) {
  if (chart.rows.empty() && place == SvgPlace::kPage) return {};
  return Drawing(chart, place).Done();
}

}  // namespace tenure::library
