"""Who owned the control, how an authority came to be, what reviews decided and what came of it; and findings as a user sees them."""
import json

from harness import TenureTest, event, main


def at(day, hour=9):
    return f"2026-{day}T{hour:02d}:00:00Z"


class OfficeTest(TenureTest):
    """alice gets an admin role by the book, bob by himself; carol approves with and without the right to."""

    def setUp(self):
        super().setUp()
        lines = [
            event("reg-founder", "identity.registered", {"identity": "user:founder"}, "2025-06-01T00:00:00Z", authid="service_account:hr"),
            event("m-founder", "membership.added", {"member": "user:founder", "group": "group:board"}, "2025-06-01T00:00:00Z"),
            event("r-admin", "role.defined", {"role": "role:db-admin", "permissions": [
                {"effect": "allow", "actions": ["*"], "resources": ["bucket:ledger"]}]}, at("01-01")),
            event("r-approver", "role.defined", {"role": "role:approver", "permissions": [
                {"effect": "allow", "actions": ["grant:Approve"], "resources": ["*"]}]}, at("01-01")),
            *[event(f"reg-{who}", "identity.registered", {"identity": f"user:{who}"}, at("01-01"), authid="service_account:hr",
                    controlowner="team:people") for who in ("alice", "bob", "carol", "dave")],
            event("reg-robot", "identity.registered", {"identity": "service_account:robot", "owner": "user:dave"}, at("01-01"),
                  authid="user:dave"),
            event("g-carol", "grant.issued", {"grant": "carol-approves", "principal": "user:carol", "role": "role:approver",
                                              "expires_at": at("03-01")}, at("01-02")),
            event("q-alice", "grant.requested", {"request": "q1", "principal": "user:alice", "role": "role:db-admin",
                                                 "justification": "on call"}, at("01-05"), authid="user:alice"),
            event("a-alice", "grant.approved", {"principal": "user:alice", "request": "q1", "approver": "user:carol"}, at("01-06")),
            event("g-alice", "grant.issued", {"grant": "g1", "principal": "user:alice", "role": "role:db-admin", "request": "q1"},
                  at("01-07"), authid="service_account:broker", controlowner="team:access"),
            event("u-alice", "access.used", {"identity": "user:alice", "action": "Write", "resource": "bucket:ledger/2026",
                                             "outcome": "allowed", "count": 3}, at("01-08")),
            event("g-bob", "grant.issued", {"grant": "g2", "principal": "user:bob", "role": "role:db-admin"}, at("01-10"),
                  authid="user:bob"),
            event("a-bob", "grant.approved", {"principal": "user:bob", "grant": "g2", "approver": "user:bob"}, at("01-11")),
            event("g-robot", "grant.issued", {"grant": "g3", "principal": "service_account:robot", "role": "role:db-admin"},
                  at("01-12"), authid="user:dave", source="console"),
            event("o-1", "review.opened", {"review": "rev-1", "scope": {"role": "role:db-admin"}, "as_of": at("02-01"),
                                           "due_at": at("02-20"), "reviewer": "user:carol"}, at("02-01")),
            event("d-bob", "review.decided", {"review": "rev-1", "principal": "user:bob", "grant": "g2", "decision": "revoke",
                                              "reviewer": "user:carol", "reason": "by himself"}, at("02-03")),
            event("d-alice", "review.decided", {"review": "rev-1", "principal": "user:alice", "grant": "g1", "decision": "keep",
                                                "reviewer": "user:carol"}, at("02-03")),
            event("x-robot", "exception.granted", {"exception": "x1", "subject": "service_account:robot", "rule": "unapproved_grant",
                                                   "expires_at": at("02-15"), "approver": "user:carol", "reason": "pilot"},
                  at("02-05")),
            event("e-bob", "grant.revoked", {"principal": "user:bob", "grant": "g2"}, at("02-10"), authid="service_account:broker"),
            event("late", "grant.issued", {"grant": "g4", "principal": "user:dave", "role": "role:db-admin"}, at("02-12")),
        ]
        self.ok("append", "-", stdin="".join(lines))

    def rows(self, *args, code=0):
        return self.question(*args, code=code)["results"]


class WhyHeld(OfficeTest):
    def parts(self, row):
        return [(step["what"], step["at"], step["by"]) for step in row["chain"]]

    def test_by_the_book(self):
        [row] = self.rows("why-held", "user:alice", "role:db-admin", "--as-of", at("02-15"))
        self.assertEqual(self.parts(row), [
            ("requested", at("01-05"), "user:alice"), ("approved", at("01-06"), "user:carol"),
            ("issued", at("01-07"), "service_account:broker"), ("used", at("01-08"), "user:alice"),
            ("keep", at("02-03"), "user:carol")])
        self.assertEqual([step["count"] for step in row["chain"] if step["part"] == "use"], [3])
        self.assertEqual(row["gaps"], [])

    def test_by_himself(self):
        [row] = self.rows("why-held", "user:bob", "Write", "bucket:ledger/2026", "--as-of", at("02-05"))
        gaps = [gap["gap"] for gap in row["gaps"]]
        self.assertEqual(sorted(gaps), ["approved_after_issue", "approver_without_authority", "never_used", "no_request", "self_approval"])
        self.assertEqual(self.parts(row)[-1], ("revoked", at("02-10"), "service_account:broker"))

    def test_each_moment_has_its_own_life(self):
        [row] = self.rows("why-held", "user:alice", "role:db-admin", "--as-of", at("01-07"))
        self.assertEqual([what for what, _, _ in self.parts(row)], ["requested", "approved", "issued"])
        self.assertEqual([gap["gap"] for gap in row["gaps"]], ["never_used", "never_reviewed"])

    def test_nothing_that_gives_it_is_no_row(self):
        self.assertEqual(self.rows("why-held", "user:carol", "role:db-admin", "--as-of", at("02-15")), [])
        text = self.ok("why-held", "user:carol", "role:db-admin", "--as-of", at("02-15")).out
        self.assertIn("holds no grant", text)

    def test_what_it_is_asked_wrongly(self):
        self.fails(2, "reference_not_role", "why-held", "user:bob", "db-admin")
        self.fails(2, "reference_", "why-held", "user", "role:db-admin")


class Controls(OfficeTest):
    def test_who_made_and_who_gave(self):
        rows = self.rows("controls", "--during", "2026-01-01/2026-03-01")
        by = {(row["plane"], row["source"], row["actor"]): row for row in rows}
        people = by["identity", "test/office", "service_account:hr"]
        self.assertEqual((people["identities"], people["control_owner"], people["marks"]), (4, "team:people", []))
        dave = by["identity", "test/office", "user:dave"], by["access", "console", "user:dave"]
        for row in dave:
            self.assertEqual((row["marks"], row["bundled"], row["bundled_count"]),
                             (["no_owner", "both_planes"], ["service_account:robot"], 1))
        self.assertEqual(by["access", "console", "user:dave"]["grants"], 1)
        self.assertEqual(sum(row["events"] for row in rows), 16)

    def test_hand_made_is_what_no_configured_source_said(self):
        policy = self.dir / "policy.json"
        policy.write_text('{"configured_sources": ["test/*"]}')
        rows = self.rows("controls", "--policy", policy, "--during", "2026-01-01/2026-03-01")
        self.assertEqual([row["source"] for row in rows if "hand_made" in row["marks"]], ["console"])

    def test_the_moment_cuts(self):
        rows = self.rows("controls", "--as-of", at("01-01"))
        self.assertEqual(sum(row["identities"] for row in rows), 6)
        self.assertEqual(sum(row["grants"] for row in rows), 0)


class Reviews(OfficeTest):
    def states(self, time, *more):
        return {row["holding"]: (row["state"], row["open_days"]) for row in self.rows("review", "status", "rev-1", "--as-of", time, *more)}

    def test_each_holding_has_a_state_at_each_moment(self):
        self.assertEqual(self.states(at("02-02")), {"g1": ("undecided", 0), "g2": ("undecided", 0), "g3": ("undecided", 0)})
        self.assertEqual(self.states(at("02-08")), {"g1": ("kept", 0), "g2": ("revoke_not_carried_out", 5), "g3": ("undecided", 0)})
        self.assertEqual(self.states(at("02-25")), {"g1": ("kept", 0), "g2": ("revoked", 0), "g3": ("overdue", 5)})

    def test_the_list_is_what_was_known_when_it_was_opened(self):
        late = event("late-too", "grant.issued", {"grant": "g0", "principal": "user:dave", "role": "role:db-admin"}, at("01-15"))
        before = self.question("review", "status", "rev-1", "--as-of", at("02-25"))
        self.ok("append", "-", stdin=late)
        after = self.question("review", "status", "rev-1", "--as-of", at("02-25"))
        self.assertEqual(before["results"], after["results"])
        self.assertEqual(before["review"]["position"], after["review"]["position"])
        again = self.rows("who", "--role", "role:db-admin", "--as-of", at("02-01"), "--as-known-at", after["review"]["position"])
        self.assertEqual([row["principal"] for row in again], ["service_account:robot", "user:alice", "user:bob"])

    def test_the_summary_counts(self):
        [row] = self.rows("review", "list", "--as-of", at("02-25"))
        self.assertEqual([row[k] for k in ("holdings", "decided", "kept", "revoked", "changed", "overdue", "not_carried_out")],
                         [3, 2, 1, 1, 0, 1, 0])
        self.assertEqual(self.rows("review", "list", "--as-of", at("01-31")), [])

    def test_what_none_ever_looked_at(self):
        rows = self.rows("review", "never", "--as-of", at("02-25"))
        self.assertEqual([(row["principal"], row["holding"]) for row in rows],
                         [("service_account:robot", "g3"), ("user:carol", "carol-approves"), ("user:dave", "g4")])
        pages, cursor = [], []
        while True:
            page = self.question("review", "never", *(cursor or ["--as-of", at("02-25")]), "--limit", "1")
            pages += page["results"]
            if page["next"] is None:
                break
            cursor = ["--cursor", page["next"]]
        self.assertEqual([row["holding"] for row in pages], [row["holding"] for row in rows])

    def test_evidence_is_that_of_the_rows_shown(self):
        for asked in (("review", "never"), ("review", "status", "rev-1")):
            page = self.question(*asked, "--as-of", at("02-25"), "--limit", "1")
            pointed = {i for row in [*page["results"], page.get("review", {})] for i in row.get("evidence", [])}
            self.assertEqual(pointed, set(range(len(page["evidence"]))))

    def test_a_review_that_is_none(self):
        self.fails(2, "review_unknown", "review", "status", "rev-2")


class AnEndThatNobodyTold(TenureTest):
    def test_a_credential_of_one_that_is_registered_again_at_once(self):
        def begin(identity, credential, again):
            return [
                event(f"r-{identity}", "identity.registered", {"identity": identity}, at("01-01")),
                event(f"c-{identity}", "credential.issued", {"identity": identity, "credential": credential, "kind": "token"}, at("01-02")),
                event(f"e-{identity}", "identity.retired", {"identity": identity, "ends_all": True}, at("01-03")),
                event(f"a-{identity}", "identity.registered", {"identity": identity}, at("01-03")),
                *again,
            ]
        self.ok("append", "-", stdin="".join([
            *begin("user:quick", "k1", []),
            *begin("user:anew", "k2", [event("anew", "credential.issued", {"identity": "user:anew", "credential": "k2", "kind": "token",
                                                                           "not_before": at("01-05")}, at("01-03"))]),
        ]))
        found = self.question("findings", "--rule", "evidence_gap", "--as-of", at("01-04"), code=3)["results"]
        self.assertEqual([(row["subject"], row["about"], row["since"]) for row in found], [("user:quick", "k1", at("01-03"))])
        told = [row["change"] for row in self.question("timeline", "user:quick", "--as-of", at("01-04"))["results"]]
        self.assertIn("evidence gap: credential k1 ended by the retirement of user:quick, no revoke recorded before it", told)


class ActorsInTheirProducersWords(TenureTest):
    """An actor may be claimed as a bare ARN, of a user with a path or of a session: who it is is the same."""

    def setUp(self):
        super().setUp()
        self.user, self.role = "user:arn:aws:iam::111122223333:user/eve", "service_account:arn:aws:iam::111122223333:role/ci"
        by_user = "arn:aws:iam::111122223333:user/team/eve"
        by_session = "arn:aws:sts::111122223333:assumed-role/ci/session-7"
        self.ok("append", "-", stdin="".join([
            event("r-user", "identity.registered", {"identity": self.user}, at("01-01")),
            event("r-role", "identity.registered", {"identity": self.role}, at("01-01"), authid=self.user),
            event("g-user", "grant.issued", {"grant": "g1", "principal": self.user, "permissions": [
                {"effect": "allow", "actions": ["s3:Get"], "resources": ["*"]}]}, at("01-02"), authid=by_user),
            event("g-role", "grant.issued", {"grant": "g2", "principal": self.role, "permissions": [
                {"effect": "allow", "actions": ["s3:Get"], "resources": ["*"]}]}, at("01-02"), authid=by_user),
            event("m-role", "membership.added", {"member": self.role, "group": "group:builders"}, at("01-03"), authid=by_session),
            event("u-role", "access.used", {"identity": self.role, "action": "s3:Get", "outcome": "allowed"}, at("01-04"),
                  authid=by_user),
        ]))

    def about(self, rule):
        found = self.question("findings", "--as-of", at("01-05"), "--rule", rule)["results"]
        return [(row["subject"], row["about"]) for row in found]

    def test_what_one_gives_to_itself(self):
        self.assertEqual(self.about("self_grant"), [(self.role, "group:builders"), (self.user, "g1")])

    def test_a_person_in_a_machine_s_place(self):
        self.assertEqual(self.about("human_use"), [(self.role, self.user)])

    def test_one_actor_on_both_planes(self):
        rows = self.question("controls", "--as-of", at("01-05"))["results"]
        self.assertEqual([(row["plane"], row["actor"], row["bundled"]) for row in rows if "both_planes" in row["marks"]],
                         [("identity", self.user, [self.role]), ("access", "arn:aws:iam::111122223333:user/team/eve", [self.role])])


class Findings(OfficeTest):
    def found(self, *args, code=0):
        return {(row["rule"], row["subject"], row["about"]): (row["since"], row["until"]) for row in self.rows("findings", *args, code=code)}

    def test_each_with_its_stretch(self):
        found = self.found("--during", "2026-01-02/2026-02-20")
        self.assertEqual(found["self_grant", "user:bob", "g2"], (at("01-10"), at("02-10")))
        self.assertEqual(found["self_approval", "user:bob", "g2"], (at("01-11"), at("02-10")))
        self.assertEqual(found["unapproved_grant", "user:bob", "g2"], (at("01-10"), at("01-11")))
        self.assertEqual(found["unapproved_grant", "service_account:robot", "g3"], (at("01-12"), None))
        self.assertFalse([key for key in found if key[1] == "user:alice"])

    def test_an_exception_excuses_and_ends_by_itself(self):
        def state(time):
            [row] = self.rows("findings", "--rule", "unapproved_grant", "--subject", "service_account:robot", "--as-of", time)
            return row["state"], [one["until"] for one in row["excused"]]
        self.assertEqual(state(at("02-01")), ("open", [at("02-15")]))
        self.assertEqual(state(at("02-05")), ("excused", [at("02-15")]))
        self.assertEqual(state(at("02-15")), ("open", [at("02-15")]))

    def test_as_known_before_the_evidence_came(self):
        token = self.question("status")["as_known_at"]["position"]
        self.ok("append", "-", stdin=event("a-robot", "grant.approved", {
            "principal": "service_account:robot", "grant": "g3", "approver": "user:carol"}, at("01-12", 8)))
        asked = ("--rule", "unapproved_grant", "--as-of", at("02-01"))
        self.assertFalse(self.found(*asked))
        self.assertEqual(list(self.found(*asked, "--as-known-at", token)), [("unapproved_grant", "service_account:robot", "g3")])

    def test_a_policy_changes_them_and_its_hash(self):
        policy = self.dir / "policy.json"
        policy.write_text('{"approval_required": []}')
        mine = self.question("findings", "--policy", policy, "--as-of", at("02-01"))
        default = self.question("findings", "--as-of", at("02-01"))
        self.assertNotEqual(mine["policy"], default["policy"])
        self.assertFalse([row for row in mine["results"] if row["rule"] == "unapproved_grant"])
        (self.data / "policy.json").write_text(policy.read_text())
        self.assertEqual(self.question("findings", "--as-of", at("02-01"))["results"], mine["results"])

    def test_what_is_wrong_with_a_policy_is_said(self):
        policy = self.dir / "policy.json"
        for text, word in (('{"notice": 3}', "policy_field_unknown"), ('{"notice_days": -1}', "policy_value"),
                           ('{"notice_days": 1.5}', "policy_value"), ('{"notice_days": 1, "notice_days": 2}', "policy_value"),
                           ('{"separation_of_duties": [%s, %s]}' % (2 * (json.dumps({"name": "p", "left": {"role": "role:a"}, "right": {"role": "role:b"}}),)),
                            "policy_value"), ('[]', "policy_malformed"), ("{", "policy_malformed"),
                           ('{"approval_required": ["all"]}', "policy_value"),
                           ('{"separation_of_duties": [{"name": "x", "left": {"role": "role:a"}}]}', "policy_value")):
            policy.write_text(text)
            self.fails(2, word, "findings", "--policy", policy)
        self.fails(2, "policy_unreadable", "findings", "--policy", self.dir / "nowhere")
        self.fails(2, "policy_unreadable", "findings", "--policy", self.dir)
        self.fails(2, "policy_malformed", "controls", "--policy", "/dev/zero")
        self.fails(2, "rule_unknown", "findings", "--rule", "nonsense")

    def test_the_default_policy_is_the_documentation_s(self):
        from harness import HERE
        text = (HERE.parent.parent / "docs" / "reference" / "findings.md").read_text()
        documented = json.loads(text.split("<!-- default-policy -->\n```json\n")[1].split("```")[0])
        self.assertEqual(json.loads(self.ok("findings", "--print-policy").out), documented)

    def test_sarif_names_each_rule_and_each_result(self):
        told = json.loads(self.ok("findings", "--sarif", "--as-of", at("02-06")).out)
        [run] = told["runs"]
        self.assertEqual(told["version"], "2.1.0")
        rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
        self.assertEqual(len(rules), 28)
        self.assertTrue(run["results"])
        for result in run["results"]:
            self.assertIn(result["ruleId"], rules)
            self.assertTrue(result["message"]["text"])
        self.assertTrue(any("suppressions" in result for result in run["results"]))

    def test_pages_are_the_whole(self):
        asked = ("--during", "2026-01-02/2026-02-20")
        whole = self.question("findings", *asked)
        pages, cursor = [], []
        while True:
            page = self.question("findings", *(cursor or asked), "--limit", "2")
            self.assertEqual(page["total"], whole["total"])
            pages += page["results"]
            if page["next"] is None:
                break
            cursor = ["--cursor", page["next"]]
        self.assertEqual([(r["rule"], r["subject"], r["about"]) for r in pages],
                         [(r["rule"], r["subject"], r["about"]) for r in whole["results"]])


class Catalogue(TenureTest):
    def test_documentation_and_program_name_the_same_rules_and_controls(self):
        from harness import HERE
        self.ok("append", "-", stdin=event("r", "identity.registered", {"identity": "user:a"}))  # an access plane there is not: 3
        [run] = json.loads(self.tenure("findings", "--sarif").out)["runs"]
        reference = HERE.parent.parent / "docs" / "reference"
        rows = [line.split("|") for line in (reference / "findings.md").read_text().splitlines() if line.startswith("| `")]
        documented = {row[1].strip().strip("`"): row[2].strip() for row in rows if row[2].strip() in ("low", "medium", "high", "critical")}
        told = {rule["id"]: rule["properties"]["severity"] for rule in run["tool"]["driver"]["rules"]}
        self.assertEqual(told, documented)
        by_control = {}
        for line in (reference / "controls.md").read_text().splitlines():
            cells = line.split("|")
            if len(cells) == 5 and "`" in cells[2] and cells[2].strip() != "in `controls`":
                by_control[cells[2].strip().strip("`")] = {rule.strip().strip("`") for rule in cells[3].split(",")}
        served = {}
        for rule in run["tool"]["driver"]["rules"]:
            for control in rule["properties"]["tags"]:
                served.setdefault(control, set()).add(rule["id"])
        self.assertEqual(served, by_control)


if __name__ == "__main__":
    main()
