#include "cli/chart_option.h"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "cli/chart_text.h"
#include "cli/text.h"
#include "cli/write_all.h"
#include "event/json_reader.h"
#include "library/chart_svg.h"

namespace tenure::cli {
namespace {

// What the answer lacks is told by its own reading; here it only draws nothing.
library::Chart ChartIn(const std::string& json) {
  const auto answer = event::JsonValue::Parse(json);
  return answer ? library::ChartOf(*answer) : library::Chart{};
}

Status IsThere(const std::string& file) {
  std::error_code ec;
  if (!std::filesystem::exists(std::filesystem::symlink_status(file, ec))) return {};
  return Fail("chart_exists", "\"" + file + "\" is there already", "name a file that isn't", Blame::kCaller);
}

Status NotWritten(const std::string& file) {
  return Fail("chart_not_written", "\"" + file + "\" can't be written: " + std::strerror(errno), "check the disk and the path",
              Blame::kFault);
}

}  // namespace

void ChartOption::AddTo(CLI::App& command) {
  command
      .add_option("--chart", where_,
                  "Draw it over time: here, or as SVG in a file that isn't there yet (then beside the usual answer)")
      ->type_name("FILE")
      ->expected(0, 1)
      ->default_str(kTerminal)
      ->check([](const std::string& given) {
        const bool svg = given.size() > 4 && given.ends_with(".svg");
        return given == kTerminal || svg ? "" : "\"" + given + "\" is no FILE.svg; put --chart last to draw in the terminal";
      });
}

Status ChartOption::Check(const QuestionOptions& options) const {
  if (where_.empty()) return {};
  if (options.Brief())
    return Fail("chart_needs_intervals", "a brief answer has no stretches of time to draw", "leave out --detail brief",
                Blame::kCaller);
  if (InTerminal() && options.Output() != Form::kHuman)
    return Fail("chart_needs_file", "a picture and JSON or CSV can't both go to standard output",
                "name a file for the picture, --chart FILE.svg, or leave one of them out", Blame::kCaller);
  return InFile() ? IsThere(where_) : Status{};
}

void ChartOption::Print(Invocation& invocation, const std::string& json, std::string_view empty) const {
  Terminal& out = invocation.terminal;
  const library::Chart chart = ChartIn(json);
  out.Line();
  if (chart.rows.empty()) {
    out.Line(empty);
    return;
  }
  PrintChart(out, chart, {out.PictureColumns(), out.Utf8(), invocation.wide});
  if (chart.rows_left_out > 0) {
    const auto rows = static_cast<std::int64_t>(chart.rows.size());
    const bool at_most = chart.rows.size() >= library::kChartRowsMax;
    out.Line("and " + Count(chart.rows_left_out, "more row", "more rows") +
             (at_most ? "; a chart has " + WithCommas(rows) + " at most: --during shows less of time"
                      : "; --limit " + std::to_string(rows + chart.rows_left_out) + " draws them, too"));
  }
  if (chart.more_pages) out.Line("A larger --limit draws more of the answer.");
}

Status ChartOption::Write(const std::string& json) const {
  if (auto s = IsThere(where_); !s) return s;
  const std::string unfinished = where_ + ".unfinished";
  std::error_code ec;
  std::filesystem::remove(unfinished, ec);
  const int fd = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return NotWritten(where_);
  const bool written = WriteAll(fd, library::ChartSvg(ChartIn(json), library::SvgPlace::kFile)) && ::fsync(fd) == 0;
  const bool closed = ::close(fd) == 0;
  if (written && closed && ::rename(unfinished.c_str(), where_.c_str()) == 0) return {};
  const int why = errno;
  std::filesystem::remove(unfinished, ec);
  errno = why;
  return NotWritten(where_);
}

}  // namespace tenure::cli
