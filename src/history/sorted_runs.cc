#include "history/sorted_runs.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

#include "history/bytes.h"
#include "log/file_descriptor.h"

namespace tenure::history {
namespace {

constexpr std::size_t kBlockBytes = 64u << 10, kArenaBytes = 1u << 20;
constexpr std::size_t kTrailerBytes = 16;

tl::unexpected<Error> Corrupt(const std::string& path) {
  return Fail("model_corrupt", path + " can't be read", "run again: what it was made of is read anew", Blame::kFault);
}

bool ReadAt(int fd, std::uint64_t offset, std::size_t size, std::string& into) {
  into.resize(size);
  for (std::size_t done = 0; done < size;) {
    const auto n = ::pread(fd, into.data() + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

// As a number, so that numbers sort as the bytes do.
std::uint64_t EightBytes(std::string_view bytes, std::size_t from) {
  std::uint64_t number = 0;
  for (std::size_t i = from; i < from + 8; ++i)
    number = number << 8 | (i < bytes.size() ? static_cast<std::uint8_t>(bytes[i]) : 0);
  return number;
}

void PutVarint(std::string& out, std::uint64_t v) {
  for (; v >= 0x80; v >>= 7) out.push_back(static_cast<char>(v | 0x80));
  out.push_back(static_cast<char>(v));
}

std::size_t Shared(std::string_view a, std::string_view b) {
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t n = 0;
  while (n < most && a[n] == b[n]) ++n;
  return n;
}

// Blocks of rows, each row without what its key shares with the one before; then the marks, then where these begin.
class RunWriter {
 public:
  explicit RunWriter(std::string path) : file_(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) { run_.path = std::move(path); }

  bool Put(std::string_view key, std::string_view value) {
    if (out_.size() >= kBlockBytes && !Flush()) return false;
    if (out_.empty()) {
      run_.marks.push_back({std::string(key), run_.bytes});
      before_ = {};
    }
    const std::size_t shared = Shared(before_, key);
    PutVarint(out_, shared);
    PutVarint(out_, key.size() - shared);
    PutVarint(out_, value.size());
    out_.append(key.substr(shared)).append(value);
    before_ = key;
    return true;
  }
  Result<Run> Finish() {
    if (!file_.IsOpen() || !Flush()) return FileFailed(run_.path, "writing");
    ValueWriter w;
    w.Varint(run_.marks.size());
    for (const auto& mark : run_.marks) w.Str(mark.key).Varint(mark.offset);
    const std::string marks = w.Take();
    const std::string trailer = KeyWriter().Big64(run_.bytes).Big64(marks.size()).Take();
    if (!log::WriteAll(file_.Number(), marks) || !log::WriteAll(file_.Number(), trailer) || ::fdatasync(file_.Number()) != 0)
      return FileFailed(run_.path, "writing");
    return std::move(run_);
  }

 private:
  bool Flush() {
    if (!file_.IsOpen() || !log::WriteAll(file_.Number(), out_)) return false;
    run_.bytes += out_.size();
    out_.clear();
    return true;
  }

  log::FileDescriptor file_;
  Run run_;
  std::string out_;
  std::string_view before_;  // of the caller, who keeps its rows until the end
};

}  // namespace

tl::unexpected<Error> FileFailed(const std::string& path, const char* doing) {
  const int why = errno;
  return Fail(why == ENOSPC || why == EDQUOT ? "model_disk_full" : "model_io",
              std::string(doing) + " " + path + ": " + std::generic_category().message(why),
              "free space on the disk of the data directory or check it, and run again", Blame::kFault);
}

Result<Run> OpenRun(const std::string& path) {
  const log::FileDescriptor file(path, O_RDONLY, 0);
  if (!file.IsOpen()) return FileFailed(path, "opening");
  const auto size = ::lseek(file.Number(), 0, SEEK_END);
  std::string bytes;
  if (size < static_cast<off_t>(kTrailerBytes) ||
      !ReadAt(file.Number(), static_cast<std::uint64_t>(size) - kTrailerBytes, kTrailerBytes, bytes))
    return Corrupt(path);
  Reader trailer(bytes);
  Run run;
  run.path = path;
  run.bytes = trailer.Big(8);
  const std::uint64_t marks_size = trailer.Big(8);
  if (run.bytes + marks_size + kTrailerBytes != static_cast<std::uint64_t>(size) ||
      !ReadAt(file.Number(), run.bytes, marks_size, bytes))
    return Corrupt(path);
  Reader r(bytes);
  for (auto n = r.Varint(); n > 0 && r.Ok(); --n) {
    Run::Mark mark;
    mark.key = r.Str();
    mark.offset = r.Varint();
    run.marks.push_back(std::move(mark));
  }
  if (!r.Ok() || !r.AtEnd()) return Corrupt(path);
  return run;
}

bool RunSorter::Before(const Row& a, const Row& b) {
  if (a.head != b.head) return a.head < b.head;
  if (a.neck != b.neck) return a.neck < b.neck;
  const std::uint32_t least = std::min(a.size, b.size);
  if (least <= 16) return a.size < b.size;
  const int order = std::memcmp(a.bytes + 16, b.bytes + 16, least - 16);
  return order != 0 ? order < 0 : a.size < b.size;
}

Status RunSorter::Add(std::string_view key, std::string_view value) {
  const std::size_t size = key.size() + value.size();
  if (used_ + size > budget_ && !rows_.empty())
    if (auto s = Spill(); !s) return s;
  if (block_left_ < size || blocks_.empty()) {
    block_left_ = std::max(kArenaBytes, size);
    blocks_.push_back(std::make_unique<char[]>(block_left_));
  }
  // A block is filled from its end.
  char* at = blocks_.back().get() + (block_left_ - size);
  block_left_ -= size;
  std::memcpy(at, key.data(), key.size());
  if (!value.empty()) std::memcpy(at + key.size(), value.data(), value.size());
  rows_.push_back({EightBytes({at, size}, 0), EightBytes({at, size}, 8), at, static_cast<std::uint32_t>(key.size()),
                   static_cast<std::uint32_t>(size)});
  used_ += size + sizeof(Row);
  return {};
}

Status RunSorter::Spill() {
  std::sort(rows_.begin(), rows_.end(), Before);
  const std::string path = prefix_ + std::to_string(made_++) + ".run";
  RunWriter writer(path);
  for (const Row& row : rows_) {
    const std::string_view bytes(row.bytes, row.size);
    if (!writer.Put(bytes.substr(0, row.key_size), bytes.substr(row.key_size))) return FileFailed(path, "writing");
  }
  auto run = writer.Finish();
  if (!run) return tl::unexpected(run.error());
  runs_.push_back(std::move(*run));
  rows_.clear();
  blocks_.clear();
  block_left_ = used_ = 0;
  return {};
}

Result<std::vector<Run>> RunSorter::Finish() {
  if (!rows_.empty())
    if (auto s = Spill(); !s) return tl::unexpected(s.error());
  rows_.shrink_to_fit();
  return std::exchange(runs_, {});
}

// One run, row by row.
class RunMerge::Reader {
 public:
  explicit Reader(const Run& run) : run_(run) {}

  // To the first row at or after `key`. False: there is none, or `Broken`.
  bool Seek(std::string_view key) {
    auto mark = std::upper_bound(run_.marks.begin(), run_.marks.end(), key,
                                 [](std::string_view k, const Run::Mark& m) { return k < m.key; });
    if (mark != run_.marks.begin()) --mark;
    const auto block = static_cast<std::size_t>(mark - run_.marks.begin());
    const bool here = loaded_ && block + 1 == next_block_ && key_ <= key;  // rows of the block lie ahead
    if (!here) {
      next_block_ = block;
      if (!Load() || !Next()) return false;
    }
    while (key_ < key)
      if (!Next()) return false;
    return true;
  }
  bool Next() {
    if (left_.empty() && !Load()) return false;
    const std::uint64_t shared = Varint(), rest = Varint(), value = Varint();
    if (shared > key_.size() || rest > left_.size() || value > left_.size() - rest) return Break();
    key_.resize(shared);
    key_.append(left_.substr(0, rest));
    value_ = left_.substr(rest, value);
    left_.remove_prefix(rest + value);
    return true;
  }
  const std::string& Key() const { return key_; }
  std::string_view Value() const { return value_; }
  bool Broken() const { return broken_; }
  const std::string& Path() const { return run_.path; }

 private:
  bool Break() {
    broken_ = true;
    return false;
  }
  bool Load() {
    if (next_block_ >= run_.marks.size()) return false;
    const std::uint64_t begin = run_.marks[next_block_].offset;
    const std::uint64_t end = next_block_ + 1 < run_.marks.size() ? run_.marks[next_block_ + 1].offset : run_.bytes;
    ++next_block_;
    const log::FileDescriptor file(run_.path, O_RDONLY, 0);  // of many runs only one is open at a time
    if (end <= begin || !file.IsOpen() || !ReadAt(file.Number(), begin, end - begin, block_)) return Break();
    left_ = block_;
    key_.clear();
    return loaded_ = true;
  }
  std::uint64_t Varint() {
    std::uint64_t v = 0;
    for (int shift = 0; shift < 64 && !left_.empty(); shift += 7) {
      const auto b = static_cast<std::uint8_t>(left_.front());
      left_.remove_prefix(1);
      v |= static_cast<std::uint64_t>(b & 0x7f) << shift;
      if (!(b & 0x80)) break;
    }
    return v;
  }

  const Run& run_;
  std::string block_, key_;
  std::string_view left_, value_;
  std::size_t next_block_ = 0;
  bool loaded_ = false, broken_ = false;
};

bool RunMerge::After(const Reader* a, const Reader* b) {
  const int order = a->Key().compare(b->Key());
  return order != 0 ? order > 0 : b->Value() < a->Value();
}

RunMerge::RunMerge(const std::vector<const Run*>& runs, std::string_view from, std::string until) : until_(std::move(until)) {
  for (const Run* run : runs) {
    readers_.push_back(std::make_unique<Reader>(*run));
    heap_.push_back(readers_.back().get());
    Settle(heap_.back()->Seek(from));
  }
}

RunMerge::~RunMerge() = default;

std::string_view RunMerge::Key() const { return heap_.front()->Key(); }
std::string_view RunMerge::Value() const { return heap_.front()->Value(); }

// The reader at the end of the heap finds its place, or goes if it has no row left.
void RunMerge::Settle(bool there) {
  Reader* reader = heap_.back();
  if (reader->Broken()) failed_ = Corrupt(reader->Path()).value();
  if (there && (until_.empty() || reader->Key() < until_)) std::push_heap(heap_.begin(), heap_.end(), After);
  else heap_.pop_back();
}

void RunMerge::Next() {
  if (heap_.size() == 1) {
    Settle(heap_.back()->Next());
    return;
  }
  std::pop_heap(heap_.begin(), heap_.end(), After);
  Settle(heap_.back()->Next());
}

void RunMerge::SkipTo(std::string_view key) {
  while (Valid() && Key() < key) {
    std::pop_heap(heap_.begin(), heap_.end(), After);
    Settle(heap_.back()->Seek(key));
  }
}

Status RunMerge::Health() const {
  if (failed_) return tl::unexpected(*failed_);
  return {};
}

std::vector<std::string> CutsOf(const std::vector<const Run*>& runs, std::size_t parts) {
  std::vector<const std::string*> keys;
  for (const Run* run : runs)
    for (const auto& mark : run->marks) keys.push_back(&mark.key);
  std::sort(keys.begin(), keys.end(), [](const auto* a, const auto* b) { return *a < *b; });
  std::vector<std::string> cuts;
  for (std::size_t i = 1; i < parts && !keys.empty(); ++i) {
    const std::string& cut = *keys[i * keys.size() / parts];
    if (cuts.empty() || cuts.back() < cut) cuts.push_back(cut);
  }
  return cuts;
}

}  // namespace tenure::history
