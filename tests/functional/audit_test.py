"""What the service records of its questions, how that is read, and what happens while it can't be recorded."""
import csv
import datetime
import io
import json
import os
import stat

from access_test import create, id_of, registered
from harness import TenureTest, main
from served import Served, wait_until

CHECK = "/v1/check?subject=user:alice&action=read&resource=bucket:a"


def days():
    """Today and tomorrow, so that a test at midnight is a test too."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return [(now + datetime.timedelta(days=d)).strftime("%Y-%m-%d") for d in (0, 1)]


class Recorded(TenureTest):
    def audit(self, *options):
        return json.loads(self.ok("audit", "--json", *options).out)

    def test_who_asked_what_as_of_when_as_known_when_and_how_much_came_back(self):
        hr = create(self, "--plane", "identity", "--source", "hr.example", "--name", "hr")
        ui = create(self, "--scope", "history", "--name", "ui")
        served = Served(self)
        token = served.append(registered("e1"), registered("e2", who="user:bob"), token=hr).json()["position"]
        answer = served.get(f"{CHECK}&as_of=2026-01-15&as_known_at={token}", token=ui, headers={"X-Request-ID": "r-17"}).json()
        served.get("/v1/identities?limit=1", token=ui)
        served.get("/v1/identities/user%3Aalice", token=ui)
        served.get("/v1/events", token=ui)
        served.stop()
        rows = self.audit()["results"][::-1]
        self.assertEqual([(r["who"], r["question"], r["results"], r["status"], r["error"]) for r in rows],
                         [("hr", "append", 2, 202, None), ("ui", "check", 1, 200, None), ("ui", "identities", 1, 200, None),
                          ("ui", "show", 1, 200, None), ("ui", "events", None, 403, "not_authorised")])
        check = rows[1]
        self.assertEqual(check["parameters"], {"subject": "user:alice", "action": "read", "resource": "bucket:a", "as_of": "2026-01-15",
                                               "as_known_at": token})
        self.assertEqual((check["as_of"], check["as_known_at"]["position"], check["as_known_at"]["time"]),
                         (answer["as_of"], token, answer["as_known_at"]["time"]))
        self.assertEqual((check["request_id"], check["address"], check["credential"], check["method"], check["route"]),
                         ("r-17", "127.0.0.1", f"token {id_of(ui)}", "GET", "/v1/check"))
        self.assertGreater(check["duration_us"], 0)
        self.assertEqual(rows[0]["as_known_at"]["position"], token)
        self.assertEqual(rows[3]["parameters"], {"ref": "user:alice"})

    def test_refusals_are_recorded_and_what_asked_nothing_is_not(self):
        ui = create(self, "--scope", "ask", "--name", "ui")
        gone = create(self, "--scope", "ask", "--name", "gone")
        self.ok("token", "revoke", "gone")
        served = Served(self)
        self.assertEqual(served.get(CHECK, token=gone).status, 401)
        wrong = ui[:-1] + ("0" if ui[-1] != "0" else "1")
        self.assertEqual(served.get(CHECK, token=wrong).status, 401)
        self.assertEqual(served.get(CHECK + "&as_off=now", token=ui).status, 400)
        for path in (CHECK, "/livez", "/readyz", "/openapi.yaml", "/nothing"):
            served.get(path)
        served.stop()
        rows = self.audit()["results"][::-1]
        self.assertEqual([(r["who"], r["question"], r["status"], r["error"]) for r in rows],
                         [("gone", "check", 401, "credential_revoked"), (None, "check", 401, "credential_unknown"), ("ui", "check", 400, "parameter_unknown")])

    def test_what_was_attempted_is_recorded_of_refusals_and_no_secret(self):
        hr = create(self, "--plane", "identity", "--source", "hr.example", "--name", "hr")
        ui = create(self, "--scope", "ask", "--name", "ui")
        served = Served(self)
        self.assertEqual(served.append(registered("e9", source="iam.example"), token=hr).status, 403)
        body = {"subject": {"type": "user", "id": "a"}, "action": {"name": "read"}, "resource": {"type": "bucket", "id": "a"},
                "context": {"tenure_as_of": "2026-03-02T00:00:00Z"}}
        asked = served.request("POST", "/access/v1/evaluation", json.dumps(body), token=ui, headers={"Content-Type": "application/json"})
        self.assertEqual(asked.status, 403)
        secret = "ghp_" + "a1B2" * 9
        self.assertEqual(served.get(f"/v1/identities/user:{secret}", token=ui, headers={"X-Request-ID": secret}).status, 200)
        served.stop()
        append, evaluation, show = self.audit()["results"][::-1]
        self.assertEqual(append["parameters"], {"events": "1", "sources": "iam.example", "topics": "tenure.identity", "first_id": "e9"})
        self.assertEqual((evaluation["question"], evaluation["as_of"], evaluation["parameters"]["subject"]),
                         ("evaluation", "2026-03-02T00:00:00Z", "user:a"))
        self.assertEqual(show["parameters"], {"ref": "[masked]"})
        self.assertNotIn(secret, json.dumps([append, evaluation, show]) + served.output())

    def test_without_tokens_nobody_is_named(self):
        served = Served(self)
        served.get(CHECK)
        served.get("/metrics")
        served.stop()
        rows = self.audit()["results"][::-1]
        self.assertEqual([(r["who"], r["credential"], r["question"]) for r in rows], [(None, None, "check"), (None, None, "metrics")])

    def test_a_stream_is_recorded_when_it_begins_and_when_it_ends(self):
        served = Served(self)
        served.append(registered("e1"), registered("e2", who="user:bob"))
        self.assertEqual(len(served.get("/v1/events").body.splitlines()), 2)
        served.stop()
        rows = [r for r in self.audit()["results"][::-1] if r["question"] == "events"]
        self.assertEqual([(r["results"], r.get("ended")) for r in rows], [(None, None), (2, True)])

    def test_the_command_and_the_route_answer_alike(self):
        operator = create(self, "--scope", "operate", "--name", "ops")
        ui = create(self, "--scope", "ask", "--name", "ui")
        served = Served(self)
        for _ in range(5):
            served.get(CHECK, token=ui)
        served.get("/v1/status", token=ui)
        wait_until(lambda: len(self.audit()["results"]) == 6, "six lines")
        for options, query in (((), ""), (("--who", "ui", "--question", "check"), "&who=ui&question=check"), (("--limit", "2"), "&limit=2"),
                               (("--from", "2020-01-01", "--to", "now+1h"), "&from=2020-01-01&to=now%2B1h")):
            with self.subTest(options=options):
                by_http = served.get("/v1/audit?question=check" + query.replace("&question=check", ""), token=operator).body
                by_command = self.ok("audit", "--json", "--question", "check", *(o for o in options if o not in ("--question", "check"))).out
                self.assertEqual(by_http + "\n", by_command)
        first = served.get("/v1/audit?question=check&limit=3", token=operator).json()
        rest = served.get(f"/v1/audit?question=check&limit=3&cursor={first['next']}", token=operator).json()
        self.assertEqual((len(first["results"]), len(rest["results"]), rest["next"]), (3, 2, None))
        for query, code in (("limit=0", "parameter_malformed"), ("from=soon", "time_malformed"), ("cursor=x", "cursor_malformed"),
                            ("from=now&to=now-1h", "when_empty"), ("whom=ui", "parameter_unknown")):
            refused = served.get(f"/v1/audit?{query}", token=operator)
            self.assertEqual((refused.status, refused.code), (400, code))

    def test_a_table_and_csv(self):
        served = Served(self)
        served.get(CHECK)
        served.get("/v1/check?subject=user:%3D1%22x&action=read&resource=b:c")
        served.stop()
        table = self.ok("audit").out
        self.assertIn("check", table)
        self.assertLessEqual(max(map(len, table.splitlines())), 80)
        rows = list(csv.DictReader(io.StringIO(self.ok("audit", "--csv").out, newline="")))
        self.assertEqual([r["question"] for r in rows], ["check", "check"])
        self.assertIn("subject=user:alice", rows[1]["parameters"])
        self.assertIn('subject=user:=1"x', rows[0]["parameters"])
        self.fails(2, "when_empty", "audit", "--from", "now", "--to", "now-1h")
        self.fails(2, "usage", "audit", "--json", "--csv")

    def test_what_was_written_survives_the_servers_death(self):
        served = Served(self)
        for _ in range(20):
            served.get(CHECK)
        wait_until(lambda: len(self.audit()["results"]) == 20, "what was asked to be written without an end")
        before = {p.name: p.read_bytes() for p in (self.data / "audit").iterdir()}
        self.assertEqual({stat.S_IMODE(p.stat().st_mode) for p in (self.data / "audit").iterdir()}, {0o600})
        served.kill()
        served = Served(self)
        served.get(CHECK)
        served.stop()
        self.assertEqual(len(self.audit()["results"]), 21)
        for name, text in before.items():
            self.assertTrue((self.data / "audit" / name).read_bytes().startswith(text), "nothing is rewritten")

    def test_files_older_than_the_retention_are_removed(self):
        Served(self).stop()
        old, young = self.data / "audit" / "2020-01-01.ndjson", self.data / "audit" / f"{days()[0]}.ndjson"
        old.write_text('{"time":"2020-01-01T00:00:00Z","who":"a","question":"check"}\n')
        served = Served(self, "--audit-retention", "forever")
        served.get(CHECK)
        served.stop()
        self.assertEqual(len(self.audit("--to", "2021-01-01")["results"]), 1)
        served = Served(self, "--audit-retention", "90d")
        wait_until(lambda: not old.exists(), "the old file to be removed")
        self.assertTrue(young.exists() or (self.data / "audit" / f"{days()[0]}.ndjson").exists())
        self.fails(2, "audit_retention_malformed", "serve", "--audit-retention", "soon")


class DiskFull(TenureTest):
    """The day's file leads to /dev/full, which takes nothing."""

    def fill(self):
        (self.data / "audit").mkdir(parents=True, exist_ok=True)
        for day in days():
            path = self.data / "audit" / f"{day}.ndjson"
            path.unlink(missing_ok=True)
            os.symlink("/dev/full", path)

    def free(self):
        for day in days():
            (self.data / "audit" / f"{day}.ndjson").unlink()

    def gauge(self, served, what):
        line = next(l for l in served.get("/metrics").body.splitlines() if l.startswith(f'tenure_audit{{what="{what}"}}'))
        return float(line.split()[-1])

    def lines(self):
        return json.loads(self.ok("audit", "--json", "--limit", "100000").out)["results"]

    def test_it_is_told_and_nothing_is_lost_when_there_is_room_again(self):
        served = Served(self)
        self.assertEqual(served.get("/readyz").status, 200)
        self.fill()
        self.assertEqual(served.get(CHECK).status, 200)
        told = wait_until(lambda: (r := served.get("/readyz")).status == 503 and r, "not ready")
        self.assertIn("No space left", told.json()["detail"])
        self.assertEqual(self.gauge(served, "failing"), 1)
        self.assertEqual(served.get(CHECK).status, 200, "questions are answered all the same")
        self.assertGreaterEqual(self.gauge(served, "lines_waiting"), 2)
        self.free()
        wait_until(lambda: served.get("/readyz").status == 200, "ready again")
        self.assertEqual(len([r for r in self.lines() if r["question"] == "check"]), 2)
        self.assertEqual(self.gauge(served, "lines_lost"), 0)

    def test_where_recording_is_required_questions_are_refused(self):
        served = Served(self, "--audit", "required")
        self.fill()
        answered = 0
        while (answer := served.get(CHECK)).status == 200:
            answered += 1
        self.assertEqual((answer.status, answer.code), (503, "audit_not_written"))
        self.assertIn("retry-after", answer.headers)
        self.assertEqual(served.append(registered("e1")).status, 503)
        self.assertEqual(served.get("/livez").status, 200)
        self.free()
        wait_until(lambda: served.get(CHECK).status == 200, "questions to be answered again")
        served.stop()
        kept = [r["status"] for r in self.lines() if r["question"] == "check"]
        self.assertGreater(answered, 0)
        self.assertEqual(kept.count(200), answered + 1, "each that was answered is recorded")
        self.assertIn(503, kept)
        self.assertEqual(self.question("status")["results"][0]["events"], 0)


if __name__ == "__main__":
    main()
