"""A `tenure serve` of a test's own, on a port that was free, and requests to it over real sockets.

    served = Served(test, "--audit", "required")
    served.get("/v1/status", token=token).status
"""
import collections
import http.client
import json
import os
import re
import resource
import signal
import socket
import ssl
import subprocess
import threading
import time

from harness import BINARY

START_SECONDS_MAX = 60
ANSWER_SECONDS_MAX = 60
POLL_SECONDS = 0.02


class Reply(collections.namedtuple("Reply", "status headers body")):
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """Of a problem."""
        return self.json()["code"]


def wait_until(condition, what, seconds=60):
    """The first true value of condition(), which is asked again and again."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s in vain for {what}")
        time.sleep(POLL_SECONDS)


class Served:
    """Ends with the test. `tls`: an ssl.SSLContext of a client. `open_files`: how many files it may open at most."""

    def __init__(self, test, *options, data=None, listen="127.0.0.1:0", tls=None, env=None, open_files=None):
        self.tls, self._lines = tls, []
        environment = {k: v for k, v in os.environ.items() if k not in ("TENURE_DATA", "NO_COLOR")}
        environment.update(TERM="dumb", **(env or {}))
        self._process = subprocess.Popen(
            [BINARY, "--data", str(data or test.data), "serve", "--listen", listen, *map(str, options)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True,
            preexec_fn=open_files and (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        test.addCleanup(self.kill)
        greeting = wait_until(lambda: self._greeting() or self._process.poll() is not None, "the greeting", START_SECONDS_MAX)
        if greeting is True:
            raise RuntimeError(f"tenure serve ended with {self._process.returncode}: {self.output()}")
        self.port = int(greeting[1])

    def _read(self):
        for line in self._process.stdout:
            self._lines.append(line)

    def _greeting(self):
        return next((m for m in map(lambda l: re.match(r"tenure answers at \S+:(\d+)$", l), list(self._lines)) if m), None)

    def output(self):
        """All that it has said."""
        return "".join(self._lines)

    @property
    def pid(self):
        return self._process.pid

    def connection(self, source=None):
        """`source`: the address to come from; all of 127.0.0.0/8 are this machine's."""
        address = {"source_address": (source, 0)} if source else {}
        if self.tls:
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS_MAX, context=self.tls, **address)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS_MAX, **address)

    def request(self, method, path, body=None, token=None, headers=None, source=None):
        fields = dict(headers or {})
        if token:
            fields["Authorization"] = f"Bearer {token}"
        connection = self.connection(source)
        try:
            connection.request(method, path, body, fields)
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode(errors="replace"))
        finally:
            connection.close()

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def append(self, *events, path="/v1/events", **more):
        """Events as harness.event makes them."""
        return self.request("POST", path, "".join(events), headers={"Content-Type": "application/x-ndjson"}, **more)

    def stop(self):
        """As an operator ends it; its exit code."""
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=60)
        self._reader.join(timeout=10)
        return code

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._reader.join(timeout=10)
        self._process.stdout.close()


def refused_by_tls(context, port):
    """Why a handshake fails, as the client's TLS names it; None if it doesn't. In TLS 1.3 a client learns it when it first reads."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS_MAX) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                secure.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                answer = secure.recv(1)
                return None if answer else "closed"
    except ssl.SSLError as error:
        return error.reason
