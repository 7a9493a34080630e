"""The Java programs of java/, as a test uses them: other people's producers and consumers, with the CloudEvents SDK's class path.

All take `user`, a name from the cluster's users, and are anonymous without. What the broker refused is a Refused, whose `code` is
the simple name of the Java exception.
"""
import base64
import json
import os
import select
import subprocess
import time

import artifacts
from process import spawn

ANSWER_SECONDS_MAX = 120
JVM = ("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8",
       "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", f"-Dlog4j2.configurationFile={artifacts.HERE / 'log4j2.properties'}")
PLAIN_PRODUCER = {"acks": "all", "enable.idempotence": "true", "delivery.timeout.ms": 60000, "request.timeout.ms": 20000}


class Refused(Exception):
    def __init__(self, answer):
        super().__init__(f"{answer['error']}: {answer['message']}")
        self.code = answer["error"]


class Program:
    """A running Java program that answers lines of JSON by lines of JSON. It ends with the cluster."""

    def __init__(self, cluster, name, class_path, arguments):
        self.name = name
        self._log = open(cluster.dir / f"{name}.log", "ab")
        self._process = spawn([cluster.java, *JVM, "-cp", ":".join(class_path), name, *arguments],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log)
        self._unread = b""
        cluster.on_close(self.kill)

    @classmethod
    def of_others(cls, cluster, name, arguments):
        made = artifacts.programs()
        return cls(cluster, name, [f"{made}/sdk", f"{made}/libs/*"], arguments)

    @property
    def pid(self):
        return self._process.pid

    def say(self, request):
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()

    def hear(self, seconds=ANSWER_SECONDS_MAX):
        """The next line; None at the end. TimeoutError when it does not come."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._unread:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise TimeoutError(f"{self.name} said nothing for {seconds} s\n{self._tail()}")
            part = os.read(self._process.stdout.fileno(), 1 << 16)
            if not part:
                return None
            self._unread += part
        line, _, self._unread = self._unread.partition(b"\n")
        return json.loads(line)

    def ask(self, request, seconds=ANSWER_SECONDS_MAX):
        """Says and hears; raises Refused."""
        self.say(request)
        answer = self.hear(seconds)
        if answer is None:
            raise RuntimeError(f"{self.name} ended instead of answering {request}\n{self._tail()}")
        if "error" in answer:
            raise Refused(answer)
        return answer

    def finish(self):
        """Closes its standard input and waits for its end, which must be a good one."""
        self._process.stdin.close()
        code = self._process.wait(ANSWER_SECONDS_MAX)
        self._close_files()
        if code:
            raise RuntimeError(f"{self.name} ended with {code}\n{self._tail()}")

    def kill(self):
        """kill -9, if it still runs."""
        self._process.kill()
        self._process.wait()
        self._close_files()

    def _close_files(self):
        for file in (self._process.stdin, self._process.stdout, self._log):
            try:
                file.close()
            except BrokenPipeError:  # it died with a request unread
                pass

    def _tail(self):
        with open(self._log.name, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-20:])


def produce_events(cluster, topic, events, mode, key=None, user=None):
    """Writes CloudEvents with the SDK, mode "structured" or "binary"; returns [(partition, offset)].
    events: structured events as dicts, or {"event": …, "key": …}. The key is the given one, else that of the line, else the
    event's subject."""
    arguments = [cluster.client_file(user, PLAIN_PRODUCER), topic, mode, *([] if key is None else [key])]
    program = Program.of_others(cluster, "CloudEventsProducer", arguments)
    at = [program.ask(event) for event in events]
    program.finish()
    return [(a["partition"], a["offset"]) for a in at]


def consume(cluster, topic, user=None, committed_only=True):
    """All records from the beginning to the present ends, as PlainConsumer.java prints them."""
    isolation = "read_committed" if committed_only else "read_uncommitted"
    client = cluster.client_file(user, {"isolation.level": isolation})
    program = Program.of_others(cluster, "PlainConsumer", [client, topic, str(ANSWER_SECONDS_MAX)])
    records = list(iter(program.hear, None))
    program.finish()
    return records


class RecordProducer:
    """Writes any bytes. With a transactional id: begin(), send() …, then commit() or abort(), or neither."""

    def __init__(self, cluster, user=None, transactional_id=None, properties=None):
        more = {"transactional.id": transactional_id} if transactional_id else {}
        self._program = Program.of_others(
            cluster, "RecordProducer", [cluster.client_file(user, {**PLAIN_PRODUCER, **more, **(properties or {})})])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._program.kill()

    def send(self, topic, value=None, key=None, **more):
        """Returns (partition, offset) when the broker has it. value, key: text, bytes or None.
        more: headers, partition, timestamp."""
        record = {"topic": topic, **more}
        for name, content in (("key", key), ("value", value)):
            if isinstance(content, bytes):
                record[f"{name}_base64"] = base64.b64encode(content).decode()
            else:
                record[name] = content
        at = self._program.ask(record)
        return at["partition"], at["offset"]

    def begin(self):
        self._program.ask("begin")

    def commit(self):
        self._program.ask("commit")

    def abort(self):
        self._program.ask("abort")

    def finish(self):
        """Ends in order; a transaction still open is aborted."""
        self._program.finish()

    def kill(self):
        """kill -9: a transaction still open hangs until the broker's timeout (transaction.timeout.ms)."""
        self._program.kill()
