#pragma once
// One fact folded again after a batch: from its checkpoint where that still holds, else from the beginning.
//
// Keeps the checkpoints: a fact with many events has one, and few events lie after it. Reads the events after it and nothing
// before. Thread safety: one thread.
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "history/checkpoint.h"
#include "history/folder.h"

namespace tenure::history {

struct Refolded {
  EffectiveTime from = kAlways;  // pieces that begin before it stand as they are
  std::vector<Piece> pieces;     // all from there on
  Incarnations incarnations;     // all of them; of identities and roles
};

// Events after a checkpoint before the next is written: reads for an event in order against writes.
inline constexpr std::size_t kCheckpointEvery = 16;

// What `before` (nothing: the beginning) and these events leave to later ones, where there are enough of them and it is little. `events`:
// none of a time that may still grow; `pieces`: what the fold from `before` on gave.
Result<std::optional<Checkpoint>> CheckpointAfter(Folder& folder, const FactKey& fact, const std::optional<Checkpoint>& before,
                                                  const std::vector<Assertion>& events, const std::vector<Piece>& pieces,
                                                  std::size_t checkpoint_every);
// The events of the last time stay after a checkpoint: more of that time may come, and they are in order.
void LeaveOutLastTime(std::vector<Assertion>& events);

class Refolder {
 public:
  // All outlive this object. `folder` reads everything in `batch`, by the flags.
  Refolder(Batch& batch, FactWriter& facts, Folder& folder, std::size_t checkpoint_every)
      : batch_(batch), facts_(facts), folder_(folder), checkpoint_every_(checkpoint_every) {}

  // `changed`: no event of an earlier time has come or gone, nor anything else that the fold asks; kAlways = anything may have.
  Result<Refolded> Fold(const FactKey& fact, EffectiveTime changed);
  // Of a grant with one event of which nothing has changed, but that revokes by role came: none before `since`, and it was live up to then.
  Result<Refolded> FoldRevoked(const FactKey& grant, EffectiveTime since);
  // How many folds of a kind began at a checkpoint.
  std::int64_t Resumed(FactKind kind) const { return resumed_[static_cast<std::size_t>(kind)]; }

 private:
  Result<std::optional<Checkpoint>> Kept(const FactKey& fact);
  Result<bool> MayResume(const FactKey& fact, const Checkpoint& from, const std::vector<Assertion>& events);
  Result<bool> PastStands(const FactKey& identity, const Checkpoint& from, const std::vector<Assertion>& events);
  Result<Refolded> FoldFrom(const FactKey& fact, const std::optional<Checkpoint>& before, const std::vector<Assertion>& events);
  Status Keep(const FactKey& fact, bool had_one, const std::optional<Checkpoint>& before, std::vector<Assertion> events,
              const std::vector<Piece>& pieces);

  Batch& batch_;
  FactWriter& facts_;
  Folder& folder_;
  const std::size_t checkpoint_every_;
  std::array<std::int64_t, 16> resumed_{};
};

}  // namespace tenure::history
