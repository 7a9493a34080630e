"""Runs the `tenure` binary as a user does, in a directory of its own, and gives back what the user would see.

The binary is named by TENURE_BINARY. `main()` runs the test case named on the command line; if everything in it was skipped the
process ends with 77, which ctest shows as skipped and not as passed.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE / "data"
BINARY = os.environ.get("TENURE_BINARY", str(HERE.parent.parent / "build" / "release" / "tenure"))


@dataclass
class Ran:
    code: int
    out: str
    err: str

    def json(self):
        lines = self.out.splitlines()
        assert len(lines) == 1, f"one line of JSON was expected, not {self.out!r} {self.err!r}"
        return json.loads(lines[0])

    def token(self):
        last = self.out.splitlines()[-1]
        assert last.startswith("position "), self.out
        return last.split(" ", 1)[1]


class TenureTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tenure-test-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.data = self.dir / "data"

    def tenure(self, *args, stdin=None, data=None, env=None):
        """Runs one command. stdin: text or bytes."""
        environment = {k: v for k, v in os.environ.items() if k not in ("TENURE_DATA", "NO_COLOR")}
        environment.update(TENURE_DATA=str(data or self.data), TERM="dumb", **(env or {}))
        if isinstance(stdin, str):
            stdin = stdin.encode()
        done = subprocess.run([BINARY, *map(str, args)], input=stdin if stdin is not None else b"", capture_output=True,
                              env=environment, timeout=120)
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def ok(self, *args, **kw):
        ran = self.tenure(*args, **kw)
        self.assertEqual(ran.code, 0, f"{args}: {ran.out}{ran.err}")
        return ran

    def fails(self, code, word, *args, **kw):
        """The command ends with this exit code and names this error code on standard error."""
        ran = self.tenure(*args, **kw)
        self.assertEqual(ran.code, code, f"{args}: {ran.out}{ran.err}")
        self.assertIn(word, ran.err, f"{args}: {ran.out}")
        return ran

    def append(self, *names, data=None):
        """Appends files of tests/functional/data; returns the token of the last."""
        token = None
        for name in names:
            token = self.ok("append", DATA / name, data=data).token()
        return token

    def question(self, *args, code=0, **kw):
        ran = self.tenure(*args, "--json", **kw)
        self.assertEqual(ran.code, code, f"{args}: {ran.out}{ran.err}")
        return ran.json()

    def digests(self, data=None):
        status = self.question("status", data=data)["results"][0]
        return status["digest"], {t["name"]: t["live"] for t in status["tables"]}


def event(id, type, data, time="2026-01-10T00:00:00Z", source="test/office", **attributes):
    """One structured CloudEvent as a line."""
    return json.dumps({"specversion": "1.0", "id": id, "source": source, "type": f"tenure.{type}.v1", "time": time,
                       **attributes, "data": data}) + "\n"


def main():
    program = unittest.main(verbosity=2, exit=False)
    result = program.result
    if not result.wasSuccessful():
        sys.exit(1)
    if result.testsRun and len(result.skipped) == result.testsRun:
        for test, reason in result.skipped:
            print(f"NOT RUN: {test}: {reason}", file=sys.stderr)
        sys.exit(77)
