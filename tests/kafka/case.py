"""What the test cases share: one cluster a class, every broker running when a test begins and ends, and the binary on that cluster."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

from admin import Admin
from broker import Cluster
from process import spawn, wait_until
from programs import RecordProducer

HERE = pathlib.Path(__file__).resolve().parent
BINARY = os.environ.get("TENURE_BINARY", str(HERE.parent.parent / "build" / "release" / "tenure"))


class KafkaTest(unittest.TestCase):
    OPTIONS = {}

    @classmethod
    def setUpClass(cls):
        cls.kafka = Cluster(**cls.OPTIONS)
        cls.addClassCleanup(cls.kafka.close)
        cls.admin = Admin(cls.kafka)

    def tearDown(self):
        for node in self.kafka.nodes:
            self.kafka.reset_by_pid(self.kafka.pid(node))  # after a test that failed halfway


def registered(who, day=1, **more):
    return event("identity.registered", day, {"identity": who}, **more)


def event(kind, day, data, id=None, source="test"):
    return {"specversion": "1.0", "id": id or f"{kind}-{day}-{json.dumps(data, sort_keys=True)}", "source": source,
            "type": f"tenure.{kind}.v1", "time": f"2026-01-{day:02}T00:00:00Z", "data": data}


def granted(who, grant, day=2):
    return event("grant.issued", day, {"grant": grant, "principal": who, "permissions": [
        {"effect": "allow", "actions": ["read"], "resources": ["bucket:a"]}]})


# What of an answer depends on which log the record lies on; and how far its reader is, which is no part of it.
OF_THE_LOG = ("position", "recorded_at", "topic", "partition", "offset", "behind")


def without_places(answer):
    def strip(value):
        if isinstance(value, dict):
            return {name: strip(inner) for name, inner in value.items() if name not in OF_THE_LOG}
        return [strip(inner) for inner in value] if isinstance(value, list) else value
    known = {name: said for name, said in answer["as_known_at"].items() if name != "time"}  # the last record's recorded time
    return strip({**answer, "as_known_at": known})


def without_order(answer):
    """For what happened in one moment, whose rows and evidence stand in order of record: evidence by name, rows in any order."""
    names = [f"{e['source']} {e['id']}" for e in answer["evidence"]]

    def by_name(value):
        if isinstance(value, dict):
            return {name: sorted(names[i] for i in inner) if name == "evidence" else by_name(inner) for name, inner in value.items()}
        return [by_name(inner) for inner in value] if isinstance(value, list) else value
    return {**answer, "results": sorted(map(by_name, answer["results"]), key=json.dumps),
            "evidence": sorted(answer["evidence"], key=json.dumps)}


class RecordTest(KafkaTest):
    """`data` names a data directory of the test, `kafka=False` leaves the brokers unnamed."""

    PLANES = ("tenure.identity", "tenure.access", "tenure.governance", "tenure.usage")

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tenure-kafka-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.prefix = self.id().rsplit(".", 1)[1] + "."
        self.accept = [] if len(self.kafka.nodes) >= 3 else ["replication"]

    # --- the binary

    def command(self, *words, data="d", kafka=True, user=None):
        brokers = []
        if kafka:
            brokers = ["--topic-prefix", self.prefix]
            for name in self.accept:
                brokers += ["--accept", name]
            for name, value in self.kafka.librdkafka(user).items():
                brokers += ["--kafka", f"{name}={value}"]
        return [BINARY, "--data", str(self.dir / data), *map(str, words), *brokers]

    def tenure(self, *words, code=0, stdin="", **more):
        ran = subprocess.run(self.command(*words, **more), input=stdin, capture_output=True, text=True, timeout=300)
        if code is not None:
            self.assertEqual(ran.returncode, code, f"{words}\n{ran.stdout}\n{ran.stderr}")
        return ran

    def answer(self, *words, **more):
        return json.loads(self.tenure(*words, "--json", code=None, **more).stdout)

    def beside(self, *words, **more):
        """A command that goes on beside the test and ends with it; said() is what it has printed until now."""
        handle, path = tempfile.mkstemp(dir=self.dir, suffix=".said")
        with open(handle, "wb") as output:
            process = spawn(self.command(*words, **more), stdout=output, stderr=output)
        process.said = pathlib.Path(path).read_text
        self.addCleanup(self.end, process)
        return process

    def run_beside(self, data="d"):
        return self.beside("run", data=data)

    @staticmethod
    def end(process):
        process.kill()
        process.wait()

    def stop(self, run):
        """SIGTERM, upon which `tenure run` ends well."""
        run.send_signal(signal.SIGTERM)
        self.assertEqual(run.wait(60), 0, run.said())

    # --- the record

    def topics(self, partitions=1):
        self.tenure("topics", "create", "--partitions", partitions, "--replication", len(self.kafka.nodes))

    def file(self, events, name="events.ndjson"):
        path = self.dir / name
        path.write_text("".join(json.dumps(e) + "\n" for e in events))
        return path

    def generated(self, events):
        path = self.dir / "generated.ndjson"
        path.write_text(self.tenure("generate", "--events", events, kafka=False).stdout)
        return path

    def send(self, topic, *values, **more):
        """By another producer. Texts, or events; the key is the caller's matter."""
        with RecordProducer(self.kafka) as producer:
            at = [producer.send(self.prefix + topic, json.dumps(v) if isinstance(v, dict) else v, **more) for v in values]
            producer.finish()
            return at

    def log_ends(self):
        """{(topic, partition): end}, as the brokers say; a partition that holds nothing is left out."""
        return {(plane, p): at["end"] for plane in self.PLANES
                for p, at in self.admin.offsets(self.prefix + plane).items() if at["end"]}

    def log_size(self):
        return sum(self.log_ends().values())

    # --- the read model

    def projected(self, data="d"):
        """{(topic, partition): next}; empty before there is a read model."""
        ran = self.tenure("status", "--json", kafka=False, data=data, code=None)
        if ran.returncode == 2:
            self.assertIn("data_not_found", ran.stderr)
            return {}
        return {(row["topic"], row["partition"]): row["next"] for row in json.loads(ran.stdout)["results"][0]["projected"]}

    def await_projected(self, data="d", run=None, seconds=120):
        """Until all that is in the log now is projected. `run`: who projects it, and must not end meanwhile."""
        ends = self.log_ends()

        def reached():
            self.assertTrue(run is None or run.poll() is None, run and run.said())
            now = self.projected(data)
            return all(now.get(where, 0) >= end for where, end in ends.items())
        wait_until(reached, seconds, f"{data} to project {ends}")

    def digest(self, **more):
        status = json.loads(self.tenure("status", "--json", **more).stdout)["results"][0]
        return [t["live"] for t in status["tables"]]

    def embedded_digest(self, *files):
        for path in files:
            self.tenure("append", path, data="embedded", kafka=False)
        return self.digest(data="embedded", kafka=False)

    def assert_same_answers(self, questions, data="d", seen=lambda answer: answer, **more):
        """As from the embedded log of `embedded`. Each question names its T."""
        for question in questions:
            ours = seen(without_places(self.answer(*question, data=data, **more)))
            theirs = seen(without_places(self.answer(*question, data="embedded", kafka=False)))
            self.assertEqual(ours, theirs, question)
            self.assertTrue(ours["complete"], question)
