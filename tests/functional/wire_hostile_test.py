"""Servers that answer what tenure never would: each ends in a named error, in bounded time, whatever they send."""
import json
import os
import signal
import socket
import ssl
import subprocess
import threading

from harness import BINARY, TenureTest, event, main
from served import Served, wait_until
from tls_test import Certificates

SECRET = "tenure_0123456789ab_" + "5ec7e7" * 10 + "abcd"
PATIENCE_SECONDS = 60


class Impostor:
    """Listens, and gives each connection to `talk(connection, request)`, `request` being what was read of its head."""

    def __init__(self, test, talk, context=None):
        self.talk, self.context, self.requests = talk, context, []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        test.addCleanup(self.close)

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            with connection:
                connection.settimeout(PATIENCE_SECONDS)
                if not self.context:
                    return self.answer(connection)
                with self.context.wrap_socket(connection, server_side=True) as secured:
                    self.answer(secured)
        except OSError:  # the client has left, as it should
            pass

    def answer(self, connection):
        request = b""
        while b"\r\n\r\n" not in request:
            more = connection.recv(65536)
            if not more:
                return
            request += more
        self.requests.append(request)
        self.talk(connection, request)

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(timeout=10)


def says(text):
    return lambda connection, request: connection.sendall(text if isinstance(text, bytes) else text.encode())


def answer(body, status="200 OK", type="application/json", **fields):
    body = body if isinstance(body, bytes) else body.encode()
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body


def problem(code, status, **more):
    return json.dumps({"type": "urn:tenure:problem:" + code, "title": "x", "status": status, "code": code, "detail": "because", **more})


class HostileTest(TenureTest):
    def against(self, talk, *args, code=4, word=None, token=None, **kw):
        impostor = Impostor(self, talk)
        env = {"TENURE_TOKEN": token} if token else {}
        ran = self.tenure(*(args or ("identities",)), "--server", impostor.url, env=env, **kw)
        self.assertTrue(impostor.requests, "it was never asked")
        self.assertEqual(ran.code, code, ran.out + ran.err)
        if word:
            self.assertIn(f"tenure: {word}: ", ran.err)
            self.assertEqual(ran.out, "")
        return ran


class WhatItSays(HostileTest):
    def test_what_is_no_answer(self):
        whole = self.whole()
        for name, said, word in (
                ("garbage", b"\x00\xff\x13garbage\r\n\r\n", "server_answer_malformed"),
                ("another protocol", b"SSH-2.0-OpenSSH_9.2\r\n", "server_answer_malformed"),
                ("nothing", b"", "server_answer_cut"),
                ("half a head", b"HTTP/1.1 200 OK\r\nContent-Le", "server_answer_cut"),
                ("half a body", answer(whole)[:-40], "server_answer_cut"),
                ("half a chunk", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{", "server_answer_cut"),
                ("a chunk of no size", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{", "server_answer_malformed"),
                ("no JSON", answer("hello"), "server_answer_malformed"),
                ("half JSON", answer(whole[:-10]), "server_answer_malformed"),
                ("another JSON", answer("[]"), "server_answer_malformed"),
                ("an empty object", answer("{}"), "server_answer_malformed"),
                ("another question's", answer(whole.replace('"question":"identities"', '"question":"who"')), "server_answer_malformed"),
                ("another type", answer(whole, type="text/html"), "server_answer_malformed"),
                ("no type", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "server_answer_malformed"),
                ("not UTF-8", answer(whole.encode().replace(b"user:alice", b"user:\xff\xfe")), "server_answer_malformed"),
                ("an error page", answer("<html>oops</html>", "500 Internal Server Error", "text/html"), "server_answer_malformed"),
                ("a proxy's page", answer("<html/>", "502 Bad Gateway", "text/html"), "server_unavailable"),
                ("a problem of another", answer('{"type":"about:blank"}', "400 Bad Request", "application/problem+json"), "server_answer_malformed"),
                ("a problem that is none", answer("[1]", "400 Bad Request", "application/problem+json"), "server_answer_malformed"),
                ("too large a head", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", "server_answer_too_large"),
                ("a body said to be endless", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{",
                 "server_answer_too_large"),
                ("no content", b"HTTP/1.1 204 No Content\r\n\r\n", "server_answer_malformed")):
            with self.subTest(name):
                self.against(says(said), word=word)

    def whole(self):
        self.append("three.ndjson")
        return self.ok("identities", "--json").out.rstrip("\n")

    def test_the_same_answer_untouched_is_taken(self):
        whole = self.whole()
        self.assertEqual(self.against(says(answer(whole)), "identities", "--json", code=0).out, whole + "\n")
        over_lines = json.dumps(json.loads(whole), indent=1)
        self.assertEqual(self.against(says(answer(over_lines)), "identities", "--json", code=0).out, whole + "\n")
        until_the_end = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + whole.encode()
        self.assertEqual(self.against(says(until_the_end), "identities", "--json", code=0).out, whole + "\n")

    def test_a_redirect_is_not_followed_and_carries_the_token_nowhere(self):
        other = Impostor(self, says(answer("{}")))
        for status in ("301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"):
            ran = self.against(says(answer("", status, Location=other.url + "/v1/identities")), word="server_redirects", token=SECRET)
            self.assertIn(other.url, ran.err)
        self.assertEqual(other.requests, [])

    def test_a_body_without_end_is_left(self):
        def talk(connection, request):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
            chunk = b'{"question":"identities"' + b" " * (1 << 20)
            while True:
                connection.sendall(chunk)
        self.against(talk, word="server_answer_too_large")

    def test_silence_ends_when_the_time_is_over(self):
        let_go = threading.Event()
        self.addCleanup(let_go.set)
        silent = lambda connection, request: let_go.wait(PATIENCE_SECONDS)
        ran = self.against(silent, "identities", "--timeout", "1", word="server_timeout")
        self.assertIn("within 1 s", ran.err)

        def drop_by_drop(connection, request):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
            while not let_go.wait(0.05):
                connection.sendall(b" ")
        self.against(drop_by_drop, "identities", "--timeout", "1", word="server_timeout")

    def test_problems_mean_what_they_mean_beside_the_record(self):
        for status, code, exit, more, hint in (
                ("400 Bad Request", "reference_malformed", 2, {"hint": "write type:id"}, "write type:id"),
                ("401 Unauthorized", "not_authenticated", 2, {}, "TENURE_TOKEN"),
                ("403 Forbidden", "not_authorised", 2, {"hint": "ask for the scope"}, "ask for the scope"),
                ("404 Not Found", "dead_letter_unknown", 2, {}, ""),
                ("422 Unprocessable Entity", "event_time_malformed", 1, {}, ""),
                ("429 Too Many Requests", "too_many_requests", 4, {}, "try again in 7 s"),
                ("503 Service Unavailable", "position_not_projected", 4, {"hint": "ask again"}, "ask again"),
                ("503 Service Unavailable", "too_busy", 4, {}, "try again in 7 s"),
                ("500 Internal Server Error", "log_disk_full", 4, {}, "")):
            with self.subTest(code):
                body = problem(code, int(status[:3]), **more)
                ran = self.against(says(answer(body, status, "application/problem+json", Retry_After=7)), code=exit, word=code)
                self.assertIn("because", ran.err)
                self.assertIn(hint, ran.err)

    def test_what_drives_a_terminal_is_never_passed_on(self):
        whole = json.loads(self.whole())
        escape = "\x1b]0;gotcha\x07"
        for place in ("next", "position", "status", "reason"):
            spoilt = json.loads(json.dumps(whole))
            if place == "next":
                spoilt["next"] = escape
            elif place == "position":
                spoilt["as_known_at"]["position"] = escape
            elif place == "status":
                spoilt["results"][0]["status"] = escape
            else:
                spoilt["taints"] = [{"plane": "access", "key": None, "from": None, "until": None, "topic": "tenure.access", "partition": 0,
                                     "offset": 0, "reason": escape}]
            ran = self.against(says(answer(json.dumps(spoilt))), word="server_answer_malformed")
            self.assertNotIn("\x1b", ran.out + ran.err)
        named = json.loads(json.dumps(whole))
        named["results"][0]["ref"] = "user:" + escape
        ran = self.against(says(answer(json.dumps(named))), "identities", "--wide", code=0)
        self.assertNotIn("\x1b", ran.out)
        self.assertIn("gotcha", ran.out)
        told = self.against(says(answer(problem("x", 400, hint=escape), "400 Bad Request", "application/problem+json")), code=2)
        self.assertNotIn("\x1b", told.err)

    def test_indexes_and_numbers_lead_nowhere_else(self):
        self.append("three.ndjson")
        row = {"time": "2026-01-01T00:00:00Z", "recorded_at": "2026-01-01T00:00:00Z", "change": "x", "ref": "user:a", "state": "in_force"}
        whole = self.question("timeline", "user:alice")
        for evidence in ([99], [-1], [1 << 40], ["0"], [0.5], {}):
            spoilt = {**whole, "results": [{**row, "evidence": evidence}]}
            for form in ((), ("--csv",)):
                self.against(says(answer(json.dumps(spoilt))), "timeline", "user:alice", *form, word="server_answer_malformed")
        for behind in (-1, 1 << 62, 1 << 70, 10**13, "1", 1.5):
            spoilt = {**whole, "behind": {"records": 1, "seconds": behind, "unstable": 0}}
            self.against(says(answer(json.dumps(spoilt))), "timeline", "user:alice", word="server_answer_malformed")


class WhatItIsTold(HostileTest):
    def test_the_token_goes_in_its_field_and_is_never_repeated(self):
        echo = lambda connection, request: connection.sendall(
            answer(problem("not_authorised", 403, hint=request.decode(errors="replace")), "403 Forbidden", "application/problem+json"))
        seen = []
        ran = self.against(lambda c, r: (seen.append(r), echo(c, r)), word="server_repeats_token", token=SECRET)
        self.assertIn(b"Authorization: Bearer " + SECRET.encode(), seen[0])
        self.assertNotIn(SECRET, ran.out + ran.err)
        location = lambda connection, request: connection.sendall(answer("", "302 Found", Location="http://x/?token=" + SECRET))
        self.assertNotIn(SECRET, self.against(location, word="server_repeats_token", token=SECRET).err)
        stream = lambda connection, request: connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: " + json.dumps({"event": SECRET}).encode() + b"\n\n")
        self.assertNotIn(SECRET, self.against(stream, "events", "--follow", word="server_repeats_token", token=SECRET).err)

    def test_without_a_token_none_is_sent_and_an_option_is_no_place_for_one(self):
        seen = []
        self.against(lambda c, r: (seen.append(r), c.sendall(answer("{}"))), word="server_answer_malformed")
        self.assertNotIn(b"authorization", seen[0].lower())
        self.assertEqual(self.tenure("status", "--token", SECRET).code, 2)

    def test_nothing_is_sent_before_the_certificate_is_believed(self):
        made = Certificates(self.dir / "tls")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made.dir / "server.pem", made.dir / "server.key")
        impostor = Impostor(self, says(answer("{}")), context)
        self.fails(4, "server_tls", "identities", "--server", impostor.url, env={"TENURE_TOKEN": SECRET})
        self.assertEqual(impostor.requests, [])
        self.fails(4, "server_answer_malformed", "identities", "--server", impostor.url, "--server-ca", made.dir / "ca.pem",
                   env={"TENURE_TOKEN": SECRET})
        self.assertIn(SECRET.encode(), impostor.requests[0])


class Appends(HostileTest):
    LINE = event("a", "identity.registered", {"identity": "user:a"})

    def append(self, talk, word, code=4, stdin=None):
        return self.against(talk, "append", "-", word=word, code=code, stdin=stdin or self.LINE)

    def test_an_answer_that_never_came_leaves_the_outcome_open(self):
        for said in (b"", b"HTTP/1.1 202 Acc", answer("{}", "202 Accepted"), answer("no", "202 Accepted"), answer("<html/>", "504 Gateway Timeout", "text/html"),
                     answer('{"type":"about:blank"}', "504 Gateway Timeout", "application/problem+json"), answer("<html/>", type="text/html")):
            ran = self.append(says(said), "server_append_unknown")
            self.assertIn("append it again with the same ids", ran.err)

    def test_a_resolution_of_which_no_word_came_is_looked_for_first(self):
        resolve = ("dead-letters", "resolve", "tenure.access/0@1", "--void", "--reason", "x")
        for said in (b"", answer("{}", "202 Accepted"), answer("", "502 Bad Gateway", "text/html")):
            self.assertIn("tenure dead-letters shows", self.against(says(said), *resolve, word="server_append_unknown").err)
        known = answer(problem("dead_letter_unknown", 404), "404 Not Found", "application/problem+json")
        self.against(says(known), *resolve, word="dead_letter_unknown", code=2)

    def test_a_refusal_is_one_even_when_it_comes_early(self):
        refusal = answer(problem("body_too_large", 413), "413 Content Too Large", "application/problem+json")
        large = "".join(event(f"e{n}", "identity.registered", {"identity": f"user:e{n}", "attributes": {"a": "x" * 100_000}}) for n in range(300))
        self.append(says(refusal), "body_too_large", code=2, stdin=large)
        self.append(says(answer("", "302 Found", Location="http://x/")), "server_redirects")

    def test_the_batches_before_are_told(self):
        report = json.dumps({"position": "P1", "appended": 10_000, "duplicates": 0, "conflicts": 0, "refused": 0, "clock_behind": False, "events": [],
                             "batches": 1, "stopped": False, "fault": None})

        def talk(connection, request):
            self.first = not hasattr(self, "first")
            while not request.endswith(b"\n"):
                request += connection.recv(1 << 20)
            if self.first:
                connection.sendall(answer(report, "202 Accepted"))
        lines = "".join(event(f"e{n}", "identity.registered", {"identity": f"user:e{n}"}) for n in range(10_001))
        ran = self.against(talk, "append", "-", stdin=lines)
        self.assertEqual(ran.out, "appended 10,000, duplicates 0\nposition P1\n")
        self.assertIn("tenure: server_append_unknown: ", ran.err)


class Following(TenureTest):
    """`events --follow` over the wire, through whatever happens to its connection."""

    def follow(self, url, *options):
        self.errors = open(self.dir / "errors", "w+b")
        self.addCleanup(self.errors.close)
        process = subprocess.Popen([BINARY, "events", "--follow", "--json", *options, "--server", url], stdout=subprocess.PIPE, stderr=self.errors,
                                   env={**os.environ, "TERM": "dumb"})
        self.lines = []
        reader = threading.Thread(target=self.read, args=(process,), daemon=True)
        reader.start()
        self.addCleanup(process.stdout.close)
        self.addCleanup(reader.join, 10)
        self.addCleanup(process.wait, 60)
        self.addCleanup(process.kill)
        return process

    def read(self, process):
        for line in process.stdout:
            self.lines.append(line.decode())

    def said(self):
        self.errors.flush()
        return (self.dir / "errors").read_text()

    def ids(self):
        return [json.loads(line)["event"]["id"] for line in list(self.lines)]

    def test_a_server_that_ends_and_comes_again_costs_nothing(self):
        self.append("three.ndjson")
        served = Served(self)
        address = f"127.0.0.1:{served.port}"
        process = self.follow("http://" + address)
        wait_until(lambda: len(self.lines) == 3, "the record so far")
        for round in (1, 2):
            served.stop() if round == 1 else served.kill()
            wait_until(lambda: self.said().count("it is tried again") >= round, "word of the loss")
            self.ok("append", "-", stdin=event(f"away{round}", "identity.registered", {"identity": f"user:away{round}"}))
            served = Served(self, listen=address)
            there = event(f"back{round}", "identity.registered", {"identity": f"user:back{round}"})
            self.ok("append", "-", "--server", "http://" + address, stdin=there)
            wait_until(lambda: len(self.lines) >= 3 + 2 * round, "what came meanwhile")
        self.assertEqual(self.ids()[3:], ["away1", "back1", "away2", "back2"])
        self.assertEqual(len(set(self.ids())), len(self.ids()), "an event came twice")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 0)

    def test_what_it_prints_is_what_is_printed_beside_the_record(self):
        self.append("three.ndjson", "office.ndjson")
        served = Served(self)
        expected = {}
        for options in ((), ("--raw",), ("--json",)):
            for place in (("--data", str(self.data)), ("--server", f"http://127.0.0.1:{served.port}")):
                process = subprocess.Popen([BINARY, "events", "--follow", "--during", "2026-01-01/2026-01-05", *options, *place],
                                           stdout=subprocess.PIPE, env={**os.environ, "TERM": "dumb"})
                self.addCleanup(process.stdout.close)
                rows = self.question("events", "--during", "2026-01-01/2026-01-05")["results"]
                self.assertGreater(len(rows), 5)
                out = [process.stdout.readline() for _ in rows]
                process.send_signal(signal.SIGTERM)
                self.assertEqual(process.wait(60), 0)
                self.assertEqual(out, expected.setdefault(options, out))

    def test_the_first_connection_must_succeed(self):
        self.fails(4, "server_unreachable", "events", "--follow", "--server", "http://127.0.0.1:1")
        refused = says(answer(problem("not_authenticated", 401), "401 Unauthorized", "application/problem+json"))
        self.fails(2, "not_authenticated", "events", "--follow", "--server", Impostor(self, refused).url)

    def test_an_event_cut_in_two_is_asked_for_again(self):
        row = {"topic": "tenure.identity", "partition": 0, "recorded_at": "2026-01-01T00:00:00Z", "verified_writer": None, "state": "in_force"}
        rows = [json.dumps({"event": {"id": f"e{n}"}, **row, "offset": n}) for n in range(3)]
        asked_from = []

        def talk(connection, request):
            found = [line for line in request.decode().split("\r\n") if line.lower().startswith("last-event-id: ")]
            start = int(found[0].split("-")[-1]) + 1 if found else 0
            asked_from.append(start)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            for n, data in enumerate(rows[start:], start):
                text = f"id: at-{n}\nevent: event\ndata: {data}\n\n".encode()
                cut = n == start + 1
                connection.sendall(text[:-1] if cut else text)
                if cut:
                    return
            connection.sendall(b": alive\n\n")
        process = self.follow(Impostor(self, talk).url)
        wait_until(lambda: len(self.lines) >= 3, "all three")
        self.assertEqual(self.ids(), ["e0", "e1", "e2"])
        self.assertEqual(asked_from[:3], [0, 1, 2])
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0)

    def test_a_stream_that_is_none(self):
        for said, word in ((b"data: {}\n\n", "server_answer_malformed"), (b"data: no\n\n", "server_answer_malformed")):
            talk = says(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + said)
            self.fails(4, word, "events", "--follow", "--server", Impostor(self, talk).url)


if __name__ == "__main__":
    main()
