#pragma once
// A record behind a service: each question is a request to it, and the answer is read back from the JSON that the service writes.
//
// The service's own clock is `now` where a question names no moment. An append goes in requests of up to 10,000 events, each all or
// nothing; what doesn't fit into a request though it should be all or nothing is server_batch_too_large (kCaller), and nothing of it
// is sent. If a request was sent and its answer never came, its events may be in the record: server_append_unknown (kUnavailable),
// to be met by appending the same again. An import reads the files here and appends what they tell.
// Errors beside those of the record: client.h, reply_errors.h. Thread safety: one thread at a time.
#include "library/importing.h"
#include "library/record.h"
#include "wire/client.h"
#include "wire/target.h"

namespace tenure::wire {

class ServedRecord : public library::Record {
 public:
  template <class A>
  using Told = library::Told<A>;

  // Connects to nothing yet. Errors: Client::Make.
  static Result<std::unique_ptr<library::Record>> Make(const ServerAccess& access);

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
  Result<Told<DiffAnswer>> Diff(const library::DiffQuestion& question, const Ask& ask) override;
  Result<Told<EventsAnswer>> Events(const EventsQuestion& question, const Ask& ask) override;
  Result<Told<DeadLettersAnswer>> DeadLetters(const Ask& ask) override;
  Result<Incident> OpenIncident(Incident incident) override;
  Result<std::vector<std::string>> Incidents() override;
  Result<Incident> ReadIncident(const std::string& name) override;
  Result<Told<StatusAnswer>> Status() override;
  Result<Told<VerifyAnswer>> Verify(const Progress& progress) override;
  // Goes on after a lost connection where it was, as often as it takes; only the first connection must succeed.
  tenure::Status Follow(const EventsQuestion& question, const Ask& ask, const std::function<bool(const EventRow&)>& each,
                        const std::function<bool()>& go_on) override;
  Result<AppendReport> Append(std::istream& lines, const AppendOptions& options) override;
  Result<ImportReport> ImportCloudTrail(const std::vector<std::string>& paths, const ImportOptions& options) override;
  Result<AppendReport> ResolveDeadLetter(const DeadLetterResolution& resolution) override;

 private:
  ServedRecord(std::unique_ptr<Client> client, ServerAccess access) : client_(std::move(client)), access_(std::move(access)) {}

  template <class A>
  Result<Told<A>> Get(const Target& target);
  template <class A>
  Result<Told<A>> Answered(const Result<Reply>& reply);
  Result<std::vector<Event>> EventsAbout(const std::vector<std::string>& keys);

  std::unique_ptr<Client> client_;
  const ServerAccess access_;
};

}  // namespace tenure::wire
