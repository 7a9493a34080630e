#include "governance/chain.h"

#include <algorithm>
#include <limits>
#include <map>

#include "authority/cursor.h"
#include "authority/evidence.h"
#include "authority/frame.h"
#include "authority/head.h"
#include "authority/permissions.h"
#include "authority/questions.h"
#include "event/reference.h"
#include "governance/chain_steps.h"

namespace tenure::governance {
namespace {

using authority::Asked;
using authority::Frame;
using history::GrantPiece;

// A stretch in which a grant is live by one set of terms, and its role, if it has one, is in one state.
struct Stretch {
  const GrantPiece* piece;
  Interval span;
  bool unknown = false;  // nobody knows what it gives
  const std::vector<Permission>* permissions = nullptr;
};

// On paper: what a retired role was last defined to.
bool HasAllow(const std::vector<Permission>& permissions) {
  return std::any_of(permissions.begin(), permissions.end(), [](const Permission& p) { return p.effect == Effect::kAllow; });
}

bool Gives(const WhyHeldQuestion& question, const Stretch& stretch) {
  if (!question.role.empty()) return stretch.piece->terms.role == question.role;
  const Asked asked{question.action, question.resource};
  if (!authority::ScopeCovers(stretch.piece->terms.scope, asked)) return false;
  if (stretch.unknown) return question.action != authority::kAssume;
  return std::any_of(stretch.permissions->begin(), stretch.permissions->end(),
                     [&](const Permission& p) { return p.effect == Effect::kAllow && authority::PermissionCovers(p, asked); });
}

// Finds, for a row of `what`, the terms by which it gives what is asked for. Reads each principal and role once.
class Giving {
 public:
  Giving(history::FactView& view, const WhyHeldQuestion& question, const Frame& frame)
      : view_(view), question_(question), frame_(frame) {}

  // Those of the last moment at which it does; nothing if it never does.
  Result<std::optional<GrantPiece>> Of(const AuthorityRow& row) {
    if (row.effect == RowEffect::kDeny) return std::nullopt;
    auto stretches = StretchesOf(row);
    if (!stretches) return tl::unexpected(stretches.error());
    for (auto stretch = stretches->rbegin(); stretch != stretches->rend(); ++stretch) {
      if (!Gives(question_, *stretch)) continue;
      // The row is one of some moment of the window: of which, only `what` knows.
      auto listed = stretches->size() == 1 ? Result<bool>(true) : IsListed(row, stretch->span);
      if (!listed) return tl::unexpected(listed.error());
      if (*listed) return *stretch->piece;
    }
    return std::nullopt;
  }

 private:
  // With the row's effect, within the frame, ascending.
  Result<std::vector<Stretch>> StretchesOf(const AuthorityRow& row) {
    auto pieces = PiecesOf(row.granted_to);
    if (!pieces) return tl::unexpected(pieces.error());
    std::vector<Stretch> out;
    const auto of_grant = (*pieces)->find(row.grant);
    if (of_grant == (*pieces)->end()) return out;
    const auto add = [&](const GrantPiece& piece, Interval span, bool unknown, const std::vector<Permission>& permissions) {
      span = {std::max({span.from, piece.live.from, frame_.Window().from}),
              std::min({span.until, piece.live.until, frame_.Window().until})};
      const bool is_of_effect = row.effect == RowEffect::kUnknown ? unknown : !unknown && HasAllow(permissions);
      if (span.from < span.until && is_of_effect) out.push_back({&piece, span, unknown, &permissions});
    };
    for (const GrantPiece& piece : of_grant->second) {
      if (piece.terms.role.empty()) {
        add(piece, piece.live, false, piece.terms.permissions);
        continue;
      }
      auto role = RoleOf(piece.terms.role);
      if (!role) return tl::unexpected(role.error());
      for (const history::RolePiece& state : **role)
        add(piece, state.span, state.state == history::RoleState::kUndefined || !state.ever_defined, *state.permissions);
    }
    return out;
  }

  Result<bool> IsListed(const AuthorityRow& row, const Interval& span) {
    auto rows = authority::What(view_, question_.ref, true, {std::nullopt, span}, {std::numeric_limits<std::int64_t>::max(), ""});
    if (!rows) return tl::unexpected(rows.error());
    return std::any_of(rows->rows.begin(), rows->rows.end(), [&](const AuthorityRow& other) {
      return other.grant == row.grant && other.effect == row.effect && other.granted_to == row.granted_to;
    });
  }

  using Pieces = std::map<std::string, std::vector<GrantPiece>>;  // by grant
  Result<const Pieces*> PiecesOf(const std::string& principal) {
    const auto known = pieces_.find(principal);
    if (known != pieces_.end()) return &known->second;
    auto read = view_.GrantsOf(principal, frame_.Window());
    if (!read) return tl::unexpected(read.error());
    Pieces by_grant;
    for (GrantPiece& piece : *read) by_grant[piece.grant].push_back(std::move(piece));
    return &pieces_.emplace(principal, std::move(by_grant)).first->second;
  }
  Result<const std::vector<history::RolePiece>*> RoleOf(const std::string& role) {
    const auto known = roles_.find(role);
    if (known != roles_.end()) return &known->second;
    auto read = view_.Role(role, frame_.Window());
    if (!read) return tl::unexpected(read.error());
    return &roles_.emplace(role, std::move(*read)).first->second;
  }

  history::FactView& view_;
  const WhyHeldQuestion& question_;
  const Frame& frame_;
  std::map<std::string, Pieces> pieces_;
  std::map<std::string, std::vector<history::RolePiece>> roles_;
};

// A row of `what`, and the terms by which it gives what is asked for.
struct Given {
  AuthorityRow row;
  GrantPiece piece;
};

// In the order of `what`.
std::string KeyOf(const Given& given) {
  std::string key = given.row.grant + '\0';
  key += static_cast<char>('a' + static_cast<int>(given.row.effect));
  return key + given.row.granted_to;
}

Status CheckQuestion(const WhyHeldQuestion& question) {
  if (auto s = authority::CheckSubject(question.ref); !s) return s;
  const bool by_role = !question.role.empty(), by_action = !question.action.empty() || !question.resource.empty();
  if (by_role == by_action || (by_action && (question.action.empty() || question.resource.empty())))
    return Fail("why_held_malformed", "that is more, or less, than one authority", "give a role, or an action and a resource",
                Blame::kCaller);
  if (by_role && event::TypeOf(question.role) != "role")
    return Fail("reference_not_role", "\"" + question.role + "\" is no role", "role:db-admin", Blame::kCaller);
  return by_role ? event::CheckReference(question.role) : authority::CheckAsked({question.action, question.resource});
}

}  // namespace

Result<WhyHeldAnswer> WhyHeld(history::FactView& view, const WhyHeldQuestion& question, const When& when, const Page& page) {
  if (auto s = CheckQuestion(question); !s) return tl::unexpected(s.error());
  const authority::QuestionKey key{"why_held", question.ref, question.role, question.action, question.resource};
  auto place = authority::PlaceOf(key, when, page);
  if (!place) return tl::unexpected(place.error());
  auto frame = Frame::Of(place->when);
  if (!frame) return tl::unexpected(frame.error());
  auto held = authority::What(view, question.ref, true, place->when, {std::numeric_limits<std::int64_t>::max(), ""});
  if (!held) return tl::unexpected(held.error());

  WhyHeldAnswer answer;
  answer.head = held->head;
  answer.head.question = "why_held";
  answer.head.evidence.clear();
  answer.asked = question;
  std::vector<Given> given;
  Giving giving(view, question, *frame);
  for (AuthorityRow& row : held->rows) {
    auto piece = giving.Of(row);
    if (!piece) return tl::unexpected(piece.error());
    if (*piece) given.push_back({std::move(row), std::move(**piece)});
  }
  given = authority::PageOf(std::move(given), KeyOf, key, *place, page.limit, answer.head.next);
  authority::EvidenceList evidence(view);
  const Policy policy;
  Chains chains(view, policy, question.ref, frame->Last(), evidence);
  for (Given& one : given) {
    auto chain = chains.Of(one.piece);
    if (!chain) return tl::unexpected(chain.error());
    // The path pointed into the evidence of `what`.
    for (PathStep& step : one.row.path) {
      std::vector<Position> positions;
      for (const auto index : step.evidence) positions.push_back(held->head.evidence[static_cast<std::size_t>(index)].position);
      auto index = evidence.Add(positions);
      if (!index) return tl::unexpected(index.error());
      step.evidence = std::move(*index);
    }
    answer.rows.push_back({std::move(one.row), std::move(chain->steps), std::move(chain->gaps)});
  }
  // A doubt on the planes of reviews, exceptions and use may hide any of them; one about the owner, that it is retired.
  auto owner = chains.Owner();
  if (!owner) return tl::unexpected(owner.error());
  const std::vector<Topic> planes{Topic::kGovernance, Topic::kUsage};
  authority::NoteTaints(view.Taints(), planes, frame->Window(), answer.head);
  if (!owner->empty()) {
    const authority::Consulted consulted{{{Topic::kIdentity, *owner}, history::IntervalSet(frame->Window())}};
    authority::NoteTaints(view.Taints(), consulted, frame->Window(), answer.head);
  }
  answer.head.evidence = evidence.Take();
  return answer;
}

}  // namespace tenure::governance
