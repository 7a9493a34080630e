#pragma once
// One side of the race as a process that answers and is timed on command.
//
// Commands on standard input, a line each; what they give is a line of JSON on standard output, errors end the process:
//   probes NAME FILE                       the questions of a file (race/workload/generate.py)
//   knowledge FILE                         what ingest wrote: after how many lines which recorded time was reached
//   answers QUESTION PROBES COUNT OUT      the whole answers to the first of them, a line each
//   round QUESTION PROBES THREADS SECONDS  asks on from where the last round ended: rate, p50 and p99
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::race {

struct Probe {
  std::string subject, action, resource, time;
  std::string known;     // lines that are known; empty = all
  std::string known_at;  // the recorded time that this is
  std::string scopes;    // that cover the resource, as a PostgreSQL array
};

// Asks on one thread.
class Asker {
 public:
  virtual ~Asker() = default;
  // Rows of the answer. What is timed: all that a user has to do to hold the answer, and nothing else.
  virtual std::int64_t Ask(const std::string& question, const Probe& probe) = 0;
  // The answer as text that is the same for equal answers: check and known 0 or 1 (? = unknown), what its rows sorted, who its
  // identities, existed the count and the first hundred; parts divided by tabs.
  virtual std::string Answer(const std::string& question, const Probe& probe) = 0;
};

class Side {
 public:
  virtual ~Side() = default;
  virtual std::unique_ptr<Asker> NewAsker() = 0;
};

// Runs the commands until the end of standard input.
void Serve(Side& side);

// Events a batch, lines of a file; `append` gets a batch and returns the recorded time reached. Writes the times after the counts of
// lines in marks (a file with a number a line; empty = none) to knowledge_out, and prints one JSON object.
struct Ingest {
  std::string file, marks, knowledge_out;
  std::int64_t batch = 1000;
};
class Appender {
 public:
  virtual ~Appender() = default;
  // Durable and answered after. Returns the number of events taken in.
  virtual std::int64_t Append(const std::string& lines) = 0;
  virtual std::string RecordedTime() = 0;
};
void Run(const Ingest& ingest, Appender& appender);

// {"events":…,"seconds":…} and the CPU seconds and peak memory of this process.
void PrintWork(std::int64_t events, double seconds, std::string_view more = "");

std::string Joined(const std::vector<std::string>& parts);
[[noreturn]] void End(const std::string& why);

}  // namespace tenure::race
