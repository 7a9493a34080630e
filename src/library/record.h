#pragma once
// What the command line asks of a record, wherever that is: here in a data directory (LocalRecord), or behind a server (src/wire).
//
// The contract of each call is that of the like-named call of tenure.h: the same answers, errors and reports in both places.
// Thread safety: one thread at a time.
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "library/json.h"
#include "library/written_ask.h"
#include "tenure/tenure.h"

namespace tenure::library {

// An answer and, where somebody else wrote it, the line that they wrote.
template <class A>
struct Told {
  A answer;
  std::string line;  // empty = as ToJson writes it

  std::string Json() const { return line.empty() ? ToJson(answer) : line; }
};

class Record {
 public:
  virtual ~Record() = default;

  virtual Result<Told<IdentitiesAnswer>> Identities(const IdentitiesQuestion& question, const Ask& ask) = 0;
  virtual Result<Told<ShowAnswer>> Show(const std::string& ref, const Ask& ask) = 0;
  virtual Result<Told<WhatAnswer>> What(const std::string& ref, bool on_paper, const Ask& ask) = 0;
  virtual Result<Told<WhoAnswer>> Who(const WhoQuestion& question, const Ask& ask) = 0;
  virtual Result<Told<CheckAnswer>> Check(const std::string& ref, const std::string& action, const std::string& resource,
                                          bool why, const Ask& ask) = 0;
  virtual Result<Told<BriefIdentitiesAnswer>> ActiveBriefly(const Ask& ask) = 0;
  virtual Result<Told<BriefWhatAnswer>> WhatBriefly(const std::string& ref, const Ask& ask) = 0;
  virtual Result<Told<BriefWhoAnswer>> WhoBriefly(const WhoQuestion& question, const Ask& ask) = 0;
  virtual Result<Told<BriefCheckAnswer>> CheckBriefly(const std::string& ref, const std::string& action,
                                                      const std::string& resource, const Ask& ask) = 0;
  virtual Result<Told<FindingsAnswer>> Findings(const FindingsQuestion& question, const Ask& ask) = 0;
  virtual Result<Told<WhyHeldAnswer>> WhyHeld(const WhyHeldQuestion& question, const Ask& ask) = 0;
  virtual Result<Told<ControlsAnswer>> Controls(const std::string& policy, const Ask& ask) = 0;
  virtual Result<Told<ReviewsAnswer>> Reviews(const Ask& ask) = 0;
  virtual Result<Told<ReviewAnswer>> Review(const std::string& review, const Ask& ask) = 0;
  virtual Result<Told<UnreviewedAnswer>> Unreviewed(const Ask& ask) = 0;
  virtual Result<Told<ReachAnswer>> BlastRadius(const ReachQuestion& question, const Ask& ask) = 0;
  virtual Result<Told<ReplayAnswer>> Replay(const ReplayQuestion& question, const Ask& ask) = 0;
  virtual Result<Told<TimelineAnswer>> Timeline(const std::string& ref, const Ask& ask) = 0;
  virtual Result<Told<DiffAnswer>> Diff(const DiffQuestion& question, const Ask& ask) = 0;
  virtual Result<Told<EventsAnswer>> Events(const EventsQuestion& question, const Ask& ask) = 0;
  virtual Result<Told<DeadLettersAnswer>> DeadLetters(const Ask& ask) = 0;
  virtual Result<Incident> OpenIncident(Incident incident) = 0;
  virtual Result<std::vector<std::string>> Incidents() = 0;
  virtual Result<Incident> ReadIncident(const std::string& name) = 0;
  virtual Result<Told<StatusAnswer>> Status() = 0;
  virtual Result<Told<VerifyAnswer>> Verify(const Progress& progress) = 0;

  // Until `each` or `go_on` returns false.
  virtual tenure::Status Follow(const EventsQuestion& question, const Ask& ask, const std::function<bool(const EventRow&)>& each,
                                const std::function<bool()>& go_on) = 0;

  virtual Result<AppendReport> Append(std::istream& lines, const AppendOptions& options) = 0;
  virtual Result<ImportReport> ImportCloudTrail(const std::vector<std::string>& paths, const ImportOptions& options) = 0;
  virtual Result<AppendReport> ResolveDeadLetter(const DeadLetterResolution& resolution) = 0;
};

class LocalRecord : public Record {
 public:
  explicit LocalRecord(std::unique_ptr<Tenure> tenure) : tenure_(std::move(tenure)) {}

  Result<Told<IdentitiesAnswer>> Identities(const IdentitiesQuestion& question, const Ask& ask) override;
  Result<Told<ShowAnswer>> Show(const std::string& ref, const Ask& ask) override;
  Result<Told<WhatAnswer>> What(const std::string& ref, bool on_paper, const Ask& ask) override;
  Result<Told<WhoAnswer>> Who(const WhoQuestion& question, const Ask& ask) override;
  Result<Told<CheckAnswer>> Check(const std::string& ref, const std::string& action, const std::string& resource, bool why,
                                  const Ask& ask) override;
  Result<Told<BriefIdentitiesAnswer>> ActiveBriefly(const Ask& ask) override;
  Result<Told<BriefWhatAnswer>> WhatBriefly(const std::string& ref, const Ask& ask) override;
  Result<Told<BriefWhoAnswer>> WhoBriefly(const WhoQuestion& question, const Ask& ask) override;
  Result<Told<BriefCheckAnswer>> CheckBriefly(const std::string& ref, const std::string& action, const std::string& resource,
                                              const Ask& ask) override;
  Result<Told<FindingsAnswer>> Findings(const FindingsQuestion& question, const Ask& ask) override;
  Result<Told<WhyHeldAnswer>> WhyHeld(const WhyHeldQuestion& question, const Ask& ask) override;
  Result<Told<ControlsAnswer>> Controls(const std::string& policy, const Ask& ask) override;
  Result<Told<ReviewsAnswer>> Reviews(const Ask& ask) override;
  Result<Told<ReviewAnswer>> Review(const std::string& review, const Ask& ask) override;
  Result<Told<UnreviewedAnswer>> Unreviewed(const Ask& ask) override;
  Result<Told<ReachAnswer>> BlastRadius(const ReachQuestion& question, const Ask& ask) override;
  Result<Told<ReplayAnswer>> Replay(const ReplayQuestion& question, const Ask& ask) override;
  Result<Told<TimelineAnswer>> Timeline(const std::string& ref, const Ask& ask) override;
  Result<Told<DiffAnswer>> Diff(const DiffQuestion& question, const Ask& ask) override;
  Result<Told<EventsAnswer>> Events(const EventsQuestion& question, const Ask& ask) override;
  Result<Told<DeadLettersAnswer>> DeadLetters(const Ask& ask) override;
  Result<Incident> OpenIncident(Incident incident) override { return tenure_->OpenIncident(std::move(incident)); }
  Result<std::vector<std::string>> Incidents() override { return tenure_->Incidents(); }
  Result<Incident> ReadIncident(const std::string& name) override { return tenure_->ReadIncident(name); }
  Result<Told<StatusAnswer>> Status() override;
  Result<Told<VerifyAnswer>> Verify(const Progress& progress) override;
  tenure::Status Follow(const EventsQuestion& question, const Ask& ask, const std::function<bool(const EventRow&)>& each,
                        const std::function<bool()>& go_on) override;
  Result<AppendReport> Append(std::istream& lines, const AppendOptions& options) override;
  Result<ImportReport> ImportCloudTrail(const std::vector<std::string>& paths, const ImportOptions& options) override;
  Result<AppendReport> ResolveDeadLetter(const DeadLetterResolution& resolution) override;

 private:
  std::unique_ptr<Tenure> tenure_;
};

}  // namespace tenure::library
