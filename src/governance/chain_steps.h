#pragma once
// The steps of one grant's life, and what is missing in it. Source: docs/reference/governance.md. Errors are those of the view.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "authority/evidence.h"
#include "authority/taints.h"
#include "governance/subject.h"
#include "tenure/governance.h"

namespace tenure::governance {

struct Chain {
  std::vector<ChainStep> steps;
  std::vector<ChainGap> gaps;
};

// Lives of grants by which one identity holds something, told up to a moment. Reads the subjects on which they stand once each. Not
// thread safe.
class Chains {
 public:
  // All that is handed in outlives it.
  Chains(history::FactView& view, const Policy& policy, std::string ref, EffectiveTime until, authority::EvidenceList& evidence);

  // Of the grant in the existence of its principal, and by the terms, of that piece.
  Result<Chain> Of(const history::GrantPiece& piece);
  // Of the identity, at the moment; "" if nobody is.
  Result<std::string> Owner();

 private:
  // A grant's principal in one of its lives.
  struct Ground {
    const Subject* whole;
    const Subject* life;
  };
  Result<const Subject*> SubjectOf(const std::string& ref);
  Result<Ground> GroundOf(const history::GrantPiece& piece);

  Status Step(ChainStep step, const std::vector<Position>& positions);
  Status Gap(std::string gap, std::string text, const std::vector<Position>& positions = {});
  Result<std::string> ActorOf(const Position& position);

  Status AddRequests(const Subject& life);
  Status AddDecisions(const Subject& life);
  Status AddIssues(const Subject& life);
  Status AddUses(const Subject& life);
  Status AddReviews(const Subject& whole);
  Status AddExceptions(const Subject& whole);
  Status AddEnd(const Subject& life);
  Status JudgeApprovals(const std::vector<const history::OwnEvent*>& approvals);
  Status JudgeApprover(const history::OwnEvent& approval);
  Status AddOwner();

  history::FactView& view_;
  const authority::TaintIndex taints_;
  Surroundings around_;
  const std::string ref_;
  const EffectiveTime until_;
  authority::EvidenceList& evidence_;
  std::map<std::string, std::unique_ptr<Subject>> subjects_;
  std::map<std::string, std::vector<LifeParts>> parts_;  // of subjects that have several lives
  std::map<std::pair<std::string, std::size_t>, std::unique_ptr<Subject>> lives_;
  // Of the grant at hand.
  const history::GrantPiece* piece_ = nullptr;
  std::string request_;
  EffectiveTime issued_;
  Chain chain_;
};

}  // namespace tenure::governance
