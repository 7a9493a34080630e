"""Ways to break the engine, each against one rule. `old` stands exactly once in `file`; with `new` in its place some test must fail."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    old: str
    new: str


def _h(name, file, old, new):
    return Mutant(name, f"src/history/{file}", old, new)


def _a(name, file, old, new):
    return Mutant(name, f"src/authority/{file}", old, new)


def _g(name, file, old, new):
    return Mutant(name, f"src/governance/{file}", old, new)


MUTANTS = [
    # Registers and identities
    _h("register: a later event does not change the owner", "fold_identity.cc",
       'if (auto* e = std::get_if<IdentityOwnerChanged>(&a.payload)) r.owner = e->owner.value.value_or("");', ""),
    _h("status: suspended before expired", "fold_identity.cc",
       "  if (r.expires_at && *r.expires_at <= t) return IdentityStatus::kExpired;\n  if (r.suspended) return IdentityStatus::kSuspended;",
       "  if (r.suspended) return IdentityStatus::kSuspended;\n  if (r.expires_at && *r.expires_at <= t) return IdentityStatus::kExpired;"),
    _h("status: pending forgotten", "fold_identity.cc", "  if (r.pending) return IdentityStatus::kPending;\n", ""),
    _h("status: proofing does not end pending", "fold_identity.cc", "r.pending = false, r.proofing_by = at;", "r.proofing_by = at;"),
    _h("status: a reactivation lifts nothing", "fold_identity.cc", "r.suspended = false, r.standing_by = at;", "r.standing_by = at;"),
    _h("identity: expired one tick late", "fold_identity.cc", "*r.expires_at <= t) return", "*r.expires_at < t) return"),
    _h("identity: absent before an observed registration", "fold_identity.cc",
       "return e->observed ? IdentityStatus::kUnrecorded : IdentityStatus::kAbsent;", "return IdentityStatus::kAbsent;"),
    _h("identity: absent before a retirement that came first", "fold_identity.cc",
       "    if (std::get_if<IdentityRetired>(&a.payload)) return IdentityStatus::kUnrecorded;",
       "    if (std::get_if<IdentityRetired>(&a.payload)) return IdentityStatus::kAbsent;"),
    _h("incarnation: nothing is cleared", "fold_identity.cc", "  if (r.life == Life::kRetired) Clear(r);\n", ""),
    _h("incarnation: every registration begins one", "fold_identity.cc",
       "      if (life == Life::kRetired) out.begins.push_back(a.at);", "      if (life != Life::kNone) out.begins.push_back(a.at);"),
    _h("ends_all: every retirement ends all", "fold_identity.cc", "      if (e->ends_all) out.ends_all.push_back(a.at);",
       "      out.ends_all.push_back(a.at);"),
    _h("ends_all: none does", "fold_identity.cc", "      if (e->ends_all) out.ends_all.push_back(a.at);", ""),
    # Incarnations
    _h("incarnation: what is of its time and earlier on record belongs to it", "spans.h",
       "return begin <= m && (!end || m < *end);", "return begin.time <= m.time && (!end || m.time < end->time);"),
    # Grants
    _h("grant: not_before is not asked", "fold_grant.cc", "std::max(issue.at.time, terms.not_before.value_or(issue.at.time))", "issue.at.time"),
    _h("grant: expires_at is not asked", "fold_grant.cc",
       '  if (terms.expires_at) Lower(end, End{*terms.expires_at, EndKind::kTerms, std::nullopt, "expired"});\n', ""),
    _h("grant: a revoke by id is forgotten", "fold_grant.cc",
       '  if (g.first_revoke != nullptr) Lower(end, g.first_revoke->at, EndKind::kRevoke, "revoked");\n', ""),
    _h("grant: an amendment does not end the terms before it", "fold_grant.cc", "if (index + 1 < g.issues.size()) Lower", "if (false) Lower"),
    _h("grant: it does not end with its principal's incarnation", "fold_grant.cc",
       '  if (g.span.end) Lower(end, *g.span.end, EndKind::kOther, "reincarnated");\n', ""),
    _h("grant: it does not end with its role's incarnation", "fold_grant.cc",
       '  if (role_span.end) Lower(end, *role_span.end, EndKind::kOther, "role_reincarnated");\n', ""),
    _h("grant: the last revoke by id counts, not the first", "fold_grant.cc", "      else if (g.first_revoke == nullptr) g.first_revoke = a;",
       "      else g.first_revoke = a;"),
    _h("revoke by role: the scope is not compared", "fold_grant.cc", "(!revoke.scope || *revoke.scope == terms.scope)", "true"),
    _h("revoke by role: the role is not compared", "fold_grant.cc", "terms.role == revoke.role", "true"),
    _h("revoke by role: ends what had expired", "fold_grant.cc", "(!terms.expires_at || t < *terms.expires_at)", "true"),
    _h("revoke by role: of the first terms, not the last before it", "fold_grant.cc", "Terms(*issues[before - 1])", "Terms(*issues[0])"),
    _h("revoke by role: ends what was issued at its time and later on record", "fold_grant.cc",
       "while (before < issues.size() && issues[before]->at < revoke->at) ++before;",
       "while (before < issues.size() && issues[before]->at.time <= revoke->at.time) ++before;"),
    _h("ends_all: leaves grants", "fold_grant.cc", "if (retirement != g.ends_all.end() && g.span.Holds(*retirement)) Lower",
       "if (false) Lower"),
    _h("ends_all: ends what began after it", "fold_grant.cc",
       "std::upper_bound(g.ends_all.begin(), g.ends_all.end(), issues.front()->at)", "g.ends_all.begin()"),
    # Memberships and credentials
    _h("membership: a removal does not end it", "fold_membership.cc", "  if (next != nullptr)", "  if (next != nullptr && false)"),
    _h("membership: its window is not asked", "fold_membership.cc",
       "{std::max(a.at.time, terms.not_before.value_or(a.at.time)), kForever}", "{a.at.time, kForever}"),
    _h("membership: ends_all leaves it", "fold_membership.cc", "if (const auto end = EndOfAll(ends_all, a.at, span)) lower", "if (const auto end = EndOfAll({}, a.at, span)) lower"),
    _h("credential: a revoke does not end it", "fold_credential.cc",
       "  } else if (std::holds_alternative<CredentialRevoked>(a.payload)) {\n    Finish(s, at);",
       "  } else if (std::holds_alternative<CredentialRevoked>(a.payload)) {"),
    _h("credential: rotated out and still live", "fold_credential.cc", "    Finish(s, at);\n    s.shown.replaced_by", "    s.shown.replaced_by"),
    _h("credential: live at its expiry", "fold_credential.cc", "cuts[i] < *p.expires_at", "cuts[i] <= *p.expires_at"),
    # Roles
    _h("role: a retirement changes nothing", "fold_role.cc", "    s.state = RoleState::kRetired;\n", ""),
    _a("role: undefined gives assume", "grants.cc", "      if (asked.action != kAssume) sides.AddUnknown(piece.span);", "      sides.AddUnknown(piece.span);"),
    _a("role: undefined gives nothing", "grants.cc", "      if (asked.action != kAssume) sides.AddUnknown(piece.span);", ""),
    _a("permission: a condition is taken as met", "grants.cc", "    permission.condition.empty() ? side.Certain(span) : side.Uncertain(span);\n  }\n  void AddUnknown",
       "    side.Certain(span);\n  }\n  void AddUnknown"),
    _a("grant: a condition is taken as met", "grants.cc", "condition.empty() ? live : TimeSet{{}, live.may}", "live"),
    _a("grant: the delegator is not asked", "grants.cc", "sides.allow.Intersect(live).Intersect(Delegation(grant));", "sides.allow.Intersect(live);"),
    _a("grant: the scope is not asked", "grants.cc", "  if (!ScopeCovers(terms.scope, asked)) return {};\n", ""),
    _a("permission: a list of exceptions covers everything", "permissions.cc", 'return permission.not_resources ? resource != "*" && !listed : listed;',
       "return permission.not_resources ? !listed : listed;"),
    _a("permission: assume by wildcard", "permissions.cc", "  if (action == kAssume && permission.effect == Effect::kAllow) return NamesAssume(permission);\n", ""),
    Mutant("pattern: a question for everything is a literal", "src/event/reference.cc", '  if (resource == "*") return IsEverything(pattern);\n', ""),
    Mutant("pattern: an ancestor may end inside a segment", "src/event/reference.cc", "end > 0 && resource[end] == '/'", "end > 0"),
    # Groups, denies, everyone
    _a("group: its status is not asked", "closure.cc", "label.allow.Intersect(edge).Intersect(active)", "label.allow.Intersect(edge)"),
    _a("deny: a suspended group lifts it", "closure.cc", "label.deny.Intersect(edge),", "label.deny.Intersect(edge).Intersect(active),"),
    _a("deny: forgotten", "own.cc", "return given.allow.Minus(given.deny);", "return given.allow;"),
    _a("deny: through everyone forgotten", "holders.cc", ".Union(Of(deny, event::kEveryone))", ""),
    _h("deny: certain where only perhaps", "interval_set.h", "return {must.Minus(deny.may), may.Minus(deny.must)};", "return {must.Minus(deny.must), may.Minus(deny.must)};"),
    _a("everyone: what it is given counts for nobody", "closure.cc", "everyone_ == Everyone::kCounts ? always : denies_only", "denies_only"),
    # Assumption
    _a("assumption: an inactive caller assumes", "assumption.cc", "reached.as.Intersect(reading_.Active(from))", "reached.as"),
    _a("assumption: a deny of assume is forgotten", "assumption.cc", "as.Intersect(given.allow.Minus(given.deny))", "as.Intersect(given.allow)"),
    _a("assumption: an inactive target gives", "assumption.cc", "as.as.Intersect(reading_.Active(identity)).Intersect(Own(identity, asked))",
       "as.as.Intersect(Own(identity, asked))"),
    _a("assumption: in who only one step", "holders.cc", "&& principal != event::kEveryone) waiting.push_back(principal);", "&& own.contains(principal)) waiting.push_back(principal);"),
    _a("boundary: not asked", "own.cc", "allow.Done().Doubt(reading_.Boundary(ref))", "allow.Done()"),
    # Retraction
    _h("retraction: anybody may", "settlement.cc", "by_source == target.source || std", "true || std"),
    _h("retraction: correctors may not", "settlement.cc", "std::binary_search(correctors_.begin(), correctors_.end(), by_source)", "false"),
    _h("retraction: an earlier one cancels a later one", "settlement.cc", "!(order < (*by)->order)", "false"),
    _h("retraction: never cancelled", "settlement.cc", "cancelled = cancelled || *retracts;", ""),
    _h("retraction: across topics", "settlement.cc", "return !*taken || (*taken)->order.position.topic == (*copy)->order.position.topic;", "return true;"),
    _h("copies: one on the wrong topic is canonical", "settlement.cc", "    if (!*wrong) return c;", "    return c;"),
    _h("copies: in a circle whoever asks first decides", "settlement.cc", "  if (!circular_) canonical_[name] = *found;", "  if (true) canonical_[name] = *found;"),
    # Taints
    _h("taint: a retraction misplaced for some knowledge only is forgotten", "applier_names.cc", "  if (!*may_be && !*there) return {};", "  if (!*wrong && !*there) return {};"),
    _h("taint: no time bounds it", "taint.cc", "return bounded ? Interval{*time, kForever} : Interval{};", "return Interval{};"),
    _h("taint: always bounded by its time", "taint.cc", "event::TopicOf(*type) == Topic::kAccess && !carries_supersedes", "true"),
    _h("taint: a conflict counts one key", "taint.cc", "    for (const auto* from : {a, b})\n", "    for (const auto* from : {a})\n"),
    _h("taint: replaced closes without the replacement", "taint.cc", "      if (!*replacement) continue;\n", ""),
    _a("taint: a tainted identity is certain", "reading.cc", "    if (!doubt.Empty()) active = {active.must.Minus(doubt), active.may.Union(doubt)};\n", ""),
    _a("taint: a tainted principal's grants are certain", "reading.cc",
       "TimeSet::Certain(IntervalSet(grant.live)).Doubt(Doubtful(Topic::kAccess, grant.principal))", "TimeSet::Certain(IntervalSet(grant.live))"),
    _a("taint: hides no deny", "own.cc", "    deny.Add(TimeSet::Uncertain(label.deny.may.Intersect(doubt)));\n", ""),
    _a("taint: the whole topic is forgotten", "taints.cc", "return it == keyed.end() ? whole_[static_cast<int>(plane)] : it->second;",
       "static const history::IntervalSet kNone;\n  return it == keyed.end() ? kNone : it->second;"),
    _a("complete: though a taint was consulted", "head.cc", "    if (hit) Note(taint, head);\n", ""),
    # The engine's own ways
    _h("past: a retracted event stands", "folder.cc", "  return settlement_->InForce(name);", "  return true;"),
    _h("batch: a role's new incarnation does not spread to its grants", "applier_pieces.cc",
       "    if (f.kind == FactKind::kGrant) Dirty(f, kAlways);", ""),
    _h("interval sets: intersection keeps the later end", "interval_set.cc", "std::min(a->until, b->until)", "std::max(a->until, b->until)"),
    # Governance: the life of an authority
    _g("why-held: approved at the issue's own moment is after it", "chain_steps.cc", "if (issued_ < first.time)", "if (issued_ <= first.time)"),
    _g("why-held: an exception that is never live is told", "excuses.cc", "if (span.from < span.until)", "if (span.from <= span.until)"),
    _g("why-held: an exception's end is in it", "chain_steps.cc",
       "live.emplace_back(subject->At(excuse.granted), excuse.span.until);",
       "live.emplace_back(subject->At(excuse.granted), EffectiveTime{excuse.span.until.us + 1});"),
    _g("why-held: one approval of one's own is enough for self-approval", "chain_steps.cc",
       "const bool by_other = std::any_of(", "const bool by_other = std::all_of("),
    _g("why-held: a later approval counts", "chain_steps.cc", "if ((yes == nullptr && no == nullptr) || until_ < event.time) continue;",
       "if (yes == nullptr && no == nullptr) continue;"),
    _g("why-held: a namesake's grant is told", "chain_steps.cc", "if (whole.lives.size() == 1 || issue == nullptr) return",
       "if (whole.lives.size() >= 1 || issue == nullptr) return"),
    _g("why-held: the approver's right now, not then", "chain_steps.cc",
       "authority::Decide(view_, approver, kApprove, resource, approval.time)", "authority::Decide(view_, approver, kApprove, resource, until_)"),
    _g("why-held: what was denied is a use", "chain_steps.cc", "use->outcome != Outcome::kAllowed || ", ""),
    _g("why-held: an undefined role gives assume", "chain.cc", "if (stretch.unknown) return question.action != authority::kAssume;",
       "if (stretch.unknown) return true;"),
    _g("why-held: complete though a review may be hidden", "chain.cc", "  authority::NoteTaints(view.Taints(), planes, frame->Window(), answer.head);\n", ""),
    # Governance: controls
    _g("controls: what happens at the moment is not seen", "controls.cc", "t <= frame_.Begin()", "t < frame_.Begin()"),
    _g("controls: a rotation makes nothing", "controls.cc", " ||\n         std::holds_alternative<CredentialRotated>(payload)", ""),
    # Governance: reviews
    _g("review: an end before the decision counts though it is there again", "judging.cc",
       "bool done = !*there && campaign_.Terms().as_of <= t_;",
       "bool done = HolderOf(holding.of.principal).EndBy(holding.of, campaign_.Terms().as_of, t_)->has_value() && campaign_.Terms().as_of <= t_;"),
    _g("review: due a microsecond later", "judging.cc", "due && *due <= t_", "due && *due < t_"),
    _g("review: the first decision counts, not the last", "judging.cc",
       "decisions_[IdOf(std::get<ReviewDecided>(event->payload))] = event;", "decisions_.try_emplace(IdOf(std::get<ReviewDecided>(event->payload)), event);"),
    _g("review: new terms from before the decision change it", "holder.cc", "if (event.time < from || t < event.time ||", "if ((event.time < from && false) || t < event.time ||"),
    _g("review: a namesake's holding is still there", "holder.cc", "    if (*one != *other) return false;\n", ""),
    _g("review: what came later was known when it was opened", "reviews.cc", "Common(*by, view.Vector())", "Common(view.Vector(), view.Vector())"),
    _g("review: what the asked knowledge lacks was known when it was opened", "reviews.cc", "Common(*by, view.Vector())", "Common(*by, *by)"),
    _g("review: opened again it is what its last opening says", "judging.cc", " && out.opened == nullptr) out.opened", ") out.opened"),
    _g("review never: a later decision counts", "reviews.cc", "decided->principal == principal && event.time <= t)", "decided->principal == principal)"),
    _g("review never: everyone is nobody", "reviews.cc", "told = true, go_on = each(everyone);", "told = true;"),
]
