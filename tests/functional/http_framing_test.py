"""Requests that two readers could understand differently, or nobody: one answer, then the end of the connection."""
import gzip
import json
import ssl

from attack import CHECK, Attack, Wire, request
from harness import TenureTest, event, main
from tls_test import Certificates

HIDDEN = request("GET", "/livez", "X-Request-ID: hidden")
NDJSON = "Content-Type: application/x-ndjson"


def post(*fields, body=HIDDEN, version="1.1"):
    """With no length but what `fields` say."""
    return ("\r\n".join([f"POST /v1/events HTTP/{version}", "Host: localhost", NDJSON, *fields]) + "\r\n\r\n").encode("latin-1") + body


def chunks(*parts):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


class Smuggling(Attack, TenureTest):
    def test_a_body_whose_length_is_in_doubt_is_no_request(self):
        self.attacked()
        length = f"Content-Length: {len(HIDDEN)}"
        chunked = "Transfer-Encoding: chunked"
        body = chunks(HIDDEN) + HIDDEN
        for name, fields in {
                "a length, then chunks": (length, chunked), "chunks, then a length": (chunked, length),
                "two lengths": (length, "Content-Length: 0"), "the same length twice": (length, length),
                "a list of lengths": (f"Content-Length: {len(HIDDEN)}, 0",),
                "a list of the same length": (f"Content-Length: {len(HIDDEN)}, {len(HIDDEN)}",),
                "a signed length": (f"Content-Length: +{len(HIDDEN)}",), "a negative length": ("Content-Length: -1",),
                "a spaced length": ("Content-Length: 1 0",), "an empty length": ("Content-Length:",),
                "a hexadecimal length": ("Content-Length: 0x10",), "a broken length": ("Content-Length: 5.0",),
                "a length beyond 64 bits": ("Content-Length: 99999999999999999999",),
                "chunked twice": (chunked, chunked), "chunked in a list twice": ("Transfer-Encoding: chunked, chunked",),
                "a space before the colon": ("Transfer-Encoding : chunked",), "a tab before the colon": ("Content-Length\t: 5",),
                "a control before the value": ("Transfer-Encoding: \x0bchunked",), "a NUL in the value": ("Transfer-Encoding: chunked\0",),
                "a quoted coding": ('Transfer-Encoding: "chunked"', length),
                "a carriage return alone": ("X: y\rTransfer-Encoding: chunked", length)}.items():
            self.assert_refused(name, post(*fields, body=body), (400, 501))
        for name, coding in {"a coding that isn't known": "xchunked", "nothing but identity": "identity", "compression": "gzip",
                             "compression, then chunks": "gzip, chunked", "chunks, then something": "chunked, identity",
                             "an empty coding": "", "chunks with a parameter": "chunked;q=1"}.items():
            self.assert_refused(name, post(f"Transfer-Encoding: {coding}", body=body), (400, 501))
            self.assert_refused(name + ", and a length", post(f"Transfer-Encoding: {coding}", length, body=body), (400, 501))
        self.assert_refused("chunks in HTTP/1.0", post(chunked, body=body, version="1.0"), (400,))

    def test_chunks_that_are_none(self):
        self.attacked()
        for name, body in {"no number": b"G\r\n", "a sign": b"-1\r\nx\r\n", "a prefix": b"0x5\r\nhello\r\n", "too great": b"F" * 17 + b"\r\n",
                           "no end of line": b"5\r\nhelloX0\r\n\r\n", "a bare line feed": b"5\nhello\n0\n\n",
                           "a trailer that is no field": b"0\r\nnonsense\r\n\r\n", "an empty size": b"\r\n\r\n"}.items():
            self.assert_refused(name, post("Transfer-Encoding: chunked", body=body + HIDDEN), (400,))

    def test_chunks_in_any_number_are_one_body(self):
        self.attacked()
        line = event("chunked", "identity.registered", {"identity": "user:chunked"}).encode()
        parts = [line[at:at + 1] for at in range(len(line))]
        answers, _ = self.exchange(post("Transfer-Encoding: Chunked", "Connection: close", body=chunks(*parts)))
        self.assertEqual([a.status for a in answers], [202], answers)

    def test_a_chunk_extension_and_a_trailer_have_an_end(self):
        self.attacked("--head-timeout", "5s", "--body-timeout", "5s")
        flood = b"a" * (8 << 20)
        for name, body in {"extension": b"1;" + flood, "trailer": b"0\r\nX: " + flood, "size": b"0" * (8 << 20)}.items():
            self.assert_refused(name, post("Transfer-Encoding: chunked", body=body), (400, 431))

    def test_each_request_of_a_pipeline_is_answered_once_and_in_order(self):
        self.attacked()
        wire = self.wire()
        wire.send(b"".join(request("GET", "/livez", f"X-Request-ID: n{i}") for i in range(1000)))
        self.assertEqual([a.headers["x-request-id"] for a in wire.read_answers(1000)], [f"n{i}" for i in range(1000)])
        wire.send(request("POST", "/livez", body=b"GET /livez HTTP/1.1\r\n\r\n") + request("GET", "/livez", "Connection: close"))
        self.assertEqual([a.status for a in wire.read_to_end()[1000:]], [405, 200])


class Malformed(Attack, TenureTest):
    def test_what_is_no_request_is_said_to_be_none(self):
        self.attacked()
        ends = b"\r\nHost: localhost\r\n\r\n"
        for name, data in {
                "HTTP/0.9": b"GET /livez\r\n\r\n", "no version": b"GET /livez " + ends, "lower case": b"GET /livez http/1.1" + ends,
                "half a version": b"GET /livez HTTP/1" + ends, "two spaces": b"GET  /livez HTTP/1.1" + ends,
                "a tab": b"GET\t/livez HTTP/1.1" + ends, "a space in the target": b"GET /li vez HTTP/1.1" + ends,
                "a space in front": b" GET /livez HTTP/1.1" + ends, "no method": b"/livez HTTP/1.1" + ends,
                "a NUL in the method": b"GE\0T /livez HTTP/1.1" + ends, "a NUL in the target": b"GET /livez\0 HTTP/1.1" + ends,
                "a NUL in a name": b"GET /livez HTTP/1.1\r\nHost: a\r\nX\0: y\r\n\r\n", "NULs": b"\0" * 64 + b"\r\n\r\n",
                "a NUL in a value": b"GET /livez HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n\r\n",
                "bare line feeds": b"GET /livez HTTP/1.1\nHost: localhost\n\n", "a field without a colon": b"GET / HTTP/1.1\r\nHost\r\n\r\n",
                "a field without a name": b"GET /livez HTTP/1.1\r\n: x\r\n\r\n", "no host": b"GET /livez HTTP/1.1\r\n\r\n",
                "two hosts": b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "a host that is none": b"GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n", "TLS": client_hello()}.items():
            self.assert_refused(name, data + HIDDEN, (400,))

    def test_other_versions_are_told_apart(self):
        self.attacked()
        for line in (b"GET /livez HTTP/2.0", b"GET /livez HTTP/1.2", b"GET /livez HTTP/3.0", b"PRI * HTTP/2.0"):
            self.assert_refused(line, line + b"\r\nHost: a\r\n\r\nSM\r\n\r\n", (505,))

    def test_methods_that_nobody_serves(self):
        self.attacked()
        for method in ("TRACE", "CONNECT", "OPTIONS", "PROPFIND", "FOO", "get", "M" * 4000):
            for target in ("/v1/status", "/livez", "localhost:443", "*"):
                answers, _ = self.exchange(request(method, target, "Connection: close"))
                self.assertEqual([a.status for a in answers][1:], [], method)
                self.assertIn(answers[0].status, (400, 404, 405, 501), f"{method} {target}")
                self.assert_problem(answers[0], method)
        self.assertNotIn("MMMM", self.served.get("/metrics").body, "names that anyone can make up are not kept")

    def test_upgrades_are_not_for_us(self):
        self.attacked()
        for protocol in ("h2c", "websocket", "TLS/1.2"):
            answers, _ = self.exchange(request("GET", "/livez", f"Upgrade: {protocol}", "Connection: Upgrade, HTTP2-Settings, close",
                                               "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA"))
            self.assertEqual([a.status for a in answers], [200], protocol)

    def test_a_folded_field_is_one_field_or_none(self):
        self.attacked()
        answers, _ = self.exchange(b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Request-ID: a\r\n b\r\nConnection: close\r\n\r\n")
        self.assertEqual(len(answers), 1)
        self.assertIn(answers[0].status, (200, 400))
        self.assertNotIn("\n", answers[0].headers["x-request-id"])
        answers, _ = self.exchange(post(" Transfer-Encoding: chunked", f"Content-Length: {len(HIDDEN)}", "Connection: close"))
        self.assertEqual(len(answers), 1, "what is folded onto another field is none of its own")


class Older(Attack, TenureTest):
    def test_http_1_0_is_answered_and_closed_unless_asked_to_stay(self):
        self.attacked()
        answers, _ = self.exchange(b"GET /livez HTTP/1.0\r\n\r\n" + HIDDEN)
        self.assertEqual([a.status for a in answers], [200])
        wire = self.wire()
        for count in (1, 2, 3):
            wire.send(b"GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            self.assertEqual(len(wire.read_answers(count)), count)
            self.assertEqual(wire.answers()[-1].headers["connection"].lower(), "keep-alive")

    def test_who_expects_to_be_told_to_go_on_is_told_once(self):
        self.attacked("--max-body", "1MiB")
        line = event("expected", "identity.registered", {"identity": "user:expected"}).encode()
        wire = self.wire()
        wire.send(post("Expect: 100-continue", f"Content-Length: {len(line)}", "Connection: close", body=b""))
        self.assertEqual([a.status for a in wire.read_answers(1)], [100])
        wire.send(line)
        self.assertEqual([a.status for a in wire.read_to_end()], [100, 202])
        self.assert_refused("too much", post("Expect: 100-continue", f"Content-Length: {2 << 20}", body=b""), (413,))
        answers, _ = self.exchange(post("Expect: 100-continue", f"Content-Length: {len(line)}", body=line, version="1.0"))
        self.assertEqual([a.status for a in answers], [202], "HTTP/1.0 knows no 100")


class Bodies(Attack, TenureTest):
    def test_a_compressed_body_is_not_taken_for_a_plain_one(self):
        self.attacked()
        line = event("zipped", "identity.registered", {"identity": "user:zipped"}).encode()
        ask = json.dumps({"subject": {"type": "user", "id": "alice"}, "action": {"name": "read"}, "resource": {"type": "bucket", "id": "prod"}})
        for coding in ("gzip", "br", "gzip, identity", "deflate"):
            for path, kind, body in (("/v1/events", "application/x-ndjson", line), ("/access/v1/evaluation", "application/json", ask.encode())):
                answers, _ = self.exchange(request("POST", path, f"Content-Type: {kind}", f"Content-Encoding: {coding}", "Connection: close",
                                                   body=gzip.compress(body)))
                self.assertEqual([a.status for a in answers], [415], f"{path} {coding} {answers}")
                self.assertEqual(json.loads(answers[0].body)["field"], "Content-Encoding")
                self.assertEqual(answers[0].headers["accept-encoding"], "identity")
        plain = request("POST", "/v1/events", NDJSON, "Content-Encoding: identity", "Connection: close", body=line)
        self.assertEqual([a.status for a in self.exchange(plain)[0]], [202])

    def test_a_body_that_nobody_asked_for_is_read_past(self):
        self.attacked()
        answers, _ = self.exchange(request("GET", CHECK, body=HIDDEN) + request("GET", "/livez", "Connection: close"))
        self.assertEqual([a.status for a in answers], [200, 200])


class WrongPort(Attack, TenureTest):
    def test_plain_text_where_tls_is_spoken_is_closed_on(self):
        made = Certificates(self.dir / "tls")
        self.attacked(serve=made.serve)
        for data in (request("GET", "/livez"), b"\0" * 4096, b"\x16\x03\x01\xff\xff" + b"\0" * 8, client_hello()[:20]):
            with Wire(self.served.port) as wire:
                wire.send(data)
                wire.finish_sending()
                while wire.read_some():
                    pass
                self.assertNotIn(b"HTTP", wire.seen)

    def test_a_handshake_that_stands_still_holds_up_nobody(self):
        made = Certificates(self.dir / "tls")
        self.attacked(serve=made.serve)
        still = [self.wire() for _ in range(100)]
        for wire in still:
            wire.send(client_hello()[:20])
        self.assert_answers_rightly()
        for wire in still:
            wire.reset()


def client_hello():
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_bio(incoming, outgoing, server_hostname="localhost")
    try:
        secure.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


if __name__ == "__main__":
    main()
