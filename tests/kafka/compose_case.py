"""compose/compose.yaml run without containers: its brokers' environment goes through the image's own set-up program, and tenure's
command lines through the binary. Host names become this machine, ports free ones, volumes folders.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import artifacts
from broker import START_SECONDS_MAX, free_ports
from process import spawn, wait_until
from case import BINARY, registered

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional"))
import containers  # noqa: E402


class Network:
    """One free port for each pair of a service and a port in the file."""

    def __init__(self, services):
        self.services = services
        self._ports, self._free = {}, [p for pair in free_ports(12) for p in pair]

    def port(self, service, port):
        if (service, port) not in self._ports:
            self._ports[service, port] = self._free.pop()
        return self._ports[service, port]

    def here(self, text, own=None):
        """The text with every address as it is on this machine. `own`: the service in which it stands."""
        def address(match):
            host, port = match[1], match[2]
            service = own if host in ("", "localhost") else host
            return f"127.0.0.1:{self.port(service, port)}" if service in self.services else match[0]
        return re.sub(r"(?<![\w.])([a-z][\w-]*|(?<=://)):(\d{4,5})\b", address, text)


class ComposeTest(unittest.TestCase):
    PROFILE = None

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tenure-compose-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.services = containers.services(containers.compose(), self.PROFILE)
        self.network = Network(self.services)
        self.brokers, self.processes = [n for n in self.services if n.startswith("kafka")], {}
        self.data = self.dir / "data"
        java = [artifacts.java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                f"-Dlog4j2.configurationFile={artifacts.HERE / 'log4j2.properties'}", "-cp", f"{artifacts.broker_libraries()}/*"]
        for name in self.brokers:
            self.set_up(name, java)
        for name in self.brokers:
            self.start(name, java)

    def set_up(self, name, java):
        home = self.dir / name
        arguments = []
        for folder in ("default", "mounted", "final"):
            (home / folder).mkdir(parents=True)
            arguments += [f"--{folder}-configs-dir", home / folder]
        environment = {k: self.network.here(str(v), name) for k, v in self.services[name]["environment"].items()}
        environment["KAFKA_LOG_DIRS"] = str(home / "data")
        done = subprocess.run([*java, "kafka.docker.KafkaDockerWrapper", "setup", *arguments],
                              env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=START_SECONDS_MAX)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def start(self, name, java):
        log = open(self.dir / f"{name}.log", "ab")  # the broker's, as long as it lives
        self.addCleanup(log.close)
        heap = self.services[name]["environment"]["KAFKA_HEAP_OPTS"]
        process = spawn([java[0], heap, *java[1:], "kafka.Kafka", self.dir / name / "final" / "server.properties"],
                        stdout=log, stderr=log, cwd=self.dir / name)
        self.processes[name] = process
        self.addCleanup(self.end, process)

    @staticmethod
    def end(process):
        process.kill()
        process.wait()

    def words(self, service):
        return [self.network.here(word) for word in self.services[service]["command"]]

    def tenure(self, *words, stdin="", code=0):
        ran = subprocess.run([BINARY, *words], env={**os.environ, "TENURE_DATA": str(self.data)}, input=stdin,
                             capture_output=True, text=True, timeout=120)
        if code is not None:
            self.assertEqual(ran.returncode, code, f"{words}\n{ran.stdout}{ran.stderr}{self.logs()}")
        return ran

    def logs(self):
        return "\n".join(f"--- {n}\n" + "\n".join((self.dir / f"{n}.log").read_text(errors="replace").splitlines()[-15:])
                         for n in self.brokers)

    def follow(self, topics, follower):
        """The one-shot service until it succeeds, as its dependency makes it wait; then the follower, until it is healthy."""
        wait_until(lambda: self.tenure(*self.words(topics), code=None).returncode == 0, START_SECONDS_MAX, f"{topics} to succeed")
        process = spawn([BINARY, *self.words(follower)], env={**os.environ, "TENURE_DATA": str(self.data)},
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.end, process)
        health = self.services[follower]["healthcheck"]["test"][2:]
        wait_until(lambda: self.tenure(*health, code=None).returncode == 0, 60, "the follower to be healthy")
        return process

    def append_from_the_host(self, who, *more, code=0):
        """As somebody outside of the containers does: through the listeners that are published."""
        addresses = [self.network.here(f"localhost:{self.services[n]['ports'][0].split(':')[1]}", n) for n in self.brokers]
        return self.tenure("append", "-", "--data", str(self.dir / "door"), "--kafka", "bootstrap.servers=" + ",".join(addresses),
                           *more, stdin=json.dumps(registered(who)), code=code)

    def knows(self, who):
        return '"status":"active"' in self.tenure("show", who, "--as-of", "2026-01-10", "--json", code=None).stdout
