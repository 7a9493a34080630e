#include "http/audited_stream.h"

#include <chrono>
#include <utility>

namespace tenure::http {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kAskAgain{500};

class Audited : public Stream {
 public:
  Audited(Audit& audit, std::unique_ptr<Stream> stream, const Exchange& exchange, Scope scope)
      : audit_(audit),
        stream_(std::move(stream)),
        request_(exchange.request),
        caller_(exchange.caller),
        route_(exchange.route),
        question_(exchange.question),
        captured_(exchange.captured),
        scope_(scope) {
    told_.status = exchange.response.status;
    told_.question = exchange.response.question;
    told_.when = exchange.response.when;
    told_.known_time = exchange.response.known_time;
    told_.position = exchange.response.position;
  }
  ~Audited() override {
    told_.rows = stream_->Rows();
    const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
    audit_.Note({request_, caller_, told_, route_, question_, captured_, seconds, true});
  }

  Result<std::optional<std::string>> More() override {
    if (const auto now = Clock::now(); caller_.still && now - looked_ >= kAskAgain) {
      looked_ = now;
      if (!caller_.still(scope_)) {
        told_.code = "credential_revoked";
        return Fail(told_.code, "who reads this is no longer let in", "use another token", Blame::kCaller);
      }
    }
    return stream_->More();
  }
  bool Endless() const override { return stream_->Endless(); }
  std::string Heartbeat() const override { return stream_->Heartbeat(); }
  std::int64_t Rows() const override { return stream_->Rows(); }

 private:
  Audit& audit_;
  const std::unique_ptr<Stream> stream_;
  const Request request_;
  const Caller caller_;
  const std::string_view route_, question_;
  const std::vector<Field> captured_;
  const Scope scope_;
  const Clock::time_point began_ = Clock::now();
  Clock::time_point looked_ = began_;
  Response told_;
};

}  // namespace

std::unique_ptr<Stream> AuditedStream(Audit& audit, std::unique_ptr<Stream> stream, const Exchange& exchange, Scope scope) {
  return std::make_unique<Audited>(audit, std::move(stream), exchange, scope);
}

}  // namespace tenure::http
