#pragma once
// The record in service: one writer that appends and projects, any number of readers that ask, and what is counted on the way.
//
// Thread safety: any call from any thread. Appends are put in one order; a question never waits for an append.
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/audit.h"
#include "http/metrics.h"
#include "tenure/evidence.h"
#include "tenure/tenure.h"

namespace tenure::http {

struct ServiceOptions {
  OpenOptions record;            // write and create are set here
  int poll_ms = 200;             // between looks at a log that others write to
  std::string max_lag;           // what /readyz allows; empty = any
  AuditOptions audit;            // directory and clock are set here
  EvidenceAsker ask_in_words;    // for packs; without it /v1/evidence is evidence_not_served
  std::string made_by;           // REQUIRED with it: program and version, kept in packs
  std::string evidence_key_pem;  // an Ed25519 private key that signs them; empty = unsigned
  // Told when a look at the log fails in another way than the one before, and with "" when one succeeds again. May be empty; must not block.
  std::function<void(const std::string& trouble)> on_trouble;
};

class Service {
 public:
  // Errors: as Tenure::Open; audit_not_writable.
  static Result<std::unique_ptr<Service>> Open(const ServiceOptions& options);
  ~Service();  // projects no more; the record is closed

  // A reader for the time of one question. The last of them goes before the service.
  class Asker {
   public:
    Asker(Service& service, std::unique_ptr<Tenure> reader) : service_(&service), reader_(std::move(reader)) {}
    Asker(Asker&&) = default;
    ~Asker();
    Tenure& operator*() const { return *reader_; }
    Tenure* operator->() const { return reader_.get(); }

   private:
    Service* service_;
    std::unique_ptr<Tenure> reader_;
  };
  Asker Borrow();

  // With the writer alone; `use` may block on the disk.
  template <class F>
  auto Write(F&& use) {
    const std::lock_guard lock(writer_mutex_);
    return use(*writer_);
  }

  // The read model against the log, beside whoever appends. One at a time: verify_running (kUnavailable).
  Result<VerifyAnswer> Verify();

  // An evidence pack, made and checked below $TMPDIR. One at a time: evidence_running (kUnavailable). Errors beside those of
  // MakeEvidence: evidence_too_large (kCaller) for what is too much to be sent.
  struct Packed {
    std::string bytes;
    EvidenceSummary summary;
  };
  Result<Packed> Pack(const EvidenceQuestion& question);

  // Whether the token is projected. Quick. Errors (kCaller): token_*.
  Result<bool> Reached(const std::string& token) { return Borrow()->Reached(token); }

  // Why the service can't answer as well as it should; empty = it can.
  std::string NotReady();

  Metrics& Counts() { return metrics_; }
  Audit& Trail() { return *audit_; }
  EffectiveTime Now() const;

 private:
  explicit Service(ServiceOptions options) : options_(std::move(options)) {}
  void Follow();

  ServiceOptions options_;
  Metrics metrics_;
  std::unique_ptr<Audit> audit_;
  std::mutex writer_mutex_;
  std::unique_ptr<Tenure> writer_;
  std::mutex verify_mutex_, evidence_mutex_;
  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<Tenure>> readers_;
  std::mutex follow_mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;
  std::string trouble_;  // of the last look at the log
  std::thread follower_;
};

}  // namespace tenure::http
