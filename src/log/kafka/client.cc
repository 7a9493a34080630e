#include "log/kafka/client.h"

#include <algorithm>
#include <chrono>

namespace tenure::log {
namespace {

constexpr int kServeMs = 100, kAskAgainMs = 50, kAttemptMs = 3'000;
constexpr std::size_t kReasonBytes = 512;

KafkaEvents& EventsOf(void* opaque) { return *static_cast<KafkaEvents*>(opaque); }

bool IsSecret(const std::string& name) {
  return name.find("password") != std::string::npos || name.find("secret") != std::string::npos ||
         name.find(".key") != std::string::npos || name == "sasl.oauthbearer.config";
}

void SetCallbacks(rd_kafka_conf_t* conf, rd_kafka_type_t type, KafkaEvents* events) {
  rd_kafka_conf_set_opaque(conf, events);
  rd_kafka_conf_set_error_cb(conf, [](rd_kafka_t*, int code, const char* reason, void* opaque) {
    EventsOf(opaque).Failed(static_cast<rd_kafka_resp_err_t>(code), reason);
  });
  // What it would write to standard error comes as an error of the call that met it.
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
  rd_kafka_conf_set_stats_cb(conf, [](rd_kafka_t*, char* json, std::size_t length, void* opaque) {
    EventsOf(opaque).Statistics({json, length});
    return 0;
  });
  if (type == RD_KAFKA_PRODUCER)
    rd_kafka_conf_set_dr_msg_cb(
        conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) { EventsOf(opaque).Delivered(*message); });
}

Status Set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  char reason[kReasonBytes];
  switch (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason, sizeof reason)) {
    case RD_KAFKA_CONF_OK:
      return {};
    case RD_KAFKA_CONF_UNKNOWN:
      return Fail("log_config_unknown", "librdkafka knows no property \"" + name + "\"", "see its list of properties",
                  Blame::kCaller);
    default:
      return Fail("log_config_wrong",
                  "the property \"" + name + "\" can't be set" + (IsSecret(name) ? "" : ": " + std::string(reason)),
                  "see librdkafka's list of properties", Blame::kCaller);
  }
}

struct Meaning {
  const char *code, *hint;
  Blame blame;
};

Meaning MeaningOf(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
      return {"log_unreachable", "see that the brokers run and bootstrap.servers names them; then try again",
              Blame::kUnavailable};
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR__SSL:
      return {"log_not_authenticated", "see the security.*, sasl.* and ssl.* properties", Blame::kCaller};
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
      return {"log_not_authorised", "the broker's ACLs don't allow it to this user; docs/operating/kafka.md has the commands",
              Blame::kCaller};
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return {"log_topic_missing", "make the topics: tenure topics create", Blame::kCaller};
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      return {"log_truncated", "records that were there are gone; restore the topic, or rebuild from what is left",
              Blame::kFault};
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
      return {"log_record_too_large", "raise message.max.bytes here and max.message.bytes of the topic", Blame::kCaller};
    default:
      return {"log_io", "see the brokers' logs", Blame::kFault};
  }
}

}  // namespace

bool PassesByItself(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
         code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
         code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE || code == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT ||
         code == RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE || code == RD_KAFKA_RESP_ERR__WAIT_COORD;
}

rd_kafka_resp_err_t OfKnownPartition(rd_kafka_resp_err_t code) {
  const bool late = code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION || code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
  return late ? RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE : code;
}

rd_kafka_resp_err_t AskAgain(int timeout_ms, const std::function<rd_kafka_resp_err_t(int attempt_ms)>& ask) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  while (true) {
    const auto left_ms = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    const auto code = ask(static_cast<int>(std::clamp<std::int64_t>(left_ms, kAskAgainMs, kAttemptMs)));
    if (!PassesByItself(code) || Clock::now() > deadline) return code;
    std::this_thread::sleep_for(std::chrono::milliseconds(kAskAgainMs));
  }
}

void KafkaEvents::Failed(rd_kafka_resp_err_t code, const char* reason) {
  Disturbed();
  const std::lock_guard lock(mutex_);
  // That all are down says less than why the last of them is.
  if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && code_ != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  code_ = code;
  reason_ = reason;
}

std::pair<rd_kafka_resp_err_t, std::string> KafkaEvents::LastTrouble() const {
  const std::lock_guard lock(mutex_);
  return {code_, reason_};
}

Result<std::unique_ptr<KafkaClient>> KafkaClient::Make(rd_kafka_type_t type, const KafkaProperties& properties,
                                                       std::shared_ptr<KafkaEvents> events) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : properties)
    if (auto set = Set(conf, name, value); !set) {
      rd_kafka_conf_destroy(conf);
      return tl::unexpected<Error>(set.error());
    }
  SetCallbacks(conf, type, events.get());
  char reason[kReasonBytes];
  rd_kafka_t* handle = rd_kafka_new(type, conf, reason, sizeof reason);
  if (handle == nullptr) {
    rd_kafka_conf_destroy(conf);
    return Fail("log_config_wrong", std::string("librdkafka refuses its properties: ") + reason,
                "see librdkafka's list of properties", Blame::kCaller);
  }
  return std::unique_ptr<KafkaClient>(new KafkaClient(handle, std::move(events)));
}

KafkaClient::KafkaClient(rd_kafka_t* handle, std::shared_ptr<KafkaEvents> events)
    : handle_(handle), events_(std::move(events)), callbacks_([this] {
        while (!stop_) rd_kafka_poll(handle_, kServeMs);
      }) {}

KafkaClient::~KafkaClient() {
  stop_ = true;
  callbacks_.join();
  rd_kafka_destroy(handle_);
}

Error KafkaClient::ErrorOf(rd_kafka_resp_err_t code, const std::string& doing) const {
  std::string reason = rd_kafka_err2str(code);
  const auto [trouble, text] = events_->LastTrouble();
  const bool vague = MeaningOf(code).code == std::string_view("log_unreachable");
  // A client that can't log in times out like one that reaches nobody.
  if (vague && trouble != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (MeaningOf(trouble).code == std::string_view("log_not_authenticated")) code = trouble;
    reason += ": " + text;
  }
  const Meaning meaning = MeaningOf(code);
  return {meaning.code, doing + ": " + reason, meaning.hint, meaning.blame};
}

}  // namespace tenure::log
