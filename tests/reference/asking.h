#pragma once
// For tests of the reference: a log by hand and what is asked of it.
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "reference/builders.h"
#include "reference/reference.h"

namespace tenure::reference {

class Asking : public ::testing::Test {
 protected:
  template <class... Events>
  void Given(const Events&... events) {
    (log.Append(Event(events)), ...);
  }
  // user:a, user:b, service_account:s and group:g exist from 00:00 on; role:r allows everything on bucket:b.
  void GivenSomeIdentities() {
    using namespace builders;
    for (const char* ref : {"user:a", "user:b", "service_account:s", "group:g"}) log.Append(Register(ref));
    log.Append(Define("role:r").Allow("*", "bucket:b"));
  }

  View Now() { return references_.emplace_back(log.Entries(), configuration).At(log.Everything()); }
  View Before(const Position& position) {
    return references_.emplace_back(log.Entries(), configuration).At(log.Before(position));
  }

  Tri Check(const std::string& ref, const std::string& action, const std::string& resource, std::string_view time) {
    return Now().Check(ref, action, resource, builders::At(time));
  }
  // Of user:a, reading bucket:b.
  Tri Reads(std::string_view time) { return Check("user:a", "read", "bucket:b", time); }
  std::string Status(const std::string& ref, std::string_view time) {
    return StatusName(Now().StatusOf(ref, builders::At(time)));
  }
  Tri Active(const std::string& ref, std::string_view time) { return ToTri(Now().Active(ref, builders::At(time))); }
  Tri Credential(const std::string& credential, const std::string& identity, std::string_view time) {
    for (const auto& c : Now().Credentials(identity, builders::At(time)))
      if (c.credential == credential) return ToTri(c.live);
    return Tri::kNo;
  }
  // "user:a", and "user:b?" for one that is only possible.
  static std::vector<std::string> Names(const std::vector<HolderRow>& rows) {
    std::vector<std::string> names;
    for (const auto& row : rows) names.push_back(row.principal + (row.holds.must ? "" : "?"));
    return names;
  }
  // "g1 allow effective"
  std::vector<std::string> What(const std::string& ref, std::string_view time) {
    static const char* const kEffects[] = {"allow", "deny", "unknown"};
    static const char* const kStatuses[] = {"effective", "possible", "on_paper"};
    std::vector<std::string> rows;
    for (const auto& row : Now().What(ref, builders::At(time)))
      rows.push_back(row.key.grant + " " + kEffects[static_cast<int>(row.key.effect)] + " " +
                     kStatuses[static_cast<int>(row.status)]);
    return rows;
  }

  builders::Log log;
  Configuration configuration;

 private:
  std::deque<Reference> references_;  // a view borrows from its reference
};

using Rows = std::vector<std::string>;

}  // namespace tenure::reference
