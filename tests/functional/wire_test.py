"""The command line over the wire: what it prints is what it prints beside the record, whatever is asked."""
import gzip
import json
import re
import subprocess

from access_test import TOKEN, create
from harness import BINARY, DATA, TenureTest, event, main
from import_test import EVE, RECORDS, record
from served import Served
from tls_test import Certificates

T = "2026-02-20T00:00:00Z"
AGO = re.compile(r" \((\d+ \w+ ago|now|in \d+ \w+)\)")
PROGRESS = re.compile(r"^(appending|importing) \d+.*\n", re.M)  # of what takes seconds
POSITION = re.compile(r'position [\w-]+|"position":"[\w-]+"|of position [\w-]+')


class WireTest(TenureTest):
    def both(self, *args, served, data=None, **kw):
        """What the command does beside the record, and over the wire."""
        return self.tenure(*args, data=data, **kw), self.tenure(*args, "--server", served.url, data=self.dir / "none", **kw)

    def same(self, here, there):
        """But for how long ago the clock says that something was, or is."""
        self.assertEqual((there.code, AGO.sub("", there.out), there.err), (here.code, AGO.sub("", here.out), here.err))


class Served(Served):  # noqa: F811
    @property
    def url(self):
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"


def awkward():
    """One of each thing that answers can hold: incomplete, conditional, inline, denied, by groups, with credentials, escapes, spaces."""
    permission = {"effect": "allow", "actions": ["read", "list"], "resources": ["bucket:p\u00fc/*"], "condition": "mfa"}
    return (
        event("i1", "identity.registered", {"identity": "user:alice", "display_name": "Al\u001bice \u202e \"x\"", "owner": "user:bob",
                                            "attributes": {"team": "a b", "n": 1.50, "deep": {"z": [1, None]}}}) +
        event("i2", "identity.registered", {"identity": "user:bob", "environment": "prod", "expires_at": "2026-12-01T00:00:00.5Z"},
              authtype="user", authid="user:root", controlowner="team:iam") +
        event("i3", "identity.registered", {"identity": "group:dba"}) +
        event("i4", "identity.registered", {"identity": "workload:spiffe://prod/ns/pay", "pending": True}) +
        event("l1", "identity.linked", {"identity": "user:alice", "same_as": "user:al ice"}) +
        event("c1", "credential.issued", {"identity": "user:alice", "credential": "AK/1", "kind": "access_key", "fingerprint": "f",
                                          "not_before": "2026-01-11T00:00:00Z", "expires_at": "2026-06-01T00:00:00Z"}) +
        event("c2", "credential.compromised", {"identity": "user:alice", "credential": "AK/1"}, time="2026-02-01T00:00:00.000001Z") +
        event("r1", "role.defined", {"role": "role:db", "permissions": [{"effect": "allow", "actions": ["*"], "resources": ["db:*"]},
                                                                        {"effect": "deny", "not_actions": ["read"], "resources": ["db:x"],
                                                                         "covers": "literal"}]}) +
        event("m1", "membership.added", {"member": "user:alice", "group": "group:dba"}) +
        event("g1", "grant.issued", {"grant": "g-1", "principal": "group:dba", "role": "role:db", "scope": "db:prod"}) +
        event("g2", "grant.issued", {"grant": "g 2", "principal": "user:alice", "permissions": [permission], "kind": "jit",
                                     "expires_at": "2026-03-01T00:00:00Z"}) +
        event("g3", "grant.issued", {"grant": "g-3", "principal": "user:bob", "role": "role:undefined"}, time="2026-01-12T00:00:00Z") +
        event("g5", "grant.issued", {"grant": "g-5", "principal": "user:alice", "role": "role:db", "scope": "db:old"}) +
        event("g6", "grant.revoked", {"principal": "user:alice", "grant": "g-5"}, time="2026-02-01T00:00:00Z") +
        event("g4", "grant.revoked", {"principal": "user:bob", "grant": "g-3", "reason": "over"}, time="2026-02-10T00:00:00Z") +
        event("s1", "identity.suspended", {"identity": "user:bob"}, time="2026-02-15T00:00:00Z") +
        event("x1", "event.retracted", {"target": {"source": "test/office", "id": "later"}, "key": "user:carl", "reason": "x"},
              tenuretopic="tenure.identity") +
        event("u1", "access.used", {"identity": "user:alice", "action": "read", "resource": "db:x", "outcome": "allowed"}))


class Answers(WireTest):
    QUESTIONS = (
        ("identities",), ("identities", "--type", "user", "--status", "active"), ("identities", "--owner", "user:bob"),
        ("identities", "--unowned", "--limit", "1"), ("show", "user:alice"), ("show", "user:nobody"),
        ("show", "workload:spiffe://prod/ns/pay"), ("what", "user:alice"), ("what", "user:bob", "--on-paper"),
        ("what", "user:al ice&x=1#%41+?/../"), ("who", "*", "*"), ("who", "read", "db:prod"), ("who", "--role", "role:db"),
        ("who", "--member-of", "group:dba"), ("check", "user:alice", "write", "db:prod"),
        ("check", "user:alice", "write", "db:x", "--why"), ("check", "user:bob", "read", "db:x", "--why"), ("timeline", "user:alice"),
        ("timeline", "group:dba"), ("dead-letters",), ("events",), ("events", "--limit", "3"),
        ("events", "--type", "grant.issued", "--source", "test/office"), ("events", "--actor", "user:root"),
        ("events", "--subject", "role:db"), ("events", "--raw"),
    )
    WITHOUT_CSV = ("show", "check")

    def setUp(self):
        super().setUp()
        self.ok("append", "-", stdin=awkward())
        self.ok("append", "-", stdin=event("later", "grant.issued", {"grant": "g-9", "principal": "user:carl", "role": "role:db"}))
        self.served = Served(self)

    def forms(self, words):
        yield ()
        yield ("--wide",)
        yield ("--json",)
        if words[0] not in self.WITHOUT_CSV:
            yield ("--csv",)

    def compare(self, *args):
        here, there = self.both(*args, served=self.served)
        with self.subTest(args=args):
            self.same(here, there)
        return here

    def test_each_question_in_each_form(self):
        codes = set()
        for words in self.QUESTIONS:
            for moment in (("--as-of", T), ("--during", "2026-01-01/2026-03-01")):
                for form in self.forms(words):
                    codes.add(self.compare(*words, *moment, *form).code)
        self.assertGreaterEqual(codes, {0, 1, 3}, "not every outcome was asked for")

    BRIEF = (("identities", "--status", "active"), ("what", "user:alice"), ("what", "user:al ice&x=1#%41+?"), ("who", "*", "*"),
             ("who", "--role", "role:db"), ("who", "--member-of", "group:dba"), ("check", "user:alice", "write", "db:prod"),
             ("check", "user:alice", "write", "db:x"), ("check", "user:bob", "read", "db:x"), ("check", "user:carl", "read", "db:x"))

    def test_brief_answers(self):
        codes = set()
        for words in self.BRIEF:
            here = self.compare(*words, "--detail", "brief", "--as-of", T, "--json")
            self.assertEqual(here.json()["detail"], "brief")
            codes.add(here.code)
        self.assertGreaterEqual(codes, {0, 1, 3})
        page = self.compare("who", "*", "*", "--detail", "brief", "--as-of", T, "--limit", "1", "--json").json()
        if page["next"]:
            self.compare("who", "*", "*", "--detail", "brief", "--cursor", page["next"], "--json")
        for wrong, code in ((("check", "user:alice", "write", "db:x", "--why", "--json"), "detail_too_brief"),
                            (("what", "user:alice", "--on-paper", "--json"), "detail_too_brief"),
                            (("identities", "--json"), "detail_too_brief"),
                            (("identities", "--status", "active", "--owner", "user:bob", "--json"), "detail_too_brief"),
                            (("what", "user:alice", "--during", "2026-01-01/2026-03-01", "--json"), "when_not_moment"),
                            (("what", "user:alice"), "detail_needs_json")):
            refused = self.compare(*wrong, "--detail", "brief")
            self.assertEqual(refused.code, 2)
            self.assertIn(code, refused.err)
        self.assertEqual(self.compare("what", "user:alice", "--detail", "short", "--json").code, 2)

    def test_partly(self):
        self.assertEqual(self.compare("check", "user:alice", "read", "db:prod", "--during", "2026-01-15/2026-02-20").code, 0)
        self.assertEqual(self.compare("check", "user:alice", "read", "db:old", "--during", "2026-01-15/2026-02-20").code, 5)

    def test_differences_between_moments_and_knowledges(self):
        position = self.tenure("append", "-", "--server", self.served.url, stdin=event("g10", "grant.issued", {
            "grant": "g-10", "principal": "user:alice", "role": "role:db"})).token()
        earlier = self.question("status")["as_known_at"]["time"]
        sides = (("--from", "2026-01-01", "--to", "2026-03-01"), ("--known-from", "2020-01-01", "--known-to", position, "--as-of", T),
                 ("--known-from", position, "--known-to", earlier, "--as-of", T), ("user:alice", "--from", "2026-01-01", "--to", "2026-03-01"))
        for side in sides:
            for form in self.forms(("diff",)):
                self.compare("diff", *side, *form)
        first = self.compare("diff", *sides[0], "--limit", "1", "--json").json()
        self.compare("diff", *sides[0], "--limit", "1", "--cursor", first["next"])

    def test_as_known_at_a_time_and_a_position(self):
        position = self.question("status")["as_known_at"]["position"]
        for known in ("2020-01-01", "now", position):
            if known != "now":
                self.compare("what", "user:alice", "--as-of", T, "--as-known-at", known)
        there = self.tenure("what", "user:alice", "--as-known-at", "now-1h", "--server", self.served.url)
        self.assertEqual(there.code, 3, "an hour ago nothing was on record")

    def test_pages_go_on(self):
        page = self.compare("identities", "--limit", "1", "--as-of", T, "--json").json()
        self.assertTrue(page["next"])
        self.compare("identities", "--limit", "1", "--cursor", page["next"])

    def test_what_is_asked_amiss_is_told_alike(self):
        for args in (("show", "alice"), ("show", "user:a\nb"), ("show", "user:" + "a" * 3000), ("what", "user:"), ("who", "read"),
                     ("who", "read", "*", "--role", "role:x"), ("check", "x", "y", "z\x07"),
                     ("identities", "--as-of", "2026-01-01T00:00:00"), ("identities", "--as-of", "soon"),
                     ("identities", "--during", "2026-02-01/2026-01-01"), ("identities", "--during", "2026"),
                     ("identities", "--cursor", "x"), ("identities", "--owner", "role:x"), ("identities", "--as-known-at", "x"),
                     ("events", "--type", "nothing"), ("events", "--subject", "nobody"), ("diff", "--from", "2026-01-01"),
                     ("timeline", "x"), ("timeline", ""), ("identities", "--max-lag", "soon"), ("status", "--max-lag", "soon"),
                     ("dead-letters", "resolve", "nowhere", "--void", "--reason", "x"),
                     ("events", "--follow", "--as-known-at", "2026-01-01")):
            self.assertEqual(self.compare(*args).code, 2, args)

    def compare_state(self, *args):
        moment = re.compile(r'as of [^\n]*|"as_of":"[^"]*"|  (directory|server) [^\n]*|"size_bytes":\d+')
        here, there = self.both(*args, served=self.served)
        self.assertEqual((there.code, moment.sub("", there.out), there.err), (here.code, moment.sub("", here.out), here.err))
        return there

    def test_status_and_verify(self):
        for form in ((), ("--wide",), ("--json",)):
            self.compare_state("status", *form)
            self.compare_state("verify", *form)
        self.assertIn(f"server            {self.served.url}, ", self.compare_state("status").out)

    def test_a_moment_of_now_is_the_servers(self):
        asked = self.tenure("identities", "--json", "--server", self.served.url).json()
        self.assertLess(self.question("status")["as_known_at"]["time"], asked["as_of"])

    def test_a_line_of_json_is_passed_on_as_it_came(self):
        over_http = self.served.get("/v1/identities/user%3Aalice?as_of=" + T)
        self.assertEqual(self.tenure("show", "user:alice", "--as-of", T, "--json", "--server", self.served.url).out, over_http.body + "\n")


class Organisation(WireTest):
    def test_a_synthetic_organisation(self):
        events = self.ok("generate", "--events", "400").out
        self.ok("append", "-", stdin=events)
        served = Served(self)
        parsed = [json.loads(line) for line in events.splitlines()]
        refs = sorted({e["data"]["identity"] for e in parsed if "identity" in e["data"]})[::8]
        middle = sorted(e["time"] for e in parsed)[len(parsed) // 2]
        asked = [("who", "*", "*"), ("identities", "--limit", "1000"), ("events", "--limit", "1000"),
                 ("diff", "--from", "2020-01-01", "--to", middle)]
        asked += [(word, ref) for ref in refs for word in ("show", "what", "timeline")]
        self.assertGreater(len(asked), 20)
        for words in asked:
            moment = () if words[0] == "diff" else ("--as-of", middle)
            for form in ((), ("--json",)):
                with self.subTest(words=words, form=form):
                    self.same(*self.both(*words, *moment, *form, served=served))


class Appending(WireTest):
    """The same input to two records, one here and one behind a server: all that is printed is alike, but the positions."""

    def setUp(self):
        super().setUp()
        self.here = self.dir / "here"
        self.ok("append", "-", stdin="", data=self.here)
        self.ok("append", "-", stdin="")
        self.served = Served(self)

    def compare(self, *args, **kw):
        here, there = self.both(*args, served=self.served, data=self.here, **kw)
        self.assertEqual((there.code, POSITION.sub("", there.out), PROGRESS.sub("", there.err)),
                         (here.code, POSITION.sub("", here.out), PROGRESS.sub("", here.err)), args)
        return there

    def file(self, name, text):
        path = self.dir / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def digests_agree(self):
        self.assertEqual(self.digests(self.here)[1], self.digests()[1])

    def test_all_of_it_and_again(self):
        self.compare("append", DATA / "three.ndjson")
        self.compare("append", DATA / "three.ndjson")
        self.compare("append", DATA / "office.ndjson", "--list", "--json")
        self.compare("append", "-", stdin="")
        self.digests_agree()

    def test_what_is_refused_is_told_by_file_and_line(self):
        wrong = self.file("wrong.ndjson", "\ufeff\r\n" + registered("a", 1) + "\n  \n" + "{}\n" + "nothing\r\n" +
                          event("b", "identity.registered", {"identity": "user:b", "x": 1}) + "x" * 300_000 + "\n" + registered("c", 3))
        for more in ((), ("--json",), ("--list", "--json"), ("--partial",), ("--partial", "--list", "--json")):
            self.compare("append", wrong, *more)
        self.digests_agree()

    def test_conflicts_with_the_record_and_within_the_input(self):
        self.compare("append", "-", stdin=registered("a", 1))
        conflict = self.file("conflict.ndjson", registered("a", 2))
        within = self.file("within.ndjson", "\n\n" + registered("n", 5) + "\n" + registered("n", 6))
        for more in ((), ("--json",), ("--partial",), ("--partial", "--json")):
            self.assertEqual(self.compare("append", conflict, *more).code, 1)
            ran = self.compare("append", within, *more)
            known = "--json" in more and "--partial" in more  # since the run before
            self.assertIn("already in the record at" if known else "this input at line 3", ran.err + ran.out)

    def test_a_long_input_goes_in_by_batches_and_stops_at_the_first_refusal(self):
        lines = [registered(f"e{n}", n) for n in range(25_000)]
        self.assertIn("in 3 batches", self.compare("append", self.file("long.ndjson", "".join(lines))).out)
        more = [registered(f"f{n}", n) for n in range(25_000)]
        more[12_345] = "\ufeff" + more[12_345]
        more[13_000] = registered("f12999", 1)
        stopped = self.compare("append", self.file("stopped.ndjson", "".join(more)))
        self.assertEqual(stopped.code, 5)
        self.assertIn("stopped.ndjson:12346: ", stopped.err)
        self.assertIn("this input at line 13000", stopped.err)
        self.assertIn("Stopped at the first batch", stopped.out)
        self.compare("append", self.file("stopped.ndjson", "".join(more)), "--partial")
        self.digests_agree()

    def test_all_or_nothing_that_no_request_holds_is_refused_unsent(self):
        large = [event(f"l{n}", "identity.registered", {"identity": f"user:l{n}", "attributes": {"a": "x" * 250_000}}) for n in range(260)]
        path = self.file("large.ndjson", "".join(large))
        self.fails(2, "server_batch_too_large", "append", path, "--server", self.served.url)
        self.assertEqual(self.question("status")["results"][0]["events"], 0)
        self.assertIn("appended 260", self.compare("append", path, "--partial").out)
        self.digests_agree()

    def test_an_import_is_read_here_and_goes_in_there(self):
        folder = self.dir / "logs"
        folder.mkdir()
        (folder / "a.json.gz").write_bytes(gzip.compress(json.dumps({"Records": RECORDS[3:]}).encode()))
        (folder / "b.json").write_text("no json")
        self.compare("import", "cloudtrail", folder)
        later = self.file("later.json", json.dumps({"Records": RECORDS[:3]}))
        self.compare("import", "cloudtrail", later, "--json")
        self.compare("import", "cloudtrail", folder, later, "--no-usage")
        self.compare("import", "cloudtrail", self.dir / "nothing")
        self.assertGreater(self.question("status")["results"][0]["events"], 3)
        self.digests_agree()

    def test_changes_of_one_second_are_ordered_by_what_the_record_there_holds(self):
        policy = {"userName": "eve", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
        self.compare("import", "cloudtrail", self.file("first.json", json.dumps({"Records": RECORDS[2:4]})))
        again = [record("e-again", "AttachUserPolicy", "2023-07-10T12:20:00Z", policy),
                 record("e-off", "DetachUserPolicy", "2023-07-10T12:20:00Z", policy)]
        self.compare("import", "cloudtrail", self.file("second.json", json.dumps({"Records": again})))
        held = ("what", EVE, "--as-of", "2023-07-10T12:25:00Z")
        self.assertEqual(len(self.question(*held)["results"]), 1, "attached as before, so it was taken away first")
        self.assertEqual(self.question(*held, data=self.here)["results"], self.question(*held)["results"])
        self.digests_agree()

    def test_a_dead_letter_is_resolved(self):
        for part in (awkward(), event("later", "grant.issued", {"grant": "g-9", "principal": "user:carl", "role": "role:db"})):
            self.compare("append", "-", stdin=part)
        place = "tenure.identity/0@" + str(self.question("dead-letters")["results"][0]["offset"])
        self.compare("dead-letters", "resolve", "tenure.identity/0@0", "--void", "--reason", "x")
        self.compare("dead-letters", "resolve", place, "--replaced-by", "test/office g1", "--reason", "y", "--actor", "user:root")
        again = self.compare("dead-letters", "resolve", place, "--void", "--reason", "again")
        self.assertIn("dead_letter_unknown", again.err)

    def test_a_new_directorys_correctors_are_not_for_a_server(self):
        self.fails(2, "server_has_correctors", "append", DATA / "three.ndjson", "--corrector", "x", "--server", self.served.url)


def registered(id, number):
    return event(id, "identity.registered", {"identity": f"user:u{number}"})


class Choice(WireTest):
    """Which record a command is about."""

    def setUp(self):
        super().setUp()
        self.append("three.ndjson")
        self.served = Served(self)
        self.env = {"TENURE_SERVER": self.served.url}

    def place(self, *args, **kw):
        return re.search(r"^  (directory|server) ", self.ok("status", *args, **kw).out, re.M)[1]

    def test_an_option_wins_over_the_environment(self):
        self.assertEqual(self.place("--server", self.served.url), "server")
        self.assertEqual(self.place(env=self.env), "server")
        self.assertEqual(self.place("--data", self.data, env=self.env), "directory")
        self.assertEqual(self.place("--server", self.served.url, env={"TENURE_SERVER": "http://127.0.0.1:1"}), "server")

    def test_two_records_at_once_are_refused(self):
        for option in (("--data", self.data), ("--kafka", "bootstrap.servers=x:1"), ("--accept", "retention")):
            self.fails(2, "server_and_data", "status", "--server", self.served.url, *option)

    def test_commands_that_work_beside_the_record_alone(self):
        for args in (("rebuild",), ("run",), ("topics", "create"), ("mirror", "--to", "x"), ("serve",), ("generate",), ("version",), ("schema",),
                     ("completion", "bash"), ("token", "list"), ("audit",)):
            self.fails(2, "server_not_supported", *args, "--server", self.served.url)
        for args in (("version",), ("schema",), ("completion", "bash"), ("generate", "--events", "300")):
            self.ok(*args, env=self.env)
        done = subprocess.run([BINARY, "rebuild"], capture_output=True, cwd=self.dir, env={"TENURE_SERVER": self.served.url}, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"server_not_supported: tenure rebuild works where the data directory is, and TENURE_SERVER names a server", done.stderr)

    def test_what_is_about_a_server_needs_one(self):
        for option in (("--token-file", self.data / "tenure.json"), ("--server-ca", "x"), ("--timeout", "5")):
            self.fails(2, "server_not_named", "status", *option)

    def test_what_is_malformed_is_said_before_anything_is_sent(self):
        for url in ("127.0.0.1:7070", "ftp://host", "http://", "http://host:0", "http://host:99999", "http://host:x", "http://[::1", "http://[x]",
                    "http://host/?a=1", "http://host/#a", "http://ho st", "http://-x"):
            self.fails(2, "server_url_malformed", "status", "--server", url)
        with_password = self.fails(2, "server_url_malformed", "status", "--server", "http://me:hunter2@host")
        self.assertNotIn("hunter2", with_password.out + with_password.err)
        for time in ("0", "-1", "soon", "25h", "1.5"):
            self.fails(2, "timeout_malformed", "status", "--server", self.served.url, "--timeout=" + time)

    def test_nobody_there(self):
        self.served.kill()
        self.fails(4, "server_unreachable", "status", "--server", self.served.url)
        self.fails(4, "server_unreachable", "append", DATA / "three.ndjson", "--server", self.served.url)
        self.fails(4, "server_unreachable", "status", "--server", "http://no-such-host.invalid")


class Tokens(WireTest):
    def setUp(self):
        super().setUp()
        self.append("three.ndjson")
        self.asks = create(self, "--name", "reader", "--scope", "ask")
        self.appends = create(self, "--name", "hr", "--plane", "identity", "--source", "hr.example")
        self.all = create(self, "--name", "all", "--scope", "ask", "--scope", "history", "--scope", "events", "--scope", "operate")
        self.served = Served(self)
        self.said = []

    def ask(self, *args, token=None, **kw):
        env = {"TENURE_TOKEN": token} if token else {}
        ran = self.tenure(*args, "--server", self.served.url, env=env, **kw)
        self.said.append(ran.out + ran.err)
        return ran

    def tearDown(self):
        for text in self.said + [self.served.output()]:
            self.assertIsNone(TOKEN.search(text), "a token was printed")

    def test_with_a_token_and_without(self):
        without = self.ask("identities")
        self.assertEqual(without.code, 2)
        self.assertIn("not_authenticated", without.err)
        self.assertIn("TENURE_TOKEN", without.err)
        self.assertEqual(self.ask("identities", token=self.asks).code, 0)
        file = self.dir / "token"
        file.write_text(self.asks + "\n")
        self.assertEqual(self.ask("identities", "--token-file", file, token="tenure_wrong").code, 0)
        wrong = self.ask("identities", token=self.asks[:-4] + "0000")
        self.assertEqual(wrong.code, 2)
        self.assertIn("credential_unknown", wrong.err)

    def test_what_a_token_may_not(self):
        for args, scope in ((("identities", "--as-of", T), "history"), (("events",), "events"), (("verify",), "operate"),
                            (("append", DATA / "office.ndjson"), "append")):
            ran = self.ask(*args, token=self.asks)
            self.assertEqual(ran.code, 2, args)
            self.assertIn("not_authorised", ran.err)
            self.assertIn(scope, ran.err)
        for args in (("identities", "--as-of", T), ("events",), ("verify",)):
            self.assertEqual(self.ask(*args, token=self.all).code, 0, args)

    def test_a_producers_token_appends_and_need_not_ask(self):
        mine = event("h1", "identity.registered", {"identity": "user:h"}, source="hr.example")
        self.assertRegex(self.ask("append", "-", token=self.appends, stdin=mine).out, r"appended 1, duplicates 0\nposition \S+\n")
        self.assertRegex(self.ask("append", "-", token=self.appends, stdin="").out, r"appended 0, duplicates 0\nposition \S+\n")
        others = self.ask("append", "-", token=self.appends, stdin=mine + event("o1", "identity.registered", {"identity": "user:o"}))
        self.assertEqual(others.code, 1)
        self.assertIn("standard input:2: not_authorised: ", others.err)

    def test_a_token_that_is_none(self):
        empty = self.dir / "empty"
        empty.write_text("\n")
        self.fails(2, "server_token", "status", "--server", self.served.url, "--token-file", empty)
        self.fails(2, "server_token", "status", "--server", self.served.url, "--token-file", self.dir / "nothing")
        secret = self.fails(2, "server_token", "status", "--server", self.served.url, env={"TENURE_TOKEN": "top secret"})
        self.assertNotIn("secret", secret.err.replace("server_token", ""))

    def test_in_the_clear_only_on_this_machine(self):
        self.fails(2, "server_token_in_the_clear", "status", "--server", "http://tenure.example", env={"TENURE_TOKEN": self.asks})
        self.assertEqual(self.tenure("identities", "--server", f"http://localhost:{self.served.port}", env={"TENURE_TOKEN": self.asks}).code, 0)


class Secured(WireTest):
    def setUp(self):
        super().setUp()
        self.append("three.ndjson")
        self.made = Certificates(self.dir / "tls")
        self.served = self.made.serve(self)
        self.port = self.served.port

    def test_a_private_ca_is_trusted_when_it_is_named(self):
        ca = self.made.dir / "ca.pem"
        for host in ("127.0.0.1", "localhost"):
            asked = self.ok("identities", "--as-of", T, "--server", f"https://{host}:{self.port}", "--server-ca", ca)
            self.same(self.ok("identities", "--as-of", T), asked)

    def test_who_is_not_who_was_named_is_not_believed(self):
        unknown = self.fails(4, "server_tls", "status", "--server", f"https://localhost:{self.port}")
        self.assertIn("--server-ca", unknown.err)
        self.made.authority("other")
        self.fails(4, "server_tls", "status", "--server", f"https://localhost:{self.port}", "--server-ca", self.made.dir / "other.pem")
        self.made.signed("elsewhere", "CN=elsewhere", "subjectAltName=DNS:elsewhere.example")
        self.append("three.ndjson", data=self.dir / "copy")
        elsewhere = Served(self, "--tls-cert", self.made.dir / "elsewhere.pem", "--tls-key", self.made.dir / "elsewhere.key",
                           data=self.dir / "copy", tls=self.made.client())
        for host in ("localhost", "127.0.0.1"):
            named = self.fails(4, "server_tls", "status", "--server", f"https://{host}:{elsewhere.port}", "--server-ca", self.made.dir / "ca.pem")
            self.assertRegex(named.err, "(?i)mismatch")

    def test_tls_where_there_is_none_and_none_where_there_is(self):
        self.assertIn(self.tenure("status", "--server", f"http://127.0.0.1:{self.port}").code, (4,))
        self.append("three.ndjson", data=self.dir / "copy")
        plain = Served(self, data=self.dir / "copy")
        self.fails(4, "server_tls", "status", "--server", f"https://127.0.0.1:{plain.port}")

    def test_a_ca_that_is_none(self):
        self.fails(2, "server_ca", "status", "--server", f"https://localhost:{self.port}", "--server-ca", self.data / "tenure.json")
        self.fails(2, "server_ca", "status", "--server", f"http://localhost:{self.port}", "--server-ca", self.made.dir / "ca.pem")


if __name__ == "__main__":
    main()
