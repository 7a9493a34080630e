#pragma once
// How --help reads: 80 columns, the name of what an option takes, and no machine words.
#include <CLI/CLI.hpp>
#include <string>

namespace tenure::cli {

class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_description(const CLI::App* app) const override;
  std::string make_usage(const CLI::App* app, std::string name) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_footer(const CLI::App* app) const override;
  std::string make_subcommand(const CLI::App* sub) const override;
};

}  // namespace tenure::cli
