// The producer library under a test's hands: a request a line on standard input, an answer in JSON a line on standard output.
//
//     producer_driver structured|binary PREFIX NAME=VALUE...   options of the producer by their names, else properties
//
//     send TOPIC WAIT_MS EVENT      TOPIC "-": none named; EVENT: structured JSON, "built" again from its payload
//     many COUNT THREADS PREFIX     registers COUNT users from each of THREADS threads, waiting for room; ids PREFIX-thread-number
//     chain COUNT                   sends an event, and in the callback of each the next, with Send and Flush told to wait
//     again WAIT_MS                 sends again whatever was not confirmed since the last `again`
//     flush TIMEOUT_MS · in_flight
//     deliveries                    what was told since the last time
//     close                         ends the producer; the answer comes when it is gone
#include <fmt/format.h>

#include <atomic>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

#include "event/codec.h"
#include "event/json_writer.h"
#include "tenure/producer/event_builder.h"
#include "tenure/producer/producer.h"

namespace tenure::producer {
namespace {

class Driver {
 public:
  explicit Driver(std::unique_ptr<Producer> producer) : producer_(std::move(producer)) {}

  std::string Answer(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (verb == "send") return Send(words);
    if (verb == "many") return Many(words);
    if (verb == "chain") return Chain(static_cast<int>(NumberIn(words)));
    if (verb == "again") return Again(words);
    if (verb == "flush") return Number(producer_->Flush(static_cast<int>(NumberIn(words))));
    if (verb == "in_flight") return Number(producer_->InFlight());
    if (verb == "deliveries") return Deliveries();
    if (verb == "close") return producer_.reset(), Number(0);
    return R"({"error":"no such request"})";
  }

 private:
  OnDelivery Note() {
    return [this](const Delivery& delivery) {
      const std::lock_guard lock(mutex_);
      if (!delivery.receipt) unconfirmed_.push_back(delivery);
      told_.push_back(delivery);
    };
  }

  std::string Send(std::istringstream& words) {
    std::string topic_name, json;
    int wait_ms = 0;
    words >> topic_name >> wait_ms;
    std::getline(words >> std::ws, json);
    event::Decoder decoder;
    auto event = decoder.Decode(json);
    if (!event) return Refused(event.error());
    SendOptions options{.wait_ms_max = wait_ms};
    for (int t = 0; t <= kPlaneTopics; ++t)
      if (TopicName(static_cast<Topic>(t)) == topic_name) options.topic = static_cast<Topic>(t);
    return Taken(producer_->Send(*event, Note(), options));
  }

  std::string Many(std::istringstream& words) {
    int count = 0, threads = 0;
    std::string prefix;
    words >> count >> threads >> prefix;
    std::atomic<int> refused = 0;
    std::vector<std::thread> crew;
    for (int t = 0; t < threads; ++t)
      crew.emplace_back([&, t] {
        for (int i = 0; i < count; ++i)
          if (!producer_->Send(OneOfMany(prefix, t, i), Note(), {.wait_ms_max = 120'000})) ++refused;
      });
    for (auto& thread : crew) thread.join();
    return Number(refused);
  }

  static Event OneOfMany(const std::string& prefix, int thread, int number) {
    return EventBuilder(IdentityRegistered{.identity = fmt::format("user:{}-{}", prefix, thread),
                                           .attributes = fmt::format(R"({{"number":{}}})", number)})
        .Source("many")
        .Id(fmt::format("{}-{}-{}", prefix, thread, number))
        .Time(EffectiveTime{1'772'442'000'000'000 + number})
        .Build()
        .value();
  }

  std::string Chain(int left) {
    const auto on_delivery = [this, left](const Delivery& delivery) {
      Note()(delivery);
      const bool waited = producer_->Flush(3'600'000) == 0;  // what is told now is still out
      if (left > 1 && !waited) Chain(left - 1);
    };
    return Taken(producer_->Send(OneOfMany("chain", 0, left), on_delivery, {.wait_ms_max = 3'600'000}));
  }

  std::string Again(std::istringstream& words) {
    std::vector<Delivery> again;
    {
      const std::lock_guard lock(mutex_);
      again.swap(unconfirmed_);
    }
    const int wait_ms = static_cast<int>(NumberIn(words));
    for (const Delivery& delivery : again)
      if (auto sent = producer_->SendAgain(delivery, Note(), {.wait_ms_max = wait_ms}); !sent) return Refused(sent.error());
    return Number(static_cast<std::int64_t>(again.size()));
  }

  std::string Deliveries() {
    const std::lock_guard lock(mutex_);
    std::string out = "[";
    for (const Delivery& delivery : told_) out += (out.size() > 1 ? "," : "") + ToJson(delivery);
    told_.clear();
    return out + "]";
  }

  static std::string ToJson(const Delivery& delivery) {
    event::JsonWriter w;
    w.BeginObject();
    w.Key("id"), w.String(delivery.event.id);
    if (delivery.receipt) {
      const auto& [position, stamp] = *delivery.receipt;
      w.Key("topic"), w.String(TopicName(position.topic));
      w.Key("partition"), w.Int(position.partition), w.Key("offset"), w.Int(position.offset);
      w.Key("stamp_us");
      if (stamp) w.Int(stamp->us);
      else w.Null();
    } else {
      w.Key("error"), w.String(delivery.receipt.error().code), w.Key("text"), w.String(delivery.receipt.error().ToString());
      w.Key("blame"), w.Int(static_cast<int>(delivery.receipt.error().blame));
    }
    w.EndObject();
    return w.Take();
  }

  static std::int64_t NumberIn(std::istringstream& words) {
    std::int64_t number = 0;
    words >> number;
    return number;
  }
  static std::string Number(std::int64_t number) { return std::to_string(number); }
  static std::string Taken(const Status& status) { return status ? "null" : Refused(status.error()); }
  static std::string Refused(const Error& error) {
    event::JsonWriter w;
    w.BeginObject();
    w.Key("error"), w.String(error.code), w.Key("text"), w.String(error.ToString());
    w.EndObject();
    return w.Take();
  }

  std::mutex mutex_;
  std::vector<Delivery> unconfirmed_, told_;
  std::unique_ptr<Producer> producer_;  // ends first: its callbacks use what stands above
};

void SetOption(ProducerOptions& options, const std::string& name, const std::string& value) {
  const long long number = std::atoll(value.c_str());
  if (name == "in_flight_events_max") options.in_flight_events_max = number;
  else if (name == "in_flight_bytes_max") options.in_flight_bytes_max = number;
  else if (name == "delivery_timeout_ms") options.delivery_timeout_ms = static_cast<int>(number);
  else if (name == "open_timeout_ms") options.open_timeout_ms = static_cast<int>(number);
  else if (name == "close_timeout_ms") options.close_timeout_ms = static_cast<int>(number);
  else options.properties.emplace_back(name, value);
}

int Run(int argc, char** argv) {
  ProducerOptions options;
  options.mode = argc > 1 && argv[1] == std::string("binary") ? Mode::kBinary : Mode::kStructured;
  if (argc > 2) options.topic_prefix = argv[2];
  for (int i = 3; i < argc; ++i) {
    const std::string pair = argv[i];
    SetOption(options, pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
  }
  auto producer = Producer::Open(options);
  std::cout << (producer ? "null" : "\"" + producer.error().code + "\"") << std::endl;
  if (!producer) return 1;
  Driver driver(std::move(*producer));
  for (std::string line; std::getline(std::cin, line);) std::cout << driver.Answer(line) << std::endl;
  return 0;
}

}  // namespace
}  // namespace tenure::producer

int main(int argc, char** argv) { return tenure::producer::Run(argc, argv); }
