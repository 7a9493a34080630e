#include "history/bulk_state.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

#include "event/codec.h"
#include "history/bytes.h"
#include "log/file_descriptor.h"

namespace tenure::history {
namespace {

constexpr std::uint8_t kStateFormat = 1;
constexpr char kStateFile[] = "/state";

std::string NameOf(const std::string& path) { return std::filesystem::path(path).filename().string(); }

std::string_view BytesOf(const Hash256& h) { return {reinterpret_cast<const char*>(h.data()), h.size()}; }

std::string Pack(const BulkState& s, std::string_view label) {
  ValueWriter w;
  w.Byte(kStateFormat).Str(label).Byte(static_cast<std::uint8_t>(s.stage)).Varint(static_cast<std::uint64_t>(s.events));
  w.Varint(static_cast<std::uint64_t>(s.files_made));
  for (const auto& d : s.digests) w.Raw(d.Bytes());
  w.Varint(s.reached.next.size());
  for (const auto& [where, next] : s.reached.next) w.At({where.topic, where.partition, next});
  w.Varint(s.last_recorded.size());
  for (const auto& [where, recorded] : s.last_recorded) w.At({where.topic, where.partition, 0}).Time(recorded.us);
  w.Varint(s.places.size());
  for (const auto& [where, place] : s.places) {
    w.At({where.topic, where.partition, place.next}).Byte(place.last.has_value());
    w.Time(place.last.value_or(0)).Raw(BytesOf(place.hash)).Time(place.recorded.us);
  }
  for (const auto& runs : s.runs) {
    w.Varint(runs.size());
    for (const auto& run : runs) w.Str(NameOf(run.path));
  }
  w.Varint(s.tables.size());
  for (const auto& table : s.tables)
    w.Byte(static_cast<std::uint8_t>(table.family)).Str(NameOf(table.path)).Str(table.first).Str(table.last);
  w.Varint(s.cuts.size());
  for (const auto& cut : s.cuts) w.Str(cut);
  w.Varint(s.folded.size());
  for (const bool folded : s.folded) w.Byte(folded);
  std::string text = w.Take();
  const Hash256 sum = event::Sha256(text);
  return text.append(BytesOf(sum));
}

void TakePositions(Reader& r, BulkState& s) {
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) {
    const Position p = r.At();
    s.reached.next[p.Where()] = p.offset;
  }
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) {
    const Position p = r.At();
    s.last_recorded[p.Where()] = RecordedTime{r.Time()};
  }
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) {
    const Position p = r.At();
    Place place{p.offset, {}, {}, {}};
    const bool has_last = r.Byte() != 0;
    const std::int64_t last = r.Time();
    if (has_last) place.last = last;
    const auto hash = r.Cut(place.hash.size());
    std::copy(hash.begin(), hash.end(), place.hash.begin());
    place.recorded = RecordedTime{r.Time()};
    s.places[p.Where()] = place;
  }
}

bool TakeFiles(Reader& r, const std::string& folder, BulkState& s) {
  for (auto& runs : s.runs)
    for (auto n = r.Varint(); n > 0 && r.Ok(); --n) {
      auto run = OpenRun(folder + "/" + r.Str());
      if (!run) return false;
      runs.push_back(std::move(*run));
    }
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) {
    TableFile table{static_cast<Family>(r.Byte()), {}, {}, {}};
    table.path = folder + "/" + r.Str();
    table.first = r.Str();
    table.last = r.Str();
    std::error_code ignored;
    if (!std::filesystem::exists(table.path, ignored)) return false;
    s.tables.push_back(std::move(table));
  }
  return true;
}

std::optional<BulkState> Unpack(const std::string& text, const std::string& folder, std::string_view label) {
  if (text.size() < 32) return std::nullopt;
  const std::string_view body = std::string_view(text).substr(0, text.size() - 32);
  if (BytesOf(event::Sha256(body)) != std::string_view(text).substr(body.size())) return std::nullopt;
  Reader r(body);
  BulkState s;
  if (r.Byte() != kStateFormat || r.Str() != label) return std::nullopt;
  s.stage = static_cast<BulkStage>(r.Byte());
  s.events = static_cast<std::int64_t>(r.Varint());
  s.files_made = static_cast<std::int64_t>(r.Varint());
  for (auto& d : s.digests) d = Digest::FromBytes(r.Cut(32));
  TakePositions(r, s);
  if (!TakeFiles(r, folder, s)) return std::nullopt;
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) s.cuts.push_back(r.Str());
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) s.folded.push_back(r.Byte() != 0);
  return r.Ok() ? std::optional(std::move(s)) : std::nullopt;
}

}  // namespace

void Append(Runs& to, Runs&& more) {
  for (std::size_t i = 0; i < to.size(); ++i) std::move(more[i].begin(), more[i].end(), std::back_inserter(to[i]));
}

std::vector<const Run*> Pointers(const std::vector<Run>& runs) {
  std::vector<const Run*> out;
  for (const auto& run : runs) out.push_back(&run);
  return out;
}

Status KeepBulkState(const std::string& folder, std::string_view label, const BulkState& state) {
  const std::string path = folder + kStateFile, beside = path + ".new";
  const std::string text = Pack(state, label);
  {
    const log::FileDescriptor file(beside, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!file.IsOpen() || !log::WriteAll(file.Number(), text) || ::fdatasync(file.Number()) != 0)
      return FileFailed(path, "writing");
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return FileFailed(path, "writing");
  return {};
}

std::optional<BulkState> FindBulkState(const std::string& folder, std::string_view label) {
  std::ifstream file(folder + kStateFile, std::ios::binary);
  if (!file) return std::nullopt;
  return Unpack(std::string(std::istreambuf_iterator<char>(file), {}), folder, label);
}

void RemoveOthers(const std::string& folder, const BulkState& state) {
  std::set<std::string> named{kStateFile + 1};
  for (const auto& runs : state.runs)
    for (const auto& run : runs) named.insert(NameOf(run.path));
  for (const auto& table : state.tables) named.insert(NameOf(table.path));
  std::error_code ignored;
  std::vector<std::filesystem::path> others;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (!named.contains(entry.path().filename().string())) others.push_back(entry.path());
  for (const auto& path : others) std::filesystem::remove(path, ignored);
}

}  // namespace tenure::history
