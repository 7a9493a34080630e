"""Requests that are well framed and mean no good: paths, bytes that are no text, everything too large, JSON that two readers read differently."""
import json

from access_test import create
from attack import CHECK, MIB, Attack, request
from harness import TenureTest, event, main

EVALUATION = {"subject": {"type": "user", "id": "alice"}, "action": {"name": "read"}, "resource": {"type": "bucket", "id": "prod"}}
RESOLUTION = {"topic": "tenure.access", "partition": 0, "offset": 7, "resolution": "void", "reason": "test"}
JSON, NDJSON, BATCH = ("Content-Type: " + kind for kind in ("application/json", "application/x-ndjson", "application/cloudevents-batch+json"))
CLOSE = "Connection: close"


def registered(id, **more):
    return json.loads(event(id, "identity.registered", {"identity": "user:x"}, **more))


class Sent(Attack):
    def answer(self, data, name=""):
        """The one answer to one request."""
        answers, wire = self.exchange(data)
        self.assertEqual(len(answers), 1, f"{name}: {wire.seen[:500]!r}")
        return answers[0]

    def assert_answered(self, data, statuses, name=""):
        answer = self.answer(data, name)
        self.assertIn(answer.status, statuses, f"{name}: {answer}")
        if answer.status >= 400:
            self.assert_problem(answer, name)
            json.loads(answer.body)
        return answer


class Paths(Sent, TenureTest):
    def test_a_path_that_is_written_otherwise_is_another_path(self):
        self.attacked()
        for target in ("//v1/status", "/v1//status", "/v1/status/", "/v1/./status", "/v1/x/../status", "/v1/%2e%2e/v1/status", "/%2e/v1/status",
                       "/v1%2Fstatus", "/v1/status%00", "/v1/status%0a", "/v1/status;a=b", "/V1/status", "/v1/status%20", "*", "v1/status",
                       "http://localhost/v1/status", "/a" * 5000, "/" * 10000, "/%", "/%zz", "/%c0%ae%c0%ae/", "/v1/identities/%ff",
                       "/v1/identities/%ed%a0%80", "/v1/identities/user%3Aa%00b", "\\v1\\status"):
            self.assert_answered(request("GET", target, CLOSE), (400, 404), target)
        for ref in ("..", "%2e%2e", ".", "user", "user%3A", "%3Aa", "user%3Aa%2F..%2Fb", "user%3A..%2Fetc", "role%3Aa", "user%3A" + "a" * 2048):
            for path in (f"/v1/identities/{ref}", f"/v1/identities/{ref}/authority"):
                self.assert_answered(request("GET", path, CLOSE), (400,), path)

    def test_a_query_that_is_no_text_or_says_a_thing_twice(self):
        self.attacked()
        for query in ("as_of=%ff", "as_of=%", "as_of=%0", "%ff=1", "as_of=%c0%80", "as_of=2026-01-01&as_of=2026-01-02", "=x", "limit=%31&limit=2",
                      "limit=99999999999999999999", "limit=-1", "limit=0x10", "limit=1e3", "type=%00", "no_such=1", "&".join(f"p{i}=1" for i in range(3000))):
            self.assert_answered(request("GET", "/v1/identities?" + query, CLOSE), (400,), query)

    def test_bytes_beyond_ascii_stay_what_they_are(self):
        self.attacked()
        for byte in (b"\x80", b"\xff", b"\xc3\xa9", b"\xed\xa0\x80"):
            for data in (b"GET /v1/identities/user:%b HTTP/1.1", b"GET /v1/identities?owner=user:%b HTTP/1.1"):
                self.assert_answered(data % byte + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n", (200, 400, 404), byte)
            field = request("GET", "/livez", CLOSE, "Authorization: Bearer é", "X-Request-ID: é").replace("é".encode(), byte)
            answer = self.assert_answered(field, (200,), byte)
            self.assertNotIn(byte.decode("latin-1"), answer.headers["x-request-id"])
            self.assert_answered(request("POST", "/v1/events", NDJSON, CLOSE, body=event("b", "identity.registered", {
                "identity": "user:é"}).replace("\\u00e9", "é").encode().replace("é".encode(), byte)), (202, 422), byte)
            self.assert_answered(request("POST", "/access/v1/evaluation", JSON, CLOSE, body=json.dumps(EVALUATION).encode().replace(
                b"alice", byte)), (200, 400), byte)


class Oversize(Sent, TenureTest):
    GROWTH_BYTES_MAX = 128 * MIB

    def test_what_is_too_long_for_a_head(self):
        self.attacked()
        self.assert_refused("target", request("GET", "/livez?" + "a" * 40000), (414,))
        self.assert_refused("method", request("M" * 40000, "/livez"), (400, 414, 431))
        self.assert_refused("field", request("GET", "/livez", "X: " + "a" * 40000), (431,))
        self.assert_refused("name", request("GET", "/livez", "X" * 40000 + ": a"), (431,))
        self.assert_refused("fields", request("GET", "/livez", *(f"X{i}: {i}" for i in range(5000))), (431,))
        self.assert_refused("endless", b"GET /livez HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 1_000_000, (431,))
        self.assert_answered(request("GET", "/livez", CLOSE, *(f"X{i}:" for i in range(4000))), (200,), "many, and short enough")

    def test_what_is_too_long_for_a_body(self):
        self.attacked("--max-body", "1MiB")
        line = json.dumps(registered("l")).encode() + b"\n"
        self.assert_refused("said", request("POST", "/v1/events", NDJSON, body=line * 10000), (413,))
        self.assert_refused("said and not sent", request("POST", "/v1/events", NDJSON, "Content-Length: 18446744073709551615"), (413,))
        chunked = request("POST", "/v1/events", NDJSON, "Transfer-Encoding: chunked") + (b"10000\r\n" + b"a" * 65536 + b"\r\n") * 64
        self.assert_refused("in chunks", chunked, (413,))
        self.assert_refused("a chunk that is said and not sent",
                            request("POST", "/v1/events", NDJSON, "Transfer-Encoding: chunked") + b"fffffffffffffff0\r\n", (413,))
        self.assert_refused("a question with a body", request("GET", CHECK, body=b"a" * 100_000), (413,))
        # Who sends all before reading finds the answer all the same.
        answer = self.served.request("POST", "/v1/events", b" " * (8 * MIB), headers={"Content-Type": "application/x-ndjson"})
        self.assertEqual((answer.status, answer.code), (413, "body_too_large"))

    def test_a_large_body_of_who_is_not_let_in_is_not_read(self):
        self.token = token = create(self, "--plane", "identity", "--source", "test/office", "--scope", "history")
        self.attacked()
        length = "Content-Length: 60000000"
        for name, fields, statuses in (("nobody", (), (401,)), ("somebody unknown", ("Authorization: Bearer tenure_0_0",), (401,)),
                                       ("somebody without the right", (f"Authorization: Bearer {token}",), (403,))):
            self.assert_refused(name, request("POST", "/v1/dead-letters/resolve", JSON, length, *fields) + b"{", statuses)
            self.assert_refused(name + ", in chunks", request("POST", "/v1/dead-letters/resolve", JSON, "Transfer-Encoding: chunked", *fields), statuses)
        self.assert_refused("expecting", request("POST", "/v1/events", NDJSON, "Content-Length: 10", "Expect: 100-continue"), (401,))

    def test_what_is_too_much_for_the_record(self):
        self.attacked()
        great = registered("great")
        great["data"]["attributes"] = {"a": "x" * (300 << 10)}
        many = [registered(f"m{i}") for i in range(10_001)]
        for kind, body in (("application/cloudevents+json", great), ("application/cloudevents-batch+json", [great])):
            answer = self.assert_answered(request("POST", "/v1/events", f"Content-Type: {kind}", CLOSE, body=json.dumps(body).encode()), (413, 422), kind)
            self.assertIn(b"262144", answer.body)
        self.assert_answered(request("POST", "/v1/events", BATCH, CLOSE, body=json.dumps(many).encode()), (202, 413, 422), "a batch")
        self.assert_answered(request("POST", "/access/v1/evaluations", JSON, CLOSE, body=json.dumps(
            {**EVALUATION, "evaluations": [{}] * 10_001}).encode()), (413,), "evaluations")

    def test_lines_without_number_that_are_no_events(self):
        self.attacked()
        for partial in ("", "?partial=true"):
            answer = self.assert_answered(request("POST", "/v1/events" + partial, NDJSON, CLOSE, body=b"x\n" * 20_000_000), (413,), partial)
            self.assertIn(b"batch_too_large", answer.body)
            batch = b"[" + b"1," * 100_000 + b"1]"
            answer = self.assert_answered(request("POST", "/v1/events" + partial, BATCH, CLOSE, body=batch), (413,), partial)
            answer = self.assert_answered(request("POST", "/v1/events" + partial, NDJSON, CLOSE, body=b"x\n" * 100_000), (422,), partial)
            self.assertLess(len(answer.body), 32 * MIB)

    def test_nested_too_deep(self):
        self.attacked()
        for depth in (100, 5_000, 100_000):
            deep = b"[" * depth + b"]" * depth
            objects = b'{"a":' * depth + b"1" + b"}" * depth
            for nested in (deep, objects, b"[" * depth):
                one = json.dumps(registered("deep")).encode().replace(b'"user:x"', b'"user:x", "attributes": {"a": ' + nested + b"}")
                for path, kind, body, statuses in (
                        ("/v1/events", "application/cloudevents+json", one, (422,)), ("/v1/events", "application/cloudevents+json", nested, (422,)),
                        ("/v1/events", "application/cloudevents-batch+json", b"[" + one + b"]", (422,)),
                        ("/v1/events", "application/cloudevents-batch+json", nested, (422,)), ("/v1/events", "application/x-ndjson", one, (422,)),
                        ("/v1/dead-letters/resolve", "application/json", nested, (422,)),
                        ("/access/v1/evaluation", "application/json", nested, (400, 413)),
                        ("/access/v1/evaluation", "application/json", json.dumps(EVALUATION).encode()[:-1] + b', "context": {"x": ' + nested + b"}}", (200, 400, 413)),
                        ("/access/v1/evaluations", "application/json", b'{"evaluations": ' + nested + b"}", (200, 400))):
                    self.assert_answered(request("POST", path, f"Content-Type: {kind}", CLOSE, body=body), statuses, f"{path} {kind} {depth}")


class SaidTwice(Sent, TenureTest):
    def test_a_member_that_stands_twice_is_refused(self):
        self.attacked()
        one = json.dumps(registered("twice"))
        data = '"data": {"identity": "user:x"'
        self.assertIn(data, one)
        for name, text in {"id": one[:-1] + ', "id": "other"}', "type": one.replace('"type"', '"type": "tenure.identity.retired.v1", "type"', 1),
                           "data": one[:-1] + ', "data": {"identity": "user:y"}}', "identity": one.replace(data, data + ', "identity": "user:y"'),
                           "an escaped name": one[:-1] + ', "\\u0069d": "other"}'}.items():
            for kind, body in (("application/cloudevents+json", text), ("application/cloudevents-batch+json", f"[{text}]"), ("application/x-ndjson", text + "\n")):
                self.assert_answered(request("POST", "/v1/events", f"Content-Type: {kind}", CLOSE, body=body.encode()), (422,), f"{name} {kind}")
        binary = ("Content-Type: application/json", "ce-specversion: 1.0", "ce-source: test/office", "ce-type: tenure.identity.registered.v1",
                  "ce-time: 2026-01-10T00:00:00Z", "ce-id: twice")
        for name, field in (("id", "ce-id: other"), ("source", "CE-Source: elsewhere"), ("type", "Ce-Type: tenure.identity.retired.v1")):
            self.assert_answered(request("POST", "/v1/events", *binary, field, CLOSE, body=b'{"identity": "user:x"}'), (400, 422), f"binary {name}")
        events = self.served.get("/v1/status").json()["results"][0]["events"]
        self.assertEqual(events, 3, "nothing of it was taken")

    def test_a_resolution_says_each_thing_once_and_nothing_unknown(self):
        self.attacked()
        text = json.dumps(RESOLUTION)
        for name, more in {"resolution": '"resolution": "replaced"', "offset": '"offset": 8', "reason": '"reason": "x"', "topic": '"topic": "tenure.usage"',
                           "what nobody knows": '"resolutoin": "void"', "an escaped name": '"\\u0072eason": "x"',
                           "an actor of another kind": '"actor": 7'}.items():
            self.assert_answered(request("POST", "/v1/dead-letters/resolve", JSON, CLOSE, body=(text[:-1] + ", " + more + "}").encode()), (422,), name)
        self.assert_answered(request("POST", "/v1/dead-letters/resolve", JSON, CLOSE, body=text.encode()), (404,), "as it should be")

    def test_an_evaluation_says_each_thing_once(self):
        self.attacked()
        text = json.dumps(EVALUATION)
        for name, asked in {"subject": text[:-1] + ', "subject": {"type": "user", "id": "root"}}', "id": text.replace('"id": "alice"', '"id": "alice", "id": "root"'),
                            "name": text.replace('"name"', '"name": "write", "name"'), "context": text[:-1] + ', "context": {}, "context": {}}',
                            "an escaped name": text[:-1] + ', "\\u0073ubject": {"type": "user", "id": "root"}}',
                            "as of": text[:-1] + ', "context": {"tenure_as_of": "2026-01-10", "tenure_as_of": "2020-01-01"}}'}.items():
            self.assert_answered(request("POST", "/access/v1/evaluation", JSON, CLOSE, body=asked.encode()), (400,), name)

    def test_a_field_that_stands_twice_does_not_let_in(self):
        self.token = token = create(self, "--scope", "history")
        self.attacked()
        for fields in ((f"Authorization: Bearer {token}", "Authorization: Bearer x"), ("Authorization: Bearer x", f"Authorization: Bearer {token}")):
            self.assert_answered(request("GET", "/v1/status", *fields, CLOSE), (400, 401), fields)


if __name__ == "__main__":
    main()
