#include "library/unprojected.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace tenure::library {
namespace {

using history::NameHash;

// name 16, topic 1, partition 4, offset 8, content 32; padded
constexpr std::size_t kRowBytes = 64, kPositionAt = 16, kContentAt = 32;
constexpr std::size_t kFilterBits = 10, kProbes = 7;

Error Io(const char* what) {
  return Error{"data_io", std::string("the names of an import: ") + what + ": " + std::strerror(errno), "check the disk",
               Blame::kFault};
}

// The hash is spread evenly already: its halves give all probes.
template <class Each>
void EachProbe(const NameHash& name, std::size_t bits, Each each) {
  std::uint64_t a = 0, b = 0;
  std::memcpy(&a, name.data(), sizeof a);
  std::memcpy(&b, name.data() + sizeof a, sizeof b);
  for (std::size_t i = 0; i < kProbes; ++i) each((a + i * (b | 1)) % bits);
}

void PackRow(std::string& out, const NameHash& name, const Unprojected::Known& known) {
  const std::size_t begin = out.size();
  out.resize(begin + kRowBytes);
  char* row = out.data() + begin;
  std::memcpy(row, name.data(), name.size());
  row[kPositionAt] = static_cast<char>(known.position.topic);
  std::memcpy(row + kPositionAt + 4, &known.position.partition, sizeof known.position.partition);
  std::memcpy(row + kPositionAt + 8, &known.position.offset, sizeof known.position.offset);
  std::memcpy(row + kContentAt, known.content.data(), known.content.size());
}

Unprojected::Known UnpackRow(const char* row) {
  Unprojected::Known known{};
  known.position.topic = static_cast<Topic>(row[kPositionAt]);
  std::memcpy(&known.position.partition, row + kPositionAt + 4, sizeof known.position.partition);
  std::memcpy(&known.position.offset, row + kPositionAt + 8, sizeof known.position.offset);
  std::memcpy(known.content.data(), row + kContentAt, known.content.size());
  return known;
}

}  // namespace

std::size_t Unprojected::SlotOf(const NameHash& name) const {
  std::uint64_t hash = 0;
  std::memcpy(&hash, name.data(), sizeof hash);
  std::size_t at = hash & (slots_.size() - 1);
  while (slots_[at] != 0 && all_[slots_[at] - 1].name != name) at = (at + 1) & (slots_.size() - 1);
  return at;
}

void Unprojected::Grow() {
  slots_.assign(slots_.empty() ? 1u << 12 : 2 * slots_.size(), 0);
  for (std::size_t i = 0; i < all_.size(); ++i) slots_[SlotOf(all_[i].name)] = static_cast<std::uint32_t>(i + 1);
}

Status Unprojected::Add(const EventName& name, const Known& known) {
  if (slots_.size() < 2 * (all_.size() + 1)) Grow();
  const auto hash = history::HashOf(name);
  const std::size_t slot = SlotOf(hash);
  all_.push_back({hash, known});
  slots_[slot] = static_cast<std::uint32_t>(all_.size());
  return all_.size() < run_names_ ? Status{} : Spill();
}

Status Unprojected::Spill() {
  std::sort(all_.begin(), all_.end(), [](const One& a, const One& b) { return a.name < b.name; });
  Filter filter(run_names_ * kFilterBits / 64 + 1);
  std::string rows;
  for (const One& one : all_) {
    PackRow(rows, one.name, one.known);
    EachProbe(one.name, filter.size() * 64, [&](std::size_t bit) { filter[bit / 64] |= std::uint64_t{1} << bit % 64; });
  }
  if (auto s = Write(rows); !s) return s;
  runs_.push_back(std::move(filter));
  all_.clear();
  std::fill(slots_.begin(), slots_.end(), 0);
  return {};
}

Status Unprojected::Write(const std::string& bytes) {
  if (!file_) {
    const std::string path = folder_ + "/importing-" + std::to_string(::getpid());
    file_.emplace(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (!file_->IsOpen()) return tl::unexpected<Error>(Io("can't make a file"));
    ::unlink(path.c_str());  // it goes with the process, however that ends
  }
  if (!log::WriteAll(file_->Number(), bytes)) return tl::unexpected<Error>(Io("can't write"));
  return {};
}

Result<std::optional<Unprojected::Known>> Unprojected::Find(const EventName& name) const {
  const auto hash = history::HashOf(name);
  if (!all_.empty())
    if (const std::uint32_t at = slots_[SlotOf(hash)]; at != 0) return std::optional(all_[at - 1].known);
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    bool maybe = true;
    EachProbe(hash, runs_[run].size() * 64,
              [&](std::size_t bit) { maybe = maybe && (runs_[run][bit / 64] >> bit % 64 & 1) != 0; });
    if (!maybe) continue;
    auto found = FindInRun(run, hash);
    if (!found || *found) return found;
  }
  return std::nullopt;
}

Result<std::optional<Unprojected::Known>> Unprojected::FindInRun(std::size_t run, const NameHash& name) const {
  std::array<char, kRowBytes> row{};
  for (std::size_t low = 0, high = run_names_; low < high;) {
    const std::size_t middle = low + (high - low) / 2;
    const auto at = static_cast<off_t>((run * run_names_ + middle) * kRowBytes);
    if (::pread(file_->Number(), row.data(), row.size(), at) != static_cast<ssize_t>(row.size()))
      return tl::unexpected<Error>(Io("can't read"));
    const int order = std::memcmp(row.data(), name.data(), name.size());
    if (order == 0) return std::optional(UnpackRow(row.data()));
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return std::nullopt;
}

}  // namespace tenure::library
