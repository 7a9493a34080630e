"""Thousands of requests made from the OpenAPI document, right ones and wrong ones: nothing but what it describes comes back, and no fault.

The seed is printed and replays (TENURE_SEED). TENURE_DEEP=1: ten times as many. Needs the packages of requirements.txt.
"""
import os
import pathlib
import re
import subprocess

import openapi
from access_test import create
from harness import TenureTest, main
from served import Served

HERE = pathlib.Path(__file__).resolve().parent
SCOPES = ("ask", "history", "events", "govern", "operate")
PLANES = ("identity", "access", "governance", "usage")
SEED = os.environ.get("TENURE_SEED", "7")
EXAMPLES = 400 if os.environ.get("TENURE_DEEP") else 40
SECONDS_MAX = 1700 if os.environ.get("TENURE_DEEP") else 280
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance")


class Asked:
    def setUp(self):
        super().setUp()
        self.program = openapi.tool("schemathesis")
        if self.program is None:
            self.skipTest("the pinned Python packages are not installed: ./x deps")
        self.ok("append", "-", stdin=openapi.record(1000))
        self.ok("append", "-", stdin=openapi.seldom())

    def run_against(self, token, phases, examples, *options):
        """All operations with this token; what schemathesis printed."""
        self.served = Served(self)
        done = subprocess.run(
            [self.program, "run", openapi.PATH, "--url", f"http://127.0.0.1:{self.served.port}", "--phases", phases, "--checks", ",".join(CHECKS),
             "--seed", SEED, "--max-examples", str(examples), "--workers", "1", "--no-color", "--continue-on-failure", "--request-timeout", "30",
             "--warnings", "off", "-H", f"Authorization: Bearer {token}", *options],
            cwd=self.dir, env={**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_hooks.py")}, capture_output=True, text=True,
            timeout=SECONDS_MAX)
        print(done.stdout[done.stdout.find("= SUMMARY ="):])
        self.assertEqual(done.returncode, 0, done.stdout[-20000:] + done.stderr[-2000:])
        self.assertIn("Tested: 36", done.stdout)
        self.assertNotIn("Network Error", done.stdout)
        return done.stdout

    def answered(self, token):
        """Of /metrics: how many answers of each route and status."""
        text = self.served.get("/metrics", token=token).body
        return {(m[1], m[2]): int(m[3]) for m in
                re.finditer(r'tenure_http_requests_total\{[^}]*route="([^"]*)",status="(\d+)"\} (\d+)', text)}


class OfOneWhoMayAll(Asked, TenureTest):
    def test_what_comes_back_is_described(self):
        token = create(self, "--name", "all", *(w for s in SCOPES for w in ("--scope", s)), *(w for p in PLANES for w in ("--plane", p)),
                       "--source", "hr.example", "--source", "iam.example")
        self.run_against(token, "examples,coverage,fuzzing", EXAMPLES)
        answered = self.answered(token)
        for method, path, operation in openapi.operations():
            good = [status for status in operation["responses"] if status < "300"]
            if path != "/v1/dead-letters/resolve":
                self.assertTrue(any(answered.get((path, status)) for status in good), f"{method} {path} was never answered well: {answered}")
        self.assertEqual(self.served.get("/v1/status", token=token).json()["results"][0]["log_kind"], "embedded")
        self.assertEqual(self.served.stop(), 0)


class OfOneWhoMayNothing(Asked, TenureTest):
    def test_what_comes_back_is_described(self):
        operator = create(self, "--name", "operator", "--scope", "operate")
        usage = create(self, "--name", "nothing", "--plane", "usage", "--source", "nobody.example")
        self.run_against(usage, "examples,coverage", 1)
        refused = {path for (path, status) in self.answered(operator) if status == "403"}
        guarded = {path for _, path, operation in openapi.operations() if operation["security"]}
        self.assertEqual(guarded - refused, set(), "routes that have let it in")
        self.assertEqual(self.served.stop(), 0)


if __name__ == "__main__":
    main()
