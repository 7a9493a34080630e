"""As known at: the same question under the same knowledge is answered with the same bytes, for ever."""
import json
import shutil
import time

from harness import DATA, TenureTest, event, main

QUESTIONS = [
    ["what", "user:alice", "--as-of", "2026-02-20"],
    ["who", "*", "*", "--as-of", "2026-02-01T00:30:00Z"],
    ["who", "write", "bucket:prod/ledger", "--during", "2026-01-01/2026-06-01"],
    ["check", "user:alice", "write", "bucket:prod/ledger", "--as-of", "2026-02-20", "--why"],
    ["identities", "--as-of", "2026-05-01"],
    ["show", "service_account:ci-robot", "--as-of", "2026-02-20"],
    ["timeline", "user:alice", "--during", "2026-01-01/2026-06-01"],
    ["diff", "--from", "2026-01-01", "--to", "2026-05-01"],
    ["events", "--during", "2026-01-01/2026-12-01"],
]


def without_behind(text):
    answer = json.loads(text)
    answer.pop("behind")
    return json.dumps(answer)


class Repeat(TenureTest):
    def answers(self, token):
        out = []
        for question in QUESTIONS:
            ran = self.tenure(*question, "--as-known-at", token, "--json")
            self.assertIn(ran.code, (0, 1, 3, 5), ran.err)
            out.append(without_behind(ran.out))
        return out

    def test_a_token_repeats_the_answer_after_appends_and_rebuild(self):
        token = self.append("office.ndjson")
        default = [without_behind(self.tenure(*q, "--json").out) for q in QUESTIONS]
        self.assertEqual(self.answers(token), default, "the default answer carries the token that repeats it")
        self.append("correction.ndjson")
        self.assertEqual(self.answers(token), default)
        self.ok("rebuild")
        self.assertEqual(self.answers(token), default)
        later = [without_behind(self.tenure(*q, "--json").out) for q in QUESTIONS]
        self.assertNotEqual(later[0], default[0], "without the token the correction counts")
        self.assertNotEqual(later[2], default[2])

    def test_a_grant_issued_again_for_another_role_is_no_part_of_that_roles_story_before(self):
        def issue(event_id, role, day):
            return event(event_id, "grant.issued", {"grant": "g", "principal": "user:al", "role": role}, time=f"2026-01-{day}T00:00:00Z")
        trust = {"role": "role:trust", "permissions": [{"effect": "allow", "actions": ["assume"], "resources": ["robot:ci"]}]}
        token = self.ok("append", "-", stdin=event("r", "identity.registered", {"identity": "robot:ci"}) +
                        event("t", "role.defined", trust) + issue("i1", "role:other", 11)).token()
        ask = ("timeline", "robot:ci", "--as-of", "2026-02-01", "--as-known-at", token, "--json")
        before = without_behind(self.tenure(*ask).out)
        self.ok("append", "-", stdin=issue("i2", "role:trust", 12))
        self.assertEqual(without_behind(self.tenure(*ask).out), before)
        told = json.dumps(self.question("timeline", "robot:ci", "--as-of", "2026-02-01")["results"])
        self.assertIn("of role:trust", told)
        self.assertNotIn("of role:other", told)

    def test_a_time_resolves_to_what_was_recorded_by_then(self):
        self.append("office.ndjson")
        known = self.question("status")["as_known_at"]["time"]
        time.sleep(0.01)
        self.append("correction.ndjson")
        ask = ("what", "user:alice", "--as-of", "2026-02-20")
        before = self.question(*ask, "--as-known-at", known)
        self.assertEqual(before["as_known_at"]["time"], known)
        self.assertTrue(before["as_known_at"]["closed"])
        self.assertIn("g-dba", [r["grant"] for r in before["results"]])
        self.assertNotIn("g-dba", [r["grant"] for r in self.question(*ask)["results"]])

    def test_before_the_first_record_nothing_is_known(self):
        self.append("office.ndjson")
        answer = self.question("check", "user:boss", "read", "doc:x", "--as-of", "2026-02-01", "--as-known-at", "2020-01-01", code=3)
        self.assertTrue(answer["before_record"])
        self.assertEqual(answer["results"][0]["decision"], "unknown")

    def test_a_time_to_come_is_not_closed(self):
        self.append("office.ndjson")
        answer = self.question("what", "user:boss", "--as-of", "2026-02-01", "--as-known-at", "2099-01-01")
        self.assertFalse(answer["as_known_at"]["closed"])


class Tokens(TenureTest):
    def test_of_another_log(self):
        self.append("three.ndjson")
        token = self.append("three.ndjson", data=self.dir / "other")
        self.fails(2, "token_other_log", "what", "user:alice", "--as-known-at", token)

    def test_damaged(self):
        token = self.append("three.ndjson")
        broken = token[:-3] + ("AAA" if token[-3:] != "AAA" else "BBB")
        self.fails(2, "token_", "what", "user:alice", "--as-known-at", broken)
        self.fails(2, "token_malformed", "what", "user:alice", "--as-known-at", "zzz")

    def test_ahead_of_what_is_projected(self):
        self.append("three.ndjson")
        copy = self.dir / "copy"
        shutil.copytree(self.data, copy)
        token = self.append("office.ndjson")
        self.fails(4, "position_not_projected", "what", "user:alice", "--as-known-at", token, data=copy)


class Order(TenureTest):
    def test_any_order_of_arrival_gives_one_digest_and_one_answer(self):
        lines = [l for name in ("office", "correction") for l in (DATA / f"{name}.ndjson").read_text().splitlines(True)]
        self.ok("append", "-", stdin="".join(lines))
        reverse = self.dir / "reverse"
        self.ok("append", "-", stdin="".join(reversed(lines)), data=reverse)
        single = self.dir / "single"
        for line in lines:
            self.ok("append", "-", stdin=line, data=single)
        self.assertEqual(self.digests(), self.digests(data=single))
        self.assertEqual(self.digests(), self.digests(data=reverse))
        ask = ("what", "user:alice", "--during", "2026-01-04/2026-12-01")
        held = [[(r["grant"], r["held"]) for r in self.question(*ask, data=d)["results"]] for d in (self.data, reverse, single)]
        self.assertEqual(held[0], held[1])
        self.assertEqual(held[0], held[2])

    def test_the_digest_changes_with_any_events_data(self):
        self.append("three.ndjson")
        lines = (DATA / "three.ndjson").read_text().splitlines()
        for i in range(len(lines)):
            changed = [json.loads(l) for l in lines]
            changed[i]["data"]["x_note"] = "changed"
            other = self.dir / f"changed-{i}"
            self.ok("append", "-", stdin="".join(json.dumps(e) + "\n" for e in changed), data=other)
            self.assertNotEqual(self.digests()[1], self.digests(data=other)[1], f"event {i}")


class Correctors(TenureTest):
    def test_a_correctors_retraction_counts_for_any_source_and_is_fixed(self):
        retraction = event("x", "event.retracted", {"target": {"source": "test/office", "id": "t3"}, "key": "user:alice", "reason": "wrong"},
                           source="audit")
        another = event("y", "grant.issued", {"grant": "g-2", "principal": "user:bob", "role": "role:db-reader"})
        self.append("three.ndjson")
        self.ok("append", "-", stdin=another + retraction)
        ask = ("what", "user:alice", "--as-of", "2026-02-01")
        self.assertEqual(len(self.question(*ask)["results"]), 1, "another source's retraction means nothing")
        other = self.dir / "other"
        self.ok("append", DATA / "three.ndjson", "--corrector", "audit", data=other)
        self.ok("append", "-", stdin=another + retraction, data=other)
        self.assertEqual(self.question(*ask, data=other)["results"], [])
        self.fails(2, "data_other_correctors", "append", "-", "--corrector", "somebody", stdin="", data=other)


if __name__ == "__main__":
    main()
