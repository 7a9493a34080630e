"""Raw sockets against a `tenure serve`, and what must hold after each attack: right answers, nothing leaked, an end in good order.

A test class takes `Attack` before `TenureTest`, and calls `self.attacked(…)` for its service.
"""
import collections
import os
import re
import resource
import socket
import struct
import time

from harness import DATA
from served import Served, wait_until

CHECK = "/v1/check?subject=user:alice&action=read&resource=bucket:prod&as_of=2026-01-10T00:00:00Z"
HANG_S = 40  # longer than any limit that a test sets, and a hang if reached
MIB = 1 << 20

Part = collections.namedtuple("Part", "status headers body")


class Wire:
    """One connection. What has been read is kept in `seen`."""

    def __init__(self, port, receive_bytes=None):
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(HANG_S)
        self.socket.connect(("127.0.0.1", port))
        self.seen, self.ended = b"", None  # ended: None = open, "closed" or "reset"

    def send(self, data):
        """False if the other side has gone, which a client that is refused in the midst of sending must expect."""
        try:
            self.socket.sendall(data)
            return True
        except (ConnectionResetError, BrokenPipeError):
            return False

    def read_some(self):
        try:
            data = self.socket.recv(1 << 16)
        except (ConnectionResetError, BrokenPipeError):
            self.ended = "reset"
            return False
        if not data:
            self.ended = "closed"
        self.seen += data
        return bool(data)

    def read_to_end(self):
        """Until the service closes; a TimeoutError if it doesn't."""
        while self.read_some():
            pass
        return self.answers()

    def read_answers(self, count):
        """Until so many have come, or the end."""
        while len(self.answers()) < count and self.read_some():
            pass
        return self.answers()

    def answers(self):
        """The whole responses in `seen`. What is no HTTP, or stands behind the last of them, is an error once the service has closed."""
        found, rest = [], self.seen
        while rest:
            head, blank, behind = rest.partition(b"\r\n\r\n")
            if not blank:
                break
            lines = head.decode("latin-1").split("\r\n")
            status = re.fullmatch(r"HTTP/1\.1 (\d{3}) .*", lines[0])
            assert status, f"no status line: {lines[0]!r}"
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            length = int(headers.get("content-length", 0)) if int(status[1]) >= 200 else 0
            if len(behind) < length:
                break
            found.append(Part(int(status[1]), headers, behind[:length]))
            rest = behind[length:]
        return found

    def finish_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Closed so that the other side finds a reset instead of an end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def request(method, target, *fields, body=b"", host="localhost"):
    """One request with the length of its body, if it has one."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *fields]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def memory_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) * 1024


def allow_descriptors(count):
    """This process's; what a child begins with too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count <= hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
    return min(hard, max(soft, count))


class Attack:
    GROWTH_BYTES_MAX = 64 * MIB
    has_ended = False
    token = None  # shown where the service has to answer rightly

    def attacked(self, *options, record=None, serve=Served, **more):
        """A service on a small record, which has answered before; what it holds then is what it may hold afterwards."""
        self.ok("append", record or DATA / "three.ndjson")
        self.served = serve(self, *options, **more)
        self.assert_answers_rightly()
        self.served.get("/metrics")
        self.served.request("POST", "/v1/events", "[]", headers={"Content-Type": "application/cloudevents-batch+json"})
        self.before = self.settled()
        self.memory_before = memory_bytes(self.served.pid)
        self.addCleanup(self.assert_unharmed)
        return self.served

    def settled(self):
        """The descriptors once those of the last connections are gone."""
        seen = []

        def still():
            seen.append(descriptors(self.served.pid))
            time.sleep(0.02)
            return len(seen) > 5 and len(set(seen[-5:])) == 1 and seen[-1]

        return wait_until(still, "descriptors that change no more")

    def assert_answers_rightly(self):
        answer = self.served.get(CHECK, token=self.token)
        self.assertEqual((answer.status, answer.json()["results"][0]["decision"]), (200, "yes"), answer.body)

    def assert_unharmed(self):
        if self.has_ended:
            return
        self.assert_answers_rightly()
        wait_until(lambda: descriptors(self.served.pid) <= self.before,
                   f"the {self.before} descriptors of before", HANG_S)
        growth = memory_bytes(self.served.pid) - self.memory_before
        self.assertLess(growth, self.GROWTH_BYTES_MAX, "bytes more than before")
        self.end()

    def end(self):
        """As an operator ends it."""
        self.has_ended = True
        self.assertEqual(self.served.stop(), 0, self.served.output())
        self.assertTrue(self.served.output().endswith("ended\n"), self.served.output())

    def wire(self, **more):
        wire = Wire(self.served.port, **more)
        self.addCleanup(wire.close)
        return wire

    def exchange(self, data):
        """All that comes back for these bytes, until the service closes."""
        with Wire(self.served.port) as wire:
            wire.send(data)
            return wire.read_to_end(), wire

    def assert_refused(self, name, data, statuses):
        """Exactly one answer, of these, as a problem, and the connection closed."""
        answers, wire = self.exchange(data)
        self.assertEqual(len(answers), 1, f"{name}: {wire.seen[:600]!r}")
        self.assertIn(answers[0].status, statuses, f"{name}: {answers[0]}")
        self.assert_problem(answers[0], name)
        self.assertEqual(answers[0].headers.get("connection"), "close", name)
        return answers[0]

    def assert_problem(self, answer, name=""):
        self.assertEqual(answer.headers.get("content-type"), "application/problem+json", f"{name}: {answer}")
