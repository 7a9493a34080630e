#pragma once
// Who was active when, of all identities that the record tells the life of, in the byte order of their references: how many there were at
// a moment, and which, without looking at each. Never everyone:*. Immutable; a newer one shares the chunks that nothing changed in.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "history/facts.h"
#include "history/names.h"

namespace tenure::history {

// From when on an identity stands how.
struct Standing {
  EffectiveTime from;
  IdentityStatus status;
  bool boundary;
};

class Directory {
 public:
  // Where an identity stands in the order; equal order, equal references.
  using Place = std::uint32_t;
  static constexpr Place kNowhere = ~Place{0};
  struct Entry {
    NameId ref;
    std::vector<Standing> standings;  // ascending, from the beginning of time on
  };

  Directory(std::vector<Entry> entries, const Names& names);
  // With what is now told of some: entries in byte order; one without standings is told nothing of.
  Directory(const Directory& before, const std::vector<Entry>& changed, const Names& names);

  Place PlaceOf(NameId ref) const { return ref < places_.size() ? places_[ref] : kNowhere; }
  // REQUIRED: of a place that PlaceOf gave.
  const Standing& At(Place place, EffectiveTime t) const;
  std::int64_t CountActive(EffectiveTime t) const;
  // each(ref): those active at t whose references come after `after`, in byte order, until it returns false.
  template <class F>
  void EachActive(EffectiveTime t, std::string_view after, const Names& names, F&& each) const {
    for (std::size_t c = FirstChunkAfter(after, names); c < chunks_.size(); ++c)
      for (std::size_t i = 0; i < chunks_[c]->refs.size(); ++i) {
        const NameId ref = chunks_[c]->refs[i];
        if (chunks_[c]->At(i, t).status == IdentityStatus::kActive && names.Text(ref) > after && !each(ref)) return;
      }
  }
  std::size_t SizeBytes() const;

 private:
  static constexpr std::size_t kChunk = 256;  // a place holds the number within one in its last nine bits, so up to twice that
  struct Count {
    EffectiveTime from;
    std::int32_t active;
  };
  struct Chunk {
    explicit Chunk(const std::vector<Entry>& entries);
    const Standing& At(std::size_t i, EffectiveTime t) const;
    Entry EntryAt(std::size_t i) const;
    std::vector<NameId> refs;
    std::vector<std::uint32_t> begins;  // of each, in standings; one more at the end
    std::vector<Standing> standings;
    std::vector<Count> counts;
  };
  void Cut(const std::vector<Entry>& entries);
  void FindPlaces();
  std::size_t FirstChunkAfter(std::string_view after, const Names& names) const;

  std::vector<std::shared_ptr<const Chunk>> chunks_;
  std::vector<Place> places_;  // by name
};

}  // namespace tenure::history
