#include "history/fold.h"
#include "history/spans.h"

namespace tenure::history {
namespace {

struct State {
  bool on = false;
  CredentialPiece shown;  // everything but span and live
  std::vector<Position> causes;
};

void Begin(State& s, const Assertion& a, const std::string& fingerprint, OptionalTime not_before, OptionalTime expires_at) {
  s.on = true;
  s.shown.fingerprint = fingerprint;
  s.shown.not_before = not_before;
  s.shown.expires_at = expires_at;
  s.shown.compromised_at.reset();
  s.shown.replaced_by.clear();
  s.causes = {a.at.order.position};
}

void Finish(State& s, const Position& by) {
  s.on = false;
  s.causes.push_back(by);
}

void Apply(State& s, const std::string& credential, const Assertion& a) {
  const Position& at = a.at.order.position;
  if (auto* e = std::get_if<CredentialIssued>(&a.payload)) {
    Begin(s, a, e->fingerprint, e->not_before, e->expires_at);
    s.shown.kind = e->kind;
  } else if (auto* r = std::get_if<CredentialRotated>(&a.payload)) {
    if (r->replaced_by == credential) return Begin(s, a, r->fingerprint, std::nullopt, r->expires_at);
    Finish(s, at);
    s.shown.replaced_by = r->replaced_by;
  } else if (std::holds_alternative<CredentialRevoked>(a.payload)) {
    Finish(s, at);
  } else if (std::holds_alternative<CredentialCompromised>(a.payload)) {
    s.shown.compromised_at = a.at.time;
    s.causes.push_back(at);
  }
}

// One stretch without events, cut at not_before and expires_at where they fall inside.
void PushStretch(std::vector<CredentialPiece>& out, const State& s, Interval stretch) {
  std::vector<EffectiveTime> cuts{stretch.from};
  for (const OptionalTime& cut : {s.shown.not_before, s.shown.expires_at})
    if (s.on && cut && stretch.from < *cut && *cut < stretch.until) cuts.push_back(*cut);
  std::sort(cuts.begin(), cuts.end());
  cuts.push_back(stretch.until);
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    if (cuts[i + 1] <= cuts[i]) continue;
    CredentialPiece p = s.shown;
    p.span = {cuts[i], cuts[i + 1]};
    p.live = s.on && (!p.not_before || *p.not_before <= cuts[i]) && (!p.expires_at || cuts[i] < *p.expires_at);
    p.causes = s.causes;
    out.push_back(std::move(p));
  }
}

void FoldSpan(const std::string& credential, const SpannedEvents& part, const std::vector<Moment>& ends_all,
              std::vector<CredentialPiece>& out) {
  State s;
  s.shown.credential = credential;
  std::size_t i = 0;
  auto end = std::upper_bound(ends_all.begin(), ends_all.end(), part.events.front()->at);
  // Events and ends of all, merged by Moment; a stretch ends where the next time begins.
  while (true) {
    const bool has_event = i < part.events.size();
    const bool has_end = end != ends_all.end() && part.span.Holds(*end);
    if (!has_event && !has_end) break;
    const bool take_event = has_event && (!has_end || part.events[i]->at < *end);
    const EffectiveTime t = take_event ? part.events[i]->at.time : end->time;
    if (take_event) Apply(s, credential, *part.events[i++]);
    else if (s.on) Finish(s, end->order.position), ++end;
    else ++end;
    EffectiveTime next = part.span.EndTime();
    if (i < part.events.size()) next = std::min(next, part.events[i]->at.time);
    if (end != ends_all.end() && part.span.Holds(*end)) next = std::min(next, end->time);
    PushStretch(out, s, {t, next});
  }
}

}  // namespace

std::vector<CredentialPiece> FoldCredential(const std::string& credential, const std::vector<Assertion>& events,
                                            const Incarnations& of_identity) {
  std::vector<CredentialPiece> out;
  for (const auto& part : CutBySpans(events, of_identity.begins)) FoldSpan(credential, part, of_identity.ends_all, out);
  return out;
}

}  // namespace tenure::history
