"""Clients of every kind at once, each doing a fixed number of things, over three lives of one service that is ended under them.

What was acknowledged is in the record, once; followers have seen each event once; the service ended in good order each time, which it
doesn't where the thread sanitizer found a race.
"""
import http.client
import json
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional"))

from access_test import create  # noqa: E402
from attack import Wire, request  # noqa: E402
from harness import TenureTest, event, main  # noqa: E402
from served import Served, wait_until  # noqa: E402

LIVES, ROUNDS = 3, 12
GONE = (OSError, http.client.HTTPException)
ASKED = ("/v1/check?subject=user:alice&action=read&resource=bucket:prod", "/v1/identities?limit=20", "/v1/identities/user%3Aalice",
         "/v1/identities/user%3Aalice/authority?on_paper", "/v1/authority?action=*&resource=*", "/v1/timeline?ref=user:alice", "/v1/status",
         "/v1/diff?from=2026-01-01&to=2026-02-01", "/v1/dead-letters", "/v1/audit?limit=5", "/metrics", "/readyz", "/openapi.yaml",
         "/v1/identities?as_of=2026-01-10T00:00:00Z&as_known_at=now-1h")
EVALUATIONS = json.dumps({"subject": {"type": "user", "id": "alice"}, "action": {"name": "read"},
                          "evaluations": [{"resource": {"type": "bucket", "id": f"b{i}"}} for i in range(50)]})
JSON = {"Content-Type": "application/json"}


class Many(TenureTest):
    def setUp(self):
        super().setUp()
        self.append("three.ndjson")
        self.token = create(self, "--name", "all", *(w for s in ("ask", "history", "events", "govern", "operate") for w in ("--scope", s)),
                            "--plane", "identity", "--source", "test/office")
        self.acknowledged, self.followed, self.wrong = set(), {}, []
        self.statuses = {}
        self.lock = threading.Lock()

    def note(self, status, what):
        with self.lock:
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status >= 500 and status != 503:
                self.wrong.append(f"{what}: {status}")

    def asks(self, number):
        for turn in range(ROUNDS):
            for path in ASKED[number % 2::2]:
                self.note(self.served.get(path, token=self.token).status, path)
            self.note(self.served.request("POST", "/access/v1/evaluations", EVALUATIONS, self.token, JSON).status, "evaluations")
            if turn % 6 == 5:
                self.note(self.served.request("POST", "/v1/verify", token=self.token).status, "verify")

    def appends(self, number):
        for turn in range(ROUNDS):
            ids = [f"{self.life}-{number}-{turn}-{i}" for i in range(5)]
            answer = self.served.append(*(event(id, "identity.registered", {"identity": f"user:u{id}"}) for id in ids), token=self.token)
            self.note(answer.status, "append")
            if answer.status == 202:
                with self.lock:
                    self.acknowledged.update(ids)
                known = self.served.get(f"/v1/identities?limit=1&at_least={answer.json()['position']}&wait=10s", token=self.token)
                self.note(known.status, "at_least")

    def follows(self, number):
        """Until the service ends; then, in its next life, behind what it has seen."""
        seen, last = self.followed.setdefault(number, ([], [None]))
        more = [f"Last-Event-ID: {last[0]}"] if last[0] else []
        with Wire(self.served.port) as wire:
            wire.send(request("GET", "/v1/events", "Accept: text/event-stream", f"Authorization: Bearer {self.token}", *more))
            self.following.release()
            while wire.read_some():
                pass
        # Of the chunks only whole events count: an id, and the data behind it.
        for one in unchunked(wire.seen).split(b"\n\n")[:-1]:
            fields = dict(line.split(b": ", 1) for line in one.split(b"\n") if b": " in line and not line.startswith(b":"))
            if b"data" in fields:
                seen.append(json.loads(fields[b"data"])["event"]["id"])
            if b"id" in fields:
                last[0] = fields[b"id"].decode()

    def leaves(self, number):
        for turn in range(ROUNDS * 4):
            wire = Wire(self.served.port)
            wire.send(request("GET", ASKED[turn % len(ASKED)], f"Authorization: Bearer {self.token}"))
            wire.reset()

    def governs(self, number):
        """Tokens come and go beside the service, in processes of their own."""
        for turn in range(3):
            name = f"t{self.life}{turn}"
            token = create(self, "--name", name, "--scope", "ask")
            wait_until(lambda: self.served.get("/v1/status", token=token, source="127.0.0.9").status == 200, "the new token")
            self.ok("token", "revoke", name)
            wait_until(lambda: self.served.get("/v1/status", token=token, source="127.0.0.9").status == 401, "its end")

    def run_all(self, kinds):
        def guarded(kind, number):
            try:
                kind(number)
            except GONE as error:
                if not self.ending:
                    self.wrong.append(f"{kind.__name__}: {error!r}")
            except Exception as error:  # pylint: disable=broad-except
                self.wrong.append(f"{kind.__name__}: {error!r}")
        threads = [threading.Thread(target=guarded, args=(kind, number)) for number, kind in enumerate(kinds)]
        for thread in threads:
            thread.start()
        return threads

    def test_nothing_is_lost_doubled_or_raced_for(self):
        for self.life in range(LIVES):
            self.ending, self.following = False, threading.Semaphore(0)
            self.served = Served(self, "--threads", "4")
            followers = self.run_all([self.follows] * 2)
            for _ in followers:
                self.following.acquire()
            busy = self.run_all([self.asks, self.asks, self.appends, self.appends, self.leaves, self.asks, self.governs])
            if self.life == LIVES - 1:
                for thread in busy:
                    thread.join()
                wait_until(lambda: self.served.get("/v1/status", token=self.token).status == 200, "an answer")
            else:
                done = len(self.acknowledged)
                wait_until(lambda: len(self.acknowledged) >= done + 20 or not any(t.is_alive() for t in busy), "some appends")
            self.ending = True
            code, said = self.served.stop(), self.served.output()
            self.assertNotIn("ThreadSanitizer", said)
            self.assertEqual(code, 0, said)
            for thread in busy + followers:
                thread.join()
        self.assertEqual(self.wrong, [])
        print(f"{self.statuses} answers by status, {len(self.acknowledged)} events acknowledged")
        recorded = [row["event"]["id"] for row in map(json.loads, self.ok("events", "--json", "--limit", "100000").out.splitlines())
                    for row in row["results"]]
        self.assertEqual(len(recorded), len(set(recorded)), "none twice")
        self.assertLessEqual(self.acknowledged, set(recorded), "none lost")
        self.assertGreater(len(self.acknowledged), 20 * LIVES)
        for seen, _ in self.followed.values():
            self.assertEqual(len(seen), len(set(seen)), "a follower saw one twice")
            self.assertEqual(seen, recorded[:len(seen)], "in the order of the record")
        self.assertTrue(self.question("verify")["results"][0]["equal"])


def unchunked(seen):
    body, out = seen.partition(b"\r\n\r\n")[2], b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        if not size or len(rest) < int(size, 16) or int(size, 16) == 0:
            break
        out += rest[:int(size, 16)]
        body = rest[int(size, 16) + 2:]
    return out


if __name__ == "__main__":
    main()
