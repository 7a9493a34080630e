#include "library/record.h"

namespace tenure::library {
namespace {

constexpr int kPollMs = 300;

template <class A>
Result<Told<A>> Tell(Result<A> answer) {
  if (!answer) return tl::unexpected<Error>(answer.error());
  return Told<A>{std::move(*answer), {}};
}

}  // namespace

Result<Told<IdentitiesAnswer>> LocalRecord::Identities(const IdentitiesQuestion& question, const Ask& ask) {
  return Tell(tenure_->Identities(question, ask));
}

Result<Told<ShowAnswer>> LocalRecord::Show(const std::string& ref, const Ask& ask) { return Tell(tenure_->Show(ref, ask)); }

Result<Told<WhatAnswer>> LocalRecord::What(const std::string& ref, bool on_paper, const Ask& ask) {
  return Tell(tenure_->What(ref, on_paper, ask));
}

Result<Told<WhoAnswer>> LocalRecord::Who(const WhoQuestion& question, const Ask& ask) {
  return Tell(tenure_->Who(question, ask));
}

Result<Told<CheckAnswer>> LocalRecord::Check(const std::string& ref, const std::string& action, const std::string& resource,
                                             bool why, const Ask& ask) {
  return Tell(tenure_->Check(ref, action, resource, why, ask));
}

Result<Told<BriefIdentitiesAnswer>> LocalRecord::ActiveBriefly(const Ask& ask) { return Tell(tenure_->ActiveBriefly(ask)); }

Result<Told<BriefWhatAnswer>> LocalRecord::WhatBriefly(const std::string& ref, const Ask& ask) {
  return Tell(tenure_->WhatBriefly(ref, ask));
}

Result<Told<BriefWhoAnswer>> LocalRecord::WhoBriefly(const WhoQuestion& question, const Ask& ask) {
  return Tell(tenure_->WhoBriefly(question, ask));
}

Result<Told<BriefCheckAnswer>> LocalRecord::CheckBriefly(const std::string& ref, const std::string& action,
                                                         const std::string& resource, const Ask& ask) {
  return Tell(tenure_->CheckBriefly(ref, action, resource, ask));
}

Result<Told<FindingsAnswer>> LocalRecord::Findings(const FindingsQuestion& question, const Ask& ask) {
  return Tell(tenure_->Findings(question, ask));
}

Result<Told<WhyHeldAnswer>> LocalRecord::WhyHeld(const WhyHeldQuestion& question, const Ask& ask) {
  return Tell(tenure_->WhyHeld(question, ask));
}
Result<Told<ControlsAnswer>> LocalRecord::Controls(const std::string& policy, const Ask& ask) {
  return Tell(tenure_->Controls(policy, ask));
}
Result<Told<ReviewsAnswer>> LocalRecord::Reviews(const Ask& ask) { return Tell(tenure_->Reviews(ask)); }
Result<Told<ReviewAnswer>> LocalRecord::Review(const std::string& review, const Ask& ask) {
  return Tell(tenure_->Review(review, ask));
}
Result<Told<UnreviewedAnswer>> LocalRecord::Unreviewed(const Ask& ask) { return Tell(tenure_->Unreviewed(ask)); }
Result<Told<ReachAnswer>> LocalRecord::BlastRadius(const ReachQuestion& question, const Ask& ask) {
  return Tell(tenure_->BlastRadius(question, ask));
}

Result<Told<ReplayAnswer>> LocalRecord::Replay(const ReplayQuestion& question, const Ask& ask) {
  return Tell(tenure_->Replay(question, ask));
}

Result<Told<TimelineAnswer>> LocalRecord::Timeline(const std::string& ref, const Ask& ask) {
  return Tell(tenure_->Timeline(ref, ask));
}

Result<Told<DiffAnswer>> LocalRecord::Diff(const DiffQuestion& question, const Ask& ask) {
  return Tell(AnswerDiff(*tenure_, question, ask));
}

Result<Told<EventsAnswer>> LocalRecord::Events(const EventsQuestion& question, const Ask& ask) {
  return Tell(tenure_->Events(question, ask));
}

Result<Told<DeadLettersAnswer>> LocalRecord::DeadLetters(const Ask& ask) { return Tell(tenure_->DeadLetters(ask)); }

Result<Told<StatusAnswer>> LocalRecord::Status() { return Tell(tenure_->Status()); }

Result<Told<VerifyAnswer>> LocalRecord::Verify(const Progress& progress) { return Tell(tenure_->Verify(progress)); }

tenure::Status LocalRecord::Follow(const EventsQuestion& question, const Ask& ask,
                                   const std::function<bool(const EventRow&)>& each, const std::function<bool()>& go_on) {
  return tenure_->Follow(question, ask, kPollMs, each, go_on);
}

Result<AppendReport> LocalRecord::Append(std::istream& lines, const AppendOptions& options) {
  return tenure_->Append(lines, options);
}

Result<ImportReport> LocalRecord::ImportCloudTrail(const std::vector<std::string>& paths, const ImportOptions& options) {
  return tenure_->ImportCloudTrail(paths, options);
}

Result<AppendReport> LocalRecord::ResolveDeadLetter(const DeadLetterResolution& resolution) {
  return tenure_->ResolveDeadLetter(resolution);
}

}  // namespace tenure::library
