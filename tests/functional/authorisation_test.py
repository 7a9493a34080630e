"""Who may do what: each kind of token at each route, printed as a table. The routes are those that the sources declare and the OpenAPI
document describes, so that none is left out."""
import json

import openapi
from access_test import create, expire, id_of, registered
from harness import TenureTest, event, main
from served import Served, wait_until

SCOPES = ("ask", "history", "events", "govern", "operate")
# Every kind of caller; the first five have no right to anything.
WITHOUT = ("none", "unknown", "expired", "revoked")
CALLERS = WITHOUT + SCOPES + ("identity", "access", "corrector")

CHECK = "/v1/check?subject=user:a&action=b&resource=c:d"
NDJSON = {"Content-Type": "application/x-ndjson"}
RESOLUTION = json.dumps({"topic": "tenure.access", "partition": 0, "offset": 7, "resolution": "void", "reason": "test"})
INCIDENT = json.dumps({"incident": "may", "at": "2026-05-01T00:00:00Z", "questions": [["who", "*", "*"]]})
PACKED = json.dumps({"question": ["who", "*", "*"]})

# What is asked, its route, and by whom it is answered how. Everybody else is refused: 403, or 401 without a right to anything.
QUESTIONS = [
    ("GET /v1/identities", None, {"ask": 200, "history": 200}),
    ("GET /v1/identities/user:alice", "/v1/identities/{ref}", {"ask": 200, "history": 200}),
    ("GET /v1/identities/user:alice?as_of=2020-01-01", "/v1/identities/{ref}", {"history": 200}),
    ("GET /v1/identities/user:alice/authority", "/v1/identities/{ref}/authority", {"ask": 200, "history": 200}),
    ("GET /v1/authority?action=*&resource=*", None, {"ask": 200, "history": 200}),
    (f"GET {CHECK}", None, {"ask": 200, "history": 200}),
    (f"GET {CHECK}&detail=brief", None, {"ask": 200, "history": 200}),
    (f"GET {CHECK}&detail=brief&as_of=2020-01-01", None, {"history": 200}),
    ("GET /v1/identities?detail=brief&status=active", None, {"ask": 200, "history": 200}),
    ("GET /v1/identities/user:alice/authority?detail=brief&as_known_at=now-1h", "/v1/identities/{ref}/authority", {"history": 200}),
    ("GET /v1/authority?action=*&resource=*&detail=brief&as_of=2020-01-01", None, {"history": 200}),
    (f"GET {CHECK}&as_of=2020-01-01", None, {"history": 200}),
    (f"GET {CHECK}&during=2020-01-01/2021-01-01", None, {"history": 200}),
    (f"GET {CHECK}&as_known_at=now-1h", None, {"history": 200}),
    ("GET /v1/timeline?ref=user:alice", None, {"history": 200}),
    ("GET /v1/diff?from=2020-01-01&to=2021-01-01", None, {"history": 200}),
    ("GET /v1/findings", None, {"history": 200}),
    ("GET /v1/identities/user:alice/why-held?role=role:a", "/v1/identities/{ref}/why-held", {"history": 200}),
    ("GET /v1/controls", None, {"history": 200}),
    ("GET /v1/reviews", None, {"history": 200}),
    ("GET /v1/reviews/r1", "/v1/reviews/{ref}", {"history": 400}),  # allowed, and there is none
    ("GET /v1/unreviewed", None, {"history": 200}),
    ("GET /v1/identities/user:alice/reach?from=2020-01-01", "/v1/identities/{ref}/reach", {"history": 200}),
    ("GET /v1/replay?from=2020-01-01&to=2021-01-01", None, {"history": 200}),
    (f"GET {CHECK}&without=hr.example,hr-1", None, {"history": 200}),
    ("GET /v1/dead-letters", None, {"ask": 200, "history": 200}),
    ("GET /v1/status", None, {"ask": 200, "history": 200}),
    ("GET /v1/events", None, {"events": 200}),
    ("POST /v1/dead-letters/resolve", None, {"govern": 404, "corrector": 404}),  # allowed, and nothing to resolve
    ("POST /v1/verify", None, {"operate": 200}),
    ("POST /v1/evidence", None, {"events": 200}),
    ("POST /v1/incidents", None, {"history": 201}),
    ("GET /v1/incidents", None, {"history": 200}),
    ("GET /v1/incidents/may", "/v1/incidents/{name}", {"history": 200}),
    ("GET /v1/audit", None, {"operate": 200}),
    ("GET /metrics", None, {"operate": 200}),
]
ALICE, READ, BUCKET = {"type": "user", "id": "alice"}, {"name": "read"}, {"type": "bucket", "id": "a"}
EVALUATIONS = {
    "/access/v1/evaluation": {"subject": ALICE, "action": READ, "resource": BUCKET},
    "/access/v1/evaluations": {"subject": ALICE, "action": READ, "evaluations": [{"resource": BUCKET}]},
    "/access/v1/search/subject": {"subject": {"type": "user"}, "action": READ, "resource": BUCKET},
    "/access/v1/search/resource": {"subject": ALICE, "action": READ, "resource": {"type": "bucket"}},
    "/access/v1/search/action": {"subject": ALICE, "resource": BUCKET},
}
# Events that are sent to POST /v1/events, each with an id of its own for every caller.
APPENDS = [
    ("identity, by hr", lambda id: registered(id), {"identity": 202}),
    ("identity, by another source", lambda id: registered(id, source="iam.example"), {}),
    ("access, by iam", lambda id: granted(id), {"access": 202}),
    ("access, by hr", lambda id: granted(id, source="hr.example"), {}),
    ("own event retracted", lambda id: retracted(id, "hr.example", "hr-1"), {"identity": 202}),
    ("hr's event, by corrector", lambda id: retracted(id, "audit.example", "hr-1"), {"corrector": 202}),
    ("hr's event, superseded by iam", lambda id: granted(id, supersedes='[{"source":"hr.example","id":"x"}]'), {}),
    ("dead letter resolved", lambda id: resolved(id, "tenure.resolve"), {"govern": 202, "corrector": 202}),
    ("dead letter resolved, as hr", lambda id: resolved(id, "hr.example"), {}),
]
OPEN_TO_ALL = {("GET", "/livez"), ("GET", "/readyz"), ("GET", "/openapi.yaml"), ("GET", "/.well-known/authzen-configuration")}


def granted(id, source="iam.example", **more):
    return event(id, "grant.issued", {"grant": id, "principal": "user:alice", "permissions": [
        {"effect": "allow", "actions": ["read"], "resources": ["bucket:a"]}]}, source=source, **more)


def retracted(id, source, target):
    return event(id, "event.retracted", {"target": {"source": "hr.example", "id": target}, "key": "user:alice", "reason": "test"},
                 source=source)


def resolved(id, source):
    return event(id, "dead_letter.resolved", {"topic": "tenure.access", "partition": 0, "offset": 7, "resolution": "void",
                                              "reason": "test"}, source=source)


class Matrix(TenureTest):
    def setUp(self):
        super().setUp()
        self.tokens = {scope: create(self, "--scope", scope, "--name", scope) for scope in SCOPES}
        self.tokens["identity"] = create(self, "--plane", "identity", "--source", "hr.example")
        self.tokens["access"] = create(self, "--plane", "access", "--source", "iam.example")
        self.tokens["corrector"] = create(self, "--name", "corrector", "--scope", "govern", "--plane", "identity", "--plane", "access",
                                          "--source", "audit.example")
        for dead in ("expired", "revoked"):
            self.tokens[dead] = create(self, "--name", dead, *(w for s in SCOPES for w in ("--scope", s)), "--plane", "identity",
                                       "--source", "hr.example")
        self.tokens["unknown"] = "tenure_0123456789ab_" + 64 * "0"
        expire(self.data, id_of(self.tokens["expired"]))
        self.ok("token", "revoke", "revoked")
        self.served = Served(self, "--corrector", "audit.example")
        self.assertEqual(self.served.append(registered("hr-1"), token=self.tokens["identity"]).status, 202)
        self.sent, self.table, self.wrong = 0, [], []

    def ask(self, method, path, caller, body=None, headers=None):
        # From an address of its own each time, so that no failed one slows down the next.
        self.sent += 1
        source = f"127.0.{1 + self.sent // 200}.{1 + self.sent % 200}"
        return self.served.request(method, path, body, self.tokens.get(caller), headers, source)

    def hold(self, name, expected, ask):
        """One row: the status for each caller, against what is expected of it."""
        row = []
        for caller in CALLERS:
            answer = ask(caller)
            right = expected.get(caller, 401 if caller in WITHOUT else 403)
            if answer.status != right:
                self.wrong.append(f"{name} as {caller}: {answer.status} instead of {right}: {answer.body[:300]}")
            if answer.status == 401 and "www-authenticate" not in answer.headers:
                self.wrong.append(f"{name} as {caller}: 401 without WWW-Authenticate")
            row.append(answer.status)
        self.table.append((name, row))

    def print_table(self):
        width = max(len(name) for name, _ in self.table)
        print("\n" + " " * width, *(f"{c:>9}" for c in CALLERS))
        for name, row in self.table:
            print(f"{name:{width}}", *(f"{status:>9}" for status in row))

    def test_each_caller_at_each_route(self):
        covered = set(OPEN_TO_ALL)
        for asked, pattern, expected in QUESTIONS:
            method, path = asked.split(" ", 1)
            covered.add((method, pattern or path.split("?")[0]))
            body = {"/v1/dead-letters/resolve": RESOLUTION, "/v1/evidence": PACKED, "/v1/incidents": INCIDENT if method == "POST" else None}.get(path)
            headers = {"Content-Type": "application/json"} if body else None
            headers = {"Accept": "application/json"} if path == "/v1/events" else headers
            self.hold(asked, expected, lambda caller: self.ask(method, path, caller, body, headers))
        for name, make, expected in APPENDS:
            self.hold(f"POST /v1/events: {name}", expected,
                      lambda caller: self.ask("POST", "/v1/events", caller, make(f"{name} {caller}"), NDJSON))
        covered.add(("POST", "/v1/events"))
        for method, path in sorted(OPEN_TO_ALL & set(openapi.routes())):
            self.hold(f"{method} {path}", {caller: 200 for caller in CALLERS}, lambda caller: self.ask(method, path, caller))
        for name, more, may in (("now", {}, ("ask", "history")), ("then", {"context": {"tenure_as_of": "2020-01-01"}}, ("history",))):
            for path, body in EVALUATIONS.items():
                covered.add(("POST", path))
                self.hold(f"POST {path}: {name}", dict.fromkeys(may, 200),
                          lambda caller: self.ask("POST", path, caller, json.dumps({**body, **more}), {"Content-Type": "application/json"}))
        self.assertEqual(covered, {(method, path) for method, path, _ in openapi.operations()}, "routes of the document")
        self.assertEqual(covered, set(openapi.routes()), "routes of the sources")
        self.print_table()
        self.assertEqual(self.wrong, [])

    def test_a_token_with_every_scope_and_every_plane_still_speaks_for_its_sources_only(self):
        planes = ("identity", "access", "governance", "usage")
        everything = create(self, *(w for s in SCOPES for w in ("--scope", s)), *(w for p in planes for w in ("--plane", p)), "--source",
                            "mine.example", "--name", "everything")
        wait_until(lambda: self.served.get("/v1/status", token=everything, source="127.0.0.77").status == 200, "the new token")
        for id, make in (("a", registered), ("b", granted)):
            self.assertEqual(self.served.append(make(id), token=everything).status, 403)
            self.assertEqual(self.served.append(make(id, source="mine.example"), token=everything).status, 202)

    def test_other_spellings_of_a_path_are_no_way_around(self):
        for path in ("//v1/status", "/v1/status/", "/v1//status", "/v1/./status", "/V1/status", "/livez/../v1/status", "/livez/..%2fv1/status",
                     "/v1/%73tatus", "/v1/status%00", "/v1/status;x", "http://127.0.0.1/v1/status"):
            self.assertIn(self.ask("GET", path, "none").status, (400, 401, 404), path)
        for method in ("HEAD", "POST", "OPTIONS", "TRACE", "get"):
            self.assertIn(self.ask(method, "/v1/status", "none").status, (400, 401, 405), method)


if __name__ == "__main__":
    main()
