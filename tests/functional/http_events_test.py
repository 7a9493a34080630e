"""/v1/events: what goes in, in each form, what is refused and how, and the record as it streams out."""
import http.client
import json
import shutil
import threading

from harness import event, main
from server import ServedTest

STRUCTURED, BATCH, LINES = "application/cloudevents+json", "application/cloudevents-batch+json", "application/x-ndjson"


def registered(id, who):
    return json.loads(event(id, "identity.registered", {"identity": who}))


class Appending(ServedTest):
    def post(self, served, body, content_type, path="/v1/events", **headers):
        return served.request("POST", path, body if isinstance(body, (str, bytes)) else json.dumps(body), {"Content-Type": content_type, **headers})

    def test_each_form_is_taken(self):
        served = self.serve()
        one = self.post(served, json.dumps(registered("a", "user:a"), indent=2), STRUCTURED)
        self.assertEqual((one.status, one.json()["appended"]), (202, 1), one.body)
        self.assertEqual(self.post(served, [registered("b", "user:b"), registered("c", "user:c")], BATCH).json()["appended"], 2)
        lines = "\n".join(json.dumps(registered(n, f"user:{n}")) for n in "de") + "\n"
        self.assertEqual(self.post(served, lines, LINES).json()["appended"], 2)
        binary = registered("f", "user:f")
        attributes = {f"ce-{name}": value for name, value in binary.items() if name not in ("data", "datacontenttype")}
        self.assertEqual(self.post(served, binary["data"], "application/json", **attributes).status, 202)
        known = served.get("/v1/identities?limit=10").json()["results"]
        self.assertEqual([row["ref"] for row in known], [f"user:{n}" for n in "abcdef"])
        self.assertEqual(len(served.get("/v1/events").body.splitlines()), 6)

    def test_the_token_repeats_and_is_waited_for(self):
        served = self.serve()
        token = self.post(served, registered("a", "user:a"), STRUCTURED).json()["position"]
        self.assertEqual(served.get(f"/v1/identities/user%3Aa?at_least={token}&wait=2s").json()["results"][0]["status"], "active")
        self.post(served, registered("b", "user:b"), STRUCTURED)
        self.assertEqual(len(served.get(f"/v1/identities?as_known_at={token}").json()["results"]), 1)

    def test_all_or_nothing_unless_each_on_its_own(self):
        served = self.serve()
        bad = {**registered("x", "user:x"), "type": "tenure.nothing.v1"}
        refused = self.post(served, [registered("a", "user:a"), bad, {"id": 1}], BATCH)
        self.assertEqual((refused.status, refused.content_type), (422, "application/problem+json"))
        self.assertEqual([v["line"] for v in refused.json()["violations"]], [2, 3])
        self.assertEqual(served.get("/v1/status").json()["results"][0]["events"], 0)
        partly = self.post(served, [registered("a", "user:a"), bad], BATCH, "/v1/events?partial=true")
        self.assertEqual((partly.status, partly.json()["appended"], partly.json()["refused"]), (202, 1, 1))
        self.assertEqual([e["state"] for e in partly.json()["events"]], ["appended", "refused"])

    def test_a_duplicate_is_none_twice_and_other_content_is_a_conflict(self):
        served = self.serve()
        self.post(served, registered("a", "user:a"), STRUCTURED)
        again = self.post(served, registered("a", "user:a"), STRUCTURED)
        self.assertEqual((again.status, again.json()["duplicates"]), (202, 1))
        other = self.post(served, registered("a", "user:other"), STRUCTURED)
        self.assertEqual((other.status, other.json()["code"]), (409, "event_conflict"))

    def test_what_is_no_event_is_refused_by_what_it_is(self):
        served = self.serve()
        for body, content_type, status, code in (("{}", "text/plain", 415, "media_type_unsupported"), ("{", STRUCTURED, 422, None),
                                                 ("{}", BATCH, 422, "batch_malformed"), ("nonsense\n", LINES, 422, None),
                                                 (b"\xff\xfe", STRUCTURED, 422, None)):
            answer = self.post(served, body, content_type)
            self.assertEqual(answer.status, status, answer.body)
            if code:
                self.assertEqual(answer.json()["code"], code)
        self.assertEqual(served.request("POST", "/v1/events", "{}").status, 415)
        self.assertEqual(served.get("/v1/status").json()["results"][0]["events"], 0)

    def test_a_dead_letters_resolution_must_name_one(self):
        served = self.serve()
        body = {"topic": "tenure.access", "partition": 0, "offset": 7, "resolution": "void", "reason": "test"}
        answer = served.post("/v1/dead-letters/resolve", body)
        self.assertEqual((answer.status, answer.json()["code"]), (404, "dead_letter_unknown"))
        self.assertEqual(served.post("/v1/dead-letters/resolve", {**body, "resolution": "perhaps"}).status, 422)


class Streaming(ServedTest):
    def listen(self, served, last=None, parameters=""):
        """Server-sent events as (id, event) as they come."""
        connection = http.client.HTTPConnection(served.host, served.port, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/events" + parameters,
                           headers={"Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})})
        response = connection.getresponse()
        self.assertEqual(response.headers["Content-Type"], "text/event-stream")

        def events():
            id = None
            while line := response.readline():
                if line.startswith(b"id: "):
                    id = line[4:].strip().decode()
                elif line.startswith(b"data: "):
                    yield id, json.loads(line[6:])["event"]["id"]
        return connection, events()

    def test_a_place_that_the_record_has_not_reached_is_no_place_to_go_on_from(self):
        ahead = self.dir / "ahead"  # the same log, one event further: what is left of one that was restored from a backup
        self.ok("append", "-", stdin=event("e0", "identity.registered", {"identity": "user:a"}))
        shutil.copytree(self.data, ahead)
        lost = self.question("append", "-", stdin=event("e1", "identity.registered", {"identity": "user:b"}), data=ahead)["position"]
        served = self.serve()
        for path, fields in (("/v1/events", {"Last-Event-ID": lost, "Accept": "text/event-stream"}), (f"/v1/events?after={lost}", {})):
            answer = served.request("GET", path, None, fields)
            self.assertEqual((answer.status, answer.json()["code"]), (503, "position_not_projected"))

    def test_a_listener_that_is_cut_off_goes_on_without_loss_or_double(self):
        served = self.serve()
        def append(first, count):
            for n in range(first, first + count):
                sent = served.request("POST", "/v1/events", json.dumps(registered(f"e{n}", f"user:u{n}")), {"Content-Type": STRUCTURED})
                self.assertEqual(sent.status, 202)
        append(0, 10)
        seen, last = [], None
        writer = threading.Thread(target=append, args=(10, 40))
        writer.start()
        while len(seen) < 50:
            connection, events = self.listen(served, last)
            for _ in range(7):
                if len(seen) == 50:
                    break
                last, id = next(events)
                seen.append(id)
            connection.sock.close() if connection.sock else None
            connection.close()
        writer.join()
        self.assertEqual(seen, [f"e{n}" for n in range(50)])

    def test_lines_end_and_follow_goes_on(self):
        served = self.serve()
        for n in "ab":
            served.request("POST", "/v1/events", json.dumps(registered(n, f"user:{n}")), {"Content-Type": STRUCTURED})
        self.assertEqual([json.loads(line)["event"]["id"] for line in served.get("/v1/events").body.splitlines()], ["a", "b"])
        connection = http.client.HTTPConnection(served.host, served.port, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/events?follow=true&type=identity.registered")
        response = connection.getresponse()
        self.assertEqual([json.loads(response.readline())["event"]["id"] for _ in "ab"], ["a", "b"])
        served.request("POST", "/v1/events", json.dumps(registered("c", "user:c")), {"Content-Type": STRUCTURED})
        self.assertEqual(json.loads(response.readline())["event"]["id"], "c")

    def test_what_cannot_be_streamed_is_said(self):
        served = self.serve()
        self.assertEqual(served.get("/v1/events", Accept="image/png").status, 406)
        self.assertEqual(served.get("/v1/events?type=nothing").json()["code"], "event_type_unknown")
        self.assertEqual(served.get("/v1/events?after=x").json()["field"], "after")

    def test_it_ends_while_somebody_listens(self):
        served = self.serve()
        served.request("POST", "/v1/events", json.dumps(registered("a", "user:a")), {"Content-Type": STRUCTURED})
        _, events = self.listen(served)
        next(events)
        self.assertEqual(served.stop(), 0)


if __name__ == "__main__":
    main()
