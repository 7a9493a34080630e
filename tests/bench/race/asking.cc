#include "bench/race/asking.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <thread>

namespace tenure::race {
namespace {

using Clock = std::chrono::steady_clock;

double Seconds(Clock::duration taken) { return std::chrono::duration<double>(taken).count(); }

std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line)
    if (c == '\t') fields.emplace_back();
    else fields.back() += c;
  return fields;
}

// `*`, `type:*`, the resource and each of its ancestors.
std::string CoveringScopes(const std::string& resource) {
  std::string scopes = "{\"*\"";
  const auto colon = resource.find(':');
  if (colon == std::string::npos) return scopes + "}";
  scopes += ",\"" + resource.substr(0, colon) + ":*\"";
  for (auto at = resource.find('/', colon); at != std::string::npos; at = resource.find('/', at + 1))
    scopes += ",\"" + resource.substr(0, at) + "\"";
  return scopes + ",\"" + resource + "\"}";
}

std::vector<Probe> ReadProbes(const std::string& path) {
  std::ifstream file(path);
  std::vector<Probe> probes;
  for (std::string line; std::getline(file, line);) {
    const auto fields = Fields(line);
    if (fields.size() != 6) End(path + ": a probe has six fields");
    probes.push_back({fields[0], fields[1], fields[2], fields[3], fields[4], {}, CoveringScopes(fields[2])});
  }
  if (probes.empty()) End("no probes in " + path);
  return probes;
}

struct ProbeSet {
  std::vector<Probe> probes;
  std::size_t next = 0;
};

struct Timed {
  std::vector<double> latencies_us;
  std::int64_t rows = 0;
};

Timed AskUntil(Asker& asker, const std::string& question, const std::vector<Probe>& probes, std::size_t first,
               Clock::time_point until) {
  Timed timed;
  auto began = Clock::now();
  do {  // once at least, however late this thread came to run
    timed.rows += asker.Ask(question, probes[first % probes.size()]);
    ++first;
    const auto ended = Clock::now();
    timed.latencies_us.push_back(Seconds(ended - began) * 1e6);
    began = ended;
  } while (began < until);
  return timed;
}

double CpuSeconds(const rusage& used) {
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

rusage Used() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used;
}

class Server {
 public:
  explicit Server(Side& side) : side_(side) {}

  void Do(const std::string& line) {
    std::istringstream words(line);
    std::string command, question, name, path;
    words >> command;
    if (command == "probes") {
      words >> name >> path;
      sets_[name] = {ReadProbes(path), 0};
      fmt::print("{{\"probes\":{}}}\n", sets_[name].probes.size());
    } else if (command == "knowledge") {
      words >> path;
      Know(path);
    } else if (command == "answers") {
      std::size_t count = 0;
      words >> question >> name >> count >> path;
      WriteAnswers(question, Set(name), count, path);
    } else if (command == "round") {
      std::size_t threads = 0;
      double seconds = 0;
      words >> question >> name >> threads >> seconds;
      Round(question, Set(name), threads, seconds);
    } else {
      End("no command " + line);
    }
    std::fflush(stdout);
  }

 private:
  ProbeSet& Set(const std::string& name) {
    const auto found = sets_.find(name);
    if (found == sets_.end()) End("no probes named " + name);
    return found->second;
  }

  Asker& AskerOf(std::size_t thread) {
    while (askers_.size() <= thread) askers_.push_back(side_.NewAsker());
    return *askers_[thread];
  }

  void Know(const std::string& path) {
    std::ifstream file(path);
    std::map<std::string, std::string> reached;
    for (std::string line; std::getline(file, line);) {
      const auto fields = Fields(line);
      reached[fields.at(0)] = fields.at(1);
    }
    for (auto& [name, set] : sets_)
      for (Probe& probe : set.probes)
        if (!probe.known.empty()) {
          const auto found = reached.find(probe.known);
          if (found == reached.end()) End(path + ": nothing about " + probe.known + " lines");
          probe.known_at = found->second;
        }
    fmt::print("{{\"knowledges\":{}}}\n", reached.size());
  }

  void WriteAnswers(const std::string& question, const ProbeSet& set, std::size_t count, const std::string& path) {
    std::ofstream out(path);
    count = std::min(count, set.probes.size());
    for (std::size_t i = 0; i < count; ++i) out << AskerOf(0).Answer(question, set.probes[i]) << '\n';
    if (!out.flush()) End("can't write " + path);
    fmt::print("{{\"answers\":{}}}\n", count);
  }

  void Round(const std::string& question, ProbeSet& set, std::size_t threads, double seconds) {
    std::vector<Timed> timed(threads);
    for (std::size_t t = 0; t < threads; ++t) AskerOf(t);
    const rusage before = Used();
    const auto began = Clock::now();
    const auto until = began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::vector<std::thread> running;
    for (std::size_t t = 0; t < threads; ++t)
      running.emplace_back(
          [&, t] { timed[t] = AskUntil(AskerOf(t), question, set.probes, set.next + t * set.probes.size() / threads, until); });
    for (auto& thread : running) thread.join();
    const double took = Seconds(Clock::now() - began);
    std::vector<double> all;
    std::int64_t rows = 0;
    for (const Timed& one : timed) {
      all.insert(all.end(), one.latencies_us.begin(), one.latencies_us.end());
      rows += one.rows;
    }
    set.next += all.size() / threads;
    std::sort(all.begin(), all.end());
    fmt::print("{{\"rate\":{:.1f},\"p50_us\":{:.1f},\"p99_us\":{:.1f},\"asked\":{},\"rows\":{:.1f},\"cpu_s\":{:.3f}}}\n",
               static_cast<double>(all.size()) / took, all[all.size() / 2], all[all.size() * 99 / 100], all.size(),
               static_cast<double>(rows) / static_cast<double>(all.size()), CpuSeconds(Used()) - CpuSeconds(before));
  }

  Side& side_;
  std::map<std::string, ProbeSet> sets_;
  std::vector<std::unique_ptr<Asker>> askers_;
};

std::set<std::int64_t> ReadMarks(const std::string& path) {
  std::set<std::int64_t> marks;
  std::ifstream file(path);
  for (std::int64_t lines = 0; file >> lines;) marks.insert(lines);
  return marks;
}

}  // namespace

void Serve(Side& side) {
  Server server(side);
  for (std::string line; std::getline(std::cin, line);) server.Do(line);
}

void Run(const Ingest& ingest, Appender& appender) {
  std::ifstream file(ingest.file);
  std::vector<std::string> batches;
  std::int64_t lines = 0;
  for (std::string line; std::getline(file, line);) {
    if (lines++ % ingest.batch == 0) batches.emplace_back();
    std::string& batch = batches.back();
    if (!batch.empty()) batch += '\n';
    batch += line;
  }
  const auto marks = ReadMarks(ingest.marks);
  std::ofstream knowledge(ingest.knowledge_out);
  std::vector<double> latencies_ms;
  std::int64_t events = 0, told = 0;
  const auto began = Clock::now();
  for (const std::string& batch : batches) {
    const auto batch_began = Clock::now();
    events += appender.Append(batch);
    latencies_ms.push_back(Seconds(Clock::now() - batch_began) * 1e3);
    told = std::min(told + ingest.batch, lines);
    if (marks.contains(told)) knowledge << told << '\t' << appender.RecordedTime() << '\n';
  }
  const double took = Seconds(Clock::now() - began);
  if (events != lines) End(fmt::format("{}: of {} events {} were taken in", ingest.file, lines, events));
  std::sort(latencies_ms.begin(), latencies_ms.end());
  PrintWork(events, took,
            fmt::format(",\"batch_p50_ms\":{:.2f},\"batch_p99_ms\":{:.2f}", latencies_ms[latencies_ms.size() / 2],
                        latencies_ms[latencies_ms.size() * 99 / 100]));
}

void PrintWork(std::int64_t events, double seconds, std::string_view more) {
  const rusage used = Used();
  fmt::print("{{\"events\":{},\"seconds\":{:.3f},\"rate\":{:.1f},\"cpu_s\":{:.2f},\"peak_kib\":{}{}}}\n", events, seconds,
             static_cast<double>(events) / seconds, CpuSeconds(used), used.ru_maxrss, more);
}

std::string Joined(const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, "\t")); }

void End(const std::string& why) {
  fmt::print(stderr, "race: {}\n", why);
  std::exit(1);
}

}  // namespace tenure::race
