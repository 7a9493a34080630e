"""What `tenure serve` writes to standard error: a line for each request and each thing that happens, no secret, and nobody waits for it."""
import http.client
import json
import os
import re
import socket
import threading

from harness import DATA, event, main
from server import ServedTest, ask

SECRET = "aGVyZS1pcy1hLXNlY3JldA"
ONE = event("1", "identity.registered", {"identity": "user:a"})


class ServiceLog(ServedTest):
    def lines(self, served, want=None):
        """Its JSON lines; with `want` after it ended, those of that event."""
        lines = [json.loads(line) for line in served.said().splitlines()]
        return [line for line in lines if want is None or line["event"] == want]

    def test_every_request_is_a_line_that_tells_what_became_of_it(self):
        self.append("office.ndjson")
        served = self.serve("--log-format", "json")
        answer = served.get("/v1/identities/user%3Aalice?as_of=2026-02-20", **{"X-Request-ID": "req-7/a"})
        self.assertEqual((answer.status, answer.headers["x-request-id"]), (200, "req-7/a"))
        made = served.get("/v1/nothing").headers["x-request-id"]
        served.post("/v1/events", ONE, {"Content-Type": "application/x-ndjson"})
        served.request("HEAD", "/v1/status")
        self.assertEqual(served.stop(), 0)
        lines = self.lines(served, "request")
        self.assertEqual([(l["method"], l["path"], l["route"], l["status"], l["level"]) for l in lines], [
            ("GET", "/v1/identities/user%3Aalice", "/v1/identities/{ref}", 200, "info"),
            ("GET", "/v1/nothing", None, 404, "info"),
            ("POST", "/v1/events", "/v1/events", 202, "info"),
            ("HEAD", "/v1/status", "/v1/status", 200, "info")])
        self.assertEqual([l["request_id"] for l in lines[:2]], ["req-7/a", made])
        self.assertEqual([l["bytes"] for l in lines[::3]], [len(answer.body), 0])
        for line in lines:
            self.assertEqual((line["remote"], line["caller"], line["whole"]), ("127.0.0.1", None, True))
            self.assertGreater(line["duration_ms"], 0)
            self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT.*Z$")

    def test_start_and_end_are_lines(self):
        served = self.serve("--log-format", "json")
        self.assertEqual(served.stop(), 0)
        self.assertEqual([l["event"] for l in self.lines(served)], ["starting", "serving", "ending", "ended"])
        self.assertEqual(self.lines(served)[1]["port"], str(served.port))

    def test_a_request_id_that_is_no_plain_word_is_replaced(self):
        served = self.serve("--log-format", "json")
        for sent in ("", "a b", "x" * 129, "caf\xe9"):
            made = served.get("/v1/status", **{"X-Request-ID": sent}).headers["x-request-id"]
            self.assertRegex(made, "^[0-9a-f]{32}$")
        served.stop()
        ids = [l["request_id"] for l in self.lines(served, "request")]
        self.assertEqual(len(set(ids)), 4)

    def test_no_secret_is_written(self):
        for form in ("text", "json"):
            served = self.serve("--log-format", form, "--log-level", "debug")
            headers = {"Authorization": f"Bearer {SECRET}", "Cookie": SECRET, "X-Api-Key": SECRET}
            served.get(f"/v1/check?subject={SECRET}&token={SECRET}", **headers)
            served.get(f"/v1/status?{SECRET}", **headers)
            served.post("/v1/events", f'{{"password":"{SECRET}"}}', {**headers, "Content-Type": "application/cloudevents+json"})
            for raw in (f"GET http://user:{SECRET}@host/v1/status HTTP/1.1\r\nHost: x\r\n\r\n", f"GET {SECRET}\r\n\r\n"):
                with socket.create_connection((served.host, served.port)) as s:
                    s.sendall(raw.encode())
                    s.shutdown(socket.SHUT_WR)
                    while s.recv(4096):
                        pass
            served.stop()
            self.assertEqual(sum(" request " in line or '"request"' in line for line in served.said().splitlines()), 5, served.said())
            self.assertNotIn(SECRET, served.said())

    def test_a_request_that_cannot_be_read_is_a_line_too(self):
        served = self.serve("--log-format", "json")
        with socket.create_connection((served.host, served.port)) as s:
            s.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
            answer = s.recv(65536).decode()
        served.stop()
        [line] = self.lines(served, "request")
        self.assertEqual((line["method"], line["path"], line["status"]), (None, None, 400))
        self.assertIn(f"X-Request-ID: {line['request_id']}", answer)

    def test_a_stream_is_a_line_when_it_ended(self):
        self.append("office.ndjson")
        served = self.serve("--log-format", "json")
        body = served.get("/v1/events").body
        connection = http.client.HTTPConnection(served.host, served.port, timeout=60)
        connection.request("GET", "/v1/events", headers={"Accept": "text/event-stream"})
        response = connection.getresponse()
        response.read(10)
        served.stop()
        whole = response.read()
        self.assertTrue(whole.endswith(b"\n\n"), whole[-50:])
        lines = self.lines(served, "request")
        self.assertEqual([(l["bytes"], l["whole"]) for l in lines], [(len(body), True), (10 + len(whole), True)])

    def test_levels_say_what_is_worth_waking_for(self):
        quiet = self.serve("--log-format", "json")
        for path in ("/livez", "/readyz", "/metrics"):
            self.assertEqual(quiet.get(path).status, 200)
        quiet.stop()
        self.assertEqual(self.lines(quiet, "request"), [])
        all_ = self.serve("--log-format", "json", "--log-level", "debug")
        all_.get("/livez")
        all_.get("/v1/status")
        all_.stop()
        self.assertEqual([l["level"] for l in self.lines(all_, "request")], ["debug", "info"])
        none = self.serve("--log-level", "off")
        none.get("/v1/nothing")
        none.stop()
        self.assertEqual(none.said(), "")

    def test_text_is_for_people(self):
        served = self.serve()
        served.get("/v1/status", **{"X-Request-ID": "abc"})
        served.stop()
        self.assertRegex(served.said(), r"Z info    request GET /v1/status 200 [\d.]+ms \d+B id=abc from=127\.0\.0\.1\n")

    def test_what_is_not_a_format_or_a_level_is_refused(self):
        self.fails(2, "usage", "serve", "--log-format", "xml")
        self.fails(2, "usage", "serve", "--log-level", "loud")


class StuckLog(ServedTest):
    REQUESTS = 12_000

    def ask_many(self, served):
        """Pipelined, so that only the service's own pace counts."""
        with socket.create_connection((served.host, served.port), timeout=60) as s:
            def send():
                for _ in range(self.REQUESTS):
                    s.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")

            sender = threading.Thread(target=send)
            sender.start()
            seen, last = 0, b""
            while seen < self.REQUESTS:
                got = s.recv(1 << 16)
                self.assertTrue(got, f"{seen} answers")
                seen += (last + got).count(b"alive\n")
                last = (last + got)[-5:]
            sender.join()

    def dropped(self, served):
        return int(float(re.search(rb"^tenure_log_lines_dropped_total ([\d.e+]+)$", served.get("/metrics").body, re.M)[1]))

    def test_answers_do_not_wait_for_a_standard_error_that_takes_nothing(self):
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        served = self.serve("--log-level", "debug", errors=writing)
        os.close(writing)
        self.assertEqual(self.dropped(served), 0)
        self.ask_many(served)
        self.assertGreater(self.dropped(served), 0, "the queue never was full, so nothing was shown")
        self.assertEqual(served.stop(), 0)

    def test_a_standard_error_that_nobody_reads_any_more_is_no_trouble(self):
        reading, writing = os.pipe()
        served = self.serve("--log-level", "debug", errors=writing)
        os.close(writing)
        os.close(reading)
        for _ in range(20):
            self.assertEqual(served.get("/livez").status, 200)
        self.assertEqual(served.stop(), 0)


if __name__ == "__main__":
    main()
