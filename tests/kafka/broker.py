"""A real Apache Kafka of one or three brokers for a test, and the faults that a test does to it.

    with Cluster(nodes=3) as kafka:
        kafka.bootstrap             # 127.0.0.1:…,127.0.0.1:…,127.0.0.1:…
        kafka.kill(kafka.leader("tenure.access", 0))

Nodes are numbered from 1. Every broker is its own controller (KRaft). Ports are free ones, found at the start and kept over
restarts. Data and logs are in a temporary directory that goes with the cluster. Every fault is done to a pid and returns once it
has happened: kill() when the process is gone, restart() when the broker answers. Not for use by several threads at once.
"""
import concurrent.futures
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import uuid

import artifacts
import wire
from process import spawn, state, wait_until

START_SECONDS_MAX = 120  # two busy cores; alone it takes a few
STOP_SECONDS_MAX = 60
LOG_TAIL_LINES = 40
ADMIN = "admin"  # may do everything where there are users, and is whom the brokers are among themselves

# Small, quick to start, nothing created by mistake.
SETTINGS = {
    "auto.create.topics.enable": "false",
    "broker.heartbeat.interval.ms": 500,
    "controlled.shutdown.enable": "true",
    "group.initial.rebalance.delay.ms": 0,
    "log.cleaner.dedupe.buffer.size": 8 << 20,
    "log.cleaner.threads": 1,
    "num.io.threads": 4,
    "num.network.threads": 2,
    "offsets.topic.num.partitions": 1,
    "share.coordinator.state.topic.num.partitions": 1,
    "transaction.state.log.num.partitions": 1,
}
# A leader moves, and a killed broker is let in again, only when its session has run out. Busy cores must not end it too early.
SESSION_MS, SESSION_ALONE_MS = 5000, 2500
REPLICATED_BY_ITSELF = ("offsets.topic.replication.factor", "transaction.state.log.replication.factor",
                        "transaction.state.log.min.isr", "share.coordinator.state.topic.replication.factor",
                        "share.coordinator.state.topic.min.isr")
JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")


class DidNotStart(Exception):
    """Its message ends with the tail of the broker's log."""


class Cluster:
    """users: names and passwords for SASL/PLAIN; `admin` is added. None = no SASL, everyone is anonymous.
    acls: StandardAuthorizer; without an ACL nobody but `admin` may do anything. Needs users.
    settings: server properties over SETTINGS, such as {"log.message.timestamp.type": "LogAppendTime"}.
    jvm: options of the JVM over the heap's. Measures of speed want jvm=()."""

    def __init__(self, nodes=1, users=None, acls=False, settings=None, heap_mb=None, jvm=JVM):
        assert not acls or users is not None, "without users everyone is anonymous, and ACLs name nobody"
        self.users = None if users is None else {ADMIN: uuid.uuid4().hex, **users}
        self.acls, self.settings, self.jvm = acls, dict(settings or {}), tuple(jvm)
        self.heap_mb = heap_mb or (512 if nodes == 1 else 320)
        self.nodes = range(1, nodes + 1)
        self.libraries = artifacts.broker_libraries()
        self.java = artifacts.java()
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tenure-kafka-"))
        self._processes, self._on_close = {}, []
        try:
            self._start_all()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends everything by pid, at once, and removes the data."""
        while self._on_close:
            self._on_close.pop()()
        self._kill_all()
        shutil.rmtree(self.dir, ignore_errors=True)

    def on_close(self, action):
        """What must end before the brokers do."""
        self._on_close.append(action)

    # --- where it is

    @property
    def bootstrap(self):
        return ",".join(f"127.0.0.1:{self._ports[n][0]}" for n in self.nodes)

    def address(self, node):
        return f"127.0.0.1:{self._ports[node][0]}"

    def pid(self, node):
        """Of its last process, which may be dead."""
        return self._processes[node].pid

    def alive(self, node):
        """There is a process; it may be paused."""
        return node in self._processes and self._processes[node].poll() is None

    def log(self, node):
        """All that this node's processes have said."""
        return self._log(node).read_text(errors="replace")

    # --- as a client

    def librdkafka(self, user=None):
        """The properties with which a librdkafka client comes in as this user."""
        properties = {"bootstrap.servers": self.bootstrap}
        if user is not None:
            properties.update({"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.username": user,
                               "sasl.password": self.users[user]})
        return properties

    def client_file(self, user=None, more=None):
        """The path of a new properties file for a Java client. In a file, since arguments are seen by everyone."""
        properties = {"bootstrap.servers": self.bootstrap, **(more or {})}
        if user is not None:
            properties.update({"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN",
                               "sasl.jaas.config": _login(user, self.users[user])})
        return write_properties(self.dir / f"client-{uuid.uuid4().hex}.properties", properties)

    def metadata(self, node, seconds=2.0):
        """What this node says of brokers and partitions. wire.NoAnswer if it says nothing within the time."""
        user = ADMIN if self.users else None
        return wire.metadata(self._ports[node][0], user, self.users[ADMIN] if user else None, seconds)

    def answers(self, node):
        """This node answers, and counts itself among the living."""
        try:
            return node in self.metadata(node).brokers
        except wire.NoAnswer:
            return False

    def partition(self, topic, partition):
        """Leader, replicas and in-sync replicas, once all running nodes say the same; None before, or if none knows it.
        One node may be behind: a resumed one still believes what it knew when it was paused."""
        views = [m.partitions.get((topic, partition)) for m in self._views()]
        return views[0] if views and all(view == views[0] for view in views) else None

    def in_sync(self, topic, partition):
        """The nodes in sync, empty while the nodes disagree."""
        known = self.partition(topic, partition)
        return set(known.in_sync) if known else set()

    def leader(self, topic, partition, other_than=-1):
        """The node that leads; waits until there is one that is not `other_than`."""
        def found():
            known = self.partition(topic, partition)
            return known and known.leader > 0 and known.leader != other_than and known.leader
        return wait_until(found, START_SECONDS_MAX, f"a leader of {topic}/{partition} other than {other_than}")

    def _views(self):
        """What each node says that runs, is not paused and answers."""
        views = []
        for node in self.nodes:
            try:
                if self.alive(node) and state(self.pid(node)) != "T":
                    views.append(self.metadata(node))
            except wire.NoAnswer:
                pass
        return views

    # --- faults

    def kill(self, node):
        """kill -9; returns the pid that died."""
        return self._end(node, signal.SIGKILL)

    def stop(self, node):
        """SIGTERM, and the broker shuts down in order; returns the pid that ended."""
        return self._end(node, signal.SIGTERM)

    def pause(self, node):
        """SIGSTOP: connections stay open, and nothing answers any more."""
        os.kill(self.pid(node), signal.SIGSTOP)
        wait_until(lambda: state(self.pid(node)) == "T", STOP_SECONDS_MAX, f"node {node} to be stopped")

    def resume(self, node):
        """SIGCONT; returns when the broker answers again and is among the living for all."""
        os.kill(self.pid(node), signal.SIGCONT)
        self._await(node)

    def restart(self, node):
        """Starts it again with the same ports and data, stopping it first if it runs; returns when it answers."""
        if self.alive(node):
            self.stop(node)
        self._start(node)
        self._await(node)

    def reset_by_pid(self, pid):
        """Brings the node whose process has or had this pid back: continues it if paused, starts it again if dead."""
        node = next(n for n in self.nodes if self.pid(n) == pid)
        if not self.alive(node):
            self.restart(node)
        elif not self.answers(node):
            self.resume(node)
        return node

    # --- starting

    def _start_all(self):
        for attempts_left in (2, 1, 0):
            self._ports = dict(zip(self.nodes, free_ports(len(self.nodes))))
            try:
                self._configure()
                for node in self.nodes:
                    self._start(node)
                for node in self.nodes:
                    self._await(node)
                return
            except DidNotStart as error:  # someone else took a port meanwhile
                if "BindException" not in str(error) or not attempts_left:
                    raise
                self._kill_all()

    def _configure(self):
        identity = str(uuid.uuid4())
        with concurrent.futures.ThreadPoolExecutor() as pool:  # a JVM each
            for done in [pool.submit(self._format, node, identity) for node in self.nodes]:
                done.result()

    def _format(self, node, identity):
        home = self.dir / f"node-{node}"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        write_properties(home / "server.properties", self._server_properties(node))
        done = subprocess.run(
            [*self._java(128), "kafka.tools.StorageTool", "format", "--cluster-id", identity,
             "--config", home / "server.properties"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=START_SECONDS_MAX)
        if done.returncode:
            raise DidNotStart(f"formatting node {node} failed:\n{done.stdout}{done.stderr}")

    def _server_properties(self, node):
        client, controller = self._ports[node]
        protocol = "SASL_PLAINTEXT" if self.users else "PLAINTEXT"
        properties = {
            "process.roles": "broker,controller",
            "node.id": node,
            "controller.quorum.voters": ",".join(f"{n}@127.0.0.1:{self._ports[n][1]}" for n in self.nodes),
            "listeners": f"CLIENT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"CLIENT://127.0.0.1:{client}",
            "listener.security.protocol.map": f"CLIENT:{protocol},CONTROLLER:{protocol}",
            "inter.broker.listener.name": "CLIENT",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": self.dir / f"node-{node}" / "data",
            "broker.session.timeout.ms": SESSION_ALONE_MS if len(self.nodes) == 1 else SESSION_MS,
            **SETTINGS, **{name: 1 for name in REPLICATED_BY_ITSELF},
        }
        if len(self.nodes) >= 3:
            properties.update({name: 2 if name.endswith("min.isr") else 3 for name in REPLICATED_BY_ITSELF})
        if self.users:
            properties.update(self._security())
        return {**properties, **self.settings}

    def _security(self):
        known = "".join(f' user_{name}="{password}"' for name, password in self.users.items())
        login = _login(ADMIN, self.users[ADMIN], known)
        properties = {"sasl.mechanism.inter.broker.protocol": "PLAIN", "sasl.mechanism.controller.protocol": "PLAIN"}
        for listener in ("client", "controller"):
            properties[f"listener.name.{listener}.sasl.enabled.mechanisms"] = "PLAIN"
            properties[f"listener.name.{listener}.plain.sasl.jaas.config"] = login
        if self.acls:
            properties.update({"authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                               "super.users": f"User:{ADMIN}"})
        return properties

    def _java(self, heap_mb, jvm=JVM):
        config = artifacts.HERE / "log4j2.properties"
        return [self.java, f"-Xmx{heap_mb}m", *jvm, f"-Dlog4j2.configurationFile={config}", "-cp", f"{self.libraries}/*"]

    def _start(self, node):
        home = self.dir / f"node-{node}"
        with open(self._log(node), "ab") as log:
            self._processes[node] = spawn([*self._java(self.heap_mb, self.jvm), "kafka.Kafka", home / "server.properties"],
                                          stdout=log, stderr=log, cwd=home)

    def _await(self, node):
        """Until it answers and all who answer count it among the living; at once if it dies."""
        def joined():
            return self.answers(node) and all(node in view.brokers for view in self._views())
        try:
            wait_until(lambda: not self.alive(node) or joined(), START_SECONDS_MAX, f"node {node} to answer")
        except TimeoutError as error:
            raise DidNotStart(f"{error}\n{self._tail(node)}") from error
        if not self.alive(node):
            raise DidNotStart(f"node {node} ended with {self._processes[node].returncode}\n{self._tail(node)}")

    # --- ending

    def _end(self, node, how):
        process = self._processes[node]
        assert self.alive(node), f"node {node} is dead already"
        process.send_signal(how)
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired as late:
            raise TimeoutError(f"node {node} lives {STOP_SECONDS_MAX} s after {how.name}\n{self._tail(node)}") from late
        return process.pid

    def _kill_all(self):
        for process in self._processes.values():
            process.kill()  # reaches only a child not yet reaped, never another's pid
        for process in self._processes.values():
            process.wait(STOP_SECONDS_MAX)
        self._processes.clear()

    def _log(self, node):
        return self.dir / f"node-{node}.log"

    def _tail(self, node):
        return "\n".join(self.log(node).splitlines()[-LOG_TAIL_LINES:])


def _login(user, password, known=""):
    module = "org.apache.kafka.common.security.plain.PlainLoginModule"
    return f'{module} required username="{user}" password="{password}"{known};'


def write_properties(path, properties):
    text = "".join(f"{name}={value}\n" for name, value in properties.items())
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path


def free_ports(count):
    """count pairs. Below the kernel's ephemeral range: nobody's outgoing connection takes one while its broker is down."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="utf-8") as file:
        least = int(file.read().split()[0])
    candidates = random.sample(range(10000, least) if least > 12000 else range(10000, 65000), 200)
    free = [port for port in candidates if _is_free(port)]
    return [(free[2 * i], free[2 * i + 1]) for i in range(count)]


def _is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False
