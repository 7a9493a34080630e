#pragma once
// For cases of governance by hand: a log, questions to the engine about it as short lines, each held against the reference as well.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "property/truth_governance.h"
#include "reference/builders.h"
#include "reference/wire.h"

namespace tenure::property {

using Lines = std::vector<std::string>;

class GovernanceCases : public ::testing::Test {
 protected:
  template <class... Events>
  void Given(const Events&... events) {
    (log.Append(Event(events)), ...);
  }
  static When At(std::string_view time) { return {builders::At(time), std::nullopt}; }
  static When During(std::string_view from, std::string_view until) { return {std::nullopt, builders::Between(from, until)}; }

  // "g1 of user:a: requested 08:00, issued 09:00; no_approval never_used". By role, or by action and resource.
  Lines WhyHeld(const std::string& ref, const std::string& role, const When& when);
  Lines WhyHeld(const std::string& ref, const std::string& action, const std::string& resource, const When& when);
  // "user:a grant g1 revoked 10:00", and "+5 days" where days are open.
  Lines StatusOf(const std::string& review, const When& when);
  Lines ReviewsOpened(const When& when);  // names
  Lines NeverReviewed(const When& when);  // "user:a g1 since 09:00"
  Lines Bundled(const When& when);        // "identity user:op user:a"
  // The ids of the events behind the one row that there is.
  Lines EvidenceOfReview(const std::string& review, const When& when);
  Lines EvidenceOfEnd(const std::string& ref, const std::string& role, const When& when);
  bool IsComplete(const std::string& ref, const std::string& role, const When& when);

  builders::Log log;
  std::optional<PositionVector> known;  // all of it without

 private:
  // The log, folded by both.
  struct Folded {
    History history;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<reference::Reference> reference;
    std::unique_ptr<history::FactView> view;
    std::unique_ptr<reference::View> judge;
    Random random{1};
    Asked ToAsk() { return {*view, *judge, history, random}; }
  };
  Folded Fold() const;
  WhyHeldAnswer Answer(const WhyHeldQuestion& question, const When& when);
  ReviewAnswer Answer(const std::string& review, const When& when);
};

}  // namespace tenure::property
