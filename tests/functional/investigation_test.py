"""What would have been without an event, how far an identity could reach, and what happened step by step."""
import json
import re
import urllib.parse

import openapi
from harness import TenureTest, event, main
from server import ServedTest

AGO = re.compile(r" \((\d+ \w+ ago|now|in \d+ \w+)\)")
FIRST, LATER, NOW = "2026-01-10T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"
HISTORY = (
    event("i1", "identity.registered", {"identity": "user:eve"}, time=FIRST) +
    event("i2", "identity.registered", {"identity": "group:dba"}, time=FIRST) +
    event("r1", "role.defined", {"role": "role:admin", "permissions": [{"effect": "allow", "actions": ["*"], "resources": ["*"]}]},
          time=FIRST) +
    event("m1", "membership.added", {"member": "user:eve", "group": "group:dba"}, time=FIRST) +
    event("g1", "grant.issued", {"grant": "g-1", "principal": "group:dba", "role": "role:admin", "scope": "db:old"}, time=FIRST) +
    event("g1,b", "grant.issued", {"grant": "g-1", "principal": "group:dba", "role": "role:admin", "scope": "db:new"}, time=FIRST,
          supersedes=json.dumps([{"source": "test/office", "id": "g1"}])) +
    event("g2", "grant.issued", {"grant": "g-2", "principal": "user:eve", "role": "role:admin"}, time=LATER) +
    event("g2-gone", "event.retracted", {"target": {"source": "test/office", "id": "g2"}, "key": "user:eve", "reason": "a mistake"},
          time=LATER))


def without(*ids):
    return [part for id in ids for part in ("--without", f"test/office,{id}")]


COMMA = ("--without", '{"source":"test/office","id":"g1,b"}')


class Supposing(TenureTest):
    def setUp(self):
        super().setUp()
        self.ok("append", "-", stdin=HISTORY)

    def decision(self, resource, *args, code=0):
        return self.question("check", "user:eve", "read", resource, "--as-of", NOW, *args, code=code)["results"][0]["decision"]

    def test_what_it_said_is_gone(self):
        self.assertEqual(self.decision("db:new"), "yes")
        self.assertEqual(self.decision("db:new", *without("m1"), code=1), "no")
        self.assertEqual(self.question("what", "user:eve", "--as-of", NOW, *without("m1"))["results"], [])
        held = self.question("who", "read", "db:new", "--as-of", NOW, *without("m1"))["results"]
        self.assertEqual(held, [])

    def test_what_it_superseded_is_back(self):
        self.assertEqual(self.decision("db:old", code=1), "no")
        self.assertEqual(self.decision("db:old", *COMMA), "yes")
        self.assertEqual(self.decision("db:new", *COMMA, code=1), "no")
        self.assertEqual(self.decision("db:old", *COMMA, *without("g1"), code=1), "no")

    def test_what_it_retracted_is_back(self):
        self.assertEqual(self.decision("bucket:b", code=1), "no")
        self.assertEqual(self.decision("bucket:b", *without("g2-gone")), "yes")
        self.assertEqual(self.decision("bucket:b", *without("g2-gone", "g2"), code=1), "no")

    def test_what_makes_no_difference_makes_none(self):
        plain = self.question("what", "user:eve", "--as-of", NOW)
        supposed = self.question("what", "user:eve", "--as-of", NOW, *without("g2"))
        self.assertEqual(supposed.pop("without"), [{"source": "test/office", "id": "g2"}])
        self.assertEqual({**supposed, "behind": 0}, {**plain, "behind": 0})

    def test_it_is_marked_and_has_the_token_of_the_record(self):
        plain = self.question("what", "user:eve", "--as-of", NOW)
        supposed = self.question("what", "user:eve", "--as-of", NOW, *without("m1", "i1", "m1"))
        self.assertNotIn("without", plain)
        self.assertEqual(supposed["without"], [{"source": "test/office", "id": "i1"}, {"source": "test/office", "id": "m1"}])
        self.assertEqual(supposed["as_known_at"], plain["as_known_at"])
        self.assertEqual(list(supposed), list(plain)[:3] + ["without"] + list(plain)[3:])
        again = self.question("what", "user:eve", "--as-of", NOW, "--as-known-at", plain["as_known_at"]["position"], *without("i1", "m1"))
        self.assertEqual({**again, "behind": 0}, {**supposed, "behind": 0})
        said = self.tenure("check", "user:eve", "read", "db:new", "--as-of", NOW, *without("m1"))
        self.assertIn("what would have been without 1 event", said.out)
        self.assertIn("event m1 of test/office", said.out)
        self.assertIn("on record: yes", said.out.splitlines()[-1])
        self.assertIn("without: ", self.tenure("what", "user:eve", "--csv", *without("m1")).err)

    def test_as_known_then(self):
        known = self.question("status")["as_known_at"]["position"]
        self.ok("append", "-", stdin=event("g3", "grant.issued", {"grant": "g-3", "principal": "user:eve", "role": "role:admin"}))
        self.fails(2, "event_not_known", "what", "user:eve", "--as-known-at", known, *without("g3"))
        self.assertEqual(self.decision("bucket:b", *without("g3"), code=1), "no")
        self.assertEqual(self.decision("db:new", "--as-known-at", known, *without("m1"), code=1), "no")
        self.assertEqual(self.decision("db:new", "--as-known-at", known), "yes")

    def test_both_side_by_side(self):
        rows = self.question("diff", "user:eve", "--as-of", NOW, *COMMA)["results"]
        self.assertEqual(sorted((r["change"], r["role"], r["scope"], r["cause"].startswith("left out: ")) for r in rows),
                         [("gained", "role:admin", "db:old", True), ("lost", "role:admin", "db:new", True)])
        said = self.ok("diff", "user:eve", "--as-of", NOW, *COMMA).out
        self.assertIn("compared with what is on record", said)
        moments = self.question("diff", "user:eve", "--from", FIRST, "--to", NOW, *without("g2-gone"))["results"]
        self.assertEqual([(r["change"], r["scope"]) for r in moments], [("gained", "*")])

    def test_its_story_says_that_it_was_left_out(self):
        rows = self.question("timeline", "user:eve", *without("m1", "g2"))["results"]
        states = {row["change"].split()[0]: row["state"] for row in rows if row["state"] != "derived"}
        answer = self.question("timeline", "user:eve", *without("m1", "g2"))
        by_id = {answer["evidence"][row["evidence"][0]]["id"]: row["state"] for row in answer["results"] if row["state"] != "derived"}
        self.assertEqual((by_id["m1"], by_id["g2"], by_id["i1"]), ("left_out", "retracted", "in_force"), states)

    def test_nothing_is_written_and_nobody_else_sees_it(self):
        before = self.digests()
        size = sum(f.stat().st_size for f in self.data.rglob("*") if f.is_file())
        for id in ("i1", "m1", "r1", "g2-gone"):
            self.question("identities", "--as-of", NOW, *without(id))
        self.assertEqual(self.digests(), before)
        self.assertEqual(sum(f.stat().st_size for f in self.data.rglob("*") if f.is_file()), size)
        self.assertTrue(self.question("verify")["results"][0]["equal"])

    def test_pages_belong_to_what_was_left_out(self):
        first = self.question("timeline", "user:eve", "--limit", "1", *without("m1"))
        self.fails(2, "cursor_other_question", "timeline", "user:eve", "--cursor", first["next"])
        second = self.question("timeline", "user:eve", "--limit", "1", "--cursor", first["next"], *without("m1"))
        self.assertEqual(second["without"], first["without"])

    def test_what_cannot_be_asked(self):
        self.fails(2, "event_not_known", "what", "user:eve", *without("nobody"))
        self.fails(2, "event_name_malformed", "what", "user:eve", "--without", "m1")
        self.fails(2, "event_name_malformed", "what", "user:eve", "--without", "test/office,g1,b")
        self.fails(2, "event_name_malformed", "what", "user:eve", "--without", '{"source":"test/office"}')
        self.fails(2, "without_too_many", "what", "user:eve", *without(*map(str, range(1001))))
        self.fails(2, "without_of_the_record", "diff", "--known-from", FIRST, "--known-to", "now", *without("m1"))
        self.fails(2, "", "events", *without("m1"))


class SupposingOverHttp(ServedTest):
    def setUp(self):
        super().setUp()
        self.ok("append", "-", stdin=HISTORY)
        self.served = self.serve()

    def test_the_same_over_the_wire(self):
        for args in (("what", "user:eve", "--as-of", NOW, *without("m1", "g2-gone")), ("diff", "user:eve", "--as-of", NOW, *COMMA),
                     ("check", "user:eve", "read", "db:old", "--as-of", NOW, *COMMA), ("timeline", "user:eve", "--as-of", NOW, *without("m1")),
                     ("who", "*", "*", "--as-of", NOW, *without("g2-gone")), ("show", "user:eve", "--as-of", NOW, *without("i1"))):
            for form in ((), ("--json",)):
                here = self.tenure(*args, *form)
                there = self.tenure(*args, *form, "--server", self.served.url, data=self.dir / "none")
                self.assertEqual((there.code, AGO.sub("", there.out), there.err), (here.code, AGO.sub("", here.out), here.err), args)

    def test_parameters(self):
        path = f"/v1/check?subject=user:eve&action=read&resource=bucket:b&as_of={NOW}"
        name = lambda id: "&without=" + urllib.parse.quote(f"test/office,{id}", safe="")
        self.assertEqual(self.served.get(path + name("g2-gone")).json()["results"][0]["decision"], "yes")
        both = self.served.get(path + name("g2-gone") + name("g2")).json()
        self.assertEqual((both["results"][0]["decision"], len(both["without"])), ("no", 2))
        self.assertEqual(self.served.get(path).json()["results"][0]["decision"], "no")
        unknown = self.served.get(path + name("nobody"))
        self.assertEqual((unknown.status, unknown.json()["code"], unknown.json()["field"]), (400, "event_not_known", "without"))
        self.assertEqual(self.served.get(path + "&without=m1").json()["code"], "event_name_malformed")
        self.assertEqual(self.served.get("/v1/events?without=test/office,m1", Accept="application/json").status, 400)
        self.assertEqual(self.served.get("/v1/dead-letters?without=test/office,m1").json()["code"], "without_of_the_record")


T1, T2, T3, T4, T5 = (f"2026-05-01T0{hour}:00:00Z" for hour in range(1, 6))
# An intruder holds user:mallory from T2 on, who may assume a deployer, whose rights make a robot that gets a grant of its own.
BREACH = (
    event("u", "identity.registered", {"identity": "user:mallory"}, time=FIRST) +
    event("d", "identity.registered", {"identity": "service_account:deployer"}, time=FIRST) +
    event("x", "identity.registered", {"identity": "user:other"}, time=FIRST) +
    event("t", "grant.issued", {"grant": "trust", "principal": "user:mallory", "permissions": [
        {"effect": "allow", "actions": ["assume"], "resources": ["service_account:deployer"]}]}, time=FIRST) +
    event("r", "role.defined", {"role": "role:deploy", "permissions": [{"effect": "allow", "actions": ["put"], "resources": ["app:*"]}]}, time=FIRST) +
    event("g", "grant.issued", {"grant": "deploy", "principal": "service_account:deployer", "role": "role:deploy"}, time=FIRST) +
    event("old", "grant.issued", {"grant": "old", "principal": "user:mallory", "role": "role:deploy", "scope": "app:old", "expires_at": T1}, time=FIRST) +
    event("a0", "access.used", {"identity": "user:mallory", "action": "put", "resource": "app:a", "outcome": "allowed"}, time=T1) +
    event("a1", "access.used", {"identity": "user:mallory", "via": ["service_account:deployer"], "action": "put", "resource": "app:a",
                                "outcome": "allowed", "credential": "AK1", "count": 3}, time=T2) +
    event("a2", "access.used", {"identity": "user:mallory", "via": ["service_account:deployer"], "action": "put", "resource": "app:b",
                                "outcome": "allowed", "credential": "AK2"}, time=T3) +
    event("a3", "access.used", {"identity": "user:mallory", "action": "get", "resource": "app:b", "outcome": "denied", "credential": "AK1"}, time=T3) +
    event("bot", "identity.registered", {"identity": "agent:bot"}, time=T3, authid="user:mallory") +
    event("key", "credential.issued", {"identity": "agent:bot", "credential": "BK"}, time=T3, authid="service_account:deployer") +
    event("bg", "grant.issued", {"grant": "bot", "principal": "agent:bot", "role": "role:deploy", "scope": "app:b", "expires_at": T5}, time=T4,
          authid="user:other") +
    event("bm", "identity.registered", {"identity": "agent:grandchild"}, time=T4, authid="agent:bot") +
    event("not", "grant.issued", {"grant": "late", "principal": "user:other", "role": "role:deploy"}, time=T1, authid="user:mallory") +
    event("esc", "grant.issued", {"grant": "own", "principal": "user:mallory", "role": "role:deploy", "scope": "app:new"}, time=T4, authid="user:mallory") +
    event("end", "grant.revoked", {"principal": "user:mallory", "grant": "trust"}, time=T5))


class BlastRadius(TenureTest):
    def setUp(self):
        super().setUp()
        self.ok("append", "-", stdin=BREACH)

    def reach(self, *args, start=T2):
        answer = self.question("blast-radius", "user:mallory", "--from", start, *args)
        by_kind = {kind: [] for kind in ("identity", "authority", "made", "use")}
        for row in answer["results"]:
            by_kind[row["reach"]].append(row)
        self.assertEqual([r["at"] for r in answer["results"]], sorted(r["at"] for r in answer["results"]))
        return answer, by_kind

    def test_what_it_could_reach(self):
        answer, rows = self.reach()
        told = [(r["who"], r["as"], r["grant"], r["at"], r["until"], r["status"], r["used"]["count"]) for r in rows["authority"]]
        self.assertEqual(told, [("user:mallory", "service_account:deployer", "deploy", T2, T5, "effective", 4),
                                ("user:mallory", "user:mallory", "trust", T2, T5, "effective", 0),
                                ("agent:bot", "agent:bot", "bot", T4, T5, "effective", 0),
                                ("user:mallory", "user:mallory", "own", T4, None, "effective", 0)])
        deploy = rows["authority"][0]
        self.assertEqual([next(iter(step.items())) for step in deploy["path"]],
                         [("assumes", "service_account:deployer"), ("granted", "role:deploy")])
        self.assertEqual([answer["evidence"][i]["id"] for step in deploy["path"] for i in step["evidence"]], ["t", "end", "g", "r"])
        self.assertEqual([(r["who"], r["as"], r["at"], r["until"]) for r in rows["identity"]],
                         [("user:mallory", "service_account:deployer", T2, T5)])

    def test_what_it_made(self):
        answer, rows = self.reach()
        told = [(answer["evidence"][r["evidence"][0]]["id"], r["who"], r["as"], r["status"], r["followed"]) for r in rows["made"]]
        self.assertEqual(told, [("key", "user:mallory", "service_account:deployer", "possible", True),
                                ("bot", "user:mallory", "user:mallory", "effective", True),
                                ("bm", "agent:bot", "agent:bot", "effective", False),
                                ("esc", "user:mallory", "user:mallory", "effective", False)])

    def test_how_far_it_is_followed(self):
        followed = lambda depth: {r["who"] for kind in self.reach("--depth", depth)[1].values() for r in kind}
        self.assertEqual(followed(0), {"user:mallory"})
        self.assertEqual(followed(1), {"user:mallory", "agent:bot"})
        self.assertTrue(any(r["followed"] and r["ref"] == "agent:grandchild" for r in self.reach("--depth", 2)[1]["made"]))
        self.fails(2, "", "blast-radius", "user:mallory", "--from", T2, "--depth", 17)

    def test_what_the_credential_did(self):
        _, rows = self.reach("--credential", "AK1")
        told = [(r["action"], r["resource"], r["outcome"], r["via"], r["used"]["count"], r["used_apart"]["count"]) for r in rows["use"]]
        self.assertEqual(told, [("put", "app:a", "allowed", ["service_account:deployer"], 3, 0),
                                ("put", "app:b", "allowed", ["service_account:deployer"], 0, 1), ("get", "app:b", "denied", [], 1, 0)])
        [deploy] = [r for r in rows["authority"] if r["grant"] == "deploy"]
        self.assertEqual((deploy["used"], deploy["used_apart"]), ({"count": 3, "first": T2, "last": T2}, {"count": 1, "first": T3, "last": T3}))

    def test_a_window_cuts(self):
        _, rows = self.reach("--until", T3)
        self.assertEqual([(r["grant"], r["at"], r["until"]) for r in rows["authority"]], [("deploy", T2, T3), ("trust", T2, T3)])
        self.assertEqual((rows["made"], len(rows["use"])), ([], 1))

    def test_without_its_way(self):
        _, rows = self.reach("--without", "test/office,t")
        self.assertEqual((rows["identity"], {r["grant"] for r in rows["authority"]}), ([], {"own", "bot"}))

    def test_pages_and_people(self):
        whole = self.question("blast-radius", "user:mallory", "--from", T2)
        pages, cursor = [], ()
        while True:
            page = self.question("blast-radius", "user:mallory", "--from", T2, "--limit", 3, *cursor)
            pages += [(r["reach"], r["at"], r["who"]) for r in page["results"]]
            if not page["next"]:
                break
            cursor = ("--cursor", page["next"])
        self.assertEqual(pages, [(r["reach"], r["at"], r["who"]) for r in whole["results"]])
        said = self.ok("blast-radius", "user:mallory", "--from", T2).out
        for words in ("can act as service_account:deployer", "made: ", "its reach is followed below", "4 uses, first", "tried: get on app:b"):
            self.assertIn(words, said)
        self.assertEqual(len(self.ok("blast-radius", "user:mallory", "--from", T2, "--csv").out.splitlines()), 1 + whole["total"])


class Replay(TenureTest):
    def setUp(self):
        super().setUp()
        self.ok("append", "-", stdin=BREACH)

    def test_each_step_has_its_before_and_after(self):
        answer = self.question("replay", "--from", T3, "--to", "2026-05-02", "--subject", "agent:bot")
        told = [(answer["evidence"][r["evidence"][0]]["id"], r["before"], r["after"], [(c["change"], c["scope"]) for c in r["changes"]])
                for r in answer["results"]]
        none, one = {"status": "absent", "effective": 0, "possible": 0}, {"status": "active", "effective": 0, "possible": 0}
        self.assertEqual(told, [("bot", none, one, []), ("key", none, one, []), ("bg", one, {**one, "effective": 1}, [("gained", "app:b")])])

    def test_what_comes_by_way_of_a_group_and_a_role(self):
        def at(day):
            return f"2026-02-{day:02d}T00:00:00Z"
        self.ok("append", "-", data=self.dir / "ways", stdin="".join([
            event("1", "identity.registered", {"identity": "user:m"}, time=at(1)),
            event("2", "identity.registered", {"identity": "group:g"}, time=at(1)),
            event("3", "membership.added", {"member": "user:m", "group": "group:g"}, time=at(1)),
            event("4", "role.defined", {"role": "role:r", "permissions": [{"effect": "allow", "actions": ["a"], "resources": ["*"]}]}, time=at(1)),
            event("5", "grant.issued", {"grant": "g", "principal": "group:g", "role": "role:r"}, time=at(3)),
            event("6", "identity.updated", {"identity": "group:g", "display_name": "no matter"}, time=at(4)),
            event("7", "membership.added", {"member": "user:other", "group": "group:g"}, time=at(5)),
            event("8", "role.retired", {"role": "role:r"}, time=at(6)),
        ]))
        def steps(*args, code=0):
            rows = self.question("replay", "--from", at(2), "--to", at(20), "--subject", "user:m", *args, code=code, data=self.dir / "ways")["results"]
            return [(row["ref"], row["before"]["effective"], row["after"]["effective"], len(row["changes"])) for row in rows]
        self.assertEqual(steps(), [("group:g", 0, 1, 1), ("role:r", 1, 0, 1)])
        self.assertEqual(steps("--without", "test/office,5"), [("group:g", 0, 0, 0), ("role:r", 0, 0, 0)])
        self.assertEqual(steps("--without", "test/office,3", code=3), [("group:g", 0, 0, 0), ("role:r", 0, 0, 0)])

    def test_beside_what_is_on_record(self):
        answer = self.question("replay", "--from", T4, "--to", T5, "--subject", "agent:bot", "--without", "test/office,bg")
        [row] = answer["results"]
        self.assertEqual((row["state"], row["after"]["effective"], row["changes"]), ("left_out", 0, []))
        self.assertEqual((row["on_record"]["after"]["effective"], row["on_record"]["changes"][0]["change"]), (1, "gained"))
        said = self.ok("replay", "--from", T4, "--to", T5, "--subject", "agent:bot", "--without", "test/office,bg").out
        self.assertIn("(left out)", said)
        self.assertIn("on record: active → active, 1 effective", said)

    def test_everybody(self):
        answer = self.question("replay", "--from", T3, "--to", T5)
        self.assertEqual([r["subject"] for r in answer["results"]], ["agent:bot"] * 2 + ["agent:bot", "agent:grandchild", "user:mallory"])
        self.assertEqual(len(self.question("replay", "--from", T3, "--to", T5, "--limit", 2)["results"]), 2)
        self.fails(2, "when_empty", "replay", "--from", T3, "--to", T3)


class Incidents(TenureTest):
    def setUp(self):
        super().setUp()
        self.ok("append", "-", stdin=BREACH)

    def ask(self, name="may"):
        lines = self.ok("incident", "ask", name, "--json").out.splitlines()
        return [{**json.loads(line), "behind": 0} for line in lines]

    def test_a_colleague_gets_the_same_answers(self):
        self.ok("incident", "open", "may", "--at", T4, "--subject", "user:mallory", "check user:mallory put 'app:new'", "who '*' '*'",
                "replay --from now-2h --to now", "why-held user:mallory put app:new", "controls", "review never")
        first = self.ask()
        self.assertEqual([a["question"] for a in first], ["show", "what", "timeline", "blast_radius", "check", "who", "replay", "why_held", "controls", "unreviewed"])
        self.assertEqual({a.get("as_of") for a in first[:3]}, {T4})
        self.assertEqual((first[4]["results"][0]["decision"], first[6]["during"]), ("yes", {"from": T2, "until": T4}))
        self.ok("append", "-", stdin=event("late", "grant.revoked", {"principal": "user:mallory", "grant": "own"}, time=T4) +
                event("late2", "event.retracted", {"target": {"source": "test/office", "id": "u"}, "key": "user:mallory", "reason": "x"}))
        self.assertEqual(self.ask(), first)
        self.assertEqual(self.question("check", "user:mallory", "put", "app:new", "--as-of", T4, code=3)["results"][0]["decision"], "unknown")
        said = self.ok("incident", "ask", "may").out
        self.assertIn("$ tenure check user:mallory put app:new", said)

    def test_what_is_kept(self):
        kept = json.loads(self.ok("incident", "open", "a-1", "--at", T4, "what user:mallory --limit 5", "--json").out)
        self.assertEqual((kept["at"], kept["questions"]), (T4, [["what", "user:mallory", "--limit", "5"]]))
        self.assertEqual(json.loads((self.data / "incidents" / "a-1.json").read_text()), kept)
        self.assertEqual(json.loads(self.ok("incident", "show", "a-1", "--json").out), kept)
        self.ok("incident", "open", "b", "--at", T4, "show user:other")
        self.assertEqual(self.ok("incident", "list").out, "a-1\nb\n")
        self.ok("incident", "open", "words", "--at", T4, """who "it's;" '*' --limit 5""")
        self.assertIn(r"tenure who 'it'\''s;' '*' --limit 5", self.ok("incident", "show", "words").out)
        self.assertIn("tenure what user:mallory --limit 5", self.ok("incident", "show", "a-1").out)

    def test_what_is_refused(self):
        self.ok("incident", "open", "may", "--at", T4, "show user:other")
        self.fails(2, "incident_exists", "incident", "open", "may", "--at", T4, "show user:other")
        self.fails(2, "incident_not_found", "incident", "ask", "june")
        self.fails(2, "incident_empty", "incident", "open", "june", "--at", T4)
        for name in ("../x", ".x", "a/b", "x" * 65):
            self.fails(2, "incident_name_malformed", "incident", "open", name, "--at", T4, "show user:other")
        for question in ("findings --policy /etc/passwd", "findings --policy=p", "what user:a --chart a.svg", "what user:a --chart=a.svg", "append -", "what", "what user:a --as-off x", "incident ask may", "show 'user:a"):
            self.fails(2, "incident_question_malformed", "incident", "open", "june", "--at", T4, question)
        self.assertEqual(self.ok("incident", "list").out, "may\n")


class IncidentsOverHttp(ServedTest):
    def setUp(self):
        super().setUp()
        self.ok("append", "-", stdin=BREACH)
        self.served = self.serve()

    def far(self, *args):
        return self.tenure("incident", *args, "--server", self.served.url, data=self.dir / "none")

    def test_what_somebody_else_opened_touches_no_file_here(self):
        (self.dir / "own.json").write_text('{"secret": 1}')
        for words in (["findings", "--policy", str(self.dir / "own.json")], ["what", "user:mallory", "--chart", str(self.dir / "new.svg")]):
            name = words[0]
            body = json.dumps({"incident": name, "at": T4, "questions": [words]}).encode()
            self.assertEqual(self.served.request("POST", "/v1/incidents", body, {"Content-Type": "application/json"}).status, 201)
            ran = self.far("ask", name)
            self.assertEqual(ran.code, 2)
            self.assertIn("incident_question_malformed", ran.err)
            self.assertFalse((self.dir / "new.svg").exists())

    def test_opened_there_and_asked_from_there_and_beside_it(self):
        opened = self.far("open", "may", "--at", T4, "--subject", "user:mallory", "findings", "who '*' '*'", "--json")
        self.assertEqual(opened.code, 0, opened.err)
        self.assertEqual(self.far("show", "may", "--json").json(), opened.json())
        self.assertEqual(self.ok("incident", "show", "may", "--json").json(), opened.json())
        self.assertEqual(self.far("list").out, "may\n")
        answers = [[{**json.loads(line), "behind": 0} for line in ran.out.splitlines()]
                   for ran in (self.far("ask", "may", "--json"), self.tenure("incident", "ask", "may", "--json"))]
        self.assertEqual(len(answers[0]), 6)
        self.assertEqual(answers[0], answers[1])

    def test_the_policy_is_kept_with_the_questions(self):
        self.far("open", "may", "--at", T4, "findings")
        before = self.far("ask", "may", "--json").json()
        (self.data / "policy.json").write_text('{"human_types": ["agent"], "notice_days": 1}')
        self.assertEqual({**self.far("ask", "may", "--json").json(), "behind": 0}, {**before, "behind": 0})
        other = self.tenure("findings", "--as-of", T4, "--json").json()
        self.assertNotEqual(other["policy"], before["policy"])

    def test_what_is_refused(self):
        self.assertEqual(self.far("open", "may", "--at", T4, "show user:other").code, 0)
        for args, code in ((("open", "may", "--at", T4, "show user:other"), "incident_exists"), (("show", "june"), "incident_not_found"),
                           (("ask", "../may"), "incident_name_malformed"), (("open", "june", "--at", T4), "incident_empty")):
            ran = self.far(*args)
            self.assertIn(code, ran.err)
            self.assertEqual(ran.code, 1 if code == "incident_exists" else 2, code)
        for body in (b"", b"[]", b'{"incident":"x"}', b'{"incident":"x","at":"2026-01-01T00:00:00Z","questions":[[1]]}', b'{"incident":"x","at":"z","questions":[]}',
                     b'{"incident":"x","at":"2026-01-01T00:00:00Z","questions":[["who"]],"more":1}'):
            answer = self.served.request("POST", "/v1/incidents", body, {"Content-Type": "application/json"})
            self.assertEqual((answer.status, answer.json()["code"]), (400, "incident_malformed"), body)
        for questions, code in (([], "incident_empty"), ([[]], "incident_question_malformed"), ([["who"]] * 101, "incident_question_malformed")):
            body = json.dumps({"incident": "x", "at": T4, "questions": questions}).encode()
            self.assertEqual(self.served.request("POST", "/v1/incidents", body, {"Content-Type": "application/json"}).json()["code"], code)
        self.assertEqual(self.served.get("/v1/incidents/%2e%2e%2fmay").json()["code"], "incident_name_malformed")
        self.assertEqual(self.served.get("/v1/incidents").json(), {"incidents": ["may"]})


class InvestigatingOverHttp(ServedTest):
    def setUp(self):
        super().setUp()
        self.ok("append", "-", stdin=BREACH)
        self.served = self.serve()

    def test_the_same_over_the_wire(self):
        for args in (("blast-radius", "user:mallory", "--from", T2), ("blast-radius", "user:mallory", "--from", T2, "--until", T3, "--credential", "AK1"),
                     ("blast-radius", "user:mallory", "--from", T2, "--depth", 2, "--without", "test/office,t"),
                     ("replay", "--from", T3, "--to", T5), ("replay", "--from", T3, "--to", T5, "--subject", "agent:bot", "--without", "test/office,bg")):
            for form in ((), ("--json",), ("--csv",)):
                here = self.tenure(*args, *form)
                there = self.tenure(*args, *form, "--server", self.served.url, data=self.dir / "none")
                self.assertEqual((there.code, AGO.sub("", there.out), there.err), (here.code, AGO.sub("", here.out), here.err), args)

    def test_answers_are_as_the_document_describes_them(self):
        for name, path in (("Reach", f"/v1/identities/user:mallory/reach?from={T2}&credential=AK1"),
                           ("Reach", f"/v1/identities/user:mallory/reach?from={T2}&depth=2&without=test/office,t"),
                           ("Replay", f"/v1/replay?from={FIRST}&to={T5}"),
                           ("Replay", f"/v1/replay?from={T2}&to={T5}&without=test/office,bg")):
            answer = self.served.get(path).json()
            self.assertTrue(answer["results"])
            self.assertEqual(openapi.faults({"$ref": f"#/components/schemas/{name}Answer"}, answer), [], path)

    def test_parameters(self):
        self.assertEqual(self.served.get("/v1/identities/user:mallory/reach").json()["code"], "parameter_missing")
        self.assertEqual(self.served.get(f"/v1/identities/user:mallory/reach?from={T2}&depth=17").status, 400)
        self.assertEqual(self.served.get(f"/v1/identities/user:mallory/reach?from={T2}&as_of={T2}").json()["code"], "when_other")
        self.assertEqual(self.served.get(f"/v1/replay?from={T2}").json()["field"], "to")


if __name__ == "__main__":
    main()
