#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "cli/text.h"
#include "cli/write_all.h"

namespace tenure::cli {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;

bool IsSet(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

}  // namespace

Terminal::Terminal() {
  std::signal(SIGPIPE, SIG_IGN);  // a reader who leaves must not stop an append half way
  const char* term = std::getenv("TERM");
  colour_ = ::isatty(STDOUT_FILENO) != 0 && !IsSet("NO_COLOR") && term != nullptr && std::strcmp(term, "dumb") != 0;
}

void Terminal::Write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) Flush();
}

void Terminal::Line(std::string_view text) {
  Write(text);
  Write("\n");
}

void Terminal::Flush() {
  if (kept_ != nullptr) *kept_ += buffer_;
  else if (!reader_left_ && write_errno_ == 0 && !WriteAll(STDOUT_FILENO, buffer_)) {
    if (errno == EPIPE) reader_left_ = true;
    else write_errno_ = errno;
  }
  buffer_.clear();
}

Status Terminal::Outcome() const {
  if (write_errno_ == 0) return {};
  return Fail("output_failed", std::string("standard output can't be written: ") + std::strerror(write_errno_),
              write_errno_ == ENOSPC ? "free some space where it goes" : "", Blame::kFault);
}

std::string Terminal::Paint(Ink ink, std::string_view text) const {
  if (!colour_ || ink == Ink::kPlain) return std::string(text);
  constexpr const char* kCodes[] = {"", "1", "2", "32", "33", "31", "36"};
  return std::string("\x1b[") + kCodes[static_cast<int>(ink)] + "m" + std::string(text) + "\x1b[0m";
}

std::size_t Terminal::PictureColumns() const {
  std::size_t columns = 0;
  const std::string_view set = IsSet("COLUMNS") ? std::getenv("COLUMNS") : "";
  const auto [end, error] = std::from_chars(set.data(), set.data() + set.size(), columns);
  if (error != std::errc() || end != set.data() + set.size()) columns = 0;
  winsize size{};
  if (columns == 0 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
  return std::clamp(columns == 0 ? kPipeColumns : columns, kPictureColumnsMin, kPictureColumnsMax);
}

bool Terminal::Utf8() const {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (!IsSet(name)) continue;
    std::string locale(std::getenv(name));
    std::transform(locale.begin(), locale.end(), locale.begin(),
                   [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

void Terminal::Complain(const Error& error) { Note("tenure: " + Escape(error.ToString())); }

void Terminal::Note(std::string_view text) {
  Flush();
  WriteAll(STDERR_FILENO, std::string(text) + "\n");
}

ProgressLine::ProgressLine(std::string what, std::string unit)
    : what_(std::move(what)),
      unit_(std::move(unit)),
      terminal_(::isatty(STDERR_FILENO) != 0),
      begun_(std::chrono::steady_clock::now()),
      last_(begun_) {}

void ProgressLine::operator()(std::int64_t done, std::int64_t to_do) {
  using namespace std::chrono_literals;
  const auto now = std::chrono::steady_clock::now();
  if (done_at_first_ < 0 || done < done_at_first_) done_at_first_ = done, begun_ = now;
  if (now - last_ < (terminal_ ? 100ms : 5000ms)) return;
  last_ = now;
  std::string text = what_ + " " + WithCommas(done) + (to_do > 0 ? " of " + WithCommas(to_do) : "") + " " + unit_;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  if (const double rate = static_cast<double>(done - done_at_first_) / seconds; rate >= 1) {
    text += ", " + WithCommas(static_cast<std::int64_t>(rate)) + "/s";
    if (to_do > done)
      text += ", " + WithCommas(static_cast<std::int64_t>(static_cast<double>(to_do - done) / rate) + 1) + " s left";
  }
  if (!terminal_) {
    WriteAll(STDERR_FILENO, text + "\n");
    return;
  }
  if (to_do > 0) {
    constexpr std::int64_t kCells = 24;
    const auto full = static_cast<std::size_t>(std::min(kCells, kCells * done / to_do));
    text = "[" + std::string(full, '#') + std::string(kCells - full, '.') + "] " + text;
  }
  WriteAll(STDERR_FILENO, "\r\x1b[K" + ShortenMiddle(text, kColumns - 1));
  shown_ = true;
}

void ProgressLine::Finish() {
  if (shown_) WriteAll(STDERR_FILENO, "\r\x1b[K");
  shown_ = false;
}

}  // namespace tenure::cli
