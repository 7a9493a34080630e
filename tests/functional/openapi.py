"""schemas/openapi.yaml as data, and a record to hold it against: the demo's organisation, and what seldom happens."""
import functools
import pathlib
import re
import subprocess

import jsonschema
import yaml

from harness import BINARY, DATA, event

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATH = ROOT / "schemas" / "openapi.yaml"
METHODS = ("get", "post", "put", "delete", "patch", "head", "options", "trace")
PINNED = pathlib.Path(__file__).resolve().parent / "requirements.txt"
TOOLS = ROOT / "build" / "python"


FORMATS = jsonschema.FormatChecker([])


@FORMATS.checks("date-time")
def is_time(value):
    return not isinstance(value, str) or bool(re.fullmatch(r"-?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?Z", value))


@functools.lru_cache
def document():
    return yaml.safe_load(PATH.read_text())


def operations():
    """(method, path, operation) of each."""
    return [(method.upper(), path, operation) for path, item in document()["paths"].items()
            for method, operation in item.items() if method in METHODS]


def resolved(node):
    """What a $ref leads to; a KeyError if nothing."""
    while isinstance(node, dict) and "$ref" in node:
        target = document()
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        node = target
    return node


def validator(schema):
    """For a schema of the document, whose references are within it."""
    return jsonschema.Draft202012Validator({**schema, "components": document()["components"]},
                                           format_checker=FORMATS)


def faults(schema, value):
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}" for e in validator(schema).iter_errors(value)]


def tool(name):
    """A program of the pinned packages; None where they aren't installed as they are pinned."""
    mark = TOOLS / PINNED.name
    if not mark.exists() or mark.read_text() != PINNED.read_text():
        return None
    return TOOLS / "bin" / name


def routes():
    """(method, pattern) -> scope, as the sources declare them."""
    text = "".join(p.read_text() for p in sorted((ROOT / "src" / "http").glob("*_routes.cc")))
    return {(m[1], m[2]): m[3].lower() for m in re.finditer(r'\{"(GET|POST|PUT|DELETE|PATCH)",\s*"([^"]+)",\s*Scope::k(\w+),', text)}


def record(events=2000):
    """As lines, to be appended before those of seldom()."""
    demo = subprocess.run([BINARY, "generate", "--seed", "7", "--events", str(events)], capture_output=True, check=True).stdout.decode()
    # A dead letter, once seldom() is there too: a retraction on another topic than its target's, which comes later.
    letter = event("r1", "event.retracted", {"target": {"source": "test/odd", "id": "g1"}, "key": "user:odd", "reason": "x"}, source="test/odd",
                   tenuretopic="tenure.identity")
    return (DATA / "three.ndjson").read_text() + (DATA / "office.ndjson").read_text() + demo + letter


def seldom():
    def read(**more):
        return {"effect": "allow", "actions": ["read"], "resources": ["bucket:odd"], **more}
    lines = [
        event("g1", "grant.issued", {"grant": "g1", "principal": "user:odd", "permissions": [read(), read(effect="deny", covers="literal"), {
            "effect": "allow", "not_actions": ["write"], "not_resources": ["bucket:none"], "condition": "ip in 10.0.0.0/8"}]}, source="test/odd"),
        event("i1", "identity.registered", {"identity": "user:even", "owner": "user:odd", "environment": "prod", "display_name": "Even",
                                            "attributes": {"a": {"b": [1, None]}}, "expires_at": "2027-01-01T00:00:00Z"}, source="test/odd",
              authid="user:root", controlowner="group:iam"),
        event("i2", "identity.linked", {"identity": "user:even", "same_as": "external:193672423079"}, source="test/odd"),
        event("c1", "credential.issued", {"identity": "user:even", "credential": "k-1", "kind": "access_key", "fingerprint": "sha256:ab",
                                          "not_before": "2026-01-02T00:00:00Z", "expires_at": "2027-01-01T00:00:00Z"}, source="test/odd"),
        event("c2", "credential.compromised", {"identity": "user:even", "credential": "k-1"}, source="test/odd", time="2026-01-11T00:00:00Z"),
        event("c3", "credential.rotated", {"identity": "user:even", "credential": "k-1", "replaced_by": "k-2"}, source="test/odd",
              time="2026-01-12T00:00:00Z"),
        event("g2", "grant.issued", {"grant": "g2", "principal": "user:even", "role": "role:never-defined", "scope": "bucket:x"}, source="test/odd"),
        event("g3", "grant.issued", {"grant": "g3", "principal": "group:odd", "permissions": [
            read(), {"effect": "allow", "actions": ["assume"], "resources": ["service_account:odd"]}]}, source="test/odd"),
        event("m1", "membership.added", {"member": "user:even", "group": "group:odd"}, source="test/odd"),
        event("g4", "grant.issued", {"grant": "g4", "principal": "service_account:odd", "permissions": [read(resources=["bucket:far"])]},
              source="test/odd"),
        event("i3", "identity.registered", {"identity": "service_account:odd"}, source="test/odd"),
        event("i4", "identity.registered", {"identity": "group:odd"}, source="test/odd"),
        event("e1", "grant.issued", {"grant": "e1", "principal": "everyone:*", "permissions": [read(resources=["bucket:open"])]}, source="test/odd"),
        event("s1", "identity.suspended", {"identity": "user:even"}, source="test/odd", time="2026-02-01T00:00:00Z"),
        event("s2", "event.retracted", {"target": {"source": "test/odd", "id": "s1"}, "key": "user:even", "reason": "x"}, source="test/other",
              time="2026-02-02T00:00:00Z"),
        event("s3", "event.retracted", {"target": {"source": "test/odd", "id": "c2"}, "key": "user:even", "reason": "x"}, source="test/odd",
              time="2026-02-02T00:00:00Z"),
    ]
    return "".join(lines)


class SeldomTold:
    """Of a test with a service: record(), and seldom() appended to it."""

    @classmethod
    def record(cls):
        return record()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        answer = cls.served.post("/v1/events", seldom(), {"Content-Type": "application/x-ndjson"})
        assert answer.status == 202, answer.body
