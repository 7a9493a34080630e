"""A real AWS CloudTrail capture (an attack simulation of 2023-07-10), read from TENURE_CAPTURE, and what is known to be true of it.

Without TENURE_CAPTURE these tests say loudly that they did not run.
"""
import json
import os
import pathlib
import random

from harness import TenureTest, main

CAPTURE = os.environ.get("TENURE_CAPTURE", "")
ACCOUNT = "arn:aws:iam::123837392027"
ADMIN = "role:arn:aws:iam::aws:policy/AdministratorAccess"
USER = f"user:{ACCOUNT}:user/malicious-iam-user"
ROLE = f"service_account:{ACCOUNT}:role/stratus-red-team-backdoor-r-role"
OUTSIDER = "external:193672423079"


def at(clock):
    return f"2023-07-10T{clock}Z"


def span(first, last):
    return [{"from": at(first), "until": at(last)}]


class CaptureTest(TenureTest):
    def setUp(self):
        if not CAPTURE:
            self.skipTest("TENURE_CAPTURE names no CloudTrail capture")
        super().setUp()
        self.files = sorted(str(f) for f in pathlib.Path(CAPTURE).rglob("*.json*"))

    def load(self, files=None, data=None):
        self.ok("import", "cloudtrail", *(files or [CAPTURE]), data=data)

    def grant(self, ref, clock, role=ADMIN):
        rows = self.question("what", ref, "--as-of", at(clock))
        return rows, [r for r in rows["results"] if r["role"] == role]

    def names(self, answer, row):
        """(actor, event id) of everything that a row of an answer stands on."""
        indexes = list(row.get("evidence", [])) + [i for step in row.get("path", []) for i in step["evidence"]]
        indexes += [i for miss in row.get("nearest", []) for i in miss["evidence"]]
        return {(answer["evidence"][i]["claimed_actor"], answer["evidence"][i]["id"]) for i in indexes}


class CaptureFacts(CaptureTest):
    def setUp(self):
        super().setUp()
        self.load()

    def test_administrator_access_of_the_user(self):
        for clock, held in (("12:24:48", False), ("12:24:49", True), ("12:26:00", True), ("12:28:23", True), ("12:28:24", False)):
            answer, rows = self.grant(USER, clock)
            self.assertEqual(bool(rows), held, clock)
            if held:
                self.assertEqual(rows[0]["held"], span("12:24:49", "12:28:24"))
                said = self.names(answer, rows[0])
                self.assertTrue(any(id.startswith("f4923a37-92d5-4dfd-9786-6caef2b5f33c") and actor for actor, id in said), said)

    def test_check_around_the_boundaries(self):
        for ref, first, last in ((USER, "12:24:49", "12:28:24"), (ROLE, "12:24:10", "12:28:34")):
            second = [at(first)[:-3] + f"{int(first[-2:]) - 1:02}Z", at(first), at(last)[:-3] + f"{int(last[-2:]) - 1:02}Z", at(last)]
            said = []
            for moment in second:
                ran = self.tenure("check", ref, "s3:GetObject", "arn:aws:s3:::b/k", "--as-of", moment, "--why", "--json")
                answer = ran.json()
                said.append(answer["results"][0]["decision"])
                if said[-1] == "yes":
                    self.assertEqual(answer["results"][0]["held"], span(first, last))
                    self.assertTrue(self.names(answer, answer["results"][0]))
            self.assertEqual(said, ["no", "yes", "yes", "no"], ref)

    def test_the_key_of_the_user(self):
        for clock, live in (("12:24:50", "yes"), ("12:28:23", "yes"), ("12:28:24", "no")):
            [who] = self.question("show", USER, "--as-of", at(clock))["results"]
            [key] = who["credentials"]
            self.assertEqual((key["credential"], key["live"]), ("AKIATFQR7NSCQLA2F4OD", live), clock)
        self.assertEqual(self.question("show", USER, "--as-of", at("12:24:49"))["results"][0]["credentials"], [])

    def test_administrator_access_of_the_role(self):
        for clock, held in (("12:24:09", False), ("12:24:10", True), ("12:28:33", True), ("12:28:34", False)):
            _, rows = self.grant(ROLE, clock)
            self.assertEqual([r["held"] for r in rows], [span("12:24:10", "12:28:34")] if held else [], clock)

    def test_the_outsider_could_assume_the_role_possibly(self):
        for clock, decision, code in (("12:24:10", "no", 1), ("12:24:11", "unknown", 3), ("12:26:00", "unknown", 3), ("12:28:23", "unknown", 3)):
            answer = self.question("check", OUTSIDER, "assume", ROLE, "--as-of", at(clock), code=code)
            [said] = answer["results"]
            self.assertEqual((said["decision"], said["held"]), (decision, []), clock)
            if decision == "unknown":
                self.assertEqual(said["possibly"], span("12:24:11", "12:28:24"))
        self.assertEqual(self.question("check", OUTSIDER, "assume", ROLE, "--as-of", at("12:28:24"), code=1)["results"][0]["decision"], "no")

    def test_who_could_do_everything(self):
        def who(clock):
            return {r["principal"]: r["status"] for r in self.question("who", "*", "*", "--as-of", at(clock))["results"]}
        during, after = who("12:26:00"), who("12:30:00")
        self.assertEqual((during.get(USER), during.get(ROLE), during.get(OUTSIDER)), ("effective", "effective", "possible"), during)
        self.assertFalse({USER, ROLE, OUTSIDER} & set(after), after)

    def test_without_the_attachment_it_was_no_administrator(self):
        attached = ("--without", "aws.cloudtrail/123837392027,f4923a37-92d5-4dfd-9786-6caef2b5f33c")
        moment = ("--as-of", at("12:26:00"))
        said = self.question("check", USER, "s3:GetObject", "arn:aws:s3:::b/k", *moment, *attached, code=1)
        self.assertEqual((said["results"][0]["decision"], len(said["without"])), ("no", 1))
        self.assertEqual(self.question("what", USER, *moment, *attached)["results"], [])
        with_it = {r["principal"] for r in self.question("who", "*", "*", *moment)["results"]}
        without_it = {r["principal"] for r in self.question("who", "*", "*", *moment, *attached)["results"]}
        self.assertEqual(with_it - without_it, {USER})
        self.assertEqual(without_it - with_it, set())
        [row] = self.question("diff", *moment, *attached)["results"]
        self.assertEqual((row["ref"], row["change"], row["role"]), (USER, "lost", ADMIN))

    def test_blast_radius_of_the_user(self):
        answer = self.question("blast-radius", USER, "--from", at("12:24:47"))
        [row] = answer["results"]  # the capture holds no use of it, and nothing that it made
        self.assertEqual((row["reach"], row["role"], row["scope"], row["at"], row["until"]),
                         ("authority", ADMIN, "*", at("12:24:49"), at("12:28:24")))
        self.assertEqual((row["status"], row["used"]["count"]), ("effective", 0))
        self.assertIn("f4923a37-92d5-4dfd-9786-6caef2b5f33c", {id for _, id in self.names(answer, row)})

    def test_blast_radius_of_who_made_the_user(self):
        attacker = f"user:{ACCOUNT}:user/bert-jan"
        answer = self.question("blast-radius", attacker, "--from", at("12:24:00"), "--until", at("12:30:00"), "--limit", "1000")
        made = {row["ref"]: row for row in answer["results"] if row["reach"] == "made" and row["followed"]}
        self.assertLessEqual({USER, ROLE}, set(made))
        reached = {(row["who"], row["role"], row["at"], row["until"]) for row in answer["results"] if row["reach"] == "authority"}
        self.assertLessEqual({(USER, ADMIN, at("12:24:49"), at("12:28:24")), (ROLE, ADMIN, at("12:24:10"), at("12:28:34"))}, reached)
        alone = self.question("blast-radius", attacker, "--from", at("12:24:00"), "--depth", "0", "--limit", "1000")
        self.assertEqual({row["who"] for row in alone["results"]}, {attacker})

    def test_timelines_and_gaps(self):
        for ref, ids in ((USER, ["85c89720", "f4923a37", "8c282c0b", "7dfa2d8e", "0bb0dbe3"]), (ROLE, ["57e170e5", "493e08b7", "562792e5", "c1f5ded3"])):
            answer = self.question("timeline", ref, "--limit", "1000")
            said = {answer["evidence"][i]["id"][:8] for row in answer["results"] for i in row["evidence"]}
            self.assertLessEqual(set(ids), said)
            self.assertTrue(all(e["claimed_actor"] for e in answer["evidence"]))
        for name in ("stratus-red-team-ec2-enumerate-role", "stratus-red-team-leave-org-role"):
            answer = self.question("timeline", f"service_account:{ACCOUNT}:role/{name}", "--limit", "1000")
            self.assertTrue(any("gap" in row["change"] or "gap" in row["state"] for row in answer["results"]), (name, answer["results"]))


class CaptureOrder(CaptureTest):
    ASK = [("what", USER, "--as-of", at("12:26:00")), ("who", "*", "*", "--as-of", at("12:26:00")), ("who", "*", "*", "--as-of", at("12:30:00")),
           ("show", ROLE, "--as-of", at("12:26:00")), ("check", OUTSIDER, "assume", ROLE, "--as-of", at("12:26:00"))]

    def results(self, data):
        answers = []
        for question in self.ASK:
            answer = self.tenure(*question, "--json", data=data).json()
            names = [(e["source"], e["id"]) for e in answer["evidence"]]

            def named(value):  # evidence by name: numbers and positions depend on the order of record
                if isinstance(value, dict):
                    return {k: sorted(names[i] for i in v) if k == "evidence" else named(v) for k, v in value.items()}
                return [named(v) for v in value] if isinstance(value, list) else value
            answers.append(named(answer["results"]))
        return answers

    def test_reverse_shuffled_one_by_one_twice(self):
        self.load()
        digests, results = self.digests(), self.results(self.data)
        self.load()
        self.assertEqual(self.digests(), digests, "twice")
        shuffled = list(self.files)
        random.Random(7).shuffle(shuffled)
        for name, files in (("reverse", self.files[::-1]), ("shuffled", shuffled)):
            self.load(files, data=self.dir / name)
            self.assertEqual(self.digests(data=self.dir / name), digests, name)
            self.assertEqual(self.results(self.dir / name), results, name)
        for file in shuffled:
            self.load([file], data=self.dir / "single")
        self.assertEqual(self.digests(data=self.dir / "single"), digests, "one by one")
        self.assertEqual(self.results(self.dir / "single"), results, "one by one")

    def test_the_digest_changes_with_any_one_events_data(self):
        self.load()
        digests = self.digests()
        lines = self.ok("events", "--raw").out.splitlines()
        for i in random.Random(11).sample(range(len(lines)), 5):
            changed = json.loads(lines[i])
            changed["data"]["x_note"] = "changed"
            data = self.dir / f"changed-{i}"
            self.ok("append", "-", stdin="\n".join([*lines[:i], json.dumps(changed), *lines[i + 1:]]) + "\n", data=data)
            self.assertNotEqual(self.digests(data=data)[1], digests[1], changed["id"])

    def test_half_known_then_the_rest(self):
        half = len(self.files) // 2
        self.load(self.files[:half])
        token = self.question("status")["as_known_at"]["position"]
        asked = [self.tenure(*q, "--as-known-at", token, "--json").json() for q in self.ASK]
        self.load(self.files[half:])
        self.ok("rebuild")
        for question, before in zip(self.ASK, asked):
            after = self.tenure(*question, "--as-known-at", token, "--json").json()
            before.pop("behind"), after.pop("behind")
            self.assertEqual(json.dumps(after), json.dumps(before))


if __name__ == "__main__":
    main()
