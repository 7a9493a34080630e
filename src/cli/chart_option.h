#pragma once
// --chart [FILE.svg]: an answer as a picture, in the terminal or in a file.
#include <string>

#include "cli/question.h"

namespace tenure::cli {

class ChartOption {
 public:
  void AddTo(CLI::App& command);

  bool InTerminal() const { return where_ == kTerminal; }
  bool InFile() const { return !where_.empty() && !InTerminal(); }
  const std::string& File() const { return where_; }

  // Before anything is asked. Errors (kCaller): chart_needs_file where the terminal is for another form, chart_needs_intervals for a brief
  // answer, chart_exists.
  Status Check(const QuestionOptions& options) const;

  // `json`: the answer. In the terminal: what comes below the heading; `empty` where there is nothing to draw.
  void Print(Invocation& invocation, const std::string& json, std::string_view empty) const;
  // Errors: chart_exists (kCaller), chart_not_written (kFault). What was there stays.
  Status Write(const std::string& json) const;

 private:
  static constexpr const char* kTerminal = "-";
  std::string where_;
};

}  // namespace tenure::cli
