// Rules about credentials: left over, known to others, or too old.
#include <algorithm>

#include "authority/gather.h"
#include "governance/found.h"

namespace tenure::governance {
namespace {

using history::CredentialPiece;

// One credential: when it is live, and when it was last issued, as stretches each with its issue.
struct Key {
  std::string name;
  std::vector<const CredentialPiece*> pieces;
  std::vector<const history::OwnEvent*> issues;  // that made it, ascending
  IntervalSet live;

  // Each live piece cut at the issues: the last issue before it and the stretch that it gave.
  template <class Take>
  void EachIssued(Take take) const {
    for (const CredentialPiece* piece : pieces) {
      if (!piece->live) continue;
      auto issue = std::upper_bound(issues.begin(), issues.end(), piece->span.from,
                                    [](EffectiveTime t, const history::OwnEvent* e) { return t < e->time; });
      if (issue != issues.begin()) --issue;
      for (; issue != issues.end() && (*issue)->time < piece->span.until; ++issue) {
        const EffectiveTime next = issue + 1 != issues.end() ? (*(issue + 1))->time : kForever;
        take(*piece, (*issue)->time, Interval{std::max(piece->span.from, (*issue)->time), std::min(piece->span.until, next)});
      }
    }
  }
};

std::map<std::string, Key> KeysOf(const Subject& subject) {
  std::map<std::string, Key> keys;
  for (const CredentialPiece& piece : subject.credentials) {
    Key& key = keys[piece.credential];
    key.name = piece.credential;
    key.pieces.push_back(&piece);
  }
  const auto made = [&](const std::string& name, const history::OwnEvent* event) {
    if (const auto it = keys.find(name); it != keys.end()) it->second.issues.push_back(event);
  };
  for (const auto& event : subject.events) {
    if (const auto* issued = std::get_if<CredentialIssued>(&event.payload)) made(issued->credential, &event);
    if (const auto* rotated = std::get_if<CredentialRotated>(&event.payload)) made(rotated->replaced_by, &event);
  }
  for (auto& [name, key] : keys) {
    std::vector<Interval> live;
    for (const CredentialPiece* piece : key.pieces)
      if (piece->live) live.push_back(piece->span);
    key.live = authority::UnionOf(std::move(live));
  }
  return keys;
}

Found::EvidenceIn EvidenceOf(const Key& key) {
  return [&key](const Interval& span) {
    std::vector<Position> out;
    for (const CredentialPiece* piece : key.pieces)
      if (piece->live && piece->span.from < span.until && span.from < piece->span.until)
        out.insert(out.end(), piece->causes.begin(), piece->causes.end());
    return out;
  };
}

// The piece shows the last one since its issue.
EffectiveTime FirstCompromise(const Subject& subject, const CredentialPiece& piece) {
  EffectiveTime first = *piece.compromised_at;
  for (const Position& cause : piece.causes) {
    const history::OwnEvent* event = subject.At(cause);
    if (event != nullptr && std::holds_alternative<CredentialCompromised>(event->payload)) first = std::min(first, event->time);
  }
  return first;
}

void AddCompromised(const Subject& subject, const Key& key, std::int64_t grace, Found& found) {
  std::vector<Interval> parts;
  for (const CredentialPiece* piece : key.pieces)
    if (piece->live && piece->compromised_at)
      parts.push_back({std::max(piece->span.from, Plus(FirstCompromise(subject, *piece), grace)), piece->span.until});
  found.Add(Rule::kCompromisedCredential, subject, key.name, authority::UnionOf(std::move(parts)), subject.doubtful,
            EvidenceOf(key), "credential " + key.name);
}

void AddLongLived(const Policy& policy, const Subject& subject, const Key& key, Found& found) {
  std::vector<Interval> parts;
  key.EachIssued([&](const CredentialPiece& piece, EffectiveTime issued, Interval stretch) {
    const auto by_kind = policy.credential_age_by_kind.find(piece.kind);
    const auto age = by_kind == policy.credential_age_by_kind.end() ? std::optional(policy.credential_age) : by_kind->second;
    if (age) parts.push_back({std::max(stretch.from, Plus(issued, *age)), stretch.until});
  });
  found.Add(Rule::kLongLivedCredential, subject, key.name, authority::UnionOf(std::move(parts)).Intersect(subject.here),
            subject.doubtful, EvidenceOf(key), "credential " + key.name);
}

// When a person who is its owner retires, or is its owner no more.
Result<std::vector<EffectiveTime>> LeavesOf(Surroundings& around, const Subject& subject) {
  std::vector<EffectiveTime> leaves;
  for (std::size_t i = 0; i < subject.life.size(); ++i) {
    const auto& piece = subject.life[i];
    if (piece.owner.empty() || !around.IsPerson(piece.owner)) continue;
    auto retired = around.Retired(piece.owner);
    if (!retired) return tl::unexpected(retired.error());
    for (const Interval& gone : **retired)
      if (piece.span.Contains(gone.from)) leaves.push_back(gone.from);
    if (i + 1 < subject.life.size() && subject.life[i + 1].owner != piece.owner) leaves.push_back(subject.life[i + 1].span.from);
  }
  std::sort(leaves.begin(), leaves.end());
  return leaves;
}

void AddNotRotated(const Subject& subject, const Key& key, const std::vector<EffectiveTime>& leaves, std::int64_t days,
                   Found& found) {
  std::vector<Interval> parts;
  key.EachIssued([&](const CredentialPiece&, EffectiveTime issued, Interval stretch) {
    const auto leave = std::lower_bound(leaves.begin(), leaves.end(), issued);
    if (leave != leaves.end()) parts.push_back({std::max(stretch.from, Plus(*leave, days)), stretch.until});
  });
  found.Add(Rule::kNotRotatedAfterLeave, subject, key.name, authority::UnionOf(std::move(parts)), subject.doubtful,
            EvidenceOf(key), "credential " + key.name);
}

}  // namespace

Status JudgeCredentials(Surroundings& around, const Subject& subject, Found& found) {
  if (subject.credentials.empty()) return {};
  const Policy& policy = around.Rules();
  std::vector<EffectiveTime> leaves;
  if (subject.machine && found.Wants(Rule::kNotRotatedAfterLeave)) {
    auto read = LeavesOf(around, subject);
    if (!read) return tl::unexpected(read.error());
    leaves = std::move(*read);
  }
  const IntervalSet gone = ForAtLeast(subject.retired, policy.offboarding_grace);
  for (const auto& [name, key] : KeysOf(subject)) {
    found.Add(Rule::kCredentialAfterRetirement, subject, name, key.live.Intersect(gone), subject.doubtful, EvidenceOf(key),
              "credential " + name);
    AddCompromised(subject, key, policy.compromise_grace, found);
    AddLongLived(policy, subject, key, found);
    if (!leaves.empty()) AddNotRotated(subject, key, leaves, policy.leave_rotation, found);
  }
  return {};
}

}  // namespace tenure::governance
