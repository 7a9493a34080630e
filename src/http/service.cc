#include "http/service.h"

#include <chrono>

#include "library/written_ask.h"

namespace tenure::http {

Result<std::unique_ptr<Service>> Service::Open(const ServiceOptions& options) {
  std::unique_ptr<Service> service(new Service(options));
  service->options_.record.write = service->options_.record.create = true;
  auto writer = Tenure::Open(service->options_.record);
  if (!writer) return tl::unexpected<Error>(writer.error());
  service->writer_ = std::move(*writer);
  service->options_.audit.directory = options.record.data_dir + "/audit";
  service->options_.audit.now = [raw = service.get()] { return raw->Now(); };
  auto audit = Audit::Open(service->options_.audit);
  if (!audit) return tl::unexpected<Error>(audit.error());
  service->audit_ = std::move(*audit);
  if (options.record.kafka) service->follower_ = std::thread([raw = service.get()] { raw->Follow(); });
  return service;
}

Service::~Service() {
  {
    const std::lock_guard lock(follow_mutex_);
    stop_ = true;
  }
  stopping_.notify_all();
  if (follower_.joinable()) follower_.join();
}

EffectiveTime Service::Now() const {
  using namespace std::chrono;
  return options_.record.now ? options_.record.now()
                             : EffectiveTime{duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

// A log that others write to is looked at again and again; what stops a look is told by /readyz and tried once more.
void Service::Follow() {
  const auto once = [](const Tenure::Projecting&) { return false; };
  while (true) {
    Tenure::Projecting seen;
    const Status looked = Write([&](Tenure& writer) {
      return writer.Project(0, [&](const Tenure::Projecting& now) {
        seen = now;
        return once(now);
      });
    });
    std::unique_lock lock(follow_mutex_);
    std::string trouble = !looked ? looked.error().ToString() : seen.trouble ? seen.trouble->ToString() : "";
    if (trouble != trouble_ && options_.on_trouble) options_.on_trouble(trouble);
    trouble_ = std::move(trouble);
    if (stopping_.wait_for(lock, std::chrono::milliseconds(seen.records > 0 ? 0 : options_.poll_ms), [&] { return stop_; }))
      return;
  }
}

Service::Asker Service::Borrow() {
  {
    const std::lock_guard lock(readers_mutex_);
    if (!readers_.empty()) {
      Asker asker(*this, std::move(readers_.back()));
      readers_.pop_back();
      return asker;
    }
  }
  return {*this, writer_->Reader()};
}

Result<VerifyAnswer> Service::Verify() {
  const std::unique_lock alone(verify_mutex_, std::try_to_lock);
  if (!alone) return Fail("verify_running", "the read model is being verified already", "wait for that one", Blame::kUnavailable);
  return Borrow()->Verify({});
}

Service::Asker::~Asker() {
  if (!reader_) return;
  const std::lock_guard lock(service_->readers_mutex_);
  service_->readers_.push_back(std::move(reader_));
}

std::string Service::NotReady() {
  {
    const std::lock_guard lock(follow_mutex_);
    if (!trouble_.empty()) return trouble_;
  }
  if (const std::string trouble = audit_->State().trouble; !trouble.empty()) return "the audit can't be written: " + trouble;
  const Asker asker = Borrow();
  auto status = asker->Status();
  if (!status) return status.error().ToString();
  if (library::TooFarBehind(status->head, options_.max_lag))
    return "behind: " + std::to_string(status->head.behind_records) + " records are not projected yet";
  return {};
}

}  // namespace tenure::http
