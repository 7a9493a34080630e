"""The OpenAPI document: what it describes is so. Its own rules, the meta-schema of OpenAPI 3.1, and every question's answers."""
import json
import subprocess
import urllib.parse

import openapi
from harness import TenureTest, event, main
from server import SharedTest

PROBLEM = "application/problem+json"
NOW = "2026-06-01T00:00:00Z"


# What they ask about is always the past.
LOOKS_BACK = ("/v1/timeline", "/v1/diff", "/v1/findings", "/v1/identities/{ref}/why-held", "/v1/controls", "/v1/reviews",
              "/v1/reviews/{ref}", "/v1/unreviewed", "/v1/identities/{ref}/reach", "/v1/replay")
REVIEW = "review-prod-admin-2026-02"


def concrete(path):
    return path.replace("/v1/reviews/{ref}", f"/v1/reviews/{REVIEW}").replace("{ref}", "user%3Aalice")


def examples_of(media):
    yield from ([media["example"]] if "example" in media else [])
    yield from (one["value"] for one in media.get("examples", {}).values())


class Document(TenureTest):
    def test_each_operation_says_what_it_is_and_who_may(self):
        ids, routes = [], openapi.routes()
        self.assertEqual({(m, p) for m, p, _ in openapi.operations()}, set(routes))
        for method, path, operation in openapi.operations():
            with self.subTest(operation=f"{method} {path}"):
                ids.append(operation["operationId"])
                self.assertTrue(operation["summary"] and not operation["summary"].endswith("."))
                self.assertTrue(operation["tags"])
                scope = routes[method, path]
                if scope == "none" and method == "GET":
                    self.assertEqual(operation["security"], [])
                else:
                    scope = "append" if scope == "none" else "history" if path in LOOKS_BACK else scope
                    self.assertEqual(operation["security"], [{"bearer": [scope]}, {"mutual": [scope]}, {}])
        self.assertEqual(len(ids), len(set(ids)))

    def test_each_failure_is_a_problem_and_says_what_a_client_needs(self):
        for method, path, operation in openapi.operations():
            with self.subTest(operation=f"{method} {path}"):
                answers = {status: openapi.resolved(answer) for status, answer in operation["responses"].items()}
                failures = {status for status in answers if status >= "400"}
                self.assertIn("400", failures)
                for status in failures:
                    self.assertEqual(list(answers[status]["content"]), [PROBLEM])
                    self.assertEqual(answers[status]["content"][PROBLEM]["schema"], {"$ref": "#/components/schemas/Problem"})
                for status, header in (("401", "WWW-Authenticate"), ("429", "Retry-After"), ("503", "Retry-After"), ("304", "ETag")):
                    if status in answers:
                        self.assertIn(header, answers[status]["headers"])
                for status, answer in answers.items():
                    self.assertIn("X-Request-ID", answer["headers"], status)
                    self.assertTrue(answer["description"])
                if operation["security"]:
                    self.assertLessEqual({"401", "403", "429", "500", "503"}, failures)
                if method == "POST" and "requestBody" in operation:
                    self.assertLessEqual({"413", "415"}, failures)

    def test_each_parameter_and_body_shows_an_example_that_is_one(self):
        for method, path, operation in openapi.operations():
            for parameter in map(openapi.resolved, operation.get("parameters", [])):
                with self.subTest(operation=f"{method} {path}", parameter=parameter["name"]):
                    self.assertTrue(parameter["description"])
                    if parameter["name"] in ("after", "Last-Event-ID", "cursor", "at_least"):
                        continue  # positions and cursors are this record's own
                    self.assertEqual(openapi.faults(parameter["schema"], parameter["example"]), [])
            for kind, media in operation.get("requestBody", {}).get("content", {}).items():
                with self.subTest(operation=f"{method} {path}", kind=kind):
                    shown = list(examples_of(media))
                    self.assertTrue(shown)
                    for one in shown:
                        self.assertEqual(openapi.faults(media["schema"], one), [])

    def test_every_component_is_used(self):
        text = openapi.PATH.read_text()
        for kind, components in openapi.document()["components"].items():
            for name in components:
                if kind != "securitySchemes":
                    self.assertIn(f"#/components/{kind}/{name}", text)

    def test_objects_in_answers_are_exact(self):
        for name, schema in openapi.document()["components"]["schemas"].items():
            if name.endswith("Answer"):
                self.assertTrue(schema.get("unevaluatedProperties") is False or schema.get("additionalProperties") is False, name)

    def test_the_meta_schema_holds(self):
        lint = openapi.tool("openapi-spec-validator")
        if lint is None:
            self.skipTest("the pinned Python packages are not installed: ./x deps")
        done = subprocess.run([lint, openapi.PATH], capture_output=True, text=True, timeout=120)
        self.assertEqual((done.returncode, done.stdout[-2000:].rpartition(": ")[2].strip()), (0, "OK"), done.stdout + done.stderr)


class OfTheDemo(openapi.SeldomTold):
    """A record in which nothing is missing, as far as its own door takes it."""

    def ask(self, method, path, operation, body=None, **headers):
        """The answer, held against what the document says of its status, type and fields."""
        answer = self.served.request(method, path, body, headers)
        described = openapi.resolved(operation["responses"][str(answer.status)])
        for name, header in described["headers"].items():
            if openapi.resolved(header).get("required") or name == "X-Request-ID":
                self.assertIn(name.lower(), answer.headers, path)
        if answer.status == 304:
            self.assertEqual(answer.body, b"")
            return answer
        self.assertIn(answer.content_type, described["content"], path)
        if answer.content_type.endswith("json"):
            self.assertEqual(openapi.faults(described["content"][answer.content_type]["schema"], answer.json()), [], path)
        return answer


class Answers(OfTheDemo, SharedTest):
    def asks(self):
        """(pattern, path) of many questions on this record."""
        listed = self.served.get(f"/v1/identities?as_of={NOW}&limit=1000").json()["results"]
        refs = [row["ref"] for row in listed][::37] + ["user:even", "user:odd", "group:odd", "service_account:odd", "user:nobody", "user:alice"]
        held = [self.served.get(f"/v1/identities/{urllib.parse.quote(ref, safe='')}/authority?as_of={NOW}").json()["results"] for ref in refs]
        roles = sorted({row["role"] for rows in held for row in rows if row["role"]})
        events = self.served.get("/v1/events?limit=1000", Accept="application/json").json()["results"]
        resources = sorted({resource for row in events for permission in row["event"].get("data", {}).get("permissions", [])
                            for resource in permission.get("resources", []) if "*" not in resource and ":" in resource})
        groups = sorted({row["event"]["data"]["group"] for row in events if "membership" in row["event"].get("type", "")})
        self.assertTrue(roles and resources and groups)
        whens = ("", f"as_of={NOW}", "during=2026-01-01/2026-06-01", "as_of=2020-01-01", f"as_of={NOW}&as_known_at=now-1h", f"as_of={NOW}&limit=2")
        for when in whens:
            for query in ("", "type=user&", "status=unrecorded&", "status=retired&", "unowned=true&", "owner=user:odd&"):
                yield "/v1/identities", f"/v1/identities?{query}{when}"
            if "during" not in when:
                yield from self.brief(refs, roles, resources, when)
            for ref in refs:
                name = urllib.parse.quote(ref, safe="")
                yield "/v1/identities/{ref}", f"/v1/identities/{name}?{when}"
                yield "/v1/identities/{ref}/authority", f"/v1/identities/{name}/authority?on_paper&{when}"
                yield "/v1/timeline", f"/v1/timeline?ref={name}&{when}"
                yield "/v1/check", f"/v1/check?subject={name}&action=read&resource=bucket:odd&why&{when}"
            for role in roles[:20]:
                yield "/v1/authority", f"/v1/authority?role={role}&{when}"
            for group in groups[:5]:
                yield "/v1/authority", f"/v1/authority?member_of={group}&{when}"
            for resource in ["*", *resources[:10]]:
                yield "/v1/authority", f"/v1/authority?action=*&resource={urllib.parse.quote(resource, safe='')}&{when}"
            yield "/v1/dead-letters", f"/v1/dead-letters?{when}"
            yield "/v1/findings", f"/v1/findings?{when}"
            yield "/v1/controls", f"/v1/controls?{when}"
            yield "/v1/unreviewed", f"/v1/unreviewed?{when}"
            if "2020" not in when and "now" not in when:
                yield "/v1/reviews", f"/v1/reviews?{when}"
                yield "/v1/reviews/{ref}", f"/v1/reviews/{REVIEW}?{when}"
            yield "/v1/events", f"/v1/events?{when}"
        yield "/v1/diff", "/v1/diff?from=2026-01-01&to=2026-06-01"
        yield "/v1/diff", "/v1/diff?from=2020-01-01&to=2026-06-01&ref=user:even"
        yield "/v1/diff", f"/v1/diff?known_from=2020-01-01&known_to=now&as_of={NOW}"
        for who, what in (("service_account:ci-robot-42", "role=role:prod-admin"), ("user:viktor.hale", "role=role:organisation-admin"),
                          ("user:tomas.ek", "action=bucket:Write&resource=bucket:prod/ledger/2026")):
            yield "/v1/identities/{ref}/why-held", f"/v1/identities/{urllib.parse.quote(who, safe='')}/why-held?{what}&as_of=2026-03-14"
        for ref, row in ((ref, row) for ref, rows in zip(refs, held) for row in rows if row["role"] is None):
            given = row["permissions"][0]
            query = urllib.parse.urlencode({"action": given["actions"][0], "resource": given["resources"][0], "as_of": NOW})
            yield "/v1/identities/{ref}/why-held", f"/v1/identities/{urllib.parse.quote(ref, safe='')}/why-held?{query}"
        yield "/v1/status", "/v1/status"

    def brief(self, refs, roles, resources, when):
        yield "/v1/identities", f"/v1/identities?detail=brief&status=active&{when}"
        for ref in refs:
            name = urllib.parse.quote(ref, safe="")
            yield "/v1/identities/{ref}/authority", f"/v1/identities/{name}/authority?detail=brief&{when}"
            yield "/v1/check", f"/v1/check?subject={name}&action=read&resource=bucket:odd&detail=brief&{when}"
        yield "/v1/authority", f"/v1/authority?role={roles[0]}&detail=brief&{when}"
        yield "/v1/authority", f"/v1/authority?member_of=group:odd&detail=brief&{when}"
        for resource in ["*", *resources[:3]]:
            yield "/v1/authority", f"/v1/authority?action=*&resource={urllib.parse.quote(resource, safe='')}&detail=brief&{when}"

    def test_every_answer_is_as_it_is_described(self):
        operations = {path: operation for method, path, operation in openapi.operations() if method == "GET"}
        seen, count = {}, 0
        for pattern, path in self.asks():
            answer = self.ask("GET", path, operations[pattern], Accept="application/json")
            self.assertEqual(answer.status, 200, f"{path}: {answer.body[:300]}")
            self.assertEqual("detail" in answer.json(), "detail=brief" in path)
            count += 1
            note(seen.setdefault(pattern, set()), answer.json())
        verified = self.ask("POST", "/v1/verify", next(o for m, p, o in openapi.operations() if p == "/v1/verify"))
        note(seen.setdefault("/v1/verify", set()), verified.json())
        print(f"{count} answers held against {len(seen)} schemas")
        for pattern, paths in seen.items():
            operation = next(o for m, p, o in openapi.operations() if p == pattern and "200" in o["responses"])
            schema = openapi.resolved(openapi.resolved(operation["responses"]["200"])["content"]["application/json"]["schema"])
            kinds = map(openapi.resolved, schema.get("anyOf", [schema]))
            rows = [openapi.resolved(kind["properties"]["results"]["items"]) for kind in kinds]
            never = {f"results.{name}" for row in rows for name in row["properties"]} - paths - NEVER_HERE
            self.assertEqual(never, set(), f"{pattern}: members that no answer here had a value for")
        self.assertIn("taints.plane", seen["/v1/identities"])

    def test_what_was_not_understood_is_described_too(self):
        for method, path, operation in openapi.operations():
            wrong = self.ask(method, concrete(path) + "?no_such_parameter=1", operation, b"{}" if method == "POST" else None,
                             **({"Content-Type": "application/json"} if method == "POST" else {}))
            if operation["tags"] != ["operating"]:
                self.assertGreaterEqual(wrong.status, 400, path)

    def test_what_has_not_changed_is_described_too(self):
        for method, path, operation in openapi.operations():
            if "304" not in operation["responses"]:
                continue
            asked = concrete(path) + "?" + urllib.parse.urlencode({"as_of": NOW, **{
                "/v1/check": {"subject": "user:alice", "action": "read", "resource": "bucket:a"}, "/v1/authority": {"role": "role:a"},
                "/v1/timeline": {"ref": "user:alice"}, "/v1/diff": {"known_from": "2020-01-01", "known_to": "now"},
                "/v1/identities/{ref}/why-held": {"role": "role:a"}}.get(path, {})})
            first = self.ask(method, asked, operation, Accept="application/json")
            if "etag" in first.headers:
                again = self.ask(method, asked, operation, Accept="application/json", **{"If-None-Match": first.headers["etag"]})
                self.assertEqual((again.status, again.headers["etag"]), (304, first.headers["etag"]), path)
            else:
                self.assertIn(path, ("/v1/diff", "/v1/identities/{ref}/reach", "/v1/replay"), "explicit moments have one")


# Members that only a log which others write to can fill, or a damaged read model.
NEVER_HERE = {"results.verified_writer", "results.differs", "results.key", "results.at"}


def note(seen, value, path=""):
    """The paths of all members that have a value."""
    if isinstance(value, dict):
        seen.add(path)
        for name, member in value.items():
            note(seen, member, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for one in value:
            note(seen, one, path)
        seen.add(path)
    elif value is not None:
        seen.add(path)


class Appends(OfTheDemo, SharedTest):
    def test_every_outcome_is_as_it_is_described(self):
        append = next(o for m, p, o in openapi.operations() if (m, p) == ("POST", "/v1/events"))
        resolve = next(o for m, p, o in openapi.operations() if p == "/v1/dead-letters/resolve")
        good = event("o1", "identity.registered", {"identity": "user:o"})
        other = event("o1", "identity.registered", {"identity": "user:p"})
        bad = event("o2", "identity.registered", {"identity": "nobody"})
        states = set()
        for status, path, body in ((202, "", good), (202, "", good), (409, "", other), (422, "", bad), (422, "", bad + good),
                                   (202, "?partial=true", good + bad + other), (400, "?partial=perhaps", good), (202, "", "")):
            answer = self.ask("POST", "/v1/events" + path, append, body, **{"Content-Type": "application/x-ndjson"})
            self.assertEqual(answer.status, status, answer.body)
            states |= {one["state"] for one in answer.json().get("events", [])}
        self.assertEqual(states, {"appended", "duplicate", "conflict", "refused"})
        self.assertEqual(self.ask("POST", "/v1/events", append, good, **{"Content-Type": "text/plain"}).status, 415)
        letter = self.served.get("/v1/dead-letters").json()["results"][0]
        resolution = {**{name: letter[name] for name in ("topic", "partition", "offset")}, "resolution": "void", "reason": "test"}
        for status, change in ((202, {}), (404, {"offset": 1}), (422, {"resolution": "perhaps"})):
            answer = self.ask("POST", "/v1/dead-letters/resolve", resolve, json.dumps({**resolution, **change}), **{"Content-Type": "application/json"})
            self.assertEqual(answer.status, status, answer.body)


if __name__ == "__main__":
    main()
