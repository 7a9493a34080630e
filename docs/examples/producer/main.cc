// An IAM tool tells the record what it did: an identity, a role, a grant and its end, and a grant that was a mistake.
//
//     tenure_producer_example PREFIX NAME=VALUE...     librdkafka's properties, bootstrap.servers among them
//
// Every event has an id that follows from what it tells, so running it twice records nothing twice. Exit code 0: all is in the log.
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "tenure/producer/event_builder.h"
#include "tenure/producer/producer.h"

using namespace tenure;

namespace {

int Complain(const Error& error) {
  std::cerr << error.ToString() << "\n";
  return EXIT_FAILURE;
}

// What every event of this system has in its envelope.
producer::EventBuilder Tell(Payload payload, std::string id, EffectiveTime time) {
  producer::EventBuilder builder(std::move(payload));
  builder.Source("iam.example").Id(std::move(id)).Time(time).Actor("user:dana").ActorType("user");
  return builder;
}

// Each is built for itself; the first that can't be is the error.
Result<std::vector<Event>> WhatHappened() {
  const auto nine = producer::ReadTime("2026-03-02T09:00:00Z"), eleven = producer::ReadTime("2026-03-02T11:00:00Z");
  std::vector<Event> events;
  for (auto builder :
       {Tell(IdentityRegistered{.identity = "service_account:ci", .owner = "user:dana"}, "identity-ci", *nine),
        Tell(RoleDefined{.role = "role:deployer", .permissions = {{.actions = {"write"}, .resources = {"bucket:prod"}}}},
             "role-deployer", *nine),
        Tell(GrantIssued{.grant = "g-17", .principal = "service_account:ci", .role = "role:deployer", .scope = "bucket:prod"},
             "grant-g-17", *nine),
        Tell(GrantRevoked{.principal = "service_account:ci", .grant = "g-17", .reason = "rotation"}, "revoke-g-17", *eleven),
        Tell(GrantIssued{.grant = "g-18", .principal = "user:wrong", .role = "role:deployer"}, "grant-g-18", *nine)}) {
    auto event = builder.Build();
    if (!event) return tl::unexpected<Error>(event.error());
    events.push_back(std::move(*event));
  }
  return events;
}

// Sends without waiting for the brokers; what comes of each event is told later.
int SendAll(producer::Producer& to, const std::vector<Event>& events) {
  const auto trouble = std::make_shared<std::atomic<int>>(0);  // lives as long as any callback
  const auto on_delivery = [trouble](const producer::Delivery& delivery) {
    if (delivery.receipt) return;
    std::cerr << delivery.event.id << ": " << delivery.receipt.error().ToString() << "\n";
    ++*trouble;
  };
  for (const Event& event : events)
    if (auto sent = to.Send(event, on_delivery, {.wait_ms_max = 5'000}); !sent) return Complain(sent.error());
  return to.Flush(30'000) == 0 && *trouble == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

// Waits for one event, and sends it again as long as nobody knows whether it arrived.
int Retract(producer::Producer& to, const EventName& target, const std::string& key) {
  const auto event = Tell(EventRetracted{.target = target, .key = key, .reason = "wrong person"}, "retract-" + target.id,
                          *producer::ReadTime("2026-03-02T12:00:00Z"))
                         .Build();
  if (!event) return Complain(event.error());
  auto future = to.Send(*event, {.topic = Topic::kAccess});  // where the grant lies
  for (int tries = 0; future && tries < 3; ++tries) {
    const producer::Delivery delivery = future->get();
    if (delivery.receipt) {
      std::cout << "retracted in partition " << delivery.receipt->position.partition << " at offset "
                << delivery.receipt->position.offset << "\n";
      return EXIT_SUCCESS;
    }
    if (!delivery.MayBeInLog()) return Complain(delivery.receipt.error());
    future = to.SendAgain(delivery);
  }
  return future ? EXIT_FAILURE : Complain(future.error());
}

}  // namespace

int main(int argc, char** argv) {
  producer::ProducerOptions options;
  if (argc > 1) options.topic_prefix = argv[1];
  for (int i = 2; i < argc; ++i) {
    const std::string pair = argv[i];
    const auto equals = pair.find('=');
    options.properties.emplace_back(pair.substr(0, equals), equals == std::string::npos ? "" : pair.substr(equals + 1));
  }
  auto opened = producer::Producer::Open(options);
  if (!opened) return Complain(opened.error());
  producer::Producer& to = **opened;

  const auto events = WhatHappened();
  if (!events) return Complain(events.error());
  if (const int failed = SendAll(to, *events)) return failed;
  return Retract(to, events->back().name, "user:wrong");
}
