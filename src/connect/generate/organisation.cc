#include "connect/generate/organisation.h"

#include <algorithm>
#include <string>

#include "connect/generate/life.h"
#include "connect/generate/story.h"

namespace tenure::connect {
namespace {

using namespace generate;  // NOLINT(google-build-using-namespace): this file is that folder's front

// Spreads the happenings so that the last line of the life is told about when the span ends.
class Pace {
 public:
  explicit Pace(std::uint64_t seed) : random_(~seed) {}

  EffectiveTime Next(EffectiveTime now, std::int64_t lines_left) {
    const std::int64_t happenings_left = std::max<std::int64_t>(lines_left * happened_ / lines_, 1);
    const std::int64_t mean_us = std::max(kEnd.us - now.us, happenings_left) / happenings_left;
    const std::int64_t gap_us = mean_us / 1000 * random_.Between(500, 1500);
    return Later(now, std::max<std::int64_t>(gap_us / 1000 * 1000, 1000));  // whole milliseconds
  }
  void Happened(std::int64_t lines) {
    ++happened_;
    lines_ += lines;
  }

 private:
  Random random_;
  std::int64_t happened_ = 2, lines_ = 5;  // a first guess at the lines that a happening makes
};

// The story and the life, merged by when they are told. The story always finds room: the life gets what the count leaves.
class Stream {
 public:
  Stream(const GenerateOptions& options, const EmitEvent& emit)
      : emit_(emit),
        story_(Story()),
        life_(options.seed, options.events, agenda_),
        pace_(options.seed),
        life_left_(options.events - static_cast<std::int64_t>(story_.size())) {}

  Status Run() {
    while (life_left_ > 0) {
      if (agenda_.Size() < life_left_ && (agenda_.Empty() || next_happening_ < agenda_.NextAt())) {
        LetHappen();
        continue;
      }
      if (auto told = TellStoryUntil(agenda_.NextAt()); !told) return told;
      --life_left_;
      if (auto told = emit_(agenda_.Take()); !told) return told;
    }
    return TellStoryUntil(kForever);
  }

 private:
  void LetHappen() {
    const std::int64_t before = agenda_.Size();
    life_.Happen(next_happening_);
    pace_.Happened(agenda_.Size() - before);
    next_happening_ = pace_.Next(next_happening_, life_left_ - agenda_.Size());
  }

  Status TellStoryUntil(EffectiveTime at) {
    for (; next_told_ < story_.size() && story_[next_told_].at <= at; ++next_told_)
      if (auto told = emit_(story_[next_told_].event); !told) return told;
    return {};
  }

  const EmitEvent& emit_;
  std::vector<Told> story_;
  std::size_t next_told_ = 0;
  Agenda agenda_;
  Life life_;
  Pace pace_;
  std::int64_t life_left_;
  EffectiveTime next_happening_ = Later(kBegin, kHour);
};

}  // namespace

Status Generate(const GenerateOptions& options, const EmitEvent& emit) {
  if (options.events < kGenerateEventsMin)
    return Fail("generate_events_too_few", std::to_string(options.events) + " events leave no room for the organisation",
                "ask for " + std::to_string(kGenerateEventsMin) + " or more", Blame::kCaller);
  return Stream(options, emit).Run();
}

Status GenerateCorrection(const EmitEvent& emit) {
  for (const Event& event : Correction())
    if (auto told = emit(event); !told) return told;
  return {};
}

}  // namespace tenure::connect
