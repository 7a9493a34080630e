#pragma once
// CloudTrail records for tests, written short, and what an import of them hands over.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "connect/cloudtrail.h"
#include "event/clock.h"
#include "event/codec.h"
#include "event/json_writer.h"

namespace tenure::connect {

inline const std::string kAccount = "111122223333";
inline const std::string kIam = "arn:aws:iam::" + kAccount + ":";
inline const std::string kAlice = "user:" + kIam + "user/alice";
inline const std::string kBob = "user:" + kIam + "user/bob";
inline const std::string kDeploy = "service_account:" + kIam + "role/deploy";
inline const std::string kAdmin = "arn:aws:iam::aws:policy/AdministratorAccess";
inline const std::string kTeamPolicy = kIam + "policy/team";

inline std::string Quote(const std::string& text) {
  std::string json;
  event::AppendJsonString(json, text);
  return json;
}
inline EffectiveTime At(const std::string& clock) { return *event::ParseRfc3339("2024-05-01T" + clock + "Z"); }

// A call by alice on 2024-05-01; `at` is a time of that day.
class Call {
 public:
  Call(std::string name, std::string at, std::string id) : name_(std::move(name)), at_(std::move(at)), id_(std::move(id)) {}
  Call& Request(std::string json) { return request_ = std::move(json), *this; }
  Call& Response(std::string json) { return response_ = std::move(json), *this; }
  Call& By(std::string user_identity) { return by_ = std::move(user_identity), *this; }
  Call& To(std::string service) { return service_ = std::move(service), *this; }
  Call& With(std::string members) { return more_ += "," + std::move(members), *this; }
  Call& NoAccount() { return account_.clear(), *this; }

  std::string Json() const {
    std::string json = "{\"eventVersion\":\"1.08\",\"userIdentity\":" + by_ + ",\"eventTime\":\"2024-05-01T" + at_ +
                       "Z\",\"eventSource\":\"" + service_ + ".amazonaws.com\",\"eventName\":\"" + name_ +
                       "\",\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"192.0.2.7\"" + ",\"requestParameters\":" + request_ +
                       ",\"responseElements\":" + response_ + ",\"eventID\":\"" + id_ + "\",\"eventType\":\"AwsApiCall\"" + more_;
    if (!account_.empty()) json += ",\"recipientAccountId\":\"" + account_ + "\"";
    return json + "}";
  }

 private:
  std::string name_, at_, id_, request_ = "null", response_ = "null", service_ = "iam", more_, account_ = kAccount;
  std::string by_ = R"({"type":"IAMUser","arn":")" + kIam + R"(user/alice","accountId":")" + kAccount +
                    R"(","userName":"alice","accessKeyId":"AKIAALICE"})";
};

inline std::string Params(const std::vector<std::pair<std::string, std::string>>& texts) {
  std::string json;
  for (const auto& [name, value] : texts) json += (json.empty() ? "" : ",") + Quote(name) + ":" + Quote(value);
  return "{" + json + "}";
}
inline Call OnUser(const std::string& call, const std::string& at, const std::string& id, const std::string& user) {
  return Call(call, at, id).Request(Params({{"userName", user}}));
}
inline Call OnRole(const std::string& call, const std::string& at, const std::string& id, const std::string& role) {
  return Call(call, at, id).Request(Params({{"roleName", role}}));
}
inline Call Policy(const std::string& call, const std::string& at, const std::string& id, const std::string& user,
                   const std::string& arn = kAdmin) {
  return Call(call, at, id).Request(Params({{"userName", user}, {"policyArn", arn}}));
}

// What was handed over, in order.
struct Handed {
  std::vector<Event> events;
  CloudTrailSummary summary;

  const Event* Find(const std::string& id) const {
    const auto found = std::ranges::find(events, id, [](const Event& e) { return e.name.id; });
    return found == events.end() ? nullptr : &*found;
  }
  // The payload of the event with this id; fails the test if it isn't there or is of another type.
  template <class T>
  T The(const std::string& id) const {
    const Event* event = Find(id);
    const T* payload = event ? std::get_if<T>(&event->payload) : nullptr;
    if (!payload) ADD_FAILURE() << "no such event with id " << id << (event ? "" : " at all");
    return payload ? *payload : T{};
  }
  std::vector<std::string> Ids() const {
    std::vector<std::string> ids;
    for (const auto& event : events)
      if (event.name.source != "aws.managed-policies") ids.push_back(event.name.id);
    return ids;
  }
};

// One text for each file; the record is what earlier imports left.
class Trail {
 public:
  Handed Import(const std::vector<std::string>& files, bool usage = true) {
    Handed handed;
    CloudTrailOptions options;
    options.usage = usage;
    options.recorded = [this](const std::vector<std::string>& keys) { return Result<std::vector<Event>>(About(keys)); };
    CloudTrailImport import(options,
                            [&](std::vector<Event>&& batch) { return Result<BatchOutcome>(Take(std::move(batch), handed)); });
    int number = 0;
    for (const auto& file : files) EXPECT_TRUE(import.AddText("file" + std::to_string(++number), file));
    EXPECT_TRUE(import.Finish());
    handed.summary = import.Summary();
    return handed;
  }
  const std::map<EventName, Event>& Record() const { return record_; }

 private:
  BatchOutcome Take(std::vector<Event>&& batch, Handed& handed) {
    BatchOutcome outcome;
    for (auto& event : batch) {
      const auto [at, fresh] = record_.try_emplace(event.name, event);
      if (fresh) ++outcome.appended;
      else ++(at->second.content_hash == event.content_hash ? outcome.duplicates : outcome.conflicts);
      handed.events.push_back(std::move(event));
    }
    return outcome;
  }
  // As the library answers: in force, and without what only the envelope held.
  std::vector<Event> About(const std::vector<std::string>& keys) const {
    std::vector<Event> events;
    for (const auto& [name, event] : record_) {
      const bool superseded = std::ranges::any_of(record_, [&](const auto& other) {
        return std::ranges::find(other.second.supersedes, name) != other.second.supersedes.end();
      });
      if (superseded || std::ranges::find(keys, event::KeyOf(event)) == keys.end()) continue;
      Event told;
      told.name = name, told.time = event.time, told.payload = event.payload, told.authid = event.authid;
      events.push_back(std::move(told));
    }
    return events;
  }
  std::map<EventName, Event> record_;
};

inline std::string Records(const std::vector<Call>& calls) {
  std::string json;
  for (const auto& call : calls) json += (json.empty() ? "" : ",") + call.Json();
  return "{\"Records\":[" + json + "]}";
}
inline Handed Import(const std::vector<Call>& calls) { return Trail().Import({Records(calls)}); }

}  // namespace tenure::connect
