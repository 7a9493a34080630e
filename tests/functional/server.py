"""Starts `tenure serve` on a free port of the loopback address, and asks it as a client does.

A test that serves a record of its own takes `ServedTest`; a class whose tests only ask shares one service (`SharedTest`).
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass

from harness import BINARY, TenureTest

READY = re.compile(r"tenure answers at (https?)://(.+):(\d+)$")
END_WITHIN_S = 60


@dataclass
class Answer:
    status: int
    headers: dict  # names in lower case; of a repeated one the last
    body: bytes

    def json(self):
        return json.loads(self.body)

    @property
    def content_type(self):
        return self.headers.get("content-type", "").split(";")[0]


class Served:
    """A service on the record in `data`. `args` are further arguments of `tenure serve`."""

    def __init__(self, data, *args, env=None, errors=None):
        """`errors`: a file descriptor for its standard error instead of a file that said() reads."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TENURE_")}
        environment.update(TENURE_DATA=str(data), TERM="dumb", **(env or {}))
        self.errors = tempfile.TemporaryFile()
        into = self.errors if errors is None else errors
        self.process = subprocess.Popen([BINARY, "serve", "--listen", "127.0.0.1:0", *map(str, args)], env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=into)
        self.first_line = self.process.stdout.readline().decode().rstrip("\n")
        ready = READY.search(self.first_line)
        if not ready:
            self.kill()
            raise AssertionError(f"tenure serve said {self.first_line!r}: {self.said()}")
        self.scheme, self.host, self.port = ready[1], ready[2], int(ready[3])

    @property
    def url(self):
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    def said(self):
        """What it wrote to standard error so far."""
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")

    def request(self, method, path, body=None, headers=None, timeout_s=60):
        """Sends one request on a connection of its own. A body that is no text or bytes is sent as JSON."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout_s)
        try:
            return ask(connection, method, path, body, headers)
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    def post(self, path, body=None, headers=None):
        return self.request("POST", path, body, headers)

    def stop(self):
        """Ends it in good order; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=END_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        return self.process.returncode

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.errors.close()


def ask(connection, method, path, body=None, headers=None):
    """One request on an open connection, which may be kept for more."""
    headers = dict(headers or {})
    if body is not None and not isinstance(body, (bytes, str)):
        body = json.dumps(body)
        headers.setdefault("Content-Type", "application/json")
    connection.request(method, path, body.encode() if isinstance(body, str) else body, headers)
    response = connection.getresponse()
    return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())


class ServedTest(TenureTest):
    """Each test has a directory of its own; serve() serves it until the test's end."""

    def serve(self, *args, **kw):
        served = Served(self.data, *args, **kw)
        self.addCleanup(served.errors.close)
        self.addCleanup(served.stop)
        return served


class SharedTest(TenureTest):
    """One record and one service for all tests of the class, which change nothing. `record(cls)` gives the events as lines."""

    SERVE = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="tenure-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.shared_data = cls.shared / "data"
        done = subprocess.run([BINARY, "append", "-"], input=cls.record().encode(), capture_output=True, timeout=120,
                              env={**os.environ, "TENURE_DATA": str(cls.shared_data), "TERM": "dumb"})
        if done.returncode != 0:
            raise AssertionError(f"the record was not taken: {done.stdout.decode()}{done.stderr.decode()}")
        cls.served = Served(cls.shared_data, *cls.SERVE)
        cls.addClassCleanup(cls.served.errors.close)
        cls.addClassCleanup(cls.served.stop)

    def setUp(self):
        super().setUp()
        self.data = self.shared_data
