#pragma once
// Random histories: what a log may hold when nobody is careful. Late, duplicate, conflicting, retracted, misplaced and unreadable
// records, dated in the future and the far past, with equal times, interleaved over partitions whose clocks fall back.
//
// A history is a function of its seed: print the seed and it comes again. When a property fails, Shrink the history and print
// ToNdjson of what is left.
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "reference/record.h"

namespace tenure::property {

struct Record {
  reference::Entry entry;
  std::string broken;  // the bytes of a record that is no event
};

struct History {
  std::uint64_t seed = 0;
  std::vector<Record>
      records;  // in order of arrival, which is not order of record; offsets of a partition rise from 0 without gaps
  reference::Configuration configuration;
  std::map<std::string, std::int64_t> corners;  // how often each rare thing was put in
};

// Small on purpose, so that things meet.
struct Universe {
  std::vector<std::string> users, service_accounts, groups, roles, resources, actions;
  std::vector<std::string> identities;  // users, service accounts and an outsider
  std::vector<std::string> everyone;    // identities, groups and everyone:*
};
const Universe& TheUniverse();

History MakeHistory(std::uint64_t seed);

std::vector<reference::Entry> EntriesOf(const History& history);
// The bytes of a record's value in the log.
std::string ValueOf(const Record& record);
// One record a line, in order of arrival: what `tenure append` takes, but for those that its door refuses.
std::string ToNdjson(const History& history);
// The same with position, recorded time and key before each record, for people.
std::string Describe(const History& history);

// The history without some records: offsets close up, resolutions follow the positions that they name.
History Keeping(const History& history, const std::vector<bool>& keep);
// A history that still fails and from which no single record can be left out. `fails` must hold for `history`.
History Shrink(History history, const std::function<bool(const History&)>& fails);

// What to ask of a history. All are functions of the generator that is handed in.
using Random = std::mt19937_64;
PositionVector SomeKnowledge(const History& history,
                             Random& random);                    // any prefix of each partition; sometimes everything, nothing
EffectiveTime SomeTime(const History& history, Random& random);  // at, just before or after, or between, mentioned times
Interval SomeWindow(const History& history, Random& random);     // not empty
// Somebody, something and a moment; half of the time near a grant that the history issues, so that answers other than no are common.
struct Question {
  std::string ref, action, resource;
  EffectiveTime time;
};
Question SomeQuestion(const History& history, Random& random);
// The same, near what a request, an approval, a review or an exception is about.
Question SomeGovernedQuestion(const History& history, Random& random);
EffectiveTime SomeGovernedTime(const History& history, Random& random);
const std::string& OneOf(const std::vector<std::string>& list, Random& random);

}  // namespace tenure::property
