"""Who is let in: tokens on the command line and over HTTP, limits, and what the door verified beside what the event claims."""
import json
import os
import re
import stat
import threading

from harness import TenureTest, event, main
from served import Served, wait_until

TOKEN = re.compile(r"tenure_[0-9a-f]{12}_[0-9a-f]{64}")


def create(test, *options):
    """The token's text, from standard output, where nothing else is."""
    out = test.ok("token", "create", *options).out
    assert TOKEN.fullmatch(out.strip()), out
    return out.strip()


def id_of(token):
    return token.split("_")[1]


def registered(id, who="user:alice", source="hr.example", **more):
    return event(id, "identity.registered", {"identity": who}, source=source, **more)


class TokenCommand(TenureTest):
    def test_a_token_is_made_listed_and_revoked(self):
        made = self.ok("token", "create", "--plane", "identity", "--source", "hr.example", "--expires", "90d")
        self.assertRegex(made.out, rf"^{TOKEN.pattern}\n$")
        self.assertIn("append to identity for hr.example", made.err)
        self.assertNotIn(made.out.strip().split("_")[2], made.err)
        ui = create(self, "--name", "ui", "--scope", "ask", "--scope", "history", "--rate", "5", "--expires", "never")
        listed = json.loads(self.ok("token", "list", "--json").out)["tokens"]
        self.assertEqual([(t["name"], t["scopes"], t["planes"], t["sources"], t["state"]) for t in listed],
                         [("hr.example", [], ["identity"], ["hr.example"], "live"), ("ui", ["ask", "history"], [], [], "live")])
        self.assertEqual((listed[1]["id"], listed[1]["expires"], listed[1]["rate_per_second"]), (id_of(ui), None, 5))
        self.assertIn("hr.example", self.ok("token", "list").out)
        self.assertIn(id_of(ui), self.ok("token", "revoke", "ui").out)
        self.assertIn("before", self.ok("token", "revoke", "ui").out)
        self.assertEqual([t["state"] for t in json.loads(self.ok("token", "list", "--json").out)["tokens"]], ["live", "revoked"])

    def test_the_whole_token_as_json(self):
        made = json.loads(self.ok("token", "create", "--scope", "ask", "--json").out)
        self.assertRegex(made["token"], TOKEN)
        self.assertEqual((made["scopes"], made["state"]), (["ask"], "live"))

    def test_what_is_wrong_is_said(self):
        self.fails(2, "rights_malformed", "token", "create")
        self.fails(2, "rights_malformed", "token", "create", "--plane", "identity")
        self.fails(2, "rights_malformed", "token", "create", "--source", "hr.example", "--scope", "ask")
        self.fails(2, "usage", "token", "create", "--plane", "identities", "--source", "hr")
        self.fails(2, "usage", "token", "create", "--scope", "append")
        self.fails(2, "usage", "token", "create", "--scope", "ask", "--rate", "0")
        self.fails(2, "token_expires_past", "token", "create", "--scope", "ask", "--expires", "2020-01-01")
        self.fails(2, "time_malformed", "token", "create", "--scope", "ask", "--expires", "soon")
        self.fails(2, "token_name_malformed", "token", "create", "--scope", "ask", "--name", "a\nb")
        self.fails(2, "token_not_found", "token", "revoke", "nobody")
        self.assertFalse(self.data.exists(), "nothing was made")

    def test_tokens_may_be_made_before_the_record_and_only_hashes_are_kept(self):
        token = create(self, "--scope", "ask")
        self.assertEqual([p.name for p in self.data.iterdir()], ["tokens.json"])
        self.assertEqual(stat.S_IMODE((self.data / "tokens.json").stat().st_mode), 0o600)
        self.assertNotIn(token.split("_")[2], (self.data / "tokens.json").read_text())
        self.append("three.ndjson")
        self.assertEqual(self.question("status")["results"][0]["events"], 3)
        self.assertEqual(len(json.loads(self.ok("token", "list", "--json").out)["tokens"]), 1)

    def test_a_damaged_file_is_told_and_kept(self):
        create(self, "--scope", "ask")
        (self.data / "tokens.json").write_text("{")
        self.fails(4, "tokens_corrupt", "token", "list")
        self.fails(4, "tokens_corrupt", "token", "create", "--scope", "ask")
        self.fails(4, "tokens_corrupt", "serve", "--listen", "127.0.0.1:0")
        self.assertEqual((self.data / "tokens.json").read_text(), "{")


class OpenDoor(TenureTest):
    def test_without_tokens_this_machine_may_do_everything_and_it_is_said(self):
        served = Served(self)
        self.assertEqual(served.append(registered("e1")).status, 202)
        self.assertEqual(served.get("/v1/check?subject=user:alice&action=a&resource=b:c").status, 200)
        self.assertEqual(served.get("/metrics").status, 200)
        wait_until(lambda: "no tokens" in served.output(), "the line that says so")
        row = self.question("events")["results"][0]
        self.assertIsNone(row["verified_writer"])

    def test_other_machines_are_not_listened_to_without_tokens(self):
        for address in ("0.0.0.0:0", "[::]:0"):
            self.fails(2, "serve_open_to_all", "serve", "--listen", address)
        self.assertFalse(self.data.exists(), "it is refused before anything is made")
        token = create(self, "--scope", "ask")
        served = Served(self, listen="0.0.0.0:0")
        self.assertEqual(served.get("/v1/status").status, 401)
        self.assertEqual(served.get("/v1/status", token=token).status, 200)
        self.assertIn("without TLS", served.output())

    def test_what_others_have_sent_through_this_machine_is_refused(self):
        served = Served(self)
        for header in ({"X-Forwarded-For": "203.0.113.7"}, {"Host": "evil.example"}, {"Origin": "https://evil.example"}):
            self.assertEqual(served.get("/v1/status", headers=header).status, 401, header)
        self.assertEqual(served.get("/livez", headers={"Host": "evil.example"}).status, 200)

    def test_the_first_token_closes_the_door_for_good(self):
        served = Served(self)
        self.assertEqual(served.get("/v1/status").status, 200)
        token = create(self, "--scope", "ask")
        refused = wait_until(lambda: (r := served.get("/v1/status")).status == 401 and r, "the door to close")
        self.assertEqual(refused.code, "not_authenticated")
        self.assertEqual(served.get("/v1/status", token=token).status, 200)
        (self.data / "tokens.json").unlink()
        wait_until(lambda: served.get("/v1/status", token=token).status == 401, "the token to be gone")
        self.assertEqual(served.get("/v1/status").status, 401)


class Tokens(TenureTest):
    def test_what_needs_no_token_and_what_does(self):
        create(self, "--scope", "ask")
        served = Served(self)
        for path in ("/livez", "/readyz", "/openapi.yaml"):
            self.assertEqual(served.get(path).status, 200, path)
        refused = served.get("/v1/status")
        self.assertEqual((refused.status, refused.code), (401, "not_authenticated"))
        self.assertEqual(refused.headers["www-authenticate"], 'Bearer realm="tenure"')
        self.assertEqual(refused.headers["content-type"], "application/problem+json")

    def test_expired_revoked_and_unknown_tokens_are_told_apart(self):
        live, expired, revoked = (create(self, "--scope", "ask", "--name", n) for n in ("live", "expired", "revoked"))
        expire(self.data, id_of(expired))
        self.ok("token", "revoke", "revoked")
        served = Served(self)
        self.assertEqual(served.get("/v1/status", token=live).status, 200)
        for token, code in ((expired, "credential_expired"), (revoked, "credential_revoked"), (live[:-1] + "x", "credential_unknown"),
                            (live[:-1] + ("0" if live[-1] != "0" else "1"), "credential_unknown")):
            refused = served.get("/v1/status", token=token)
            self.assertEqual((refused.status, refused.code), (401, code))
            self.assertIn('error="invalid_token"', refused.headers["www-authenticate"])
            self.assertNotIn(token, refused.body)

    def test_a_revoked_token_is_refused_without_a_restart_also_on_an_open_connection(self):
        token = create(self, "--scope", "ask", "--name", "ui")
        served = Served(self)
        connection = served.connection()
        self.addCleanup(connection.close)

        def ask():
            connection.request("GET", "/v1/status", headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            answer.read()
            return answer.status

        self.assertEqual(ask(), 200)
        self.ok("token", "revoke", "ui")
        wait_until(lambda: ask() == 401, "the token to be refused")

    def test_a_stream_ends_when_its_token_is_revoked(self):
        token = create(self, "--scope", "events", "--name", "siem")
        writer = create(self, "--plane", "identity", "--source", "hr.example")
        served = Served(self)
        self.assertEqual(served.append(registered("e1"), token=writer).status, 202)
        connection = served.connection()
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/events", headers={"Authorization": f"Bearer {token}", "Accept": "text/event-stream"})
        stream = connection.getresponse()
        self.assertEqual(stream.status, 200)
        while not stream.readline().startswith(b"data: "):
            pass
        ended = threading.Event()

        def read():
            try:
                while stream.readline():
                    pass
            except OSError:
                pass
            except Exception:  # broken off in the middle of a chunk
                pass
            ended.set()

        threading.Thread(target=read, daemon=True).start()
        self.ok("token", "revoke", "siem")
        self.assertTrue(ended.wait(60), "the stream goes on")
        self.assertEqual(served.get("/v1/status", token=writer).status, 403, "the service goes on too")

    def test_a_file_that_cannot_be_read_refuses_everybody_and_is_told(self):
        token = create(self, "--scope", "ask")
        served = Served(self)
        good = (self.data / "tokens.json").read_text()
        replace(self.data / "tokens.json", good[:40])
        refused = wait_until(lambda: (r := served.get("/v1/status", token=token)).status == 503 and r, "the file to be looked at")
        self.assertEqual(refused.code, "credentials_not_readable")
        self.assertEqual(served.get("/v1/status").status, 503)
        self.assertEqual(served.get("/livez").status, 200)
        wait_until(lambda: "tokens_corrupt" in served.output(), "the line that says so")
        replace(self.data / "tokens.json", good)
        wait_until(lambda: served.get("/v1/status", token=token).status == 200, "the file to be read again")


class Limits(TenureTest):
    def test_a_token_with_a_rate_is_told_to_wait(self):
        slow = create(self, "--scope", "ask", "--rate", "1", "--name", "slow")
        free = create(self, "--scope", "ask", "--scope", "operate")
        served = Served(self)
        statuses = []
        refused = wait_until(lambda: (r := served.get("/v1/status", token=slow)) and statuses.append(r.status) or
                             (r if r.status == 429 else None), "429")
        self.assertEqual(statuses[:2], [200, 200], "twice the rate at once")
        self.assertEqual(refused.code, "too_many_requests")
        self.assertGreaterEqual(int(refused.headers["retry-after"]), 1)
        self.assertEqual(served.get("/v1/status", token=free).status, 200)
        wait_until(lambda: served.get("/v1/status", token=slow).status == 200, "the next second")
        self.assertIn('tenure_http_turned_away_total{why="rate"}', served.get("/metrics", token=free).body)

    def test_guessing_is_slow_and_locks_out_nobody_who_was_here(self):
        token = create(self, "--scope", "ask")
        other = create(self, "--scope", "ask")
        served = Served(self)
        self.assertEqual(served.get("/v1/status", token=token, source="127.0.0.9").status, 200)
        wrong = other[:-1] + ("0" if other[-1] != "0" else "1")
        statuses = [served.get("/v1/status", token=wrong, source="127.0.0.9").status for _ in range(10)]
        self.assertEqual(statuses, [401] * 10)
        refused = wait_until(lambda: (r := served.get("/v1/status", token=wrong, source="127.0.0.9")).status == 429 and r, "429")
        self.assertGreaterEqual(int(refused.headers["retry-after"]), 1)
        self.assertEqual(served.get("/v1/status", token=token, source="127.0.0.9").status, 200)
        self.assertEqual(served.get("/v1/status", token=other, source="127.0.0.8").status, 200)


class Writers(TenureTest):
    def test_what_the_door_verified_stands_beside_what_the_event_claims(self):
        hr = create(self, "--plane", "identity", "--source", "hr.example", "--name", "hr-connector")
        served = Served(self)
        answer = served.append(registered("e1", authtype="user", authid="user:mallory"), token=hr)
        self.assertEqual(answer.status, 202, answer.body)
        served.append(registered("e2", who="user:bob"), token=hr)
        served.stop()
        rows = self.question("events")["results"]
        self.assertEqual([(r["event"]["authid"] if "authid" in r["event"] else None, r["verified_writer"]) for r in rows],
                         [("user:mallory", "hr-connector"), (None, "hr-connector")])
        show = self.question("show", "user:alice")["evidence"][0]
        self.assertEqual((show["claimed_actor"], show["verified_writer"]), ("user:mallory", "hr-connector"))

    def test_an_event_appended_again_by_another_keeps_its_first_writer(self):
        first = create(self, "--plane", "identity", "--source", "hr.example", "--name", "first")
        second = create(self, "--plane", "identity", "--source", "hr.example", "--name", "second")
        served = Served(self)
        for token in (first, second):
            self.assertEqual(served.append(registered("e1"), token=token).status, 202)
        served.stop()
        self.assertEqual([r["verified_writer"] for r in self.question("events")["results"]], ["first"])

    def test_who_may_not_append_an_event_is_not_told_what_the_record_holds(self):
        hr = create(self, "--plane", "identity", "--source", "hr.example")
        iam = create(self, "--plane", "access", "--plane", "identity", "--source", "iam.example")
        asker = create(self, "--scope", "ask")
        served = Served(self)
        self.assertEqual(served.append(registered("e1"), token=hr).status, 202)
        conflict = registered("e1", who="user:other")
        self.assertEqual(served.append(conflict, token=hr).status, 409)
        for token, known in ((iam, conflict), (iam, registered("e1")), (asker, conflict)):
            refused = served.append(known, token=token)
            self.assertEqual(refused.status, 403, refused.body)
            self.assertNotIn("already in", refused.body)
        retraction = event("r1", "event.retracted", {"target": {"source": "hr.example", "id": "e1"}, "key": "user:alice", "reason": "test"},
                           source="iam.example")
        self.assertNotIn("e1", served.append(retraction, token=asker).body)

    def test_in_part_what_is_allowed_goes_in(self):
        hr = create(self, "--plane", "identity", "--source", "hr.example")
        served = Served(self)
        events = [registered("e1"), registered("e2", source="iam.example")]
        self.assertEqual(served.append(*events, token=hr).status, 403)
        answer = served.append(*events, token=hr, path="/v1/events?partial=true")
        self.assertEqual(answer.status, 202)
        self.assertEqual((answer.json()["appended"], answer.json()["refused"]), (1, 1))


class Secrets(TenureTest):
    def test_no_secret_is_in_anything_that_is_kept_or_said(self):
        tokens = [create(self, "--scope", "ask", "--scope", "events", "--scope", "operate", "--name", "all"),
                  create(self, "--plane", "identity", "--source", "hr.example")]
        served = Served(self)
        said = []
        for token in tokens:
            wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
            for sent in (token, wrong):
                said += [served.get("/v1/check?subject=user:a&action=b&resource=c:d", token=sent).body,
                         served.append(registered("e1"), token=sent).body]
                # Put where it has no place, it is kept out of what is kept.
                served.get(f"/v1/check?subject={sent}&token={sent}", token=token)
                served.get(f"/v1/identities/{sent}", token=token)
        said.append(served.get("/metrics", token=tokens[0]).body)
        self.ok("token", "revoke", "all")
        said.append(wait_until(lambda: (r := served.get("/v1/status", token=tokens[0])).status == 401 and r, "401").body)
        served.stop()
        said += [served.output(), self.ok("token", "list", "--json").out, self.ok("audit", "--json").out]
        kept = [p.read_bytes() for p in self.data.rglob("*") if p.is_file()]
        self.assertTrue(any(b"[masked]" in k for k in kept), "the audit saw them")
        for token in tokens:
            secret = token.split("_")[2][:-1]
            self.assertFalse(any(secret.encode() in k for k in kept))
            self.assertFalse(any(secret in s for s in said))


def expire(data, id):
    """As if the token's time were over: its end is set into the past."""
    path = data / "tokens.json"
    kept = json.loads(path.read_text())
    for token in kept["tokens"]:
        if token["id"] == id:
            token["expires"] = "2020-01-01T00:00:00Z"
    replace(path, json.dumps(kept))


def replace(path, text):
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    os.chmod(draft, 0o600)
    os.rename(draft, path)


if __name__ == "__main__":
    main()
