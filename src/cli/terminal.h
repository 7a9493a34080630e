#pragma once
// Where output goes: buffered standard output that survives a reader who leaves, standard error, colour, and progress.
//
// Colour is used only when standard output is a terminal, TERM isn't dumb and NO_COLOR isn't set. Lines are made for 80 columns.
// Thread safety: one thread.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "tenure/result.h"

namespace tenure::cli {

inline constexpr std::size_t kColumns = 80;
inline constexpr std::size_t kPipeColumns = 100;
inline constexpr std::size_t kPictureColumnsMin = 20, kPictureColumnsMax = 300;

enum class Ink { kPlain, kBold, kDim, kGreen, kYellow, kRed, kCyan };

class Terminal {
 public:
  Terminal();
  ~Terminal() { Flush(); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void Write(std::string_view text);
  void Line(std::string_view text = {});
  void Flush();
  // What is written goes to the end of `text` from now on, and not to standard output; `text` outlives the terminal.
  void KeepIn(std::string& text) { kept_ = &text; }
  // The reader has closed the pipe: nothing more is written, and it is no error.
  bool ReaderLeft() const { return reader_left_; }
  // output_failed if standard output couldn't be written for another reason (a full disk).
  Status Outcome() const;

  std::string Paint(Ink ink, std::string_view text) const;
  bool Colour() const { return colour_; }
  // For pictures: how wide they may be ($COLUMNS, else the terminal's width, else kPipeColumns), and whether the locale (LC_ALL, LC_CTYPE,
  // LANG, the first that is set) has characters beyond ASCII.
  std::size_t PictureColumns() const;
  bool Utf8() const;

  // `tenure: code: reason; hint` on standard error.
  void Complain(const Error& error);
  // A line on standard error.
  void Note(std::string_view text);

 private:
  std::string buffer_;
  std::string* kept_ = nullptr;
  bool colour_ = false, reader_left_ = false;
  int write_errno_ = 0;
};

// A progress bar on standard error where that is a terminal, otherwise a plain line now and then (not before a few seconds
// have passed): how much is done, how fast, and how long the rest will take. Finish removes the bar.
class ProgressLine {
 public:
  ProgressLine(std::string what, std::string unit);
  ~ProgressLine() { Finish(); }
  void operator()(std::int64_t done, std::int64_t to_do);
  void Finish();

 private:
  std::string what_, unit_;
  bool terminal_, shown_ = false;
  std::chrono::steady_clock::time_point begun_, last_;
  std::int64_t done_at_first_ = -1;  // by an earlier run, if it goes on where that one ended
};

}  // namespace tenure::cli
