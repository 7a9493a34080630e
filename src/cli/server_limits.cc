#include "cli/server_limits.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tenure::cli {
namespace {

using Units = std::vector<std::pair<std::string_view, std::int64_t>>;

const Units kTimes = {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}};
const Units kSizes = {{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
constexpr std::int64_t kTimeMostMs = 86'400'000, kSizeMostBytes = std::int64_t{1} << 40;

std::optional<std::int64_t> Read(const std::string& text, const Units& units, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 1) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& [name, factor] : units)
    if (name == unit && number <= most / factor) return number * factor;
  return std::nullopt;
}

template <class Number>
void AddMeasure(CLI::App& command, const std::string& name, Number& into, const std::string& text, const std::string& type,
                const Units& units, std::int64_t most, const std::string& example) {
  command
      .add_option_function<std::string>(
          name, [&into, &units, most](const std::string& given) { into = static_cast<Number>(*Read(given, units, most)); }, text)
      ->type_name(type)
      ->check([&units, most, example](const std::string& given) {
        return Read(given, units, most) ? std::string() : "\"" + given + "\" is none; write " + example;
      });
}

}  // namespace

void AddServerLimits(CLI::App& command, http::ServerLimits& limits) {
  command.add_option("--max-connections", limits.connections, "Open at once; more are told 503 (12000, or as open files allow)")
      ->check(CLI::Range(1, 1'000'000));
  command.add_option("--max-in-flight", limits.in_flight, "Questions at work or waiting for a thread; more are told 503 (256)")
      ->check(CLI::Range(1, 1'000'000));
  AddMeasure(command, "--max-body", limits.body_bytes, "Largest body of a request (64MiB)", "SIZE", kSizes, kSizeMostBytes,
             "64MiB");
  AddMeasure(command, "--max-buffered", limits.held_bytes,
             "Memory for large bodies, and as much for answers; beyond it 503 (512MiB)", "SIZE", kSizes, kSizeMostBytes,
             "512MiB");
  AddMeasure(command, "--head-timeout", limits.read_timeout_ms, "For the head of a request, and idle before it (30s)", "TIME",
             kTimes, kTimeMostMs, "30s");
  AddMeasure(command, "--body-timeout", limits.body_timeout_ms, "For its body, and for a client to take the answer (2m)", "TIME",
             kTimes, kTimeMostMs, "2m");
}

}  // namespace tenure::cli
