#include "connect/generate/scribe.h"

#include <utility>

namespace tenure::connect::generate {
namespace {

struct Voice {
  std::string_view source, id_prefix, account, control_owner;
};

constexpr std::array<Voice, kSystems> kVoices{{
    {"hr.example", "hr", "service_account:hr-connector", "team:people-operations"},
    {"idp.example", "idp", "service_account:directory-connector", "team:identity-engineering"},
    {"iam.example", "iam", "service_account:access-broker", "team:access-governance"},
    {"pam.example", "pam", "service_account:elevation-broker", "team:platform-security"},
    {"ci.example", "ci", "service_account:pipeline-registrar", "team:developer-platform"},
    {"mesh.example", "mesh", "service_account:mesh-registrar", "team:developer-platform"},
    {"agents.example", "agents", "service_account:agent-registrar", "team:ai-platform"},
    {"vendors.example", "vendors", "service_account:vendor-registrar", "team:procurement"},
    {"vault.example", "vault", "service_account:vault-broker", "team:platform-security"},
    {"console.cloud.example", "console", "service_account:console", ""},
    {"reviews.example", "reviews", "service_account:review-broker", "team:access-governance"},
    {"gateway.example", "gateway", "service_account:gateway", "team:platform-security"},
}};

const Voice& VoiceOf(System system) { return kVoices[static_cast<std::size_t>(system)]; }

}  // namespace

std::string_view SourceOf(System system) { return VoiceOf(system).source; }
std::string_view AccountOf(System system) { return VoiceOf(system).account; }

Event Wording(System system, EffectiveTime time, std::string_view actor, Payload payload) {
  const Voice& voice = VoiceOf(system);
  Event event;
  event.name.source = voice.source;
  event.time = time;
  event.payload = std::move(payload);
  event.authid = actor.empty() ? voice.account : actor;
  event.authtype = event.authid.starts_with("user:") ? "user" : "service_account";
  event.controlowner = voice.control_owner;
  return event;
}

Event Scribe::Write(System system, EffectiveTime time, std::string_view actor, Payload payload) {
  Event event = Wording(system, time, actor, std::move(payload));
  event.name.id = VoiceOf(system).id_prefix;
  event.name.id += '-';
  event.name.id += std::to_string(++written_[static_cast<std::size_t>(system)]);
  return event;
}

}  // namespace tenure::connect::generate
