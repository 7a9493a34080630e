#pragma once
// A record of which each question is asked with one knowledge and one policy, whatever the question itself says of them.
//
// REQUIRED: `question` outlives it. An empty token leaves the knowledge to the question, an empty policy to the directory. What is no
// question is not meant to be called. Thread safety: one thread.
#include <memory>
#include <utility>

#include "library/record.h"
#include "tenure/evidence.h"

namespace tenure::cli {

class FixedRecord : public library::LocalRecord {
 public:
  FixedRecord(std::unique_ptr<Tenure> tenure, const EvidenceQuestion& question)
      : LocalRecord(std::move(tenure)), question_(question) {}

  template <class A>
  using Told = library::Told<A>;

  Result<Told<IdentitiesAnswer>> Identities(const IdentitiesQuestion& asked, const Ask& ask) override {
    return LocalRecord::Identities(asked, At(ask));
  }
  Result<Told<ShowAnswer>> Show(const std::string& ref, const Ask& ask) override { return LocalRecord::Show(ref, At(ask)); }
  Result<Told<WhatAnswer>> What(const std::string& ref, bool on_paper, const Ask& ask) override {
    return LocalRecord::What(ref, on_paper, At(ask));
  }
  Result<Told<WhoAnswer>> Who(const WhoQuestion& asked, const Ask& ask) override { return LocalRecord::Who(asked, At(ask)); }
  Result<Told<CheckAnswer>> Check(const std::string& ref, const std::string& action, const std::string& resource, bool why,
                                  const Ask& ask) override {
    return LocalRecord::Check(ref, action, resource, why, At(ask));
  }
  Result<Told<BriefIdentitiesAnswer>> ActiveBriefly(const Ask& ask) override { return LocalRecord::ActiveBriefly(At(ask)); }
  Result<Told<BriefWhatAnswer>> WhatBriefly(const std::string& ref, const Ask& ask) override {
    return LocalRecord::WhatBriefly(ref, At(ask));
  }
  Result<Told<BriefWhoAnswer>> WhoBriefly(const WhoQuestion& asked, const Ask& ask) override {
    return LocalRecord::WhoBriefly(asked, At(ask));
  }
  Result<Told<BriefCheckAnswer>> CheckBriefly(const std::string& ref, const std::string& action, const std::string& resource,
                                              const Ask& ask) override {
    return LocalRecord::CheckBriefly(ref, action, resource, At(ask));
  }
  Result<Told<FindingsAnswer>> Findings(const FindingsQuestion& asked, const Ask& ask) override {
    FindingsQuestion judged = asked;
    judged.policy = question_.policy;
    return LocalRecord::Findings(judged, At(ask));
  }
  Result<Told<WhyHeldAnswer>> WhyHeld(const WhyHeldQuestion& asked, const Ask& ask) override {
    return LocalRecord::WhyHeld(asked, At(ask));
  }
  Result<Told<ControlsAnswer>> Controls(const std::string&, const Ask& ask) override {
    return LocalRecord::Controls(question_.policy, At(ask));
  }
  Result<Told<ReviewsAnswer>> Reviews(const Ask& ask) override { return LocalRecord::Reviews(At(ask)); }
  Result<Told<ReviewAnswer>> Review(const std::string& review, const Ask& ask) override {
    return LocalRecord::Review(review, At(ask));
  }
  Result<Told<UnreviewedAnswer>> Unreviewed(const Ask& ask) override { return LocalRecord::Unreviewed(At(ask)); }
  Result<Told<ReachAnswer>> BlastRadius(const ReachQuestion& asked, const Ask& ask) override {
    return LocalRecord::BlastRadius(asked, Fixed(ask));
  }
  Result<Told<ReplayAnswer>> Replay(const ReplayQuestion& asked, const Ask& ask) override {
    return LocalRecord::Replay(asked, Fixed(ask));
  }
  Result<Told<TimelineAnswer>> Timeline(const std::string& ref, const Ask& ask) override {
    return LocalRecord::Timeline(ref, At(ask));
  }
  // Between two knowledges the later one is the answer's; the earlier is the question's own.
  Result<Told<DiffAnswer>> Diff(const library::DiffQuestion& asked, const Ask& ask) override {
    library::DiffQuestion between = asked;
    if (!asked.moments && !question_.token.empty()) between.known_to = question_.token;
    return LocalRecord::Diff(between, asked.moments ? Fixed(ask) : ask);
  }

 private:
  // Without a moment of its own a question is about `now`, which is the question's and not that of the record's clock.
  Ask At(Ask ask) const {
    if (!ask.when.as_of && !ask.when.during && ask.page.cursor.empty()) ask.when.as_of = question_.moment;
    return Fixed(std::move(ask));
  }
  Ask Fixed(Ask ask) const {
    if (!question_.token.empty()) ask.as_known_at = question_.token;
    return ask;
  }

  const EvidenceQuestion& question_;
};

}  // namespace tenure::cli
